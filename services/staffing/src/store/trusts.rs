//! Staff of trusts, by organisation, group of staff and month.

use muster_kit::{OrgScope, Result, UnitOfWork, bulk};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, IntoActiveModel, QueryFilter, QueryOrder,
    sea_query::{Expr, OnConflict},
};

use super::entity::{trust_count, trust_month};
use crate::domain::trusts::{Month, TrustCount, months};

pub(crate) use trust_count::Model as Count;

/// Organisations in one delete statement.
const CHUNK: usize = 500;

/// Writes the counts of a file. Those of an organisation and month replace what was there of it; gives each month with its version, which
/// counts its imports from 1.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn write(
    uow: &UnitOfWork,
    import_id: &str,
    counts: &[TrustCount],
) -> Result<Vec<(Month, i64)>> {
    use trust_count::Column as C;
    let (conn, org) = (uow.conn(), uow.scope().as_str().to_owned());
    let mut versions = Vec::new();
    for month in months(counts) {
        versions.push((month, counted(uow, month).await?));
        let of_month = || counts.iter().filter(|count| count.month == month);
        let mut organisations: Vec<&str> = of_month().map(|count| count.organisation.as_str()).collect();
        organisations.sort_unstable();
        organisations.dedup();
        for some in organisations.chunks(CHUNK) {
            trust_count::Entity::delete_many()
                .filter(C::Org.eq(&org))
                .filter(C::Month.eq(month.to_string()))
                .filter(C::Organisation.is_in(some.iter().copied()))
                .exec(conn)
                .await?;
        }
        let rows = of_month().map(|count| {
            Count {
                org: org.clone(),
                organisation: count.organisation.clone(),
                staff_group: count.staff_group.clone(),
                month: month.to_string(),
                name: count.name.clone(),
                fte_milli: count.fte.milli(),
                import_id: import_id.to_owned(),
            }
            .into_active_model()
        });
        bulk::insert_all::<trust_count::Entity, _>(conn, rows.collect::<Vec<_>>()).await?;
    }
    Ok(versions)
}

/// Counts an import of a month; its row stays locked until the commit.
async fn counted(uow: &UnitOfWork, month: Month) -> Result<i64> {
    use trust_month::{ActiveModel, Column, Entity};
    let (conn, org) = (uow.conn(), uow.scope().as_str().to_owned());
    let row = ActiveModel { org: Set(org.clone()), month: Set(month.to_string()), version: Set(1) };
    let again = OnConflict::columns([Column::Org, Column::Month])
        .value(Column::Version, Expr::col((Entity, Column::Version)).add(1))
        .to_owned();
    Entity::insert(row).on_conflict(again).exec_without_returning(conn).await?;
    let there = Entity::find_by_id((org, month.to_string())).one(conn).await?;
    Ok(there.map_or(1, |of| of.version))
}

/// Every count, by organisation, group of staff and month.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn all(conn: &impl ConnectionTrait, scope: &OrgScope) -> Result<Vec<Count>> {
    use trust_count::Column as C;
    Ok(trust_count::Entity::find()
        .filter(C::Org.eq(scope.as_str()))
        .order_by_asc(C::Organisation)
        .order_by_asc(C::StaffGroup)
        .order_by_asc(C::Month)
        .all(conn)
        .await?)
}
