//! Percentiles over the draws, for every node, role and year.

use rayon::prelude::*;

use super::{
    inputs::{Inputs, Level},
    prepare::Prepared,
    simulate::{demand_milli, need_factor},
};
use crate::domain::{role::Role, units::divide_rounded};

/// A figure with its uncertainty: 10th, 50th and 90th percentile over the draws.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Interval {
    /// 10th percentile.
    pub p10: i64,
    /// Median.
    pub p50: i64,
    /// 90th percentile.
    pub p90: i64,
}

impl Interval {
    /// Percentiles by nearest rank: each is a value that was drawn. Sorts the values.
    fn of(values: &mut [i64]) -> Self {
        values.sort_unstable();
        let last = values.len().saturating_sub(1);
        let at = |percent: usize| values.get((last * percent + 50) / 100).copied().unwrap_or_default();
        Self { p10: at(10), p50: at(50), p90: at(90) }
    }

    fn map(self, f: impl Fn(i64) -> i64) -> Self {
        Self { p10: f(self.p10), p50: f(self.p50), p90: f(self.p90) }
    }

    /// True when the value lies in the interval, ends included.
    pub fn contains(self, value: i64) -> bool {
        (self.p10..=self.p90).contains(&value)
    }
}

/// One node, role and year.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Level.
    pub level: Level,
    /// Code of the node.
    pub node: String,
    /// Name of the node.
    pub name: String,
    /// Role.
    pub role: Role,
    /// Financial year ending.
    pub year: i32,
    /// Supply, FTE in 1/1000.
    pub supply: Interval,
    /// Demand, FTE in 1/1000.
    pub demand: Interval,
    /// Demand minus supply, FTE in 1/1000: percentiles of the differences.
    pub gap: Interval,
    /// Gap over demand, in parts per million.
    pub shortfall_ppm: Interval,
    /// Cost of the gap in pence a year.
    pub cost_pence: Interval,
    /// Registered list in 1/1000 patients.
    pub list: Interval,
    /// True when the node's make-up is a stand-in.
    pub placeholder: bool,
}

/// All draws of a run.
pub(super) struct Draws {
    /// Draw by draw: see [`super::simulate::Record`].
    pub(super) practices: Vec<u32>,
    /// Draw by draw.
    pub(super) nodes: Vec<i64>,
    /// Draw by draw.
    pub(super) ratios: Vec<f64>,
}

/// List, supply and demand of one node, role and year over the draws.
struct Drawn {
    list: Vec<i64>,
    supply: Vec<i64>,
    demand: Vec<i64>,
}

struct Head<'a> {
    level: Level,
    code: &'a str,
    name: &'a str,
    placeholder: bool,
}

impl Draws {
    /// Rows of every node: by level from the system down, then code, role and year.
    pub(super) fn rows(&self, prepared: &Prepared<'_>) -> Vec<Row> {
        let inputs = prepared.inputs;
        let mut order: Vec<usize> = (0..inputs.nodes.len()).collect();
        order.sort_by(|a, b| {
            let key = |i: &usize| (inputs.nodes[*i].level, inputs.nodes[*i].code.clone());
            key(a).cmp(&key(b))
        });
        let mut rows: Vec<Row> =
            order.into_par_iter().flat_map_iter(|index| self.node_rows(prepared, index)).collect();
        rows.par_extend(
            (0..inputs.practices.len())
                .into_par_iter()
                .flat_map_iter(|index| self.practice_rows(prepared, index)),
        );
        rows
    }

    fn node_rows(&self, prepared: &Prepared<'_>, index: usize) -> Vec<Row> {
        let inputs = prepared.inputs;
        let node = &inputs.nodes[index];
        let head =
            Head { level: node.level, code: &node.code, name: &node.name, placeholder: node.placeholder };
        let roles = inputs.spec.roles.len();
        let width = 1 + 2 * roles;
        let stride = inputs.nodes.len() * inputs.spec.years() * width;
        rows_of(prepared, &head, |role, year| {
            let at = (index * inputs.spec.years() + year) * width;
            let pick =
                |column: usize| self.nodes.chunks_exact(stride).map(|draw| draw[at + column]).collect();
            Drawn { list: pick(0), supply: pick(1 + role), demand: pick(1 + roles + role) }
        })
    }

    fn practice_rows(&self, prepared: &Prepared<'_>, index: usize) -> Vec<Row> {
        let inputs = prepared.inputs;
        let practice = &inputs.practices[index];
        let head =
            Head { level: Level::Practice, code: &practice.code, name: &practice.name, placeholder: false };
        let roles = inputs.spec.roles.len();
        let stride = inputs.practices.len() * inputs.spec.years() * (1 + roles);
        rows_of(prepared, &head, |role, year| {
            let at = (index * inputs.spec.years() + year) * (1 + roles);
            let need = need_factor(inputs.spec.scenario.need_growth_ppm, year);
            let draws = || self.practices.chunks_exact(stride);
            let ratios = self.ratios.chunks_exact(roles);
            Drawn {
                list: draws().map(|draw| i64::from(draw[at])).collect(),
                supply: draws().map(|draw| i64::from(draw[at + 1 + role])).collect(),
                demand: draws()
                    .zip(ratios)
                    .map(|(draw, ratios)| demand_milli(draw[at], ratios[role], need))
                    .collect(),
            }
        })
    }
}

fn rows_of(prepared: &Prepared<'_>, head: &Head<'_>, drawn: impl Fn(usize, usize) -> Drawn) -> Vec<Row> {
    let spec = &prepared.inputs.spec;
    let mut rows = Vec::with_capacity(spec.roles.len() * spec.years());
    for (index, role) in spec.roles.iter().enumerate() {
        let unit_cost = prepared.tables.roles[index].unit_cost;
        for year in 0..spec.years() {
            let label = (*role, spec.base_year + i32::try_from(year).unwrap_or(0));
            rows.push(row(head, label, drawn(index, year), unit_cost));
        }
    }
    rows
}

fn row(head: &Head<'_>, label: (Role, i32), mut drawn: Drawn, unit_cost: i64) -> Row {
    let pairs = || drawn.demand.iter().zip(&drawn.supply);
    let mut gaps: Vec<i64> = pairs().map(|(demand, supply)| demand - supply).collect();
    let mut shortfalls: Vec<i64> = pairs()
        .map(|(demand, supply)| divide_rounded(i128::from(demand - supply) * 1_000_000, i128::from(*demand)))
        .collect();
    let gap = Interval::of(&mut gaps);
    Row {
        level: head.level,
        node: head.code.to_owned(),
        name: head.name.to_owned(),
        role: label.0,
        year: label.1,
        supply: Interval::of(&mut drawn.supply),
        demand: Interval::of(&mut drawn.demand),
        gap,
        shortfall_ppm: Interval::of(&mut shortfalls),
        cost_pence: gap.map(|gap| divide_rounded(i128::from(gap) * i128::from(unit_cost), 1_000)),
        list: Interval::of(&mut drawn.list),
        placeholder: head.placeholder,
    }
}

/// What a reader must know before quoting the numbers, a sentence each.
pub(super) fn caveats(inputs: &Inputs) -> Vec<String> {
    let spec = &inputs.spec;
    let mut sentences = vec![
        format!(
            "Need per registered patient is held at the ratio of filled FTE to list of {}; the gap says what keeping that ratio would take, not what patients need.",
            spec.base_year
        ),
        "Intervals hold 80% of the draws; they cover chance, uncertain rates and lists, not a change of policy.".to_owned(),
        "A practice's interval counts the chance that its code closes and its list and staff move to a neighbour.".to_owned(),
    ];
    for (index, role) in spec.roles.iter().enumerate() {
        let missing = inputs.practices.iter().filter(|practice| practice.roles[index].fte.is_none()).count();
        if missing > 0 {
            sentences.push(format!(
                "{missing} of {} practices with patients did not return {} in {} and are filled by {}.",
                inputs.practices.len(),
                role.plural(),
                spec.base_year,
                spec.missing.name()
            ));
        }
        let unknown = inputs.practices.iter().filter(|practice| practice.roles[index].ages.is_none()).count();
        if unknown > 0 {
            sentences.push(format!(
                "The ages of {} are unknown at {unknown} practices; the published age mix stands in, with its uncertainty.",
                role.plural()
            ));
        }
    }
    sentences.push(match (inputs.growth.first(), inputs.growth.last()) {
        (Some(first), Some(last)) => format!(
            "Lists grow as known at the base: {} year(s) of the area's lists, {} to {}, with the population projection as prior.",
            inputs.growth.len(),
            first.year - 1,
            last.year
        ),
        _ => "No earlier lists of the area are known at the base: lists grow by the population projection alone.".to_owned(),
    });
    let priors = inputs.parameters.list().iter().filter(|parameter| parameter.prior).count();
    sentences.push(format!(
        "{priors} parameters are judgements that no publication gives; the list of parameters marks them."
    ));
    if inputs.nodes.iter().any(|node| node.placeholder) {
        sentences.push(
            "Rows marked as placeholder belong to groupings whose make-up nobody has published.".to_owned(),
        );
    }
    sentences
}
