//! What comes out. Money is in whole pence.

use std::collections::BTreeMap;

use serde::{Serialize, Serializer};

use crate::rule::RuleKind;

/// How good an award is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// Proven in whole pence: no award that keeps the rules costs less.
    Optimal,
    /// An award that keeps the rules; at most `gap` above the least.
    Feasible,
    /// Proven: no award keeps the rules.
    Infeasible,
    /// None was found within the budget, and it is not proven that there is none.
    Unknown,
}

/// An award with its bound, its runner-up and the price of each constraint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Outcome {
    /// Title of the round.
    pub title: String,
    /// How good it is.
    pub status: Status,
    /// What the award costs: bids and switching; none where there is no award.
    pub cost_pence: Option<i64>,
    /// Of that, what the bids ask.
    pub price_pence: Option<i64>,
    /// Of that, switching.
    pub switching_pence: Option<i64>,
    /// No award that keeps the rules costs less; none where none exists.
    pub bound_pence: Option<i64>,
    /// What the award costs above the bound, as a share of what it costs, rounded up; none without an award.
    pub gap: Option<Gap>,
    /// Did the solver of mixed-integer programmes come to its end with nothing cheaper? It works in floats, so that this is no proof.
    pub solver_ended: bool,
    /// Ids of the awarded bids, in the order of the document.
    pub awards: Vec<String>,
    /// Each lot with its bid, in the order of the document.
    pub lots: Vec<LotRow>,
    /// Each supplier that is awarded anything, in the order of the document.
    pub suppliers: Vec<SupplierRow>,
    /// The next best award that differs in one bid at least; none where there is no other.
    pub runner_up: Option<RunnerUp>,
    /// What each kind of constraint costs, in pence, by its key in the document; none where one of the two awards is not there, or not
    /// proven to be the least. `constraints` has what is known of it then.
    pub price_of_constraints: BTreeMap<RuleKind, Option<i64>>,
    /// Each constraint by itself.
    pub constraints: Vec<Priced>,
    /// The cheapest bid for each lot alone; none where a lot has no bid of its own.
    pub separate: Option<Separate>,
    /// Bids that no award can hold.
    pub left_out: Vec<LeftOut>,
    /// Why there is no award; empty where there is one.
    pub reasons: Vec<String>,
    /// Nodes of the search.
    pub nodes: u64,
}

/// A gap, in ppm; written as a share.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Gap(pub u64);

impl Serialize for Gap {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(self.0 as f64 / 1e6)
    }
}

impl Gap {
    /// What a cost is above its bound, as a share of the cost, rounded up.
    pub(crate) fn between(cost: i64, bound: i64) -> Self {
        if cost <= bound {
            return Self(0);
        }
        let above = i128::from(cost - bound) * 1_000_000;
        let cost = i128::from(cost.max(1));
        Self(u64::try_from((above + cost - 1) / cost).unwrap_or(1_000_000).min(1_000_000))
    }
}

/// A lot and the bid that it is awarded to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LotRow {
    /// Id.
    pub id: String,
    /// Quantity.
    pub quantity: i64,
    /// Id of the bid.
    pub bid: String,
    /// Supplier.
    pub supplier: String,
}

/// What a supplier is awarded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SupplierRow {
    /// Name.
    pub supplier: String,
    /// Bids.
    pub bids: u64,
    /// Lots.
    pub lots: u64,
    /// What its bids ask, in pence.
    pub value_pence: i64,
    /// Its share in ppm of what the round counts shares in, rounded down; by value where no share is limited.
    pub share_ppm: i64,
    /// What switching to it costs, in pence.
    pub switching_pence: i64,
}

/// The next best award.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RunnerUp {
    /// What it costs, with switching.
    pub cost_pence: i64,
    /// How much dearer it is; 0 is a tie.
    pub difference_pence: i64,
    /// Ids of its bids, in the order of the document.
    pub awards: Vec<String>,
    /// Those of them that the award has not.
    pub instead: Vec<String>,
    /// Is it proven that nothing lies between?
    pub proven: bool,
}

/// What a constraint costs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Priced {
    /// Kind.
    pub kind: RuleKind,
    /// In words.
    pub constraint: String,
    /// Cost of the award less what it would cost without this constraint alone, in pence; none where one of the two has no award.
    pub price_pence: Option<i64>,
    /// What it would cost without it.
    pub without_pence: Option<i64>,
    /// The price is no more than this, whatever a longer search finds.
    pub at_most_pence: Option<i64>,
    /// Are both costs proven to be the least?
    pub proven: bool,
    /// Does it stand for several of its kind (all, or those of an organisation), each of which stands by itself, too?
    pub together: bool,
}

/// The cheapest bid for each lot alone, whatever suppliers and shares come of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Separate {
    /// With switching, in pence.
    pub cost_pence: i64,
    /// Ids of its bids, in the order of the document.
    pub awards: Vec<String>,
    /// Constraints that it breaks, in words.
    pub breaks: Vec<String>,
}

/// A bid that no award can hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LeftOut {
    /// Id of the bid.
    pub bid: String,
    /// Why.
    pub reason: String,
}
