//! `/staffing/quality`: what is missing or odd in the data, and what it does to the figures.

use askama::Template;
use axum::{
    Extension,
    extract::{Query, State},
};
use muster_kit::{Actor, Error};
use muster_proto::{directory::v1::GroupingKind, staffing::v1 as staffing};
use serde::Deserialize;

use super::{encode, page};
use crate::{
    calls::Caller,
    deps::Deps,
    failure::PageResult,
    figures,
    model::{self, SYSTEM, WAYS, history},
    shell::Shell,
    table::{Cell, Table},
};

struct Way {
    value: &'static str,
    text: &'static str,
    chosen: bool,
}

#[derive(Template)]
#[template(path = "quality.html")]
struct Quality {
    shell: Shell,
    area: String,
    ways: Vec<Way>,
    finding: String,
    effects: Option<Table>,
    returns: Option<Table>,
    caveats: Vec<String>,
    unplaced: Vec<String>,
    warnings: Table,
    snapshots: Table,
}

/// Area and way of filling.
#[derive(Deserialize)]
pub(crate) struct Wanted {
    #[serde(default)]
    area: String,
    #[serde(default)]
    missing_returns: String,
}

pub(crate) async fn quality(
    State(deps): State<Deps>,
    Extension(actor): Extension<Actor>,
    Query(wanted): Query<Wanted>,
) -> PageResult {
    let caller = Caller::new(&deps, &actor);
    let area = if wanted.area.is_empty() { SYSTEM } else { wanted.area.as_str() };
    let way = model::way(&wanted.missing_returns)
        .ok_or_else(|| Error::bad_request("missing_returns is one of borough-mean, last-value, leave-out"))?;
    let record = caller.history(area, way).await?;
    let csv =
        format!("/csv/returns.csv?area={}&missing_returns={}", encode(area), encode(&wanted.missing_returns));
    let ways = WAYS.iter().map(|(value, text, of)| Way { value, text, chosen: *of == way }).collect();
    page(&Quality {
        shell: Shell::staffing("Data quality", "/staffing/quality"),
        ways,
        finding: record.as_ref().map(finding).unwrap_or_default(),
        effects: record.as_ref().map(history::effects),
        returns: record.as_ref().map(|record| history::returns(record, csv)),
        area: record.as_ref().map_or_else(|| area.to_owned(), |record| record.area.clone()),
        caveats: record.as_ref().map(|record| record.caveats.clone()).unwrap_or_default(),
        unplaced: record.map(|record| record.unplaced).unwrap_or_default(),
        warnings: warnings(&caller).await?,
        snapshots: snapshots(&caller).await?,
    })
}

/// How far the ways of filling lie apart.
fn finding(record: &staffing::GetHistoryResponse) -> String {
    let ends = |of: fn(&staffing::MissingReturnsEffect) -> i64| {
        let values = record.effects.iter().map(of);
        values.clone().min().zip(values.max()).map(|(low, high)| [low, high].map(figures::tenths))
    };
    let (Some([few, many]), Some([low, high]), Some(last)) =
        (ends(|of| of.gp_filled_milli), ends(|of| of.gp_gap_milli), record.rows.last())
    else {
        return String::new();
    };
    // the first year is what need is held at: its gap is nought however it is filled
    let gap = match record.rows.len() {
        1 => String::new(),
        _ => format!(", and the gap is between {low} and {high} FTE"),
    };
    format!(
        "Depending on what stands in for practices that did not return their staff, there are between {few} and {many} FTE of GPs in {}{gap}.",
        last.year
    )
}

async fn warnings(caller: &Caller<'_>) -> muster_kit::Result<Table> {
    let groupings = caller.groupings(GroupingKind::Unspecified, "").await?;
    let table = Table::new("warnings", "Groupings that somebody should look at")
        .text("Grouping", "name")
        .text("Kind", "kind")
        .number("Registered patients", "registered_patients")
        .text("Why", "warning")
        .empty("No grouping needs a look.");
    let rows: Vec<Vec<Cell>> = groupings
        .iter()
        .filter(|grouping| !grouping.warning.is_empty())
        .map(|grouping| {
            vec![
                Cell::text(grouping.name.clone()).tagged(grouping.placeholder.then_some("placeholder")),
                Cell::text(model::grouping_words(grouping.kind)),
                Cell::count(grouping.registered_patients),
                Cell::text(grouping.warning.clone()),
            ]
        })
        .collect();
    Ok(table.rows(rows))
}

async fn snapshots(caller: &Caller<'_>) -> muster_kit::Result<Table> {
    let table = Table::new("snapshots", "Monthly snapshots of federations")
        .text("Month", "month_end")
        .text("Organisation", "organisation")
        .number("FTE", "fte")
        .number("A year before", "fte_year_before")
        .text("Flags", "flags")
        .text("Practices left out", "missing_practices")
        .empty("No monthly snapshot has come in yet.");
    let row = |snapshot: &staffing::Snapshot| {
        let flags: Vec<&str> = [(snapshot.late, "late"), (snapshot.duplicate, "replaces an earlier one")]
            .into_iter()
            .filter_map(|(set, word)| set.then_some(word))
            .collect();
        vec![
            Cell::text(snapshot.month_end.clone()).shown(figures::date(&snapshot.month_end)),
            Cell::text(snapshot.organisation.clone()),
            Cell::fte(snapshot.fte_milli),
            snapshot.fte_year_before_milli.map_or_else(Cell::none, Cell::fte),
            Cell::text(if flags.is_empty() { "in time".to_owned() } else { flags.join(", ") }),
            Cell::text(snapshot.missing_practices.join(", ")),
        ]
    };
    let rows: Vec<Vec<Cell>> = caller.snapshots().await?.iter().map(row).collect();
    Ok(table.rows(rows))
}
