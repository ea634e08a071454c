//! Part VIIIA of the Drug Tariff of England and Wales: basic prices of medicines for a month, as a price list.

use jiff::civil::Date;
use muster_kit::intake::{Cell, Column, Finding, Findings, ImportKind, RawFile, Row, Table};

use super::{Read, exact, rows};
use crate::domain::{
    class::{Class, Scheme},
    item::Item,
    offer::{EVERYONE, Offer, Territory},
    pack::Pack,
    unit::{Quantity, Unit},
    validity::Validity,
};

/// The kind.
pub const DRUG_TARIFF: ImportKind = ImportKind {
    name: "drug-tariff",
    summary: "Part VIIIA of the Drug Tariff: basic prices of a month",
    publisher: "NHS Business Services Authority",
    header: true,
    columns: &[
        Column::required("MEDICINE", "Aciclovir 200mg tablets", "product").also(&["Medicine"]),
        Column::required("PACK_SIZE", "25", "units in a pack").also(&["Pack size"]),
        Column::required("UNIT", "tablet", "unit of the pack size").also(&["Unit of measure"]),
        Column::required("VMP_SNOMED", "324093000", "virtual medicinal product").also(&["VMP Snomed Code"]),
        Column::required("VMPP_SNOMED", "1102111000001107", "virtual pack").also(&["VMPP Snomed Code"]),
        Column::required("CATEGORY", "Part VIIIA Category A", "category").also(&["Drug Tariff Category"]),
        Column::required("BASIC_PRICE_PENCE", "164", "pence a pack").also(&["Basic Price"]),
        Column::optional("ROW_OK", "1", "0 where whoever made the file knows the row to be damaged"),
    ],
};

/// Who asks these prices.
const SUPPLIER: &str = "Drug Tariff Part VIIIA";

/// An item of the tariff with its price.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tariff {
    /// The pack.
    pub item: Item,
    /// Its basic price in the month.
    pub offer: Offer,
    /// Category: A, C, M and so on.
    pub category: String,
}

/// Reads the prices of the month that a day lies in; they hold in that month and no longer.
///
/// # Errors
/// The findings of a file that is refused whole.
pub fn read_tariff(file: &RawFile, month: Date) -> Result<Read<Tariff>, Findings> {
    let valid = Validity::between(month.first_of_month(), month.last_of_month());
    rows(file, &DRUG_TARIFF, |table, row| tariff(table, row, valid))
}

fn tariff(table: &Table, row: &Row<'_>, valid: Validity) -> Result<Tariff, Finding> {
    let cell = |name| row.cell(table.column(&DRUG_TARIFF, name));
    whole(&cell)?;
    let reference = code(&cell("VMPP_SNOMED"))?;
    let price = exact(&cell("BASIC_PRICE_PENCE"), 2, 0, "write the price of the pack in pence")?;
    let pack = pack(&cell)?;
    let item = Item {
        line: row.line,
        reference: reference.clone(),
        organisation: EVERYONE.to_owned(),
        supplier: SUPPLIER.to_owned(),
        description: cell("MEDICINE").required()?.to_owned(),
        supplier_code: None,
        manufacturer: None,
        manufacturer_code: None,
        gtin: None,
        class: Some(Class { scheme: Scheme::Dmd, code: code(&cell("VMP_SNOMED"))? }),
        pack,
    };
    let offer = Offer {
        line: row.line,
        item: reference,
        organisation: EVERYONE.to_owned(),
        supplier: SUPPLIER.to_owned(),
        price,
        per_quantity: 1_000,
        unit: pack.orderable,
        min_quantity: 0,
        max_quantity: None,
        valid,
        territory: Territory::default(),
        lead_days: None,
        contract: None,
    };
    let category = cell("CATEGORY").text.rsplit(' ').next().unwrap_or_default().to_owned();
    Ok(Tariff { item, offer, category })
}

/// A row whose columns are where they should be. A comma inside a name moves all that follows by one, and what was
/// last, the price, is gone: such a row cannot be mended from itself.
fn whole<'a>(cell: &impl Fn(&'static str) -> Cell<'a>) -> Result<(), Finding> {
    let moved = !cell("CATEGORY").text.starts_with("Part VIIIA");
    let names = ["PACK_SIZE", "UNIT", "VMP_SNOMED", "VMPP_SNOMED", "CATEGORY"];
    let digits = |name| cell(name).text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let first = names.into_iter().find(|name| match *name {
        "UNIT" => digits("UNIT"),
        "CATEGORY" => true,
        name => !digits(name),
    });
    if moved {
        let at = cell(first.unwrap_or("CATEGORY"));
        let problem = "the columns are moved by a comma inside the name, and the price is lost";
        let remedy = "take this row from the publisher's own file, with the name in quotes";
        return Err(at.error("moved-columns", problem, remedy));
    }
    if cell("ROW_OK").text == "0" {
        let remedy = "take this row from the publisher's own file";
        return Err(cell("ROW_OK").error("marked-damaged", "the row is marked as damaged", remedy));
    }
    Ok(())
}

fn code(cell: &Cell<'_>) -> Result<String, Finding> {
    let text = cell.required()?;
    Scheme::Dmd.code(text).ok_or_else(|| {
        cell.error(
            "not-a-code",
            "not a number of SNOMED CT",
            "write 6 to 18 digits; a spreadsheet may have cut it",
        )
    })
}

/// Packs of tablets hold so many of them; packs by volume, mass or length are one consumable unit with that content.
fn pack<'a>(cell: &impl Fn(&'static str) -> Cell<'a>) -> Result<Pack, Finding> {
    let size = cell("PACK_SIZE");
    let amount = exact(&size, 3, 1, "write how many units the pack holds")?;
    let measured = match cell("UNIT").required()? {
        "ml" => Unit::of("MLT"),
        "gram" => Unit::of("GRM"),
        "cm" => Unit::of("CMT"),
        _ => None,
    };
    let (pack_size, content) = match measured {
        Some(unit) => (1, Some(Quantity { milli: amount, unit })),
        None if amount % 1_000 == 0 => (amount / 1_000, None),
        None => {
            let problem = format!("a part of a {} in a pack", cell("UNIT").text);
            return Err(size.error("not-whole", problem, "write a whole number"));
        }
    };
    Ok(Pack { orderable: Unit::of("PK").unwrap_or(Unit::each()), pack_size, content })
}
