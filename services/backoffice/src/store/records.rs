//! Rows of files, each with the time in which it was known.

use std::collections::BTreeMap;

use muster_kit::{Error, OrgScope, Result, UnitOfWork, bulk};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect as _,
    sea_query::Expr,
};
use serde::{Serialize, de::DeserializeOwned};

pub(crate) use super::entity::record::Model as Record;
use super::entity::record::{ActiveModel, Column, Entity};

/// Keys in one statement.
const CHUNK: usize = 500;

/// Between the parts of a key; no cell of a file holds it.
const BETWEEN: &str = "\u{1f}";

/// A key made of parts.
pub(crate) fn key(parts: &[&str]) -> String {
    parts.join(BETWEEN)
}

/// A row that came in.
pub(crate) struct New {
    /// What tells it from others of its kind.
    pub(crate) key: String,
    /// What it says.
    pub(crate) body: String,
    /// Line in the file.
    pub(crate) line: u64,
}

impl New {
    /// A row with a value that is kept as JSON.
    ///
    /// # Errors
    /// Internal when it cannot be written.
    pub(crate) fn of(key: String, value: &impl Serialize, line: u64) -> Result<Self> {
        Ok(Self { key, body: json(value)?, line })
    }
}

/// A value as JSON.
///
/// # Errors
/// Internal when it cannot be written.
pub(crate) fn json(value: &impl Serialize) -> Result<String> {
    serde_json::to_string(value)
        .map_err(|error| Error::internal("a value cannot be written as JSON").with_source(error))
}

/// A value from JSON that was written here.
///
/// # Errors
/// Internal when it cannot be read back.
pub(crate) fn of_json<T: DeserializeOwned>(text: &str) -> Result<T> {
    serde_json::from_str(text)
        .map_err(|error| Error::internal("a stored value is unreadable").with_source(error))
}

impl Record {
    /// What it says.
    ///
    /// # Errors
    /// Internal when it cannot be read back.
    pub(crate) fn value<T: DeserializeOwned>(&self) -> Result<T> {
        of_json(&self.body)
    }
}

/// A row that was new or other than before.
pub(crate) struct Changed {
    /// Its key.
    pub(crate) key: String,
    /// What the row before said.
    pub(crate) before: Option<String>,
}

/// Writes rows of a kind. A row that says what the one of its key already says stays as it is; another ends it. Gives those that are
/// new or changed.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn write(
    uow: &UnitOfWork,
    kind: &str,
    (import_id, at): (&str, i64),
    rows: Vec<New>,
) -> Result<Vec<Changed>> {
    let (conn, scope) = (uow.conn(), uow.scope());
    let keys: Vec<String> = rows.iter().map(|row| row.key.clone()).collect();
    let before = of_keys(conn, &scope, kind, &keys).await?;
    let (mut ended, mut new, mut changed) = (Vec::new(), Vec::new(), Vec::new());
    for row in rows {
        let known = before.get(&row.key);
        if known.is_some_and(|known| known.body == row.body) {
            continue;
        }
        ended.extend(known.map(|known| known.row_id));
        changed.push(Changed { key: row.key.clone(), before: known.map(|known| known.body.clone()) });
        new.push(ActiveModel {
            row_id: NotSet,
            org: Set(scope.as_str().to_owned()),
            kind: Set(kind.to_owned()),
            row_key: Set(row.key),
            body: Set(row.body),
            import_id: Set(import_id.to_owned()),
            line: Set(i64::try_from(row.line).unwrap_or(i64::MAX)),
            recorded_at: Set(at),
            ended_at: Set(None),
        });
    }
    for chunk in ended.chunks(CHUNK) {
        Entity::update_many()
            .col_expr(Column::EndedAt, Expr::value(at))
            .filter(Column::Org.eq(scope.as_str()))
            .filter(Column::RowId.is_in(chunk.iter().copied()))
            .exec(conn)
            .await?;
    }
    bulk::insert_all::<Entity, _>(conn, new).await?;
    Ok(changed)
}

/// Rows of a kind that count now, by key, of these keys.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn of_keys(
    conn: &impl ConnectionTrait,
    scope: &OrgScope,
    kind: &str,
    keys: &[String],
) -> Result<BTreeMap<String, Record>> {
    let mut found = BTreeMap::new();
    for chunk in keys.chunks(CHUNK) {
        let rows = Entity::find()
            .filter(Column::Org.eq(scope.as_str()))
            .filter(Column::Kind.eq(kind))
            .filter(Column::EndedAt.is_null())
            .filter(Column::RowKey.is_in(chunk.iter().map(String::as_str)))
            .all(conn)
            .await?;
        found.extend(rows.into_iter().map(|row| (row.row_key.clone(), row)));
    }
    Ok(found)
}

/// Rows of a kind as they were known at an instant, microseconds UTC, in order of their keys; none = now.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn known(
    conn: &impl ConnectionTrait,
    scope: &OrgScope,
    kind: &str,
    at: Option<i64>,
) -> Result<Vec<Record>> {
    let then = match at {
        None => Condition::all().add(Column::EndedAt.is_null()),
        Some(at) => Condition::all()
            .add(Column::RecordedAt.lte(at))
            .add(Condition::any().add(Column::EndedAt.is_null()).add(Column::EndedAt.gt(at))),
    };
    let query =
        Entity::find().filter(Column::Org.eq(scope.as_str())).filter(Column::Kind.eq(kind)).filter(then);
    let mut rows = query.all(conn).await?;
    // by bytes on either database
    rows.sort_by(|one, other| one.row_key.cmp(&other.row_key));
    Ok(rows)
}

/// Every row of a key there ever was, in order of coming in.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn ever(
    conn: &impl ConnectionTrait,
    scope: &OrgScope,
    kind: &str,
    key: &str,
) -> Result<Vec<Record>> {
    Ok(Entity::find()
        .filter(Column::Org.eq(scope.as_str()))
        .filter(Column::Kind.eq(kind))
        .filter(Column::RowKey.eq(key))
        .order_by_asc(Column::RowId)
        .all(conn)
        .await?)
}

/// The row of a kind that came in last and counts now.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn newest(
    conn: &impl ConnectionTrait,
    scope: &OrgScope,
    kind: &str,
) -> Result<Option<Record>> {
    Ok(Entity::find()
        .filter(Column::Org.eq(scope.as_str()))
        .filter(Column::Kind.eq(kind))
        .filter(Column::EndedAt.is_null())
        .order_by_desc(Column::RowId)
        .limit(1)
        .one(conn)
        .await?)
}
