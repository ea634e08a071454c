//! A case as it was read: names resolved to positions, times to instants.

use std::collections::BTreeSet;

use jiff::civil::Date;
use serde::Serialize;

/// Name of the schema that documents say they follow.
pub const SCHEMA: &str = "muster-shared-bank/1";

/// Unfilled shifts and bank workers of several organisations, with the rules and prices that they go by.
#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    /// Title for people; empty when not given.
    pub title: String,
    /// Rest rules.
    pub rules: Rules,
    /// Small prices of what is no money.
    pub weights: Weights,
    /// Public holidays, paid like Sundays.
    pub holidays: BTreeSet<Date>,
    /// Partners of the bank.
    pub organisations: Vec<Organisation>,
    /// Pay rates by host and grade.
    pub rates: Vec<Rate>,
    /// Unfilled shifts, in the order in which they were asked for.
    pub shifts: Vec<Shift>,
    /// Bank workers.
    pub workers: Vec<Worker>,
}

/// What no allocation may break.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Rules {
    /// Least rest between two shifts, in minutes.
    pub rest_minutes: i64,
    /// Most working time a week on average over the reference period, in minutes, without an opt-out.
    pub average_minutes: i64,
    /// Length of the reference period, in weeks.
    pub reference_weeks: i64,
    /// Most nights in a row.
    pub nights_in_a_row: u32,
    /// A shift with at least so many minutes between 23:00 and 06:00 is a night.
    pub night_minutes: i64,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            rest_minutes: 11 * 60,
            average_minutes: 48 * 60,
            reference_weeks: 17,
            nights_in_a_row: 4,
            night_minutes: 3 * 60,
        }
    }
}

/// Prices of what is no money. They steer the choice between allocations and stand on lines of their own; no pound holds them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Weights {
    /// For each shift worked by somebody who does not know the ward, in pence.
    pub continuity_pence: i64,
    /// For each hour that a worker gets above the fair hours, in pence; taken as whole 1/1000 pence a minute.
    pub fairness_pence_per_hour: i64,
    /// Hours that a worker gets before fairness counts against more, in minutes.
    pub fair_minutes: i64,
}

/// A partner of the bank.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Organisation {
    /// ODS code.
    pub code: String,
    /// Employer's national insurance, pension and holiday on top of pay, in ppm of pay; that of the worker's home counts.
    pub on_cost_ppm: i64,
    /// What the home asks of the host beside pay and on-costs, in pence an hour; nothing for its own shifts.
    pub fee_pence_per_hour: i64,
}

/// Pay of a grade at a host or one of its sites, in pence an hour.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rate {
    /// Position of the host.
    pub organisation: usize,
    /// Site that it is for, because pay goes by the zone of the site; empty: every site without a rate of its own.
    pub site: String,
    /// Grade of the shift.
    pub grade: String,
    /// Weekdays 06:00 to 20:00.
    pub core: i64,
    /// Saturdays, and weekdays 20:00 to 06:00.
    pub saturday_night: i64,
    /// Sundays and public holidays.
    pub sunday_holiday: i64,
}

/// What it costs to leave a shift unfilled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "kind", content = "pence")]
pub enum Unfilled {
    /// An agency fills it: its charge with irrecoverable VAT and fees, in pence.
    Agency(i64),
    /// Nobody does: the weight of the shortage, in pence; no money is spent.
    Shortage(i64),
}

impl Unfilled {
    /// Price, in pence.
    pub fn pence(self) -> i64 {
        match self {
            Self::Agency(pence) | Self::Shortage(pence) => pence,
        }
    }
}

/// An unfilled shift.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shift {
    /// Reference, one of its kind within the organisation.
    pub reference: String,
    /// Position of the host.
    pub organisation: usize,
    /// Site; empty when not given.
    pub site: String,
    /// Ward; empty when not given.
    pub ward: String,
    /// Grade that is asked for.
    pub grade: String,
    /// Skills that are needed.
    pub skills: BTreeSet<String>,
    /// Start, in minutes since 1970 UTC.
    pub start: i64,
    /// End, in minutes since 1970 UTC.
    pub end: i64,
    /// Unpaid break in the middle, in minutes.
    pub break_minutes: i64,
    /// Price of leaving it.
    pub unfilled: Unfilled,
}

/// A bank worker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Worker {
    /// Reference, one of its kind.
    pub reference: String,
    /// Position of the employer.
    pub home: usize,
    /// Grades that the worker may fill; pay is that of the shift's grade.
    pub grades: BTreeSet<String>,
    /// Skills.
    pub skills: BTreeSet<String>,
    /// Positions of the organisations that the worker agreed to work for; the home without being named.
    pub consents: BTreeSet<usize>,
    /// When the worker can work, as instants in minutes; apart and in order.
    pub available: Vec<(i64, i64)>,
    /// Working time in the reference period so far, in minutes.
    pub worked_minutes: i64,
    /// Most time that the worker wants of this case, in minutes.
    pub wanted_minutes: Option<i64>,
    /// Has opted out of the average of 48 hours.
    pub opted_out: bool,
    /// End of the last shift, as an instant in minutes.
    pub last_end: Option<i64>,
    /// Nights in a row up to that shift.
    pub nights_run: u32,
    /// Known wards, with the positions of their organisations.
    pub wards: BTreeSet<(usize, String)>,
    /// Pay agreed with the worker, in pence an hour at any time, instead of the host's rate.
    pub pay_pence_per_hour: Option<i64>,
}
