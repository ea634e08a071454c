//! What all practices share: the tables of each role, and by draw the factors that knowledge and the years put on them.
//!
//! Three uncertainties are kept apart. Choice is the scenario. Knowledge is what nobody knows exactly (how fast the staff of the
//! area grows by itself, how many leave, join and change their hours, what practices without a return have): it is drawn once a
//! draw. Chance is what happens to single heads, practices and years: it is drawn by [`super::staff`] and, for what a whole
//! country or borough shares in a year, here.

use std::sync::Arc;

use super::{
    cohorts::Cohorts,
    course::{Course, CourseOf, Levers},
    evidence::{Growth, People},
    heads::OfPlaces,
    inputs::{Inputs, InputsProblem},
    levers::{Acting, Doubts, Frame, Pipeline, Relief, demand, levers, reliefs},
    memo::{From, remembered},
    paths::{self, Paths, narrow},
    posts::Posts,
    prepare::Banks,
    random::{Key, Stream},
    range::Range,
};
use crate::domain::{parameters::ParameterSet, role::Role};

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
    /// Share of what a network is apart from its course that it makes up in a year.
    pub(super) pcn_recovery: f32,
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
            pcn_recovery: narrow(value("growth.pcn-recovery")?.clamp(0.0, 1.0)),
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
    pub(super) posts: Arc<Posts<W>>,
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
    /// Does staff move from draw to draw and from year to year as in another one?
    #[expect(clippy::float_cmp, reason = "to the bit, or they do not")]
    pub(super) fn moves_as(&self, other: &Self) -> bool {
        let bare = || self.bare == other.bare && self.evened == other.evened;
        std::ptr::eq(self, other) || bare() && self.factor == other.factor
    }

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
        let all = banks == Banks::All;
        let changes = [get("hours.change-chance")?.value, get("hours.change-scale")?.value];
        let own = table.banks::<W>(seed, banks, changes);
        let drawn = table.drawn::<W>((seed, years), inputs.spec.draws, (drift, get("missing-return.level")?));
        let mut factor = drawn.factor.clone();
        for (draw, factors) in (0..).zip(&mut factor) {
            for (factor, hours) in factors.iter_mut().zip(&of.levers.hours) {
                *factor *= narrow(*hours);
            }
            doubts.draw(draw, factors);
        }
        let reliefs = reliefs(acting.scenario, table.role, &inputs.spec.roles, (inputs.spec.draws, seed));
        let (posts, evened) = own_posts((&of, &course), key("posts").bits(), (years, all));
        Ok(Self {
            evened,
            posts,
            demand: demand(acting, table.role, frame, (inputs.spec.draws, seed)),
            table,
            course,
            bare,
            factor,
            borough: own.borough.clone(),
            pcn: own.pcn.clone(),
            hours: own.hours.clone(),
            missing_level: drawn.missing_level.clone(),
            reliefs,
            drift,
            doubts,
        })
    }
}

/// Courses of posts, and what makes sums of them those of the mean course where there are any.
fn own_posts<const W: usize>(
    (of, course): (&CourseOf, &Course<W>),
    bits: u64,
    (years, all): (usize, bool),
) -> (Arc<Posts<W>>, [f32; W]) {
    // numbers as text say every bit of them
    let from = From::of("posts", &format!("{of:?}")).and(&[bits, years as u64, u64::from(all)]);
    let own = remembered(from, || {
        let posts = Posts::<W>::new(bits, years);
        let evened = if all { posts.evened(of, course) } else { [1.0; W] };
        (Arc::new(posts), evened)
    });
    (own.0.clone(), own.1)
}

/// Banks of one role.
struct OwnBanks<const W: usize> {
    borough: Paths<W>,
    pcn: Option<Paths<W>>,
    hours: Paths<W>,
}

/// What is drawn of one role for all practices together.
struct DrawnForAll<const W: usize> {
    factor: Vec<[f32; W]>,
    missing_level: Vec<f32>,
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

    fn banks<const W: usize>(&self, seed: u64, banks: Banks, changes: [f64; 2]) -> Arc<OwnBanks<W>> {
        let all = banks == Banks::All;
        let (role, [chance, scale]) = (self.role.name(), changes);
        let spreads = [self.borough_drift_sd, self.borough_sd, self.pcn_sd, chance, scale];
        let from = From::of("banks", role).and(&[seed, u64::from(all)]).and_bits(&spreads);
        remembered(from, || {
            let mut stream = Key::new(seed, "banks", role).stream(0);
            let borough = Paths::wandering(&mut stream, self.borough_drift_sd, self.borough_sd);
            let pcn = (all && self.pcn_sd > 0.0).then(|| Paths::wandering(&mut stream, 0.0, self.pcn_sd));
            let hours = if all { paths::hours(&mut stream, chance, scale) } else { Paths::default() };
            OwnBanks { borough, pcn, hours }
        })
    }

    /// The factors of every draw without a scenario's changes, and the level of practices without a return.
    fn drawn<const W: usize>(
        &self,
        (seed, years): (u64, usize),
        draws: u32,
        (drift, level): (Drift, Range),
    ) -> Arc<DrawnForAll<W>> {
        let numbers = [drift.sd, drift.year_sd, self.persistence, self.walk_sd, self.trend];
        let from = From::of("world", self.role.name())
            .and(&[seed, years as u64, u64::from(draws)])
            .and_bits(&numbers)
            .and_bits(&[level.low, level.value, level.high]);
        remembered(from, || {
            let key = Key::new(seed, "world", self.role.name());
            let even = key.even();
            let mut drawn = DrawnForAll { factor: Vec::new(), missing_level: Vec::new() };
            for draw in 0..draws {
                let mut stream = key.stream(draw);
                drawn.missing_level.push(narrow(level.draw(&mut stream).max(0.0)));
                drawn.factor.push(self.factors((drift, years), &mut stream, &even.normals(draw)));
            }
            drawn
        })
    }

    /// Factors of one draw: the growth that it takes for true and how it wanders, which are `even` numbers by year, the years' shocks, and the
    /// trend of hours.
    fn factors<const W: usize>(
        &self,
        (drift, years): (Drift, usize),
        stream: &mut Stream,
        even: &[f64; W],
    ) -> [f32; W] {
        let mut factors = [1.0; W];
        let (mut growth, mut log, trend) = (drift.sd * even[0], 0.0, (1.0 + self.trend).ln());
        for (factor, even) in factors.iter_mut().zip(even).take(years).skip(1) {
            growth = self.persistence * growth + self.walk_sd * even;
            log += growth + drift.year_sd * stream.student5() + trend;
            *factor = narrow(log.exp());
        }
        factors
    }
}
