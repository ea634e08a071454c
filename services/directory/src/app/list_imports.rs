//! Imports made, newest first.

use muster_kit::{
    Actor, Result, imports,
    page::{Page, Paged},
};

use super::{Deps, may_read};

/// Loads a page.
///
/// # Errors
/// Forbidden, or the database is away.
pub async fn run(deps: &Deps, actor: &Actor, page: &Page) -> Result<Paged<imports::Model>> {
    may_read(deps, actor, "import").await?;
    imports::list(deps.db.read(), &actor.scope(), page).await
}
