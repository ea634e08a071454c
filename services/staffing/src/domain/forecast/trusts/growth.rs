//! What is known of the growth of trusts: a prior of what all share and of what is each one's own, and what their counts make of it.

use super::{
    super::{inputs::whole, random::Z90},
    belief::Belief,
};
use crate::domain::{
    parameters::{BadParameters, Parameter},
    trusts::{Known, Month, TrustGroup, parameters::of_group},
};

/// Parameters of the group, as the draws see them.
pub(super) struct Rates {
    pub(super) leavers: [f64; 3],
    pub(super) participation: f64,
    pub(super) prior: [f64; 3],
    pub(super) national_sd: f64,
    pub(super) trust_sd: f64,
    pub(super) trust_year_sd: f64,
    pub(super) season_sd: f64,
}

impl Rates {
    pub(super) fn of(all: &[Parameter], group: TrustGroup) -> Result<Self, BadParameters> {
        let get = |name: &str| {
            let of = of_group(all, group, name)?;
            let unit = if of.unit == "milli" { 1e3 } else { 1e6 };
            Ok::<_, BadParameters>([of.low, of.value, of.high].map(|value| value as f64 / unit))
        };
        Ok(Self {
            leavers: get("leaver-rate")?,
            participation: get("participation")?[1].max(0.1),
            prior: get("growth.prior")?,
            national_sd: get("growth.national-sd")?[1],
            trust_sd: get("growth.trust-sd")?[1],
            trust_year_sd: get("growth.trust-year-sd")?[1],
            season_sd: get("growth.season-sd")?[1],
        })
    }

    pub(super) fn heads(&self, fte: f64) -> u32 {
        whole((fte / self.participation).max(1.0))
    }
}

/// Growth between two counts as a logarithm a year, and how noisy it is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Observation {
    pub(super) growth: f64,
    /// Variance of what all trusts share in those months.
    pub(super) shared: f64,
    /// Variance of what is the trust's own.
    pub(super) own: f64,
}

fn observation(of: &Known, rates: &Rates) -> Option<Observation> {
    let (from, to) = (of.first.1.milli() as f64 / 1e3, of.last.1.milli() as f64 / 1e3);
    let months = of.last.0.since(of.first.0);
    if months <= 0 || from <= 0.0 {
        return None;
    }
    let years = f64::from(months) / 12.0;
    let season = if months % 12 == 0 { 0.0 } else { rates.season_sd };
    // who leaves and who joins is chance: twice the leavers, relative to the heads
    let chance = 2.0 * rates.leavers[1] / f64::from(rates.heads(from));
    Some(Observation {
        growth: (to / from).ln() / years,
        shared: rates.national_sd.powi(2) / years + (season / years).powi(2),
        own: (rates.trust_year_sd.powi(2) + chance) / years,
    })
}

/// Growth of each trust: means, covariances, and the weight of its own observation.
pub(super) struct Learnt {
    pub(super) mean: Vec<f64>,
    pub(super) covariance: Vec<Vec<f64>>,
    pub(super) weight: Vec<f64>,
    /// Weight of all observations in the growth of all together.
    pub(super) weight_together: f64,
    pub(super) observed: Vec<Option<Observation>>,
}

pub(super) fn learn(trusts: &[Known], shares: &[f64], rates: &Rates) -> Learnt {
    let observed: Vec<Option<Observation>> = trusts.iter().map(|of| observation(of, rates)).collect();
    let mut windows: Vec<(Month, Month)> = trusts.iter().map(|of| (of.first.0, of.last.0)).collect();
    windows.sort_unstable();
    windows.dedup();
    // parts: what all share for long, what is each trust's own for long, what all shared between two counts
    let shock = |of: &Known| 1 + trusts.len() + windows.partition_point(|at| *at < (of.first.0, of.last.0));
    let long = |place: usize| [0, 1 + place];
    let mut parts = vec![(rates.prior[1], (rates.prior[2] - rates.prior[0]) / 2.0 / Z90)];
    parts.resize(1 + trusts.len(), (0.0, rates.trust_sd));
    parts.resize(1 + trusts.len() + windows.len(), (0.0, 0.0));
    for (of, seen) in trusts.iter().zip(&observed) {
        parts[shock(of)] = (0.0, seen.map_or(0.0, |seen| seen.shared.sqrt()));
    }
    let mut belief = Belief::of(&parts);
    for (place, (of, seen)) in trusts.iter().zip(&observed).enumerate() {
        if let Some(seen) = seen {
            belief.observe(&[0, 1 + place, shock(of)], seen.own, seen.growth);
        }
    }
    // how far the growth of one trust moves with the observation of another: normal laws are linear, and this is their slope
    let slope = |of: usize, seen: usize| {
        let noise = observed[seen].map_or(f64::INFINITY, |seen| seen.own.max(1e-12));
        belief.covariance(&long(of), &[0, 1 + seen, shock(&trusts[seen])]) / noise
    };
    let places = || 0..trusts.len();
    Learnt {
        mean: places().map(|place| belief.mean(&long(place))).collect(),
        covariance: places()
            .map(|one| places().map(|other| belief.covariance(&long(one), &long(other))).collect())
            .collect(),
        weight: places().map(|one| slope(one, one)).collect(),
        weight_together: places()
            .map(|of| shares[of] * places().map(|seen| slope(of, seen)).sum::<f64>())
            .sum(),
        observed,
    }
}
