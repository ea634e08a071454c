//! What homes recharge to hosts, by month.

use muster_kit::{OrgScope, Result, UnitOfWork, bulk};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoActiveModel as _, QueryFilter, QueryOrder,
};

use super::entity::recharge::{Column, Entity};

pub(crate) use super::entity::recharge::Model as Recharge;

/// Puts the rows of a host and month in place of those that are there. Gives whether anything is other than it was.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn renew(uow: &UnitOfWork, (host, month): (&str, &str), rows: &[Recharge]) -> Result<bool> {
    let (conn, scope) = (uow.conn(), uow.scope());
    let there = Entity::find()
        .filter(Column::Org.eq(scope.as_str()))
        .filter(Column::Host.eq(host))
        .filter(Column::Month.eq(month))
        .order_by_asc(Column::Home)
        .all(conn)
        .await?;
    if there == rows {
        return Ok(false);
    }
    Entity::delete_many()
        .filter(Column::Org.eq(scope.as_str()))
        .filter(Column::Host.eq(host))
        .filter(Column::Month.eq(month))
        .exec(conn)
        .await?;
    let rows: Vec<_> = rows.iter().map(|row| row.clone().into_active_model()).collect();
    bulk::insert_all::<Entity, _>(conn, rows).await?;
    Ok(true)
}

/// Recharges by month, host and home, in which an organisation has a part; from a month to a month, empty = no bound.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn list(
    conn: &impl ConnectionTrait,
    scope: &OrgScope,
    organisation: &str,
    (from, until): (&str, &str),
) -> Result<Vec<Recharge>> {
    let mut query = Entity::find().filter(Column::Org.eq(scope.as_str()));
    if !organisation.is_empty() {
        let either = Condition::any().add(Column::Host.eq(organisation)).add(Column::Home.eq(organisation));
        query = query.filter(either);
    }
    if !from.is_empty() {
        query = query.filter(Column::Month.gte(from));
    }
    if !until.is_empty() {
        query = query.filter(Column::Month.lte(until));
    }
    Ok(query
        .order_by_asc(Column::Month)
        .order_by_asc(Column::Host)
        .order_by_asc(Column::Home)
        .all(conn)
        .await?)
}
