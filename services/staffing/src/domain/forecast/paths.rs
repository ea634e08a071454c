//! Banks of ready-made paths over the years, from which each thing that is drawn takes one by its own random bits.
//!
//! A path costs a dozen heavy-tailed numbers; there are millions of practices times draws, and a few thousand different
//! paths are more than an interval can tell apart.

use std::sync::Arc;

use super::random::Stream;

/// Paths in a bank; a power of two.
const PATHS: usize = 2_048;

/// Factors on a quantity, by year; 1 in the base year.
#[derive(Clone, Debug, Default)]
pub(super) struct Paths<const W: usize>(Arc<Vec<[f32; W]>>);

impl<const W: usize> Paths<W> {
    /// A bank of paths, each made by `path` from a stream. Whoever takes their paths from it takes their mean too, in every draw: it is made
    /// what it should be, `mean` of the year. Nothing is done to whoever a path leaves as they are.
    pub(super) fn new(
        stream: &mut Stream,
        mean: impl Fn(i32) -> f64,
        mut path: impl FnMut(&mut Stream, &mut [f32; W]),
    ) -> Self {
        let mut paths = vec![[1.0; W]; PATHS];
        for one in &mut paths {
            path(stream, one);
        }
        for (year, place) in (0..).zip(0..W) {
            let moved = |path: &&mut [f32; W]| (path[place] - 1.0).abs() > f32::EPSILON;
            let (mut count, mut sum) = (0, 0.0);
            for path in paths.iter_mut().filter(moved) {
                (count, sum) = (count + 1, sum + f64::from(path[place]));
            }
            let wanted = mean(year) * PATHS as f64 - (PATHS - count) as f64;
            for path in paths.iter_mut().filter(moved) {
                path[place] *= narrow((wanted / sum).max(0.0));
            }
        }
        Self(Arc::new(paths))
    }

    /// Factors that wander: each year's logarithm moves by `drift` (drawn once a path, with this spread) and by `step`.
    pub(super) fn wandering(stream: &mut Stream, drift: f64, step: f64) -> Self {
        let mean = |year: i32| {
            let years = f64::from(year);
            (0.5 * ((drift * years).powi(2) + step * step * years)).exp()
        };
        Self::new(stream, mean, |stream, path| {
            let drift = drift * stream.normal();
            let mut log = 0.0;
            for factor in path.iter_mut().skip(1) {
                log += drift + step * stream.normal();
                *factor = narrow(log.exp());
            }
        })
    }

    /// The path that these bits choose.
    #[inline(always)]
    pub(super) fn pick(&self, bits: u64) -> &[f32; W] {
        #[expect(clippy::cast_possible_truncation, reason = "only the low bits choose")]
        let place = bits as usize & (PATHS - 1);
        &self.0[place]
    }
}

/// A factor as the banks keep it: seven digits are more than any of them is known to.
#[expect(clippy::cast_possible_truncation, reason = "factors near one")]
pub(super) fn narrow(value: f64) -> f32 {
    value as f32
}

/// Factors on the hours of a practice and role: in most years none changes; where they do, by a heavy-tailed step that lasts.
pub(super) fn hours<const W: usize>(stream: &mut Stream, chance: f64, scale: f64) -> Paths<W> {
    // as likely to grow as to shrink: on average as it was
    Paths::new(
        stream,
        |_| 1.0,
        |stream, path| {
            let mut factor = 1.0;
            for place in path.iter_mut().skip(1) {
                if stream.uniform() < chance {
                    factor *= 1.0 + (scale * stream.student4()).clamp(-0.9, 0.9);
                }
                *place = narrow(factor);
            }
        },
    )
}

#[cfg(test)]
mod tests {
    use super::{super::random::Key, *};

    #[test]
    fn paths_start_at_one_and_spread() {
        let mut stream = Key::new(1, "paths", "").stream(0);
        let bank = Paths::<16>::wandering(&mut stream, 0.0, 0.1);
        assert!((0..2_048).all(|i| (bank.pick(i)[0] - 1.0).abs() < f32::EPSILON));
        let spread = |year: usize| {
            (0..2_048).map(|i| f64::from(bank.pick(i)[year].ln()).powi(2)).sum::<f64>() / 2_048.0
        };
        assert!((spread(4).sqrt() - 0.2).abs() < 0.02, "{}", spread(4));
    }

    #[test]
    fn banks_have_the_mean_that_they_should_whatever_the_seed() {
        for seed in 0..8 {
            let mut stream = Key::new(seed, "paths", "").stream(0);
            let banks = [
                (Paths::<16>::wandering(&mut stream, 0.03, 0.1), [0.03, 0.1]),
                (hours(&mut stream, 0.06, 0.35), [0.0; 2]),
            ];
            for (bank, [drift, step]) in banks {
                for year in 0..16_i32 {
                    let mean =
                        (0..2_048).map(|i| f64::from(bank.pick(i)[year as usize])).sum::<f64>() / 2_048.0;
                    // of a log-normal distribution
                    let variance = f64::from(year) * (drift * drift * f64::from(year) + step * step);
                    assert!((mean / (variance / 2.0).exp() - 1.0).abs() < 1e-5, "{seed} {year} {mean}");
                }
            }
        }
    }

    #[test]
    fn most_years_leave_hours_as_they_are() {
        let mut stream = Key::new(1, "hours", "").stream(0);
        let bank = hours::<16>(&mut stream, 0.06, 0.35);
        for (year, share) in [(1, 0.94_f64), (8, 0.61), (15, 0.4)] {
            let same = (0..2_048).filter(|i| (bank.pick(*i)[year] - 1.0).abs() < f32::EPSILON).count();
            assert!((same as f64 / 2_048.0 - share).abs() < 0.03, "{year} {same}");
        }
    }
}
