//! What people decided of pairs of suppliers.

use muster_kit::intake::{Column, Findings, ImportKind, RawFile};

use super::{Read, rows};
use crate::domain::supplier::Decision;

/// The kind.
pub const DECISIONS: ImportKind = ImportKind {
    name: "supplier-decisions",
    summary: "pairs of names of suppliers, and whether they are one supplier",
    publisher: "muster",
    header: true,
    columns: &[
        Column::required("one", "AAH PHARMACEUTICA", "name as a ledger has it"),
        Column::required("other", "AAH PHARMACEUTICALS LTD", "the other name"),
        Column::required("same", "Y", "Y when they are one supplier, N when they are not"),
    ],
};

/// Reads decisions.
///
/// # Errors
/// The findings of a file that is refused whole.
pub fn read_decisions(file: &RawFile) -> Result<Read<Decision>, Findings> {
    rows(file, &DECISIONS, |table, row| {
        let cell = |name| row.cell(table.column(&DECISIONS, name));
        Ok(Decision {
            one: cell("one").required()?.to_owned(),
            other: cell("other").required()?.to_owned(),
            same: cell("same").yes()?,
        })
    })
}
