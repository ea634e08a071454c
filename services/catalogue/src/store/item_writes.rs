//! Writes items: what a file says of them, piece by piece, so that half a million of them take no more memory than they are.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use muster_kit::{OrgScope, Result, UnitOfWork, bulk};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, Value,
    sea_query::Expr,
};

use super::{
    entity::{item, item_version},
    items, versions,
};
use crate::domain::item::Item;

/// Keys in one statement.
const CHUNK: usize = 500;
/// Items at a time.
const PART: usize = 10_000;

/// What a file did to the items.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Written {
    /// Items that were not there before.
    pub(crate) new: u64,
    /// Items that are described differently now.
    pub(crate) changed: u64,
}

/// Writes items. One that is described as before stays as it is; another description ends the earlier one.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn write(uow: &UnitOfWork, (import_id, at): (&str, i64), read: &[Item]) -> Result<Written> {
    let (conn, scope) = (uow.conn(), uow.scope());
    // versions become visible in the order of their numbers, by which the search index knows what it has
    versions::lock_all(uow, "items").await?;
    let organisations: BTreeSet<&str> = read.iter().map(|item| item.organisation.as_str()).collect();
    let mut known = items::numbers(conn, &scope, &organisations).await?;
    let mut written = Written::default();
    for part in read.chunks(PART) {
        let last = items::last_number(conn, &scope).await?;
        let new = add(conn, &scope, part, &known).await?;
        if new > 0 {
            known.extend(items::numbers_after(conn, &scope, last).await?);
        }
        let mut described: BTreeMap<i64, item_version::ActiveModel> = BTreeMap::new();
        for item in part {
            if let Some(number) = known.get(&key(item)) {
                described.insert(*number, version(&scope, *number, item, (import_id, at)));
            }
        }
        let ended = unchanged_left_out(conn, &scope, last, &mut described).await?;
        end(conn, &scope, at, &ended).await?;
        bulk::insert_all::<item_version::Entity, _>(conn, described.into_values()).await?;
        written.new += new;
        written.changed += ended.len() as u64;
    }
    Ok(written)
}

/// Gives numbers to items that have none; gives how many they are.
async fn add(
    conn: &impl ConnectionTrait,
    scope: &OrgScope,
    part: &[Item],
    known: &HashMap<(String, String), i64>,
) -> Result<u64> {
    let mut seen = HashSet::new();
    let unknown = part.iter().map(key).filter(|key| !known.contains_key(key) && seen.insert(key.clone()));
    let rows = unknown.map(|(organisation, item_ref)| item::ActiveModel {
        item_number: NotSet,
        org: Set(scope.as_str().to_owned()),
        organisation: Set(organisation),
        item_ref: Set(item_ref),
        cluster: Set(None),
    });
    bulk::insert_all::<item::Entity, _>(conn, rows).await
}

fn key(item: &Item) -> (String, String) {
    (item.organisation.clone(), item.reference.clone())
}

/// Leaves out what says nothing new of items up to a number, later ones have no description yet; gives the versions that end.
async fn unchanged_left_out(
    conn: &impl ConnectionTrait,
    scope: &OrgScope,
    last: i64,
    described: &mut BTreeMap<i64, item_version::ActiveModel>,
) -> Result<Vec<i64>> {
    let numbers: Vec<i64> = described.range(..=last).map(|(number, _)| *number).collect();
    let mut ended = Vec::new();
    for chunk in numbers.chunks(CHUNK) {
        let rows = item_version::Entity::find()
            .filter(item_version::Column::Org.eq(scope.as_str()))
            .filter(item_version::Column::ItemNumber.is_in(chunk.iter().copied()))
            .filter(item_version::Column::EndedAt.is_null())
            .all(conn)
            .await?;
        for row in rows {
            let (number, id) = (row.item_number, row.version_id);
            let mut same: item_version::ActiveModel = row.into();
            let Some(new) = described.get(&number) else { continue };
            same.version_id = NotSet;
            same.import_id = new.import_id.clone();
            same.recorded_at = new.recorded_at.clone();
            if said(&same) == said(new) {
                described.remove(&number);
            } else {
                ended.push(id);
            }
        }
    }
    Ok(ended)
}

/// What a description says, whoever said it when.
fn said(row: &item_version::ActiveModel) -> [Option<Value>; 14] {
    use item_version::Column as C;
    use sea_orm::ActiveModelTrait as _;
    [
        C::Description,
        C::Supplier,
        C::SupplierCode,
        C::Manufacturer,
        C::ManufacturerCode,
        C::Gtin,
        C::ClassScheme,
        C::ClassCode,
        C::OrderableUnit,
        C::PackSize,
        C::ContentMilli,
        C::ContentUnit,
        C::Question,
        C::ItemNumber,
    ]
    .map(|column| row.get(column).into_value())
}

async fn end(conn: &impl ConnectionTrait, scope: &OrgScope, at: i64, versions: &[i64]) -> Result<()> {
    for chunk in versions.chunks(CHUNK) {
        item_version::Entity::update_many()
            .col_expr(item_version::Column::EndedAt, Expr::value(at))
            .filter(item_version::Column::Org.eq(scope.as_str()))
            .filter(item_version::Column::VersionId.is_in(chunk.iter().copied()))
            .exec(conn)
            .await?;
    }
    Ok(())
}

fn version(
    scope: &OrgScope,
    number: i64,
    item: &Item,
    (import_id, at): (&str, i64),
) -> item_version::ActiveModel {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let class = item.class.as_ref();
    let content = item.pack.content;
    item_version::ActiveModel {
        version_id: NotSet,
        org: Set(scope.as_str().to_owned()),
        item_number: Set(number),
        description: Set(item.description.clone()),
        supplier: Set(item.supplier.clone()),
        supplier_code: Set(text(&item.supplier_code)),
        manufacturer: Set(text(&item.manufacturer)),
        manufacturer_code: Set(text(&item.manufacturer_code)),
        gtin: Set(item.gtin.as_ref().map(crate::domain::gs1::Gtin::padded).unwrap_or_default()),
        class_scheme: Set(class.map(|it| it.scheme.word().to_owned()).unwrap_or_default()),
        class_code: Set(class.map(|it| it.code.clone()).unwrap_or_default()),
        orderable_unit: Set(item.pack.orderable.code().to_owned()),
        pack_size: Set(item.pack.pack_size),
        content_milli: Set(content.map_or(0, |it| it.milli)),
        content_unit: Set(content.map(|it| it.unit.code().to_owned()).unwrap_or_default()),
        question: Set(item
            .pack
            .normalise()
            .err()
            .map(|found| format!("{}: {}", found.what, found.ask))
            .unwrap_or_default()),
        import_id: Set(import_id.to_owned()),
        recorded_at: Set(at),
        ended_at: Set(None),
    }
}
