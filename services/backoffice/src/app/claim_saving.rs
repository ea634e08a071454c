//! The owner of a scheme claims a saving, or takes a proposed claim on.

use muster_kit::{Action, Actor, Error, Resource, Result, audit::AuditEntry};
use uuid::Uuid;

use super::{Deps, refused, savings::Savings};
use crate::{
    domain::{
        Month,
        claim::{By, ClaimState, SavingClaim},
        savings::{LineKey, Scheme},
    },
    events,
    store::{claims, versions},
};

/// A line of the ledger as it is named in a request; what is left out is the claim's.
#[derive(Clone, Debug, Default)]
pub(crate) struct AskedLine {
    pub(crate) organisation: String,
    pub(crate) month: Option<Month>,
    pub(crate) account: String,
    pub(crate) cost_centre: String,
}

impl AskedLine {
    /// The line with what was left out.
    pub(crate) fn of(self, organisation: &str, month: Month) -> LineKey {
        let given = Some(self.organisation).filter(|it| !it.is_empty());
        LineKey {
            organisation: given.unwrap_or_else(|| organisation.to_owned()),
            month: self.month.unwrap_or(month),
            account: self.account,
            cost_centre: self.cost_centre,
        }
    }
}

/// What is claimed.
#[derive(Clone, Debug, Default)]
pub(crate) struct Asked {
    pub(crate) scheme: String,
    pub(crate) month: Option<Month>,
    pub(crate) pence: i64,
    pub(crate) line: Option<AskedLine>,
    pub(crate) proposal: String,
}

/// Stores the claim.
///
/// # Errors
/// Forbidden; bad request when there is no such scheme, or amount or line do not fit; not found when there is no such proposal; what
/// the database says.
pub(crate) async fn claim_saving(deps: &Deps, actor: &Actor, asked: Asked) -> Result<(SavingClaim, Savings)> {
    let permit = deps.permit(actor, Action::Plan, Resource::all("saving")).await?;
    let mut uow = deps.db.begin(actor).await?;
    let at = versions::instant(&uow).await?;
    let by = By { actor: &actor.id, at };
    let savings = Savings::load(uow.conn(), &uow.scope()).await?;
    let scheme = savings.scheme(asked.scheme.trim())?;
    let claim = if asked.proposal.is_empty() {
        let claim = new(scheme, asked, by)?;
        claims::insert(&uow, &claim).await?;
        claim
    } else {
        let before = claims::get(uow.conn(), &uow.scope(), &asked.proposal).await?;
        let line = asked.line.map(|line| line.of(&before.organisation, before.month));
        let claim = before.taken_on(by, scheme, asked.pence, line).map_err(|fault| refused(&fault))?;
        claims::update(&uow, &claim).await?;
        claim
    };
    uow.publish(events::saving("claimed", &claim))?;
    uow.commit(AuditEntry::new(permit.on(&claim.id), format!("pence={}", claim.pence))).await?;
    Ok((claim.clone(), savings.with(claim)))
}

fn new(scheme: &Scheme, asked: Asked, by: By<'_>) -> Result<SavingClaim> {
    let month = asked.month.ok_or_else(|| Error::bad_request("name the month of the saving, as 2017-10"))?;
    if asked.pence <= 0 {
        return Err(Error::bad_request("claim an amount above zero"));
    }
    let line = asked.line.map(|line| line.of(&scheme.organisation, month));
    if line.as_ref().is_some_and(|line| line.organisation != scheme.organisation) {
        return Err(refused(&crate::domain::claim::Fault::Organisation));
    }
    Ok(SavingClaim {
        id: Uuid::now_v7().to_string(),
        scheme: scheme.id.clone(),
        organisation: scheme.organisation.clone(),
        month,
        pence: asked.pence,
        state: ClaimState::Claimed,
        source: "owner".to_owned(),
        by: by.actor.to_owned(),
        at: by.at,
        line,
        attested: None,
        decided: None,
        reason: String::new(),
        evidence: Vec::new(),
        caveats: Vec::new(),
        evidence_pence: None,
        version: 1,
    })
}
