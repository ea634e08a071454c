//! Lists versions of weekly returns.

use muster_kit::{
    Action, Actor, Resource, Result,
    page::{Page, Paged},
};

use super::Deps;
use crate::store::returns::{self, Model};

/// Versions, newest week first; of an organisation, or of all.
///
/// # Errors
/// Forbidden, or what the database says.
pub(crate) async fn list_returns(
    deps: &Deps,
    actor: &Actor,
    organisation: &str,
    page: &Page,
) -> Result<Paged<Model>> {
    deps.permit(actor, Action::Read, Resource::all("return")).await?;
    returns::page(deps.db.read(), &actor.scope(), organisation, page).await
}
