//! What comes out. Money is in whole pence, times are minutes.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::{bill::Bill, document::Unfilled, refuse::Reason};

/// An allocation with its cost, its bound, its reasons and what it is compared with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Outcome {
    /// Title of the case.
    pub title: String,
    /// Who fills which shift, in the order of the document.
    pub allocations: Vec<Allocation>,
    /// Shifts that are left, in the order of the document, each with its reasons.
    pub unfilled: Vec<Left>,
    /// What it costs.
    pub cost: Cost,
    /// What nobody can go below.
    pub bound: Bound,
    /// How hours are shared out.
    pub fairness: Fairness,
    /// The same case, each shift in the order of the document to whoever answers first: own bank, then the others.
    pub first_come: FirstCome,
    /// Cost by home and host; the lines add up to `cost.bank_pence`.
    pub recharge: Vec<Recharge>,
    /// What every organisation bears; `cost_pence` adds up to `cost.bank_pence`.
    pub positions: Vec<Position>,
    /// The recharge as a journal that balances.
    pub journal: Vec<Posting>,
}

/// A shift and who fills it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Allocation {
    /// Reference of the shift.
    pub shift_ref: String,
    /// Code of the host.
    pub organisation: String,
    /// Ward; empty when not given.
    pub ward: String,
    /// Start on the clock of London.
    pub start: String,
    /// End on the clock of London.
    pub end: String,
    /// Reference of the worker.
    pub worker_ref: String,
    /// Code of the worker's home.
    pub home_organisation: String,
    /// Working time, in minutes.
    pub minutes: i64,
    /// Does the worker know the ward? A shift without a ward counts as known.
    pub known_ward: bool,
    /// All-in cost by its parts.
    #[serde(flatten)]
    pub bill: Bill,
    /// All-in cost, in pence.
    pub all_in_pence: i64,
    /// What leaving the shift would have cost.
    pub instead_of: Unfilled,
}

/// A shift that nobody fills.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Left {
    /// Reference of the shift.
    pub shift_ref: String,
    /// Code of the host.
    pub organisation: String,
    /// Start on the clock of London.
    pub start: String,
    /// End on the clock of London.
    pub end: String,
    /// What leaving it costs.
    pub unfilled: Unfilled,
    /// Workers by the first reason that stands against them; all workers of the case are counted.
    pub refused: BTreeMap<Reason, u64>,
    /// The worker with the fewest reasons; none in a case without workers.
    pub nearest: Option<Nearest>,
}

/// The worker who came nearest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Nearest {
    /// Reference of the worker.
    pub worker_ref: String,
    /// Everything that stands against it, and what is lacking.
    pub reasons: Vec<Against>,
}

/// A reason with what is lacking.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Against {
    /// Reason.
    pub reason: Reason,
    /// In words.
    pub what: String,
}

/// Cost by what it is for. Only the first three are money that somebody pays.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Cost {
    /// All-in cost of the bank, in pence.
    pub bank_pence: i64,
    /// All-in cost of agencies for shifts that are left, in pence.
    pub agency_pence: i64,
    /// Both together, in pence.
    pub all_in_pence: i64,
    /// Weight of shifts that stay empty, in pence; nobody pays it.
    pub shortage_pence: i64,
    /// Weight of shifts worked by somebody who does not know the ward, in pence; nobody pays it.
    pub continuity_pence: i64,
    /// Weight of hours above the fair ones, in 1/1000 pence; nobody pays it.
    pub fairness_millipence: i64,
    /// What the allocation makes as small as it can: all of them, in 1/1000 pence.
    pub objective_millipence: i64,
    /// Shifts that are filled.
    pub filled: u64,
    /// Working time of these, in minutes.
    pub filled_minutes: i64,
}

/// What nobody can go below.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Bound {
    /// No allocation within the rules has an objective below this, in 1/1000 pence.
    pub objective_millipence: i64,
    /// Gap between the objective and its bound, in ppm of the bound, rounded up; none while the bound is not positive.
    pub gap_ppm: Option<u64>,
    /// Is the objective proven to be the least?
    pub optimal: bool,
    /// No allocation within the rules has all-in cost and shortage together below this, in pence, were there no weights.
    pub cost_pence: i64,
    /// Prices that were tried.
    pub steps: u64,
}

/// How hours are shared out among workers who could fill at least one shift.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Fairness {
    /// Workers who could fill at least one shift.
    pub able: u64,
    /// Workers who got one.
    pub working: u64,
    /// Most time that a worker got, in minutes.
    pub most_minutes: i64,
    /// What the middle one of the able workers got, in minutes.
    pub median_minutes: i64,
    /// Gini coefficient of minutes among able workers, in ppm: 0 is the same for all.
    pub gini_ppm: i64,
    /// By organisation.
    pub organisations: Vec<Share>,
}

/// The share of an organisation.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Share {
    /// Code.
    pub organisation: String,
    /// Its workers who could fill at least one shift.
    pub able: u64,
    /// What its workers got, in minutes.
    pub worked_minutes: i64,
    /// That for each able worker, in minutes.
    pub minutes_per_able: i64,
    /// Shifts that it asked for.
    pub asked: u64,
    /// Shifts of it that are filled.
    pub filled: u64,
    /// Shifts of it that are filled, in ppm of those it asked for.
    pub filled_ppm: i64,
}

/// What first-come gives.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FirstCome {
    /// Seed of who answers first.
    pub seed: u64,
    /// What it costs.
    pub cost: Cost,
    /// How hours are shared out.
    pub fairness: Fairness,
    /// What the allocation saves beside it in all-in cost, in pence.
    pub saved_pence: i64,
}

/// Cost of what workers of one home do for one host.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Recharge {
    /// Code of the home, which pays the workers.
    pub home: String,
    /// Code of the host, which bears the cost.
    pub host: String,
    /// Is it a recharge? Own workers of the host are none.
    pub recharged: bool,
    /// Shifts.
    pub shifts: u64,
    /// Working time, in minutes.
    pub minutes: i64,
    /// Cost by its parts.
    #[serde(flatten)]
    pub bill: Bill,
    /// All of it, in pence.
    pub total_pence: i64,
}

/// What an organisation bears and lends.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Position {
    /// Code.
    pub organisation: String,
    /// Own workers in own shifts, in pence.
    pub own_pence: i64,
    /// Recharged to it for workers of others, in pence.
    pub borrowed_pence: i64,
    /// Both: what its shifts cost through the bank, in pence.
    pub cost_pence: i64,
    /// Recharged by it for its workers elsewhere, in pence.
    pub lent_pence: i64,
}

/// Side of a posting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Side {
    /// Cost of the host.
    Debit,
    /// Income of the home.
    Credit,
}

/// A line of the journal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Posting {
    /// Whose books.
    pub organisation: String,
    /// The other side.
    pub counterparty: String,
    /// Side.
    pub side: Side,
    /// Account: `shared-bank-cost` of the host, `shared-bank-income` of the home.
    pub account: &'static str,
    /// Amount, in pence; more than nothing.
    pub pence: i64,
}
