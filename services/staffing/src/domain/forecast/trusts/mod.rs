//! Nurses and doctors of trusts: the engine's flows of heads where nothing but a few counts is known.
//!
//! In each draw every trust keeps whole heads. In a year they leave by a hazard (binomial), others join (Poisson) so that the heads
//! grow as the draw takes for true, and FTE is heads times the hours of the last count. What a trust grows by is what all share and
//! what is its own; both begin as a prior with a source and are updated with the growth between the first and the last count, which is
//! one noisy observation: the shocks of those months, the season, and the chance of single heads are in it. Ages are not known, so there
//! are no cohorts; demand is not known either, so what is short is measured against a count that grows as the asker chooses.

mod belief;
mod growth;
mod words;

use super::{
    MAX_DRAWS, MAX_YEARS, MIN_DRAWS,
    hash::Canonical,
    random::{Key, Stream},
    ranks::{Near, Ranks},
    results::Interval,
    simd::{Lanes, Work, widest},
};
use crate::domain::{
    parameters::{BadParameters, Parameter},
    trusts::{Known, Month, TrustGroup, parameters::of_group},
    units::{millionths, whole},
};
use belief::root;
use growth::{Learnt, Observation, Rates, learn};

pub use words::{caveats, finding};

/// Engine name and version of the forecast of trusts. It changes whenever the same inputs and seed would give other numbers.
pub const TRUSTS_ENGINE: &str = "muster-cohort-trusts/1";

/// Growth of need a year stays inside these bounds, in parts per million.
const NEED_BOUNDS: (i64, i64) = (-200_000, 200_000);

/// What is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrustSpec {
    /// Group of staff.
    pub group: TrustGroup,
    /// Years ahead.
    pub years: u32,
    /// Monte Carlo draws.
    pub draws: u32,
    /// Seed of the random numbers.
    pub seed: u64,
    /// Growth of need a year in parts per million; none = the parameter's.
    pub need_growth_ppm: Option<i64>,
}

/// Why trusts cannot be forecast.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TrustsProblem {
    /// Nothing to start from.
    #[error("no {0} of any trust are counted: import a file of kind trust-workforce")]
    NoCounts(&'static str),
    /// Too few or too many draws.
    #[error("draws must be {MIN_DRAWS} to {MAX_DRAWS}, not {0}")]
    Draws(u32),
    /// Too few or too many years.
    #[error("years must be 1 to {MAX_YEARS}, not {0}")]
    Years(u32),
    /// Need that grows beyond all sense.
    #[error("the growth of need must lie between -20% and 20% a year, not {0} ppm")]
    Need(i64),
    /// A parameter that the engine needs.
    #[error(transparent)]
    Parameters(#[from] BadParameters),
}

/// One trust, or all together, in one year. FTE in 1/1000.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrustRow {
    /// ODS code; empty for all together.
    pub code: String,
    /// Name.
    pub name: String,
    /// Month.
    pub month: Month,
    /// Supply.
    pub supply: Interval,
    /// Last count grown by the growth of need.
    pub wanted_milli: i64,
    /// Wanted less supply.
    pub shortfall: Interval,
    /// Share of the draws with less than is wanted, in parts per million.
    pub short_ppm: i64,
}

/// What is known of a growth. Growth a year in parts per million.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrustEvidence {
    /// What is known; an empty code for all together.
    pub known: Known,
    /// Growth between the first and the last count, scaled to a year; 0 with one count.
    pub observed_ppm: i64,
    /// Standard deviation of what it says of a year's growth; 0 with one count.
    pub observed_sd_ppm: i64,
    /// Growth that is taken for true.
    pub growth_ppm: i64,
    /// Its standard deviation.
    pub growth_sd_ppm: i64,
    /// Weight of the own observation.
    pub weight_ppm: i64,
}

/// A forecast of one group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrustForecast {
    /// All together first, then each by code; year by year from the last count on.
    pub rows: Vec<TrustRow>,
    /// The same order.
    pub evidence: Vec<TrustEvidence>,
    /// Growth of need that was used, in parts per million.
    pub need_growth_ppm: i64,
    /// Hash over every input.
    pub inputs_sha256: String,
}

/// Forecasts one group of some trusts.
///
/// # Errors
/// When nothing is counted, or the request makes no sense.
pub fn forecast_trusts(
    trusts: &[Known],
    spec: &TrustSpec,
    parameters: &[Parameter],
) -> Result<TrustForecast, TrustsProblem> {
    check(trusts, spec)?;
    let rates = Rates::of(parameters, spec.group)?;
    let need = match spec.need_growth_ppm {
        Some(need) => need,
        None => of_group(parameters, spec.group, "need-growth")?.value,
    };
    let fte: Vec<f64> = trusts.iter().map(|of| of.last.1.milli() as f64 / 1e3).collect();
    let sum: f64 = fte.iter().sum::<f64>().max(1e-9);
    let shares: Vec<f64> = fte.iter().map(|fte| fte / sum).collect();
    let learnt = learn(trusts, &shares, &rates);
    let columns = draw(trusts, spec, (&rates, &learnt));
    let mut together = vec![0; columns[0].len()];
    for column in &columns {
        super::block::add(&mut together, column);
    }
    let whole = together_of(trusts);
    let mut rows = rows_of(&whole, &together, (spec, need));
    for (of, column) in trusts.iter().zip(&columns) {
        rows.extend(rows_of(of, column, (spec, need)));
    }
    let mut evidence = vec![evidence_together(whole, (&learnt, &shares))];
    evidence.extend(trusts.iter().enumerate().map(|(place, of)| evidence_of(of, place, &learnt)));
    let inputs_sha256 = hash(trusts, spec, (parameters, need));
    Ok(TrustForecast { rows, evidence, need_growth_ppm: need, inputs_sha256 })
}

fn check(trusts: &[Known], spec: &TrustSpec) -> Result<(), TrustsProblem> {
    if !(MIN_DRAWS..=MAX_DRAWS).contains(&spec.draws) {
        return Err(TrustsProblem::Draws(spec.draws));
    }
    if !(1..=MAX_YEARS.unsigned_abs()).contains(&spec.years) {
        return Err(TrustsProblem::Years(spec.years));
    }
    if let Some(need) = spec.need_growth_ppm.filter(|need| !(NEED_BOUNDS.0..=NEED_BOUNDS.1).contains(need)) {
        return Err(TrustsProblem::Need(need));
    }
    if trusts.is_empty() {
        return Err(TrustsProblem::NoCounts(spec.group.name()));
    }
    Ok(())
}

/// All trusts as one.
fn together_of(trusts: &[Known]) -> Known {
    let first = trusts.iter().map(|of| of.first.0).min();
    let last = trusts.iter().map(|of| of.last.0).max();
    let any = Month { year: 0, month: 1 };
    Known {
        code: String::new(),
        name: format!("{} trusts together", trusts.len()),
        first: (first.unwrap_or(any), trusts.iter().map(|of| of.first.1).sum()),
        last: (last.unwrap_or(any), trusts.iter().map(|of| of.last.1).sum()),
        counts: trusts.iter().map(|of| of.counts).max().unwrap_or(0),
    }
}

/// Supply of each trust, FTE in 1/1000: year by year, and in each year draw by draw.
fn draw(trusts: &[Known], spec: &TrustSpec, (rates, learnt): (&Rates, &Learnt)) -> Vec<Vec<i32>> {
    let (draws, years) = (spec.draws as usize, spec.years as usize);
    let root = root(&learnt.covariance);
    let shared = Key::new(spec.seed, "trusts", spec.group.name());
    let own: Vec<Key> = trusts
        .iter()
        .map(|of| Key::new(spec.seed, "trust", &format!("{} {}", spec.group.name(), of.code)))
        .collect();
    let mut columns = vec![vec![0; draws * (years + 1)]; trusts.len()];
    for draw in 0..spec.draws {
        let mut stream = shared.stream(draw);
        let [low, middle, high] = rates.leavers;
        let leavers = stream.split_normal(low, middle, high).clamp(0.0, 0.9);
        let z: Vec<f64> = trusts.iter().map(|_| stream.normal()).collect();
        let shocks: Vec<f64> = (0..years).map(|_| rates.national_sd * stream.student5()).collect();
        for (place, of) in trusts.iter().enumerate() {
            let growth = learnt.mean[place] + root[place].iter().zip(&z).map(|(by, z)| by * z).sum::<f64>();
            let mut stream = own[place].stream(draw);
            let heads = rates.heads(of.last.1.milli() as f64 / 1e3);
            let milli = of.last.1.milli() as f64 / f64::from(heads);
            let mut there = heads;
            columns[place][draw as usize] = i32::try_from(of.last.1.milli()).unwrap_or(i32::MAX);
            for (year, shock) in shocks.iter().enumerate() {
                let grown = growth + shock + rates.trust_year_sd * stream.normal();
                there = next(there, (leavers, grown), &mut stream);
                columns[place][(year + 1) * draws + draw as usize] =
                    (f64::from(there) * milli).round() as i32;
            }
        }
    }
    columns
}

/// Heads a year later: some leave, and as many join as it takes to grow on average as wanted.
fn next(heads: u32, (leavers, growth): (f64, f64), stream: &mut Stream) -> u32 {
    let wanted = growth.clamp(-1.0, 1.0).exp();
    // nobody joins where it shrinks faster than people leave by themselves: more of them go
    let leavers = leavers.max(1.0 - wanted);
    let left = stream.binomial(heads, leavers);
    let joined = stream.poisson(f64::from(heads) * (wanted - 1.0 + leavers));
    heads - left + joined
}

fn rows_of(of: &Known, column: &[i32], (spec, need): (&TrustSpec, i64)) -> Vec<TrustRow> {
    let draws = spec.draws as usize;
    let wanted: Vec<i64> = (0..=spec.years)
        .map(|year| {
            let grown = (1.0 + need as f64 / 1e6).powi(i32::try_from(year).unwrap_or(0));
            whole(of.last.1.milli() as f64 * grown)
        })
        .collect();
    let figures = widest(Figures { column, wanted: &wanted, draws });
    let row =
        |(year, ((supply, shortfall, short_ppm), wanted_milli)): (u32, ((Interval, Interval, i64), i64))| {
            TrustRow {
                code: of.code.clone(),
                name: of.name.clone(),
                month: of.last.0.after_years(year),
                supply,
                wanted_milli,
                shortfall,
                short_ppm,
            }
        };
    (0..).zip(figures.into_iter().zip(wanted)).map(row).collect()
}

/// Percentiles of supply and of what is short, and how often something is.
struct Figures<'a> {
    column: &'a [i32],
    wanted: &'a [i64],
    draws: usize,
}

impl Work for Figures<'_> {
    type Out = Vec<(Interval, Interval, i64)>;

    #[inline(always)]
    fn run(self, lanes: impl Lanes) -> Self::Out {
        let (mut ranks, mut figures) = (Ranks::default(), Vec::new());
        let (mut near, mut near_short) = (Near::default(), Near::default());
        let mut short = vec![0; self.draws];
        for (supply, wanted) in self.column.chunks(self.draws).zip(self.wanted) {
            let wanted = i32::try_from(*wanted).unwrap_or(i32::MAX);
            for (short, supply) in short.iter_mut().zip(supply) {
                *short = wanted - supply;
            }
            let lacking = short.iter().filter(|short| **short > 0).count() * 1_000_000 / self.draws.max(1);
            let supply = Interval::of(lanes, &mut ranks, (supply, &mut near));
            let shortfall = Interval::of(lanes, &mut ranks, (&short, &mut near_short));
            figures.push((supply, shortfall, i64::try_from(lacking).unwrap_or_default()));
        }
        figures
    }
}

fn evidence_of(of: &Known, place: usize, learnt: &Learnt) -> TrustEvidence {
    let seen = learnt.observed[place];
    TrustEvidence {
        known: of.clone(),
        observed_ppm: millionths(seen.map_or(0.0, |seen| seen.growth)),
        observed_sd_ppm: millionths(seen.map_or(0.0, |seen| (seen.shared + seen.own).sqrt())),
        growth_ppm: millionths(learnt.mean[place]),
        growth_sd_ppm: millionths(learnt.covariance[place][place].max(0.0).sqrt()),
        weight_ppm: millionths(learnt.weight[place]),
    }
}

fn evidence_together(of: Known, (learnt, shares): (&Learnt, &[f64])) -> TrustEvidence {
    let weighed =
        |of: &dyn Fn(usize) -> f64| shares.iter().enumerate().map(|(place, share)| share * of(place)).sum();
    let seen: Vec<(f64, Observation)> =
        shares.iter().zip(&learnt.observed).filter_map(|(share, seen)| Some((*share, (*seen)?))).collect();
    let counted: f64 = seen.iter().map(|(share, _)| share).sum::<f64>().max(1e-9);
    let growth: f64 = seen.iter().map(|(share, seen)| share / counted * seen.growth).sum();
    let shared = seen.iter().map(|(_, seen)| seen.shared).fold(0.0, f64::max);
    let own: f64 = seen.iter().map(|(share, seen)| (share / counted).powi(2) * seen.own).sum();
    let variance: f64 = weighed(&|one| {
        shares.iter().zip(&learnt.covariance[one]).map(|(share, covariance)| share * covariance).sum()
    });
    TrustEvidence {
        known: of,
        observed_ppm: millionths(growth),
        observed_sd_ppm: millionths((shared + own).sqrt()),
        growth_ppm: millionths(weighed(&|place| learnt.mean[place])),
        growth_sd_ppm: millionths(variance.max(0.0).sqrt()),
        weight_ppm: millionths(learnt.weight_together),
    }
}

fn hash(trusts: &[Known], spec: &TrustSpec, (parameters, need): (&[Parameter], i64)) -> String {
    let mut text = Canonical::default();
    text.put(&[&TRUSTS_ENGINE, &spec.group.name(), &spec.years, &spec.draws, &spec.seed, &need]);
    for of in trusts {
        text.put(&[&of.code, &of.first.0, &of.first.1, &of.last.0, &of.last.1]);
    }
    for of in parameters.iter().filter(|of| of.name.starts_with(spec.group.name())) {
        text.put(&[&of.name, &of.value, &of.low, &of.high, &of.unit]);
    }
    text.finish()
}

#[cfg(test)]
mod tests;
