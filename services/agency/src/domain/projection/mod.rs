//! What a financial year comes to at its end, from the months that are known: simple models side by side, each as wide as its
//! own misses of earlier years were.

mod models;

use statrs::distribution::{ContinuousCDF as _, Normal};

use models::MODELS;

/// Months of a financial year.
pub const YEAR: usize = 12;
/// The 90th percentile of a normal distribution, in standard deviations.
const P90: f64 = 1.281_551_565_544_6;
/// Least spread of what is still to come, as a share of it: nobody knows a month to the penny.
const LEAST_SPREAD: f64 = 0.02;
/// Spread of what is still to come where too few earlier misses are known.
const BLIND_SPREAD: f64 = 0.15;
/// Misses below which a spread is not believed.
const ENOUGH: usize = 4;

/// A figure with its 80% interval; the unit is that of where it stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Interval {
    /// 10th percentile.
    pub p10: i64,
    /// Median.
    pub p50: i64,
    /// 90th percentile.
    pub p90: i64,
}

/// What one model says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Modelled {
    /// Its name.
    pub name: &'static str,
    /// The whole year.
    pub year: Interval,
    /// Chance of being over the limit, parts per million; none without a limit.
    pub over_ppm: Option<i64>,
    /// Earlier years' ends that it was tried on.
    pub tried: u32,
    /// How far off it was there on average, parts per million of what was still to come; none when it was not tried.
    pub off_ppm: Option<i64>,
    /// Share of those ends that its interval would have held, parts per million.
    pub held_ppm: Option<i64>,
    /// Is its spread a guess, because too few ends are known?
    pub blind: bool,
}

/// A projection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Projection {
    /// Months of the year that are known, 1 to 12.
    pub known: u32,
    /// What they come to, pence.
    pub so_far: i64,
    /// Each model, the one that was off least first.
    pub models: Vec<Modelled>,
    /// All models together: the middle of them, as wide as the widest.
    pub year: Interval,
    /// Chance of being over the limit: the mean over the models; none without a limit.
    pub over_ppm: Option<i64>,
}

/// A model's forecast of what is still to come, with the standard deviation of it.
struct Forecast {
    rest: f64,
    spread: f64,
    blind: bool,
}

/// Projects the year that the last month lies in. `months` are pence of month after month without gap, the first of them in
/// month `first` of a financial year (0 = April). None when there is no month, or the limit is no use.
pub fn project(months: &[i64], first: usize, limit: Option<i64>) -> Option<Projection> {
    if months.is_empty() {
        return None;
    }
    let series: Vec<f64> = months.iter().map(|pence| *pence as f64).collect();
    let known = (first + series.len() - 1) % YEAR + 1;
    let so_far: f64 = this_year(&series, known).iter().sum();
    let mut models: Vec<(Modelled, f64)> = Vec::new();
    for (name, model) in MODELS {
        let misses = misses(*model, &series, first);
        let Some(rest) = model(&series, known) else { continue };
        let it = forecast(rest, known, &misses);
        models.push((modelled(name, so_far, &it, &misses, limit), it.spread));
    }
    models.sort_by_key(|(it, _)| it.off_ppm.unwrap_or(i64::MAX));
    let middle = median(models.iter().map(|(it, _)| it.year.p50).collect())?;
    let widest = models.iter().map(|(_, spread)| *spread).fold(0.0, f64::max);
    let overs: Vec<i64> = models.iter().filter_map(|(it, _)| it.over_ppm).collect();
    let count = i64::try_from(overs.len()).unwrap_or(1).max(1);
    Some(Projection {
        known: u32::try_from(known).unwrap_or_default(),
        so_far: whole(so_far),
        year: interval(middle as f64, widest),
        over_ppm: limit.map(|_| overs.iter().sum::<i64>() / count),
        models: models.into_iter().map(|(it, _)| it).collect(),
    })
}

fn this_year(series: &[f64], known: usize) -> &[f64] {
    &series[series.len().saturating_sub(known)..]
}

/// A model's misses over earlier years: at each month of each year whose end is known, the miss of what was then still to come,
/// as a share of it.
fn misses(model: models::Model, series: &[f64], first: usize) -> Vec<f64> {
    let mut found = Vec::new();
    for length in 1..series.len() {
        let known = (first + length - 1) % YEAR + 1;
        let end = length + YEAR - known;
        if known == YEAR || end > series.len() {
            continue;
        }
        let truth: f64 = series[length..end].iter().sum();
        if let Some(rest) = model(&series[..length], known).filter(|_| truth > 0.0) {
            found.push(rest / truth - 1.0);
        }
    }
    found
}

fn forecast(rest: f64, known: usize, misses: &[f64]) -> Forecast {
    if known == YEAR {
        return Forecast { rest: 0.0, spread: 0.0, blind: false };
    }
    let blind = misses.len() < ENOUGH;
    let mean_square = misses.iter().map(|miss| miss * miss).sum::<f64>() / misses.len().max(1) as f64;
    let share =
        if blind { BLIND_SPREAD.max(mean_square.sqrt()) } else { LEAST_SPREAD.max(mean_square.sqrt()) };
    Forecast { rest, spread: share * rest.abs(), blind }
}

fn modelled(name: &'static str, so_far: f64, it: &Forecast, misses: &[f64], limit: Option<i64>) -> Modelled {
    let year = so_far + it.rest;
    let share = |part: f64| whole(part * 1e6);
    let tried = misses.len();
    let off = misses.iter().map(|miss| miss.abs()).sum::<f64>() / tried.max(1) as f64;
    let width = if it.rest > 0.0 { P90 * it.spread / it.rest } else { 0.0 };
    let held = misses.iter().filter(|miss| miss.abs() <= width).count();
    Modelled {
        name,
        year: interval(year, it.spread),
        over_ppm: limit.map(|limit| share(over(year, it.spread, limit as f64))),
        tried: u32::try_from(tried).unwrap_or(u32::MAX),
        off_ppm: (tried > 0).then(|| share(off)),
        held_ppm: (tried > 0).then(|| share(held as f64 / tried as f64)),
        blind: it.blind,
    }
}

fn over(year: f64, spread: f64, limit: f64) -> f64 {
    match Normal::new(year, spread) {
        Ok(normal) if spread > 0.0 => 1.0 - normal.cdf(limit),
        _ => f64::from(u8::from(year > limit)),
    }
}

fn interval(middle: f64, spread: f64) -> Interval {
    Interval { p10: whole(middle - P90 * spread), p50: whole(middle), p90: whole(middle + P90 * spread) }
}

fn median(mut values: Vec<i64>) -> Option<i64> {
    values.sort_unstable();
    let half = values.len() / 2;
    match values.len() {
        0 => None,
        odd if odd % 2 == 1 => Some(values[half]),
        _ => Some(i64::midpoint(values[half - 1], values[half])),
    }
}

#[expect(clippy::cast_possible_truncation, reason = "pence of an organisation stay far below 2^53")]
fn whole(value: f64) -> i64 {
    value.round() as i64
}
