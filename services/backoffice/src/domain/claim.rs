//! A claim from its first word to what finance says of it.
//!
//! It is proposed by an event or claimed by the owner of a scheme; an owner may take a proposal on; finance attests it against a
//! line of the ledger or rejects it, and may take an attestation back. Nobody decides on a claim of their own. What events say
//! later moves a proposal that nobody touched; once somebody has, the amount stays and the difference is shown.

use serde::{Deserialize, Serialize};

use super::{
    Month, Word,
    savings::{Claim, Decision, Event, LedgerImport, LineKey, Recorded, SavingsLedger, Scheme},
};

/// Where a claim stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ClaimState {
    /// An event proposed it.
    Proposed,
    /// The owner claims it.
    Claimed,
    /// Finance found it in the ledger.
    Attested,
    /// Finance did not, or took that back.
    Rejected,
    /// An event proposed it, and later ones left nothing of it.
    Lapsed,
}

impl Word for ClaimState {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("proposed", Self::Proposed),
        ("claimed", Self::Claimed),
        ("attested", Self::Attested),
        ("rejected", Self::Rejected),
        ("lapsed", Self::Lapsed),
    ];
}

impl ClaimState {
    /// Does it wait for a decision?
    pub fn undecided(self) -> bool {
        matches!(self, Self::Proposed | Self::Claimed)
    }
}

/// What a claim or a plan line rests on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// Id of the event; empty where it is an imported row, a decision, or an event named by kind, aggregate and version only.
    pub event_id: String,
    /// The event that caused that one; empty where none did.
    pub causation_id: String,
    /// Kind of the event, or of the file.
    pub kind: String,
    /// Aggregate of the event, or key of the row.
    pub aggregate_id: String,
    /// Version of the aggregate; 0 for a row.
    pub version: i64,
    /// When it happened, microseconds UTC.
    pub occurred_at: i64,
    /// What of it was used, in a sentence.
    pub says: String,
    /// Line of a row in its file, 1 = first line; 0 for an event or a decision. Not written where it is 0, so that what was written
    /// before there were lines keeps its hash.
    #[serde(default, skip_serializing_if = "nought")]
    pub line: i64,
}

impl Evidence {
    /// Is it what a person decided, and no event or row?
    pub fn decided(&self) -> bool {
        ["claim", "case-decision"].contains(&self.kind.as_str())
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the shape that serde asks for")]
fn nought(line: &i64) -> bool {
    *line == 0
}

/// A claim.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavingClaim {
    /// Its name.
    pub id: String,
    /// Scheme; empty while nobody has named one.
    pub scheme: String,
    /// ODS code of who saves.
    pub organisation: String,
    /// Month of the saving.
    pub month: Month,
    /// Pence claimed.
    pub pence: i64,
    /// Where it stands.
    pub state: ClaimState,
    /// What it comes from: `owner`, or what proposed it.
    pub source: String,
    /// Who claims: an actor id.
    pub by: String,
    /// When, microseconds UTC.
    pub at: i64,
    /// Line of the ledger that is to support it, or does.
    pub line: Option<LineKey>,
    /// Pence attested.
    pub attested: Option<i64>,
    /// Who decided, and when, microseconds UTC.
    pub decided: Option<(String, i64)>,
    /// Why it was rejected.
    pub reason: String,
    /// What it rests on.
    pub evidence: Vec<Evidence>,
    /// What a reader must know of how it was worked out, a sentence each.
    pub caveats: Vec<String>,
    /// What the evidence comes to now, pence.
    pub evidence_pence: Option<i64>,
    /// Counts its changes from 1.
    pub version: i64,
}

/// What the evidence of a proposal says now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Pence.
    pub pence: i64,
    /// Evidence.
    pub evidence: Vec<Evidence>,
    /// Caveats.
    pub caveats: Vec<String>,
}

/// Why a claim cannot be changed so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// It is in another state.
    #[error("the claim is {}: {what}", state.word())]
    State {
        /// In this one.
        state: ClaimState,
        /// What helps.
        what: &'static str,
    },
    /// Who claims may not decide.
    #[error("this account claims it: somebody else must decide")]
    Own,
    /// Not between a penny and what is claimed.
    #[error("the amount is not between a penny and what is claimed: a larger saving is a claim of its own")]
    Amount,
    /// The line is of somebody else.
    #[error("the line is of another organisation than the claim: name a line of its own ledger")]
    Organisation,
    /// No line.
    #[error("the claim names no line of the ledger: name the one that supports it")]
    NoLine,
    /// No scheme.
    #[error("the claim names no scheme: name the one that it belongs to")]
    NoScheme,
    /// No reason.
    #[error("the reason is missing: say what was not found in the ledger")]
    NoReason,
}

/// Who acts, and when, microseconds UTC.
#[derive(Clone, Copy, Debug)]
pub struct By<'a> {
    /// Actor id.
    pub actor: &'a str,
    /// Instant.
    pub at: i64,
}

impl SavingClaim {
    /// The claim after later events said something else; none where that changes nothing.
    pub fn revised(&self, found: &Finding) -> Option<Self> {
        let mut after = self.clone();
        after.evidence_pence = Some(found.pence);
        if matches!(self.state, ClaimState::Proposed | ClaimState::Lapsed) {
            let stands = found.pence > 0;
            after.pence = found.pence.max(0);
            after.state = if stands { ClaimState::Proposed } else { ClaimState::Lapsed };
            after.evidence.clone_from(&found.evidence);
            after.caveats.clone_from(&found.caveats);
        }
        (after != *self).then(|| after.next())
    }

    /// An owner takes a proposal on, for as much of it or less.
    ///
    /// # Errors
    /// It is no proposal, or the amount is beyond it.
    pub fn taken_on(
        &self,
        by: By<'_>,
        scheme: &Scheme,
        pence: i64,
        line: Option<LineKey>,
    ) -> Result<Self, Fault> {
        if self.state != ClaimState::Proposed {
            return Err(Fault::State { state: self.state, what: "only what is proposed can be taken on" });
        }
        self.fits(scheme, line.as_ref())?;
        let pence = self.part(pence)?;
        let after = Self {
            scheme: scheme.id.clone(),
            pence,
            state: ClaimState::Claimed,
            by: by.actor.to_owned(),
            at: by.at,
            line,
            ..self.clone()
        };
        Ok(after.next())
    }

    /// Finance found so many pence (0 = all) in a line.
    ///
    /// # Errors
    /// It is decided, one's own, without line or scheme, or the amount is beyond it.
    pub fn attested(
        &self,
        by: By<'_>,
        scheme: &Scheme,
        pence: i64,
        line: Option<LineKey>,
    ) -> Result<Self, Fault> {
        if !self.state.undecided() {
            return Err(Fault::State {
                state: self.state,
                what: "only what waits for a decision can be attested",
            });
        }
        self.not_own(by)?;
        let line = line.or_else(|| self.line.clone()).ok_or(Fault::NoLine)?;
        self.fits(scheme, Some(&line))?;
        let after = Self {
            scheme: scheme.id.clone(),
            state: ClaimState::Attested,
            line: Some(line),
            attested: Some(self.part(pence)?),
            decided: Some((by.actor.to_owned(), by.at)),
            ..self.clone()
        };
        Ok(after.next())
    }

    /// Finance did not find it, or takes its attestation back.
    ///
    /// # Errors
    /// It is rejected or lapsed already, one's own, or without a reason.
    pub fn rejected(&self, by: By<'_>, reason: &str) -> Result<Self, Fault> {
        if !self.state.undecided() && self.state != ClaimState::Attested {
            return Err(Fault::State { state: self.state, what: "there is nothing to reject" });
        }
        self.not_own(by)?;
        if reason.trim().is_empty() {
            return Err(Fault::NoReason);
        }
        let after = Self {
            state: ClaimState::Rejected,
            attested: None,
            decided: Some((by.actor.to_owned(), by.at)),
            reason: reason.trim().to_owned(),
            ..self.clone()
        };
        Ok(after.next())
    }

    fn next(mut self) -> Self {
        self.version += 1;
        self
    }

    fn not_own(&self, by: By<'_>) -> Result<(), Fault> {
        if self.by == by.actor { Err(Fault::Own) } else { Ok(()) }
    }

    fn part(&self, pence: i64) -> Result<i64, Fault> {
        let pence = if pence == 0 { self.pence } else { pence };
        if (1..=self.pence).contains(&pence) { Ok(pence) } else { Err(Fault::Amount) }
    }

    fn fits(&self, scheme: &Scheme, line: Option<&LineKey>) -> Result<(), Fault> {
        let other = |organisation: &str| organisation != self.organisation;
        if other(&scheme.organisation) || line.is_some_and(|line| other(&line.organisation)) {
            return Err(Fault::Organisation);
        }
        Ok(())
    }

    /// The claim as the ledger of savings takes it.
    fn claim(&self) -> Claim {
        let nowhere = || LineKey {
            organisation: self.organisation.clone(),
            month: self.month,
            account: String::new(),
            cost_centre: String::new(),
        };
        Claim {
            id: self.id.clone(),
            scheme: self.scheme.clone(),
            line: self.line.clone().unwrap_or_else(nowhere),
            pence: self.pence,
            by: self.by.clone(),
        }
    }

    fn decision(&self) -> Option<(Decision, &str, i64)> {
        let (by, at) = self.decided.as_ref()?;
        let decision = match self.state {
            ClaimState::Attested => Decision::Attested(self.attested.unwrap_or_default()),
            ClaimState::Rejected => Decision::Rejected(self.reason.clone()),
            _ => return None,
        };
        Some((decision, by, *at))
    }
}

/// The ledger of savings that schemes, lines of the ledger (pence) and claims make. What lapsed is no part of it.
pub fn savings_ledger<'a>(
    schemes: impl IntoIterator<Item = &'a Scheme>,
    lines: std::collections::BTreeMap<LineKey, i64>,
    claims: &[SavingClaim],
) -> SavingsLedger {
    let mut ledger = SavingsLedger::default();
    let mut tell = |at: i64, id: String, event: Event| {
        ledger.apply(Recorded { at, id, event });
    };
    for scheme in schemes {
        tell(0, format!("scheme {}", scheme.id), Event::Registered(scheme.clone()));
    }
    let total = lines.values().fold(0_i64, |sum, pence| sum.saturating_add(*pence));
    if let Ok(import) = LedgerImport::new(lines, total) {
        tell(0, "ledger".into(), Event::Imported(import));
    }
    for it in claims.iter().filter(|it| it.state != ClaimState::Lapsed) {
        tell(it.at, format!("claim {}", it.id), Event::Claimed(it.claim()));
        if let Some((decision, by, at)) = it.decision() {
            let event = Event::Decided { claim: it.id.clone(), decision, by: by.to_owned() };
            tell(at, format!("decision {}", it.id), event);
        }
    }
    ledger
}
