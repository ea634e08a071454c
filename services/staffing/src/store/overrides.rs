//! Overrides of parameters: written once, and once more when they are withdrawn.

use muster_kit::{Error, OrgScope, Result, UnitOfWork};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, sea_query::Expr,
};

use super::{
    codec,
    entity::parameter_override::{ActiveModel, Column, Entity, Model},
};
use crate::domain::overrides::{CostOf, Override};

/// Writes an override.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn insert(uow: &UnitOfWork, of: &Override) -> Result<()> {
    let (basis, price_year) = of.cost.said();
    let row = Model {
        override_id: of.override_id.clone(),
        org: uow.scope().as_str().to_owned(),
        name: of.name.clone(),
        value: of.value,
        low: of.low,
        high: of.high,
        reason: of.reason.clone(),
        valid_from: of.valid_from.to_string(),
        signed_by: of.signed_by.clone(),
        signed_at: of.signed_at,
        withdrawn_by: None,
        withdrawn_at: None,
        basis: basis.to_owned(),
        price_year,
    };
    let row: ActiveModel = row.into_active_model();
    Entity::insert(row).exec_without_returning(uow.conn()).await?;
    Ok(())
}

/// Marks an override as withdrawn; false when it was already.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn withdraw(uow: &UnitOfWork, override_id: &str, (by, at): (&str, i64)) -> Result<bool> {
    let changed = Entity::update_many()
        .col_expr(Column::WithdrawnBy, Expr::value(by))
        .col_expr(Column::WithdrawnAt, Expr::value(at))
        .filter(Column::Org.eq(uow.scope().as_str()))
        .filter(Column::OverrideId.eq(override_id))
        .filter(Column::WithdrawnAt.is_null())
        .exec(uow.conn())
        .await?;
    Ok(changed.rows_affected > 0)
}

/// One override.
///
/// # Errors
/// Not found when there is none of that id within the scope.
pub(crate) async fn get(
    conn: &impl ConnectionTrait,
    scope: &OrgScope,
    override_id: &str,
) -> Result<Override> {
    let found = Entity::find_by_id(override_id).filter(Column::Org.eq(scope.as_str())).one(conn).await?;
    read(found.ok_or_else(|| Error::not_found(format!("no override `{override_id}`")))?)
}

/// All overrides, the last signed first. There are few: people sign them.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn all(conn: &impl ConnectionTrait, scope: &OrgScope) -> Result<Vec<Override>> {
    let rows = Entity::find()
        .filter(Column::Org.eq(scope.as_str()))
        .order_by_desc(Column::SignedAt)
        .order_by_desc(Column::OverrideId)
        .all(conn)
        .await?;
    rows.into_iter().map(read).collect()
}

fn read(row: Model) -> Result<Override> {
    let unreadable =
        |_| Error::internal(format!("stored basis of override `{}` unreadable", row.override_id));
    Ok(Override {
        cost: CostOf::read(&row.basis, row.price_year).map_err(unreadable)?,
        override_id: row.override_id,
        name: row.name,
        value: row.value,
        low: row.low,
        high: row.high,
        reason: row.reason,
        valid_from: codec::date(&row.valid_from)?,
        signed_by: row.signed_by,
        signed_at: row.signed_at,
        withdrawn: row.withdrawn_by.zip(row.withdrawn_at),
    })
}
