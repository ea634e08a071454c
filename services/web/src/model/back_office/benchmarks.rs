//! Benchmarks: cost, volume, people and service level always together, with the peers and the national figures beside them.

use muster_proto::backoffice::v1::{
    BenchmarkPeers, BenchmarkRow, ListBenchmarksResponse, NationalFigure, Quartiles,
};

use super::trace_href;
use crate::{
    figures,
    model::agency::counted,
    table::{Cell, Table},
};

/// `2015/16` for the financial year that ends in 2016.
pub(crate) fn year_words(ending: i32) -> String {
    format!("{}/{:02}", ending - 1, ending.rem_euclid(100))
}

fn quarter(quarter: u32) -> &'static str {
    match quarter {
        1 => "cheapest quarter",
        2 => "second quarter",
        3 => "third quarter",
        4 => "dearest quarter",
        _ => "not ranked",
    }
}

/// The answer in a sentence.
pub(crate) fn finding(told: &ListBenchmarksResponse) -> String {
    let questions: usize = told.rows.iter().map(|row| row.questions.len()).sum();
    let unranked = told.rows.iter().filter(|row| row.quarter == 0).count();
    let asked = match questions {
        0 => "nothing is asked".to_owned(),
        1 => "1 question is asked".to_owned(),
        many => format!("{many} questions are asked"),
    };
    let left = match unranked {
        0 => String::new(),
        many => format!(
            " {} not ranked, for want of a service level, of FTE or of peers.",
            if many == 1 { "1 row is".to_owned() } else { format!("{many} rows are") }
        ),
    };
    let verb = if told.rows.len() == 1 { "fits" } else { "fit" };
    format!("{} {verb}; {asked}.{left}", counted(told.rows.len() as u64, "row"))
}

/// A unit cost of 1/100 pence, rounded to the penny once.
fn each(centipence: i64) -> Cell {
    Cell::unit_price(centipence).shown(figures::exact_pounds(figures::round(centipence, 100)))
}

/// What the rows say.
pub(crate) fn rows(told: &ListBenchmarksResponse) -> Table {
    let table = Table::new("benchmarks", "Cost, volume, people and service level of each function")
        .text("Organisation", "organisation")
        .text("Function", "function")
        .text("Year", "financial_year_ending")
        .text("Driver", "driver")
        .number("Cost of each", "cost_per_driver_pounds")
        .number("Each FTE handles", "drivers_per_fte")
        .number("Service level", "service_level")
        .text("Measured", "service_measure")
        .text("Cost among peers", "quarter")
        .number("Cost", "cost_pounds")
        .number("Volume", "volume")
        .number("FTE", "fte")
        .number("For £100 of income", "cost_per_100_pounds_of_income")
        .text("Source", "source")
        .empty("No benchmark fits.");
    let row = |row: &BenchmarkRow| {
        let key = |part: &str| {
            let BenchmarkRow { organisation, year, function, driver, .. } = row;
            trace_href(&format!("benchmark/{organisation}/{year}/{function}/{driver}/{part}"), 0)
        };
        let traced = |cell: Option<Cell>, part: &str| cell.map_or_else(Cell::none, |cell| cell.to(key(part)));
        vec![
            Cell::text(row.organisation.clone()),
            Cell::text(row.function.clone()),
            Cell::text(row.year.to_string()).shown(year_words(row.year)),
            Cell::text(row.driver.clone()),
            each(row.cost_per_driver_centipence).to(key("cost-per-driver")),
            traced(
                row.drivers_per_fte_milli.map(|it| Cell::quantity(it).shown(figures::whole(it))),
                "drivers-per-fte",
            ),
            traced(row.service_level_milli.map(Cell::quantity), "service-level"),
            Cell::text(row.service_measure.clone()),
            Cell::text(quarter(row.quarter)),
            Cell::pounds(row.cost_pence),
            Cell::quantity(row.volume_milli),
            row.fte_milli.map_or_else(Cell::none, Cell::fte),
            traced(row.cost_per_100_income_centipence.map(each), "cost-per-100-income"),
            Cell::text(row.source.clone()),
        ]
    };
    table.rows(told.rows.iter().map(row).collect::<Vec<_>>())
}

/// Questions to single rows.
pub(crate) fn questions(told: &ListBenchmarksResponse) -> Vec<String> {
    let of = |row: &BenchmarkRow| {
        let about = format!("{}, {} {}", row.organisation, row.function, year_words(row.year));
        row.questions.iter().map(move |it| format!("{about}: {}", it.text)).collect::<Vec<_>>()
    };
    told.rows.iter().flat_map(of).collect()
}

fn range(of: Option<Quartiles>, show: fn(i64) -> String) -> [Cell; 3] {
    let cell = |value: Option<i64>| {
        value.map_or_else(Cell::none, |it| Cell::number(show(it), figures::plain_milli(it)))
    };
    [cell(of.map(|it| it.lower)), cell(of.map(|it| it.median)), cell(of.map(|it| it.upper))]
}

/// Quartiles of the peers.
pub(crate) fn peers(told: &ListBenchmarksResponse) -> Table {
    let table =
        Table::new("peers", "Quartiles of the organisations that can be ranked: lower, middle, upper")
            .text("Function", "function")
            .text("Driver", "driver")
            .text("Year", "financial_year_ending")
            .number("Ranked", "ranked")
            .text("Measure", "measure")
            .number("Lower", "lower")
            .number("Middle", "median")
            .number("Upper", "upper")
            .empty("No peers are known.");
    let rows = |of: &BenchmarkPeers| {
        let pounds: fn(i64) -> String = |it| figures::exact_pounds(figures::round(it, 100));
        let measures = [
            ("cost of each", range(of.cost_per_driver_centipence, pounds)),
            ("each FTE handles", range(of.drivers_per_fte_milli, figures::whole)),
            ("service level", range(of.service_level_milli, figures::tenths)),
        ];
        measures.map(|(measure, quartiles)| {
            let head = [
                Cell::text(of.function.clone()),
                Cell::text(of.driver.clone()),
                Cell::text(of.year.to_string()).shown(year_words(of.year)),
                Cell::number(format!("{} of {}", of.ranked, of.organisations), of.ranked.to_string()),
                Cell::text(measure),
            ];
            head.into_iter().chain(quartiles).collect::<Vec<_>>()
        })
    };
    table.rows(told.peers.iter().flat_map(rows).collect::<Vec<_>>())
}

/// National figures, as published.
pub(crate) fn national(told: &ListBenchmarksResponse) -> Table {
    let table = Table::new("national", "National figures, as published")
        .text("Function", "function")
        .text("Driver", "driver")
        .text("Measure", "measure")
        .number("Figure", "amount")
        .text("Unit", "unit")
        .text("Year", "year")
        .text("Of", "scope")
        .text("Compared with the source", "verified")
        .text("Source", "source")
        .empty("No national figure is known for this function.");
    let row = |of: &NationalFigure| {
        vec![
            Cell::text(of.function.clone()),
            Cell::text(of.driver.clone()),
            Cell::text(of.measure.replace('-', " ")),
            Cell::number(figures::plain_pounds(of.amount_centi), figures::plain_pounds(of.amount_centi)),
            Cell::text(of.unit.clone()),
            Cell::text(of.year.clone()),
            Cell::text(of.scope.clone()),
            Cell::text(if of.verified { "yes" } else { "not yet: do not quote" }),
            Cell::text(of.source.clone()),
        ]
    };
    table.rows(told.national.iter().map(row).collect::<Vec<_>>())
}

/// What there is to choose from: functions, organisations and years, each once.
pub(crate) fn choices(told: &ListBenchmarksResponse) -> [Vec<String>; 3] {
    let of = |value: fn(&BenchmarkRow) -> String| {
        let mut all: Vec<String> = told.rows.iter().map(value).collect();
        all.sort();
        all.dedup();
        all
    };
    [of(|row| row.function.clone()), of(|row| row.organisation.clone()), of(|row| row.year.to_string())]
}
