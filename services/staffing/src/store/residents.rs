//! Residents of boroughs.

use std::collections::BTreeSet;

use jiff::civil::Date;
use muster_kit::{OrgScope, Result, UnitOfWork, bulk};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, IntoActiveModel, QueryFilter, QueryOrder,
    sea_query::{Expr, OnConflict},
};

use super::{
    codec,
    entity::{resident, resident_day},
};
use crate::domain::residents::{Residents, key};

/// Boroughs in one statement.
const CHUNK: usize = 500;

/// Writes residents. Those of a borough and day replace what was there of it; gives each day with its version, which counts its imports
/// from 1.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn write(uow: &UnitOfWork, import_id: &str, of: &[Residents]) -> Result<Vec<(Date, i64)>> {
    use resident::Column as C;
    let (conn, org) = (uow.conn(), uow.scope().as_str().to_owned());
    let mut versions = Vec::new();
    for day in of.iter().map(|of| of.day).collect::<BTreeSet<Date>>() {
        versions.push((day, counted(uow, import_id, day).await?));
        let of_day: Vec<&Residents> = of.iter().filter(|of| of.day == day).collect();
        for some in of_day.chunks(CHUNK) {
            resident::Entity::delete_many()
                .filter(C::Org.eq(&org))
                .filter(C::Day.eq(day.to_string()))
                .filter(C::Borough.is_in(some.iter().map(|of| key(&of.borough))))
                .exec(conn)
                .await?;
        }
        let rows = of_day.iter().map(|of| {
            resident::Model {
                org: org.clone(),
                day: day.to_string(),
                borough: key(&of.borough),
                name: of.borough.clone(),
                residents: of.residents,
                import_id: import_id.to_owned(),
            }
            .into_active_model()
        });
        bulk::insert_all::<resident::Entity, _>(conn, rows.collect::<Vec<_>>()).await?;
    }
    Ok(versions)
}

/// Counts an import of a day; its row stays locked until the commit.
async fn counted(uow: &UnitOfWork, import_id: &str, day: Date) -> Result<i64> {
    use resident_day::{ActiveModel, Column, Entity};
    let (conn, org) = (uow.conn(), uow.scope().as_str().to_owned());
    let row = ActiveModel {
        org: Set(org.clone()),
        day: Set(day.to_string()),
        version: Set(1),
        import_id: Set(import_id.to_owned()),
    };
    let again = OnConflict::columns([Column::Org, Column::Day])
        .value(Column::Version, Expr::col((Entity, Column::Version)).add(1))
        .value(Column::ImportId, import_id)
        .to_owned();
    Entity::insert(row).on_conflict(again).exec_without_returning(conn).await?;
    let there = Entity::find_by_id((org, day.to_string())).one(conn).await?;
    Ok(there.map_or(1, |of| of.version))
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
