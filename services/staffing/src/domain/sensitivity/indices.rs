//! Sobol indices of a function of independent standard normal numbers.
//!
//! First-order indices by Saltelli and others 2010 (Computer Physics Communications 181, table 2, b), total indices by Jansen 1999
//! (the same table, f), on scrambled Sobol points.

use sobol_burley::sample;
use statrs::distribution::{ContinuousCDF, Normal};

/// Points: a power of two, as Sobol points want it.
pub(super) const POINTS: u32 = 4_096;
/// Bins in which one input counts as known.
const BINS: usize = 32;
/// Resamples behind the interval of a total index.
const RESAMPLES: usize = 100;

/// Indices of one input: shares of the variance.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Index {
    /// By itself.
    pub(super) first: f64,
    /// With its interactions.
    pub(super) total: f64,
    /// 95% interval of the total.
    pub(super) total_interval: [f64; 2],
    /// Mean distance from the median once it is known, over that before.
    pub(super) miss_when_known: f64,
}

/// What was found.
pub(super) struct Indices {
    /// Variance of the function.
    pub(super) variance: f64,
    /// By input.
    pub(super) of: Vec<Index>,
}

/// Indices of `f`, which takes `inputs` numbers. `rest` is the standard deviation of what is added to it by chance alone and is part
/// of every miss.
pub(super) fn indices(inputs: usize, rest: f64, seed: u64, f: impl Fn(&[f64]) -> f64) -> Indices {
    let seed = u32::try_from(seed & 0xffff_ffff).unwrap_or_default();
    let row = |index: u32, first: usize| -> Vec<f64> {
        (first..first + inputs).map(|d| normal_at(index, d, seed)).collect()
    };
    let (a, b): (Vec<Vec<f64>>, Vec<Vec<f64>>) =
        (0..POINTS).map(|index| (row(index, 0), row(index, inputs))).unzip();
    let at_a: Vec<f64> = a.iter().map(|row| f(row)).collect();
    let at_b: Vec<f64> = b.iter().map(|row| f(row)).collect();
    let n = f64::from(POINTS);
    let mean = at_a.iter().chain(&at_b).sum::<f64>() / (2.0 * n);
    let variance = at_a.iter().chain(&at_b).map(|value| (value - mean).powi(2)).sum::<f64>() / (2.0 * n);
    let noise: Vec<f64> = (0..POINTS).map(|index| rest * normal_at(index, 2 * inputs, seed)).collect();
    let noisy: Vec<f64> = at_a.iter().zip(&noise).map(|(value, noise)| value + noise).collect();
    let before = miss(&mut noisy.clone());
    let mut row = Vec::with_capacity(inputs);
    let of = (0..inputs)
        .map(|input| {
            let mixed: Vec<f64> = a
                .iter()
                .zip(&b)
                .map(|(a, b)| {
                    row.clone_from(a);
                    row[input] = b[input];
                    f(&row)
                })
                .collect();
            let both = || mixed.iter().zip(&at_a);
            let first = both().zip(&at_b).map(|((mixed, a), b)| (b - mean) * (mixed - a)).sum::<f64>() / n;
            let squares: Vec<f64> = both().map(|(mixed, a)| (mixed - a).powi(2) / 2.0).collect();
            let total = squares.iter().sum::<f64>() / n;
            let share = |part: f64| if variance > 0.0 { (part / variance).max(0.0) } else { 0.0 };
            Index {
                first: share(first).min(share(total)),
                total: share(total),
                total_interval: resampled(&squares, seed).map(share),
                miss_when_known: known(&a, input, &noisy) / before.max(1e-12),
            }
        })
        .collect();
    Indices { variance, of }
}

/// A standard normal number of a Sobol point.
fn normal_at(index: u32, dimension: usize, seed: u32) -> f64 {
    let uniform = f64::from(sample(index, u32::try_from(dimension % 256).unwrap_or_default(), seed));
    Normal::standard().inverse_cdf(uniform.clamp(1e-7, 1.0 - 1e-7))
}

/// Mean distance from the median.
pub(super) fn miss(values: &mut [f64]) -> f64 {
    if values.is_empty() {
        return 0.0;
    }
    let middle = values.len() / 2;
    let median = *values.select_nth_unstable_by(middle, f64::total_cmp).1;
    values.iter().map(|value| (value - median).abs()).sum::<f64>() / values.len() as f64
}

/// Mean distance from the median of those that have about the same value of one input.
fn known(points: &[Vec<f64>], input: usize, values: &[f64]) -> f64 {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|a, b| points[*a][input].total_cmp(&points[*b][input]));
    let bins = order.chunks(values.len().div_ceil(BINS));
    let sum = bins.map(|bin| {
        let mut of: Vec<f64> = bin.iter().map(|place| values[*place]).collect();
        miss(&mut of) * bin.len() as f64
    });
    sum.sum::<f64>() / values.len() as f64
}

/// 95% interval of a mean, from resampling.
fn resampled(values: &[f64], seed: u32) -> [f64; 2] {
    use rand::{RngExt, SeedableRng};
    let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(u64::from(seed));
    let n = values.len();
    let mut means: Vec<f64> = (0..RESAMPLES)
        .map(|_| (0..n).map(|_| values[rng.random_range(0..n)]).sum::<f64>() / n as f64)
        .collect();
    means.sort_by(f64::total_cmp);
    [means[RESAMPLES * 25 / 1_000], means[RESAMPLES * 975 / 1_000]]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_linear_function_has_the_indices_of_its_squared_factors() {
        // variance 9 + 4 + 0 = 13, no interactions
        let found = indices(3, 0.0, 1, |x| 3.0 * x[0] - 2.0 * x[1]);
        assert!((found.variance - 13.0).abs() < 0.1, "{}", found.variance);
        for (index, wanted) in found.of.iter().zip([9.0 / 13.0, 4.0 / 13.0, 0.0]) {
            assert!((index.total - wanted).abs() < 0.02, "{index:?} {wanted}");
            assert!((index.first - wanted).abs() < 0.02, "{index:?} {wanted}");
            assert!(index.total_interval[0] <= index.total && index.total <= index.total_interval[1]);
        }
        // what is left of a normal spread once a part of its variance is known
        let left = found.of[0].miss_when_known;
        assert!((left - (4.0_f64 / 13.0).sqrt()).abs() < 0.03, "{left}");
    }

    #[test]
    fn a_product_is_all_interaction() {
        // Ishigami-like check by hand: x0 * x1 of standard normals has variance 1, first-order indices 0, totals 1
        let found = indices(2, 0.0, 7, |x| x[0] * x[1]);
        for index in found.of {
            assert!(index.first < 0.05 && (index.total - 1.0).abs() < 0.06, "{index:?}");
        }
    }

    #[test]
    fn chance_is_left_when_everything_is_known() {
        let found = indices(1, 1.0, 3, |x| x[0]);
        let left = found.of[0].miss_when_known;
        assert!((left - 0.5_f64.sqrt()).abs() < 0.03, "{left}");
    }
}
