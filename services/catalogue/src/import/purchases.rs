//! Lines of purchase.

use muster_kit::intake::{Cell, Column, DateForm, Finding, Findings, ImportKind, Keys, RawFile, Row, Table};

use super::{MOST, Read, exact, rows, text, unit};
use crate::domain::{
    purchase::{Purchase, TOLERANCE_PENCE},
    ratio,
};

/// The kind.
pub const PURCHASES: ImportKind = ImportKind {
    name: "purchases",
    summary: "what was bought: lines of orders or invoices with item, quantity, price and how it was bought",
    publisher: "muster",
    header: true,
    columns: &[
        Column::required("line_ref", "PO-1001/1", "what the organisation calls the line"),
        Column::required("organisation", "RJ1", "ODS code of who bought"),
        Column::required("date", "2020-05-04", "day of the order"),
        Column::required("supplier", "Example Medical Ltd", "of whom"),
        Column::required("description", "Nitrile gloves, medium", "what it is"),
        Column::required("quantity", "10", "how much; below zero when it was sent back"),
        Column::required("unit", "BX", "unit of quantity and price: a code of UNECE Rec 20 or 21"),
        Column::required("unit_price", "4.7500", "pounds for one unit, at most four decimals"),
        Column::required("net", "47.50", "pounds for the line without VAT"),
        Column::optional("item_ref", "GLOVE-M", "the organisation's item; empty = not on its catalogue"),
        Column::optional("pack_size", "100", "consumable units in one unit"),
        Column::optional("po_number", "PO-1001", "purchase order"),
        Column::optional("on_catalogue", "Y", "was it bought from a catalogue? Y or N"),
        Column::optional("under_contract", "Y", "was it bought under a contract? Y or N"),
        Column::optional("channel", "direct", "way that it was bought, such as supply-chain or direct"),
    ],
};

/// Reads lines of purchase. A net amount that is not quantity times price is kept and told of.
///
/// # Errors
/// The findings of a file that is refused whole.
pub fn read_purchases(file: &RawFile) -> Result<Read<Purchase>, Findings> {
    let mut keys = Keys::default();
    let mut off = Vec::new();
    let mut read = rows(file, &PURCHASES, |table, row| {
        let purchase = purchase(table, row)?;
        keys.first(row, "line_ref", format!("{} {}", purchase.organisation, purchase.reference))?;
        if purchase.difference().abs() > TOLERANCE_PENCE {
            let cell = row.cell(table.column(&PURCHASES, "net"));
            let problem = format!("quantity times price differs by {} pence", purchase.difference());
            off.push(cell.warning("net-differs", problem, "look for a charge, an allowance or another unit"));
        }
        Ok(purchase)
    })?;
    for finding in off {
        read.findings.push(finding);
    }
    Ok(read)
}

fn purchase(table: &Table, row: &Row<'_>) -> Result<Purchase, Finding> {
    let cell = |name| row.cell(table.column(&PURCHASES, name));
    let needed = |name| cell(name).required().map(str::to_owned);
    let size = |cell: &Cell<'_>| exact(cell, 0, 1, "write a whole number of consumable units");
    Ok(Purchase {
        line: row.line,
        reference: needed("line_ref")?,
        organisation: cell("organisation").code()?,
        on: cell("date").date(&[DateForm::Iso, DateForm::British])?,
        supplier: needed("supplier")?,
        item: text(&cell("item_ref")),
        description: needed("description")?,
        quantity: quantity(&cell("quantity"))?,
        unit: unit(&cell("unit"))?,
        pack_size: cell("pack_size").optional(size)?,
        unit_price: exact(&cell("unit_price"), 4, 0, "write pounds with at most four decimals")?,
        net: cell("net").pence()?,
        order: text(&cell("po_number")),
        on_catalogue: cell("on_catalogue").optional(Cell::yes)?,
        under_contract: cell("under_contract").optional(Cell::yes)?,
        channel: text(&cell("channel")).map(|it| it.to_lowercase()),
    })
}

/// A quantity, also below zero, never none.
fn quantity(cell: &Cell<'_>) -> Result<i64, Finding> {
    let remedy = "write a quantity of at most three decimals";
    match ratio::parse(&cell.required()?.replace(',', ""), 3) {
        Some(0) => {
            Err(cell.error("nothing", "a line of nothing", "leave the line out, or mend the quantity"))
        }
        Some(value) if value.abs() <= MOST => Ok(value),
        Some(_) => Err(cell.error("too-large", "too large to be true", remedy)),
        None => Err(cell.error("not-a-number", "not a number of three decimals at most", remedy)),
    }
}
