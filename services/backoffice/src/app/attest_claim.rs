//! Finance attests a claim against a line of the ledger.

use muster_kit::{Action, Actor, Error, Resource, Result, audit::AuditEntry};

use super::{
    Deps,
    claim_saving::AskedLine,
    refused,
    savings::{Savings, lines},
};
use crate::{
    domain::claim::{By, Fault, SavingClaim},
    events,
    store::{claims, versions},
};

/// What finance found.
#[derive(Clone, Debug, Default)]
pub(crate) struct Asked {
    pub(crate) claim: String,
    pub(crate) line: Option<AskedLine>,
    pub(crate) pence: i64,
    pub(crate) scheme: String,
}

/// Attests, if the claim then counts by the board's own rules.
///
/// # Errors
/// Forbidden, also when the account claims it itself; bad request when line, amount, scheme or state do not fit; not found; already
/// exists when somebody else changed the claim or took the line meanwhile; what the database says.
pub(crate) async fn attest_claim(deps: &Deps, actor: &Actor, asked: Asked) -> Result<(SavingClaim, Savings)> {
    let permit = deps.permit(actor, Action::Approve, Resource::new("saving", asked.claim.clone())).await?;
    let mut uow = deps.db.begin(actor).await?;
    let at = versions::instant(&uow).await?;
    let scope = uow.scope();
    let mut savings = Savings::load(uow.conn(), &scope).await?;
    let before = claims::get(uow.conn(), &scope, &asked.claim).await?;
    let name = if before.scheme.is_empty() { asked.scheme.trim() } else { before.scheme.as_str() };
    if name.is_empty() {
        return Err(refused(&Fault::NoScheme));
    }
    let scheme = savings.scheme(name)?;
    let line = asked.line.map(|line| line.of(&before.organisation, before.month));
    let by = By { actor: &actor.id, at };
    let claim = before.attested(by, scheme, asked.pence, line).map_err(|fault| refused(&fault))?;
    savings.lines.extend(lines(uow.conn(), &scope, claim.line.as_slice()).await?);
    let savings = savings.with(claim.clone());
    let (held, _) = savings.standing(&claim);
    if !held.is_empty() {
        return Err(Error::bad_request(format!("the claim would not count: {held}")));
    }
    claims::update(&uow, &claim).await?;
    uow.publish(events::saving("attested", &claim))?;
    uow.commit(AuditEntry::new(permit, format!("pence={}", claim.attested.unwrap_or_default()))).await?;
    Ok((claim, savings))
}
