//! Claims.

use muster_kit::{Error, Result};
use muster_proto::backoffice::v1 as pb;

use crate::{
    app::{attest_claim, claim_saving, month_of, savings::Savings},
    domain::claim::{ClaimState, SavingClaim},
    store::claims::Wanted,
};

fn state(of: ClaimState) -> pb::ClaimState {
    match of {
        ClaimState::Proposed => pb::ClaimState::Proposed,
        ClaimState::Claimed => pb::ClaimState::Claimed,
        ClaimState::Attested => pb::ClaimState::Attested,
        ClaimState::Rejected => pb::ClaimState::Rejected,
        ClaimState::Lapsed => pb::ClaimState::Lapsed,
    }
}

/// A claim by itself, as events tell it: whether it counts is the board's to say.
pub(crate) fn told(of: &SavingClaim) -> pb::Claim {
    let (decided_by, decided_at_micros) = of.decided.clone().unwrap_or_default();
    let line = of.line.as_ref().map(|line| pb::LedgerLine {
        organisation: line.organisation.clone(),
        month: line.month.to_string(),
        account: line.account.clone(),
        cost_centre: line.cost_centre.clone(),
    });
    pb::Claim {
        claim_id: of.id.clone(),
        scheme: of.scheme.clone(),
        organisation: of.organisation.clone(),
        month: of.month.to_string(),
        claimed_pence: of.pence,
        state: state(of.state).into(),
        claimed_by: of.by.clone(),
        claimed_at_micros: of.at,
        source: of.source.clone(),
        line,
        attested_pence: of.attested,
        decided_by,
        decided_at_micros,
        reason: of.reason.clone(),
        held: String::new(),
        headline_pence: 0,
        evidence: of.evidence.iter().map(super::evidence).collect(),
        evidence_pence: of.evidence_pence,
        version: of.version,
        caveats: of.caveats.clone(),
    }
}

/// A claim with what the board says of it.
pub(crate) fn claim(of: &SavingClaim, savings: &Savings) -> pb::Claim {
    let (held, headline_pence) = savings.standing(of);
    pb::Claim { held, headline_pence, ..told(of) }
}

/// A line that a request names; none where it names no account.
fn line(of: Option<pb::LedgerLine>) -> Result<Option<claim_saving::AskedLine>> {
    let Some(of) = of.filter(|of| *of != pb::LedgerLine::default()) else { return Ok(None) };
    if of.account.trim().is_empty() {
        return Err(Error::bad_request("a line of the ledger is named by its account"));
    }
    let month = Some(of.month.trim()).filter(|text| !text.is_empty());
    Ok(Some(claim_saving::AskedLine {
        organisation: of.organisation.trim().to_ascii_uppercase(),
        month: month.map(|text| month_of("month of the line", text)).transpose()?,
        account: of.account.trim().to_owned(),
        cost_centre: of.cost_centre.trim().to_owned(),
    }))
}

/// What an owner claims.
///
/// # Errors
/// Bad request when month, amount or line are none.
pub(crate) fn claimed(of: pb::ClaimSavingRequest) -> Result<claim_saving::Asked> {
    let month = Some(of.month.trim()).filter(|text| !text.is_empty());
    let proposal = of.proposal.trim().to_owned();
    if !proposal.is_empty() && month.is_some() {
        return Err(Error::bad_request("a proposed claim has its month: leave it out"));
    }
    Ok(claim_saving::Asked {
        scheme: of.scheme,
        month: month.map(|text| month_of("month", text)).transpose()?,
        pence: of.pence,
        line: line(of.line)?,
        proposal,
    })
}

/// What finance found.
///
/// # Errors
/// Bad request when the line is none.
pub(crate) fn attested(of: pb::AttestClaimRequest) -> Result<attest_claim::Asked> {
    Ok(attest_claim::Asked {
        claim: of.claim_id.trim().to_owned(),
        line: line(of.line)?,
        pence: of.pence,
        scheme: of.scheme,
    })
}

/// Which claims are wanted.
///
/// # Errors
/// Bad request when the number of the state means nothing.
pub(crate) fn wanted(of: &pb::ListClaimsRequest) -> Result<Wanted> {
    let named = pb::ClaimState::try_from(of.state)
        .map_err(|_| Error::bad_request(format!("no state has the number {}", of.state)))?;
    let mut states = match named {
        pb::ClaimState::Unspecified => Vec::new(),
        pb::ClaimState::Proposed => vec![ClaimState::Proposed],
        pb::ClaimState::Claimed => vec![ClaimState::Claimed],
        pb::ClaimState::Attested => vec![ClaimState::Attested],
        pb::ClaimState::Rejected => vec![ClaimState::Rejected],
        pb::ClaimState::Lapsed => vec![ClaimState::Lapsed],
    };
    if of.undecided {
        if !states.is_empty() {
            return Err(Error::bad_request("ask for a state or for all that is undecided, not for both"));
        }
        states = vec![ClaimState::Proposed, ClaimState::Claimed];
    }
    Ok(Wanted { organisation: of.organisation.trim().to_ascii_uppercase(), states })
}
