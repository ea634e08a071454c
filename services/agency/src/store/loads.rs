//! Files of shifts on their way in: lines are stored in batches, and count once the load is complete.

use muster_kit::{Error, OrgScope, Result, UnitOfWork};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, UpdateMany,
    sea_query::{Expr, ExprTrait as _},
};

use super::{
    entity::{
        shift_line,
        shift_load::{ActiveModel, Column, Entity, Model},
        shift_run,
    },
    staging::numbers,
};

/// The load of a file that was begun and not completed, whatever rules its lines were judged by.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn begun(
    conn: &impl ConnectionTrait,
    scope: &OrgScope,
    sha256: &str,
) -> Result<Option<Model>> {
    Ok(Entity::find()
        .filter(Column::Org.eq(scope.as_str()))
        .filter(Column::Sha256.eq(sha256))
        .filter(Column::RecordedAt.is_null())
        .one(conn)
        .await?)
}

/// Begins a load.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn begin(uow: &UnitOfWork, sha256: &str, rules_sha256: &str) -> Result<Model> {
    let row = ActiveModel {
        load_id: NotSet,
        org: Set(uow.scope().as_str().to_owned()),
        sha256: Set(sha256.to_owned()),
        rules_sha256: Set(rules_sha256.to_owned()),
        lines: Set(0),
        attempt: Set(0),
        import_id: Set(None),
        recorded_at: Set(None),
    };
    Ok(Entity::insert(row).exec_with_returning(uow.conn()).await?)
}

/// Begins another attempt at a load.
///
/// # Errors
/// Already exists when somebody else did meanwhile.
pub(crate) async fn take_over(uow: &UnitOfWork, load: &mut Model) -> Result<()> {
    let moved =
        change(load, uow).col_expr(Column::Attempt, Expr::value(load.attempt + 1)).exec(uow.conn()).await?;
    load.attempt += 1;
    one(moved.rows_affected)
}

/// A change of a load as this attempt knows it.
fn change(load: &Model, uow: &UnitOfWork) -> UpdateMany<Entity> {
    Entity::update_many()
        .filter(Column::Org.eq(uow.scope().as_str()))
        .filter(Column::LoadId.eq(load.load_id))
        .filter(Column::Lines.eq(load.lines))
        .filter(Column::Attempt.eq(load.attempt))
        .filter(Column::RecordedAt.is_null())
}

fn one(changed: u64) -> Result<()> {
    if changed == 1 {
        return Ok(());
    }
    Err(Error::already_exists("the same file is being imported by somebody else"))
}

/// Counts lines that were stored.
///
/// # Errors
/// Already exists when somebody else stored lines of the same file meanwhile.
pub(crate) async fn advance(uow: &UnitOfWork, load: &mut Model, lines: i64) -> Result<()> {
    let more = Expr::col(Column::Lines).add(lines);
    let moved = change(load, uow).col_expr(Column::Lines, more).exec(uow.conn()).await?;
    load.lines += lines;
    one(moved.rows_affected)
}

/// Completes a load: its lines count from this instant on, microseconds UTC.
///
/// # Errors
/// Already exists when somebody else completed it.
pub(crate) async fn complete(uow: &UnitOfWork, load: &Model, import_id: &str, at: i64) -> Result<()> {
    let done = change(load, uow)
        .col_expr(Column::ImportId, Expr::value(import_id))
        .col_expr(Column::RecordedAt, Expr::value(at))
        .exec(uow.conn())
        .await?;
    one(done.rows_affected)
}

/// Takes back a load that is not complete.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn discard(uow: &UnitOfWork, load: &Model) -> Result<()> {
    let scope = uow.scope();
    let (first, last) = numbers(load.load_id);
    shift_line::Entity::delete_many()
        .filter(shift_line::Column::Org.eq(scope.as_str()))
        .filter(shift_line::Column::LineId.between(first, last))
        .exec(uow.conn())
        .await?;
    shift_run::Entity::delete_many()
        .filter(shift_run::Column::Org.eq(scope.as_str()))
        .filter(shift_run::Column::LoadId.eq(load.load_id))
        .exec(uow.conn())
        .await?;
    Entity::delete_many()
        .filter(Column::Org.eq(scope.as_str()))
        .filter(Column::LoadId.eq(load.load_id))
        .filter(Column::RecordedAt.is_null())
        .exec(uow.conn())
        .await?;
    Ok(())
}

/// Import of each complete load.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn imports(
    conn: &impl ConnectionTrait,
    scope: &OrgScope,
) -> Result<std::collections::BTreeMap<i64, String>> {
    let loads = Entity::find()
        .filter(Column::Org.eq(scope.as_str()))
        .filter(Column::RecordedAt.is_not_null())
        .all(conn)
        .await?;
    Ok(loads.into_iter().filter_map(|load| Some((load.load_id, load.import_id?))).collect())
}
