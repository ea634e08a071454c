//! What was recorded, year by year.

use muster_proto::staffing::v1 as staffing;

use super::{Role, charts::Recorded, way_words};
use crate::table::{Cell, Table};

/// FTE of a role with missing returns filled, by year.
pub(crate) fn recorded(history: Option<&staffing::GetHistoryResponse>, role: Role) -> Recorded {
    let of = |row: &staffing::HistoryRow| {
        let figures = match role {
            Role::Gp => row.gp.as_ref(),
            Role::Nurse => row.nurse.as_ref(),
            Role::Other(_) => None,
        }?;
        Some((row.year, figures.fte_filled_milli))
    };
    history.map(|history| history.rows.iter().filter_map(of).collect()).unwrap_or_default()
}

/// The record as a table: codes with patients, missing returns filled.
pub(crate) fn table(history: &staffing::GetHistoryResponse, csv: String) -> Table {
    let first = history.rows.first().map_or(0, |row| row.year);
    let table = Table::new("history", "What was recorded, missing returns filled")
        .text("Year", "year")
        .number("Practices with patients", "practices_with_patients")
        .number("Registered patients", "registered_patients")
        .number("GPs in post", "gp_fte_filled")
        .number(format!("GPs needed at the {first} ratio"), "gp_fte_needed")
        .number("GP gap", "gp_gap_fte")
        .number("Nurses in post", "nurse_fte_filled")
        .number(format!("Nurses needed at the {first} ratio"), "nurse_fte_needed")
        .number("Nurse gap", "nurse_gap_fte");
    let row = |row: &staffing::HistoryRow| {
        let (gp, nurse) = (row.gp.unwrap_or_default(), row.nurse.unwrap_or_default());
        let list =
            Cell::number(crate::figures::whole(row.list_milli), crate::figures::plain_milli(row.list_milli));
        vec![
            Cell::year(row.year),
            Cell::count(row.practices_with_patients.into()),
            list,
            Cell::fte(gp.fte_filled_milli),
            Cell::fte(gp.needed_milli),
            Cell::gap(gp.gap_milli),
            Cell::fte(nurse.fte_filled_milli),
            Cell::fte(nurse.needed_milli),
            Cell::gap(nurse.gap_milli),
        ]
    };
    table.csv(csv).rows(history.rows.iter().map(row).collect::<Vec<_>>())
}

/// How complete the returns were.
pub(crate) fn returns(history: &staffing::GetHistoryResponse, csv: String) -> Table {
    let table = Table::new("returns", "Returns that are missing, and staff at codes without patients")
        .text("Year", "year")
        .number("Practices with patients", "practices_with_patients")
        .number("No GP return", "gp_missing_returns")
        .number("No nurse return", "nurse_missing_returns")
        .number("GP FTE as recorded, all codes", "gp_fte")
        .number("of it without patients", "gp_fte_without_patients")
        .number("Nurse FTE as recorded, all codes", "nurse_fte")
        .number("of it without patients", "nurse_fte_without_patients");
    let row = |row: &staffing::HistoryRow| {
        let (gp, nurse) = (row.gp.unwrap_or_default(), row.nurse.unwrap_or_default());
        vec![
            Cell::year(row.year),
            Cell::count(row.practices_with_patients.into()),
            Cell::count(gp.missing_returns.into()),
            Cell::count(nurse.missing_returns.into()),
            Cell::fte(gp.fte_milli),
            Cell::fte(gp.fte_without_patients_milli),
            Cell::fte(nurse.fte_milli),
            Cell::fte(nurse.fte_without_patients_milli),
        ]
    };
    table.csv(csv).rows(history.rows.iter().map(row).collect::<Vec<_>>())
}

/// The last year's gap under every way of filling missing returns.
pub(crate) fn effects(history: &staffing::GetHistoryResponse) -> Table {
    let year = history.rows.last().map_or(0, |row| row.year);
    let table = Table::new("effects", format!("Staff and gap in {year} under each way of filling"))
        .text("A practice that did not return counts as", "missing_returns")
        .number("GPs (FTE)", "gp_filled_fte")
        .number("Nurses (FTE)", "nurse_filled_fte")
        .number("GP gap (FTE)", "gp_gap_fte")
        .number("Nurse gap (FTE)", "nurse_gap_fte");
    let row = |effect: &staffing::MissingReturnsEffect| {
        let chosen = (effect.missing_returns == history.missing_returns).then_some("shown here");
        vec![
            Cell::text(way_words(effect.missing_returns)).tagged(chosen),
            Cell::fte(effect.gp_filled_milli),
            Cell::fte(effect.nurse_filled_milli),
            Cell::gap(effect.gp_gap_milli),
            Cell::gap(effect.nurse_gap_milli),
        ]
    };
    table.rows(history.effects.iter().map(row).collect::<Vec<_>>())
}
