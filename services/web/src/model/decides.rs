//! What decides a gap, in three kinds that must not be mixed: knowledge, chance and choice.

use muster_proto::staffing::v1::{GetSensitivityResponse, Influence, InfluenceKind};

use super::{Role, charts::ChartView, explorer::lacks};
use crate::{
    chart::bars::{self, Bar, Bars},
    figures::{self, Interval},
    table::{Cell, Table},
};

/// What the page says.
pub(crate) struct Decides {
    pub(crate) finding: String,
    pub(crate) miss: String,
    pub(crate) findings: Vec<String>,
    pub(crate) chart: Option<ChartView>,
    pub(crate) knowledge: Table,
    pub(crate) chance: Table,
    pub(crate) choice: Table,
    pub(crate) caveats: Vec<String>,
    pub(crate) took: String,
}

/// Reads an answer.
pub(crate) fn read(told: &GetSensitivityResponse) -> Decides {
    let role = Role::read(told.role);
    let gap = Interval::read(told.gap_milli.as_ref());
    let of = |kind: InfluenceKind| {
        told.influences.iter().filter(move |one| one.kind() == kind).collect::<Vec<_>>()
    };
    let (knowledge, chance) = (of(InfluenceKind::Knowledge), of(InfluenceKind::Chance));
    Decides {
        finding: format!("In {} {} {}.", told.year, told.name, lacks(gap, &role.plural())),
        miss: format!(
            "Whoever plans for the middle misses by {} FTE on average.",
            figures::tenths(told.expected_miss_milli)
        ),
        findings: told.findings.clone(),
        chart: tornado(&told.influences, gap.p50, role),
        knowledge: worth(
            influences("knowledge", "Knowledge: what could be found out", &knowledge, true),
            &knowledge,
        ),
        chance: influences("chance", "Chance: what will happen, and cannot be found out", &chance, false)
            .rows(chance.iter().map(|one| shares(one))),
        choice: choice(told, gap),
        caveats: told.caveats.clone(),
        took: figures::seconds(told.elapsed_micros),
    }
}

fn influences(id: &str, caption: &str, all: &[&Influence], known: bool) -> Table {
    let table = Table::new(id, caption)
        .text("What", "title")
        .number("Decides, all in all", "total_percent")
        .number("95% interval", "total_95_percent_interval")
        .number("By itself", "first_order_percent")
        .number("Moves the gap, FTE", "gap_at_10th_to_90th_percentile_fte")
        .empty("Nothing of this kind.");
    debug_assert!(all.iter().all(|one| (one.kind() == InfluenceKind::Knowledge) == known));
    if known {
        table
            .number("Worth finding out, FTE", "worth_fte")
            .number("Worth, £ a year", "worth_pounds_a_year")
            .text("Source", "source")
    } else {
        table
    }
}

fn shares(one: &Influence) -> Vec<Cell> {
    let moves = match (one.gap_at_low_milli, one.gap_at_high_milli) {
        (Some(low), Some(high)) => Cell::range(
            Interval { p10: low.min(high), p50: 0, p90: low.max(high) },
            figures::tenths,
            figures::plain_milli,
        ),
        _ => Cell::none(),
    };
    let ends = Interval { p10: one.total_low_ppm, p50: 0, p90: one.total_high_ppm };
    vec![
        Cell::text(one.title.clone()),
        Cell::share(one.total_ppm),
        Cell::range(ends, figures::percent, |ppm| figures::plain_milli(ppm / 10)),
        Cell::share(one.first_order_ppm),
        moves,
    ]
}

fn worth(table: Table, all: &[&Influence]) -> Table {
    table.rows(all.iter().map(|one| {
        let mut cells = shares(one);
        cells.push(Cell::fte(one.worth_milli));
        cells.push(Cell::number(figures::pounds(one.worth_pence), figures::plain_pounds(one.worth_pence)));
        cells.push(Cell::text(one.source.clone()));
        cells
    }))
}

fn choice(told: &GetSensitivityResponse, now: Interval) -> Table {
    Table::new("choice", "Choice: what each shipped scenario would make of the gap")
        .text("Scenario", "scenario")
        .number("Gap (FTE)", "gap_fte")
        .number("80% interval", "gap_fte_80_percent_interval")
        .number("Moves the middle by", "change_fte")
        .empty("No scenario was compared.")
        .rows(told.choices.iter().map(|of| {
            let gap = Interval::read(of.gap_milli.as_ref());
            vec![
                Cell::link(
                    of.title.clone(),
                    format!("/staffing/scenarios?start={}", crate::pages::encode(&of.scenario)),
                ),
                Cell::gap(gap.p50),
                Cell::range(gap, figures::tenths, figures::plain_milli),
                Cell::fte(gap.p50 - now.p50),
            ]
        }))
}

/// Bars from a parameter's 10th to its 90th percentile, around the middle of the gap; the longest first.
fn tornado(all: &[Influence], middle: i64, role: Role) -> Option<ChartView> {
    let mut rows: Vec<Bar> = all
        .iter()
        .filter_map(|one| {
            let (low, high) = (one.gap_at_low_milli?, one.gap_at_high_milli?);
            let kind = if one.kind() == InfluenceKind::Chance { "chance" } else { "knowledge" };
            let said = figures::tenths((high - low).abs());
            // first, so that a name that is too long for its row still says which of the two it is
            Some(Bar { name: format!("{kind}: {}", one.title), from: low, to: high, said })
        })
        .collect();
    rows.sort_by_key(|bar| -(bar.to - bar.from).abs());
    let first = rows.first()?;
    let title = format!("How far each moves the gap of {}", role.plural());
    let finding = format!("What moves it most, by {} FTE, is {}.", first.said, first.name);
    let svg = bars::svg(&Bars {
        id: "chart-tornado",
        title: &title,
        finding: &finding,
        rows: &rows,
        at: Some(middle),
    });
    let note = "Gap in FTE with one thing at its 10th and at its 90th percentile, all else at its middle; dashed: the middle. Red: more of it widens the gap; blue: more of it closes the gap. Chance of single heads has no bar.".into();
    Some(ChartView { title, finding, svg, note, table: Table::default() })
}
