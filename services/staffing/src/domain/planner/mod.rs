//! The least-cost mix of levers that keeps the chance of a shortage small in every borough and year.
//!
//! What a lever does to each borough and year is measured by a run with all of it, from the same draws. A linear programme mixes
//! them; the mix is run, what the straight lines missed is put right, and so on until the draws themselves say that it holds. Where they
//! never do, all that is allowed is run too: if that keeps, so does a mix on the way there.

mod asked;
mod limits;
mod mix;
mod search;
mod words;

use serde::{Deserialize, Serialize};

use super::{
    forecast::{At, Collect, Columns, Control, Drawn, Inputs, Level, RunError, columns, draws_of},
    role::Role,
    scenario::{Change, Lever, Profile, Scenario, Uncertain},
    units::whole,
};
pub use asked::by_borough;
use asked::check;
use limits::Limits;
use search::{MOST_TRIED, Tried, search};
use words::findings;

/// Years from the first of a lever to all of it.
const RAMP_YEARS: i32 = 3;
/// Levers in a plan at most, those of single boroughs each by itself: each takes a run.
pub const MAX_LEVERS: usize = 120;

/// A lever with its limit and its cost.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanLever {
    /// What it acts on.
    pub lever: Lever,
    /// Whose.
    pub role: Role,
    /// Code of the borough where it acts; empty = everywhere.
    pub place: String,
    /// The most that may be done, in millionths as in a scenario; where a limit is shared, what is measured and then scaled.
    pub cap_micro: i64,
    /// The most that all boroughs may do together, in millionths: levers of the same kind share it. 0 = `cap_micro` is the limit.
    #[serde(default)]
    pub shared_micro: i64,
    /// Cost a year of one unit in place, in pence: of 1% of a relative change, or of one FTE for posts.
    pub unit_cost_pence: i64,
    /// First financial year ending with some of it.
    pub starts_in: i32,
    /// Where cap and cost come from.
    pub source: String,
}

impl PlanLever {
    /// Cost over all years up to the last of the share `part` of its cap, in pence.
    fn cost_pence(&self, part: f64, to_year: i32) -> f64 {
        let units = match self.lever {
            Lever::Posts => self.cap_micro as f64 / 1e6,
            _ => self.cap_micro.abs() as f64 / 1e4,
        };
        let change = self.change(part);
        let years: f64 = (self.starts_in..=to_year).map(|year| change.reached(year)).sum();
        units * part * years * self.unit_cost_pence as f64
    }

    /// The share `part` of its cap, in millionths as in a scenario. Those who share a limit never round up to more than it.
    fn by_micro(&self, part: f64) -> i64 {
        let by = self.cap_micro as f64 * part;
        if self.shared_micro > 0 { whole(by.floor()) } else { whole(by) }
    }

    /// With the limit that was asked for: of one that is shared, all of it.
    fn with_asked_limit(self) -> Self {
        if self.shared_micro > 0 { Self { cap_micro: self.shared_micro, ..self } } else { self }
    }

    /// The share `part` of its cap as a change of a scenario.
    fn change(&self, part: f64) -> Change {
        let by = self.by_micro(part);
        Change {
            lever: self.lever,
            roles: vec![self.role],
            places: Some(self.place.clone()).filter(|place| !place.is_empty()).into_iter().collect(),
            from: self.starts_in,
            to: self.starts_in + RAMP_YEARS - 1,
            profile: Profile::Linear,
            by: Uncertain { low: by, value: by, high: by },
            source: self.source.clone(),
        }
    }
}

/// What is asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// Role whose shortage is to be kept small.
    pub role: Role,
    /// Levers that may be used.
    pub levers: Vec<PlanLever>,
    /// What counts as a shortage: gap over demand, in parts per million.
    pub shortage_ppm: i64,
    /// Chance of it that is accepted, in parts per million.
    pub chance_ppm: i64,
    /// First year that must be kept.
    pub from_year: i32,
}

/// Why there is no plan.
#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    /// A value that cannot be.
    #[error("{0}")]
    Asked(String),
    /// The run cannot be made.
    #[error(transparent)]
    Run(#[from] RunError),
}

/// What is done of one lever.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Planned {
    /// The lever.
    pub lever: PlanLever,
    /// How much, in millionths as in a scenario.
    pub by_micro: i64,
    /// Its cost over all years, in pence.
    pub cost_pence: i64,
}

/// Chance of a shortage of one borough and year, in parts per million.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShortageChance {
    /// Code of the borough.
    pub node: String,
    /// Its name.
    pub name: String,
    /// Financial year ending.
    pub year: i32,
    /// Without the levers.
    pub before_ppm: i64,
    /// With them.
    pub after_ppm: i64,
    /// True when it must be kept.
    pub counts: bool,
}

/// A mix of levers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Whether every borough and year is kept.
    pub kept: bool,
    /// Levers with what is done of each.
    pub levers: Vec<Planned>,
    /// Cost over all years, in pence.
    pub cost_pence: i64,
    /// Chances by borough and year.
    pub chances: Vec<ShortageChance>,
    /// The mix as a scenario.
    pub scenario: Scenario,
    /// The finding, a sentence each.
    pub findings: Vec<String>,
}

/// What a run says of one borough and year: chance of a shortage, and FTE in 1/1000 that are short of keeping the chance (negative: to spare).
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Cell {
    short_ppm: i64,
    short_milli: f64,
}

/// Reads the boroughs' draws of one role.
struct Boroughs<'a> {
    inputs: &'a Inputs,
    asked: &'a Asked,
}

impl Collect for Boroughs<'_> {
    type Kept = Vec<Cell>;
    type Shared = ();

    fn wants_practices(&self) -> bool {
        false
    }

    fn share(&self, _: &[i32]) {}

    fn collect(&self, at: At, drawn: &Drawn<'_>, (): &()) -> Vec<Cell> {
        let spec = &self.inputs.spec;
        let wanted = match at {
            At::Node(node) => {
                self.inputs.nodes[node].level == Level::Borough && spec.roles[drawn.role] == self.asked.role
            }
            At::Practice(_) => false,
        };
        if !wanted {
            return Vec::new();
        }
        (0..spec.years()).map(|year| self.cell(&columns(drawn, spec.draws as usize, year))).collect()
    }
}

impl Boroughs<'_> {
    fn cell(&self, columns: &Columns) -> Cell {
        let mut over: Vec<i64> = columns.over(self.asked.shortage_ppm).collect();
        // as many draws as are accepted may lie above nothing
        let accepted = over.len() * usize::try_from(self.asked.chance_ppm).unwrap_or_default() / 1_000_000;
        let rank = over.len().saturating_sub(1 + accepted);
        let short = if over.is_empty() { 0 } else { *over.select_nth_unstable(rank).1 };
        Cell { short_ppm: columns.short_ppm(self.asked.shortage_ppm), short_milli: short as f64 }
    }
}

/// Cells by borough in the order of their codes, year by year.
pub type Table = Vec<Vec<Cell>>;

/// Runs the inputs under a scenario, and says how short each borough is in each year.
///
/// # Errors
/// When the run cannot be made.
pub fn table(
    inputs: &Inputs,
    asked: &Asked,
    scenario: &Scenario,
    control: &Control<'_>,
) -> Result<Table, RunError> {
    let mut inputs = inputs.clone();
    inputs.spec.scenario = scenario.clone();
    // only who takes over work of the role is drawn beside it
    let found = draws_of(&inputs, control, &Boroughs { inputs: &inputs, asked })?;
    Ok(found.into_iter().filter(|cells| !cells.is_empty()).collect())
}

fn with(base: &Scenario, levers: &[PlanLever], parts: &[f64]) -> Scenario {
    let mut scenario = base.clone();
    let used = levers.iter().zip(parts).filter(|(_, part)| **part > 0.0);
    scenario
        .changes
        .extend(used.map(|(lever, part)| lever.change(*part)).filter(|change| change.by.value != 0));
    scenario
}

/// Finds the mix, on this machine. `progress` of the control is told how many of the runs are done.
///
/// # Errors
/// When what is asked cannot be, or the run cannot be made.
pub fn plan(inputs: &Inputs, asked: &Asked, control: &Control<'_>) -> Result<Plan, PlanError> {
    let runs = most_runs(asked);
    let quiet = Control { threads: control.threads, cancelled: control.cancelled, progress: &|_| {} };
    let mut done = 0;
    plan_with(inputs, asked, &mut |scenarios| {
        let made = scenarios.into_iter().map(|scenario| {
            let made = table(inputs, asked, &scenario, &quiet);
            done += 1;
            (control.progress)(i64::try_from(1_000_000 * done / runs).unwrap_or_default());
            made
        });
        made.collect()
    })
}

/// Runs that a plan may take.
pub fn most_runs(asked: &Asked) -> usize {
    asked.levers.len() + 1 + MOST_TRIED
}

/// Makes the [`table`] of each of these scenarios, in their order, wherever it likes.
pub type Tables<'a> = dyn FnMut(Vec<Scenario>) -> Result<Vec<Table>, RunError> + 'a;

/// Finds the mix from runs that are made elsewhere: first the scenario as it is and with each lever whole, all at once; then
/// mixes, one after the other.
///
/// # Errors
/// When what is asked cannot be, or a run cannot be made.
pub fn plan_with(inputs: &Inputs, asked: &Asked, tables: &mut Tables<'_>) -> Result<Plan, PlanError> {
    check(inputs, asked)?;
    let base = &inputs.spec.scenario;
    let alone = asked.levers.iter().map(|lever| with(base, std::slice::from_ref(lever), &[1.0]));
    let mut first = tables(std::iter::once(base.clone()).chain(alone).collect())?.into_iter();
    let before = first.next().unwrap_or_default();
    let effects: Vec<Vec<f64>> = first.map(|all| kept_cells(inputs, asked, &before, &all)).collect();
    let costs: Vec<f64> =
        asked.levers.iter().map(|lever| lever.cost_pence(1.0, inputs.spec.to_year)).collect();
    let short = kept_cells(inputs, asked, &before, &zeros(&before));
    let mut attempt = |parts: &[f64]| {
        let table = tables(vec![with(base, &asked.levers, parts)])?.pop().unwrap_or_default();
        let short = kept_cells(inputs, asked, &table, &zeros(&table));
        Ok(Tried { parts: parts.to_vec(), short, table, by_halves: false })
    };
    let found = search(&effects, &short, (&costs, &Limits::of(&asked.levers)), &mut attempt)?;
    Ok(planned(inputs, asked, &before, &found))
}

fn zeros(like: &Table) -> Table {
    like.iter().map(|cells| vec![Cell::default(); cells.len()]).collect()
}

/// By borough and year that must be kept: how much less is short in the other.
fn kept_cells(inputs: &Inputs, asked: &Asked, one: &Table, other: &Table) -> Vec<f64> {
    let first = usize::try_from(asked.from_year - inputs.spec.base_year).unwrap_or_default();
    one.iter()
        .zip(other)
        .flat_map(|(one, other)| one.iter().zip(other).skip(first))
        .map(|(one, other)| one.short_milli - other.short_milli)
        .collect()
}

fn planned(inputs: &Inputs, asked: &Asked, before: &Table, found: &Tried) -> Plan {
    let Tried { parts, table: after, .. } = found;
    let to_year = inputs.spec.to_year;
    let levers: Vec<Planned> = asked
        .levers
        .iter()
        .zip(parts)
        .map(|(lever, part)| Planned {
            lever: lever.clone().with_asked_limit(),
            by_micro: lever.by_micro(*part),
            cost_pence: whole(lever.cost_pence(*part, to_year)),
        })
        .collect();
    let mut boroughs: Vec<_> = inputs.nodes.iter().filter(|node| node.level == Level::Borough).collect();
    boroughs.sort_by(|a, b| a.code.cmp(&b.code));
    let chances = boroughs.iter().zip(before.iter().zip(after)).flat_map(|(node, (before, after))| {
        (inputs.spec.base_year..).zip(before.iter().zip(after)).map(|(year, (before, after))| {
            ShortageChance {
                node: node.code.clone(),
                name: node.name.clone(),
                year,
                before_ppm: before.short_ppm,
                after_ppm: after.short_ppm,
                counts: year >= asked.from_year,
            }
        })
    });
    let mut scenario = with(&inputs.spec.scenario, &asked.levers, parts);
    scenario.name = "planned".into();
    let what = if found.by_halves { "Plan" } else { "Least-cost plan" };
    scenario.title = format!("{what} from {}", inputs.spec.scenario.title.to_lowercase());
    scenario.version = 1;
    let mut plan = Plan {
        kept: found.keeps(),
        cost_pence: levers.iter().map(|lever| lever.cost_pence).sum(),
        levers,
        chances: chances.collect(),
        scenario,
        findings: Vec::new(),
    };
    plan.findings = findings(&plan, asked, to_year);
    if found.by_halves {
        plan.findings.push(words::BY_HALVES.into());
    }
    plan
}
