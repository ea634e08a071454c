//! Offers: only ever added, the last of a key counts.

use std::collections::{BTreeMap, BTreeSet};

use muster_kit::{OrgScope, Result, UnitOfWork, bulk};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
};

use super::{
    codec,
    entity::offer::{ActiveModel, Column, Entity, Model},
};
use crate::domain::{
    book::{PriceBook, Record},
    offer::{EVERYONE, Key, Offer},
};

/// What a file takes back besides what it says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Gone {
    /// Nothing.
    #[default]
    Nothing,
    /// Whatever a supplier offered to an organisation and is not in the file.
    AllOf(String, String),
    /// Whatever a supplier offered of some items to an organisation and is not in the file.
    Items(String, String, BTreeSet<String>),
}

impl Gone {
    fn names(&self, row: &Model) -> bool {
        match self {
            Self::Nothing => false,
            Self::AllOf(supplier, to) => (&row.supplier, &row.organisation) == (supplier, to),
            Self::Items(supplier, to, items) => {
                (&row.supplier, &row.organisation) == (supplier, to) && items.contains(&row.item_ref)
            }
        }
    }
}

/// What a file did to the offers of an organisation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Written {
    /// Offers that are new or say something else.
    pub(crate) recorded: u64,
    /// Offers that were taken back.
    pub(crate) withdrawn: u64,
}

/// Every record of offers of an item to an organisation or to all, in the order in which they became known.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn of_item(
    conn: &impl ConnectionTrait,
    scope: &OrgScope,
    organisation: &str,
    item_ref: &str,
) -> Result<Vec<Model>> {
    Ok(Entity::find()
        .filter(Column::Org.eq(scope.as_str()))
        .filter(Column::Organisation.is_in([organisation, EVERYONE]))
        .filter(Column::ItemRef.eq(item_ref))
        .order_by_asc(Column::OfferId)
        .all(conn)
        .await?)
}

/// Every record of offers to an organisation; an empty one is every organisation. In the order in which they became known.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn all(
    conn: &impl ConnectionTrait,
    scope: &OrgScope,
    organisation: &str,
) -> Result<Vec<Model>> {
    let mut query = Entity::find().filter(Column::Org.eq(scope.as_str()));
    if !organisation.is_empty() {
        query = query.filter(Column::Organisation.is_in([organisation, EVERYONE]));
    }
    Ok(query.order_by_asc(Column::OfferId).all(conn).await?)
}

/// The price book of records.
///
/// # Errors
/// Internal when a record cannot be read back.
pub(crate) fn book(rows: &[Model]) -> Result<PriceBook> {
    let mut book = PriceBook::default();
    for row in rows {
        let record =
            Record { offer: codec::offer(row)?, recorded: row.recorded_at, withdrawn: row.withdrawn != 0 };
        book.record(record);
    }
    Ok(book)
}

/// The last record of each key that was not taken back.
///
/// # Errors
/// Internal when a record cannot be read back.
pub(crate) fn holding(rows: Vec<Model>) -> Result<BTreeMap<Key, (Model, Offer)>> {
    let mut last: BTreeMap<Key, (Model, Offer)> = BTreeMap::new();
    for row in rows {
        let offer = codec::offer(&row)?;
        if row.withdrawn == 0 {
            last.insert(offer.key(), (row, offer));
        } else {
            last.remove(&offer.key());
        }
    }
    Ok(last)
}

/// Adds offers. One that says what the last of its key says is left out; what a file takes back gets a record of its own. Gives what
/// happened by organisation.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn write(
    uow: &UnitOfWork,
    (import_id, at): (&str, i64),
    offers: &[Offer],
    gone: &Gone,
) -> Result<BTreeMap<String, Written>> {
    let (conn, scope) = (uow.conn(), uow.scope());
    let mut organisations: BTreeSet<&str> = offers.iter().map(|it| it.organisation.as_str()).collect();
    if let Gone::AllOf(_, to) | Gone::Items(_, to, _) = gone {
        organisations.insert(to);
    }
    let rows = Entity::find()
        .filter(Column::Org.eq(scope.as_str()))
        .filter(Column::Organisation.is_in(organisations))
        .order_by_asc(Column::OfferId)
        .all(conn)
        .await?;
    let mut before = holding(rows)?;
    let mut written: BTreeMap<String, Written> = BTreeMap::new();
    let mut new = Vec::new();
    for offer in offers {
        let same =
            |(_, known): (Model, Offer)| Offer { line: 0, ..known } == Offer { line: 0, ..offer.clone() };
        if before.remove(&offer.key()).is_some_and(same) {
            continue;
        }
        written.entry(offer.organisation.clone()).or_default().recorded += 1;
        new.push(row(&scope, offer, (import_id, at), false));
    }
    for (known, offer) in before.into_values().filter(|(known, _)| gone.names(known)) {
        written.entry(known.organisation).or_default().withdrawn += 1;
        new.push(row(&scope, &offer, (import_id, at), true));
    }
    bulk::insert_all::<Entity, _>(conn, new).await?;
    Ok(written)
}

fn row(scope: &OrgScope, offer: &Offer, (import_id, at): (&str, i64), withdrawn: bool) -> ActiveModel {
    let text = |text: &Option<String>| Set(text.clone().unwrap_or_default());
    let day = |day: Option<jiff::civil::Date>| Set(day.map(|it| it.to_string()).unwrap_or_default());
    let territory = &offer.territory;
    ActiveModel {
        offer_id: NotSet,
        org: Set(scope.as_str().to_owned()),
        item_ref: Set(offer.item.clone()),
        organisation: Set(offer.organisation.clone()),
        supplier: Set(offer.supplier.clone()),
        price: Set(offer.price),
        per_quantity: Set(offer.per_quantity),
        unit: Set(offer.unit.code().to_owned()),
        min_quantity: Set(offer.min_quantity),
        max_quantity: Set(offer.max_quantity),
        valid_from: day(offer.valid.from),
        valid_to: day(offer.valid.to),
        country: text(&territory.country),
        subentity: text(&territory.subentity),
        city: text(&territory.city),
        postal_zone: text(&territory.postal_zone),
        lead_days: Set(offer.lead_days),
        contract: text(&offer.contract),
        withdrawn: Set(i32::from(withdrawn)),
        line: Set(i64::try_from(offer.line).unwrap_or(i64::MAX)),
        import_id: Set(import_id.to_owned()),
        recorded_at: Set(at),
    }
}
