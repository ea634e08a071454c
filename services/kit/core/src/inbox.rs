//! The inbox table: which consumer has had the effect of which event. Written in the transaction of the effect.

use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect, entity::prelude::*,
    sea_query::OnConflict,
};
use uuid::Uuid;

use crate::{Event, Result, clock, uow::set};

/// A row of the inbox.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "inbox")]
pub struct Model {
    /// Consumer.
    #[sea_orm(primary_key, auto_increment = false)]
    pub consumer: String,
    /// Event.
    #[sea_orm(primary_key, auto_increment = false)]
    pub event_id: String,
    /// Organisation of the event.
    pub org: String,
    /// Aggregate of the event.
    pub aggregate_id: String,
    /// Version of the aggregate.
    pub aggregate_version: i64,
    /// Instant of the effect, microseconds UTC.
    pub handled_at: i64,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Notes that a consumer has the effect of an event. False when it had it already: skip the effect then.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub async fn enter(conn: &impl ConnectionTrait, consumer: &str, event: &Event) -> Result<bool> {
    let row = ActiveModel {
        consumer: set(consumer.to_owned()),
        event_id: set(event.id.to_string()),
        org: set(event.organisation.to_string()),
        aggregate_id: set(event.aggregate_id.clone()),
        aggregate_version: set(event.aggregate_version),
        handled_at: set(clock::now_micros()),
    };
    let conflict = OnConflict::columns([Column::Consumer, Column::EventId]).do_nothing().to_owned();
    let inserted = Entity::insert(row).on_conflict(conflict).exec_without_returning(conn).await;
    match inserted {
        Ok(rows) => Ok(rows > 0),
        Err(DbErr::RecordNotInserted) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// Notes that a consumer has the effects of these events, in as few statements as possible. Gives those that it had
/// not had: only their effects are to be made.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub async fn enter_all(conn: &impl ConnectionTrait, consumer: &str, events: &[&Event]) -> Result<Vec<Uuid>> {
    let mut events = events.to_vec();
    // two workers that hold the same events must not wait for each other's rows in opposite orders
    events.sort_by_key(|event| event.id);
    let now = clock::now_micros();
    let mut entered = Vec::with_capacity(events.len());
    for part in events.chunks(500) {
        let rows = part.iter().map(|event| ActiveModel {
            consumer: set(consumer.to_owned()),
            event_id: set(event.id.to_string()),
            org: set(event.organisation.to_string()),
            aggregate_id: set(event.aggregate_id.clone()),
            aggregate_version: set(event.aggregate_version),
            handled_at: set(now),
        });
        let mut insert = Entity::insert_many(rows);
        let conflict = OnConflict::columns([Column::Consumer, Column::EventId]).do_nothing().to_owned();
        let query = sea_orm::QueryTrait::query(&mut insert);
        query.on_conflict(conflict).returning_col(Column::EventId);
        for row in conn.query_all(query).await? {
            let id: String = row.try_get("", "event_id")?;
            entered.extend(Uuid::parse_str(&id));
        }
    }
    Ok(entered)
}

/// Which of these events the consumer has had already.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub async fn known(conn: &impl ConnectionTrait, consumer: &str, ids: &[Uuid]) -> Result<Vec<Uuid>> {
    let mut known = Vec::new();
    for part in ids.chunks(1000) {
        let found: Vec<String> = Entity::find()
            .select_only()
            .column(Column::EventId)
            .filter(Column::Consumer.eq(consumer))
            .filter(Column::EventId.is_in(part.iter().map(Uuid::to_string)))
            .into_tuple()
            .all(conn)
            .await?;
        known.extend(found.iter().filter_map(|id| Uuid::parse_str(id).ok()));
    }
    Ok(known)
}
