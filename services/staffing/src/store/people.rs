//! Who works in an area, beside how many: heads by sex and age from individual-level files, vacancies from monthly snapshots.

use std::collections::{BTreeSet, HashMap};

use jiff::civil::Date;
use muster_kit::{OrgScope, Result};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::{
    codec,
    counts::CODES_IN_QUERY,
    entity::{baseline, count_set},
};
use crate::domain::{
    baseline::{AgeBand, INDIVIDUALS, Sex},
    forecast::{AgeGroup, People},
    role::Role,
    units::Fte,
};

/// Heads by sex and age of these commissioners (of all of them where none is named), by role: of the newest day up to `until` that has the
/// role. Heads of unknown sex or age are left out. With them, by role, the sets of counts that they are from.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn people(
    conn: &impl ConnectionTrait,
    scope: &OrgScope,
    until: Date,
    commissioners: &BTreeSet<String>,
) -> Result<(HashMap<Role, People>, HashMap<Role, BTreeSet<i64>>)> {
    let sets: Vec<i64> = count_set::Entity::find()
        .select_only()
        .column(count_set::Column::SetId)
        .filter(count_set::Column::Org.eq(scope.as_str()))
        .filter(count_set::Column::Definition.eq(INDIVIDUALS))
        .filter(count_set::Column::Day.lte(until.to_string()))
        .into_tuple()
        .all(conn)
        .await?;
    let mut query = baseline::Entity::find()
        .filter(baseline::Column::Org.eq(scope.as_str()))
        .filter(baseline::Column::SetId.is_in(sets))
        .filter(baseline::Column::DetailedRole.eq(""))
        .filter(baseline::Column::Sex.ne(""))
        .filter(baseline::Column::AgeBand.ne(""));
    if !commissioners.is_empty() {
        query = query.filter(baseline::Column::Place.is_in(commissioners));
    }
    let rows = query
        .order_by_asc(baseline::Column::Day)
        .order_by_asc(baseline::Column::SetId)
        .order_by_asc(baseline::Column::Position)
        .all(conn)
        .await?;
    // days are not mixed: commissioners merge, and their heads would count twice
    let mut newest_day: HashMap<i32, &str> = HashMap::new();
    let mut newest_set: HashMap<(&str, i32, &str), i64> = HashMap::new();
    for row in &rows {
        newest_day.insert(row.role, &row.day);
        newest_set.insert((&row.place, row.role, &row.day), row.set_id);
    }
    let newest = |row: &baseline::Model| {
        newest_day.get(&row.role) == Some(&row.day.as_str())
            && newest_set.get(&(row.place.as_str(), row.role, row.day.as_str())) == Some(&row.set_id)
    };
    let (mut people, mut from_sets) = (HashMap::<Role, People>::new(), HashMap::<Role, BTreeSet<i64>>::new());
    for row in rows.iter().filter(|row| newest(row)) {
        let Ok(AgeBand { from, to }) = row.age_band.parse() else { continue };
        from_sets.entry(codec::role(row.role)?).or_default().insert(row.set_id);
        let heads = u32::try_from(row.heads.unwrap_or_default()).unwrap_or_default();
        people.entry(codec::role(row.role)?).or_default().groups.push(AgeGroup {
            women: row.sex == Sex::Female.name(),
            from,
            to,
            heads,
            fte_milli: row.fte_milli,
        });
    }
    Ok((people, from_sets))
}

/// Vacancies of practices by role, by the newest snapshot of each in a stretch of days, with the set of counts that each is from. Of very
/// many practices the rows of all are read.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn vacancies(
    conn: &impl ConnectionTrait,
    scope: &OrgScope,
    (from, until): (Date, Date),
    codes: &[&str],
) -> Result<HashMap<(String, Role), (Fte, i64)>> {
    let mut query = baseline::Entity::find();
    if codes.len() <= CODES_IN_QUERY {
        query = query.filter(baseline::Column::Place.is_in(codes.iter().copied()));
    }
    let rows = query
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
        vacancies.insert((row.place, codec::role(row.role)?), (Fte::from_milli(milli), row.set_id));
    }
    Ok(vacancies)
}
