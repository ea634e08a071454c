//! Draws of the uncertain inputs. A draw is addressed by seed, parameter and number, so that neither the order of the work nor
//! what else is drawn changes it, and scenarios are compared on the same draws.

use crate::{document::Model, evaluate::Settings};

/// Distance of the 10th and 90th percentile of the standard normal from its middle.
const Z90: f64 = 1.281_551_565_544_6;

/// How many draws, and from which seed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Draws {
    /// Draws; 0 for none, and so no interval.
    pub count: usize,
    /// Seed.
    pub seed: u64,
}

impl Default for Draws {
    fn default() -> Self {
        Self { count: 400, seed: 1 }
    }
}

/// Positions of the parameters that are uncertain: those with an interval that nothing sets.
pub(crate) fn uncertain(model: &Model, settings: &Settings) -> Vec<usize> {
    (0..model.parameters.len())
        .filter(|at| {
            settings[*at].is_none() && model.parameters[*at].interval.is_some_and(|(low, high)| low < high)
        })
        .collect()
}

/// Settings with the uncertain parameters drawn.
pub(crate) fn draw(model: &Model, settings: &Settings, seed: u64, number: usize) -> Settings {
    let mut drawn = settings.clone();
    for at in uncertain(model, settings) {
        let parameter = &model.parameters[at];
        let (Some(value), Some((low, high))) = (parameter.value, parameter.interval) else { continue };
        let z = normal(uniform(seed, &parameter.name, number as u64));
        let spread = if z < 0.0 { value - low } else { high - value };
        let (least, most) = parameter.limits;
        let within = (value + z / Z90 * spread)
            .max(least.unwrap_or(f64::NEG_INFINITY))
            .min(most.unwrap_or(f64::INFINITY));
        drawn[at] = Some(within);
    }
    drawn
}

/// 10th and 90th percentile.
pub(crate) fn interval(mut values: Vec<f64>) -> Option<(f64, f64)> {
    if values.is_empty() {
        return None;
    }
    values.sort_by(f64::total_cmp);
    Some((percentile(&values, 0.1), percentile(&values, 0.9)))
}

/// Do two figures differ by more than the last digits of floating point?
pub(crate) fn differ(one: f64, two: f64) -> bool {
    (one - two).abs() > 1e-9 * one.abs().max(two.abs())
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // a position within the slice
fn percentile(sorted: &[f64], share: f64) -> f64 {
    let place = share * (sorted.len() - 1) as f64;
    let below = place as usize;
    let above = (below + 1).min(sorted.len() - 1);
    sorted[below] + (sorted[above] - sorted[below]) * place.fract()
}

/// Uniform in (0, 1), of a seed, a name and a number.
fn uniform(seed: u64, name: &str, number: u64) -> f64 {
    let mut state = mix(seed);
    for byte in name.bytes() {
        state = mix(state ^ u64::from(byte));
    }
    let bits = mix(state ^ mix(number)) >> 11;
    (bits as f64 + 0.5) / (1_u64 << 53) as f64
}

/// A step of splitmix64: every bit of the input reaches every bit of the result.
fn mix(value: u64) -> u64 {
    let value = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

/// Standard normal of a probability, by bisecting its distribution function.
fn normal(probability: f64) -> f64 {
    let (mut low, mut high) = (-9.0, 9.0);
    for _ in 0..60 {
        let middle = f64::midpoint(low, high);
        if below(middle) < probability { low = middle } else { high = middle }
    }
    f64::midpoint(low, high)
}

/// Probability below a value of the standard normal: a series near the middle, a continued fraction in the tails.
fn below(z: f64) -> f64 {
    let density = (-z * z / 2.0).exp() / std::f64::consts::TAU.sqrt();
    let x = z.abs();
    let tail = if x < 3.0 {
        let (mut term, mut sum) = (x, x);
        for n in 1..60 {
            term *= x * x / f64::from(2 * n + 1);
            sum += term;
        }
        0.5 - density * sum
    } else {
        density / (1..=60).rev().fold(x, |rest, n| x + f64::from(n) / rest)
    };
    if z < 0.0 { tail } else { 1.0 - tail }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_normal_has_its_percentiles() {
        for (probability, z) in [(0.1, -Z90), (0.5, 0.0), (0.9, Z90), (0.975, 1.959_964), (0.9999, 3.719_016)]
        {
            assert!((normal(probability) - z).abs() < 1e-6, "{probability}: {}", normal(probability));
        }
    }

    #[test]
    fn draws_repeat_and_differ_by_seed_name_and_number() {
        let first = uniform(1, "a", 0);
        assert_eq!(first, uniform(1, "a", 0));
        for other in [uniform(2, "a", 0), uniform(1, "b", 0), uniform(1, "a", 1)] {
            assert_ne!(first, other);
        }
        let mean = (0..10_000).map(|number| uniform(1, "a", number)).sum::<f64>() / 1e4;
        assert!((mean - 0.5).abs() < 0.01, "{mean}");
        let (low, high) = interval((0..=100).map(f64::from).collect()).unwrap();
        assert!((low - 10.0).abs() < 1e-9 && (high - 90.0).abs() < 1e-9);
    }
}
