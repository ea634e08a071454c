//! Rows of finished runs.

use muster_kit::{
    OrgScope, Result, UnitOfWork, bulk,
    page::{Page, Paged},
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect,
};

use super::{
    codec,
    entity::forecast_row::{Column, Entity, Model},
};
use crate::domain::{
    forecast::{Interval, Level, Row},
    role::Role,
};

/// Which rows are wanted.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wanted {
    /// Only this level.
    pub(crate) level: Option<Level>,
    /// Only this node.
    pub(crate) node: Option<String>,
    /// Only this role.
    pub(crate) role: Option<Role>,
    /// Only this year.
    pub(crate) year: Option<i32>,
}

/// Writes the rows of a run.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn write(uow: &UnitOfWork, run_id: &str, rows: &[Row]) -> Result<()> {
    let org = uow.scope().as_str().to_owned();
    let models: Vec<super::entity::forecast_row::ActiveModel> = rows
        .iter()
        .zip(0..)
        .map(|(row, position)| {
            Model {
                run_id: run_id.to_owned(),
                position,
                org: org.clone(),
                level: row.level as i32,
                node: row.node.to_string(),
                name: row.name.to_string(),
                role: row.role.number(),
                year: row.year,
                supply_p10: row.supply.p10,
                supply_p50: row.supply.p50,
                supply_p90: row.supply.p90,
                demand_p10: row.demand.p10,
                demand_p50: row.demand.p50,
                demand_p90: row.demand.p90,
                gap_p10: row.gap.p10,
                gap_p50: row.gap.p50,
                gap_p90: row.gap.p90,
                shortfall_p10: row.shortfall_ppm.p10,
                shortfall_p50: row.shortfall_ppm.p50,
                shortfall_p90: row.shortfall_ppm.p90,
                cost_p10: row.cost_pence.p10,
                cost_p50: row.cost_pence.p50,
                cost_p90: row.cost_pence.p90,
                list_p10: row.list.p10,
                list_p50: row.list.p50,
                list_p90: row.list.p90,
                placeholder: row.placeholder,
            }
            .into_active_model()
        })
        .collect();
    bulk::insert_all::<Entity, _>(uow.conn(), models).await?;
    Ok(())
}

/// Rows of a run.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn count(conn: &impl ConnectionTrait, scope: &OrgScope, run_id: &str) -> Result<u64> {
    let of = Entity::find().filter(Column::Org.eq(scope.as_str())).filter(Column::RunId.eq(run_id));
    Ok(of.count(conn).await?)
}

/// A page of rows: by level from the system down, node, role and year.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn page(
    conn: &impl ConnectionTrait,
    scope: &OrgScope,
    run_id: &str,
    wanted: &Wanted,
    page: &Page,
) -> Result<Paged<Row>> {
    let mut query = Entity::find().filter(Column::Org.eq(scope.as_str())).filter(Column::RunId.eq(run_id));
    if let Some(level) = wanted.level {
        query = query.filter(Column::Level.eq(level as i32));
    }
    if let Some(node) = &wanted.node {
        query = query.filter(Column::Node.eq(node));
    }
    if let Some(role) = wanted.role {
        query = query.filter(Column::Role.eq(role.number()));
    }
    if let Some(year) = wanted.year {
        query = query.filter(Column::Year.eq(year));
    }
    if !page.after.is_empty() {
        query = query.filter(Column::Position.gt(page.after.parse::<i64>().unwrap_or_default()));
    }
    let rows = query.order_by_asc(Column::Position).limit(page.size + 1).all(conn).await?;
    let cut = page.cut(rows, |row| row.position.to_string());
    let rows = cut.rows.into_iter().map(row_of).collect::<Result<_>>()?;
    Ok(Paged { rows, next_token: cut.next_token })
}

fn row_of(row: Model) -> Result<Row> {
    let level = Level::ALL.into_iter().find(|level| *level as i32 == row.level);
    Ok(Row {
        level: level.ok_or_else(|| muster_kit::Error::internal("stored level unreadable"))?,
        role: codec::role(row.role)?,
        node: row.node.into(),
        name: row.name.into(),
        year: row.year,
        supply: Interval { p10: row.supply_p10, p50: row.supply_p50, p90: row.supply_p90 },
        demand: Interval { p10: row.demand_p10, p50: row.demand_p50, p90: row.demand_p90 },
        gap: Interval { p10: row.gap_p10, p50: row.gap_p50, p90: row.gap_p90 },
        shortfall_ppm: Interval { p10: row.shortfall_p10, p50: row.shortfall_p50, p90: row.shortfall_p90 },
        cost_pence: Interval { p10: row.cost_p10, p50: row.cost_p50, p90: row.cost_p90 },
        list: Interval { p10: row.list_p10, p50: row.list_p50, p90: row.list_p90 },
        placeholder: row.placeholder,
    })
}
