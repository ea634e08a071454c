//! Residents of boroughs.

use std::collections::BTreeSet;

use jiff::civil::Date;
use muster_kit::{OrgScope, Result, UnitOfWork};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
};

use super::{
    codec,
    entity::{resident, resident_day},
    replaced::{Counts, count, replace},
};
use crate::domain::residents::{Residents, key};

/// Writes residents. Those of a borough and day replace what was there of it; gives each day with its version, which counts its imports
/// from 1.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn write(uow: &UnitOfWork, import_id: &str, of: &[Residents]) -> Result<Vec<(Date, i64)>> {
    use resident::Column as C;
    let org = uow.scope().as_str().to_owned();
    let mut versions = Vec::new();
    for day in of.iter().map(|of| of.day).collect::<BTreeSet<Date>>() {
        versions.push((day, counted(uow, import_id, day).await?));
        let of_day: Vec<&Residents> = of.iter().filter(|of| of.day == day).collect();
        let within = Condition::all().add(C::Org.eq(&org)).add(C::Day.eq(day.to_string()));
        let boroughs = of_day.iter().map(|of| key(&of.borough)).collect();
        let rows = of_day.iter().map(|of| resident::Model {
            org: org.clone(),
            day: day.to_string(),
            borough: key(&of.borough),
            name: of.borough.clone(),
            residents: of.residents,
            import_id: import_id.to_owned(),
        });
        replace::<resident::Entity, _>(uow, within, (C::Borough, boroughs), rows.collect()).await?;
    }
    Ok(versions)
}

async fn counted(uow: &UnitOfWork, import_id: &str, day: Date) -> Result<i64> {
    use resident_day::Column as C;
    let first = resident_day::Model {
        org: uow.scope().as_str().to_owned(),
        day: day.to_string(),
        version: 1,
        import_id: import_id.to_owned(),
    };
    let columns = Counts { key: [C::Org, C::Day], version: C::Version, last: Some(C::ImportId) };
    count(uow, first.into_active_model(), columns).await
}

/// Residents, with the ids of the imports that they came with.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// By day, then borough.
    pub(crate) residents: Vec<Residents>,
    /// Ids of imports.
    pub(crate) imports: BTreeSet<String>,
}

/// Residents of some boroughs, by their keys, on every day up to one.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn until(
    conn: &impl ConnectionTrait,
    scope: &OrgScope,
    (boroughs, day): (&BTreeSet<String>, Date),
) -> Result<Found> {
    use resident::Column as C;
    // a few hundred boroughs and a row a year of each at most: no need to name them
    let rows = resident::Entity::find()
        .filter(C::Org.eq(scope.as_str()))
        .filter(C::Day.lte(day.to_string()))
        .order_by_asc(C::Day)
        .order_by_asc(C::Borough)
        .all(conn)
        .await?;
    let mut found = Found::default();
    for row in rows.into_iter().filter(|row| boroughs.contains(&row.borough)) {
        let day = codec::date(&row.day)?;
        found.residents.push(Residents { borough: row.name, day, residents: row.residents });
        found.imports.insert(row.import_id);
    }
    Ok(found)
}
