//! Rows of rules, each with the time in which it was known.

use std::collections::BTreeMap;

use muster_kit::{
    Error, OrgScope, Result, UnitOfWork, bulk,
    page::{Page, Paged},
};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::Expr,
};

use super::entity::rule_row::{ActiveModel, Column, Entity, Model};
use crate::import::RuleRow;

/// Keys in one statement.
const CHUNK: usize = 500;

/// Rows of every kind as they were known at an instant, microseconds UTC; none = now.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn known(
    conn: &impl ConnectionTrait,
    scope: &OrgScope,
    at: Option<i64>,
) -> Result<BTreeMap<String, Vec<RuleRow>>> {
    let rows = Entity::find()
        .filter(Column::Org.eq(scope.as_str()))
        .filter(known_at(at))
        .order_by_asc(Column::RowId)
        .all(conn)
        .await?;
    let mut by_kind: BTreeMap<String, Vec<RuleRow>> = BTreeMap::new();
    for row in rows {
        by_kind.entry(row.kind.clone()).or_default().push(read(&row)?);
    }
    Ok(by_kind)
}

fn known_at(at: Option<i64>) -> Condition {
    match at {
        None => Condition::all().add(Column::EndedAt.is_null()),
        Some(at) => Condition::all()
            .add(Column::RecordedAt.lte(at))
            .add(Condition::any().add(Column::EndedAt.is_null()).add(Column::EndedAt.gt(at))),
    }
}

/// Values of the columns and key of a row.
///
/// # Errors
/// Internal when it cannot be read back.
pub(crate) fn read(row: &Model) -> Result<RuleRow> {
    let values = serde_json::from_str(&row.cells)
        .map_err(|error| Error::internal("a stored rule is unreadable").with_source(error))?;
    Ok(RuleRow { key: row.row_key.clone(), values })
}

/// Rows of a kind that count now, a page of them.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn page(
    conn: &impl ConnectionTrait,
    scope: &OrgScope,
    kind: &str,
    page: &Page,
) -> Result<Paged<Model>> {
    let mut query = Entity::find()
        .filter(Column::Org.eq(scope.as_str()))
        .filter(Column::Kind.eq(kind))
        .filter(known_at(None));
    if !page.after.is_empty() {
        query = query.filter(Column::RowId.gt(super::lines::place(&page.after)?));
    }
    let rows = query.order_by_asc(Column::RowId).limit(page.size + 1).all(conn).await?;
    Ok(page.cut(rows, |row| row.row_id.to_string()))
}

/// Writes rows of a kind. A row that says what the one of its key already says stays as it is; another ends it. Where the kind
/// is a list in order, the rows replace all there were. Gives how many are new or changed.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn write(
    uow: &UnitOfWork,
    (kind, replaces_all): (&str, bool),
    (import_id, at): (&str, i64),
    rows: &[RuleRow],
) -> Result<u64> {
    let (conn, org) = (uow.conn(), uow.scope().as_str().to_owned());
    let known = Entity::find()
        .filter(Column::Org.eq(&org))
        .filter(Column::Kind.eq(kind))
        .filter(known_at(None))
        .all(conn)
        .await?;
    let before: BTreeMap<&str, (i64, &str)> =
        known.iter().map(|row| (row.row_key.as_str(), (row.row_id, row.cells.as_str()))).collect();
    let (mut ended, mut new) = (Vec::new(), Vec::new());
    for row in rows {
        let cells = serde_json::to_string(&row.values)
            .map_err(|error| Error::internal("a rule cannot be written").with_source(error))?;
        match before.get(row.key.as_str()) {
            Some((_, same)) if *same == cells => continue,
            Some((row_id, _)) => ended.push(*row_id),
            None => {}
        }
        new.push(ActiveModel {
            row_id: NotSet,
            org: Set(org.clone()),
            kind: Set(kind.to_owned()),
            row_key: Set(row.key.clone()),
            cells: Set(cells),
            import_id: Set(import_id.to_owned()),
            recorded_at: Set(at),
            ended_at: Set(None),
        });
    }
    if replaces_all {
        let stays = |row: &&Model| rows.iter().all(|own| own.key != row.row_key);
        ended.extend(known.iter().filter(stays).map(|row| row.row_id));
    }
    end(conn, &org, at, &ended).await?;
    bulk::insert_all::<Entity, _>(conn, new).await
}

async fn end(conn: &impl ConnectionTrait, org: &str, at: i64, ids: &[i64]) -> Result<()> {
    for chunk in ids.chunks(CHUNK) {
        Entity::update_many()
            .col_expr(Column::EndedAt, Expr::value(at))
            .filter(Column::Org.eq(org))
            .filter(Column::RowId.is_in(chunk.iter().copied()))
            .exec(conn)
            .await?;
    }
    Ok(())
}
