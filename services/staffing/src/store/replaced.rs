//! Tables whose rows a later import of the same things replaces, and how often a day, month or year was imported.

use std::collections::BTreeSet;

use muster_kit::{Error, Result, UnitOfWork, bulk};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, EntityTrait, ExprTrait, IntoActiveModel, QueryFilter,
    QuerySelect,
    sea_query::{Expr, OnConflict},
};

/// Things in one statement.
const CHUNK: usize = 500;

/// Writes rows. Those `within` that are of the same things, told by a column and its values, are removed first.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(super) async fn replace<E, A>(
    uow: &UnitOfWork,
    within: Condition,
    (column, things): (E::Column, BTreeSet<String>),
    rows: Vec<E::Model>,
) -> Result<()>
where
    E: EntityTrait,
    E::Model: IntoActiveModel<A>,
    A: ActiveModelTrait<Entity = E> + Send,
{
    let things: Vec<String> = things.into_iter().collect();
    for some in things.chunks(CHUNK) {
        let gone = E::delete_many().filter(within.clone()).filter(column.is_in(some));
        gone.exec(uow.conn()).await?;
    }
    bulk::insert_all::<E, A>(uow.conn(), rows.into_iter().map(IntoActiveModel::into_active_model)).await?;
    Ok(())
}

/// The columns of a table that counts imports.
pub(super) struct Counts<C> {
    /// Organisation, and the day, month or year.
    pub(super) key: [C; 2],
    /// Imports, from 1.
    pub(super) version: C,
    /// What the last import brings with it.
    pub(super) last: Option<C>,
}

/// Counts an import, whose row says version 1, and gives its version; the row stays locked until the commit.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(super) async fn count<E, A>(uow: &UnitOfWork, first: A, columns: Counts<E::Column>) -> Result<i64>
where
    E: EntityTrait,
    A: ActiveModelTrait<Entity = E>,
{
    let [org, time] = columns.key;
    let value = |column: E::Column| {
        first.get(column).into_value().ok_or_else(|| Error::internal("a count of imports without its key"))
    };
    let found = E::find().filter(org.eq(value(org)?)).filter(time.eq(value(time)?));
    let once_more = Expr::col((E::default(), columns.version)).add(1);
    let again = OnConflict::columns(columns.key)
        .value(columns.version, once_more)
        .update_columns(columns.last)
        .to_owned();
    E::insert(first).on_conflict(again).exec_without_returning(uow.conn()).await?;
    let version = found.select_only().column(columns.version).into_tuple::<i64>().one(uow.conn()).await?;
    Ok(version.unwrap_or(1))
}
