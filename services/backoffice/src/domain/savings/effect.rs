//! Part-year and full-year effect, risk-adjusted value, and whether delivery is on its way.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Risk, Scheme};
use crate::domain::{
    Month, Word,
    figure::{PPM, divide_i64},
};

/// A month of a scheme, in pence; what was not given is unknown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MonthFigures {
    /// Planned.
    pub plan: Option<i64>,
    /// Forecast.
    pub forecast: Option<i64>,
    /// Came.
    pub actual: Option<i64>,
}

/// Months of a scheme.
pub type SchemeMonths = BTreeMap<Month, MonthFigures>;

/// What a scheme is worth in a year and after, in pence.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Effect {
    /// Part-year effect: the months of the year.
    pub pye: i64,
    /// Full-year effect: twelve times the steady month, which is the last one planned in the year. Of a saving that comes
    /// once it is the part-year effect.
    pub fye: i64,
    /// What next year adds without anybody doing more: full-year less part-year effect; nothing for what comes once.
    pub carry_forward: i64,
    /// What is gone next year, because it came once: a new line of the gap.
    pub new_gap: i64,
}

/// The effect of a scheme's plan in the financial year that ends in `year`; nothing counts before the impact on quality is
/// signed.
pub fn effect(scheme: &Scheme, months: &SchemeMonths, year: i32) -> Effect {
    if !scheme.quality_signed {
        return Effect::default();
    }
    let planned =
        |(month, it): (&Month, &MonthFigures)| (month.year_ending() == year).then_some(it.plan).flatten();
    let plan: Vec<i64> = months.iter().filter_map(planned).collect();
    let pye: i64 = plan.iter().sum();
    if !scheme.recurrent {
        return Effect { pye, fye: pye, carry_forward: 0, new_gap: pye };
    }
    let fye = 12 * plan.last().copied().unwrap_or_default();
    Effect { pye, fye, carry_forward: fye - pye, new_gap: 0 }
}

/// What a planned pound counts for at each risk, in ppm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Weights {
    /// High risk.
    pub high: i64,
    /// Medium risk.
    pub medium: i64,
    /// Low risk.
    pub low: i64,
}

impl Default for Weights {
    /// A convention of this program, to be replaced by the programme's own: no source publishes weights.
    fn default() -> Self {
        Self { high: 500_000, medium: 750_000, low: 950_000 }
    }
}

impl Weights {
    /// Pence weighed by risk.
    pub fn adjusted(&self, pence: i64, risk: Risk) -> i64 {
        let weight = match risk {
            Risk::High => self.high,
            Risk::Medium => self.medium,
            Risk::Low => self.low,
        };
        divide_i64(i128::from(pence) * i128::from(weight), i128::from(PPM))
    }
}

/// Red, amber, green.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rag {
    /// Below 75% of plan.
    Red,
    /// From 75 to below 95%.
    Amber,
    /// From 95%.
    Green,
}

impl Word for Rag {
    const WORDS: &'static [(&'static str, Self)] =
        &[("red", Self::Red), ("amber", Self::Amber), ("green", Self::Green)];
}

impl Rag {
    /// The colour of an outcome against its plan; none without a plan.
    pub fn of(outcome: i64, plan: i64) -> Option<Self> {
        // in whole numbers: 95% of plan is green to the penny
        let (outcome, plan) = (i128::from(outcome) * 100, i128::from(plan));
        (plan > 0).then(|| match outcome {
            it if it >= 95 * plan => Self::Green,
            it if it >= 75 * plan => Self::Amber,
            _ => Self::Red,
        })
    }
}

/// How delivery stands, year to date and full year apart: a green one beside a red one is the usual deception.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Delivery {
    /// Planned from April to the month asked for, in pence.
    pub plan_to_date: i64,
    /// Came in these months, in pence.
    pub actual_to_date: i64,
    /// Planned in the whole year, in pence.
    pub plan_year: i64,
    /// Came so far and is forecast for the rest, in pence.
    pub forecast_year: i64,
    /// Months with a plan and without the actual or forecast that should stand beside it; they count as nothing.
    pub unknown_months: u32,
    /// Colour to date.
    pub to_date: Option<Rag>,
    /// Colour of the year.
    pub year: Option<Rag>,
}

impl Delivery {
    /// Green to date and red for the year?
    pub fn deceives(&self) -> bool {
        self.to_date == Some(Rag::Green) && self.year == Some(Rag::Red)
    }

    /// Adds another scheme's and colours the sum.
    #[must_use]
    pub fn plus(self, other: &Self) -> Self {
        Self {
            plan_to_date: self.plan_to_date + other.plan_to_date,
            actual_to_date: self.actual_to_date + other.actual_to_date,
            plan_year: self.plan_year + other.plan_year,
            forecast_year: self.forecast_year + other.forecast_year,
            unknown_months: self.unknown_months + other.unknown_months,
            to_date: None,
            year: None,
        }
        .coloured()
    }

    fn coloured(self) -> Self {
        Self {
            to_date: Rag::of(self.actual_to_date, self.plan_to_date),
            year: Rag::of(self.forecast_year, self.plan_year),
            ..self
        }
    }
}

/// How a scheme stands at the end of a month, in the financial year of that month. A plan without a signed impact on quality
/// does not count.
pub fn delivery(scheme: &Scheme, months: &SchemeMonths, at: Month) -> Delivery {
    let mut sum = Delivery::default();
    let first = at.year_start();
    for (month, it) in months.range(first..first.plus(12)) {
        let plan = if scheme.quality_signed { it.plan.unwrap_or_default() } else { 0 };
        let outcome = if *month <= at { it.actual } else { it.forecast };
        sum.unknown_months += u32::from(outcome.is_none() && plan != 0);
        let outcome = outcome.unwrap_or_default();
        sum.plan_year += plan;
        sum.forecast_year += outcome;
        if *month <= at {
            sum.plan_to_date += plan;
            sum.actual_to_date += outcome;
        }
    }
    sum.coloured()
}
