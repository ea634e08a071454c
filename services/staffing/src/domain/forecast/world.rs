//! What all practices share: the tables of each role, and by draw the factors that knowledge and the years put on them.
//!
//! Three uncertainties are kept apart. Choice is the scenario. Knowledge is what nobody knows exactly (how fast the staff of the
//! area grows by itself, how many leave, join and change their hours, what practices without a return have): it is drawn once a
//! draw. Chance is what happens to single heads, practices and years: it is drawn by [`super::staff`] and, for what a whole
//! country or borough shares in a year, here.

use super::{
    cohorts::Cohorts,
    course::{Course, CourseOf, Levers},
    evidence::{Growth, People},
    heads::OfPlaces,
    inputs::{Inputs, InputsProblem},
    levers::{Acting, Doubts, Frame, Pipeline, Relief, demand, levers, reliefs},
    paths::{self, Paths, narrow},
    posts::Posts,
    prepare::Banks,
    random::{Key, Stream, Z90},
};
use crate::domain::{
    parameters::{Parameter, ParameterSet},
    role::Role,
};

/// One, in parts per million.
const PPM: f64 = 1e6;
/// A parameter as the draws see it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Range {
    pub(super) low: f64,
    pub(super) value: f64,
    pub(super) high: f64,
}

impl Range {
    pub(super) fn of(parameter: &Parameter) -> Self {
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

    pub(super) fn sd(self) -> f64 {
        (self.high - self.low) / 2.0 / Z90
    }
}

/// Central values of one role.
#[derive(Clone, Debug)]
pub(super) struct RoleTable {
    role: Role,
    /// FTE per head.
    pub(super) participation: f64,
    /// Share of a closing practice's staff that its neighbour takes over.
    pub(super) transfer: f64,
    /// Share of joiners that go where the patients are, not where the staff is.
    pub(super) by_list: f64,
    /// Heads by sex and age.
    pub(super) cohorts: Cohorts,
    trend: f64,
    spread: f64,
    refilled: f64,
    /// Years from a count at which a post is vacant to the next holder, on average.
    time_to_fill: f64,
    /// Share of working time that is not spent with patients.
    pub(super) non_contact: f64,
    pipeline: Pipeline,
    of_variance: f64,
    prior: Range,
    pub(super) persistence: f64,
    pub(super) walk_sd: f64,
    national_sd: f64,
    regional_sd: f64,
    pub(super) borough_sd: f64,
    pub(super) borough_drift_sd: f64,
    pcn_sd: f64,
}

impl RoleTable {
    pub(super) fn of(
        parameters: &ParameterSet,
        role: Role,
        people: Option<&People>,
    ) -> Result<Self, InputsProblem> {
        let get = |name: &str| parameters.of_role(role, name).map(Range::of);
        let value = |name: &str| get(name).map(|range| range.value);
        let participation = value("participation.overall")?;
        Ok(Self {
            role,
            participation,
            transfer: value("closure.transfer")?,
            by_list: value("joiners.by-list")?,
            cohorts: Cohorts::of(parameters, role, people)?,
            trend: value("participation.trend")? / participation,
            spread: value("participation.spread")?,
            refilled: value("vacancy.refilled")?,
            time_to_fill: value("vacancy.time-to-fill")? / 12.0,
            // administration sees no patients, and has none
            non_contact: if role == Role::Administration { 0.0 } else { value("non-contact-share")? },
            // of GPs only: no other pipeline is published
            pipeline: Pipeline {
                years: value("training.months").map_or(0, |of| super::inputs::whole(of / 12.0) as usize),
                completion: value("training.completion").unwrap_or(0.0),
                joined: ["6", "12", "24"]
                    .map(|months| value(&format!("training.joined-{months}-months")).unwrap_or(0.0)),
            },
            of_variance: value("leaver-rate.of-variance")?,
            prior: get("growth.prior")?,
            persistence: value("growth.persistence")?,
            walk_sd: value("growth.walk-sd")?,
            national_sd: value("growth.national-sd")?,
            regional_sd: value("growth.regional-sd")?,
            borough_sd: value("growth.borough-sd")?,
            borough_drift_sd: value("growth.borough-drift-sd")?,
            pcn_sd: value("growth.pcn-sd")?,
        })
    }

    /// The course of the published values alone: no growth, no levers.
    fn course(&self) -> CourseOf {
        CourseOf {
            mix: self.cohorts.mix,
            joiners: self.cohorts.joiners,
            leavers: self.cohorts.leavers,
            fte: self.cohorts.fte,
            within: self.cohorts.within,
            trend: self.trend,
            spread: self.spread,
            refilled: self.refilled,
            time_to_fill: self.time_to_fill,
            vacant: 0.0,
            growth: Vec::new(),
            levers: Levers::none(0),
        }
    }

    fn frame(&self, base_year: i32, years: usize) -> Frame {
        Frame {
            base_year,
            years,
            participation: self.participation,
            non_contact: self.non_contact,
            pipeline: self.pipeline,
        }
    }

    /// FTE of a head whose practice has the usual hours, relative to the FTE per head of the age bands.
    pub(super) fn usual_level(&self) -> f64 {
        self.participation / self.cohorts.fte_per_head().max(1e-6)
    }
}

/// Growth of a role's FTE a year, as the evidence up to the base leaves it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Drift {
    mean: f64,
    /// How far it is known: standard deviation.
    pub(super) sd: f64,
    /// Spread of single years.
    pub(super) year_sd: f64,
}

impl Drift {
    /// The prior, updated with the growth of the years known at the base (normal with known spread; the mean of few years
    /// weighs as little as it knows).
    fn of(inputs: &Inputs, table: &RoleTable, index: usize) -> Self {
        let evidence = &inputs.evidence.roles[index];
        let regional = if inputs.area.eq_ignore_ascii_case("england") { 0.0 } else { table.regional_sd };
        let variance = table.national_sd.powi(2) + regional.powi(2);
        let sampling = evidence.turnover() * table.participation / evidence.total().max(1.0);
        let n = evidence.growth.len() as f64;
        let observed = evidence.growth.iter().map(Growth::log).sum::<f64>();
        let prior_sd = table.prior.sd().max(1e-6);
        let precision = prior_sd.powi(-2) + n / (variance + sampling).max(1e-9);
        let weighted = table.prior.value * prior_sd.powi(-2) + observed / (variance + sampling).max(1e-9);
        Self { mean: weighted / precision, sd: precision.powf(-0.5), year_sd: variance.sqrt() }
    }

    /// Wanted growth of each year after the base: what is known of it fades, `by_places` is added in every year.
    fn growth(&self, persistence: f64, years: usize, by_places: f64) -> Vec<f64> {
        let mut mean = self.mean;
        (1..years)
            .map(|_| {
                mean *= persistence;
                mean + by_places
            })
            .collect()
    }
}

/// One role in all draws.
pub(super) struct RoleWorld<const W: usize> {
    /// Central values.
    pub(super) table: RoleTable,
    /// The mean course and the tables that heads are drawn from.
    pub(super) course: Course<W>,
    /// Courses of posts.
    pub(super) posts: Posts<W>,
    /// By year: what makes sums of them those of the mean course.
    pub(super) evened: [f32; W],
    /// What remains of the mean course when nobody's practice closes and the draws' factors are taken off: see [`super::mean`].
    pub(super) bare: [f32; W],
    /// By draw: factor on FTE that all practices share.
    pub(super) factor: Vec<[f32; W]>,
    /// Factors of a borough.
    pub(super) borough: Paths<W>,
    /// Factors of a primary care network, where they differ.
    pub(super) pcn: Option<Paths<W>>,
    /// Factors of a practice's hours.
    pub(super) hours: Paths<W>,
    /// By draw: FTE per patient of practices that did not return, relative to their borough.
    pub(super) missing_level: Vec<f32>,
    /// By draw and year: factor on demand.
    pub(super) demand: Vec<Vec<f64>>,
    /// What other roles take over.
    pub(super) reliefs: Vec<Relief>,
    /// Growth of the FTE, as far as it is known.
    pub(super) drift: Drift,
    /// What is uncertain of the scenario's changes.
    pub(super) doubts: Doubts<W>,
}

impl<const W: usize> RoleWorld<W> {
    /// `acting` are the scenario's changes at the practices whose world it is.
    pub(super) fn new(
        inputs: &Inputs,
        table: RoleTable,
        (index, banks): (usize, Banks),
        places: OfPlaces,
        acting: Acting<'_>,
    ) -> Result<Self, InputsProblem> {
        let get = |name: &str| inputs.parameters.get(name).map(Range::of);
        let (years, seed) = (inputs.spec.years(), inputs.spec.seed);
        let drift = Drift::of(inputs, &table, index);
        let evidence = &inputs.evidence.roles[index];
        let level = table.hazard_level(evidence.turnover(), evidence.changes);
        let by_places = places.lost - table.cohorts.leaver_rate() * level * places.longer;
        let frame = table.frame(inputs.spec.base_year, years);
        let of = CourseOf {
            leavers: table.cohorts.leavers.map(|rate| rate * level),
            vacant: places.vacant,
            growth: drift.growth(table.persistence, years, by_places),
            levers: levers(acting, table.role, frame, None),
            ..table.course()
        };
        let course = Course::new(&of, years);
        // what closures take and longer hours bring at single practices is in the course, but not in mean flows
        let bare = bare(&of, &course, by_places);
        let doubts = Doubts::<W>::new(acting, table.role, frame, (&of, &course.mean), seed);
        let key = |what: &str| Key::new(seed, what, table.role.name());
        let (mut stream, draws) = (key("banks").stream(0), key("world"));
        let borough = Paths::wandering(&mut stream, table.borough_drift_sd, table.borough_sd);
        let all = banks == Banks::All;
        let pcn = (all && table.pcn_sd > 0.0).then(|| Paths::wandering(&mut stream, 0.0, table.pcn_sd));
        let (chance, scale) = (get("hours.change-chance")?, get("hours.change-scale")?);
        let hours = if all { paths::hours(&mut stream, chance.value, scale.value) } else { Paths::default() };
        let level = get("missing-return.level")?;
        let mut missing_level = Vec::with_capacity(inputs.spec.draws as usize);
        let factor = (0..inputs.spec.draws)
            .map(|draw| {
                let mut stream = draws.stream(draw);
                missing_level.push(narrow(level.draw(&mut stream).max(0.0)));
                let mut factors = table.factors(drift, years, &mut stream);
                factors
                    .iter_mut()
                    .zip(&of.levers.hours)
                    .for_each(|(factor, hours)| *factor *= narrow(*hours));
                doubts.draw(draw, &mut factors);
                factors
            })
            .collect();
        let reliefs = reliefs(acting.scenario, table.role, &inputs.spec.roles, (inputs.spec.draws, seed));
        let posts = Posts::new(key("posts").bits(), years);
        Ok(Self {
            evened: if all { posts.evened(&of, &course) } else { [1.0; W] },
            posts,
            demand: demand(acting, table.role, frame, (inputs.spec.draws, seed)),
            table,
            course,
            bare,
            factor,
            borough,
            pcn,
            hours,
            missing_level,
            reliefs,
            drift,
            doubts,
        })
    }
}

/// The mean course without what draws' factors bring, and without what it grows by each year beside the growth that is wanted.
fn bare<const W: usize>(of: &CourseOf, course: &Course<W>, beside: f64) -> [f32; W] {
    std::array::from_fn(|year| {
        let trend = (1.0 + of.trend).powi(i32::try_from(year).unwrap_or(0));
        let hours = of.levers.hours.get(year).copied().unwrap_or(1.0);
        narrow(course.mean[year] / trend / hours * (-beside * year as f64).exp())
    })
}

/// Changes of practices' FTE from which the area's own turnover is read, at least.
const ENOUGH_CHANGES: u32 = 60;
/// The area's own turnover relative to the published leaver rate stays inside these bounds.
const TURNOVER_BOUNDS: (f64, f64) = (0.5, 2.0);

impl RoleTable {
    /// Leavers relative to the published rate: read from how much practices' FTE moved, where enough are known to have.
    fn hazard_level(&self, turnover: f64, changes: u32) -> f64 {
        if changes < ENOUGH_CHANGES {
            return 1.0;
        }
        (self.of_variance * turnover / self.cohorts.leaver_rate().max(1e-6))
            .clamp(TURNOVER_BOUNDS.0, TURNOVER_BOUNDS.1)
    }

    /// Factors of one draw: the growth that it takes for true, the years' shocks, and the trend of hours.
    fn factors<const W: usize>(&self, drift: Drift, years: usize, stream: &mut Stream) -> [f32; W] {
        let mut factors = [1.0; W];
        let (mut growth, mut log, trend) = (drift.sd * stream.normal(), 0.0, (1.0 + self.trend).ln());
        for factor in factors.iter_mut().take(years).skip(1) {
            growth = self.persistence * growth + self.walk_sd * stream.normal();
            log += growth + drift.year_sd * stream.student5() + trend;
            *factor = narrow(log.exp());
        }
        factors
    }
}

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
    /// How much of a closing practice's staff goes over, relative to the usual share: a bank of values.
    pub(super) transfer: Vec<f32>,
    /// By year: chance that a practice has not been made up anew (its staff set back to what its patients usually have).
    pub(super) reset_chance: f64,
}

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
        let key = |what: &str| Key::new(inputs.spec.seed, what, "list");
        let (year_sd, draws) = (get("list.growth.year-sd")?, key("world"));
        let years = inputs.spec.years();
        let list = (0..inputs.spec.draws)
            .map(|draw| {
                let mut stream = draws.stream(draw);
                let growth = mean + sd * stream.normal();
                let year_sd = year_sd.draw(&mut stream).max(0.0);
                let (mut factors, mut factor) = ([1.0; W], 1.0);
                for place in factors.iter_mut().take(years).skip(1) {
                    factor *= (1.0 + growth + year_sd * stream.normal()).max(0.5);
                    *place = narrow(factor);
                }
                factors
            })
            .collect();
        let mut stream = key("banks").stream(0);
        let list_borough = Paths::wandering(&mut stream, 0.0, get("list.growth.borough-sd")?.value);
        let list_practice = match banks {
            Banks::All => Paths::wandering(&mut stream, 0.0, get("list.growth.practice-sd")?.value),
            Banks::Shared => Paths::default(),
        };
        // either hardly anybody goes over, or nearly all: Beta(0.6, 0.6), twice its value so that the mean is 1
        let transfer = (0..256).map(|_| narrow(2.0 * stream.shares(&[0.5, 0.5], 1.2)[0])).collect();
        Ok(Self {
            list,
            list_sd: [sd, year_sd.value.max(0.0)],
            list_borough,
            list_practice,
            transfer,
            reset_chance: get("practice.reset-chance")?.value,
        })
    }
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
