//! Heads of one role at one practice, and what a year does to them.

use super::random::Stream;
use crate::domain::parameters::BANDS;

/// Chance that a head of a five-year band is in the next band a year later.
const AGEING: f64 = 0.2;

/// Heads by age band, and the hours they work.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Cohort {
    /// Heads by age band.
    pub(super) heads: [u32; BANDS],
    /// Factor from the FTE per head of the age bands to this practice's.
    pub(super) hours: f64,
}

/// What a year does to the heads of a role, apart from who joins.
#[derive(Clone, Copy)]
pub(super) struct Year<'a> {
    /// Chance to leave by age band.
    pub(super) leaver_rates: &'a [f64; BANDS],
    /// The practice's own leavers relative to the system's, shrunk.
    pub(super) leavers: f64,
    /// Factor on FTE per head that all share.
    pub(super) hours_factor: f64,
    /// Spread of the practice's own change of hours, relative.
    pub(super) hours_sd: f64,
}

impl Cohort {
    /// Heads of all ages.
    pub(super) fn total(&self) -> u32 {
        self.heads.iter().sum()
    }

    /// FTE, given the FTE per head of the age bands.
    pub(super) fn fte(&self, by_age: &[f64; BANDS]) -> f64 {
        self.hours * self.usual_fte(by_age)
    }

    fn usual_fte(&self, by_age: &[f64; BANDS]) -> f64 {
        self.heads.iter().zip(by_age).map(|(heads, fte)| f64::from(*heads) * fte).sum()
    }

    /// Sets the hours so that the heads make this FTE.
    pub(super) fn fit(&mut self, fte: f64, by_age: &[f64; BANDS]) {
        let usual = self.usual_fte(by_age);
        if usual > 0.0 {
            self.hours = fte / usual;
        }
    }

    /// Adds heads to the bands drawn from a cumulative mix.
    pub(super) fn join(&mut self, heads: u32, mix: &[f64; BANDS], stream: &mut Stream) {
        for _ in 0..heads {
            self.heads[stream.position(mix)] += 1;
        }
    }

    /// One year: each head stays, moves up a band, or leaves; then everybody's hours change.
    pub(super) fn live(&mut self, year: Year<'_>, stream: &mut Stream) {
        let before = self.heads;
        for (band, (heads, rate)) in before.into_iter().zip(year.leaver_rates).enumerate() {
            let leave = (rate * year.leavers).min(0.95);
            let oldest = band == BANDS - 1;
            for _ in 0..heads {
                let u = stream.uniform();
                if u < leave {
                    self.heads[band] -= 1;
                } else if !oldest && u < leave + (1.0 - leave) * AGEING {
                    self.heads[band] -= 1;
                    self.heads[band + 1] += 1;
                }
            }
        }
        self.hours *= year.hours_factor * stream.mean_one(year.hours_sd);
    }

    /// Takes over the staff of a practice that closed: no head and no FTE is lost.
    pub(super) fn take_over(&mut self, other: &mut Self, by_age: &[f64; BANDS]) {
        let fte = self.fte(by_age) + other.fte(by_age);
        for (heads, more) in self.heads.iter_mut().zip(&mut other.heads) {
            *heads += std::mem::take(more);
        }
        self.fit(fte, by_age);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::forecast::random::Key;

    const BY_AGE: [f64; BANDS] = [0.85, 0.82, 0.72, 0.71, 0.74, 0.76, 0.78, 0.77, 0.74];

    #[test]
    fn taking_over_loses_nobody() {
        let mut one = Cohort { heads: [0, 1, 2, 0, 0, 1, 0, 0, 0], hours: 1.1 };
        let mut two = Cohort { heads: [1, 0, 0, 0, 0, 0, 3, 0, 0], hours: 0.8 };
        let (fte, heads) = (one.fte(&BY_AGE) + two.fte(&BY_AGE), one.total() + two.total());
        one.take_over(&mut two, &BY_AGE);
        assert!((one.fte(&BY_AGE) - fte).abs() < 1e-12 && one.total() == heads && two.total() == 0);
    }

    #[test]
    fn leavers_and_ageing_follow_their_rates() {
        let mut stream = Key::new(3, "cohort", "").stream(0);
        let mut cohort = Cohort { heads: [0, 100_000, 0, 0, 0, 0, 0, 0, 0], hours: 1.0 };
        let rates = [0.1; BANDS];
        cohort.live(
            Year { leaver_rates: &rates, leavers: 1.0, hours_factor: 0.99, hours_sd: 0.0 },
            &mut stream,
        );
        assert!((f64::from(cohort.total()) / 1e5 - 0.9).abs() < 0.005, "{cohort:?}");
        assert!((f64::from(cohort.heads[2]) / 1e5 - 0.18).abs() < 0.005, "{cohort:?}");
        assert!((cohort.hours - 0.99).abs() < 1e-12);
    }
}
