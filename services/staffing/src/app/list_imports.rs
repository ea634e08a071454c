//! Lists imports made.

use muster_kit::{
    Action, Actor, Resource, Result, imports,
    page::{Page, Paged},
};

use super::Deps;

/// A page of imports, newest first.
///
/// # Errors
/// Forbidden, or what the database says.
pub(crate) async fn list_imports(deps: &Deps, actor: &Actor, page: &Page) -> Result<Paged<imports::Model>> {
    deps.permit(actor, Action::Read, Resource::all("import")).await?;
    imports::list(deps.db.read(), &actor.scope(), page).await
}
