//! What came, at every level, and the last value known at the origin.

use std::collections::{BTreeMap, HashMap};

use crate::domain::{
    assemble::{AreaData, nodes_of, with_real_zeros},
    forecast::{Inputs, Level},
    missing::{FillRates, MissingReturns, PracticeYear, fill_one},
    role::Role,
    units::Fte,
};

/// FTE in 1/1000 by place in the inputs' lists, absent where it cannot be scored.
#[derive(Default)]
struct OfYear {
    practices: Vec<Option<i64>>,
    nodes: Vec<i64>,
}

/// Truth of each role of the inputs and year from the origin on; the origin's own is the last value.
pub(super) struct Truth {
    years: BTreeMap<(usize, i32), OfYear>,
    /// By role and level: mean absolute change from one year to the next, up to the origin, in 1/1000 FTE.
    steps: HashMap<(usize, Level), f64>,
}

impl Truth {
    pub(super) fn of(data: &AreaData, inputs: &Inputs) -> Self {
        let origin = inputs.spec.base_year;
        let mut by_year: BTreeMap<i32, Vec<PracticeYear>> = BTreeMap::new();
        for row in &data.rows {
            by_year.entry(row.year).or_default().push(with_real_zeros(row));
        }
        let mut truth = Self { years: BTreeMap::new(), steps: HashMap::new() };
        let mut before = BTreeMap::new();
        for (year, rows) in &by_year {
            for (index, role) in inputs.spec.roles.iter().enumerate() {
                let of_year = of_year(data, inputs, rows, *role);
                if *year >= origin {
                    truth.years.insert((index, *year), of_year);
                } else {
                    before.insert((index, *year), of_year);
                }
            }
        }
        truth.steps = steps(inputs, &before, &truth.years);
        truth
    }

    /// What a practice returned, zero when it has closed, absent when it did not return.
    pub(super) fn practice(&self, role: usize, year: i32, practice: usize) -> Option<i64> {
        self.years.get(&(role, year))?.practices[practice]
    }

    /// FTE of a node, missing returns filled.
    pub(super) fn node(&self, role: usize, year: i32, node: usize) -> Option<i64> {
        Some(self.years.get(&(role, year))?.nodes[node])
    }

    /// Mean absolute change of a year, 0 where none is known.
    pub(super) fn step(&self, role: usize, level: Level) -> f64 {
        self.steps.get(&(role, level)).copied().unwrap_or_default()
    }
}

fn of_year(data: &AreaData, inputs: &Inputs, rows: &[PracticeYear], role: Role) -> OfYear {
    let with_patients: Vec<&PracticeYear> = rows.iter().filter(|row| row.list.is_positive()).collect();
    let rates = FillRates::of(&with_patients, role);
    let found: HashMap<&str, &PracticeYear> =
        with_patients.iter().map(|row| (row.practice.as_str(), *row)).collect();
    let positions: HashMap<(Level, &str), usize> =
        inputs.nodes.iter().enumerate().map(|(at, node)| ((node.level, node.code.as_str()), at)).collect();
    let mut nodes = vec![0; inputs.nodes.len()];
    for row in &with_patients {
        let fte = row.fte[role].unwrap_or_else(|| fill_one(row, &rates, None, MissingReturns::BoroughMean));
        for (level, code) in nodes_of(data, row) {
            if let Some(at) = positions.get(&(level, code.as_str())) {
                nodes[*at] += fte.milli();
            }
        }
    }
    let practices = inputs
        .practices
        .iter()
        .map(|practice| match found.get(practice.code.as_str()) {
            Some(row) => row.fte[role].map(Fte::milli),
            None => Some(0),
        })
        .collect();
    OfYear { practices, nodes }
}

/// Mean absolute changes of neighbouring years up to the origin.
fn steps(
    inputs: &Inputs,
    before: &BTreeMap<(usize, i32), OfYear>,
    since: &BTreeMap<(usize, i32), OfYear>,
) -> HashMap<(usize, Level), f64> {
    let get = |role: usize, year: i32| before.get(&(role, year)).or_else(|| since.get(&(role, year)));
    let mut sums: HashMap<(usize, Level), (f64, f64)> = HashMap::new();
    for (role, year) in before.keys() {
        let (Some(from), Some(to)) = (get(*role, *year), get(*role, year + 1)) else { continue };
        for (at, node) in inputs.nodes.iter().enumerate() {
            let sum = sums.entry((*role, node.level)).or_default();
            *sum = (sum.0 + (to.nodes[at] - from.nodes[at]).abs() as f64, sum.1 + 1.0);
        }
        for (from, to) in from.practices.iter().zip(&to.practices) {
            if let (Some(from), Some(to)) = (from, to) {
                let sum = sums.entry((*role, Level::Practice)).or_default();
                *sum = (sum.0 + (to - from).abs() as f64, sum.1 + 1.0);
            }
        }
    }
    sums.into_iter().map(|(key, (sum, n))| (key, sum / n.max(1.0))).collect()
}
