//! The latest gap of every node, per organisation.
//!
//! Forecasts of different areas come in no order. A row is replaced only by what was published later (the event's
//! instant, then its id), so that following the bus and reading the log in any order end in the same rows.

use muster_kit::{Db, OrgScope, Result};
use sea_orm::{ConnectionTrait, Iterable, QueryOrder, entity::prelude::*, sea_query::OnConflict};
use serde::Serialize;

/// The latest gap of one node, scenario and role, in the last year of its forecast.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, DeriveEntityModel)]
#[sea_orm(table_name = "latest_gap")]
pub struct Model {
    /// Organisation that published the forecast.
    #[sea_orm(primary_key, auto_increment = false)]
    pub org: String,
    /// Scenario.
    #[sea_orm(primary_key, auto_increment = false)]
    pub scenario: String,
    /// `system`, `borough`, `federation`, `lcn`, `pcn`, `practice`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub level: String,
    /// Code of the node.
    #[sea_orm(primary_key, auto_increment = false)]
    pub node: String,
    /// `gp` or `nurse`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub role: String,
    /// Name of the node.
    pub name: String,
    /// Area of the forecast.
    pub area: String,
    /// Last year of the forecast.
    pub year: i64,
    /// The run.
    pub run_id: String,
    /// Gap, 10th percentile, FTE in 1/1000; positive = too few.
    pub gap_p10_milli: i64,
    /// Gap, median, FTE in 1/1000.
    pub gap_p50_milli: i64,
    /// Gap, 90th percentile, FTE in 1/1000.
    pub gap_p90_milli: i64,
    /// Gap over demand, median, parts per million.
    pub shortfall_p50_ppm: i64,
    /// Cost of the gap, median, pence a year.
    pub cost_p50_pence: i64,
    /// Version of the forecast of its scenario and area.
    pub version: i64,
    /// When it was published, microseconds UTC.
    pub published_at: i64,
    /// The event that it came with.
    pub event_id: String,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// The latest gap of one node, scenario and role.
pub type LatestGap = Model;

const LATER: &str = "latest_gap.published_at < excluded.published_at OR \
    (latest_gap.published_at = excluded.published_at AND latest_gap.event_id < excluded.event_id)";

/// The latest gaps of an organisation, by scenario, level, node and role.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub async fn latest_gap(db: &Db, scope: &OrgScope) -> Result<Vec<LatestGap>> {
    let rows = Entity::find()
        .filter(Column::Org.eq(scope.as_str()))
        .order_by_asc(Column::Scenario)
        .order_by_asc(Column::Level)
        .order_by_asc(Column::Node)
        .order_by_asc(Column::Role);
    Ok(rows.all(db.read()).await?)
}

/// Puts the rows of one forecast in, where nothing later stands.
pub(crate) async fn put(conn: &impl ConnectionTrait, scope: &OrgScope, rows: Vec<Model>) -> Result<()> {
    let key = [Column::Org, Column::Scenario, Column::Level, Column::Node, Column::Role];
    let rest = Column::iter().filter(|column| !key.iter().any(|k| k.as_str() == column.as_str()));
    let later = OnConflict::columns(key).update_columns(rest).action_and_where(Expr::cust(LATER)).to_owned();
    for part in rows.chunks(500) {
        let part = part.iter().map(|row| {
            let row = Model { org: scope.as_str().to_owned(), ..row.clone() };
            ActiveModel::from(row).reset_all()
        });
        Entity::insert_many(part).on_conflict(later.clone()).exec_without_returning(conn).await?;
    }
    Ok(())
}

/// Empties the projection of every organisation, before it is made anew.
pub(crate) async fn clear(conn: &impl ConnectionTrait) -> Result<()> {
    Entity::delete_many().exec(conn).await?;
    Ok(())
}
