//! Deprivation of the patients of practices.

use std::collections::{BTreeMap, BTreeSet};

use muster_kit::{OrgScope, Result, UnitOfWork, bulk};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, IntoActiveModel, QueryFilter, QueryOrder,
    sea_query::{Expr, OnConflict},
};

use super::entity::{deprivation_score, deprivation_year};
use crate::domain::deprivation::DeprivationScore;

/// Practices in one statement.
const CHUNK: usize = 500;

/// Writes scores. That of a practice and year replaces what was there of it; gives each year with its version, which counts its imports
/// from 1.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn write(
    uow: &UnitOfWork,
    import_id: &str,
    scores: &[DeprivationScore],
) -> Result<Vec<(i32, i64)>> {
    use deprivation_score::Column as C;
    let (conn, org) = (uow.conn(), uow.scope().as_str().to_owned());
    let mut versions = Vec::new();
    for year in scores.iter().map(|of| of.year).collect::<BTreeSet<i32>>() {
        versions.push((year, counted(uow, import_id, year).await?));
        let of_year: Vec<&DeprivationScore> = scores.iter().filter(|of| of.year == year).collect();
        for some in of_year.chunks(CHUNK) {
            deprivation_score::Entity::delete_many()
                .filter(C::Org.eq(&org))
                .filter(C::Year.eq(year))
                .filter(C::Place.is_in(some.iter().map(|of| of.place.as_str())))
                .exec(conn)
                .await?;
        }
        let rows = of_year.iter().map(|of| {
            deprivation_score::Model {
                org: org.clone(),
                year,
                place: of.place.clone(),
                score_milli: of.score_milli,
                source: of.source.clone(),
                import_id: import_id.to_owned(),
            }
            .into_active_model()
        });
        bulk::insert_all::<deprivation_score::Entity, _>(conn, rows.collect::<Vec<_>>()).await?;
    }
    Ok(versions)
}

/// Counts an import of a year; its row stays locked until the commit.
async fn counted(uow: &UnitOfWork, import_id: &str, year: i32) -> Result<i64> {
    use deprivation_year::{ActiveModel, Column, Entity};
    let (conn, org) = (uow.conn(), uow.scope().as_str().to_owned());
    let row = ActiveModel {
        org: Set(org.clone()),
        year: Set(year),
        version: Set(1),
        import_id: Set(import_id.to_owned()),
    };
    let again = OnConflict::columns([Column::Org, Column::Year])
        .value(Column::Version, Expr::col((Entity, Column::Version)).add(1))
        .value(Column::ImportId, import_id)
        .to_owned();
    Entity::insert(row).on_conflict(again).exec_without_returning(conn).await?;
    let there = Entity::find_by_id((org, year)).one(conn).await?;
    Ok(there.map_or(1, |of| of.version))
}

/// Scores by practice, with the ids of the imports that they came with.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// By practice.
    pub(crate) scores: BTreeMap<String, DeprivationScore>,
    /// Ids of imports.
    pub(crate) imports: BTreeSet<String>,
}

/// The score of each practice of the last year on or before one; of those without one, that of the first year after it.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn around(
    conn: &impl ConnectionTrait,
    scope: &OrgScope,
    (places, year): (&[String], i32),
) -> Result<Found> {
    use deprivation_score::Column as C;
    let mut rows = Vec::new();
    for some in places.chunks(CHUNK) {
        let of_some = deprivation_score::Entity::find()
            .filter(C::Org.eq(scope.as_str()))
            .filter(C::Place.is_in(some.iter().map(String::as_str)))
            .order_by_asc(C::Year);
        rows.extend(of_some.all(conn).await?);
    }
    let mut best: BTreeMap<String, deprivation_score::Model> = BTreeMap::new();
    // years ascend: what is known then replaces what came before it, and what came later only fills a gap
    for row in rows {
        if row.year <= year || !best.contains_key(&row.place) {
            best.insert(row.place.clone(), row);
        }
    }
    let imports = best.values().map(|of| of.import_id.clone()).collect();
    let score = |of: deprivation_score::Model| DeprivationScore {
        place: of.place,
        year: of.year,
        score_milli: of.score_milli,
        source: of.source,
    };
    Ok(Found { scores: best.into_iter().map(|(place, of)| (place, score(of))).collect(), imports })
}
