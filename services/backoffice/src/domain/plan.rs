//! Lines of the plan that come by themselves: what a forecast gap would cost, what an award is to save.

use serde::{Deserialize, Serialize};

use super::{Word, claim::Evidence};

/// What a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PlanNature {
    /// What a forecast gap would cost.
    Pressure,
    /// What an award is to save.
    PlannedSaving,
}

impl Word for PlanNature {
    const WORDS: &'static [(&'static str, Self)] =
        &[("pressure", Self::Pressure), ("planned-saving", Self::PlannedSaving)];
}

/// A line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanLine {
    /// Its name.
    pub id: String,
    /// What it is.
    pub nature: PlanNature,
    /// What it is of.
    pub title: String,
    /// Whom it concerns: an area or an ODS code.
    pub scope: String,
    /// Financial year, by the calendar year in which it ends.
    pub year: i32,
    /// 10th, 50th and 90th percentile, pence a year.
    pub pence: (i64, i64, i64),
    /// Base year of what it was worked out from, as it ends; 0 where it has none.
    pub base_year: i32,
    /// Version of what it is from.
    pub version: i64,
    /// Where it is from.
    pub evidence: Evidence,
    /// Scenario of a forecast, or round of an award.
    pub of: String,
}
