//! What all practices share of lists and closures.

use std::sync::{Arc, LazyLock};

use statrs::distribution::{Beta, ContinuousCDF};

use super::{
    inputs::{Inputs, InputsProblem},
    memo::{From, remembered},
    paths::{Paths, narrow},
    prepare::Banks,
    random::{Key, Stream},
    range::Range,
};

/// Lists and closures in all draws.
pub(super) struct Places<const W: usize> {
    /// By draw: factor on lists that all practices share.
    pub(super) list: Vec<[f32; W]>,
    /// How far the growth of lists is known, and how much it differs from year to year: standard deviations.
    pub(super) list_sd: [f64; 2],
    /// Factors on the lists of a borough.
    pub(super) list_borough: Paths<W>,
    /// Factors on the list of a practice.
    pub(super) list_practice: Paths<W>,
    /// By year: chance that a practice has not been made up anew (its staff set back to what its patients usually have).
    pub(super) reset_chance: f64,
}

/// How much of a closing practice's staff goes over, relative to the usual share: either hardly anybody, or nearly all. Twice a Beta(0.6, 0.6)
/// distribution, so that the mean is 1, as many values of it as eight bits tell apart.
pub(super) static GOES_OVER: LazyLock<[f32; 256]> = LazyLock::new(|| match Beta::new(0.6, 0.6) {
    Ok(beta) => std::array::from_fn(|place| narrow(2.0 * beta.inverse_cdf((place as f64 + 0.5) / 256.0))),
    Err(_) => [1.0; 256],
});

/// Closures that the prior is worth.
const CLOSURES_KNOWN: f64 = 10.0;

/// Chance that a practice of usual size closes in a year.
pub(super) fn closure_chance(inputs: &Inputs) -> Result<f64, InputsProblem> {
    let rate = Range::of(inputs.parameters.get("practice.closure-rate")?).value;
    let (closures, exposure) = inputs.evidence.closures();
    let known = rate > 0.0;
    Ok(if known { (closures + CLOSURES_KNOWN) / (exposure + CLOSURES_KNOWN / rate) } else { 0.0 })
}

impl<const W: usize> Places<W> {
    pub(super) fn new(inputs: &Inputs, banks: Banks) -> Result<Self, InputsProblem> {
        let get = |name: &str| inputs.parameters.get(name).map(Range::of);
        let (prior, observation) = (get("list.growth.prior")?, get("list.growth.observation-sd")?.value);
        let (mean, sd) = list_growth(inputs, prior, observation);
        let year_sd = get("list.growth.year-sd")?;
        let spreads = [get("list.growth.borough-sd")?.value, get("list.growth.practice-sd")?.value];
        let own = ListBanks::of(inputs.spec.seed, banks, spreads);
        Ok(Self {
            list: lists(inputs, (mean, sd), year_sd).to_vec(),
            list_sd: [sd, year_sd.value.max(0.0)],
            list_borough: own.borough.clone(),
            list_practice: own.practice.clone(),
            reset_chance: get("practice.reset-chance")?.value,
        })
    }
}

/// Banks of lists.
struct ListBanks<const W: usize> {
    borough: Paths<W>,
    practice: Paths<W>,
}

impl<const W: usize> ListBanks<W> {
    fn of(seed: u64, banks: Banks, [borough, practice]: [f64; 2]) -> Arc<Self> {
        let all = banks == Banks::All;
        let from = From::of("banks", "list").and(&[seed, u64::from(all)]).and_bits(&[borough, practice]);
        remembered(from, || {
            let mut stream = Key::new(seed, "banks", "list").stream(0);
            let borough = Paths::wandering(&mut stream, 0.0, borough);
            let practice = if all { Paths::wandering(&mut stream, 0.0, practice) } else { Paths::default() };
            Self { borough, practice }
        })
    }
}

/// By draw: factor on lists that all practices share.
fn lists<const W: usize>(inputs: &Inputs, (mean, sd): (f64, f64), year_sd: Range) -> Arc<Vec<[f32; W]>> {
    let (seed, draws, years) = (inputs.spec.seed, inputs.spec.draws, inputs.spec.years());
    let from = From::of("world", "list").and(&[seed, years as u64, u64::from(draws)]).and_bits(&[
        mean,
        sd,
        year_sd.low,
        year_sd.value,
        year_sd.high,
    ]);
    let of_draw = |(mut stream, even): (Stream, f64)| {
        let growth = mean + sd * even;
        let year_sd = year_sd.draw(&mut stream).max(0.0);
        let (mut factors, mut factor) = ([1.0; W], 1.0);
        for place in factors.iter_mut().take(years).skip(1) {
            factor *= (1.0 + growth + year_sd * stream.normal()).max(0.5);
            *place = narrow(factor);
        }
        factors
    };
    remembered(from, || {
        let key = Key::new(seed, "world", "list");
        let even = key.even();
        (0..draws).map(|draw| of_draw((key.stream(draw), even.normals::<1>(draw)[0]))).collect()
    })
}

/// Mean and standard deviation of the list growth over the horizon: the prior, updated with the years known at the base.
fn list_growth(inputs: &Inputs, prior: Range, observation_sd: f64) -> (f64, f64) {
    let mut precision = prior.sd().max(1e-9).powi(-2);
    let mut weighted = prior.value * precision;
    for growth in inputs.growth.iter().filter(|growth| growth.before.is_positive()) {
        let observed = growth.after.milli() as f64 / growth.before.milli() as f64 - 1.0;
        let weight = observation_sd.powi(-2);
        precision += weight;
        weighted += observed * weight;
    }
    (weighted / precision, precision.powf(-0.5))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_over_is_the_usual_share_on_average_and_mostly_hardly_anybody_or_nearly_all() {
        let mean = GOES_OVER.iter().map(|share| f64::from(*share)).sum::<f64>() / 256.0;
        let square = GOES_OVER.iter().map(|share| (f64::from(*share) - 1.0).powi(2)).sum::<f64>() / 256.0;
        // four times the variance of Beta(a, a), which is 1 / (4 (2 a + 1))
        assert!((mean - 1.0).abs() < 1e-6 && (square - 1.0 / 2.2).abs() < 2e-3, "{mean} {square}");
        let ends = GOES_OVER.iter().filter(|share| !(0.5..1.5).contains(*share)).count();
        assert!(ends > 140, "{ends}");
    }
}
