//! Staff of trusts: what was counted, where it may go, and what little is known of it.

use muster_proto::staffing::v1 as staffing;

use super::{charts::ChartView, run::Source};
use crate::{
    chart::{self, Fan, Point},
    figures::{self, Interval},
    table::{Cell, Table},
};

/// Groups of staff: key in an address, and name.
pub(crate) const GROUPS: [(&str, &str); 2] =
    [("nurses", "Nurses and health visitors"), ("doctors", "Doctors, those in training among them")];

/// The group of that key.
pub(crate) fn group(key: &str) -> Option<staffing::TrustGroup> {
    match key {
        "nurses" => Some(staffing::TrustGroup::Nurses),
        "doctors" => Some(staffing::TrustGroup::Doctors),
        _ => None,
    }
}

/// What a forecast says of one trust, or of all together.
pub(crate) struct TrustView {
    pub(crate) finding: String,
    pub(crate) chart: ChartView,
    pub(crate) years: Table,
    /// Every trust in the last year.
    pub(crate) trusts: Table,
    pub(crate) evidence: Table,
    pub(crate) parameters: Table,
    pub(crate) caveats: Vec<String>,
    pub(crate) left_out: Vec<String>,
    pub(crate) engine: String,
    pub(crate) inputs: String,
    pub(crate) sources: Vec<Source>,
    pub(crate) sample: bool,
}

/// Reads a forecast of one group for a trust (empty is all together); nothing when it is not in it.
pub(crate) fn read(
    told: &staffing::ForecastTrustsResponse,
    code: &str,
    (finding, csv): (String, String),
) -> Option<TrustView> {
    let here: Vec<&staffing::TrustForecastRow> =
        told.rows.iter().filter(|row| row.organisation == code).collect();
    let (first, last) = (here.first()?, here.last()?);
    let heading = GROUPS.iter().find(|(key, _)| group(key) == Some(first.group())).map_or("", |of| of.1);
    let points: Vec<Point> = here.iter().filter_map(|row| point(row)).collect();
    let title = format!("{heading}: {}", first.name);
    let said = format!(
        "From the count of {} to {}: in post, and that count kept or grown.",
        first.month, last.month
    );
    let names = ["Wanted", "In post"];
    let fan =
        Fan { id: "chart-trusts", title: &title, finding: &said, names, points: &points, recorded: &[] };
    let mut note = String::from(
        "FTE. The band holds 80% of the draws. The dashed line is a choice, not what patients need.",
    );
    if let Some(start) = chart::starts_at(&fan) {
        note = format!("{note} The scale starts at {start}, not at zero.");
    }
    let svg = chart::svg(&fan);
    let chart = ChartView { title, finding: said, svg, note, table: Table::default() };
    let sources: Vec<Source> =
        told.sources.iter().map(|of| Source { name: of.source.clone(), sha256: of.sha256.clone() }).collect();
    Some(TrustView {
        finding,
        chart,
        years: years(&here, heading).csv(csv),
        trusts: trusts(&told.rows, &last.month),
        evidence: evidence(told),
        parameters: parameters(&told.parameters),
        caveats: told.caveats.clone(),
        left_out: told.left_out.clone(),
        engine: told.engine.clone(),
        inputs: told.inputs_sha256.clone(),
        sample: sources.iter().any(|of| of.name.to_lowercase().contains("sample")),
        sources,
    })
}

fn point(row: &staffing::TrustForecastRow) -> Option<Point> {
    let wanted = row.wanted_milli;
    Some(Point {
        year: row.month.split_once('-')?.0.parse().ok()?,
        supply: Interval::read(row.supply_milli.as_ref()),
        demand: Interval { p10: wanted, p50: wanted, p90: wanted },
    })
}

fn columns(table: Table) -> Table {
    table
        .number("In post", "supply_fte")
        .number("80% interval", "supply_fte_80_percent_interval")
        .number("Wanted", "wanted_fte")
        .number("Short", "shortfall_fte")
        .number("80% interval", "shortfall_fte_80_percent_interval")
        .number("Short in so many draws", "short_percent_of_draws")
}

fn cells(row: &staffing::TrustForecastRow) -> impl Iterator<Item = Cell> + use<> {
    let supply = Interval::read(row.supply_milli.as_ref());
    let short = Interval::read(row.shortfall_milli.as_ref());
    let range = |of| Cell::range(of, figures::tenths, figures::plain_milli);
    [
        Cell::fte(supply.p50),
        range(supply),
        Cell::fte(row.wanted_milli),
        Cell::gap(short.p50),
        range(short),
        Cell::share(row.short_ppm),
    ]
    .into_iter()
}

fn years(here: &[&staffing::TrustForecastRow], heading: &str) -> Table {
    let name = here.first().map_or("", |row| row.name.as_str());
    let table = Table::new("trust-years", format!("{heading} of {name} by year, FTE")).text("Month", "month");
    columns(table).rows(
        here.iter().map(|row| std::iter::once(Cell::text(row.month.clone())).chain(cells(row)).collect()),
    )
}

fn trusts(rows: &[staffing::TrustForecastRow], month: &str) -> Table {
    let table = Table::new("trusts-last", format!("Every trust in {month}, FTE")).text("Trust", "trust");
    columns(table).rows(
        rows.iter()
            .filter(|row| row.month == month)
            .map(|row| std::iter::once(Cell::text(row.name.clone())).chain(cells(row)).collect()),
    )
}

fn evidence(told: &staffing::ForecastTrustsResponse) -> Table {
    let name = |code: &str| {
        let row = told.rows.iter().find(|row| row.organisation == code);
        row.map_or_else(|| code.to_owned(), |row| row.name.clone())
    };
    let table = Table::new("trust-evidence", "Growth a year: observed, and taken for true")
        .text("Trust", "trust")
        .text("First count", "first_month")
        .number("FTE", "first_fte")
        .text("Last count", "last_month")
        .number("FTE", "last_fte")
        .number("Observed", "observed_percent")
        .number("Its standard deviation", "observed_sd_percent")
        .number("Taken for true", "growth_percent")
        .number("Its standard deviation", "growth_sd_percent")
        .number("Weight of the counts", "weight_percent");
    table.rows(told.evidence.iter().map(|of| {
        vec![
            Cell::text(name(&of.organisation)),
            Cell::text(of.first_month.clone()),
            Cell::fte(of.first_milli),
            Cell::text(of.last_month.clone()),
            Cell::fte(of.last_milli),
            Cell::share(of.observed_ppm),
            Cell::share(of.observed_sd_ppm),
            Cell::share(of.growth_ppm),
            Cell::share(of.growth_sd_ppm),
            Cell::share(of.weight_ppm),
        ]
    }))
}

fn parameters(all: &[staffing::TrustParameter]) -> Table {
    let shown = |of: &staffing::TrustParameter, value: i64| match of.unit.as_str() {
        "ppm" => figures::percent(value),
        _ => figures::plain_milli(value),
    };
    let table = Table::new("trust-parameters", "What the forecast assumes")
        .text("Parameter", "parameter")
        .number("Value", "value")
        .number("80% interval", "interval_80_percent")
        .text("Source", "source");
    table.rows(all.iter().map(|of| {
        let ends = if of.low == of.high {
            "none given".to_owned()
        } else {
            format!("{} to {}", shown(of, of.low), shown(of, of.high))
        };
        let source = if of.prior { format!("Judgement. {}", of.source) } else { of.source.clone() };
        vec![
            Cell::text(of.name.clone()),
            Cell::number(shown(of, of.value), of.value.to_string()),
            Cell::number(ends.clone(), ends),
            Cell::text(source),
        ]
    }))
}

/// What was counted, every group of staff of every organisation.
pub(crate) fn counts(told: &staffing::ListTrustWorkforceResponse) -> Table {
    let table = Table::new("trust-counts", "What was counted, FTE")
        .text("Organisation", "organisation")
        .text("Name", "name")
        .text("Group of staff", "staff_group")
        .text("Month", "month")
        .number("FTE", "fte");
    table.rows(told.counts.iter().map(|of| {
        vec![
            Cell::text(of.organisation.clone()),
            Cell::text(of.name.clone()),
            Cell::text(of.staff_group.clone()),
            Cell::text(of.month.clone()),
            Cell::fte(of.fte_milli),
        ]
    }))
}
