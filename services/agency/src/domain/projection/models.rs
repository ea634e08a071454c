//! Simple models of what is still to come of a financial year: months so far and how many of them are of this year in, pence of
//! the rest out; none where a model needs more.

use super::YEAR;

/// A model.
pub(super) type Model = fn(&[f64], usize) -> Option<f64>;

/// Every model with its name.
pub(super) const MODELS: &[(&str, Model)] =
    &[("run-rate", run_rate), ("last-year-scaled", last_year_scaled), ("trend", trend)];

/// The mean of the last three months goes on.
fn run_rate(series: &[f64], known: usize) -> Option<f64> {
    let last = &series[series.len().saturating_sub(3)..];
    if last.is_empty() {
        return None;
    }
    Some(last.iter().sum::<f64>() / last.len() as f64 * (YEAR - known) as f64)
}

/// The rest of the year before, scaled by how this year's months compare with the same months then.
fn last_year_scaled(series: &[f64], known: usize) -> Option<f64> {
    let start = series.len().checked_sub(known)?.checked_sub(YEAR)?;
    let before = &series[start..start + YEAR];
    let same: f64 = before[..known].iter().sum();
    if same <= 0.0 {
        return None;
    }
    let now: f64 = series[series.len() - known..].iter().sum();
    Some(before[known..].iter().sum::<f64>() * now / same)
}

/// A straight line through the last six months goes on, down to nothing at most.
fn trend(series: &[f64], known: usize) -> Option<f64> {
    let last = &series[series.len().saturating_sub(6)..];
    if last.len() < 4 {
        return None;
    }
    let n = last.len() as f64;
    let mean = last.iter().sum::<f64>() / n;
    let centre = (n - 1.0) / 2.0;
    let (mut above, mut below) = (0.0, 0.0);
    for (at, value) in last.iter().enumerate() {
        let from = at as f64 - centre;
        above += from * (value - mean);
        below += from * from;
    }
    let slope = above / below;
    let line = |month: usize| (mean + slope * (n - 1.0 - centre + month as f64)).max(0.0);
    Some((1..=YEAR - known).map(line).sum())
}
