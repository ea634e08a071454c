//! Items, each with the time in which it was described so.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use muster_kit::{
    Error, OrgScope, Result, UnitOfWork,
    page::{Page, Paged},
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, Statement, Value,
    sea_query::Expr,
};

use super::{
    codec::{list, some},
    entity::item,
};

/// Keys in one statement.
const CHUNK: usize = 500;

/// An item as it is described, or was for a time.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub(crate) struct Stored {
    pub(crate) item_number: i64,
    pub(crate) org: String,
    pub(crate) organisation: String,
    pub(crate) item_ref: String,
    pub(crate) cluster: Option<i64>,
    pub(crate) description: String,
    pub(crate) supplier: String,
    pub(crate) supplier_code: String,
    pub(crate) manufacturer: String,
    pub(crate) manufacturer_code: String,
    pub(crate) gtin: String,
    pub(crate) class_scheme: String,
    pub(crate) class_code: String,
    pub(crate) orderable_unit: String,
    pub(crate) pack_size: i64,
    pub(crate) content_milli: i64,
    pub(crate) content_unit: String,
    pub(crate) question: String,
    pub(crate) import_id: String,
    pub(crate) recorded_at: i64,
    pub(crate) ended_at: Option<i64>,
}

impl Stored {
    /// Number of its group of same items.
    pub(crate) fn group(&self) -> i64 {
        self.cluster.unwrap_or(self.item_number)
    }
}

const SELECT: &str = "SELECT i.item_number, i.org, i.organisation, i.item_ref, i.cluster, v.description, v.supplier, \
     v.supplier_code, v.manufacturer, v.manufacturer_code, v.gtin, v.class_scheme, v.class_code, v.orderable_unit, \
     v.pack_size, v.content_milli, v.content_unit, v.question, v.import_id, v.recorded_at, v.ended_at \
     FROM items i JOIN item_versions v ON v.item_number = i.item_number";

async fn select(conn: &impl ConnectionTrait, rest: &str, values: Vec<Value>) -> Result<Vec<Stored>> {
    let sql = format!("{SELECT} {rest}");
    let statement = Statement::from_sql_and_values(conn.get_database_backend(), sql, values);
    Ok(Stored::find_by_statement(statement).all(conn).await?)
}

/// Items by number as they are described now, whoever keeps them; those that are not there are left out.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn by_numbers(
    conn: &impl ConnectionTrait,
    _scope: &OrgScope,
    numbers: &[i64],
) -> Result<HashMap<i64, Stored>> {
    let mut found = HashMap::with_capacity(numbers.len());
    for chunk in numbers.chunks(CHUNK) {
        let rest = format!("WHERE v.ended_at IS NULL AND i.item_number IN ({})", list(chunk));
        let rows = select(conn, &rest, Vec::new()).await?;
        found.extend(rows.into_iter().map(|row| (row.item_number, row)));
    }
    Ok(found)
}

/// An item as it is described now.
///
/// # Errors
/// Not found; internal or unavailable when the database cannot.
pub(crate) async fn get(conn: &impl ConnectionTrait, scope: &OrgScope, number: i64) -> Result<Stored> {
    let mut found = by_numbers(conn, scope, &[number]).await?;
    found.remove(&number).ok_or_else(|| Error::not_found(format!("no item {number}")))
}

/// An item of the scope.
///
/// # Errors
/// Not found, also where another organisation keeps it; internal or unavailable when the database cannot.
pub(crate) async fn own(conn: &impl ConnectionTrait, scope: &OrgScope, number: i64) -> Result<Stored> {
    let found = get(conn, scope, number).await?;
    if found.org == scope.as_str() {
        Ok(found)
    } else {
        Err(Error::not_found(format!("no own item {number}: prices are read by whoever keeps the record")))
    }
}

/// Every description that an item ever had, newest first.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn history(
    conn: &impl ConnectionTrait,
    _scope: &OrgScope,
    number: i64,
) -> Result<Vec<Stored>> {
    select(conn, "WHERE i.item_number = $1 ORDER BY v.version_id DESC", vec![number.into()]).await
}

/// Items of a group, lowest number first, at most so many.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn group(
    conn: &impl ConnectionTrait,
    _scope: &OrgScope,
    cluster: i64,
    most: u32,
) -> Result<Vec<Stored>> {
    let rest = format!("WHERE v.ended_at IS NULL AND i.cluster = $1 ORDER BY i.item_number LIMIT {most}");
    select(conn, &rest, vec![cluster.into()]).await
}

/// Items from a number on, by number: how an index or a matching run reads all of them piece by piece.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn after(
    conn: &impl ConnectionTrait,
    _scope: &OrgScope,
    number: i64,
    many: u32,
) -> Result<Vec<Stored>> {
    let rest = format!("WHERE v.ended_at IS NULL AND i.item_number > $1 ORDER BY i.item_number LIMIT {many}");
    select(conn, &rest, vec![number.into()]).await
}

/// Items whose description changed after a version, with that version's number, by version.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn changed_after(
    conn: &impl ConnectionTrait,
    scope: &OrgScope,
    version: i64,
    many: u32,
) -> Result<Vec<(i64, Stored)>> {
    #[derive(FromQueryResult)]
    struct At {
        version_id: i64,
        item_number: i64,
    }
    let sql = format!(
        "SELECT version_id, item_number FROM item_versions WHERE version_id > $1 AND ended_at IS NULL \
         ORDER BY version_id LIMIT {many}"
    );
    let statement = Statement::from_sql_and_values(conn.get_database_backend(), sql, [Value::from(version)]);
    let places = At::find_by_statement(statement).all(conn).await?;
    let numbers: Vec<i64> = places.iter().map(|it| it.item_number).collect();
    let mut found = by_numbers(conn, scope, &numbers).await?;
    Ok(places.into_iter().filter_map(|it| Some((it.version_id, found.remove(&it.item_number)?))).collect())
}

/// Own items of an organisation by reference; an empty organisation is every one. A page of them.
///
/// # Errors
/// Bad request on a token that is not ours; internal or unavailable when the database cannot.
pub(crate) async fn page(
    conn: &impl ConnectionTrait,
    scope: &OrgScope,
    organisation: &str,
    page: &Page,
) -> Result<Paged<Stored>> {
    let after: i64 = if page.after.is_empty() {
        0
    } else {
        page.after.parse().map_err(|_| Error::bad_request("the page token is not one of ours"))?
    };
    let rest = format!(
        "WHERE v.ended_at IS NULL AND i.org = $1 AND ($2 = '' OR i.organisation = $2) AND i.item_number > $3 \
         ORDER BY i.item_number LIMIT {}",
        page.size + 1
    );
    let rows = select(conn, &rest, vec![scope.as_str().into(), organisation.into(), after.into()]).await?;
    Ok(page.cut(rows, |row| row.item_number.to_string()))
}

/// Number of own items by organisation and reference.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn numbers(
    conn: &impl ConnectionTrait,
    scope: &OrgScope,
    organisations: &BTreeSet<&str>,
) -> Result<HashMap<(String, String), i64>> {
    let rows = item::Entity::find()
        .filter(item::Column::Org.eq(scope.as_str()))
        .filter(item::Column::Organisation.is_in(organisations.iter().copied()))
        .all(conn)
        .await?;
    Ok(rows.into_iter().map(|row| ((row.organisation, row.item_ref), row.item_number)).collect())
}

/// Own items that came in after a number, as in [`numbers`].
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn numbers_after(
    conn: &impl ConnectionTrait,
    scope: &OrgScope,
    number: i64,
) -> Result<Vec<((String, String), i64)>> {
    let rows = item::Entity::find()
        .filter(item::Column::Org.eq(scope.as_str()))
        .filter(item::Column::ItemNumber.gt(number))
        .all(conn)
        .await?;
    Ok(rows.into_iter().map(|row| ((row.organisation, row.item_ref), row.item_number)).collect())
}

/// The highest number that an item has, whoever keeps it; 0 = there is none.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn last_number(conn: &impl ConnectionTrait, _scope: &OrgScope) -> Result<i64> {
    use sea_orm::QuerySelect as _;
    let last: Option<Option<i64>> = item::Entity::find()
        .select_only()
        .column_as(item::Column::ItemNumber.max(), "last")
        .into_tuple()
        .one(conn)
        .await?;
    Ok(last.flatten().unwrap_or(0))
}

/// Gives items their groups; a group of one is none.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn regroup(uow: &UnitOfWork, groups: &BTreeMap<i64, Option<i64>>) -> Result<()> {
    for (number, cluster) in groups {
        // a group spans organisations: what people confirmed of records of several of them
        item::Entity::update_many()
            .col_expr(item::Column::Cluster, Expr::value(*cluster))
            .filter(item::Column::ItemNumber.eq(*number))
            .exec(uow.conn())
            .await?;
    }
    Ok(())
}

/// Class of an item, where it has one.
pub(crate) fn class(row: &Stored) -> Option<(String, String)> {
    some(&row.class_code).map(|code| (row.class_scheme.clone(), code))
}

/// Groups as they are now: item and lowest number of its group, of all that are linked.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn groups(conn: &impl ConnectionTrait, _scope: &OrgScope) -> Result<BTreeMap<i64, i64>> {
    use sea_orm::QuerySelect as _;
    let rows: Vec<(i64, i64)> = item::Entity::find()
        .select_only()
        .columns([item::Column::ItemNumber, item::Column::Cluster])
        .filter(item::Column::Cluster.is_not_null())
        .into_tuple()
        .all(conn)
        .await?;
    Ok(rows.into_iter().collect())
}
