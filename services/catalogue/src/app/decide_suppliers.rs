//! Decides whether two suppliers are one.

use muster_kit::{Action, Actor, Error, Resource, Result, audit::AuditEntry};
use muster_proto::catalogue::v1::SupplierDecision;

use super::Deps;
use crate::{
    domain::supplier::Decision,
    store::{suppliers, versions},
};

/// Keeps a decision, in the place of what stood on the pair.
///
/// # Errors
/// Forbidden; bad request without two names or a reason; what the database says.
pub(crate) async fn decide_suppliers(
    deps: &Deps,
    actor: &Actor,
    decision: Decision,
    reason: &str,
) -> Result<SupplierDecision> {
    let permit = deps.permit(actor, Action::Plan, Resource::all("supplier")).await?;
    names(&decision.one, &decision.other)?;
    if reason.trim().is_empty() {
        return Err(Error::bad_request("a decision needs a reason"));
    }
    let uow = deps.db.begin(actor).await?;
    let at = versions::instant(&uow).await?;
    suppliers::revoke(&uow, (&decision.one, &decision.other), at).await?;
    suppliers::keep(&uow, &decision, reason.trim(), at).await?;
    uow.commit(AuditEntry::new(permit, format!("same={}", decision.same))).await?;
    Ok(SupplierDecision {
        one: decision.one,
        other: decision.other,
        same: decision.same,
        reason: reason.trim().to_owned(),
        decided_by: actor.id.clone(),
        decided_at_micros: at,
    })
}

/// Takes back what was decided of two names.
///
/// # Errors
/// Forbidden; not found when nothing stands on the pair; what the database says.
pub(crate) async fn revoke_suppliers(deps: &Deps, actor: &Actor, one: &str, other: &str) -> Result<()> {
    let permit = deps.permit(actor, Action::Plan, Resource::all("supplier")).await?;
    names(one, other)?;
    let uow = deps.db.begin(actor).await?;
    let at = versions::instant(&uow).await?;
    if suppliers::revoke(&uow, (one, other), at).await? == 0 {
        return Err(Error::not_found("no decision stands on these two suppliers"));
    }
    uow.commit(AuditEntry::new(permit, "taken back".to_owned())).await
}

fn names(one: &str, other: &str) -> Result<()> {
    if one.trim().is_empty() || other.trim().is_empty() || one == other {
        return Err(Error::bad_request("name two suppliers as the ledgers have them"));
    }
    Ok(())
}
