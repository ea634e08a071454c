//! Temporary cover that organisations used, by month and group of staff.

use std::collections::BTreeMap;

use muster_kit::{OrgScope, Result, UnitOfWork, bulk};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder};

use super::entity::{observed_cover, observed_month};

pub(crate) use observed_cover::Model as Cover;
pub(crate) use observed_month::Model as Month;

/// Puts a posting in place of an earlier one of its organisation and month; a later one that is there stays.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn put(uow: &UnitOfWork, month: Month, cover: Vec<Cover>) -> Result<()> {
    use observed_cover::Column as C;
    use observed_month::Column as M;
    let (conn, scope) = (uow.conn(), uow.scope());
    let there = observed_month::Entity::find()
        .filter(M::Org.eq(scope.as_str()))
        .filter(M::Organisation.eq(&month.organisation))
        .filter(M::Month.eq(&month.month))
        .one(conn)
        .await?;
    if there.is_some_and(|there| there.version >= month.version) {
        return Ok(());
    }
    observed_month::Entity::delete_many()
        .filter(M::Org.eq(scope.as_str()))
        .filter(M::Organisation.eq(&month.organisation))
        .filter(M::Month.eq(&month.month))
        .exec(conn)
        .await?;
    observed_cover::Entity::delete_many()
        .filter(C::Org.eq(scope.as_str()))
        .filter(C::Organisation.eq(&month.organisation))
        .filter(C::Month.eq(&month.month))
        .exec(conn)
        .await?;
    bulk::insert_all::<observed_month::Entity, _>(conn, [month.into_active_model()]).await?;
    let rows: Vec<_> = cover.into_iter().map(IntoActiveModel::into_active_model).collect();
    bulk::insert_all::<observed_cover::Entity, _>(conn, rows).await?;
    Ok(())
}

/// Cover of an organisation, or of all when its code is empty, from a month to a month; empty = no bound. By organisation, month and
/// group of staff, each with the event that it came with.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn list(
    conn: &impl ConnectionTrait,
    scope: &OrgScope,
    organisation: &str,
    (from, until): (&str, &str),
) -> Result<Vec<(Cover, String)>> {
    use observed_cover::Column as C;
    let mut query = observed_cover::Entity::find().filter(C::Org.eq(scope.as_str()));
    if !organisation.is_empty() {
        query = query.filter(C::Organisation.eq(organisation));
    }
    if !from.is_empty() {
        query = query.filter(C::Month.gte(from));
    }
    if !until.is_empty() {
        query = query.filter(C::Month.lte(until));
    }
    let events: BTreeMap<(String, String), String> = observed_month::Entity::find()
        .filter(observed_month::Column::Org.eq(scope.as_str()))
        .all(conn)
        .await?
        .into_iter()
        .map(|month| ((month.organisation, month.month), month.event_id))
        .collect();
    let rows = query
        .order_by_asc(C::Organisation)
        .order_by_asc(C::Month)
        .order_by_asc(C::StaffGroup)
        .all(conn)
        .await?;
    let event = |row: &Cover| events.get(&(row.organisation.clone(), row.month.clone())).cloned();
    Ok(rows.into_iter().map(|row| (row.clone(), event(&row).unwrap_or_default())).collect())
}
