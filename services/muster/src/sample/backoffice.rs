//! The back office of the sample: files through the normal imports, claims of owners with what finance says of them, claims that came by
//! themselves, and two editions.
//!
//! Nobody decides on a claim of their own, in the sample neither: owners and finance are two accounts, whose calls never leave this
//! process. What a user of the node does later is the local user's.

use std::time::{Duration, Instant};

use muster_backoffice::sample::{APPROVED, CASE, Fate, SampleClaim, claims, correction, files, proposed};
use muster_kit::{Error, actor::ActorRole};
use muster_proto::{backoffice::v1 as pb, common::v1::PageRequest};

use super::import;
use crate::{
    connect::{Account, Clients},
    exit::Failure,
};

/// How long what comes by itself is waited for at most; what comes later is there, too, and in no edition.
const PATIENCE: Duration = Duration::from_secs(10);

/// Sources of claims that come by themselves.
const SOURCES: [&str; 2] = ["agency-displacement", "price-realised"];

/// Proposals of each source that finance decides on; the others wait.
const DECIDED: usize = 4;

/// Loads the back office of a seed.
pub(super) async fn load(clients: &Clients, seed: u64) -> Result<(), Failure> {
    let account = |id, role| {
        let found = Account::beside(clients, id, vec![role]);
        found.ok_or_else(|| {
            Failure::Failed(Error::internal("the sample is loaded into a node of this process"))
        })
    };
    let owner = account("sample-owner", ActorRole::Planner)?;
    let finance = account("sample-finance", ActorRole::Administrator)?;
    for file in files(seed) {
        import(file.kind, &file.name, None, file.text, clients).await?;
    }
    let approval = pb::DecideCaseRequest {
        case_id: CASE.into(),
        option: APPROVED.into(),
        reason: "sample: the bureau keeps the service floor and costs least".into(),
        version: 0,
    };
    clients.backoffice().decide_case(finance.request(approval)).await?;
    let mut later = Vec::new();
    for it in claims(seed) {
        let claim = claimed(clients, &owner, &it).await?;
        match it.fate {
            Fate::Claimed => {}
            Fate::AttestedLater => later.push(claim),
            fate => decide(clients, &finance, (&claim, fate)).await?,
        }
    }
    let proposals = proposals(clients).await?;
    for source in SOURCES {
        let of = proposals.iter().filter(|it| it.source == source).take(DECIDED);
        for (place, it) in of.enumerate() {
            decide_proposal(clients, &finance, (it, place)).await?;
        }
    }
    freeze(clients, "Sample: before the later claims were attested").await?;
    for claim in later {
        decide(clients, &finance, (&claim, Fate::AttestedLater)).await?;
    }
    let file = correction(seed);
    import(file.kind, &file.name, None, file.text, clients).await?;
    freeze(clients, "Sample: after a line of the ledger was corrected").await
}

async fn claimed(clients: &Clients, owner: &Account, of: &SampleClaim) -> Result<pb::Claim, Failure> {
    let request = pb::ClaimSavingRequest {
        scheme: of.scheme.clone(),
        month: of.month.clone(),
        pence: of.pence,
        line: Some(line(&of.account, &of.cost_centre)),
        proposal: String::new(),
    };
    let answer = clients.backoffice().claim_saving(owner.request(request)).await?.into_inner();
    Ok(answer.claim.unwrap_or_default())
}

fn line(account: &str, cost_centre: &str) -> pb::LedgerLine {
    pb::LedgerLine { account: account.into(), cost_centre: cost_centre.into(), ..pb::LedgerLine::default() }
}

/// What finance says of a claim.
async fn decide(clients: &Clients, finance: &Account, (of, fate): (&pb::Claim, Fate)) -> Result<(), Failure> {
    let claim_id = of.claim_id.clone();
    let mut backoffice = clients.backoffice();
    if fate == Fate::Rejected {
        let reason = "sample: the movement is another scheme's".to_owned();
        backoffice.reject_claim(finance.request(pb::RejectClaimRequest { claim_id, reason })).await?;
        return Ok(());
    }
    // nothing given is all of it, at the line that the owner named
    let pence = if fate == Fate::InPart { of.claimed_pence * 4 / 5 } else { 0 };
    let request = pb::AttestClaimRequest { claim_id, pence, ..pb::AttestClaimRequest::default() };
    backoffice.attest_claim(finance.request(request)).await?;
    Ok(())
}

/// Finance attests what came by itself, but rejects the last that it decides on.
async fn decide_proposal(
    clients: &Clients,
    finance: &Account,
    (of, place): (&pb::Claim, usize),
) -> Result<(), Failure> {
    if place + 1 == DECIDED {
        return decide(clients, finance, (of, Fate::Rejected)).await;
    }
    let Some(known) = proposed(&of.source, &of.organisation) else { return Ok(()) };
    let request = pb::AttestClaimRequest {
        claim_id: of.claim_id.clone(),
        line: Some(line(known.account, known.cost_centre)),
        pence: 0,
        scheme: known.scheme,
    };
    clients.backoffice().attest_claim(finance.request(request)).await?;
    Ok(())
}

/// What came by itself, by month and organisation, once nothing more of it comes.
async fn proposals(clients: &Clients) -> Result<Vec<pb::Claim>, Failure> {
    let begun = Instant::now();
    let mut before = Vec::new();
    loop {
        let request = pb::ListClaimsRequest {
            state: pb::ClaimState::Proposed.into(),
            page: Some(PageRequest { size: 1_000, token: String::new() }),
            ..pb::ListClaimsRequest::default()
        };
        let answer = clients.backoffice().list_claims(clients.request(request)).await?.into_inner();
        let mut found = answer.claims;
        found.sort_by(|one, other| (&one.month, &one.organisation).cmp(&(&other.month, &other.organisation)));
        let all = SOURCES.iter().all(|source| found.iter().any(|it| it.source == *source));
        if all && found == before {
            return Ok(found);
        }
        if begun.elapsed() > PATIENCE {
            tracing::warn!("the sample's claims that come by themselves are late: some are not decided on");
            return Ok(found);
        }
        before = found;
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

async fn freeze(clients: &Clients, note: &str) -> Result<(), Failure> {
    let request = pb::FreezeEditionRequest {
        signed_as: "sample programme office".into(),
        note: note.into(),
        ..pb::FreezeEditionRequest::default()
    };
    clients.backoffice().freeze_edition(clients.request(request)).await?;
    Ok(())
}
