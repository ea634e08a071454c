//! Lines of the plan, by the newest version of what they are from.

use muster_kit::{
    OrgScope, Result, UnitOfWork, bulk,
    page::{Page, Paged},
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel as _, QueryFilter, QueryOrder, QuerySelect,
};

use super::{
    entity::plan_line,
    heads,
    records::{json, of_json},
};
use crate::domain::{Word as _, plan::PlanLine};

/// Puts the lines of a version in place of those of an earlier one; a later one that is there stays. Gives whether they were put.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn put(uow: &UnitOfWork, (head, version): (&str, i64), lines: &[PlanLine]) -> Result<bool> {
    let (conn, scope) = (uow.conn(), uow.scope());
    if !heads::advance(uow, head, version).await? {
        return Ok(false);
    }
    plan_line::Entity::delete_many()
        .filter(plan_line::Column::Org.eq(scope.as_str()))
        .filter(plan_line::Column::Head.eq(head))
        .exec(conn)
        .await?;
    let org = scope.as_str().to_owned();
    let mut rows = Vec::with_capacity(lines.len());
    for line in lines {
        let row = plan_line::Model {
            org: org.clone(),
            line_id: line.id.clone(),
            head: head.to_owned(),
            nature: line.nature.word().to_owned(),
            body: json(line)?,
        };
        rows.push(row.into_active_model());
    }
    bulk::insert_all::<plan_line::Entity, _>(conn, rows).await?;
    Ok(true)
}

/// A page of lines by name, of a nature or of all (empty).
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn page(
    conn: &impl ConnectionTrait,
    scope: &OrgScope,
    nature: &str,
    page: &Page,
) -> Result<Paged<PlanLine>> {
    let mut query = plan_line::Entity::find().filter(plan_line::Column::Org.eq(scope.as_str()));
    if !nature.is_empty() {
        query = query.filter(plan_line::Column::Nature.eq(nature));
    }
    if !page.after.is_empty() {
        query = query.filter(plan_line::Column::LineId.gt(page.after.clone()));
    }
    let rows = query.order_by_asc(plan_line::Column::LineId).limit(page.size + 1).all(conn).await?;
    let cut = page.cut(rows, |row| row.line_id.clone());
    let lines: Result<Vec<PlanLine>> = cut.rows.iter().map(|row| of_json(&row.body)).collect();
    Ok(Paged { rows: lines?, next_token: cut.next_token })
}
