//! The standing backtest: the forecast of an earlier year, made from what was known then, against what came.
//!
//! The engine is refitted on data up to the origin and nothing later, and its draws are scored at every level beside the last
//! value, which is hard to beat. A practice that closed counts as zero: its patients and staff turn up at its successors, whose truth is
//! what they returned. Practices without a return, at the origin or later, are not scored themselves; in the levels above
//! they count filled. Codes that closed before today's groupings were drawn count in those of their successors.

mod heirs;
mod score;
mod truth;

use std::collections::{BTreeMap, BTreeSet};

pub use self::heirs::heirs;
use self::{
    heirs::with_heirs,
    score::{Scores, Tally},
    truth::Truth,
};
use super::{
    assemble::{AreaData, assemble},
    forecast::{Control, Level, MAX_YEARS, RunError, Spec, draws_of},
    parameters::ParameterSet,
    role::Role,
};

/// Scores of one role, level and horizon. FTE errors in whole FTE, shares as fractions.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Row {
    /// Origin: financial year ending that the forecast started from; absent when several are taken together.
    pub origin: Option<i32>,
    /// Role.
    pub role: Role,
    /// Level; the whole area is `system`.
    pub level: Level,
    /// Years from the origin.
    pub horizon: i32,
    /// Nodes or practices scored.
    pub n: u32,
    /// Sum of the absolute errors of the median over the sum of what came.
    pub wape: f64,
    /// The same of the last value.
    pub wape_last_value: f64,
    /// Mean absolute error over that of the last value one year ahead, in the years up to the origin; absent where
    /// nothing moved.
    pub mase: Option<f64>,
    /// Mean continuous ranked probability score of the draws (Gneiting and Raftery 2007).
    pub crps: f64,
    /// The same of the last value, which is its mean absolute error.
    pub crps_last_value: f64,
    /// Share that lay in the interval that holds 80% of the draws, ends included.
    pub coverage80: f64,
    /// Share that lay in the interval that holds 95%.
    pub coverage95: f64,
}

impl Row {
    /// True where the forecast is no better than the last value, by its median or by its draws.
    pub fn no_better_than_last_value(&self) -> bool {
        self.wape > self.wape_last_value || self.crps > self.crps_last_value
    }
}

/// A year to forecast from, with what is known of the area: all years, and the heads of this one.
pub struct Origin {
    /// Financial year ending.
    pub year: i32,
    /// What is known; rows of later years are what came.
    pub data: AreaData,
}

/// Scores origins by every later year that there is truth of: each, and all together where there are several. `spec` says
/// draws, seed and roles; its years are set from the origin.
///
/// # Errors
/// As a run of the origin: without practices or returns there is nothing to score.
pub fn backtest(
    origins: &[Origin],
    spec: &Spec,
    parameters: &ParameterSet,
    control: &Control<'_>,
) -> Result<Vec<Row>, RunError> {
    let mut pooled: BTreeMap<Key, Tally> = BTreeMap::new();
    let mut rows = Vec::new();
    for (place, Origin { year, data }) in origins.iter().enumerate() {
        let last = data.rows.iter().map(|row| row.year).max().unwrap_or(*year);
        let spec = Spec { base_year: *year, to_year: last.min(year + MAX_YEARS), ..spec.clone() };
        let data = with_heirs(data);
        let inputs = assemble(&data, spec, parameters);
        let truth = Truth::of(&data, &inputs);
        let share = i64::try_from(place).unwrap_or_default();
        let count = i64::try_from(origins.len()).unwrap_or(1);
        let progress = |ppm: i64| (control.progress)((share * 1_000_000 + ppm) / count);
        let control = Control { progress: &progress, ..*control };
        let kept = draws_of(&inputs, &control, &Scores { inputs: &inputs, truth: &truth })?;
        let mut own: BTreeMap<Key, Tally> = BTreeMap::new();
        for (key, tally) in kept.into_iter().flatten() {
            own.entry(key).or_default().add(&tally);
        }
        for (key, tally) in own {
            pooled.entry(key).or_default().add(&tally);
            rows.push(tally.row(key, Some(*year)));
        }
    }
    if origins.len() > 1 {
        rows.extend(pooled.into_iter().map(|(key, tally)| tally.row(key, None)));
    }
    Ok(rows)
}

/// Years to forecast from: those with a year before, to learn from, and a year after, to score.
pub fn origins(years: impl IntoIterator<Item = i32>) -> Vec<i32> {
    let years: BTreeSet<i32> = years.into_iter().collect();
    years.iter().copied().filter(|year| years.contains(&(year - 1)) && years.contains(&(year + 1))).collect()
}

/// Role, level and horizon.
type Key = (Role, Level, i32);
