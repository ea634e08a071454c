//! Pages of baseline rows.

use jiff::civil::Date;
use muster_kit::{
    Error, OrgScope, Result,
    page::{Page, Paged},
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Alias, Expr, Query},
};

use super::entity::{
    baseline::{Column, Entity, Model},
    count_set,
};
use crate::domain::role::Role;

/// Which rows are wanted.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wanted {
    /// Only this place.
    pub(crate) place: Option<String>,
    /// Only this role.
    pub(crate) role: Option<Role>,
    /// Only this financial year ending.
    pub(crate) year: Option<i32>,
    /// The newest per place and role on or before this date.
    pub(crate) as_of: Option<Date>,
}

/// A page of rows by place, role and date.
///
/// # Errors
/// Bad request on a token that is not ours; internal or unavailable when the database cannot.
pub(crate) async fn page(
    conn: &impl ConnectionTrait,
    scope: &OrgScope,
    wanted: &Wanted,
    page: &Page,
) -> Result<Paged<(Model, count_set::Model)>> {
    let mut query = Entity::find().filter(Column::Org.eq(scope.as_str()));
    if let Some(place) = &wanted.place {
        query = query.filter(Column::Place.eq(place));
    }
    if let Some(role) = wanted.role {
        query = query.filter(Column::Role.eq(role.number()));
    }
    if let Some(year) = wanted.year {
        query = query.filter(Column::Year.eq(year));
    }
    if let Some(as_of) = wanted.as_of {
        query = query.filter(Expr::col((Entity, Column::Day)).eq(newest_day(as_of)));
    }
    if !page.after.is_empty() {
        query = query.filter(after(&page.after)?);
    }
    let rows = query
        .order_by_asc(Column::Place)
        .order_by_asc(Column::Role)
        .order_by_asc(Column::Day)
        .order_by_asc(Column::SetId)
        .order_by_asc(Column::Position)
        .limit(page.size + 1)
        .all(conn)
        .await?;
    let cut = page.cut(rows, |row| {
        [
            row.place.clone(),
            row.role.to_string(),
            row.day.clone(),
            row.set_id.to_string(),
            row.position.to_string(),
        ]
        .join(" ")
    });
    with_sets(conn, scope, cut).await
}

/// The newest day of a row's place and role on or before a date.
fn newest_day(as_of: Date) -> sea_orm::sea_query::SimpleExpr {
    let other = Alias::new("other");
    let same = |column: Column| Expr::col((other.clone(), column)).eq(Expr::col((Entity, column)));
    let newest = Query::select()
        .expr(Expr::col((other.clone(), Column::Day)).max())
        .from_as(Entity, other.clone())
        .and_where(same(Column::Org))
        .and_where(same(Column::Place))
        .and_where(same(Column::Role))
        .and_where(Expr::col((other.clone(), Column::Day)).lte(as_of.to_string()))
        .to_owned();
    sea_orm::sea_query::SimpleExpr::SubQuery(None, Box::new(newest.into()))
}

/// Rows behind the last one of the page before.
fn after(token: &str) -> Result<sea_orm::sea_query::SimpleExpr> {
    let wrong = || Error::bad_request("page token unknown: use next_token of the page before as it came");
    let parts: Vec<&str> = token.split(' ').collect();
    let [place, role, day, set, position] = parts[..] else { return Err(wrong()) };
    let (role, set, position) = (
        role.parse::<i32>().map_err(|_| wrong())?,
        set.parse::<i64>().map_err(|_| wrong())?,
        position.parse::<i64>().map_err(|_| wrong())?,
    );
    let columns = [Column::Place, Column::Role, Column::Day, Column::SetId, Column::Position];
    let last = Expr::tuple([
        Expr::value(place),
        Expr::value(role),
        Expr::value(day),
        Expr::value(set),
        Expr::value(position),
    ]);
    Ok(Expr::tuple(columns.map(|column| Expr::col((Entity, column)))).gt(last))
}

async fn with_sets(
    conn: &impl ConnectionTrait,
    scope: &OrgScope,
    cut: Paged<Model>,
) -> Result<Paged<(Model, count_set::Model)>> {
    let mut ids: Vec<i64> = cut.rows.iter().map(|row| row.set_id).collect();
    ids.sort_unstable();
    ids.dedup();
    let sets = count_set::Entity::find()
        .filter(count_set::Column::Org.eq(scope.as_str()))
        .filter(count_set::Column::SetId.is_in(ids))
        .all(conn)
        .await?;
    let find = |id: i64| sets.iter().find(|set| set.set_id == id).cloned();
    let rows = cut
        .rows
        .into_iter()
        .map(|row| {
            let set = find(row.set_id).ok_or_else(|| Error::internal("a baseline row has lost its set"))?;
            Ok((row, set))
        })
        .collect::<Result<_>>()?;
    Ok(Paged { rows, next_token: cut.next_token })
}
