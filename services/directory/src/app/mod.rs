//! One use case a file: ask the authorizer, load, decide in the domain, store with events, in one transaction.

pub mod get_organisation;
pub mod import_file;
mod import_report;
pub mod list_groupings;
pub mod list_imports;
pub mod list_organisations;
pub mod list_places;
pub mod list_successions;
mod origins;

use std::sync::Arc;

use muster_kit::{Action, Actor, Authorizer, Db, Resource, Result, authz};

pub use origins::Origins;

/// What the use cases work with. Cheap to clone.
#[derive(Clone)]
pub struct Deps {
    /// The directory's database.
    pub db: Db,
    /// Decides who may do what.
    pub authorizer: Arc<dyn Authorizer>,
}

/// May the actor read the directory?
async fn may_read(deps: &Deps, actor: &Actor, kind: &'static str) -> Result<()> {
    authz::permit(&deps.db, deps.authorizer.as_ref(), actor, Action::Read, Resource::all(kind)).await?;
    Ok(())
}
