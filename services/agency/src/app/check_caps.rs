//! Compares published caps with the formula.

use muster_kit::{Action, Actor, Resource, Result};

use super::{Deps, reference};
use crate::domain::reconcile::{Reconciliation, reconcile};

/// Every cap of the rate cards that count now, beside the formula.
///
/// # Errors
/// Forbidden, or what the database says.
pub(crate) async fn check_caps(deps: &Deps, actor: &Actor) -> Result<Reconciliation> {
    deps.permit(actor, Action::Read, Resource::new("rules", "rate-card")).await?;
    Ok(reconcile(&reference(deps.db.read(), &actor.scope(), None).await?.reference.book))
}
