//! Deprivation of the patients of practices.

use std::collections::{BTreeMap, BTreeSet};

use muster_kit::{OrgScope, Result, UnitOfWork};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
};

use super::{
    entity::{deprivation_score, deprivation_year},
    replaced::{Counts, count, replace},
};
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
    let org = uow.scope().as_str().to_owned();
    let mut versions = Vec::new();
    for year in scores.iter().map(|of| of.year).collect::<BTreeSet<i32>>() {
        versions.push((year, counted(uow, import_id, year).await?));
        let of_year: Vec<&DeprivationScore> = scores.iter().filter(|of| of.year == year).collect();
        let within = Condition::all().add(C::Org.eq(&org)).add(C::Year.eq(year));
        let places = of_year.iter().map(|of| of.place.clone()).collect();
        let rows = of_year.iter().map(|of| deprivation_score::Model {
            org: org.clone(),
            year,
            place: of.place.clone(),
            score_milli: of.score_milli,
            source: of.source.clone(),
            import_id: import_id.to_owned(),
        });
        replace::<deprivation_score::Entity, _>(uow, within, (C::Place, places), rows.collect()).await?;
    }
    Ok(versions)
}

async fn counted(uow: &UnitOfWork, import_id: &str, year: i32) -> Result<i64> {
    use deprivation_year::Column as C;
    let first = deprivation_year::Model {
        org: uow.scope().as_str().to_owned(),
        year,
        version: 1,
        import_id: import_id.to_owned(),
    };
    let columns = Counts { key: [C::Org, C::Year], version: C::Version, last: Some(C::ImportId) };
    count(uow, first.into_active_model(), columns).await
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
