//! Offers of suppliers.

use muster_kit::intake::{Cell, Column, DateForm, Finding, Findings, ImportKind, Keys, RawFile, Row, Table};

use super::{Read, exact, rows, text, unit};
use crate::domain::{
    offer::{Offer, Territory},
    validity::Validity,
};

/// The kind.
pub const OFFERS: ImportKind = ImportKind {
    name: "offers",
    summary: "prices of items by organisation and supplier, with breaks by quantity, days and territory",
    publisher: "muster",
    header: true,
    columns: &[
        Column::required("item_ref", "GLOVE-M", "the item"),
        Column::required("organisation", "RJ1", "ODS code of who may buy, or ALL"),
        Column::required("supplier", "Example Medical Ltd", "who sells"),
        Column::required("price", "4.7500", "pounds for `per_quantity` units, at most four decimals"),
        Column::required("per_quantity", "1", "units that the price is for"),
        Column::required("unit", "BX", "unit of price and quantities: a code of UNECE Rec 20 or 21"),
        Column::required("valid_from", "2020-04-01", "first day"),
        Column::optional("min_quantity", "10", "least to order at this price; empty = from the first unit"),
        Column::optional("max_quantity", "", "most to order at this price"),
        Column::optional("valid_to", "2021-03-31", "last day; empty = until further notice"),
        Column::optional("lead_days", "3", "days until delivery"),
        Column::optional("contract", "FW-2020-7", "contract or framework that it is of"),
        Column::optional(
            "territory",
            "GB/SE13",
            "country, or country and beginning of the postcode; empty = everywhere",
        ),
    ],
};

/// Reads offers.
///
/// # Errors
/// The findings of a file that is refused whole.
pub fn read_offers(file: &RawFile) -> Result<Read<Offer>, Findings> {
    let mut keys = Keys::default();
    rows(file, &OFFERS, |table, row| {
        let offer = offer(table, row)?;
        keys.first(row, "item_ref", key(&offer))?;
        Ok(offer)
    })
}

fn key(offer: &Offer) -> String {
    let from = offer.valid.from.map(|from| from.to_string()).unwrap_or_default();
    format!(
        "{} {} {} {} {} {from} {:?}",
        offer.organisation, offer.item, offer.supplier, offer.unit, offer.min_quantity, offer.territory
    )
}

fn offer(table: &Table, row: &Row<'_>) -> Result<Offer, Finding> {
    let cell = |name| row.cell(table.column(&OFFERS, name));
    let quantity = |cell: &Cell<'_>| exact(cell, 3, 0, "write a quantity of at most three decimals");
    let date = |cell: &Cell<'_>| cell.date(&[DateForm::Iso]);
    let price =
        "write pounds with at most four decimals; for less than 1/100 pence give the price of more units";
    let offer = Offer {
        line: row.line,
        item: cell("item_ref").required()?.to_owned(),
        organisation: cell("organisation").code()?,
        supplier: cell("supplier").required()?.to_owned(),
        price: exact(&cell("price"), 4, 0, price)?,
        per_quantity: exact(
            &cell("per_quantity"),
            3,
            1,
            "write how many units the price is for, for instance 1",
        )?,
        unit: unit(&cell("unit"))?,
        min_quantity: cell("min_quantity").optional(quantity)?.unwrap_or(0),
        max_quantity: cell("max_quantity").optional(quantity)?,
        valid: Validity { from: Some(date(&cell("valid_from"))?), to: cell("valid_to").optional(date)? },
        territory: cell("territory").optional(territory)?.unwrap_or_default(),
        lead_days: cell("lead_days").optional(Cell::count)?,
        contract: text(&cell("contract")),
    };
    match offer.fault() {
        None => Ok(offer),
        Some(fault) if offer.valid.is_backwards() => {
            Err(cell("valid_to").error("backwards", fault, "give a last day on or after the first"))
        }
        Some(fault) => Err(cell("max_quantity").error("most-below-least", fault, "mend one of the two")),
    }
}

fn territory(cell: &Cell<'_>) -> Result<Territory, Finding> {
    let (country, zone) = cell.text.split_once('/').unwrap_or((cell.text, ""));
    if country.len() != 2 || !country.bytes().all(|byte| byte.is_ascii_alphabetic()) {
        let remedy = "write two letters of ISO 3166-1, such as GB, or GB/SE13";
        return Err(cell.error("not-a-country", "does not begin with a country", remedy));
    }
    Ok(Territory {
        country: Some(country.to_ascii_uppercase()),
        postal_zone: (!zone.is_empty()).then(|| zone.to_owned()),
        ..Territory::default()
    })
}
