//! Use cases, one a file: load, decide, store with its events, in one transaction.

pub(crate) mod attest_claim;
pub(crate) mod cases;
pub(crate) mod claim_saving;
pub(crate) mod decide_case;
pub(crate) mod export_edition;
mod figures;
pub(crate) mod freeze_edition;
pub(crate) mod gain_sharings;
pub(crate) mod get_board;
pub(crate) mod get_bridge;
pub(crate) mod get_case;
pub(crate) mod heard_award;
pub(crate) mod heard_forecast;
pub(crate) mod heard_realised;
pub(crate) mod heard_spend;
mod import_bridge;
mod import_case;
pub(crate) mod import_file;
mod import_ledger;
mod import_months;
mod import_recharge;
mod import_rows;
mod import_schemes;
mod import_sharing;
pub(crate) mod import_tracker;
pub(crate) mod list_benchmarks;
pub(crate) mod list_cases;
pub(crate) mod list_claims;
pub(crate) mod list_imports;
pub(crate) mod list_plan_lines;
pub(crate) mod list_schemes;
pub(crate) mod peers;
pub(crate) mod preview_tracker;
pub(crate) mod propose_claim;
pub(crate) mod recharges;
pub(crate) mod reject_claim;
pub(crate) mod savings;
pub(crate) mod show_edition;
mod trace_ends;
pub(crate) mod trace_figure;
pub(crate) mod tracker;

use std::sync::Arc;

use muster_kit::{Action, Actor, Authorizer, Db, Error, Permit, Resource, Result, authz, intake::Findings};

pub use peers::Peers;

use crate::domain::{Month, claim::Fault};

/// What the use cases of the back office work with. Cheap to clone.
#[derive(Clone)]
pub struct Deps {
    pub(crate) db: Db,
    pub(crate) authorizer: Arc<dyn Authorizer>,
    pub(crate) peers: Option<Peers>,
}

impl Deps {
    /// Database and authorizer.
    pub fn new(db: Db, authorizer: Arc<dyn Authorizer>) -> Self {
        Self { db, authorizer, peers: None }
    }

    /// With other contexts, whose figures editions freeze and traces follow; without them both know the back office only.
    #[must_use]
    pub fn with_peers(mut self, peers: Peers) -> Self {
        self.peers = Some(peers);
        self
    }

    /// Asks the authorizer.
    pub(crate) async fn permit(&self, actor: &Actor, action: Action, resource: Resource) -> Result<Permit> {
        authz::permit(&self.db, self.authorizer.as_ref(), actor, action, resource).await
    }
}

/// A month of a request.
///
/// # Errors
/// Bad request when it is none.
pub(crate) fn month_of(what: &str, text: &str) -> Result<Month> {
    Month::read(text.trim())
        .ok_or_else(|| Error::bad_request(format!("the {what} `{text}` is no month: write it as 2017-10")))
}

/// A shipped file that a test has read, and that can be read no more.
fn damaged(found: &Findings) -> Error {
    Error::internal(format!("the shipped file `{}` is damaged", found.file()))
}

/// Why a claim cannot be changed so, for the caller.
fn refused(fault: &Fault) -> Error {
    match fault {
        Fault::Own => Error::forbidden(fault.to_string()),
        _ => Error::bad_request(fault.to_string()),
    }
}
