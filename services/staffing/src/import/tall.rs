//! The publisher's practice-level high-level file: a row a practice, role and measure.

use std::collections::BTreeMap;

use jiff::civil::Date;
use muster_kit::intake::{Cell, Finding, Findings, Keys, RawFile, Row, Table};

use super::{
    ReadFile, counts,
    gather::{Gather, Months, add_missing_totals},
    marker::{fte, heads},
};
use crate::domain::{
    baseline::{Count, PlaceFacts},
    role::Role,
};

/// What the figures count.
const DEFINITION: &str =
    "General Practice Workforce, practice level, high level: FTE and heads by detailed role";

#[derive(Clone, Copy)]
enum Measure {
    Fte,
    Heads,
}

struct Line {
    date: Date,
    place: PlaceFacts,
    role: Role,
    detailed: String,
    measure: Measure,
    cell: (Option<crate::domain::units::Fte>, Option<i64>),
}

/// Reads the file.
pub(super) fn read(file: &RawFile, table: &Table, year: Option<i32>) -> Result<ReadFile, Findings> {
    let months = Months::of(file, table)?;
    let mut findings = Findings::new(&file.name);
    let mut keys = Keys::default();
    let mut gather = Gather::default();
    let mut positions: BTreeMap<(Date, String, Role, String), usize> = BTreeMap::new();
    let mut kept = 0;
    for row in table.rows() {
        let Some(line) = line(table, &row, &months, &mut findings) else { continue };
        let measure = if matches!(line.measure, Measure::Fte) { "fte" } else { "heads" };
        let key = format!("{} {} {} {} {measure}", line.place.place, line.date, line.role, line.detailed);
        if findings.keep(keys.first(&row, "prac_code", key)).is_none() {
            continue;
        }
        kept += 1;
        let set = gather.set(line.date, year, DEFINITION);
        let key = (line.date, line.place.place.clone(), line.role, line.detailed.clone());
        let position = *positions.entry(key).or_insert_with(|| {
            let mut count = Count::of_role(&line.place.place, line.role);
            count.detailed_role.clone_from(&line.detailed);
            set.counts.push(count);
            set.counts.len() - 1
        });
        let count = &mut set.counts[position];
        match line.measure {
            Measure::Fte => count.fte = line.cell.0,
            Measure::Heads => count.heads = line.cell.1,
        }
        if !set.places.iter().rev().take(1).any(|place| place.place == line.place.place)
            && !set.places.iter().any(|place| place.place == line.place.place)
        {
            set.places.push(line.place);
        }
    }
    let mut sets = gather.finish();
    for set in &mut sets {
        // somebody may work in two detailed roles of one practice: heads do not add up
        add_missing_totals(set, false);
    }
    Ok(counts(table, sets, kept, findings))
}

fn line(table: &Table, row: &Row<'_>, months: &Months, findings: &mut Findings) -> Option<Line> {
    let cell = |name: &str| row.cell(table.find(name));
    let code = findings.keep(cell("prac_code").code());
    let date = findings.keep(months.of_row(row));
    let detailed = cell("detailed_staff_role").text.to_owned();
    let role = findings.keep(staff_group(&cell("staff_group"), &detailed));
    let measure = findings.keep(cell("measure").word(&[
        ("FTE", Measure::Fte),
        ("HC", Measure::Heads),
        ("Headcount", Measure::Heads),
    ]));
    let value = cell("value");
    let values = match measure? {
        Measure::Fte => (findings.keep(fte(&value))?, None),
        Measure::Heads => (None, findings.keep(heads(&value))?),
    };
    let whole = ["all", "total"].iter().any(|word| detailed.to_ascii_lowercase().starts_with(word));
    let place = PlaceFacts {
        place: code?,
        name: cell("prac_name").text.to_owned(),
        borough: String::new(),
        list: None,
    };
    let detailed = if whole { String::new() } else { detailed };
    Some(Line { date: date?, place, role: role?, detailed, measure: measure?, cell: values })
}

/// The role of a staff group; GPs are told apart by their detailed role.
pub(super) fn staff_group(cell: &Cell<'_>, detailed: &str) -> Result<Role, Finding> {
    let detailed = detailed.to_ascii_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| detailed.contains(word));
    match cell.text.to_ascii_lowercase().as_str() {
        "gp" | "gps" if has(&["training", "registrar", "trainee", "foundation"]) => Ok(Role::GpTrainee),
        "gp" | "gps" if has(&["locum"]) => Ok(Role::GpLocum),
        "gp" | "gps" => Ok(Role::Gp),
        "nurse" | "nurses" => Ok(Role::Nurse),
        "direct patient care" | "dpc" => Ok(Role::DirectPatientCare),
        "admin/non-clinical" | "admin" | "administration" | "admin and non-clinical" => {
            Ok(Role::Administration)
        }
        _ => Err(cell.error(
            "unknown-word",
            "not a staff group known here",
            "write one of GP, Nurses, Direct Patient Care, Admin/Non-Clinical",
        )),
    }
}
