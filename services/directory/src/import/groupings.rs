//! `groupings`: our own format for what no publisher defines: which practice is in which federation, local care
//! network, neighbourhood, locality, network or borough, and from when to when.

use std::collections::BTreeMap;

use muster_kit::{
    OrgCode,
    intake::{Cell, Column, DateForm, Finding, Findings, ImportKind, Keys, RawFile, Row, Table},
};

use super::{Read, code, date_or_none};
use crate::domain::{Evidence, GroupingKey, GroupingKind, Period, StatedMembership};

/// The kind.
pub(super) const KIND: ImportKind = ImportKind {
    name: "groupings",
    summary: "which practice is in which federation, LCN, neighbourhood, locality, PCN or borough, with dates",
    publisher: "muster",
    columns: &[
        Column::required(
            "grouping_kind",
            "federation",
            "federation, lcn, neighbourhood, locality, pcn or borough",
        ),
        Column::required("grouping_code", "FED-QUAY", "code, unique within the kind"),
        Column::required("grouping_name", "Quay Health Solutions", "name"),
        Column::required("practice", "G85034", "ODS code of the practice"),
        Column::required("valid_from", "2016-04-01", "first day, YYYY-MM-DD"),
        Column::optional("valid_to", "", "last day, YYYY-MM-DD; empty while it lasts"),
        Column::optional("placeholder", "N", "Y when the name or the membership is a stand-in; empty = N"),
    ],
    header: true,
};

const DATES: &[DateForm] = &[DateForm::Iso];

/// Reads a file.
pub(super) fn read(file: &RawFile) -> Result<Read, Findings> {
    let table = file.table(&KIND)?;
    let mut findings = Findings::new(&file.name);
    findings.extend(table.findings.clone());
    let mut keys = Keys::default();
    let mut memberships: Vec<StatedMembership> = Vec::new();
    for row in table.rows() {
        let Some(membership) = membership(&table, &row, &mut findings) else { continue };
        let key = format!("{} {} {}", membership.key.code, membership.practice, membership.period.from());
        if findings.keep(keys.first(&row, "grouping_code + practice + valid_from", key)).is_some() {
            memberships.push(membership);
        }
    }
    warn_of_two_at_once(&memberships, &mut findings);
    let rows_kept = memberships.len() as u64;
    let groupings: std::collections::BTreeSet<_> = memberships.iter().map(|row| &row.key).collect();
    let totals = vec![("groupings", count(groupings.len())), ("memberships", count(memberships.len()))];
    let evidence = Evidence { memberships, ..Evidence::default() };
    Ok(Read { evidence, rows_read: table.rows_read(), rows_kept, findings, totals })
}

fn count(rows: usize) -> i64 {
    i64::try_from(rows).unwrap_or(i64::MAX)
}

fn membership(table: &Table, row: &Row<'_>, findings: &mut Findings) -> Option<StatedMembership> {
    let cell = |name| row.cell(table.column(&KIND, name));
    let before = findings.errors();
    let kind = findings.keep(kind(&cell("grouping_kind")));
    let grouping = findings.keep(cell("grouping_code").required());
    let name = findings.keep(cell("grouping_name").required());
    let practice = findings.keep(code(&cell("practice")));
    let from = findings.keep(cell("valid_from").date(DATES));
    let to = findings.keep(date_or_none(&cell("valid_to"), DATES)).flatten();
    let placeholder = findings.keep(cell("placeholder").optional(Cell::yes)).flatten().unwrap_or(false);
    if findings.errors() > before {
        return None;
    }
    let Some(period) = Period::new(from?, to) else {
        let finding =
            cell("valid_to").error("ends-before-start", "ends before it starts", "swap the two dates");
        findings.push(finding);
        return None;
    };
    Some(StatedMembership {
        key: GroupingKey::new(kind?, grouping?),
        name: name?.to_owned(),
        practice: practice?,
        period,
        placeholder,
        line: row.line,
    })
}

fn kind(cell: &Cell<'_>) -> Result<GroupingKind, Finding> {
    let words: Vec<(&str, GroupingKind)> = GroupingKind::ALL
        .into_iter()
        .filter(|kind| kind.is_stated_in_files())
        .map(|kind| (kind.as_str(), kind))
        .collect();
    cell.word(&words)
}

/// A practice belongs to one federation and one local care network on any day: two at once are kept and warned of.
fn warn_of_two_at_once(memberships: &[StatedMembership], findings: &mut Findings) {
    let mut by_practice: BTreeMap<(GroupingKind, &OrgCode), Vec<&StatedMembership>> = BTreeMap::new();
    for row in memberships {
        if matches!(row.key.kind, GroupingKind::Federation | GroupingKind::Lcn) {
            by_practice.entry((row.key.kind, &row.practice)).or_default().push(row);
        }
    }
    for ((kind, practice), rows) in by_practice {
        for (place, row) in rows.iter().enumerate() {
            let other = rows[..place].iter().find(|other| other.period.overlaps(&row.period));
            if let Some(other) = other {
                let problem = format!(
                    "in two groupings of kind {} at once: line {} overlaps",
                    kind.as_str(),
                    other.line
                );
                let finding =
                    Finding::warning("two-at-once", problem, "end the earlier one on the day before");
                findings.push(finding.at(row.line, "practice", practice.as_str()));
            }
        }
    }
}
