//! Lists overrides.

use muster_kit::{
    Action, Actor, Resource, Result,
    page::{Page, Paged},
};

use super::Deps;
use crate::store::overrides::{self, Stored};

/// Overrides, newest first; of an organisation, or of all.
///
/// # Errors
/// Forbidden, or what the database says.
pub(crate) async fn list_overrides(
    deps: &Deps,
    actor: &Actor,
    organisation: &str,
    page: &Page,
) -> Result<Paged<Stored>> {
    deps.permit(actor, Action::Read, Resource::all("override")).await?;
    overrides::page(deps.db.read(), &actor.scope(), organisation, page).await
}
