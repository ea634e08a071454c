//! Rows of a run as nodes of the hierarchy, and the table that compares them.

use std::collections::BTreeMap;

use muster_proto::staffing::v1 as staffing;

use super::Role;
use crate::{
    figures::{self, Interval},
    pages::encode,
    table::{Cell, Table},
};

/// One role in one year: FTE in 1/1000, share in ppm, money in pence.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Figure {
    pub(crate) supply: Interval,
    pub(crate) demand: Interval,
    pub(crate) gap: Interval,
    pub(crate) shortfall: Interval,
    pub(crate) cost: Interval,
}

/// A practice or a grouping with its figures.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub(crate) level: String,
    pub(crate) code: String,
    pub(crate) name: String,
    pub(crate) placeholder: bool,
    figures: BTreeMap<(Role, i32), Figure>,
}

impl Node {
    pub(crate) fn figure(&self, role: Role, year: i32) -> Option<&Figure> {
        self.figures.get(&(role, year))
    }

    pub(crate) fn roles(&self) -> Vec<Role> {
        let mut roles: Vec<Role> = self.figures.keys().map(|(role, _)| *role).collect();
        roles.dedup();
        roles
    }

    /// A role's years in order.
    pub(crate) fn years(&self, role: Role) -> impl Iterator<Item = (i32, &Figure)> {
        self.figures.range((role, i32::MIN)..=(role, i32::MAX)).map(|((_, year), figure)| (*year, figure))
    }

    /// Median cost of every role's gap, in pence a year.
    pub(crate) fn cost(&self, year: i32) -> i64 {
        self.roles().iter().filter_map(|role| self.figure(*role, year)).map(|figure| figure.cost.p50).sum()
    }

    fn gap(&self, role: Role, year: i32) -> i64 {
        self.figure(role, year).map_or(i64::MIN, |figure| figure.gap.p50)
    }

    /// The node's page.
    pub(crate) fn href(&self, run: Option<&str>) -> String {
        href(&self.level, &self.code, run)
    }
}

/// The page of a node; `run` when it is not the current run that is looked at.
pub(crate) fn href(level: &str, code: &str, run: Option<&str>) -> String {
    let query = run.map(|run| format!("?run={}", encode(run))).unwrap_or_default();
    match level {
        "practice" => format!("/practices/{}{query}", encode(code)),
        _ => format!("/areas/{}/{}{query}", encode(level), encode(code)),
    }
}

/// Gathers rows into nodes, in the order in which they came.
pub(crate) fn gather(rows: Vec<staffing::ForecastRow>) -> Vec<Node> {
    let mut nodes: Vec<Node> = Vec::new();
    let mut places: BTreeMap<(String, String), usize> = BTreeMap::new();
    for row in rows {
        let place = *places.entry((row.level.clone(), row.node.clone())).or_insert_with(|| {
            nodes.push(Node {
                level: row.level.clone(),
                code: row.node.clone(),
                name: if row.name.is_empty() { row.node.clone() } else { row.name.clone() },
                placeholder: row.placeholder,
                figures: BTreeMap::new(),
            });
            nodes.len() - 1
        });
        nodes[place].figures.insert((Role::read(row.role), row.year), figure(&row));
    }
    nodes
}

fn figure(row: &staffing::ForecastRow) -> Figure {
    Figure {
        supply: Interval::read(row.supply_milli.as_ref()),
        demand: Interval::read(row.demand_milli.as_ref()),
        gap: Interval::read(row.gap_milli.as_ref()),
        shortfall: Interval::read(row.shortfall_ppm.as_ref()),
        cost: Interval::read(row.cost_pence.as_ref()),
    }
}

/// Largest GP gap first.
pub(crate) fn by_gap(nodes: &mut [Node], year: i32) {
    nodes.sort_by(|a, b| b.gap(Role::Gp, year).cmp(&a.gap(Role::Gp, year)).then_with(|| a.code.cmp(&b.code)));
}

/// Nodes side by side in one year: gap, interval and shortfall of each role, and the cost of both.
pub(crate) fn compare(table: Table, nodes: &[Node], year: i32, run: Option<&str>) -> Table {
    let table = table
        .text("Area", "area")
        .number("GP gap (FTE)", "gp_gap_fte")
        .number("80% interval", "gp_gap_fte_80_percent_interval")
        .number("Short by", "gp_shortfall_percent")
        .number("Nurse gap (FTE)", "nurse_gap_fte")
        .number("80% interval", "nurse_gap_fte_80_percent_interval")
        .number("Short by", "nurse_shortfall_percent")
        .number("Cost, £ million a year", "cost_pounds_a_year");
    let row = |node: &Node| {
        let tag = node.placeholder.then_some("placeholder");
        let mut cells = vec![Cell::link(node.name.clone(), node.href(run)).tagged(tag)];
        for role in [Role::Gp, Role::Nurse] {
            match node.figure(role, year) {
                Some(figure) => cells.extend([
                    Cell::gap(figure.gap.p50),
                    Cell::range(figure.gap, figures::tenths, figures::plain_milli),
                    Cell::share(figure.shortfall.p50),
                ]),
                None => cells.extend([Cell::none(), Cell::none(), Cell::none()]),
            }
        }
        cells.push(Cell::cost(node.cost(year)));
        cells
    };
    table.rows(nodes.iter().map(row).collect::<Vec<_>>())
}
