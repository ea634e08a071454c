//! Columns to values and back. What cannot be read back is a fault of ours, never the caller's.

use jiff::civil::Date;
use muster_kit::{Error, Result};

use super::entity::offer::Model as OfferRow;
use crate::domain::{
    class::{Class, Scheme},
    gs1::Gtin,
    item::Item,
    offer::{Offer, Territory},
    pack::Pack,
    unit::{Quantity, Unit},
    validity::Validity,
};

/// A date as its column has it.
///
/// # Errors
/// Internal when it is none.
pub(crate) fn date(text: &str) -> Result<Date> {
    text.parse().map_err(|error: jiff::Error| {
        Error::internal(format!("stored date `{text}` unreadable")).with_source(error)
    })
}

/// A date, or none where the column is empty.
///
/// # Errors
/// Internal when it is none.
pub(crate) fn optional_date(text: &str) -> Result<Option<Date>> {
    if text.is_empty() { Ok(None) } else { date(text).map(Some) }
}

/// A unit as its column has it.
///
/// # Errors
/// Internal when it is not known.
pub(crate) fn unit(code: &str) -> Result<Unit> {
    Unit::of(code).ok_or_else(|| Error::internal(format!("stored unit `{code}` unreadable")))
}

/// Text, or nothing where the column is empty.
pub(crate) fn some(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

/// A month as columns have it.
pub(crate) fn month(day: Date) -> String {
    day.strftime("%Y-%m").to_string()
}

/// Bytes that a column has in hex.
///
/// # Errors
/// Internal when they are none.
pub(crate) fn message<M: prost::Message + Default>(text: &str) -> Result<M> {
    let damaged = || Error::internal("a stored message is unreadable");
    let bytes = hex::decode(text).map_err(|error| damaged().with_source(error))?;
    M::decode(bytes.as_slice()).map_err(|error| damaged().with_source(error))
}

/// Values of a statement: numbers in a list, after others.
pub(crate) fn list(numbers: &[i64]) -> String {
    numbers.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// An offer as its row has it.
///
/// # Errors
/// Internal when a column cannot be read back.
pub(crate) fn offer(row: &OfferRow) -> Result<Offer> {
    Ok(Offer {
        line: u64::try_from(row.line).unwrap_or_default(),
        item: row.item_ref.clone(),
        organisation: row.organisation.clone(),
        supplier: row.supplier.clone(),
        price: row.price,
        per_quantity: row.per_quantity,
        unit: unit(&row.unit)?,
        min_quantity: row.min_quantity,
        max_quantity: row.max_quantity,
        valid: Validity { from: optional_date(&row.valid_from)?, to: optional_date(&row.valid_to)? },
        territory: Territory {
            country: some(&row.country),
            subentity: some(&row.subentity),
            city: some(&row.city),
            postal_zone: some(&row.postal_zone),
        },
        lead_days: row.lead_days,
        contract: some(&row.contract),
    })
}

/// A pack of columns; the content is left out where there is none.
///
/// # Errors
/// Internal when a unit cannot be read back.
pub(crate) fn pack(orderable: &str, pack_size: i64, (milli, of): (i64, &str)) -> Result<Pack> {
    let content = if of.is_empty() { None } else { Some(Quantity { milli, unit: unit(of)? }) };
    Ok(Pack { orderable: unit(orderable)?, pack_size, content })
}

/// An item as its row has it.
///
/// # Errors
/// Internal when a column cannot be read back.
pub(crate) fn item(row: &super::items::Stored) -> Result<Item> {
    let class = Scheme::of(&row.class_scheme).map(|scheme| Class { scheme, code: row.class_code.clone() });
    let gtin = some(&row.gtin).map(|code| Gtin::new(&code)).transpose();
    Ok(Item {
        line: 0,
        reference: row.item_ref.clone(),
        organisation: row.organisation.clone(),
        supplier: row.supplier.clone(),
        description: row.description.clone(),
        supplier_code: some(&row.supplier_code),
        manufacturer: some(&row.manufacturer),
        manufacturer_code: some(&row.manufacturer_code),
        gtin: gtin.map_err(|_| Error::internal("a stored trade item number is unreadable"))?,
        class,
        pack: pack(&row.orderable_unit, row.pack_size, (row.content_milli, &row.content_unit))?,
    })
}
