//! Use cases, one a file: load, decide, store with its events, in one transaction.

pub(crate) mod act_on_round;
mod award;
mod awarded;
pub(crate) mod decide_equivalence;
pub(crate) mod decide_suppliers;
pub(crate) mod export_catalogue;
pub(crate) mod find_variance;
pub(crate) mod get_item;
pub(crate) mod get_prices;
pub(crate) mod get_round;
pub(crate) mod get_spend_cube;
pub(crate) mod import_file;
mod import_invoice;
mod import_items;
mod import_offers;
mod import_peppol;
mod import_rows;
pub(crate) mod list_decisions;
pub(crate) mod list_figures;
pub(crate) mod list_imports;
pub(crate) mod list_proposals;
pub(crate) mod list_purchases;
pub(crate) mod list_realised_prices;
pub(crate) mod list_rounds;
pub(crate) mod list_supplier_proposals;
pub(crate) mod list_suppliers;
pub(crate) mod list_variance;
pub(crate) mod open_round;
pub(crate) mod propose_equivalences;
pub(crate) mod realise;
mod regroup;
pub(crate) mod revoke_equivalence;
pub(crate) mod round_story;
pub(crate) mod search_items;
pub(crate) mod shown;

use std::{path::Path, sync::Arc};

use muster_kit::{Action, Actor, Authorizer, Db, OrgScope, Permit, Resource, Result, authz, trace};

use tokio::task::JoinHandle;

use crate::store::search::Search;

/// What the use cases of the catalogue work with. Cheap to clone.
#[derive(Clone)]
pub struct Deps {
    pub(crate) db: Db,
    pub(crate) authorizer: Arc<dyn Authorizer>,
    pub(crate) search: Search,
}

impl Deps {
    /// Database, authorizer, and the folder of the search index; without one the index is in memory.
    ///
    /// # Errors
    /// Internal when the folder cannot be used.
    pub fn new(db: Db, authorizer: Arc<dyn Authorizer>, index: Option<&Path>) -> Result<Self> {
        Ok(Self { db, authorizer, search: Search::open(index)? })
    }

    /// Brings the search index up to date beside whatever else is done, to its end whoever waits for it. Gives whether it is.
    pub(crate) fn index(&self, scope: OrgScope) -> JoinHandle<bool> {
        let (db, search) = (self.db.clone(), self.search.clone());
        trace::spawn(async move {
            let done = search.catch_up(db.read(), &scope).await;
            if let Err(error) = &done {
                tracing::warn!(error = error.chain(), "items are not in the search index yet");
            }
            done.is_ok()
        })
    }

    /// Asks the authorizer.
    pub(crate) async fn permit(&self, actor: &Actor, action: Action, resource: Resource) -> Result<Permit> {
        authz::permit(&self.db, self.authorizer.as_ref(), actor, action, resource).await
    }
}
