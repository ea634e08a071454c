//! The publisher's practice-level detailed file: a row a practice, some 800 columns, both generations of names.

use jiff::civil::Date;
use muster_kit::intake::{Col, Finding, Findings, Keys, RawFile, Row, Table};

use super::{
    ReadFile, counts,
    detailed_plan::{Generation, Measure, Slot, plan},
    gather::{Gather, Months},
    marker::{fte, heads, milli},
};
use crate::domain::{
    baseline::{Count, PlaceFacts},
    role::Role,
    units::{Fte, Patients},
};

struct Columns {
    code: Option<Col>,
    name: Option<Col>,
    patients: Option<Col>,
    slots: Vec<(Col, Slot)>,
    sources: [(Role, Option<Col>); 6],
}

impl Columns {
    fn of(table: &Table) -> Self {
        let gp = table.find("gp_source");
        Self {
            code: table.find("prac_code"),
            name: table.find("prac_name"),
            patients: table.find("total_patients"),
            slots: plan(table),
            sources: [
                (Role::Gp, gp),
                (Role::GpTrainee, gp),
                (Role::GpLocum, gp),
                (Role::Nurse, table.find("nurse_source")),
                (Role::DirectPatientCare, table.find("dpc_source")),
                (Role::Administration, table.find("admin_source")),
            ],
        }
    }

    /// True when the publisher estimated the figures of a role, wholly or in part.
    fn estimated(&self, row: &Row<'_>, role: Role) -> bool {
        let source = self.sources.iter().find(|(of, _)| *of == role).and_then(|(_, column)| *column);
        row.cell(source).text.to_ascii_lowercase().contains("estimated")
    }
}

/// Reads the file.
pub(super) fn read(file: &RawFile, table: &Table, year: Option<i32>) -> Result<ReadFile, Findings> {
    let columns = Columns::of(table);
    if columns.code.is_none() {
        let finding = Finding::error(
            "missing-column",
            "the column is missing",
            "add the code of the practice, or choose another kind",
        );
        let header: Vec<&str> = table.headers().iter().take(12).map(String::as_str).collect();
        return Err(Findings::of(&file.name, finding.at(1, "PRAC_CODE", &header.join(","))));
    }
    let months = Months::of(file, table)?;
    let definition = Generation::of(table).definition();
    let mut findings = Findings::new(&file.name);
    let mut keys = Keys::default();
    let mut gather = Gather::default();
    let mut kept = 0;
    for row in table.rows() {
        let Some((date, place, counts)) = line(&row, &columns, &months, &mut findings) else { continue };
        let key = format!("{} {date}", place.place);
        if findings.keep(keys.first(&row, "PRAC_CODE", key)).is_none() {
            continue;
        }
        let set = gather.set(date, year, definition);
        set.places.push(place);
        set.counts.extend(counts);
        kept += 1;
    }
    Ok(counts(table, gather.finish(), kept, findings))
}

fn line(
    row: &Row<'_>,
    columns: &Columns,
    months: &Months,
    findings: &mut Findings,
) -> Option<(Date, PlaceFacts, Vec<Count>)> {
    let code = findings.keep(row.cell(columns.code).code());
    let date = findings.keep(months.of_row(row));
    let list = findings.keep(milli(&row.cell(columns.patients)));
    let before = findings.errors();
    let mut counts: Vec<Count> = Vec::new();
    let place = code.clone().unwrap_or_default();
    for (column, slot) in &columns.slots {
        let cell = row.cell(Some(*column));
        match slot.measure {
            Measure::Fte => {
                let value = findings.keep(fte(&cell)).flatten();
                put(&mut counts, &place, slot, |count| count.fte = value);
            }
            Measure::Heads => {
                let value = findings.keep(heads(&cell)).flatten();
                put(&mut counts, &place, slot, |count| count.heads = value);
            }
        }
    }
    if findings.errors() > before {
        return None;
    }
    let facts = PlaceFacts {
        place: code?,
        name: row.cell(columns.name).text.to_owned(),
        borough: String::new(),
        list: list?.map(Patients::from_milli),
    };
    let mut counts = with_totals(counts, &facts.place);
    for count in &mut counts {
        count.estimated = columns.estimated(row, count.role);
    }
    Some((date?, facts, counts))
}

fn put(counts: &mut Vec<Count>, place: &str, slot: &Slot, set: impl FnOnce(&mut Count)) {
    let same = |count: &Count| {
        count.role == slot.role
            && count.detailed_role == slot.detailed
            && count.sex == slot.sex
            && count.age_band == slot.age_band
    };
    let position = counts.iter().position(same).unwrap_or_else(|| {
        let mut count = Count::of_role(place, slot.role);
        count.detailed_role.clone_from(&slot.detailed);
        (count.sex, count.age_band) = (slot.sex, slot.age_band);
        counts.push(count);
        counts.len() - 1
    });
    set(&mut counts[position]);
}

/// Adds trainees and locums as whole roles, which the file has in parts only, and leaves out parts that are zero or unknown.
fn with_totals(counts: Vec<Count>, place: &str) -> Vec<Count> {
    let mut kept = Vec::with_capacity(32);
    for role in [Role::GpTrainee, Role::GpLocum] {
        let parts: Vec<&Count> = counts.iter().filter(|count| count.role == role).collect();
        if parts.is_empty() {
            continue;
        }
        let mut total = Count::of_role(place, role);
        let known: Vec<Fte> = parts.iter().filter_map(|count| count.fte).collect();
        total.fte = (!known.is_empty()).then(|| known.into_iter().sum());
        let known: Vec<i64> = parts.iter().filter_map(|count| count.heads).collect();
        total.heads = (!known.is_empty()).then(|| known.into_iter().sum());
        kept.push(total);
    }
    kept.extend(counts.into_iter().filter(|count| {
        count.is_total()
            || count.fte.is_some_and(Fte::is_positive)
            || count.heads.is_some_and(|heads| heads > 0)
    }));
    kept
}
