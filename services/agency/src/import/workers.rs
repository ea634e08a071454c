//! Bank workers and when they can work.

use jiff::civil::DateTime;
use muster_kit::intake::{Cell, Column, Finding, ImportKind};

use super::rules::Line;
use crate::domain::{
    bank::Availability,
    words::{Word, grade},
};

/// Bank workers.
pub(super) const WORKERS: ImportKind = ImportKind {
    name: "workers",
    summary: "bank workers with their skills, consents and the times at which they can work",
    publisher: "muster",
    header: true,
    columns: &[
        Column::required("worker_ref", "W-1042", "opaque reference, no name"),
        Column::required("home_organisation", "RJZ", "ODS code of the employer"),
        Column::required("grade", "band-5", "grade that the worker may fill"),
        Column::required(
            "skills",
            "theatre;paediatrics",
            "skills, with semicolons; empty = none beside the grade",
        ),
        Column::required("rate_per_hour", "24.10", "pay agreed, pounds an hour"),
        Column::required("max_hours_week", "37.5", "most hours a week that the worker wants"),
        Column::required("opted_out", "N", "Y when opted out of the average of 48 hours a week"),
        Column::required(
            "consents",
            "RJ1;RJ2",
            "organisations that the worker agreed to work for, with semicolons",
        ),
        Column::required("available_from", "2026-09-07T07:00", "from when, local time"),
        Column::required("available_to", "2026-09-07T20:30", "until when, local time"),
        Column::optional("zone", "inner", "inner, outer or fringe"),
        Column::optional("hours_worked_week", "30", "hours worked in a usual week"),
    ],
};

/// Reads a row.
pub(super) fn take(line: &Line<'_, '_>) -> Result<Availability, Finding> {
    let rate = line.cell("rate_per_hour");
    let pence = rate.pence()?;
    if !(1..=1_000_000).contains(&pence) {
        return Err(rate.error("out-of-range", "no rate of an hour", "give the pounds, for instance 24.10"));
    }
    let (from, to) = (line.cell("available_from"), line.cell("available_to"));
    if instant(&to)? <= instant(&from)? {
        return Err(to.error(
            "wrong-order",
            "not after the start",
            "write when the worker can work no longer",
        ));
    }
    let consents = line.cell("consents");
    let codes: Result<Vec<String>, Finding> =
        list(consents.text).map(|text| Cell { text, ..consents }.code()).collect();
    Ok(Availability {
        worker_ref: line.cell("worker_ref").required()?.to_owned(),
        home: line.cell("home_organisation").code()?,
        grade: grade(line.cell("grade").required()?),
        skills: list(line.cell("skills").text).map(str::to_owned).collect(),
        rate: pence,
        zone: line.cell("zone").optional(|cell| cell.word(Word::WORDS))?,
        most_hours: hours(&line.cell("max_hours_week"))?,
        opted_out: line.cell("opted_out").yes()?,
        consents: codes?,
        from: from.text.to_owned(),
        to: to.text.to_owned(),
        hours_week: line.cell("hours_worked_week").optional(hours)?,
    })
}

fn list(text: &str) -> impl Iterator<Item = &str> {
    text.split(';').map(str::trim).filter(|word| !word.is_empty())
}

fn hours(cell: &Cell<'_>) -> Result<i64, Finding> {
    let milli = cell.milli()?;
    if milli <= 168_000 && milli * 60 % 1_000 == 0 {
        return Ok(milli);
    }
    Err(cell.error("out-of-range", "no hours of a week in whole minutes", "give hours such as 37.5"))
}

/// The local time, whatever stands behind it for a repeated hour.
fn instant(cell: &Cell<'_>) -> Result<DateTime, Finding> {
    let wrong = || cell.error("not-a-time", "not a local time", "write it as 2026-09-07T07:00");
    cell.text.get(..16).and_then(|text| text.parse().ok()).ok_or_else(wrong)
}
