//! Lists imports.

use muster_kit::{
    Action, Actor, Resource, Result,
    imports::{self, Model},
    page::{Page, Paged},
};

use super::Deps;

/// Imports made, newest first.
///
/// # Errors
/// Forbidden, or what the database says.
pub(crate) async fn list_imports(deps: &Deps, actor: &Actor, page: &Page) -> Result<Paged<Model>> {
    deps.permit(actor, Action::Read, Resource::all("import")).await?;
    imports::list(deps.db.read(), &actor.scope(), page).await
}
