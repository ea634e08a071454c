//! Lists what homes recharge to hosts.

use muster_kit::{Action, Actor, Resource, Result};

use super::{Deps, list_spend::check_month};
use crate::store::recharges::{self, Recharge};

/// Recharges in which an organisation has a part, or all when its code is empty; by month, host and home.
///
/// # Errors
/// Forbidden; bad request when a month is none; what the database says.
pub(crate) async fn list_recharges(
    deps: &Deps,
    actor: &Actor,
    organisation: &str,
    (from, until): (&str, &str),
) -> Result<Vec<Recharge>> {
    deps.permit(actor, Action::Read, Resource::new("recharge", organisation)).await?;
    check_month(from)?;
    check_month(until)?;
    recharges::list(deps.db.read(), &actor.scope(), organisation, (from, until)).await
}
