//! Sets of counts: written whole as a file brings them, read back as practice years.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use muster_kit::{OrgScope, Result, UnitOfWork, bulk};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect,
};

use super::{
    codec,
    entity::{baseline, count_set, place_list},
};
use crate::domain::{
    assemble::{Heads, cohort_band},
    baseline::{Count, CountSet, PlaceFacts, Sex},
    role::{ByRole, Role},
    units::{Fte, Patients},
};

/// Above so many codes all rows of a year are read, below it those of the codes.
pub(crate) const CODES_IN_QUERY: usize = 4_000;
/// Rows that are made at once: all England would be hundreds of megabytes.
const CHUNK: usize = 10_000;

/// Writes a set; gives the version of its year or date, which counts their imports from 1.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn write(uow: &UnitOfWork, import_id: &str, kind: &str, set: &CountSet) -> Result<i64> {
    let (conn, org) = (uow.conn(), uow.scope().as_str().to_owned());
    let (year, day) = (set.year.unwrap_or(0), set.date.to_string());
    let earlier = count_set::Entity::find()
        .filter(count_set::Column::Org.eq(&org))
        .filter(count_set::Column::Year.eq(year))
        .filter(count_set::Column::Day.eq(&day))
        .count(conn)
        .await?;
    let version = i64::try_from(earlier).unwrap_or(i64::MAX - 1) + 1;
    let row = count_set::ActiveModel {
        set_id: NotSet,
        org: Set(org.clone()),
        import_id: Set(import_id.to_owned()),
        kind: Set(kind.to_owned()),
        year: Set(year),
        day: Set(day.clone()),
        definition: Set(set.definition.clone()),
        version: Set(version),
    };
    let set_id = count_set::Entity::insert(row).exec(conn).await?.last_insert_id;
    for places in set.places.chunks(CHUNK) {
        let rows: Vec<place_list::ActiveModel> =
            places.iter().map(|place| place_row(set_id, &org, year, place)).collect();
        bulk::insert_all::<place_list::Entity, _>(conn, rows).await?;
    }
    let mut position = 0;
    for counts in set.counts.chunks(CHUNK) {
        let mut rows: Vec<baseline::ActiveModel> = Vec::with_capacity(counts.len());
        for count in counts {
            rows.push(count_row((set_id, position), &org, (year, &day), count));
            position += 1;
        }
        bulk::insert_all::<baseline::Entity, _>(conn, rows).await?;
    }
    Ok(version)
}

fn place_row(set_id: i64, org: &str, year: i32, place: &PlaceFacts) -> place_list::ActiveModel {
    place_list::Model {
        set_id,
        org: org.to_owned(),
        place: place.place.clone(),
        year,
        name: place.name.clone(),
        borough: place.borough.clone(),
        list_milli: place.list.map(Patients::milli),
    }
    .into_active_model()
}

fn count_row(key: (i64, i64), org: &str, when: (i32, &str), count: &Count) -> baseline::ActiveModel {
    baseline::Model {
        set_id: key.0,
        position: key.1,
        org: org.to_owned(),
        place: count.place.clone(),
        role: count.role.number(),
        day: when.1.to_owned(),
        year: when.0,
        detailed_role: count.detailed_role.clone(),
        sex: count.sex.map_or("", Sex::name).to_owned(),
        age_band: count.age_band.map(|band| band.to_string()).unwrap_or_default(),
        fte_milli: count.fte.map(Fte::milli),
        heads: count.heads,
        vacancies_milli: count.vacancies.map(Fte::milli),
        estimated: count.estimated,
    }
    .into_active_model()
}

/// Place, year, role, FTE in 1/1000, heads.
type Figures = (String, i32, i32, Option<i64>, Option<i64>);

/// A place in one financial year, as the newest import of that year has it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct PlaceYear {
    /// Registered list.
    pub(crate) list: Patients,
    /// FTE by role, absent where it did not return.
    pub(crate) fte: ByRole<Option<Fte>>,
    /// Heads by role, absent where unknown.
    pub(crate) heads: ByRole<Option<i64>>,
}

/// A place as the files name it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct NamedPlace {
    /// Name, empty when no file gives one.
    pub(crate) name: String,
    /// Borough, empty when no file gives one.
    pub(crate) borough: String,
    /// List by financial year ending.
    lists: BTreeMap<i32, Patients>,
}

/// Every place that has a financial year, by code.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn places(
    conn: &impl ConnectionTrait,
    scope: &OrgScope,
) -> Result<BTreeMap<String, NamedPlace>> {
    let rows = place_list::Entity::find()
        .filter(place_list::Column::Org.eq(scope.as_str()))
        .filter(place_list::Column::Year.gt(0))
        .order_by_asc(place_list::Column::SetId)
        .all(conn)
        .await?;
    let mut places: BTreeMap<String, NamedPlace> = BTreeMap::new();
    for row in rows {
        let place = places.entry(row.place).or_default();
        // a later file that gives no name or borough does not take away what an earlier one gave
        for (known, said) in [(&mut place.name, row.name), (&mut place.borough, row.borough)] {
            if !said.is_empty() {
                *known = said;
            }
        }
        place.lists.insert(row.year, Patients::from_milli(row.list_milli.unwrap_or_default()));
    }
    Ok(places)
}

/// Practice years of these places, by year and code: of two imports of one year the newer holds.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn place_years(
    conn: &impl ConnectionTrait,
    scope: &OrgScope,
    places: &BTreeMap<String, NamedPlace>,
    codes: &[String],
) -> Result<BTreeMap<(i32, String), PlaceYear>> {
    let wanted: HashSet<&str> = codes.iter().map(String::as_str).collect();
    let mut years: BTreeMap<(i32, String), PlaceYear> = BTreeMap::new();
    for code in codes {
        for (year, list) in places.get(code).into_iter().flat_map(|place| &place.lists) {
            years.insert((*year, code.clone()), PlaceYear { list: *list, ..PlaceYear::default() });
        }
    }
    let mut query = baseline::Entity::find()
        .filter(baseline::Column::Org.eq(scope.as_str()))
        .filter(baseline::Column::Year.gt(0))
        .filter(baseline::Column::DetailedRole.eq(""))
        .filter(baseline::Column::Sex.eq(""))
        .filter(baseline::Column::AgeBand.eq(""));
    if codes.len() <= CODES_IN_QUERY {
        query = query.filter(baseline::Column::Place.is_in(codes.iter().map(String::as_str)));
    }
    let rows: Vec<Figures> = query
        .select_only()
        .column(baseline::Column::Place)
        .column(baseline::Column::Year)
        .column(baseline::Column::Role)
        .column(baseline::Column::FteMilli)
        .column(baseline::Column::Heads)
        .order_by_asc(baseline::Column::SetId)
        .into_tuple()
        .all(conn)
        .await?;
    for (place, year, role, fte, heads) in rows {
        if !wanted.contains(place.as_str()) {
            continue;
        }
        let role = codec::role(role)?;
        let entry = years.entry((year, place)).or_default();
        entry.fte[role] = fte.map(Fte::from_milli);
        // a newer file without heads keeps the heads of an older one
        entry.heads[role] = heads.or(entry.heads[role]);
    }
    Ok(years)
}

/// Heads by age band of these places in a year, from files that split a role by age; and of these the women, where they say.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn ages(
    conn: &impl ConnectionTrait,
    scope: &OrgScope,
    year: i32,
    codes: &[String],
) -> Result<HashMap<(String, Role), Heads>> {
    let wanted: HashSet<&str> = codes.iter().map(String::as_str).collect();
    let rows = baseline::Entity::find()
        .filter(baseline::Column::Org.eq(scope.as_str()))
        .filter(baseline::Column::Year.eq(year))
        .filter(baseline::Column::DetailedRole.eq(""))
        .filter(baseline::Column::Sex.is_in(["", Sex::Female.name()]))
        .filter(baseline::Column::AgeBand.ne(""))
        .order_by_asc(baseline::Column::SetId)
        .all(conn)
        .await?;
    let mut newest: HashMap<(String, Role), i64> = HashMap::new();
    let mut ages: HashMap<(String, Role), Heads> = HashMap::new();
    for row in rows.iter().filter(|row| wanted.contains(row.place.as_str())) {
        let key = (row.place.clone(), codec::role(row.role)?);
        if newest.insert(key.clone(), row.set_id).is_some_and(|set| set != row.set_id) {
            ages.remove(&key);
        }
        let band = row.age_band.parse().ok().and_then(cohort_band);
        let Some((band, heads)) = band.zip(row.heads) else { continue };
        let of = ages.entry(key).or_default();
        let bands = if row.sex.is_empty() { &mut of.ages } else { &mut of.women };
        bands.get_or_insert_default()[band] += u32::try_from(heads).unwrap_or_default();
    }
    Ok(ages)
}

/// Ids of the imports that brought the financial years up to `year`.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn imports_of_years(
    conn: &impl ConnectionTrait,
    scope: &OrgScope,
    year: i32,
) -> Result<Vec<String>> {
    let ids: Vec<String> = count_set::Entity::find()
        .select_only()
        .column(count_set::Column::ImportId)
        .distinct()
        .filter(count_set::Column::Org.eq(scope.as_str()))
        .filter(count_set::Column::Year.gt(0))
        .filter(count_set::Column::Year.lte(year))
        .order_by_asc(count_set::Column::ImportId)
        .into_tuple()
        .all(conn)
        .await?;
    Ok(ids)
}

/// Imports that sets of counts came with.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn imports_of_sets(
    conn: &impl ConnectionTrait,
    scope: &OrgScope,
    sets: &BTreeSet<i64>,
) -> Result<Vec<String>> {
    if sets.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<String> = count_set::Entity::find()
        .select_only()
        .column(count_set::Column::ImportId)
        .distinct()
        .filter(count_set::Column::Org.eq(scope.as_str()))
        .filter(count_set::Column::SetId.is_in(sets.iter().copied()))
        .into_tuple()
        .all(conn)
        .await?;
    Ok(ids)
}

/// A count as a row has it.
pub(crate) fn count_of(row: &baseline::Model) -> Result<Count> {
    Ok(Count {
        place: row.place.clone(),
        role: codec::role(row.role)?,
        detailed_role: row.detailed_role.clone(),
        sex: Sex::read(&row.sex),
        age_band: row.age_band.parse().ok(),
        fte: row.fte_milli.map(Fte::from_milli),
        heads: row.heads,
        vacancies: row.vacancies_milli.map(Fte::from_milli),
        estimated: row.estimated,
    })
}
