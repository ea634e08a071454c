//! What all practices of one draw share: sampled parameters, national shocks by year, borough shocks by borough and year.

use super::{
    inputs::{Inputs, InputsProblem},
    random::{Key, Stream, cumulative},
};
use crate::domain::{
    parameters::{BAND_NAMES, BANDS, Parameter, ParameterSet},
    role::Role,
};

/// One, in parts per million.
const PPM: f64 = 1e6;
/// A rate of leavers stays inside these bounds whatever the draw.
const RATE_BOUNDS: (f64, f64) = (0.005, 0.9);

/// A parameter as the draws see it.
#[derive(Clone, Copy, Debug)]
struct Range {
    low: f64,
    value: f64,
    high: f64,
}

impl Range {
    fn of(parameter: &Parameter) -> Self {
        let unit = match parameter.unit.as_str() {
            "ppm" => PPM,
            "milli" => 1e3,
            _ => 1.0,
        };
        let scaled = |value: i64| value as f64 / unit;
        Self { low: scaled(parameter.low), value: scaled(parameter.value), high: scaled(parameter.high) }
    }

    fn draw(self, stream: &mut Stream) -> f64 {
        stream.split_normal(self.low, self.value, self.high)
    }
}

/// Central values and intervals of one role.
#[derive(Clone, Debug)]
pub(super) struct RoleTable {
    overall: Range,
    bands: [Range; BANDS],
    leaver_year_sd: Range,
    joiner: Range,
    joiner_year_sd: Range,
    participation: Range,
    trend: Range,
    change_sd: Range,
    mix: [f64; BANDS],
    strength: f64,
    joiner_mix: [f64; BANDS],
    /// FTE per head by age band.
    pub(super) by_age: [f64; BANDS],
    /// Cost of one FTE a year, in pence.
    pub(super) unit_cost: i64,
}

impl RoleTable {
    fn of(parameters: &ParameterSet, role: Role) -> Result<Self, InputsProblem> {
        let get = |name: &str| parameters.of_role(role, name).map(Range::of);
        let mut bands = [Range { low: 0.0, value: 0.0, high: 0.0 }; BANDS];
        for (band, name) in bands.iter_mut().zip(BAND_NAMES) {
            *band = get(&format!("leaver-rate.{name}"))?;
        }
        let mix = parameters.age_mix(role)?;
        Ok(Self {
            overall: get("leaver-rate.overall")?,
            bands,
            leaver_year_sd: get("leaver-rate.year-sd")?,
            joiner: get("joiner-rate")?,
            joiner_year_sd: get("joiner-rate.year-sd")?,
            participation: get("participation.overall")?,
            trend: get("participation.trend")?,
            change_sd: get("practice-change-sd")?,
            mix: shares(&mix.bands),
            strength: mix.strength as f64,
            joiner_mix: shares(&mix.joiners),
            by_age: mix.participation.map(|value| value as f64 / 1e3),
            unit_cost: parameters.of_role(role, "unit-cost")?.value,
        })
    }

    /// FTE per head where a practice's heads are unknown.
    pub(super) fn participation(&self) -> f64 {
        self.participation.value
    }

    /// Standard deviation of the yearly change of a practice's FTE.
    pub(super) fn change_sd(&self) -> f64 {
        self.change_sd.value
    }

    /// Leavers and joiners of a head and year, at the central values.
    pub(super) fn turnover(&self) -> f64 {
        self.overall.value + self.joiner.value
    }

    /// Factor from the FTE per head of the age bands to that of a practice with the usual mix.
    pub(super) fn usual_level(&self) -> f64 {
        let mean: f64 = self.mix.iter().zip(self.by_age).map(|(share, fte)| share * fte).sum();
        self.participation.value / mean
    }
}

fn shares(values: &[i64; BANDS]) -> [f64; BANDS] {
    let sum = values.iter().sum::<i64>().max(1) as f64;
    values.map(|value| value as f64 / sum)
}

/// Central values and intervals of everything that is drawn for all practices.
#[derive(Clone, Debug)]
pub(super) struct Tables {
    /// By role of the spec.
    pub(super) roles: Vec<RoleTable>,
    borough_sd: Range,
    closure: Range,
    growth_mean: f64,
    growth_sd: f64,
    growth_year_sd: Range,
    growth_borough_sd: Range,
    /// Standard deviation of the yearly change of a practice's list, relative.
    pub(super) list_sd: f64,
    missing_level: Range,
    /// Head-years that a practice's own leavers weigh against.
    pub(super) strength: f64,
    years: usize,
    boroughs: usize,
    key: Key,
}

impl Tables {
    pub(super) fn of(inputs: &Inputs, boroughs: usize) -> Result<Self, InputsProblem> {
        let parameters = &inputs.parameters;
        let get = |name: &str| parameters.get(name).map(Range::of);
        let roles: Result<_, _> =
            inputs.spec.roles.iter().map(|role| RoleTable::of(parameters, *role)).collect();
        let (growth_mean, growth_sd) =
            growth(inputs, get("list.growth.prior")?, get("list.growth.observation-sd")?.value);
        Ok(Self {
            roles: roles?,
            borough_sd: get("joiners.borough-sd")?,
            closure: get("practice.closure-rate")?,
            growth_mean,
            growth_sd,
            growth_year_sd: get("list.growth.year-sd")?,
            growth_borough_sd: get("list.growth.borough-sd")?,
            list_sd: get("list.growth.practice-sd")?.value,
            missing_level: get("missing-return.level")?,
            strength: get("leaver-rate.practice-strength")?.value,
            years: inputs.spec.years(),
            boroughs,
            key: Key::new(inputs.spec.seed, "world", &inputs.area),
        })
    }

    /// The world of one draw.
    pub(super) fn draw(&self, draw: u32) -> World {
        let mut stream = self.key.stream(draw);
        let s = &mut stream;
        let growth = self.growth_mean + self.growth_sd * s.normal();
        let year_sd = self.growth_year_sd.draw(s).max(0.0);
        let borough_sd = self.growth_borough_sd.draw(s).max(0.0);
        let growth = (1..self.years).map(|_| growth + year_sd * s.normal()).collect::<Vec<f64>>();
        let list_growth = grid(self.boroughs, &growth, |growth| (growth + borough_sd * s.normal()).max(-0.5));
        let closure = self.closure.draw(s).clamp(0.0, 0.5);
        let roles = self.roles.iter().map(|role| self.draw_role(role, s)).collect();
        World { roles, closure, list_growth, boroughs: self.boroughs }
    }

    fn draw_role(&self, table: &RoleTable, s: &mut Stream) -> RoleWorld {
        let mix = s.shares(&table.mix, table.strength);
        let shape = table.bands.map(|band| band.draw(s).max(0.0));
        let mean: f64 = shape.iter().zip(mix).map(|(rate, share)| rate * share).sum::<f64>().max(1e-6);
        let (overall, leaver_sd) = (table.overall.draw(s), table.leaver_year_sd.draw(s).max(0.0));
        let (joiner, joiner_sd) = (table.joiner.draw(s), table.joiner_year_sd.draw(s).max(0.0));
        let trend = table.trend.draw(s) / table.participation.value;
        let missing_level = self.missing_level.draw(s).max(0.0);
        let borough_sd = self.borough_sd.draw(s).max(0.0);
        let mut leaver_rates = Vec::with_capacity(self.years);
        let mut joiner_rates = Vec::with_capacity(self.years);
        for _ in 1..self.years {
            // The published rates by age give the shape, the overall rate of the year the level.
            let level = (overall + leaver_sd * s.normal()).max(RATE_BOUNDS.0) / mean;
            leaver_rates.push(shape.map(|rate| (rate * level).min(RATE_BOUNDS.1)));
            joiner_rates.push((joiner + joiner_sd * s.normal()).max(0.0));
        }
        let borough = grid(self.boroughs, &joiner_rates, |_| s.mean_one(borough_sd));
        RoleWorld {
            mix: cumulative(&mix),
            joiner_mix: cumulative(&table.joiner_mix),
            leaver_rates,
            joiner_rates,
            borough,
            hours_factor: (1.0 + trend).max(0.5),
            missing_level,
        }
    }
}

/// A value for each year and borough, year by year.
fn grid(boroughs: usize, years: &[f64], mut value: impl FnMut(f64) -> f64) -> Vec<f64> {
    years.iter().flat_map(|year| std::iter::repeat_n(*year, boroughs)).map(&mut value).collect()
}

/// Mean and standard deviation of the list growth over the horizon: the prior, updated with the years known at the base.
fn growth(inputs: &Inputs, prior: Range, observation_sd: f64) -> (f64, f64) {
    let prior_sd = (prior.high - prior.low) / 2.0 / 1.281_551_565_544_8;
    let mut precision = prior_sd.powi(-2);
    let mut weighted = prior.value * precision;
    for growth in inputs.growth.iter().filter(|growth| growth.before.is_positive()) {
        let observed = growth.after.milli() as f64 / growth.before.milli() as f64 - 1.0;
        let weight = observation_sd.powi(-2);
        precision += weight;
        weighted += observed * weight;
    }
    (weighted / precision, precision.powf(-0.5))
}

/// What all practices share in one draw.
pub(super) struct World {
    /// By role of the spec.
    pub(super) roles: Vec<RoleWorld>,
    /// Chance that a practice closes in a year.
    pub(super) closure: f64,
    list_growth: Vec<f64>,
    boroughs: usize,
}

impl World {
    /// Growth of lists in a borough in year `year`, counted from 1 after the base.
    pub(super) fn list_growth(&self, year: usize, borough: usize) -> f64 {
        self.list_growth[(year - 1) * self.boroughs + borough]
    }

    /// Factor on the joiners of a borough in a year.
    pub(super) fn joiners(&self, role: usize, year: usize, borough: usize) -> f64 {
        self.roles[role].borough[(year - 1) * self.boroughs + borough]
    }
}

/// What all practices share of one role in one draw.
pub(super) struct RoleWorld {
    /// Age mix of heads whose ages are unknown, cumulative.
    pub(super) mix: [f64; BANDS],
    /// Age mix of joiners, cumulative.
    pub(super) joiner_mix: [f64; BANDS],
    /// By year: chance to leave in each age band.
    pub(super) leaver_rates: Vec<[f64; BANDS]>,
    /// By year: joiners per head.
    pub(super) joiner_rates: Vec<f64>,
    borough: Vec<f64>,
    /// Factor a year on FTE per head.
    pub(super) hours_factor: f64,
    /// FTE per patient of practices that did not return, relative to their borough.
    pub(super) missing_level: f64,
}
