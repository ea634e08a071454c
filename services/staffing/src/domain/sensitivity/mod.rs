//! What decides the answer: how much of the spread of one gap each thing makes that is not known, what finding it out would be worth,
//! and what other scenarios would make of the gap.
//!
//! Three kinds are kept apart. **Choice** is the scenario: it has no probability, so it has no share; other scenarios are shown beside.
//! **Knowledge** could be found out. **Chance** cannot. The spread of the gap is that of a whole run's draws; of it, what the named
//! unknowns explain is worked out by itself (scrambled Sobol points), and what they leave is the chance of single heads, practices
//! and closures.

mod indices;
mod words;

use serde::{Deserialize, Serialize};

use super::{
    forecast::{
        Acts, At, Collect, Columns, Control, Drawn, Inputs, Interval, Known, Level, RunError, Spec, Unknown,
        Z90, columns, draws_of, known, place_of,
    },
    role::Role,
    scenario::{Scenario, shipped},
    unit_costs::{BadUnitCost, UnitCost},
    units::{divide_rounded, millionths, whole},
};
use indices::{Index, indices, miss};

/// What is asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// Code of a node or practice, empty for the whole area.
    pub node: String,
    /// Role.
    pub role: Role,
    /// Financial year ending.
    pub year: i32,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum SensitivityError {
    /// Nobody knows the node.
    #[error("no node or practice `{0}` in the area: `muster staffing forecast --json` lists them")]
    NoNode(String),
    /// The role is not drawn.
    #[error("{0} are not among the roles of the request")]
    NoRole(&'static str),
    /// The year has no gap yet.
    #[error("the year must be {1} to {2}, not {0}: the base year has no forecast")]
    NoYear(i32, i32, i32),
    /// The run cannot be made.
    #[error(transparent)]
    Run(#[from] RunError),
}

/// Whether more could be known of something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Kind {
    /// It could be found out.
    Knowledge,
    /// It will happen.
    Chance,
}

/// One thing that is not known. Shares in parts per million of the variance of the gap.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Influence {
    /// Dotted name of the parameter.
    pub parameter: String,
    /// In words.
    pub title: String,
    /// Knowledge or chance.
    pub kind: Kind,
    /// First-order Sobol index.
    pub first_order_ppm: i64,
    /// Total Sobol index.
    pub total_ppm: i64,
    /// Its 95% interval.
    pub total_interval_ppm: [i64; 2],
    /// Gap with it at its 10th and 90th percentile and all else at the middle, FTE in 1/1000; none for what has no name.
    pub ends_milli: Option<[i64; 2]>,
    /// How much smaller the expected miss would be if it were known, FTE in 1/1000.
    pub worth_milli: i64,
    /// The same at the unit cost of the role, pence a year.
    pub worth_pence: i64,
    /// Where its interval comes from.
    pub source: String,
}

/// What one scenario makes of the gap.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// Name.
    pub scenario: String,
    /// What a person calls it.
    pub title: String,
    /// Gap, FTE in 1/1000.
    pub gap: Interval,
}

/// The answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sensitivity {
    /// Code of the node.
    pub node: String,
    /// Its level.
    pub level: Level,
    /// Its name.
    pub name: String,
    /// Role.
    pub role: Role,
    /// Financial year ending.
    pub year: i32,
    /// Gap, FTE in 1/1000.
    pub gap: Interval,
    /// Mean distance of the gap from its middle, FTE in 1/1000.
    pub miss_milli: i64,
    /// Knowledge and chance, largest total share first.
    pub influences: Vec<Influence>,
    /// Choice.
    pub choices: Vec<Choice>,
    /// The finding, a sentence each.
    pub findings: Vec<String>,
}

/// Reads the draws of one place, role and year, and the supply of all roles there.
struct OfPlace<'a> {
    spec: &'a Spec,
    at: At,
    year: usize,
}

impl Collect for OfPlace<'_> {
    type Kept = Option<Columns>;
    type Shared = ();

    fn wants_practices(&self) -> bool {
        matches!(self.at, At::Practice(_))
    }

    fn share(&self, _: &[i32]) {}

    fn collect(&self, at: At, drawn: &Drawn<'_>, (): &()) -> Option<Columns> {
        (at == self.at).then(|| columns(drawn, self.spec.draws as usize, self.year))
    }
}

/// Draws of the place in one year, by role of the spec.
fn draws_at(
    inputs: &Inputs,
    (at, year): (At, usize),
    control: &Control<'_>,
) -> Result<Vec<Columns>, RunError> {
    let of = OfPlace { spec: &inputs.spec, at, year };
    Ok(draws_of(inputs, control, &of)?.into_iter().flatten().collect())
}

fn interval(gap: &[i32]) -> Interval {
    let mut sorted = gap.to_vec();
    sorted.sort_unstable();
    let at = |share: usize| {
        sorted.get((sorted.len().saturating_sub(1) * share + 50) / 100).map_or(0, |value| i64::from(*value))
    };
    Interval { p10: at(10), p50: at(50), p90: at(90) }
}

/// Says what decides a gap.
///
/// # Errors
/// When node, role or year are not those of the run, or the run cannot be made.
pub fn sensitivity(
    inputs: &Inputs,
    asked: &Asked,
    control: &Control<'_>,
) -> Result<Sensitivity, SensitivityError> {
    let spec = &inputs.spec;
    let index = spec.roles.iter().position(|role| *role == asked.role);
    let index = index.ok_or(SensitivityError::NoRole(asked.role.plural()))?;
    if asked.year <= spec.base_year || asked.year > spec.to_year {
        return Err(SensitivityError::NoYear(asked.year, spec.base_year + 1, spec.to_year));
    }
    let year = usize::try_from(asked.year - spec.base_year).unwrap_or_default();
    let at =
        place_of(inputs, asked.node.trim()).ok_or_else(|| SensitivityError::NoNode(asked.node.clone()))?;
    let known = known(inputs, at, index, year).map_err(RunError::from)?;
    let drawn = draws_at(inputs, (at, year), control)?;
    let base = if known.reliefs.is_empty() { Vec::new() } else { draws_at(inputs, (at, 0), control)? };
    let Some(of_role) = drawn.get(index) else { return Err(SensitivityError::NoNode(asked.node.clone())) };
    let gaps: Vec<f64> = of_role.gap.iter().map(|gap| f64::from(*gap)).collect();
    let gap = interval(&of_role.gap);
    let miss_milli = miss(&mut gaps.clone());
    let model = Model::of(&known, index, (&drawn, &base));
    let unit_cost =
        UnitCost::of(&inputs.parameters, asked.role, spec.price_year).map_err(crate_error)?.pence[1];
    let influences = influences(&model, (&gaps, gap.p50), (miss_milli, unit_cost), spec.seed);
    let choices = choices(inputs, (at, year, index), control)?;
    let (level, node, name) = match at {
        At::Node(at) => (inputs.nodes[at].level, &inputs.nodes[at].code, &inputs.nodes[at].name),
        At::Practice(at) => (Level::Practice, &inputs.practices[at].code, &inputs.practices[at].name),
    };
    let mut made = Sensitivity {
        node: node.clone(),
        level,
        name: name.clone(),
        role: asked.role,
        year: asked.year,
        gap,
        miss_milli: whole(miss_milli),
        influences,
        choices,
        findings: Vec::new(),
    };
    made.findings = words::findings(&made, &spec.scenario.name);
    Ok(made)
}

fn crate_error(error: BadUnitCost) -> RunError {
    RunError::Inputs(error.into())
}

/// The gap as a function of what is not known, around the middle of the run's draws.
struct Model<'a> {
    known: &'a Known,
    index: usize,
    demand: f64,
    /// Supply by role, and what each role had in the base year.
    supply: Vec<f64>,
    base: Vec<f64>,
}

impl<'a> Model<'a> {
    fn of(known: &'a Known, index: usize, (drawn, base): (&[Columns], &[Columns])) -> Self {
        let middle = |values: &[i32]| interval(values).p50 as f64;
        Self {
            known,
            index,
            demand: middle(&drawn[index].demand),
            supply: drawn.iter().map(|columns| middle(&columns.supply)).collect(),
            base: base.iter().map(|columns| middle(&columns.supply)).collect(),
        }
    }

    /// Gap with each unknown so many standard deviations from its middle, FTE in 1/1000.
    fn gap(&self, at: &[f64]) -> f64 {
        let mut supply = self.supply.clone();
        let mut demand = self.demand;
        let mut shares: Vec<f64> = self.known.reliefs.iter().map(|relief| relief.share).collect();
        for (unknown, z) in self.known.unknowns.iter().zip(at) {
            let step = z.abs() * unknown.steps[usize::from(*z > 0.0)];
            match unknown.acts {
                Acts::Supply(role) => supply[role] *= step.exp(),
                Acts::Demand => demand *= step.exp(),
                Acts::Filled => {
                    let [node, area] = self.known.filled;
                    supply[self.index] *= 1.0 + node * (step.exp() - 1.0);
                    demand *= 1.0 + area * (step.exp() - 1.0);
                }
                Acts::Relief(relief) => shares[relief] += step,
            }
        }
        let relieved: f64 = (self.known.reliefs.iter().zip(shares))
            .map(|(relief, share)| {
                let more = supply[relief.by] - self.base.get(relief.by).copied().unwrap_or(0.0);
                more.max(0.0) * (share - relief.supervision).max(0.0)
            })
            .sum();
        demand - supply[self.index] - relieved
    }
}

fn influences(
    model: &Model<'_>,
    (gaps, middle): (&[f64], i64),
    (miss_milli, unit_cost): (f64, i64),
    seed: u64,
) -> Vec<Influence> {
    let unknowns = &model.known.unknowns;
    let mean = gaps.iter().sum::<f64>() / gaps.len().max(1) as f64;
    let variance = gaps.iter().map(|gap| (gap - mean).powi(2)).sum::<f64>() / gaps.len().max(1) as f64;
    let explained = indices(unknowns.len(), 0.0, seed, |at| model.gap(at)).variance;
    // a few draws may spread less than what is known of them
    let whole_variance = variance.max(explained);
    let rest = (whole_variance - explained).max(0.0);
    let found = indices(unknowns.len(), rest.sqrt(), seed, |at| model.gap(at));
    let share = explained / whole_variance.max(1e-9);
    let zero = vec![0.0; unknowns.len()];
    let centre = model.gap(&zero);
    let of = |(place, (unknown, index)): (usize, (&Unknown, &Index))| {
        let end = |z: f64| {
            let mut at = zero.clone();
            at[place] = z;
            middle + whole(model.gap(&at) - centre)
        };
        let kind = if unknown.knowable { Kind::Knowledge } else { Kind::Chance };
        let worth = if unknown.knowable { (1.0 - index.miss_when_known).max(0.0) * miss_milli } else { 0.0 };
        Influence {
            parameter: unknown.name.clone(),
            title: unknown.title.clone(),
            kind,
            first_order_ppm: millionths(index.first * share),
            total_ppm: millionths(index.total * share),
            total_interval_ppm: index.total_interval.map(|end| millionths(end * share)),
            ends_milli: Some([end(-Z90), end(Z90)]),
            worth_milli: whole(worth),
            worth_pence: divide_rounded(i128::from(whole(worth)) * i128::from(unit_cost), 1_000),
            source: unknown.source.clone(),
        }
    };
    let mut all: Vec<Influence> = unknowns.iter().zip(&found.of).enumerate().map(of).collect();
    let left = millionths(rest / whole_variance.max(1e-9));
    all.push(Influence {
        parameter: "single-heads".into(),
        title: "who of the single heads leaves and joins, which practices close, and how their hours change"
            .into(),
        kind: Kind::Chance,
        first_order_ppm: left,
        total_ppm: left,
        total_interval_ppm: [left, left],
        ends_milli: None,
        worth_milli: 0,
        worth_pence: 0,
        source:
            "what the draws of single heads, practices and closures leave over; it is drawn, not estimated"
                .into(),
    });
    all.sort_by_key(|influence| std::cmp::Reverse(influence.total_ppm));
    all
}

/// Gap under each shipped scenario whose roles are all drawn, from the same draws.
fn choices(
    inputs: &Inputs,
    (at, year, index): (At, usize, usize),
    control: &Control<'_>,
) -> Result<Vec<Choice>, RunError> {
    let roles = &inputs.spec.roles;
    let drawable = |of: &&(Scenario, &str)| {
        of.0.substitutions.iter().all(|of| !roles.contains(&of.instead_of) || roles.contains(&of.role))
    };
    let shipped = shipped();
    let mut found = Vec::with_capacity(shipped.len());
    for (scenario, _) in shipped.iter().filter(drawable) {
        let mut other = inputs.clone();
        other.spec.scenario = scenario.clone();
        let drawn = draws_at(&other, (at, year), control)?;
        let gap = drawn.get(index).map(|columns| interval(&columns.gap)).unwrap_or_default();
        found.push(Choice { scenario: scenario.name.clone(), title: scenario.title.clone(), gap });
    }
    Ok(found)
}
