//! Staff of trusts, by organisation, group of staff and month.

use muster_kit::{OrgScope, Result, UnitOfWork};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
};

use super::{
    entity::{trust_count, trust_month},
    replaced::{Counts, count, replace},
};
use crate::domain::trusts::{Month, TrustCount, months};

pub(crate) use trust_count::Model as Count;

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
    let org = uow.scope().as_str().to_owned();
    let mut versions = Vec::new();
    for month in months(counts) {
        versions.push((month, counted(uow, month).await?));
        let of_month = || counts.iter().filter(|count| count.month == month);
        let within = Condition::all().add(C::Org.eq(&org)).add(C::Month.eq(month.to_string()));
        let organisations = of_month().map(|count| count.organisation.clone()).collect();
        let rows = of_month().map(|count| Count {
            org: org.clone(),
            organisation: count.organisation.clone(),
            staff_group: count.staff_group.clone(),
            month: month.to_string(),
            name: count.name.clone(),
            fte_milli: count.fte.milli(),
            import_id: import_id.to_owned(),
        });
        replace::<trust_count::Entity, _>(uow, within, (C::Organisation, organisations), rows.collect())
            .await?;
    }
    Ok(versions)
}

async fn counted(uow: &UnitOfWork, month: Month) -> Result<i64> {
    use trust_month::Column as C;
    let org = uow.scope().as_str().to_owned();
    let first = trust_month::Model { org, month: month.to_string(), version: 1 };
    let columns = Counts { key: [C::Org, C::Month], version: C::Version, last: None };
    count(uow, first.into_active_model(), columns).await
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
