//! What people decided of pairs of items, many at a time.

use jiff::civil::Date;
use muster_kit::intake::{Column, DateForm, Finding, Findings, ImportKind, Keys, RawFile, Row, Table};

use super::{Read, rows, text};
use crate::domain::relation::{Judged, Relation};

/// The kind.
pub const EQUIVALENCES: ImportKind = ImportKind {
    name: "equivalences",
    summary: "what people decided of pairs of items: the same, another pack, substitutable, or different",
    publisher: "muster",
    header: true,
    columns: &[
        Column::required("organisation", "RJ1", "ODS code of who keeps the one record"),
        Column::required("item_ref", "GLOVE-M", "the one item"),
        Column::required("other_organisation", "RJ2", "ODS code of who keeps the other record"),
        Column::required("other_item_ref", "10-4711", "the other item"),
        Column::required(
            "relation",
            "same-item",
            "same-item, same-item-other-pack, clinically-substitutable or different",
        ),
        Column::required("reason", "same product and pack on both labels", "why"),
        Column::optional(
            "clinical_use",
            "",
            "what one may be used for in place of the other; needed for a substitution",
        ),
        Column::optional("until", "", "last day of a substitution; needed for one"),
    ],
};

/// A row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Equivalence {
    /// Line in the file.
    pub line: u64,
    /// Organisation and reference of the one item.
    pub one: (String, String),
    /// Of the other.
    pub other: (String, String),
    /// What was decided.
    pub judged: Judged,
}

/// Reads decisions.
///
/// # Errors
/// The findings of a file that is refused whole.
pub fn read_equivalences(file: &RawFile) -> Result<Read<Equivalence>, Findings> {
    let mut keys = Keys::default();
    rows(file, &EQUIVALENCES, |table, row| {
        let found = equivalence(table, row)?;
        let mut pair = [&found.one, &found.other];
        pair.sort();
        keys.first(row, "item_ref", format!("{pair:?}"))?;
        Ok(found)
    })
}

fn equivalence(table: &Table, row: &Row<'_>) -> Result<Equivalence, Finding> {
    let cell = |name| row.cell(table.column(&EQUIVALENCES, name));
    let needed = |name| cell(name).required().map(str::to_owned);
    let one = (cell("organisation").code()?, needed("item_ref")?);
    let other = (cell("other_organisation").code()?, needed("other_item_ref")?);
    if one == other {
        return Err(cell("other_item_ref").error("itself", "the item is paired with itself", "name another"));
    }
    cell("relation").required()?;
    let relation = cell("relation").word(Relation::WORDS)?;
    let until: Option<Date> = cell("until").optional(|cell| cell.date(&[DateForm::Iso]))?;
    let judged =
        Judged { relation, reason: needed("reason")?, clinical_use: text(&cell("clinical_use")), until };
    match judged.fault() {
        Some(fault) => {
            Err(cell("relation").error("not-complete", fault, "add it, or choose another relation"))
        }
        None => Ok(Equivalence { line: row.line, one, other, judged }),
    }
}
