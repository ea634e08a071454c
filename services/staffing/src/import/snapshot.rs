//! `workforce-snapshot`: FTE and heads at a month end, as a federation sends them.

use jiff::civil::Date;
use muster_kit::intake::{Cell, DateForm, Finding, Findings, Keys, Row, Table};

use super::{Content, ReadFile, gather, kinds::WORKFORCE_SNAPSHOT, totals_of};
use crate::domain::{
    baseline::{AgeBand, Count, Sex},
    role::Role,
    units::Fte,
};

struct Line {
    month_end: Date,
    definition: String,
    count: Count,
}

/// Reads the table.
pub(super) fn read(table: &Table) -> ReadFile {
    let mut findings = Findings::new(table.findings.file());
    let mut keys = Keys::default();
    let mut sets = gather::Gather::default();
    let mut kept = 0;
    for row in table.rows() {
        let Some(line) = line(table, &row, &mut findings) else { continue };
        let count = &line.count;
        let age = count.age_band.map(|band| band.to_string()).unwrap_or_default();
        let sex = count.sex.map_or("", Sex::name);
        let key = format!("{} {} {} {age} {sex}", count.place, line.month_end, count.role);
        if findings.keep(keys.first(&row, "organisation", key.trim_end().to_owned())).is_none() {
            continue;
        }
        let set = sets.set(line.month_end, None, &line.definition);
        if !set.places.iter().any(|place| place.place == count.place) {
            set.places.push(gather::bare_place(&count.place));
        }
        set.counts.push(line.count);
        kept += 1;
    }
    let mut sets = sets.finish();
    for set in &mut sets {
        gather::add_missing_totals(set, true);
    }
    findings.extend(table.findings.clone());
    ReadFile {
        totals: totals_of(&sets),
        content: Content::Snapshots(sets),
        rows_read: table.rows_read(),
        rows_kept: kept,
        findings,
    }
}

fn line(table: &Table, row: &Row<'_>, findings: &mut Findings) -> Option<Line> {
    let cell = |name: &str| row.cell(table.column(&WORKFORCE_SNAPSHOT, name));
    let place = findings.keep(cell("organisation").code());
    let month_end = findings.keep(month_end(&cell("month_end")));
    let role = findings.keep(role(&cell("role")));
    let fte = findings.keep(cell("fte").optional(Cell::milli));
    let heads = findings.keep(cell("heads").optional(Cell::count));
    let age_band = findings.keep(cell("age_band").optional(age_band));
    let sex = findings.keep(cell("sex").optional(sex));
    let vacancies = findings.keep(cell("vacancies_fte").optional(Cell::milli));
    let mut count = Count::of_role(&place?, role?);
    count.fte = fte?.map(Fte::from_milli);
    count.heads = heads?;
    count.age_band = age_band?;
    count.sex = sex?;
    count.vacancies = vacancies?.map(Fte::from_milli);
    Some(Line { month_end: month_end?, definition: cell("definition").text.to_owned(), count })
}

fn month_end(cell: &Cell<'_>) -> Result<Date, Finding> {
    let date = cell.date(&[DateForm::Iso])?;
    if date == date.last_of_month() {
        Ok(date)
    } else {
        let remedy = format!("write {}", date.last_of_month());
        Err(cell.error("not-a-month-end", "not the last day of its month", remedy))
    }
}

/// A role by the names of our own formats.
pub(super) fn role(cell: &Cell<'_>) -> Result<Role, Finding> {
    cell.required()?.parse().map_err(|_| {
        let known: Vec<&str> = Role::ALL.iter().map(|role| role.name()).collect();
        cell.error("unknown-word", "not a role known here", format!("write one of {}", known.join(", ")))
    })
}

fn age_band(cell: &Cell<'_>) -> Result<AgeBand, Finding> {
    cell.text.parse().map_err(|_| {
        cell.error("not-an-age-band", "not an age band", "write it as under-25, 55-59 or 65-plus")
    })
}

fn sex(cell: &Cell<'_>) -> Result<Sex, Finding> {
    Sex::read(cell.text)
        .ok_or_else(|| cell.error("unknown-word", "neither female nor male", "leave it empty when unknown"))
}
