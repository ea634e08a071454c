//! Registered lists by age and sex.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use muster_kit::{Error, OrgScope, Result, UnitOfWork};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
};

use super::{
    codec,
    entity::{age_list, age_list_day},
    replaced::{Counts, count, replace},
};
use crate::domain::{age_lists::AgeList, baseline::Sex};

/// Practices in one statement.
const CHUNK: usize = 500;

/// Writes lists. Those of a practice and day replace what was there of it; gives each day with its version, which counts its imports
/// from 1.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn write(uow: &UnitOfWork, import_id: &str, lists: &[AgeList]) -> Result<Vec<(Date, i64)>> {
    use age_list::Column as C;
    let org = uow.scope().as_str().to_owned();
    let mut versions = Vec::new();
    for day in lists.iter().map(|list| list.day).collect::<BTreeSet<Date>>() {
        versions.push((day, counted(uow, import_id, day).await?));
        let of_day: Vec<&AgeList> = lists.iter().filter(|list| list.day == day).collect();
        let within = Condition::all().add(C::Org.eq(&org)).add(C::Day.eq(day.to_string()));
        let places = of_day.iter().map(|list| list.place.clone()).collect();
        let rows = of_day.iter().flat_map(|list| {
            list.patients.iter().map(|(sex, from, patients)| age_list::Model {
                org: org.clone(),
                day: day.to_string(),
                place: list.place.clone(),
                sex: sex.name().to_owned(),
                age_from: i32::from(*from),
                patients: *patients,
            })
        });
        replace::<age_list::Entity, _>(uow, within, (C::Place, places), rows.collect()).await?;
    }
    Ok(versions)
}

async fn counted(uow: &UnitOfWork, import_id: &str, day: Date) -> Result<i64> {
    use age_list_day::Column as C;
    let first = age_list_day::Model {
        org: uow.scope().as_str().to_owned(),
        day: day.to_string(),
        version: 1,
        import_id: import_id.to_owned(),
    };
    let columns = Counts { key: [C::Org, C::Day], version: C::Version, last: Some(C::ImportId) };
    count(uow, first.into_active_model(), columns).await
}

/// Lists by practice, with the ids of the last imports of their days.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// By practice.
    pub(crate) lists: BTreeMap<String, AgeList>,
    /// Ids of imports.
    pub(crate) imports: Vec<String>,
}

/// The list of each practice that was extracted last on or before a day; of those without one, the first that came after it.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn around(
    conn: &impl ConnectionTrait,
    scope: &OrgScope,
    (places, day): (&[String], Date),
) -> Result<Found> {
    let days = age_list_day::Entity::find()
        .filter(age_list_day::Column::Org.eq(scope.as_str()))
        .order_by_asc(age_list_day::Column::Day)
        .all(conn)
        .await?;
    let until = day.to_string();
    let (before, after): (Vec<_>, Vec<_>) = days.into_iter().partition(|of| of.day <= until);
    let mut missing: BTreeSet<&str> = places.iter().map(String::as_str).collect();
    let mut found = Found::default();
    for of in before.iter().rev().chain(&after) {
        if missing.is_empty() {
            break;
        }
        let wanted: Vec<&str> = missing.iter().copied().collect();
        let lists = of_day(conn, scope, (&of.day, &wanted)).await?;
        if !lists.is_empty() {
            found.imports.push(of.import_id.clone());
        }
        for list in lists {
            missing.remove(list.place.as_str());
            found.lists.insert(list.place.clone(), list);
        }
    }
    Ok(found)
}

async fn of_day(
    conn: &impl ConnectionTrait,
    scope: &OrgScope,
    (day, places): (&str, &[&str]),
) -> Result<Vec<AgeList>> {
    use age_list::Column as C;
    let mut lists: BTreeMap<String, AgeList> = BTreeMap::new();
    for some in places.chunks(CHUNK) {
        let rows = age_list::Entity::find()
            .filter(C::Org.eq(scope.as_str()))
            .filter(C::Day.eq(day))
            .filter(C::Place.is_in(some.iter().copied()))
            .all(conn)
            .await?;
        for row in rows {
            let unreadable = || Error::internal(format!("stored list of `{}` unreadable", row.place));
            let sex = Sex::read(&row.sex).ok_or_else(unreadable)?;
            let from = u8::try_from(row.age_from).map_err(|_| unreadable())?;
            let new = AgeList { place: row.place.clone(), day: codec::date(day)?, patients: Vec::new() };
            lists.entry(row.place).or_insert(new).patients.push((sex, from, row.patients));
        }
    }
    Ok(lists.into_values().collect())
}
