//! Where lines lie: which run of the primary key has the lines of an organisation and a month.

use jiff::civil::Date;
use muster_kit::{OrgScope, Result, UnitOfWork, bulk};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
    sea_query::Query,
};

use super::entity::{
    shift_load,
    shift_run::{ActiveModel, Column, Entity, Model},
};

/// A run that is to be stored.
pub(super) struct Run {
    pub(super) org: String,
    pub(super) load_id: i64,
    pub(super) organisation: String,
    pub(super) lines: (i64, i64),
    pub(super) days: (Date, Date),
    pub(super) references: (String, String),
}

/// Stores runs.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(super) async fn add(uow: &UnitOfWork, runs: Vec<Run>) -> Result<()> {
    let row = |run: Run| ActiveModel {
        run_id: NotSet,
        org: Set(run.org),
        load_id: Set(run.load_id),
        organisation: Set(run.organisation),
        first_line: Set(run.lines.0),
        last_line: Set(run.lines.1),
        first_day: Set(run.days.0.to_string()),
        last_day: Set(run.days.1.to_string()),
        first_ref: Set(run.references.0),
        last_ref: Set(run.references.1),
    };
    bulk::insert_all::<Entity, _>(uow.conn(), runs.into_iter().map(row)).await?;
    Ok(())
}

/// Runs of complete loads that may have lines of an organisation from a day to a day, both included; an empty day = no limit. In
/// order of lines.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(super) async fn between(
    conn: &impl ConnectionTrait,
    scope: &OrgScope,
    organisation: Option<&str>,
    (first, last): (&str, &str),
) -> Result<Vec<Model>> {
    use shift_load::Column as Load;
    let mut complete = Query::select();
    complete.column(Load::LoadId).from(shift_load::Entity);
    complete.and_where(Load::Org.eq(scope.as_str())).and_where(Load::RecordedAt.is_not_null());
    let mut wanted =
        Condition::all().add(Column::Org.eq(scope.as_str())).add(Column::LoadId.in_subquery(complete));
    if let Some(organisation) = organisation {
        wanted = wanted.add(Column::Organisation.eq(organisation));
    }
    if !first.is_empty() {
        wanted = wanted.add(Column::LastDay.gte(first));
    }
    if !last.is_empty() {
        wanted = wanted.add(Column::FirstDay.lte(last));
    }
    Ok(Entity::find().filter(wanted).order_by_asc(Column::FirstLine).all(conn).await?)
}

/// Runs of a load.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(super) async fn of_load(
    conn: &impl ConnectionTrait,
    scope: &OrgScope,
    load_id: i64,
) -> Result<Vec<Model>> {
    let mine = Entity::find().filter(Column::Org.eq(scope.as_str())).filter(Column::LoadId.eq(load_id));
    Ok(mine.all(conn).await?)
}

/// Ranges of lines that hold the lines of these runs, each once and in order: runs that lie next to each other, or within each
/// other, become one.
pub(super) fn ranges(runs: &[Model]) -> Vec<(i64, i64)> {
    let mut found: Vec<(i64, i64)> = Vec::new();
    for run in runs {
        match found.last_mut() {
            Some(last) if run.first_line <= last.1 + 1 => last.1 = last.1.max(run.last_line),
            _ => found.push((run.first_line, run.last_line)),
        }
    }
    found
}
