//! What a shift costs when a worker of the bank fills it.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::{
    clock::{Bands, London},
    document::{Case, Shift, Worker},
};

/// All-in cost of a shift worked through the bank, in whole pence; the parts are rounded once each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Bill {
    /// Pay, in pence: minutes of each time band at the host's rate for the grade, or at the worker's own.
    pub pay_pence: i64,
    /// Employer's national insurance, pension and holiday of the home, in pence.
    pub on_cost_pence: i64,
    /// What the home asks for lending the worker, in pence; nothing at home.
    pub fee_pence: i64,
}

impl Bill {
    /// All of it, in pence.
    pub fn total(self) -> i64 {
        self.pay_pence + self.on_cost_pence + self.fee_pence
    }
}

/// What pay and rules see of a shift.
#[derive(Clone, Debug)]
pub(crate) struct Slot {
    pub(crate) start: i64,
    pub(crate) end: i64,
    /// Working time, in minutes.
    pub(crate) minutes: i64,
    bands: Bands,
    rates: Bands,
    /// The night that it is.
    pub(crate) night: Option<i64>,
    /// Price of leaving it, in pence.
    pub(crate) price: i64,
}

/// Every shift of a case.
pub(crate) fn slots(case: &Case) -> Vec<Slot> {
    let london = London::new();
    let rates: BTreeMap<(usize, &str, &str), Bands> = case
        .rates
        .iter()
        .map(|rate| {
            let place = (rate.organisation, rate.grade.as_str(), rate.site.as_str());
            (place, [rate.core, rate.saturday_night, rate.sunday_holiday])
        })
        .collect();
    let pays =
        |shift: &Shift, site: &str| rates.get(&(shift.organisation, shift.grade.as_str(), site)).copied();
    let slot = |shift: &Shift| {
        let bands = london.worked(&case.holidays, (shift.start, shift.end), shift.break_minutes);
        Slot {
            start: shift.start,
            end: shift.end,
            minutes: bands.iter().sum(),
            bands,
            rates: pays(shift, &shift.site).or_else(|| pays(shift, "")).unwrap_or_default(),
            night: london.night(shift.start, shift.end, case.rules.night_minutes),
            price: shift.unfilled.pence(),
        }
    };
    case.shifts.iter().map(slot).collect()
}

/// The bill for a worker in a shift.
pub(crate) fn bill(case: &Case, slot: &Slot, worker: &Worker, shift: &Shift) -> Bill {
    let by_minute: i64 = match worker.pay_pence_per_hour {
        Some(pay) => pay * slot.minutes,
        None => slot.bands.iter().zip(slot.rates).map(|(minutes, rate)| minutes * rate).sum(),
    };
    let home = &case.organisations[worker.home];
    let pay_pence = rounded(by_minute, 60);
    let lent = worker.home != shift.organisation;
    Bill {
        pay_pence,
        on_cost_pence: rounded(pay_pence * home.on_cost_ppm, 1_000_000),
        fee_pence: if lent { rounded(home.fee_pence_per_hour * slot.minutes, 60) } else { 0 },
    }
}

/// A quotient of numbers that are not negative, half a penny up.
fn rounded(amount: i64, by: i64) -> i64 {
    (2 * amount + by) / (2 * by)
}
