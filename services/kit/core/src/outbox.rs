//! The outbox table: what is to be published, with a status per row. A cursor would skip rows that commit late.

use sea_orm::{
    ActiveValue::NotSet,
    ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait, Statement,
    entity::prelude::*,
    sea_query::{CommonTableExpression, Expr, WithClause},
};
use uuid::Uuid;

use crate::{Classification, Error, Event, OrgCode, Result, audit, clock, uow::set};

/// A row of the outbox.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "outbox")]
pub struct Model {
    /// Order of insertion.
    #[sea_orm(primary_key)]
    pub seq: i64,
    /// Id of the event, UUIDv7 as text.
    pub id: String,
    /// Organisation.
    pub org: String,
    /// Subject.
    pub subject: String,
    /// CloudEvents type.
    pub kind: String,
    /// `own`, `group` or `public`.
    pub classification: String,
    /// Aggregate.
    pub aggregate_id: String,
    /// Version of the aggregate.
    pub aggregate_version: i64,
    /// Instant, microseconds UTC.
    pub occurred_at: i64,
    /// The event that caused it.
    pub causation_id: Option<String>,
    /// Actor id.
    pub actor: String,
    /// W3C trace context.
    pub traceparent: String,
    /// Encoded message.
    #[sea_orm(column_type = "VarBinary(StringLen::None)")]
    pub payload: Vec<u8>,
    /// When the bus took it, microseconds UTC; null = pending.
    pub published_at: Option<i64>,
    /// Failed attempts.
    pub attempts: i32,
    /// Why the last attempt failed.
    pub last_error: Option<String>,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl TryFrom<Model> for Event {
    type Error = Error;

    fn try_from(row: Model) -> Result<Self> {
        let uuid = |text: &str| {
            Uuid::parse_str(text).map_err(|e| Error::internal("outbox id unreadable").with_source(e))
        };
        Ok(Self {
            id: uuid(&row.id)?,
            subject: row.subject,
            kind: row.kind,
            organisation: OrgCode::new(&row.org)?,
            classification: Classification::parse(&row.classification)?,
            aggregate_id: row.aggregate_id,
            aggregate_version: row.aggregate_version,
            occurred_at_micros: row.occurred_at,
            causation_id: row.causation_id.as_deref().map(uuid).transpose()?,
            actor: row.actor,
            traceparent: row.traceparent,
            payload: row.payload.into(),
        })
    }
}

fn row(event: &Event) -> ActiveModel {
    ActiveModel {
        seq: NotSet,
        id: set(event.id.to_string()),
        org: set(event.organisation.to_string()),
        subject: set(event.subject.clone()),
        kind: set(event.kind.clone()),
        classification: set(event.classification.as_str().to_owned()),
        aggregate_id: set(event.aggregate_id.clone()),
        aggregate_version: set(event.aggregate_version),
        occurred_at: set(event.occurred_at_micros),
        causation_id: set(event.causation_id.map(|id| id.to_string())),
        actor: set(event.actor.clone()),
        traceparent: set(event.traceparent.clone()),
        payload: set(event.payload.to_vec()),
        published_at: set(None),
        attempts: set(0),
        last_error: set(None),
    }
}

/// Puts events in the outbox, in their order. A change does so through [`crate::UnitOfWork::publish`].
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub async fn insert(conn: &impl ConnectionTrait, events: &[Event]) -> Result<()> {
    crate::bulk::insert_all::<Entity, _>(conn, events.iter().map(row)).await?;
    Ok(())
}

/// Rows that go into one statement together with the audit row.
const WITH_AUDIT: usize = 200;

/// Puts events in the outbox and their audit row beside them, in one trip to the database where they are few: a commit
/// waits for every trip.
pub(crate) async fn insert_with_audit(
    conn: &impl ConnectionTrait,
    events: &[Event],
    audit: audit::ActiveModel,
) -> Result<()> {
    let (before, last) = events.split_at(events.len().saturating_sub(WITH_AUDIT));
    insert(conn, before).await?;
    let mut audit = audit::Entity::insert(audit);
    if last.is_empty() {
        audit.exec_without_returning(conn).await?;
        return Ok(());
    }
    let mut rows = Entity::insert_many(last.iter().map(row));
    let (audit, rows) = (QueryTrait::query(&mut audit).take(), QueryTrait::query(&mut rows).take());
    let backend = conn.get_database_backend();
    let statement = if backend == DbBackend::Postgres {
        let stored = CommonTableExpression::new().query(rows).table_name("stored").to_owned();
        let both = audit.with(WithClause::new().cte(stored).to_owned());
        backend.build(&both)
    } else {
        // SQLite has no insert within another statement, but takes several statements at once
        let (rows, audit) = (backend.build(&rows), backend.build(&audit));
        let values = [rows.values, audit.values].into_iter().flatten().flat_map(|values| values.0);
        Statement::from_sql_and_values(backend, format!("{}; {}", rows.sql, audit.sql), values)
    };
    conn.execute_raw(statement).await?;
    Ok(())
}

/// Pending rows in order of insertion, at most `limit`.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub async fn pending(conn: &impl ConnectionTrait, limit: u64) -> Result<Vec<Model>> {
    Ok(Entity::find()
        .filter(Column::PublishedAt.is_null())
        .order_by_asc(Column::Seq)
        .limit(limit)
        .all(conn)
        .await?)
}

/// Pending rows that were inserted after row `after`, in order of insertion, at most `limit`. For going past rows that
/// must wait; a later call starts at 0 again, because rows can become visible out of order.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub async fn pending_after(conn: &impl ConnectionTrait, after: i64, limit: u64) -> Result<Vec<Model>> {
    Ok(Entity::find()
        .filter(Column::PublishedAt.is_null())
        .filter(Column::Seq.gt(after))
        .order_by_asc(Column::Seq)
        .limit(limit)
        .all(conn)
        .await?)
}

/// Marks rows as taken by the bus.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub async fn mark_published(conn: &impl ConnectionTrait, seqs: &[i64]) -> Result<()> {
    for part in seqs.chunks(1000) {
        Entity::update_many()
            .col_expr(Column::PublishedAt, Expr::value(clock::now_micros()))
            .filter(Column::Seq.is_in(part.iter().copied()))
            .exec(conn)
            .await?;
    }
    Ok(())
}

/// Notes a failed attempt.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub async fn mark_failed(conn: &impl ConnectionTrait, seq: i64, why: &str) -> Result<()> {
    let why: String = why.chars().take(500).collect();
    Entity::update_many()
        .col_expr(Column::Attempts, Expr::col(Column::Attempts).add(1))
        .col_expr(Column::LastError, Expr::value(why))
        .filter(Column::Seq.eq(seq))
        .exec(conn)
        .await?;
    Ok(())
}

/// Pending rows, and the instant of the oldest in microseconds UTC.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub async fn lag(conn: &impl ConnectionTrait) -> Result<(u64, Option<i64>)> {
    let pending = Entity::find().filter(Column::PublishedAt.is_null()).count(conn).await?;
    let oldest = Entity::find()
        .filter(Column::PublishedAt.is_null())
        .order_by_asc(Column::Seq)
        .limit(1)
        .all(conn)
        .await?
        .first()
        .map(|row| row.occurred_at);
    Ok((pending, oldest))
}
