//! One role of one node over the years: a chart, its finding in a sentence, and its data as a table.

use super::{Role, nodes::Node};
use crate::{
    chart::{self, Fan, Point},
    figures,
    pages::encode,
    table::{Cell, Table},
};

/// A chart with everything that belongs to it.
pub(crate) struct ChartView {
    pub(crate) title: String,
    pub(crate) finding: String,
    pub(crate) svg: String,
    /// How to read it.
    pub(crate) note: String,
    pub(crate) table: Table,
}

/// What was recorded: year and FTE in 1/1000.
pub(crate) type Recorded = Vec<(i32, i64)>;

/// Where the years of a role are as a file.
pub(crate) fn csv(run: &str, node: &Node, role: Role) -> String {
    let (run, level, code) = (encode(run), encode(&node.level), encode(&node.code));
    format!("/csv/years.csv?run={run}&level={level}&node={code}&role={}", role.key())
}

/// The chart of a role; nothing when the node has no figures of it.
pub(crate) fn of(node: &Node, role: Role, recorded: &Recorded, csv: String) -> Option<ChartView> {
    let points: Vec<Point> =
        node.years(role).map(|(year, f)| Point { year, supply: f.supply, demand: f.demand }).collect();
    let last = points.last()?.year;
    let recorded: Recorded = recorded.iter().filter(|(year, _)| *year <= last).copied().collect();
    let (id, table_id) = match role {
        Role::Gp => ("chart-gp", "years-gp"),
        Role::Nurse => ("chart-nurse", "years-nurse"),
        Role::Other(_) => ("chart-other", "years-other"),
    };
    let title = format!("{} needed and in post", role.heading());
    let finding = finding(&points)?;
    let names = chart::NEEDED;
    let fan = Fan { id, title: &title, finding: &finding, names, points: &points, recorded: &recorded };
    let mut note = String::from("Bands: 80% of the draws.");
    if !recorded.is_empty() {
        note.push_str(" Rings: recorded, with missing returns filled.");
    }
    if let Some(start) = chart::starts_at(&fan) {
        note = format!("{note} The scale starts at {start}, not at zero.");
    }
    let svg = chart::svg(&fan);
    let table = table(node, role, &recorded, table_id).csv(csv);
    Some(ChartView { title, finding, svg, note, table })
}

fn finding(points: &[Point]) -> Option<String> {
    let (first, last) = (points.first()?, points.last()?);
    let went = |from: i64, to: i64| {
        let verb = match figures::round(to, 100).cmp(&figures::round(from, 100)) {
            std::cmp::Ordering::Greater => "rises",
            std::cmp::Ordering::Less => "falls",
            std::cmp::Ordering::Equal => return format!("stays at {}", figures::tenths(to)),
        };
        format!("{verb} from {} to {}", figures::tenths(from), figures::tenths(to))
    };
    Some(format!(
        "Between {} and {}, need {} FTE and staffing {} FTE.",
        first.year,
        last.year,
        went(first.demand.p50, last.demand.p50),
        went(first.supply.p50, last.supply.p50),
    ))
}

fn table(node: &Node, role: Role, recorded: &Recorded, id: &'static str) -> Table {
    let mut table = Table::new(id, format!("{} by year, FTE", role.heading()))
        .text("Year", "year")
        .number("In post", "supply_fte")
        .number("80% interval", "supply_fte_80_percent_interval")
        .number("Needed", "demand_fte")
        .number("80% interval", "demand_fte_80_percent_interval")
        .number("Gap", "gap_fte")
        .number("80% interval", "gap_fte_80_percent_interval")
        .number("Short by", "shortfall_percent")
        .number("Cost, £ million a year", "cost_pounds_a_year");
    if !recorded.is_empty() {
        table = table.number("Recorded", "recorded_fte");
    }
    let rows: Vec<Vec<Cell>> = node
        .years(role)
        .map(|(year, f)| {
            let range = |i| Cell::range(i, figures::tenths, figures::plain_milli);
            let mut cells = vec![
                Cell::year(year),
                Cell::fte(f.supply.p50),
                range(f.supply),
                Cell::fte(f.demand.p50),
                range(f.demand),
                Cell::gap(f.gap.p50),
                range(f.gap),
                Cell::share(f.shortfall.p50),
                Cell::cost(f.cost.p50),
            ];
            if !recorded.is_empty() {
                let seen = recorded.iter().find(|(of, _)| *of == year);
                cells.push(seen.map_or_else(Cell::none, |(_, milli)| Cell::fte(*milli)));
            }
            cells
        })
        .collect();
    table.rows(rows)
}
