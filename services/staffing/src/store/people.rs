//! Who works in an area, beside how many: heads by sex and age from individual-level files, vacancies from monthly snapshots.

use std::collections::{BTreeSet, HashMap, HashSet};

use jiff::civil::Date;
use muster_kit::{OrgScope, Result};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

use super::{codec, entity::baseline};
use crate::domain::{
    baseline::{AgeBand, Sex},
    forecast::{AgeGroup, People},
    role::Role,
    units::Fte,
};

/// Heads by sex and age of these commissioners (all of them where none is named), by role: of the newest count up to a day of each
/// commissioner. Heads of unknown sex or age are left out.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn people(
    conn: &impl ConnectionTrait,
    scope: &OrgScope,
    until: Date,
    (commissioners, practices): (&BTreeSet<String>, &HashSet<&str>),
) -> Result<HashMap<Role, People>> {
    let mut query = baseline::Entity::find()
        .filter(baseline::Column::Org.eq(scope.as_str()))
        .filter(baseline::Column::DetailedRole.eq(""))
        .filter(baseline::Column::Sex.ne(""))
        .filter(baseline::Column::AgeBand.ne(""))
        .filter(baseline::Column::Day.lte(until.to_string()));
    if !commissioners.is_empty() {
        query = query.filter(baseline::Column::Place.is_in(commissioners));
    }
    let rows = query
        .order_by_asc(baseline::Column::Day)
        .order_by_asc(baseline::Column::SetId)
        .order_by_asc(baseline::Column::Position)
        .all(conn)
        .await?;
    // a practice's own heads by age are read where they belong
    let mut newest: HashMap<(&str, i32), i64> = HashMap::new();
    let wanted = || rows.iter().filter(|row| !practices.contains(row.place.as_str()));
    for row in wanted() {
        newest.insert((&row.place, row.role), row.set_id);
    }
    let mut people: HashMap<Role, People> = HashMap::new();
    for row in wanted().filter(|row| newest.get(&(row.place.as_str(), row.role)) == Some(&row.set_id)) {
        let Ok(AgeBand { from, to }) = row.age_band.parse() else { continue };
        let heads = u32::try_from(row.heads.unwrap_or_default()).unwrap_or_default();
        people.entry(codec::role(row.role)?).or_default().groups.push(AgeGroup {
            women: row.sex == Sex::Female.name(),
            from,
            to,
            heads,
            fte_milli: row.fte_milli.unwrap_or_default(),
        });
    }
    Ok(people)
}

/// Vacancies of practices by role, by the newest snapshot of each in a stretch of days.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn vacancies(
    conn: &impl ConnectionTrait,
    scope: &OrgScope,
    (from, until): (Date, Date),
) -> Result<HashMap<(String, Role), Fte>> {
    let rows = baseline::Entity::find()
        .filter(baseline::Column::Org.eq(scope.as_str()))
        .filter(baseline::Column::DetailedRole.eq(""))
        .filter(baseline::Column::Sex.eq(""))
        .filter(baseline::Column::AgeBand.eq(""))
        .filter(baseline::Column::VacanciesMilli.is_not_null())
        .filter(baseline::Column::Day.gte(from.to_string()))
        .filter(baseline::Column::Day.lte(until.to_string()))
        .order_by_asc(baseline::Column::Day)
        .order_by_asc(baseline::Column::SetId)
        .all(conn)
        .await?;
    let mut vacancies = HashMap::new();
    for row in rows {
        let Some(milli) = row.vacancies_milli else { continue };
        vacancies.insert((row.place, codec::role(row.role)?), Fte::from_milli(milli));
    }
    Ok(vacancies)
}
