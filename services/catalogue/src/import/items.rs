//! Items of an organisation or a supplier.

use muster_kit::intake::{Cell, Column, Finding, Findings, ImportKind, Keys, RawFile, Row, Table};

use super::{Read, exact, rows, text, unit};
use crate::domain::{
    class::{Class, Scheme},
    gs1::{CodeError, Gtin},
    item::{Item, trade_items},
    pack::Pack,
    unit::Quantity,
};

/// The kind.
pub const ITEMS: ImportKind = ImportKind {
    name: "items",
    summary: "items with their codes, class, pack and net content",
    publisher: "muster",
    header: true,
    columns: &[
        Column::required("item_ref", "GLOVE-M", "what the organisation calls the item"),
        Column::required("organisation", "RJ1", "ODS code of who keeps the record"),
        Column::required("supplier", "Example Medical Ltd", "who supplies it"),
        Column::required("description", "Nitrile gloves, medium", "what it is"),
        Column::required("orderable_unit", "BX", "unit that it is ordered in: a code of UNECE Rec 20 or 21"),
        Column::required("pack_size", "100", "consumable units in one orderable unit"),
        Column::optional("supplier_code", "EM-1001", "the supplier's code"),
        Column::optional("manufacturer", "Example Gloves plc", "who makes it"),
        Column::optional("manufacturer_code", "N-M-100", "the manufacturer's code"),
        Column::optional("gtin", "09501101530003", "global trade item number of this pack"),
        Column::optional("class_scheme", "cpv", "cpv, unspsc, nhs-eclass, eclass or dmd"),
        Column::optional("class_code", "33141420-0", "class in that scheme"),
        Column::optional("content_quantity", "100", "net content of one orderable unit"),
        Column::optional("content_unit", "EA", "unit of the net content: MLT, GRM, MTR, EA"),
    ],
};

/// Reads items. What contradicts itself in a pack, or between records of one GTIN, is a warning: the item is kept and
/// stays out of comparisons until somebody answers.
///
/// # Errors
/// The findings of a file that is refused whole.
pub fn read_items(file: &RawFile) -> Result<Read<Item>, Findings> {
    let mut keys = Keys::default();
    let mut read = rows(file, &ITEMS, |table, row| {
        let item = item(table, row)?;
        keys.first(row, "item_ref", format!("{} {}", item.organisation, item.reference))?;
        Ok(item)
    })?;
    for item in &read.rows {
        if let Err(found) = item.pack.normalise() {
            let finding = Finding::warning(found.rule, found.what, found.ask);
            read.findings.push(finding.at(item.line, "pack_size", &item.pack.pack_size.to_string()));
        }
    }
    for trade in trade_items(&read.rows) {
        let first = &read.rows[trade.records[0]];
        if let Some(found) = trade.pack.err().filter(|found| found.rule == "gtin-of-two-packs") {
            let finding = Finding::warning(found.rule, found.what, found.ask);
            read.findings.push(finding.at(first.line, "gtin", &trade.gtin));
        } else if trade.records.len() > 1 {
            let lines: Vec<String> = trade.records.iter().map(|at| read.rows[*at].line.to_string()).collect();
            let problem = format!("lines {} are records of one trade item", lines.join(", "));
            read.findings.push(Finding::note("one-trade-item", problem).at(first.line, "gtin", &trade.gtin));
        }
    }
    Ok(read)
}

fn item(table: &Table, row: &Row<'_>) -> Result<Item, Finding> {
    let cell = |name| row.cell(table.column(&ITEMS, name));
    let needed = |name| cell(name).required().map(str::to_owned);
    let content = match (cell("content_quantity").is_empty(), cell("content_unit").is_empty()) {
        (true, true) => None,
        (false, true) => {
            return Err(cell("content_unit").error(
                "missing-value",
                "content without a unit",
                "add its unit",
            ));
        }
        _ => {
            let remedy = "write how much one orderable unit holds, for instance 1500";
            let milli = exact(&cell("content_quantity"), 3, 1, remedy)?;
            Some(Quantity { milli, unit: unit(&cell("content_unit"))? })
        }
    };
    Ok(Item {
        line: row.line,
        reference: needed("item_ref")?,
        organisation: cell("organisation").code()?,
        supplier: needed("supplier")?,
        description: needed("description")?,
        supplier_code: text(&cell("supplier_code")),
        manufacturer: text(&cell("manufacturer")),
        manufacturer_code: text(&cell("manufacturer_code")),
        gtin: cell("gtin").optional(gtin)?,
        class: class(&cell("class_scheme"), &cell("class_code"))?,
        pack: Pack {
            orderable: unit(&cell("orderable_unit"))?,
            pack_size: exact(
                &cell("pack_size"),
                0,
                1,
                "write a whole number of consumable units, for instance 100",
            )?,
            content,
        },
    })
}

/// A GTIN with a fitting check digit.
pub(super) fn gtin(cell: &Cell<'_>) -> Result<Gtin, Finding> {
    Gtin::new(cell.text).map_err(|error| {
        let remedy = match error {
            CodeError::NotDigits if cell.text.contains(['E', 'e']) => {
                "the spreadsheet cut the number: make the column text and enter it again"
            }
            CodeError::CheckDigit { .. } => {
                "compare it with the label: one digit or two neighbours are wrong"
            }
            _ => "write the digits only, or leave it empty",
        };
        cell.error("not-a-gtin", format!("the number {error}"), remedy)
    })
}

fn class(scheme: &Cell<'_>, code: &Cell<'_>) -> Result<Option<Class>, Finding> {
    match (scheme.is_empty(), code.is_empty()) {
        (true, true) => Ok(None),
        (false, true) => Err(code.error("missing-value", "a scheme without a class", "add the class")),
        (true, false) => Err(scheme.error("missing-value", "a class without its scheme", "add the scheme")),
        (false, false) => {
            let scheme = self::scheme(scheme)?;
            self::code(scheme, code).map(|code| Some(Class { scheme, code }))
        }
    }
}

/// A scheme by its word.
pub(super) fn scheme(cell: &Cell<'_>) -> Result<Scheme, Finding> {
    let words: Vec<(&str, Scheme)> = Scheme::ALL.iter().map(|(scheme, word, _)| (*word, *scheme)).collect();
    cell.required()?;
    cell.word(&words)
}

/// A code in the form of its scheme.
pub(super) fn code(scheme: Scheme, cell: &Cell<'_>) -> Result<String, Finding> {
    scheme.code(cell.required()?).ok_or_else(|| {
        let problem = format!("not a code of {}", scheme.word());
        cell.error("not-a-class", problem, format!("write {}", scheme.example()))
    })
}
