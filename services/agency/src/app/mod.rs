//! Use cases, one a file: load, decide, store with its events, in one transaction.

pub(crate) mod attest_return;
pub(crate) mod check_caps;
pub(crate) mod close_return;
pub(crate) mod decide_override;
pub(crate) mod export_return;
pub(crate) mod find_drifts;
pub(crate) mod get_projection;
pub(crate) mod get_return;
pub(crate) mod get_spend_table;
pub(crate) mod heard_forecast;
pub(crate) mod import_file;
mod import_rules;
mod import_shifts;
mod import_spend;
pub(crate) mod list_cover;
pub(crate) mod list_drifts;
pub(crate) mod list_figures;
pub(crate) mod list_imports;
pub(crate) mod list_inversions;
pub(crate) mod list_overrides;
pub(crate) mod list_recharges;
pub(crate) mod list_returns;
pub(crate) mod list_rules;
pub(crate) mod list_shifts;
pub(crate) mod list_spend;
pub(crate) mod propose_shared_bank;
pub(crate) mod recharge;
mod reprice;
pub(crate) mod request_override;
mod shift_sums;
pub(crate) mod warn_ceiling;
mod weekly;
pub(crate) mod year;

use std::sync::Arc;

use muster_kit::{
    Action, Actor, Authorizer, Db, Error, OrgScope, Permit, Resource, Result, authz, intake::Findings,
};
use sea_orm::ConnectionTrait;

use crate::{
    domain::London,
    import::{Whole, whole},
    store::rules,
};

/// What the use cases of the agency context work with. Cheap to clone.
#[derive(Clone)]
pub struct Deps {
    pub(crate) db: Db,
    pub(crate) authorizer: Arc<dyn Authorizer>,
}

impl Deps {
    /// Database and authorizer.
    pub fn new(db: Db, authorizer: Arc<dyn Authorizer>) -> Self {
        Self { db, authorizer }
    }

    /// Asks the authorizer.
    pub(crate) async fn permit(&self, actor: &Actor, action: Action, resource: Resource) -> Result<Permit> {
        authz::permit(&self.db, self.authorizer.as_ref(), actor, action, resource).await
    }
}

/// Everything that counted at an instant, microseconds UTC; none = now.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn reference(
    conn: &impl ConnectionTrait,
    scope: &OrgScope,
    at: Option<i64>,
) -> Result<Whole> {
    let imported = rules::known(conn, scope, at).await?;
    whole(|kind| imported.get(kind).cloned().unwrap_or_default()).map_err(|found| damaged(&found))
}

/// Rows that were read once and no longer can be.
fn damaged(found: &Findings) -> Error {
    Error::internal(format!("the rules of kind `{}` are damaged", found.file()))
}

/// The clock of London.
///
/// # Errors
/// Internal when the time zone is not there.
pub(crate) fn london() -> Result<London> {
    London::new().ok_or_else(|| Error::internal("the time zone of london is not known"))
}
