//! What a history makes of a round.

use std::collections::{BTreeMap, BTreeSet};

use super::command::{Command, Computed, Event, Offer, Recorded, Terms};
use crate::document::{Bid, Constraints, Lot, Round};

/// Where a round is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// Not opened yet.
    #[default]
    New,
    /// Pledges are taken.
    Pledging,
    /// Bids are taken.
    Bidding,
    /// An award is put forward.
    Computed,
    /// Somebody refused the award that was put forward.
    Refused,
    /// Awarded: the end.
    Awarded,
    /// Cancelled: the end.
    Cancelled,
}

impl Phase {
    /// In words, after "while".
    pub fn words(self) -> &'static str {
        match self {
            Self::New => "it is not open",
            Self::Pledging => "pledges are taken",
            Self::Bidding => "bids are taken",
            Self::Computed => "an award waits for approval",
            Self::Refused => "an award was refused",
            Self::Awarded => "it is awarded",
            Self::Cancelled => "it is cancelled",
        }
    }

    /// Is it the end?
    pub fn ended(self) -> bool {
        matches!(self, Self::Awarded | Self::Cancelled)
    }
}

/// What an organisation said of the award that is put forward.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Agrees.
    Approved,
    /// Does not, and why.
    Refused(String),
}

/// A round: its history, and what comes of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CollectiveRound {
    history: Vec<Recorded>,
    pub(super) phase: Phase,
    pub(super) terms: Option<Terms>,
    /// By organisation and lot; none of them 0.
    pub(super) pledges: BTreeMap<(String, String), i64>,
    /// By id, those withdrawn left out.
    pub(super) offers: BTreeMap<String, Offer>,
    /// Ids that were ever used.
    pub(super) used: BTreeSet<String>,
    pub(super) computed: Option<Computed>,
    /// On the award that is put forward, by organisation.
    pub(super) verdicts: BTreeMap<String, Verdict>,
}

impl CollectiveRound {
    /// What a history makes of it. The history is taken as it is: it was decided when it happened.
    pub fn replay(history: impl IntoIterator<Item = Recorded>) -> Self {
        let mut round = Self::default();
        for recorded in history {
            round.record(recorded.at, recorded.event);
        }
        round
    }

    /// Everything that happened, in order.
    pub fn history(&self) -> &[Recorded] {
        &self.history
    }

    /// Where it is.
    pub fn phase(&self) -> Phase {
        self.phase
    }

    /// What it was opened with.
    pub fn terms(&self) -> Option<&Terms> {
        self.terms.as_ref()
    }

    /// Pledges that stand, by organisation and lot.
    pub fn pledges(&self) -> &BTreeMap<(String, String), i64> {
        &self.pledges
    }

    /// The award that is put forward, or was made.
    pub fn computed(&self) -> Option<&Computed> {
        self.computed.as_ref()
    }

    /// What organisations said of it.
    pub fn verdicts(&self) -> &BTreeMap<String, Verdict> {
        &self.verdicts
    }

    /// When something last happened; nothing before the opening.
    pub(super) fn last(&self) -> Option<i64> {
        self.history.last().map(|recorded| recorded.at)
    }

    /// Organisations with a pledge that stands: each has to approve.
    pub fn pledging(&self) -> BTreeSet<&str> {
        self.pledges.keys().map(|(organisation, _)| organisation.as_str()).collect()
    }

    /// Those of them that have not approved.
    pub fn missing(&self) -> Vec<&str> {
        let approved = |it: &&str| self.verdicts.get(*it) == Some(&Verdict::Approved);
        self.pledging().into_iter().filter(|it| !approved(it)).collect()
    }

    /// Takes what happened, as `decide` gave it.
    pub fn record(&mut self, at: i64, event: Event) {
        self.apply(&event.0);
        let number = self.history.len() as u64 + 1;
        self.history.push(Recorded { number, at, event });
    }

    fn apply(&mut self, what: &Command) {
        match what {
            Command::Open(terms) => {
                self.terms = Some(terms.clone());
                self.phase = Phase::Pledging;
            }
            Command::Pledge { organisation, lot, quantity } => {
                let key = (organisation.clone(), lot.clone());
                if *quantity == 0 {
                    self.pledges.remove(&key);
                } else {
                    self.pledges.insert(key, *quantity);
                }
            }
            Command::Close => self.phase = Phase::Bidding,
            Command::Bid(offer) => {
                self.used.insert(offer.id.clone());
                self.offers.insert(offer.id.clone(), offer.clone());
            }
            Command::Withdraw { bid } => {
                self.offers.remove(bid);
            }
            Command::Compute(computed) => {
                self.computed = Some(computed.clone());
                // what was said of another award says nothing of this one; it stays in the history
                self.verdicts.clear();
                self.phase = Phase::Computed;
            }
            Command::Approve { organisation } => {
                self.verdicts.insert(organisation.clone(), Verdict::Approved);
            }
            Command::Refuse { organisation, reason } => {
                self.verdicts.insert(organisation.clone(), Verdict::Refused(reason.clone()));
                self.phase = Phase::Refused;
            }
            Command::Award => self.phase = Phase::Awarded,
            Command::Cancel { .. } => self.phase = Phase::Cancelled,
        }
    }

    /// The round as a document to award from: lots with what was pledged together, and the bids that stand. A lot for which nothing is
    /// pledged is not in it, nor is a bid that holds one, or requires a bid that is not there.
    pub fn document(&self, constraints: Constraints) -> Round {
        let lots: Vec<Lot> = self
            .terms
            .iter()
            .flat_map(|terms| &terms.lots)
            .map(|lot| Lot { id: lot.id.clone(), quantity: self.pledged(&lot.id) })
            .filter(|lot| lot.quantity > 0)
            .collect();
        let place = |id: &String| lots.iter().position(|lot| lot.id == *id);
        let mut offers: Vec<&Offer> =
            self.offers.values().filter(|offer| offer.lots.iter().all(|lot| place(lot).is_some())).collect();
        while let Some(at) = offers.iter().position(|offer| {
            !offer.requires.iter().all(|other| offers.iter().any(|there| there.id == *other))
        }) {
            offers.remove(at);
        }
        let mut suppliers: Vec<String> = self.offers.values().map(|offer| offer.supplier.clone()).collect();
        suppliers.sort();
        suppliers.dedup();
        let bid = |offer: &&Offer| {
            let mut of: Vec<usize> = offer.lots.iter().filter_map(place).collect();
            of.sort_unstable();
            Bid {
                id: offer.id.clone(),
                supplier: suppliers.binary_search(&offer.supplier).unwrap_or(0),
                lots: of,
                price: offer.price.clone(),
                requires: offers
                    .iter()
                    .enumerate()
                    .filter(|(_, other)| offer.requires.contains(&other.id))
                    .map(|(at, _)| at)
                    .collect(),
            }
        };
        let bids = offers.iter().map(bid).collect();
        Round { title: String::new(), lots, bids, suppliers, constraints }
    }

    /// What all partners pledged of a lot.
    pub fn pledged(&self, lot: &str) -> i64 {
        self.pledges.iter().filter(|((_, of), _)| of == lot).map(|(_, quantity)| quantity).sum()
    }
}
