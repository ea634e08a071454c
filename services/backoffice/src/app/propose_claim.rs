//! An event speaks for a saving: it becomes a proposed claim with its evidence, once, however often and in whatever order events
//! come. A human takes it on, attests it or rejects it.
//!
//! What is proposed must be a function of the events that were heard, never of their order: who calls keeps what it heard and works
//! the whole of it out again, under a lock of its own where two events can meet. Where each event is a claim of its own,
//! `heads::advance` keeps an older version from coming after a newer. A new source is an id that names what it is of, a source, and
//! what its evidence comes to.

use muster_kit::{Event, Result, UnitOfWork, clock};

use crate::{
    domain::{
        Month,
        claim::{ClaimState, Evidence, Finding, SavingClaim},
    },
    events,
    store::claims,
};

/// What an event speaks for.
pub(crate) struct Proposal {
    /// Name of the claim: the same whenever the same thing is proposed.
    pub(crate) id: String,
    /// What proposes it: `agency-displacement`.
    pub(crate) source: &'static str,
    /// Scheme; empty where the event names none.
    pub(crate) scheme: String,
    /// ODS code of who saves.
    pub(crate) organisation: String,
    /// Month of the saving.
    pub(crate) month: Month,
    /// What the evidence comes to.
    pub(crate) found: Finding,
}

/// The evidence that an event is, with what of it was used in a sentence.
pub(crate) fn evidence(event: &Event, says: String) -> Evidence {
    Evidence {
        event_id: event.id.to_string(),
        causation_id: event.causation_id.map(|id| id.to_string()).unwrap_or_default(),
        kind: event.kind.clone(),
        aggregate_id: event.aggregate_id.clone(),
        version: event.aggregate_version,
        occurred_at: event.occurred_at_micros,
        says,
        line: 0,
    }
}

/// Proposes a claim, moves a proposal that nobody touched, or notes beside any other what its evidence comes to now. Nothing is proposed
/// where nothing was saved.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn propose_claim(uow: &mut UnitOfWork, of: Proposal) -> Result<()> {
    let (after, new) = match claims::find(uow.conn(), &uow.scope(), &of.id).await? {
        Some(known) => match known.revised(&of.found) {
            Some(after) => (after, false),
            None => return Ok(()),
        },
        None if of.found.pence <= 0 => return Ok(()),
        None => (proposed(of, &uow.actor().id, clock::now_micros()), true),
    };
    if new {
        claims::insert(uow, &after).await?;
    } else {
        claims::update(uow, &after).await?;
    }
    uow.publish(events::saving("claimed", &after))?;
    Ok(())
}

fn proposed(of: Proposal, by: &str, at: i64) -> SavingClaim {
    let Finding { pence, evidence, caveats } = of.found;
    SavingClaim {
        id: of.id,
        scheme: of.scheme,
        organisation: of.organisation,
        month: of.month,
        pence,
        state: ClaimState::Proposed,
        source: of.source.to_owned(),
        by: by.to_owned(),
        at,
        line: None,
        attested: None,
        decided: None,
        reason: String::new(),
        evidence,
        caveats,
        evidence_pence: Some(pence),
        version: 1,
    }
}
