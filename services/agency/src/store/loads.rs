//! Files of shifts on their way in: lines are stored in batches, and count once the load is complete.

use muster_kit::{Error, OrgScope, Result, UnitOfWork};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter,
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
        import_id: Set(None),
        recorded_at: Set(None),
    };
    Ok(Entity::insert(row).exec_with_returning(uow.conn()).await?)
}

/// Counts so many lines that were stored last.
///
/// # Errors
/// Already exists when somebody else stored lines of the same file meanwhile.
pub(crate) async fn advance(uow: &UnitOfWork, load: &Model, lines: i64) -> Result<()> {
    let moved = Entity::update_many()
        .col_expr(Column::Lines, Expr::col(Column::Lines).add(lines))
        .filter(Column::Org.eq(uow.scope().as_str()))
        .filter(Column::LoadId.eq(load.load_id))
        .filter(Column::Lines.eq(load.lines - lines))
        .filter(Column::RecordedAt.is_null())
        .exec(uow.conn())
        .await?;
    if moved.rows_affected != 1 {
        return Err(Error::already_exists("the same file is being imported by somebody else"));
    }
    Ok(())
}

/// Completes a load: its lines count from this instant on, microseconds UTC.
///
/// # Errors
/// Already exists when somebody else completed it.
pub(crate) async fn complete(uow: &UnitOfWork, load: &Model, import_id: &str, at: i64) -> Result<()> {
    let done = Entity::update_many()
        .col_expr(Column::ImportId, Expr::value(import_id))
        .col_expr(Column::RecordedAt, Expr::value(at))
        .filter(Column::Org.eq(uow.scope().as_str()))
        .filter(Column::LoadId.eq(load.load_id))
        .filter(Column::Lines.eq(load.lines))
        .filter(Column::RecordedAt.is_null())
        .exec(uow.conn())
        .await?;
    if done.rows_affected == 1 {
        Ok(())
    } else {
        Err(Error::already_exists("the same file is being imported by somebody else"))
    }
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
