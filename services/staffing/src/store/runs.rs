//! Forecast runs.

use muster_kit::{
    Db, Error, OrgScope, Result, UnitOfWork, clock,
    page::{Page, Paged},
};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, IntoActiveModel, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect, sea_query::Expr,
};

use super::entity::forecast_run::{Column, Entity};

pub(crate) use super::entity::forecast_run::Model;

/// State of a run; the numbers are those of the contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i32)]
pub(crate) enum State {
    /// Accepted, not started.
    Queued = 1,
    /// Running.
    Running = 2,
    /// Finished.
    Finished = 3,
    /// Cancelled on request.
    Cancelled = 4,
    /// Failed.
    Failed = 5,
}

impl State {
    /// States of runs that have not ended.
    pub(crate) const OPEN: [i32; 2] = [Self::Queued as i32, Self::Running as i32];
}

impl Model {
    /// True when it will not change any more.
    pub(crate) fn has_ended(&self) -> bool {
        !State::OPEN.contains(&self.state)
    }
}

/// Adds a run.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn insert(uow: &UnitOfWork, run: &Model) -> Result<()> {
    Entity::insert(run.clone().into_active_model()).exec_without_returning(uow.conn()).await?;
    Ok(())
}

/// Writes a run as it now stands.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn update(uow: &UnitOfWork, run: &Model) -> Result<()> {
    let mut row = super::entity::forecast_run::ActiveModel::from(run.clone()).reset_all();
    row.run_id = sea_orm::ActiveValue::NotSet;
    // another process may have asked meanwhile
    row.cancel_asked = sea_orm::ActiveValue::NotSet;
    Entity::update_many()
        .set(row)
        .filter(Column::RunId.eq(&run.run_id))
        .filter(Column::Org.eq(uow.scope().as_str()))
        .exec(uow.conn())
        .await?;
    Ok(())
}

/// Notes that a run was asked to stop.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn ask_to_stop(uow: &UnitOfWork, run_id: &str) -> Result<()> {
    Entity::update_many()
        .col_expr(Column::CancelAsked, Expr::value(true))
        .filter(Column::Org.eq(uow.scope().as_str()))
        .filter(Column::RunId.eq(run_id))
        .exec(uow.conn())
        .await?;
    Ok(())
}

/// A sign of life of a run with its progress; true when somebody asked it to stop.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn touch(db: &Db, scope: &OrgScope, run_id: &str, progress_ppm: i64) -> Result<bool> {
    let tx = db.begin_raw().await?;
    Entity::update_many()
        .col_expr(Column::TouchedAt, Expr::value(clock::now_micros()))
        .col_expr(Column::ProgressPpm, Expr::value(progress_ppm))
        .filter(Column::Org.eq(scope.as_str()))
        .filter(Column::RunId.eq(run_id))
        .filter(Column::State.is_in(State::OPEN))
        .exec(&tx)
        .await?;
    tx.commit().await?;
    Ok(get(db.read(), scope, run_id).await?.cancel_asked)
}

/// One run.
///
/// # Errors
/// Not found when there is none of that id within the scope.
pub(crate) async fn get(conn: &impl ConnectionTrait, scope: &OrgScope, run_id: &str) -> Result<Model> {
    Entity::find_by_id(run_id)
        .filter(Column::Org.eq(scope.as_str()))
        .one(conn)
        .await?
        .ok_or_else(|| Error::not_found(format!("no forecast `{run_id}`")))
}

/// The latest finished run.
///
/// # Errors
/// Not found when none has finished.
pub(crate) async fn latest_finished(conn: &impl ConnectionTrait, scope: &OrgScope) -> Result<Model> {
    Entity::find()
        .filter(Column::Org.eq(scope.as_str()))
        .filter(Column::State.eq(State::Finished as i32))
        .order_by_desc(Column::RunId)
        .one(conn)
        .await?
        .ok_or_else(|| Error::not_found("no forecast has finished yet: start one"))
}

/// Runs, newest first.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn page(conn: &impl ConnectionTrait, scope: &OrgScope, page: &Page) -> Result<Paged<Model>> {
    let mut query = Entity::find().filter(Column::Org.eq(scope.as_str())).order_by_desc(Column::RunId);
    if !page.after.is_empty() {
        // ids are UUIDv7: their order is the order of time
        query = query.filter(Column::RunId.lt(page.after.clone()));
    }
    let rows = query.limit(page.size + 1).all(conn).await?;
    Ok(page.cut(rows, |row| row.run_id.clone()))
}

/// Finished runs of a scenario and area so far: their number is the version of the next.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn finished(uow: &UnitOfWork, scenario: &str, area: &str) -> Result<i64> {
    let count = Entity::find()
        .filter(Column::Org.eq(uow.scope().as_str()))
        .filter(Column::Scenario.eq(scenario))
        .filter(Column::Area.eq(area))
        .filter(Column::State.eq(State::Finished as i32))
        .count(uow.conn())
        .await?;
    Ok(i64::try_from(count).unwrap_or(i64::MAX))
}

/// The latest finished run of a scenario and area.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn latest_of(
    conn: &impl ConnectionTrait,
    scope: &OrgScope,
    (scenario, area): (&str, &str),
) -> Result<Option<Model>> {
    Ok(Entity::find()
        .filter(Column::Org.eq(scope.as_str()))
        .filter(Column::Scenario.eq(scenario))
        .filter(Column::Area.eq(area))
        .filter(Column::State.eq(State::Finished as i32))
        .order_by_desc(Column::Version)
        .one(conn)
        .await?)
}

/// The latest finished run of each scenario and area.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn latest_each(conn: &impl ConnectionTrait, scope: &OrgScope) -> Result<Vec<Model>> {
    let pairs: Vec<(String, String)> = Entity::find()
        .select_only()
        .columns([Column::Scenario, Column::Area])
        .distinct()
        .filter(Column::Org.eq(scope.as_str()))
        .filter(Column::State.eq(State::Finished as i32))
        .order_by_asc(Column::Scenario)
        .order_by_asc(Column::Area)
        .into_tuple()
        .all(conn)
        .await?;
    let mut found = Vec::with_capacity(pairs.len());
    for (scenario, area) in &pairs {
        found.extend(latest_of(conn, scope, (scenario, area)).await?);
    }
    Ok(found)
}

/// Open runs of every organisation that gave no sign of life since `before`: whoever ran them is gone.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn silent_since(db: &Db, before: i64) -> Result<Vec<Model>> {
    Ok(Entity::find()
        .filter(Column::State.is_in(State::OPEN))
        .filter(Expr::col(Column::TouchedAt).lt(before))
        .all(db.read())
        .await?)
}
