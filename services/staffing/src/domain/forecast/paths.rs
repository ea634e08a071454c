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
    /// A bank of paths, each made by `path` from a stream.
    pub(super) fn new(stream: &mut Stream, mut path: impl FnMut(&mut Stream, &mut [f32; W])) -> Self {
        let mut paths = vec![[1.0; W]; PATHS];
        for one in &mut paths {
            path(stream, one);
        }
        Self(Arc::new(paths))
    }

    /// Factors that wander: each year's logarithm moves by `drift` (drawn once a path, with this spread) and by `step`.
    pub(super) fn wandering(stream: &mut Stream, drift: f64, step: f64) -> Self {
        Self::new(stream, |stream, path| {
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
    Paths::new(stream, |stream, path| {
        let mut factor = 1.0;
        for place in path.iter_mut().skip(1) {
            if stream.uniform() < chance {
                factor *= 1.0 + (scale * stream.student4()).clamp(-0.9, 0.9);
            }
            *place = narrow(factor);
        }
    })
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
    fn most_years_leave_hours_as_they_are() {
        let mut stream = Key::new(1, "hours", "").stream(0);
        let bank = hours::<16>(&mut stream, 0.06, 0.35);
        let same = (0..2_048).filter(|i| (bank.pick(*i)[1] - 1.0).abs() < f32::EPSILON).count();
        assert!((1_880..1_970).contains(&same), "{same}");
        let mean = (0..2_048).map(|i| f64::from(bank.pick(i)[5])).sum::<f64>() / 2_048.0;
        assert!((mean - 1.0).abs() < 0.02, "{mean}");
    }
}
