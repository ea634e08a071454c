//! What was last said of the opportunity of an organisation, so that the same is not said twice.

use muster_kit::{OrgScope, Result, UnitOfWork};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
    sea_query::OnConflict,
};

use super::entity::variance_found::{ActiveModel, Column, Entity};

pub(crate) use super::entity::variance_found::Model as Said;

/// Notes what is said now to who keeps the records of an organisation, pence and rows; gives whether it is something else than before.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn note(
    uow: &UnitOfWork,
    (owner, organisation): (&str, &str),
    (pence, rows): (i64, i64),
) -> Result<bool> {
    let (conn, org) = (uow.conn(), owner.to_owned());
    let before = Entity::find_by_id((org.clone(), organisation.to_owned())).one(conn).await?;
    let known = before.as_ref().map_or((0, 0), |it| (it.opportunity, it.item_rows));
    if known == (pence, rows) {
        return Ok(false);
    }
    let row = ActiveModel {
        org: Set(org),
        organisation: Set(organisation.to_owned()),
        opportunity: Set(pence),
        item_rows: Set(rows),
    };
    let conflict = OnConflict::columns([Column::Org, Column::Organisation])
        .update_columns([Column::Opportunity, Column::ItemRows])
        .to_owned();
    Entity::insert(row).on_conflict(conflict).exec_without_returning(conn).await?;
    Ok(true)
}

/// Of whom something was said, by who keeps the records and organisation.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn told(uow: &UnitOfWork) -> Result<Vec<(String, String)>> {
    let rows = Entity::find().all(uow.conn()).await?;
    Ok(rows.into_iter().map(|row| (row.org, row.organisation)).collect())
}

/// What was said last of the organisations whose records the scope keeps.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn said(conn: &impl ConnectionTrait, scope: &OrgScope) -> Result<Vec<Said>> {
    let mine = Entity::find().filter(Column::Org.eq(scope.as_str()));
    Ok(mine.order_by_asc(Column::Organisation).all(conn).await?)
}
