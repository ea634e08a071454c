//! Versions of aggregates, in a table that a context's own migrations create with [`TABLE`].

use sea_orm::{
    ActiveValue::Set,
    ConnectionTrait as _, QueryFilter, Statement, Value,
    entity::prelude::*,
    sea_query::{Expr, ExprTrait as _, OnConflict},
};

use crate::{OrgScope, Result, UnitOfWork, clock};

/// The table, for a migration.
pub const TABLE: &str = "CREATE TABLE aggregate_versions (org TEXT NOT NULL, aggregate TEXT NOT NULL, version BIGINT NOT NULL, \
     PRIMARY KEY (org, aggregate))";

/// Version of an aggregate.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "aggregate_versions")]
pub struct Model {
    /// Organisation.
    #[sea_orm(primary_key, auto_increment = false)]
    pub org: String,
    /// Kind and id of the aggregate.
    #[sea_orm(primary_key, auto_increment = false)]
    pub aggregate: String,
    /// Counts its changes from 1.
    pub version: i64,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Counts the version of an aggregate up and gives it. Its row stays locked until the commit, which keeps the events of the
/// aggregate in order.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub async fn next(uow: &UnitOfWork, aggregate: &str) -> Result<i64> {
    next_for(uow, &uow.scope(), aggregate).await
}

/// The same of an aggregate of another organisation, where a change that several share is told to each of them.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub async fn next_for(uow: &UnitOfWork, scope: &OrgScope, aggregate: &str) -> Result<i64> {
    let org = scope.as_str().to_owned();
    let row = ActiveModel { org: Set(org.clone()), aggregate: Set(aggregate.to_owned()), version: Set(1) };
    let counted = Expr::col((Entity, Column::Version)).add(1);
    let conflict =
        OnConflict::columns([Column::Org, Column::Aggregate]).value(Column::Version, counted).to_owned();
    Entity::insert(row).on_conflict(conflict).exec_without_returning(uow.conn()).await?;
    let found = Entity::find()
        .filter(Column::Org.eq(org))
        .filter(Column::Aggregate.eq(aggregate))
        .one(uow.conn())
        .await?;
    Ok(found.map_or(1, |row| row.version))
}

/// The version of an aggregate; 0 before its first.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub async fn current(conn: &impl ConnectionTrait, scope: &OrgScope, aggregate: &str) -> Result<i64> {
    let found = Entity::find()
        .filter(Column::Org.eq(scope.as_str()))
        .filter(Column::Aggregate.eq(aggregate))
        .one(conn)
        .await?;
    Ok(found.map_or(0, |row| row.version))
}

/// Holds everybody else off who asks the same, until the commit.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub async fn lock(uow: &UnitOfWork, what: &str) -> Result<()> {
    next(uow, &format!("lock {what}")).await.map(|_| ())
}

/// The same for all organisations: what they share is changed by one at a time. To be asked after [`instant`] where both are.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub async fn lock_all(uow: &UnitOfWork, what: &str) -> Result<()> {
    let sql = "INSERT INTO aggregate_versions (org, aggregate, version) VALUES ('*', $1, 1) \
         ON CONFLICT (org, aggregate) DO UPDATE SET version = aggregate_versions.version + 1";
    let conn = uow.conn();
    let values = [Value::from(format!("lock {what}"))];
    conn.execute_raw(Statement::from_sql_and_values(conn.get_database_backend(), sql, values)).await?;
    Ok(())
}

/// An instant, microseconds UTC, that no other of the organisation is equal to or later than, until the commit: whoever takes one
/// waits for who took the one before. What was known at an instant is therefore what was committed by then.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub async fn instant(uow: &UnitOfWork) -> Result<i64> {
    let org = uow.scope().as_str().to_owned();
    let sql = "INSERT INTO aggregate_versions (org, aggregate, version) VALUES ($1, 'instant', $2) \
         ON CONFLICT (org, aggregate) DO UPDATE SET version = CASE \
         WHEN aggregate_versions.version >= excluded.version THEN aggregate_versions.version + 1 \
         ELSE excluded.version END";
    let (conn, values) = (uow.conn(), [Value::from(org.clone()), clock::now_micros().into()]);
    conn.execute_raw(Statement::from_sql_and_values(conn.get_database_backend(), sql, values)).await?;
    let found =
        Entity::find().filter(Column::Org.eq(org)).filter(Column::Aggregate.eq("instant")).one(conn).await?;
    Ok(found.map_or_else(clock::now_micros, |row| row.version))
}
