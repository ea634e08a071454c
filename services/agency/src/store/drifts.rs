//! Steps in rates: those found here, and those that other organisations have shared.

use muster_kit::{
    OrgScope, Result, UnitOfWork,
    page::{Page, Paged},
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoActiveModel as _, QueryFilter, QueryOrder,
    QuerySelect, sea_query::OnConflict,
};

use super::entity::rate_drift::{Column, Entity};

pub(crate) use super::entity::rate_drift::Model as Drift;

/// Keeps a step, unless it is there already.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn keep(uow: &UnitOfWork, drift: Drift) -> Result<()> {
    let there = OnConflict::column(Column::DriftId).do_nothing().to_owned();
    Entity::insert(drift.into_active_model()).on_conflict(there).exec_without_returning(uow.conn()).await?;
    Ok(())
}

/// Steps of an aggregate that were found here.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn of(conn: &impl ConnectionTrait, scope: &OrgScope, aggregate: &str) -> Result<Vec<Drift>> {
    Ok(Entity::find()
        .filter(Column::Org.eq(scope.as_str()))
        .filter(Column::Aggregate.eq(aggregate))
        .all(conn)
        .await?)
}

/// A page of steps, newest first. Those of other organisations are among them, because they were shared with all: what is kept of
/// them is what they said on the shared branch of the bus, and the caller tells them apart by their organisation.
///
/// # Errors
/// Bad request on a token that is not ours; internal or unavailable when the database cannot.
pub(crate) async fn page(
    conn: &impl ConnectionTrait,
    scope: &OrgScope,
    page: &Page,
) -> Result<Paged<(bool, Drift)>> {
    let mut query = Entity::find();
    if !page.after.is_empty() {
        let (at, id) = page.after.split_once('|').unwrap_or_default();
        let at = super::lines::place(at)?;
        let same = Condition::all().add(Column::DetectedAt.eq(at)).add(Column::DriftId.gt(id));
        query = query.filter(Condition::any().add(Column::DetectedAt.lt(at)).add(same));
    }
    let rows = query
        .order_by_desc(Column::DetectedAt)
        .order_by_asc(Column::DriftId)
        .limit(page.size + 1)
        .all(conn)
        .await?;
    let page = page.cut(rows, |row| format!("{}|{}", row.detected_at, row.drift_id));
    Ok(page.map(|row| (row.org == scope.as_str(), row)))
}
