//! Scores of draws against what came.

use super::{Key, Row, truth::Truth};
use crate::domain::forecast::{At, Collect, Drawn, Inputs, Level, ends};

/// The publisher rounds a practice's FTE to a tenth, in 1/1000.
const ROUNDED_TO: i32 = 100;

/// Sums over nodes or practices.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Tally {
    n: u32,
    came: f64,
    error: f64,
    error_last: f64,
    crps: f64,
    in80: u32,
    in95: u32,
    step: f64,
}

impl Tally {
    pub(super) fn add(&mut self, other: &Self) {
        self.n += other.n;
        self.came += other.came;
        self.error += other.error;
        self.error_last += other.error_last;
        self.crps += other.crps;
        self.in80 += other.in80;
        self.in95 += other.in95;
        self.step += other.step;
    }

    pub(super) fn row(&self, key: Key, origin: Option<i32>) -> Row {
        let n = f64::from(self.n.max(1));
        let came = self.came.max(1.0);
        Row {
            origin,
            role: key.0,
            level: key.1,
            horizon: key.2,
            n: self.n,
            wape: self.error / came,
            wape_last_value: self.error_last / came,
            mase: (self.step > 0.0).then(|| self.error / self.step),
            crps: self.crps / n / 1e3,
            crps_last_value: self.error_last / n / 1e3,
            coverage80: f64::from(self.in80) / n,
            coverage95: f64::from(self.in95) / n,
        }
    }

    /// One node or practice: draws (which are sorted), what came, and the last value, in 1/1000 FTE.
    pub(super) fn one(draws: &mut [i32], came: i64, last: i64, step: f64) -> Self {
        draws.sort_unstable();
        let n = draws.len();
        let at = |share: f64| {
            // ranks between two draws lie between them; a handful of draws has wider intervals
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "a place among the draws"
            )]
            let place = (share * n as f64 - 0.5).clamp(0.0, (n - 1) as f64).round() as usize;
            i64::from(draws[place])
        };
        // the middle that is published, see `Interval::held`
        let middle = last.clamp(at(0.4), at(0.6));
        let inside = |outside: f64| {
            let (low, high) = ends(draws, outside);
            (i64::from(low)..=i64::from(high)).contains(&came)
        };
        Self {
            n: 1,
            came: came as f64,
            error: (middle - came).abs() as f64,
            error_last: (last - came).abs() as f64,
            crps: crps(draws, came),
            in80: u32::from(inside(0.2)),
            in95: u32::from(inside(0.05)),
            step,
        }
    }
}

/// Continuous ranked probability score of sorted draws: their mean distance from what came, less half their mean distance
/// from each other.
fn crps(sorted: &[i32], came: i64) -> f64 {
    let n = sorted.len() as f64;
    let (mut from_truth, mut spread) = (0.0, 0.0);
    for (place, value) in sorted.iter().enumerate() {
        from_truth += (i64::from(*value) - came).abs() as f64;
        spread += (2.0 * place as f64 + 1.0 - n) * f64::from(*value);
    }
    from_truth / n - spread / (n * n)
}

/// Scores every node and practice of a run while its draws are in memory.
pub(super) struct Scores<'a> {
    pub(super) inputs: &'a Inputs,
    pub(super) truth: &'a Truth,
}

impl Collect for Scores<'_> {
    type Kept = Vec<(Key, Tally)>;
    type Shared = ();

    fn share(&self, _: &[i32]) {}

    fn collect(&self, at: At, drawn: &Drawn<'_>, (): &()) -> Self::Kept {
        let (spec, role) = (&self.inputs.spec, drawn.role);
        let level = match at {
            At::Node(node) => self.inputs.nodes[node].level,
            At::Practice(_) => Level::Practice,
        };
        let truth = |year: i32| match at {
            At::Node(node) => self.truth.node(role, year, node),
            At::Practice(practice) => self.truth.practice(role, year, practice),
        };
        let Some(last) = truth(spec.base_year) else { return Vec::new() };
        let draws = spec.draws as usize;
        let mut column = Vec::with_capacity(draws);
        (1..spec.years())
            .filter_map(|year| {
                let horizon = i32::try_from(year).ok()?;
                let came = truth(spec.base_year + horizon)?;
                column.clear();
                column.extend_from_slice(&drawn.supply[year * draws..][..draws]);
                if level == Level::Practice {
                    for fte in &mut column {
                        *fte = (*fte + ROUNDED_TO / 2) / ROUNDED_TO * ROUNDED_TO;
                    }
                }
                let tally = Tally::one(&mut column, came, last, self.truth.step(role, level));
                Some(((spec.roles[role], level, horizon), tally))
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_score_of_draws_is_known() {
        // two draws at 0 and 1,000 against 0: E|X-y| = 500, E|X-X'|/2 = 250
        assert!((crps(&[0, 1_000], 0) - 250.0).abs() < 1e-9);
        // one value is its absolute error
        assert!((crps(&[300; 5], 1_000) - 700.0).abs() < 1e-9);
    }

    #[test]
    fn intervals_hold_what_they_say() {
        let draws: Vec<i32> = (0..1_000).collect();
        let inside = |came| {
            let tally = Tally::one(&mut draws.clone(), came, 0, 0.0);
            (tally.in80, tally.in95)
        };
        assert_eq!(
            [inside(500), inside(99), inside(101), inside(24), inside(26)],
            [(1, 1), (0, 1), (1, 1), (0, 0), (0, 1)]
        );
    }
}
