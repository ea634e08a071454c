//! Versions of aggregates.

use muster_kit::{Result, UnitOfWork};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, EntityTrait, QueryFilter,
    sea_query::{Expr, ExprTrait as _, OnConflict},
};

use super::entity::aggregate_version::{ActiveModel, Column, Entity};

/// Counts the version of an aggregate up and gives it. Its row stays locked until the commit, which keeps the events of the
/// aggregate in order.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn next(uow: &UnitOfWork, aggregate: &str) -> Result<i64> {
    let org = uow.scope().as_str().to_owned();
    let row = ActiveModel { org: Set(org.clone()), aggregate: Set(aggregate.to_owned()), version: Set(1) };
    let counted = Expr::col((Entity, Column::Version)).add(1);
    let conflict =
        OnConflict::columns([Column::Org, Column::Aggregate]).value(Column::Version, counted).to_owned();
    Entity::insert(row).on_conflict(conflict).exec_without_returning(uow.conn()).await?;
    let found = Entity::find()
        .filter(Column::Org.eq(org))
        .filter(Column::Aggregate.eq(aggregate))
        .one(uow.conn())
        .await?;
    Ok(found.map_or(1, |row| row.version))
}
