//! What stands in for a practice with patients that did not return its staff.
//!
//! How missing returns are handled moves the headline gap several-fold, so it is a named choice and never a default
//! hidden in the data: the data keep "did not return" apart from "has none".

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::{
    role::{ByRole, Role},
    units::{Fte, Patients, divide_rounded},
};

/// FTE in millionths: fills are summed at this grain and rounded to thousandths once.
const MICRO_PER_MILLI: i128 = 1_000;

/// A way to fill missing returns.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum MissingReturns {
    /// Left out: counts as no staff.
    LeaveOut,
    /// Its list times the FTE per patient of the practices of its borough that did return.
    #[default]
    BoroughMean,
    /// Its own last value on or before the year; the borough mean where there is none.
    LastValue,
}

impl MissingReturns {
    /// Every way, in the order in which their effects are shown.
    pub const ALL: [Self; 3] = [Self::LeaveOut, Self::BoroughMean, Self::LastValue];

    /// Name used in files and on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::LeaveOut => "leave-out",
            Self::BoroughMean => "borough-mean",
            Self::LastValue => "last-value",
        }
    }
}

/// One practice in one year: its list, and what it returned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PracticeYear {
    /// ODS code.
    pub practice: String,
    /// Financial year ending.
    pub year: i32,
    /// Borough, empty when nobody knows it: then the whole area stands in for the borough.
    pub borough: String,
    /// Registered list.
    pub list: Patients,
    /// FTE by role, absent where the practice did not return.
    pub fte: ByRole<Option<Fte>>,
}

impl PracticeYear {
    /// True when the practice has patients but no return for the role.
    pub fn is_missing(&self, role: Role) -> bool {
        self.list.is_positive() && self.fte[role].is_none()
    }
}

/// FTE and list of the practices with patients that returned a role.
#[derive(Clone, Copy, Debug, Default)]
pub struct Returned {
    /// FTE.
    pub fte: Fte,
    /// Registered list.
    pub list: Patients,
}

impl Returned {
    fn add(&mut self, fte: Fte, list: Patients) {
        self.fte += fte;
        self.list += list;
    }

    /// FTE in millionths for a list at this rate.
    fn micro_for(self, list: Patients) -> i128 {
        let numerator = i128::from(list.milli()) * i128::from(self.fte.milli()) * MICRO_PER_MILLI;
        i128::from(divide_rounded(numerator, i128::from(self.list.milli())))
    }
}

/// Rates of FTE per patient of one year and role, by borough and over the whole area.
#[derive(Clone, Debug, Default)]
pub struct FillRates {
    boroughs: HashMap<String, Returned>,
    area: Returned,
}

impl FillRates {
    /// From the practices of one year. Only practices with patients that returned the role count.
    pub fn of(practices: &[&PracticeYear], role: Role) -> Self {
        let mut rates = Self::default();
        for practice in practices.iter().filter(|practice| practice.list.is_positive()) {
            let Some(fte) = practice.fte[role] else { continue };
            rates.area.add(fte, practice.list);
            rates.boroughs.entry(practice.borough.clone()).or_default().add(fte, practice.list);
        }
        rates
    }

    /// The rate that stands in for a practice of this borough.
    pub fn for_borough(&self, borough: &str) -> Returned {
        match self.boroughs.get(borough) {
            Some(rate) if !borough.is_empty() && rate.list.is_positive() => *rate,
            _ => self.area,
        }
    }
}

/// FTE in millionths that stands in for the missing return of one practice.
fn fill_micro(practice: &PracticeYear, rates: &FillRates, last: Option<Fte>, how: MissingReturns) -> i128 {
    match (how, last) {
        (MissingReturns::LeaveOut, _) => 0,
        (MissingReturns::LastValue, Some(fte)) => i128::from(fte.milli()) * MICRO_PER_MILLI,
        _ => rates.for_borough(&practice.borough).micro_for(practice.list),
    }
}

/// FTE that stands in for the missing return of one practice, rounded to 1/1000.
pub fn fill_one(practice: &PracticeYear, rates: &FillRates, last: Option<Fte>, how: MissingReturns) -> Fte {
    Fte::from_milli(divide_rounded(fill_micro(practice, rates, last, how), MICRO_PER_MILLI))
}

/// FTE of codes with patients of one year and role, missing returns filled. In millionths, not yet rounded.
pub fn filled_micro(practices: &[&PracticeYear], role: Role, last: &LastValues, how: MissingReturns) -> i128 {
    let rates = FillRates::of(practices, role);
    practices
        .iter()
        .filter(|practice| practice.list.is_positive())
        .map(|practice| match practice.fte[role] {
            Some(fte) => i128::from(fte.milli()) * MICRO_PER_MILLI,
            None => fill_micro(practice, &rates, last.get(&practice.practice, role), how),
        })
        .sum()
}

/// The last value that each practice returned, seen so far.
#[derive(Clone, Debug, Default)]
pub struct LastValues(HashMap<String, ByRole<Option<Fte>>>);

impl LastValues {
    /// Takes in one practice and year; years must come in order.
    pub fn see(&mut self, practice: &PracticeYear) {
        let last = self.0.entry(practice.practice.clone()).or_default();
        for role in Role::ALL {
            if practice.fte[role].is_some() {
                last[role] = practice.fte[role];
            }
        }
    }

    /// The last value of a practice and role.
    pub fn get(&self, practice: &str, role: Role) -> Option<Fte> {
        self.0.get(practice).and_then(|last| last[role])
    }
}
