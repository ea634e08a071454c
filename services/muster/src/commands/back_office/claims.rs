//! `muster back-office claims`, `claim`, `attest` and `reject`

use muster_backoffice::domain::figure::pounds;
use muster_proto::{backoffice::v1 as pb, common::v1::PageRequest};
use serde_json::{Value, json};

use super::words::{AttestArgs, ClaimArgs, ClaimsArgs, LineArgs, State};
use crate::{cli::Shared, connect::Clients, exit::Failure, output};

/// Prints claims.
pub(super) async fn list(args: ClaimsArgs, shared: &Shared, clients: &Clients) -> Result<(), Failure> {
    let state = match args.state {
        None => pb::ClaimState::Unspecified,
        Some(State::Proposed) => pb::ClaimState::Proposed,
        Some(State::Claimed) => pb::ClaimState::Claimed,
        Some(State::Attested) => pb::ClaimState::Attested,
        Some(State::Rejected) => pb::ClaimState::Rejected,
        Some(State::Lapsed) => pb::ClaimState::Lapsed,
    };
    let (mut claims, mut token) = (Vec::new(), String::new());
    loop {
        let request = pb::ListClaimsRequest {
            organisation: args.organisation.clone(),
            state: state.into(),
            undecided: args.undecided,
            page: Some(PageRequest { size: 1_000, token }),
        };
        let answer = clients.backoffice().list_claims(clients.request(request)).await?.into_inner();
        claims.extend(answer.claims);
        token = answer.page.unwrap_or_default().next_token;
        if token.is_empty() {
            break;
        }
    }
    if shared.json {
        let claims: Vec<Value> = claims.iter().map(document).collect();
        return Ok(output::json(&json!({ "claims": claims }))?);
    }
    let rows: Vec<Vec<String>> = claims
        .iter()
        .map(|it| {
            vec![
                it.claim_id.clone(),
                word(it.state()),
                it.scheme.clone(),
                it.organisation.clone(),
                it.month.clone(),
                pounds(it.claimed_pence),
                pounds(it.headline_pence),
                it.claimed_by.clone(),
                it.decided_by.clone(),
                if it.held.is_empty() { it.reason.clone() } else { it.held.clone() },
            ]
        })
        .collect();
    let header = [
        "claim",
        "state",
        "scheme",
        "organisation",
        "month",
        "claimed",
        "counts",
        "claimed by",
        "decided by",
        "why not",
    ];
    Ok(output::table(&header, &rows)?)
}

/// Claims a saving.
pub(super) async fn claim(args: ClaimArgs, shared: &Shared, clients: &Clients) -> Result<(), Failure> {
    let request = pb::ClaimSavingRequest {
        scheme: args.scheme,
        month: args.month.unwrap_or_default(),
        pence: args.amount.unwrap_or_default(),
        line: line(args.line),
        proposal: args.proposal.unwrap_or_default(),
    };
    let answer = clients.backoffice().claim_saving(clients.request(request)).await?.into_inner();
    one(&answer.claim.unwrap_or_default(), shared)
}

/// Attests a claim.
pub(super) async fn attest(args: AttestArgs, shared: &Shared, clients: &Clients) -> Result<(), Failure> {
    let request = pb::AttestClaimRequest {
        claim_id: args.claim,
        line: line(args.line),
        pence: args.amount.unwrap_or_default(),
        scheme: args.scheme,
    };
    let answer = clients.backoffice().attest_claim(clients.request(request)).await?.into_inner();
    one(&answer.claim.unwrap_or_default(), shared)
}

/// Rejects a claim.
pub(super) async fn reject(
    claim_id: String,
    reason: String,
    shared: &Shared,
    clients: &Clients,
) -> Result<(), Failure> {
    let request = clients.request(pb::RejectClaimRequest { claim_id, reason });
    let answer = clients.backoffice().reject_claim(request).await?.into_inner();
    one(&answer.claim.unwrap_or_default(), shared)
}

fn line(of: LineArgs) -> Option<pb::LedgerLine> {
    let LineArgs { account, cost_centre, line_month } = of;
    let line = pb::LedgerLine { organisation: String::new(), month: line_month, account, cost_centre };
    (!line.account.is_empty()).then_some(line)
}

fn word(of: pb::ClaimState) -> String {
    of.as_str_name().trim_start_matches("CLAIM_STATE_").to_lowercase()
}

/// What an event or row says, as JSON.
pub(crate) fn evidence(of: &pb::Evidence) -> Value {
    json!({
        "event_id": of.event_id, "causation_id": of.causation_id, "kind": of.kind, "aggregate_id": of.aggregate_id,
        "version": of.version, "occurred_at_micros": of.occurred_at_micros, "says": of.says,
    })
}

/// A claim as JSON.
pub(super) fn document(of: &pb::Claim) -> Value {
    let line = of.line.as_ref().map(|it| {
        json!({
            "organisation": it.organisation, "month": it.month, "account": it.account, "cost_centre": it.cost_centre,
        })
    });
    json!({
        "claim": of.claim_id, "state": word(of.state()), "scheme": of.scheme, "organisation": of.organisation,
        "month": of.month, "claimed_pence": of.claimed_pence, "attested_pence": of.attested_pence,
        "headline_pence": of.headline_pence, "line": line, "source": of.source, "claimed_by": of.claimed_by,
        "claimed_at_micros": of.claimed_at_micros, "decided_by": of.decided_by,
        "decided_at_micros": of.decided_at_micros, "reason": of.reason, "held": of.held,
        "evidence": of.evidence.iter().map(evidence).collect::<Vec<_>>(), "evidence_pence": of.evidence_pence,
        "caveats": of.caveats, "version": of.version,
    })
}

fn one(of: &pb::Claim, shared: &Shared) -> Result<(), Failure> {
    if shared.json {
        return Ok(output::json(&document(of))?);
    }
    output::line(&format!(
        "claim {} of {} for {}: {}, {} claimed, {} counts",
        of.claim_id,
        of.organisation,
        of.month,
        word(of.state()),
        pounds(of.claimed_pence),
        pounds(of.headline_pence)
    ))?;
    for it in &of.evidence {
        output::line(&format!("  {}", it.says))?;
    }
    for caveat in &of.caveats {
        output::line(&format!("  beware: {caveat}"))?;
    }
    Ok(())
}
