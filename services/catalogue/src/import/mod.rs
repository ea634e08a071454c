//! Readers and writers of outside files: bytes in, rows and findings out. Pure; storing is the use case's work.

mod classes;
mod decisions;
mod equivalences;
mod items;
mod offers;
mod purchases;
mod tariff;
mod template;
pub mod ubl;

pub use classes::{CLASSES, CPV, read_classes, read_cpv};
pub use decisions::{DECISIONS, read_decisions};
pub use equivalences::{EQUIVALENCES, Equivalence, read_equivalences};
pub use items::{ITEMS, read_items};
pub use muster_spend::{SPEND, read_spend};
pub use offers::{OFFERS, read_offers};
pub use purchases::{PURCHASES, read_purchases};
pub use tariff::{DRUG_TARIFF, Tariff, read_tariff};
pub use template::workbook;

use muster_kit::intake::{Cell, Finding, Findings, ImportKind, RawFile, Row, Table};

use crate::domain::{ratio, unit::Unit};

/// Every kind of table.
pub const KINDS: &[ImportKind] = &[
    ITEMS,
    OFFERS,
    PURCHASES,
    EQUIVALENCES,
    CLASSES,
    CPV,
    DRUG_TARIFF,
    DECISIONS,
    SPEND,
    PEPPOL,
    ubl::INVOICE,
];

/// An electronic catalogue; it is no table.
pub const PEPPOL: ImportKind = ImportKind {
    name: "peppol",
    summary: "a catalogue of Peppol BIS 3 (transaction T19, XML) for the account's organisation",
    publisher: "suppliers",
    header: false,
    columns: &[],
};

/// Largest quantity, in 1/1000, and largest price, in 1/100 pence: what is made of them then fits in 128 bits.
const MOST: i64 = 1_000_000_000_000;

/// What a file holds: good rows, how many were refused, and what was found.
#[derive(Clone, Debug)]
pub struct Read<T> {
    /// Good rows.
    pub rows: Vec<T>,
    /// Data lines in the file.
    pub lines: u64,
    /// What was found; a refused row is an error among it.
    pub findings: Findings,
}

impl<T> Read<T> {
    /// Rows that were refused.
    pub fn refused(&self) -> u64 {
        self.lines.saturating_sub(self.rows.len() as u64)
    }
}

/// Reads every row of a kind; a refused row is left out.
fn rows<T>(
    file: &RawFile,
    kind: &ImportKind,
    mut read: impl FnMut(&Table, &Row<'_>) -> Result<T, Finding>,
) -> Result<Read<T>, Findings> {
    let table = file.table(kind)?;
    let mut findings = Findings::new(&file.name);
    findings.extend(table.findings.clone());
    let mut rows = Vec::new();
    for row in table.rows() {
        rows.extend(findings.keep(read(&table, &row)));
    }
    Ok(Read { rows, lines: table.rows_read(), findings })
}

/// A number of 10^-places, exactly, from `least` to [`MOST`].
fn exact(cell: &Cell<'_>, places: usize, least: i64, remedy: &str) -> Result<i64, Finding> {
    let text = cell.required()?;
    let grouped = text.replace(',', "");
    let Some(value) = ratio::parse(&grouped, places) else {
        if ratio::parse(&grouped, 12).is_some() {
            let problem = format!("more than {places} decimals");
            return Err(cell.error("too-precise", problem, remedy));
        }
        return Err(cell.error("not-a-number", "not a number", remedy));
    };
    if value < least {
        let problem = if value < 0 { "below zero" } else { "must be above zero" };
        return Err(cell.error("too-small", problem, remedy));
    }
    if value > MOST {
        return Err(cell.error("too-large", "too large to be true", remedy));
    }
    Ok(value)
}

/// A unit by its code.
fn unit(cell: &Cell<'_>) -> Result<Unit, Finding> {
    let text = cell.required()?;
    Unit::of(text).ok_or_else(|| {
        let remedy = match Unit::meant(text) {
            Some(unit) => format!("is `{unit}` ({}) meant?", unit.name()),
            None => "write a code of UNECE Recommendation 20 or 21: EA, BX, CS, MLT, GRM".to_owned(),
        };
        cell.error("unknown-unit", "not a code of a unit that is known here", remedy)
    })
}

/// Text, or nothing.
fn text(cell: &Cell<'_>) -> Option<String> {
    (!cell.is_empty()).then(|| cell.text.to_owned())
}
