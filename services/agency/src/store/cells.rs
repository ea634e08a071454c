//! Months of shift lines, summed by group of staff and supply.

use muster_kit::{OrgScope, Result, UnitOfWork};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, Statement, Value};

use super::entity::spend_cell::{Column, Entity, Model};

/// Sums a month of an organisation anew from the lines that count, and gives its cells in order.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn renew(uow: &UnitOfWork, organisation: &str, month: &str) -> Result<Vec<Model>> {
    let (conn, scope) = (uow.conn(), uow.scope());
    let mine = |query: sea_orm::DeleteMany<Entity>| {
        query
            .filter(Column::Org.eq(scope.as_str()))
            .filter(Column::Organisation.eq(organisation))
            .filter(Column::Month.eq(month))
    };
    mine(Entity::delete_many()).exec(conn).await?;
    let sql = "INSERT INTO spend_cells (org, organisation, month, staff_group, supply, shifts, without_price, minutes, \
         pence, over_cap) \
         SELECT org, organisation, $3, staff_group, supply, COUNT(*), \
         CAST(SUM(CASE WHEN cost IS NULL AND supply <= 3 THEN 1 ELSE 0 END) AS BIGINT), \
         CAST(SUM(core + saturday_night + sunday_holiday) AS BIGINT), \
         CAST(SUM(COALESCE(cost, 0)) AS BIGINT), CAST(SUM(COALESCE(over_cap, 0)) AS BIGINT) \
         FROM shift_lines WHERE org = $1 AND organisation = $2 AND day >= $4 AND day <= $5 AND ended_by IS NULL \
         AND load_id IN (SELECT load_id FROM shift_loads WHERE org = $1 AND recorded_at IS NOT NULL) \
         GROUP BY org, organisation, staff_group, supply";
    let values: [Value; 5] = [
        scope.as_str().into(),
        organisation.into(),
        month.into(),
        format!("{month}-01").into(),
        format!("{month}-31").into(),
    ];
    conn.execute_raw(Statement::from_sql_and_values(conn.get_database_backend(), sql, values)).await?;
    let wanted = Wanted { organisation: Some(organisation.to_owned()), from: month, until: month };
    list(conn, &scope, &wanted).await
}

/// Which cells are wanted.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wanted<'a> {
    /// Only of this organisation.
    pub(crate) organisation: Option<String>,
    /// From this month on; empty = all.
    pub(crate) from: &'a str,
    /// Up to this month; empty = all.
    pub(crate) until: &'a str,
}

/// Cells by organisation, month, group of staff and supply.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn list(
    conn: &impl ConnectionTrait,
    scope: &OrgScope,
    wanted: &Wanted<'_>,
) -> Result<Vec<Model>> {
    let mut query = Entity::find().filter(Column::Org.eq(scope.as_str()));
    if let Some(organisation) = &wanted.organisation {
        query = query.filter(Column::Organisation.eq(organisation));
    }
    if !wanted.from.is_empty() {
        query = query.filter(Column::Month.gte(wanted.from));
    }
    if !wanted.until.is_empty() {
        query = query.filter(Column::Month.lte(wanted.until));
    }
    Ok(query
        .order_by_asc(Column::Organisation)
        .order_by_asc(Column::Month)
        .order_by_asc(Column::StaffGroup)
        .order_by_asc(Column::Supply)
        .all(conn)
        .await?)
}
