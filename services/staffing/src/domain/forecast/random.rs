//! Counter-based random numbers: a stream for each thing drawn and each draw, so that neither the order of the work nor
//! the number of threads changes a number.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::{Binomial, Distribution, Poisson, StandardNormal};
use sha2::{Digest, Sha256};
use sobol_burley::sample_4d;
use statrs::distribution::{ContinuousCDF, Normal};

/// Standard normal distance of the 10th and 90th percentile from the median.
pub(crate) const Z90: f64 = 1.281_551_565_544_8;

/// The key of one thing that is drawn: the seed of the run, what it is, and of whom.
#[derive(Clone, Debug)]
pub(super) struct Key(ChaCha8Rng);

impl Key {
    pub(super) fn new(seed: u64, what: &str, of: &str) -> Self {
        let mut hasher = Sha256::new();
        hasher.update(seed.to_le_bytes());
        hasher.update((what.len() as u64).to_le_bytes());
        hasher.update(what.as_bytes());
        hasher.update(of.as_bytes());
        Self(ChaCha8Rng::from_seed(hasher.finalize().into()))
    }

    /// Bits that stand for this key where counters are mixed instead of drawn from a stream.
    pub(super) fn bits(&self) -> u64 {
        self.0.clone().random()
    }

    /// The numbers of one draw.
    pub(super) fn stream(&self, draw: u32) -> Stream {
        let mut rng = self.0.clone();
        rng.set_stream(u64::from(draw));
        Stream(rng)
    }

    /// Numbers that are spread over all draws as evenly as can be.
    pub(super) fn even(&self) -> Even {
        Even((self.bits() >> 32) as u32)
    }
}

/// Numbers of one thing in all draws, spread over them as evenly as their count allows (scrambled Sobol points), whatever the seed. For what
/// moves whole areas, whose middles and intervals would else have the chance of the draws in them.
pub(super) struct Even(u32);

impl Even {
    /// So many standard normals of a draw, each of which is spread over the draws.
    pub(super) fn normals<const N: usize>(&self, draw: u32) -> [f64; N] {
        let mut normals = [0.0; N];
        for (four, normals) in (0..).zip(normals.chunks_mut(4)) {
            for (normal, share) in normals.iter_mut().zip(sample_4d(draw, four, self.0)) {
                // in single precision a point can be nothing
                *normal = Normal::standard().inverse_cdf(f64::from(share).clamp(1e-8, 1.0 - 1e-8));
            }
        }
        normals
    }
}

/// Random numbers of one thing in one draw.
pub(super) struct Stream(ChaCha8Rng);

impl Stream {
    /// Uniform in [0, 1).
    pub(super) fn uniform(&mut self) -> f64 {
        self.0.random()
    }

    /// Standard normal.
    pub(super) fn normal(&mut self) -> f64 {
        StandardNormal.sample(&mut self.0)
    }

    /// Normal with other spreads below and above its middle, fitted to an 80% interval.
    pub(super) fn split_normal(&mut self, low: f64, middle: f64, high: f64) -> f64 {
        let z = self.normal();
        middle + z / Z90 * if z < 0.0 { middle - low } else { high - middle }
    }

    /// Student's t with four degrees of freedom: heavy tails, standard deviation 1.41.
    pub(super) fn student4(&mut self) -> f64 {
        let squares: f64 = (0..4).map(|_| self.normal().powi(2)).sum();
        self.normal() / (squares / 4.0).sqrt().max(1e-3)
    }

    /// Student's t with five degrees of freedom, scaled to standard deviation 1.
    pub(super) fn student5(&mut self) -> f64 {
        let squares: f64 = (0..5).map(|_| self.normal().powi(2)).sum();
        self.normal() / (squares / 5.0).sqrt().max(1e-3) / (5.0_f64 / 3.0).sqrt()
    }

    /// How many of so many, each with this chance.
    pub(super) fn binomial(&mut self, of: u32, chance: f64) -> u32 {
        let drawn = Binomial::new(u64::from(of), chance.clamp(0.0, 1.0)).map(|law| law.sample(&mut self.0));
        drawn.ok().and_then(|drawn| u32::try_from(drawn).ok()).unwrap_or(0)
    }

    /// How many come where so many come on average; none for no or a negative mean.
    pub(super) fn poisson(&mut self, mean: f64) -> u32 {
        Poisson::new(mean).map_or(0, |law| {
            let drawn: f64 = law.sample(&mut self.0);
            drawn as u32
        })
    }

    /// A raw number.
    #[cfg(test)]
    pub(super) fn raw(&mut self) -> u64 {
        self.0.random()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_differ_by_seed_thing_and_draw_and_repeat() {
        let raw = |seed, what, of, draw| Key::new(seed, what, of).stream(draw).raw();
        let first = raw(1, "gp", "G1", 0);
        assert_eq!(first, raw(1, "gp", "G1", 0));
        for other in
            [raw(2, "gp", "G1", 0), raw(1, "g", "pG1", 0), raw(1, "gp", "G2", 0), raw(1, "gp", "G1", 1)]
        {
            assert_ne!(first, other);
        }
    }

    #[test]
    fn even_numbers_fill_every_part_of_the_distribution_and_know_nothing_of_each_other() {
        let one = Key::new(1, "world", "gp").even();
        let all = |even: &Even, which: usize| -> Vec<f64> {
            (0..1_024).map(|draw| even.normals::<32>(draw)[which]).collect()
        };
        let product = |one: &[f64], other: &[f64]| {
            one.iter().zip(other).map(|(one, other)| one * other).sum::<f64>() / 1_024.0
        };
        let first = all(&one, 0);
        // draws one to 256 are a fourth of each part of all
        for (draws, tenth) in [(256, 25..=26), (1_024, 102..=103)] {
            let low = first[..draws].iter().filter(|value| **value < -Z90).count();
            assert!(tenth.contains(&low), "{draws} {low}");
        }
        let (mean, variance) = (first.iter().sum::<f64>() / 1_024.0, product(&first, &first));
        assert!(mean.abs() < 2e-3 && (variance - 1.0).abs() < 0.01, "{mean} {variance}");
        // by chance alone a correlation is 0.03
        for other in [
            all(&one, 1),
            all(&one, 31),
            all(&Key::new(1, "world", "nurse").even(), 0),
            all(&Key::new(2, "world", "gp").even(), 0),
        ] {
            assert!(product(&first, &other).abs() < 0.1, "{}", product(&first, &other));
        }
    }

    #[test]
    fn moments_are_right() {
        let mut stream = Key::new(7, "test", "").stream(0);
        let n = 200_000;
        let mean = |f: &mut dyn FnMut() -> f64| (0..n).map(|_| f()).sum::<f64>() / f64::from(n);
        assert!((mean(&mut || stream.student5().powi(2)) - 1.0).abs() < 0.05);
        assert!((mean(&mut || stream.student4()) - 0.0).abs() < 0.02);
        let below = mean(&mut || f64::from(u8::from(stream.split_normal(1.0, 2.0, 5.0) < 1.0)));
        let above = mean(&mut || f64::from(u8::from(stream.split_normal(1.0, 2.0, 5.0) > 5.0)));
        let leavers = mean(&mut || f64::from(stream.binomial(40, 0.15)));
        let joiners = mean(&mut || f64::from(stream.poisson(6.0)));
        assert!((leavers - 6.0).abs() < 0.03 && (joiners - 6.0).abs() < 0.03, "{leavers} {joiners}");
        assert!((below - 0.1).abs() < 0.005 && (above - 0.1).abs() < 0.005, "{below} {above}");
    }
}
