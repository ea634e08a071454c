//! Months of shift lines, summed by group of staff and supply.

use muster_kit::{OrgScope, Result, UnitOfWork};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel as _, QueryFilter, QueryOrder, Statement,
    Value,
    sea_query::{Alias, Expr, ExprTrait as _, OnConflict},
};

use super::{
    entity::spend_cell::{Column, Entity, Model},
    hourly::LINES,
};

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
    let sql = format!(
        "INSERT INTO spend_cells (org, organisation, month, staff_group, supply, shifts, without_price, minutes, \
         pence, over_cap) \
         SELECT line.org, line.organisation, $5, line.staff_group, line.supply, COUNT(*), \
         CAST(SUM(CASE WHEN cost IS NULL AND supply <= 3 THEN 1 ELSE 0 END) AS BIGINT), \
         CAST(SUM(core + saturday_night + sunday_holiday) AS BIGINT), \
         CAST(SUM(COALESCE(cost, 0)) AS BIGINT), CAST(SUM(COALESCE(over_cap, 0)) AS BIGINT) \
         {LINES} GROUP BY line.org, line.organisation, line.staff_group, line.supply"
    );
    let values: [Value; 5] = [
        scope.as_str().into(),
        organisation.into(),
        format!("{month}-01").into(),
        format!("{month}-31").into(),
        month.into(),
    ];
    conn.execute_raw(Statement::from_sql_and_values(conn.get_database_backend(), sql, values)).await?;
    let wanted = Wanted { organisation: Some(organisation.to_owned()), from: month, until: month };
    list(conn, &scope, &wanted).await
}

/// Cells added in one statement.
const TOGETHER: usize = 500;

/// Adds to cells what new lines say; a cell that is not there yet begins with it.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn add(uow: &UnitOfWork, cells: Vec<Model>) -> Result<()> {
    let sum = |column: Column| {
        let more = Expr::col((Alias::new("excluded"), column));
        (column, Expr::col((Entity, column)).add(more))
    };
    let sums =
        [Column::Shifts, Column::WithoutPrice, Column::Minutes, Column::Pence, Column::OverCap].map(sum);
    let key = [Column::Org, Column::Organisation, Column::Month, Column::StaffGroup, Column::Supply];
    let known = OnConflict::columns(key).values(sums).to_owned();
    let org = uow.scope().as_str().to_owned();
    let mut rows = cells.into_iter().map(|cell| Model { org: org.clone(), ..cell }.into_active_model());
    loop {
        let part: Vec<_> = rows.by_ref().take(TOGETHER).collect();
        if part.is_empty() {
            return Ok(());
        }
        Entity::insert_many(part).on_conflict(known.clone()).exec_without_returning(uow.conn()).await?;
    }
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
