//! `successions`: our own format for who took over from whom, with shares.

use std::collections::{BTreeMap, BTreeSet};

use muster_kit::{
    OrgCode,
    intake::{Column, DateForm, Finding, Findings, ImportKind, Keys, RawFile, Row, Table},
};

use super::{Read, code};
use crate::domain::{Evidence, Succession, SuccessionFault, Successions};

/// The kind.
pub(super) const KIND: ImportKind = ImportKind {
    name: "successions",
    summary: "who took over from whom: the shares of a predecessor add up to 1",
    publisher: "muster",
    columns: &[
        Column::required("predecessor", "G85012", "ODS code of the organisation that ended"),
        Column::required("successor", "G85034", "ODS code of the organisation that took over"),
        Column::required("share", "1", "share of the predecessor, 0 to 1, at most six decimals"),
        Column::required("on", "2016-09-12", "first day of the new state, YYYY-MM-DD"),
    ],
    header: true,
};

/// Reads a file.
pub(super) fn read(file: &RawFile) -> Result<Read, Findings> {
    let table = file.table(&KIND)?;
    let mut findings = Findings::new(&file.name);
    findings.extend(table.findings.clone());
    let mut keys = Keys::default();
    let mut rows: Vec<(u64, Succession)> = Vec::new();
    for row in table.rows() {
        let Some(succession) = succession(&table, &row, &mut findings) else { continue };
        let key = format!("{} {}", succession.predecessor, succession.successor);
        if findings.keep(keys.first(&row, "predecessor + successor", key)).is_some() {
            rows.push((row.line, succession));
        }
    }
    let successions = whole(rows, &mut findings);
    let rows_kept = successions.len() as u64;
    let totals = vec![("successions", i64::try_from(rows_kept).unwrap_or(i64::MAX))];
    let evidence = Evidence { successions, ..Evidence::default() };
    Ok(Read { evidence, rows_read: table.rows_read(), rows_kept, findings, totals })
}

fn succession(table: &Table, row: &Row<'_>, findings: &mut Findings) -> Option<Succession> {
    let cell = |name| row.cell(table.column(&KIND, name));
    let predecessor = findings.keep(code(&cell("predecessor")));
    let successor = findings.keep(code(&cell("successor")));
    let share_ppm = findings.keep(cell("share").share_ppm());
    let on = findings.keep(cell("on").date(&[DateForm::Iso]));
    Some(Succession { predecessor: predecessor?, successor: successor?, share_ppm: share_ppm?, on: on? })
}

/// The successions of every predecessor whose shares make a whole and that does not follow itself; the rows of the
/// others are refused together, because half of a split says less than nothing.
fn whole(rows: Vec<(u64, Succession)>, findings: &mut Findings) -> Vec<Succession> {
    let Err(faults) = Successions::new(rows.iter().map(|(_, row)| row.clone())) else {
        return rows.into_iter().map(|(_, row)| row).collect();
    };
    let mut first_lines: BTreeMap<&OrgCode, u64> = BTreeMap::new();
    for (line, row) in &rows {
        first_lines.entry(&row.predecessor).or_insert(*line);
    }
    for fault in &faults {
        let line = first_lines.get(fault.predecessor()).copied().unwrap_or(0);
        findings.push(fault_at(fault, line));
    }
    let wrong: BTreeSet<OrgCode> = faults.iter().map(|fault| fault.predecessor().clone()).collect();
    rows.into_iter().map(|(_, row)| row).filter(|row| !wrong.contains(&row.predecessor)).collect()
}

/// The finding of a fault.
pub(crate) fn fault_at(fault: &SuccessionFault, line: u64) -> Finding {
    let (rule, column, remedy) = match fault {
        SuccessionFault::Shares { .. } => {
            ("shares-not-whole", "share", "give every successor, with shares that add up to 1")
        }
        SuccessionFault::Cycle { .. } => {
            ("succession-cycle", "successor", "take out the row that leads back")
        }
    };
    Finding::error(rule, fault.to_string(), remedy).at(line, column, fault.predecessor().as_str())
}
