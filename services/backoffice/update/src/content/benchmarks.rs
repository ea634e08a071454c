//! Benchmarks: cost, people and service together, never one alone. `benchmark/ORGANISATION/YEAR/FUNCTION/DRIVER/MEASURE`.

use std::collections::{BTreeMap, BTreeSet};

use super::book::Book;
use crate::{
    document::{Block, Cell, Section, Table},
    edition::Figure,
    value::{NOTHING, in_unit},
};

/// A function with its driver.
type Of<'a> = (&'a str, &'a str);

/// What organisations report of a function in a year.
#[derive(Default)]
struct Reported<'a> {
    organisations: BTreeSet<&'a str>,
    /// Figures by measure.
    measures: BTreeMap<&'a str, Vec<&'a Figure>>,
}

/// The lowest, middle and highest of a measure; the middle of two is the lower one, so that it is somebody's.
fn spread(of: &Reported<'_>, measure: &str) -> [String; 3] {
    let mut values: Vec<(i64, &str)> = Vec::new();
    for it in of.measures.get(measure).into_iter().flatten() {
        values.extend(it.value.map(|value| (value, it.unit.as_str())));
    }
    values.sort_unstable();
    let Some(last) = values.len().checked_sub(1) else { return [NOTHING; 3].map(str::to_owned) };
    [0, last / 2, last].map(|at| in_unit(values[at].0.into(), values[at].1))
}

/// Functions in their latest year.
fn latest<'a>(book: &Book<'a>) -> BTreeMap<Of<'a>, (&'a str, Reported<'a>)> {
    let mut latest: BTreeMap<Of<'a>, (&'a str, Reported<'a>)> = BTreeMap::new();
    for it in book.under("benchmark/") {
        let parts: Vec<&str> = it.key.split('/').collect();
        let [_, organisation, year, function, driver, measure] = parts[..] else { continue };
        let found = latest.entry((function, driver)).or_default();
        if year > found.0 {
            *found = (year, Reported::default());
        }
        if year == found.0 {
            found.1.organisations.insert(organisation);
            found.1.measures.entry(measure).or_default().push(it);
        }
    }
    latest
}

pub(crate) fn section(book: &mut Book<'_>) -> Section {
    let mut table = Table::new(
        "Latest year by function: cost per driver, drivers per FTE and service level of the organisations that report",
        &[
            "Function, by driver",
            "Year to March",
            "#Organisations",
            "#Cost: lowest",
            "#Cost: middle",
            "#Cost: highest",
            "#Per FTE: middle",
            "#Service: middle",
            "Source",
        ],
    );
    for ((function, driver), (year, of)) in latest(book) {
        let [lowest, middle, highest] = spread(&of, "cost-per-driver");
        let [_, people, _] = spread(&of, "drivers-per-fte");
        let [_, service, _] = spread(&of, "service-level");
        let source = book.cite(of.measures.values().flatten().copied());
        let of_it = crate::value::sentence(&format!("{function}, by {driver}"));
        let organisations = of.organisations.len().to_string();
        let mut row: Vec<Cell> =
            [&of_it, year, &organisations, &lowest, &middle, &highest, &people, &service]
                .map(Cell::text)
                .into();
        row.push(source);
        table.rows.push(row);
    }
    let blocks = if table.rows.is_empty() { Vec::new() } else { vec![Block::Table(table)] };
    let nothing = book.nothing("benchmarks");
    super::section("benchmarks", "Benchmarks", blocks, nothing)
}
