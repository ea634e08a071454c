//! Takes a decision back.

use muster_kit::{Action, Actor, Error, Resource, Result, audit::AuditEntry};

use super::{Deps, decide_equivalence::revoked, regroup::regroup};
use crate::{
    domain::relation::Relation,
    store::{
        decisions::{self, Model},
        proposals, versions,
    },
};

/// Takes a decision back; the pair can be decided anew. A substitution is taken back by the organisation that approved it.
///
/// # Errors
/// Forbidden; bad request without a reason; not found; what the database says.
pub(crate) async fn revoke_equivalence(deps: &Deps, actor: &Actor, id: &str, reason: &str) -> Result<Model> {
    let permit = deps.permit(actor, Action::Plan, Resource::all("equivalence")).await?;
    if reason.trim().is_empty() {
        return Err(Error::bad_request("to take a decision back needs a reason"));
    }
    let mut uow = deps.db.begin(actor).await?;
    let scope = uow.scope();
    let at = versions::instant(&uow).await?;
    versions::lock_all(&uow, "equivalence").await?;
    let row = decisions::standing(uow.conn(), &scope, id).await?;
    if row.relation == Relation::Substitutable.number() && row.org != scope.as_str() {
        return Err(Error::forbidden("another organisation approved this substitution"));
    }
    let row = decisions::revoke(&uow, row, reason, at).await?;
    let pair = (row.left_item, row.right_item);
    let others = decisions::of_pair(uow.conn(), &scope, pair).await?;
    if others.is_empty() {
        proposals::mark(&uow, pair, false).await?;
    }
    revoked(&mut uow, &row).await?;
    regroup(&mut uow).await?;
    uow.commit(AuditEntry::new(permit.on(id), format!("left={} right={}", pair.0, pair.1))).await?;
    Ok(row)
}
