//! Finance rejects a claim, or takes an attestation back.

use muster_kit::{Action, Actor, Resource, Result, audit::AuditEntry};

use super::{Deps, refused, savings::Savings};
use crate::{
    domain::claim::{By, SavingClaim},
    events,
    store::{claims, versions},
};

/// Rejects a claim for a reason.
///
/// # Errors
/// Forbidden, also when the account claims it itself; bad request without a reason, or when there is nothing to reject; not found;
/// what the database says.
pub(crate) async fn reject_claim(
    deps: &Deps,
    actor: &Actor,
    (id, reason): (&str, &str),
) -> Result<(SavingClaim, Savings)> {
    let permit = deps.permit(actor, Action::Approve, Resource::new("saving", id)).await?;
    let mut uow = deps.db.begin(actor).await?;
    let at = versions::instant(&uow).await?;
    let before = claims::get(uow.conn(), &uow.scope(), id).await?;
    let by = By { actor: &actor.id, at };
    let claim = before.rejected(by, reason).map_err(|fault| refused(&fault))?;
    claims::update(&uow, &claim).await?;
    uow.publish(events::saving("rejected", &claim))?;
    let savings = Savings::load(uow.conn(), &uow.scope()).await?;
    uow.commit(AuditEntry::new(permit, "state=rejected")).await?;
    Ok((claim, savings))
}
