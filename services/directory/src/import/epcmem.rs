//! `epcmem`: membership of practices in commissioners with dates, back to primary care trusts. No header row.

use muster_kit::intake::{Column, DateForm, Finding, Findings, ImportKind, Keys, RawFile, Row, Table};

use super::{Read, code, date_or_none};
use crate::domain::{Evidence, GroupingKey, GroupingKind, Period, StatedMembership};

const COLUMNS: &[Column] = &[
    Column::required("Organisation Code", "G85034", "ODS code of the practice"),
    Column::required("Parent Organisation Code", "08Q", "ODS code of the commissioner"),
    Column::required("Parent Organisation Type", "W", "not used"),
    Column::required("Join Parent Date", "20130401", "yyyymmdd"),
    Column::required("Left Parent Date", "", "yyyymmdd, empty while it lasts"),
    Column::required("Amended Record Indicator", "0", "not used"),
];

/// The kind.
pub(super) const KIND: ImportKind = ImportKind {
    name: "epcmem",
    summary: "ODS membership of practices in commissioners with dates, 6 columns without a header row",
    publisher: "NHS Organisation Data Service",
    columns: COLUMNS,
    header: false,
};

const DATES: &[DateForm] = &[DateForm::Compact];

/// Reads a file.
pub(super) fn read(file: &RawFile) -> Result<Read, Findings> {
    let table = file.headerless(&KIND)?;
    refuse_other_files(&table).map_err(|finding| Findings::of(&file.name, finding))?;
    let mut findings = Findings::new(&file.name);
    findings.extend(table.findings.clone());
    let mut keys = Keys::default();
    let mut memberships = Vec::new();
    for row in table.rows() {
        let Some(membership) = membership(&table, &row, &mut findings) else { continue };
        let key = format!("{} {} {}", membership.practice, membership.key.code, membership.period.from());
        if findings.keep(keys.first(&row, COLUMNS[0].name, key)).is_some() {
            memberships.push(membership);
        }
    }
    let rows_kept = memberships.len() as u64;
    let totals = vec![("memberships", i64::try_from(rows_kept).unwrap_or(i64::MAX))];
    let evidence = Evidence { memberships, ..Evidence::default() };
    Ok(Read { evidence, rows_read: table.rows_read(), rows_kept, findings, totals })
}

fn refuse_other_files(table: &Table) -> Result<(), Finding> {
    let Some(row) = table.rows().next() else { return Ok(()) };
    let starts_right = row.cell(table.at(0)).code().is_ok() && row.cell(table.at(3)).date(DATES).is_ok();
    if table.headers().len() == COLUMNS.len() && starts_right {
        return Ok(());
    }
    let problem = "not the 6 columns of an `epcmem` file, which has no header row";
    Err(Finding::another_kind(problem).at(1, "", row.cell(table.at(0)).text))
}

fn membership(table: &Table, row: &Row<'_>, findings: &mut Findings) -> Option<StatedMembership> {
    let practice = findings.keep(code(&row.cell(table.at(0))));
    let commissioner = findings.keep(row.cell(table.at(1)).code());
    let from = findings.keep(row.cell(table.at(3)).date(DATES));
    let left = row.cell(table.at(4));
    let to = findings.keep(date_or_none(&left, DATES));
    let (practice, commissioner, from, to) = (practice?, commissioner?, from?, to?);
    let Some(period) = Period::new(from, to) else {
        findings.push(left.error(
            "ends-before-start",
            "ends before it starts",
            "swap the dates, or leave the row out",
        ));
        return None;
    };
    Some(StatedMembership {
        key: GroupingKey::new(GroupingKind::Commissioner, commissioner),
        name: String::new(),
        practice,
        period,
        placeholder: false,
        line: row.line,
    })
}
