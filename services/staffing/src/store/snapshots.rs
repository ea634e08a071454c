//! What became of monthly snapshots.

use jiff::civil::Date;
use muster_kit::{
    OrgScope, Result, UnitOfWork,
    page::{Page, Paged},
};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect,
};

use super::entity::snapshot::{ActiveModel, Column, Entity, Model};
use crate::domain::snapshots::{Snapshot, year_before};

/// Writes a snapshot; true when it replaces an earlier one of the same month.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn write(
    uow: &UnitOfWork,
    import_id: &str,
    snapshot: &Snapshot,
    received_at: i64,
) -> Result<bool> {
    let (conn, org) = (uow.conn(), uow.scope().as_str().to_owned());
    let month_end = snapshot.month_end.to_string();
    let earlier = Entity::find()
        .filter(Column::Org.eq(&org))
        .filter(Column::Organisation.eq(&snapshot.organisation))
        .filter(Column::MonthEnd.eq(&month_end))
        .count(conn)
        .await?;
    let row = ActiveModel {
        snapshot_id: NotSet,
        org: Set(org),
        organisation: Set(snapshot.organisation.clone()),
        month_end: Set(month_end),
        received_at: Set(received_at),
        late: Set(snapshot.is_late()),
        duplicate: Set(earlier > 0),
        missing: Set(snapshot.missing.join(",")),
        fte_milli: Set(snapshot.fte.milli()),
        import_id: Set(import_id.to_owned()),
    };
    Entity::insert(row).exec_without_returning(conn).await?;
    Ok(earlier > 0)
}

/// A page of snapshots, newest month first.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn page(
    conn: &impl ConnectionTrait,
    scope: &OrgScope,
    organisation: &str,
    page: &Page,
) -> Result<Paged<Model>> {
    let mut query = Entity::find().filter(Column::Org.eq(scope.as_str()));
    if !organisation.is_empty() {
        query = query.filter(Column::Organisation.eq(organisation));
    }
    if let Some((month, id)) = page.after.split_once(' ') {
        let same_month = Condition::all()
            .add(Column::MonthEnd.eq(month))
            .add(Column::SnapshotId.lt(id.parse::<i64>().unwrap_or_default()));
        query = query.filter(Condition::any().add(Column::MonthEnd.lt(month)).add(same_month));
    }
    let rows = query
        .order_by_desc(Column::MonthEnd)
        .order_by_desc(Column::SnapshotId)
        .limit(page.size + 1)
        .all(conn)
        .await?;
    Ok(page.cut(rows, |row| format!("{} {}", row.month_end, row.snapshot_id)))
}

/// FTE of the same month a year earlier, by the newest snapshot of that month.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn fte_year_before(
    conn: &impl ConnectionTrait,
    scope: &OrgScope,
    organisation: &str,
    month_end: Date,
) -> Result<Option<i64>> {
    let row = Entity::find()
        .filter(Column::Org.eq(scope.as_str()))
        .filter(Column::Organisation.eq(organisation))
        .filter(Column::MonthEnd.eq(year_before(month_end).to_string()))
        .order_by_desc(Column::SnapshotId)
        .one(conn)
        .await?;
    Ok(row.map(|row| row.fte_milli))
}
