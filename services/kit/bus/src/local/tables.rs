//! The tables of the local bus: the log, each consumer's place in it, what is unanswered, and the dead letters.

#![expect(unreachable_pub, reason = "what the entity macro derives is public")]

use muster_kit::{Classification, Error, Event, OrgCode, clock, migrations};
use sea_orm::ActiveValue::Set;
use sea_orm_migration::{
    MigrationTrait, MigratorTrait,
    prelude::{DbErr, MigrationName, SchemaManager},
    sea_orm::{ConnectionTrait, DbBackend},
};
use uuid::Uuid;

/// The migrations of the bus file.
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![Box::new(First)]
    }
}

struct First;

impl MigrationName for First {
    fn name(&self) -> &'static str {
        "m0001_bus"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for First {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for statement in tables(manager.get_database_backend()) {
            manager.get_connection().execute_unprepared(&statement).await?;
        }
        Ok(())
    }
}

fn tables(backend: DbBackend) -> Vec<String> {
    let (blob, serial) = (migrations::blob(backend), migrations::serial(backend));
    vec![
        format!(
            "CREATE TABLE bus_log (position {serial}, id TEXT NOT NULL UNIQUE, org TEXT NOT NULL, \
             subject TEXT NOT NULL, kind TEXT NOT NULL, classification TEXT NOT NULL, aggregate_id TEXT NOT NULL, \
             aggregate_version BIGINT NOT NULL, occurred_at BIGINT NOT NULL, causation_id TEXT, actor TEXT NOT NULL, \
             traceparent TEXT NOT NULL, payload {blob} NOT NULL)"
        ),
        "CREATE TABLE bus_consumer (name TEXT PRIMARY KEY, scanned BIGINT NOT NULL)".into(),
        "CREATE TABLE bus_delivery (consumer TEXT NOT NULL, position BIGINT NOT NULL, order_key TEXT NOT NULL, \
         attempts INTEGER NOT NULL, not_before BIGINT NOT NULL, PRIMARY KEY (consumer, position)) WITHOUT ROWID"
            .into(),
        "CREATE TABLE bus_dead (id TEXT PRIMARY KEY, consumer TEXT NOT NULL, position BIGINT NOT NULL, \
         reason TEXT NOT NULL, attempts INTEGER NOT NULL, died_at BIGINT NOT NULL, replayed_at BIGINT)"
            .into(),
        "CREATE UNIQUE INDEX bus_dead_once ON bus_dead (consumer, position) WHERE replayed_at IS NULL".into(),
    ]
}

/// The log: every event, in the order of its publication.
pub(super) mod log {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "bus_log")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub position: i64,
        pub id: String,
        pub org: String,
        pub subject: String,
        pub kind: String,
        pub classification: String,
        pub aggregate_id: String,
        pub aggregate_version: i64,
        pub occurred_at: i64,
        pub causation_id: Option<String>,
        pub actor: String,
        pub traceparent: String,
        #[sea_orm(column_type = "VarBinary(StringLen::None)")]
        pub payload: Vec<u8>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// How far each consumer has looked through the log.
pub(super) mod consumer {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "bus_consumer")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub name: String,
        pub scanned: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// What a consumer has looked at and not answered.
pub(super) mod delivery {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "bus_delivery")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub consumer: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub position: i64,
        pub order_key: String,
        pub attempts: i32,
        pub not_before: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// What a consumer gave up on.
pub(super) mod dead {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "bus_dead")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: String,
        pub consumer: String,
        pub position: i64,
        pub reason: String,
        pub attempts: i32,
        pub died_at: i64,
        pub replayed_at: Option<i64>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// The row of an event.
pub(super) fn log_row(position: i64, event: &Event) -> log::ActiveModel {
    log::ActiveModel {
        position: Set(position),
        id: Set(event.id.to_string()),
        org: Set(event.organisation.to_string()),
        subject: Set(event.subject.clone()),
        kind: Set(event.kind.clone()),
        classification: Set(event.classification.as_str().to_owned()),
        aggregate_id: Set(event.aggregate_id.clone()),
        aggregate_version: Set(event.aggregate_version),
        occurred_at: Set(event.occurred_at_micros),
        causation_id: Set(event.causation_id.map(|id| id.to_string())),
        actor: Set(event.actor.clone()),
        traceparent: Set(event.traceparent.clone()),
        payload: Set(event.payload.to_vec()),
    }
}

/// The event of a row.
pub(super) fn event_of(row: log::Model) -> Result<Event, Error> {
    let uuid = |text: &str| {
        Uuid::parse_str(text).map_err(|e| Error::internal("id in the log unreadable").with_source(e))
    };
    Ok(Event {
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

/// The row of a dead letter.
pub(super) fn dead_row(consumer: &str, position: i64, reason: &str, attempts: u32) -> dead::ActiveModel {
    dead::ActiveModel {
        id: Set(Uuid::now_v7().to_string()),
        consumer: Set(consumer.to_owned()),
        position: Set(position),
        reason: Set(reason.chars().take(2000).collect()),
        attempts: Set(i32::try_from(attempts).unwrap_or(i32::MAX)),
        died_at: Set(clock::now_micros()),
        replayed_at: Set(None),
    }
}
