//! What the board sees: attested money, and what stands in the way of the rest.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use super::{Claim, Decision, Event, LineKey, SavingsLedger, Scheme};
use crate::domain::Month;

/// Why an attested claim does not count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Held {
    /// Its line is not in the ledger.
    NoLine,
    /// Its scheme is not registered.
    NoScheme,
    /// Its line is of another organisation than its scheme.
    OtherOrganisation,
    /// Who claimed also attested.
    SamePerson,
    /// More was attested than claimed, or nothing.
    BeyondClaim,
    /// More was attested than the line moved.
    BeyondLine,
    /// The line supports this claim already, which was attested before.
    LineTaken(String),
}

impl fmt::Display for Held {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoLine => f.write_str("its line is not in the ledger"),
            Self::NoScheme => f.write_str("its scheme is not registered"),
            Self::OtherOrganisation => f.write_str("its line is of another organisation than its scheme"),
            Self::SamePerson => f.write_str("who claimed also attested"),
            Self::BeyondClaim => f.write_str("more was attested than claimed, or nothing"),
            Self::BeyondLine => f.write_str("more was attested than the line moved"),
            Self::LineTaken(other) => write!(f, "its line supports the claim {other} already"),
        }
    }
}

/// Where a claim stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Nobody decided yet.
    Claimed,
    /// So many pence count.
    Attested(i64),
    /// Finance rejected it, for this reason.
    Rejected(String),
    /// The owner took it back.
    Withdrawn,
    /// Attested, and something forbids that it counts.
    Held(Held),
}

/// A claim on the board.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimRow {
    /// The claim.
    pub claim: Claim,
    /// Where it stands.
    pub standing: Standing,
    /// Is its scheme above the organisation's own programme? Only then it is in the headline.
    pub over_and_above: bool,
}

impl ClaimRow {
    /// Pence in the headline.
    pub fn headline(&self) -> i64 {
        match self.standing {
            Standing::Attested(pence) if self.over_and_above => pence,
            _ => 0,
        }
    }
}

/// What the board sees; money in pence.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Board {
    /// Attested, above the organisations' own programmes: the headline.
    pub total: i64,
    /// The headline by organisation (ODS code).
    pub organisations: BTreeMap<String, i64>,
    /// The headline by month of the ledger.
    pub months: BTreeMap<Month, i64>,
    /// The headline by scheme.
    pub schemes: BTreeMap<String, i64>,
    /// The recurrent part of the headline.
    pub recurrent: i64,
    /// Attested within the organisations' own programmes: true, and none of this programme's.
    pub within_own: i64,
    /// Claimed and not decided: never in the headline.
    pub unattested: i64,
    /// Every claim, by name.
    pub claims: BTreeMap<String, ClaimRow>,
    /// Names under which more than one claim was made; the first counts.
    pub doubled: BTreeSet<String>,
    /// Events that do not count because others of their id say something else.
    pub disputed: Vec<String>,
}

/// What the events say, before it is judged.
#[derive(Default)]
struct Heard<'a> {
    schemes: BTreeMap<&'a str, &'a Scheme>,
    lines: BTreeMap<&'a LineKey, i64>,
    claims: BTreeMap<&'a str, &'a Claim>,
    /// By claim: the latest decision with its place in the order of events.
    decisions: BTreeMap<&'a str, (usize, &'a Decision, &'a str)>,
    doubled: BTreeSet<String>,
}

impl SavingsLedger {
    /// The board of what was heard so far.
    pub fn board(&self) -> Board {
        let mut heard = Heard::default();
        for (order, recorded) in self.undisputed().into_iter().enumerate() {
            heard.take(order, &recorded.event);
        }
        let mut board = Board {
            disputed: self.disputed().map(str::to_owned).collect(),
            doubled: heard.doubled.clone(),
            ..Board::default()
        };
        let mut taken: BTreeMap<&LineKey, &str> = BTreeMap::new();
        for claim in heard.in_order_of_decision() {
            let standing = heard.standing(claim, &mut taken);
            let scheme = heard.schemes.get(claim.scheme.as_str()).copied();
            board.add(claim, standing, scheme);
        }
        board
    }
}

impl<'a> Heard<'a> {
    fn take(&mut self, order: usize, event: &'a Event) {
        match event {
            Event::Registered(scheme) => {
                self.schemes.insert(&scheme.id, scheme);
            }
            Event::Imported(import) => {
                self.lines.extend(import.lines().iter().map(|(key, pence)| (key, *pence)));
            }
            Event::Claimed(claim) => {
                let first = *self.claims.entry(&claim.id).or_insert(claim);
                if first != claim {
                    self.doubled.insert(claim.id.clone());
                }
            }
            Event::Decided { claim, decision, by } => {
                self.decisions.insert(claim, (order, decision, by));
            }
        }
    }

    /// Claims by the time of their decision, so that the first attestation takes the line; undecided ones last.
    fn in_order_of_decision(&self) -> Vec<&'a Claim> {
        let mut claims: Vec<&Claim> = self.claims.values().copied().collect();
        claims.sort_by_key(|claim| self.decisions.get(claim.id.as_str()).map_or(usize::MAX, |it| it.0));
        claims
    }

    fn standing(&self, claim: &'a Claim, taken: &mut BTreeMap<&'a LineKey, &'a str>) -> Standing {
        let Some((_, decision, by)) = self.decisions.get(claim.id.as_str()) else { return Standing::Claimed };
        let pence = match decision {
            Decision::Attested(pence) => *pence,
            Decision::Rejected(reason) => return Standing::Rejected(reason.clone()),
            Decision::Withdrawn => return Standing::Withdrawn,
        };
        if let Some(held) = self.held(claim, pence, by) {
            return Standing::Held(held);
        }
        if let Some(other) = taken.get(&claim.line) {
            return Standing::Held(Held::LineTaken((*other).to_owned()));
        }
        taken.insert(&claim.line, &claim.id);
        Standing::Attested(pence)
    }

    fn held(&self, claim: &Claim, pence: i64, by: &str) -> Option<Held> {
        let Some(scheme) = self.schemes.get(claim.scheme.as_str()) else { return Some(Held::NoScheme) };
        let Some(line) = self.lines.get(&claim.line) else { return Some(Held::NoLine) };
        if scheme.organisation != claim.line.organisation {
            return Some(Held::OtherOrganisation);
        }
        if by == claim.by {
            return Some(Held::SamePerson);
        }
        if pence <= 0 || pence > claim.pence {
            return Some(Held::BeyondClaim);
        }
        (pence.unsigned_abs() > line.unsigned_abs()).then_some(Held::BeyondLine)
    }
}

impl Board {
    fn add(&mut self, claim: &Claim, standing: Standing, scheme: Option<&Scheme>) {
        let over_and_above = scheme.is_some_and(|scheme| scheme.over_and_above);
        let row = ClaimRow { claim: claim.clone(), standing, over_and_above };
        match row.standing {
            Standing::Claimed => self.unattested += claim.pence,
            Standing::Attested(pence) if !over_and_above => self.within_own += pence,
            Standing::Attested(pence) => {
                self.total += pence;
                *self.organisations.entry(claim.line.organisation.clone()).or_default() += pence;
                *self.months.entry(claim.line.month).or_default() += pence;
                *self.schemes.entry(claim.scheme.clone()).or_default() += pence;
                self.recurrent += if scheme.is_some_and(|scheme| scheme.recurrent) { pence } else { 0 };
            }
            _ => {}
        }
        self.claims.insert(claim.id.clone(), row);
    }
}
