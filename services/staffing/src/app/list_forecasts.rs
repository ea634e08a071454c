//! Lists runs.

use muster_kit::{
    Action, Actor, Resource, Result,
    page::{Page, Paged},
};

use super::Deps;
use crate::store::runs::{self, Model};

/// A page of runs, newest first.
///
/// # Errors
/// Forbidden, or what the database says.
pub(crate) async fn list_forecasts(deps: &Deps, actor: &Actor, page: &Page) -> Result<Paged<Model>> {
    deps.permit(actor, Action::Read, Resource::all("forecast")).await?;
    runs::page(deps.db.read(), &actor.scope(), page).await
}
