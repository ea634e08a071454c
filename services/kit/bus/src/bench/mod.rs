//! How fast the whole way is: command, outbox, relay, bus, inbox, effect. And how fast the database alone would be.

mod clock;

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use muster_kit::{
    Actor, Classification, Db, Error, Event, NewEvent, OrgCode, Permit, Result, UnitOfWork,
    audit::AuditEntry, db::DbConfig, migrations,
};
use sea_orm::{ConnectionTrait, Statement, TransactionTrait};
use sea_orm_migration::{
    MigrationTrait, MigratorTrait,
    prelude::{DbErr, MigrationName, SchemaManager},
};
use serde::Serialize;
use tokio::{
    task::JoinSet,
    time::{Instant, MissedTickBehavior},
};
use uuid::Uuid;

use self::clock::Clock;
use crate::{Bus, Handler, HandlerError, Runtime, Subscription};

/// How much to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Load {
    /// Commands of the saturated part.
    pub events: u32,
    /// Commands committed at once.
    pub committers: u32,
    /// Commands a second of the steady part.
    pub steady_per_second: u32,
    /// Commands of the steady part.
    pub steady_events: u32,
}

impl Default for Load {
    fn default() -> Self {
        Self { events: 20_000, committers: 16, steady_per_second: 500, steady_events: 5_000 }
    }
}

/// Where to do it.
pub struct Place {
    /// Database of the service that commands.
    pub producer: DbConfig,
    /// Database of the service that has the effects.
    pub consumer: DbConfig,
    /// The bus between them.
    pub bus: Arc<dyn Bus>,
}

/// What came of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Figures {
    /// Commands committed, in both parts.
    pub events: u64,
    /// Commands without an effect.
    pub lost: u64,
    /// Effects too many.
    pub doubled: u64,
    /// Events a second, from the first command to the last effect, when saturated.
    pub events_per_second: f64,
    /// Median of the time from a command's commit to its effect's, in milliseconds, at the steady rate.
    pub p50_ms: f64,
    /// The 99th percentile of the same.
    pub p99_ms: f64,
}

/// Aggregates that the commands go to.
const AGGREGATES: u32 = 2_000;
/// How long the last effect may take.
const PATIENCE: Duration = Duration::from_mins(2);

/// The tables of the measurement.
pub struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        let mut all = migrations::kit();
        all.push(Box::new(Tables));
        all
    }
}

struct Tables;

impl MigrationName for Tables {
    fn name(&self) -> &'static str {
        "m0002_bench"
    }
}

#[async_trait]
impl MigrationTrait for Tables {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> std::result::Result<(), DbErr> {
        let serial = migrations::serial(manager.get_database_backend());
        for table in ["bench_effect", "bench_floor"] {
            // no unique key: an effect too many must show
            let sql = format!(
                "CREATE TABLE {table} (seq {serial}, aggregate TEXT NOT NULL, version BIGINT NOT NULL)"
            );
            manager.get_connection().execute_unprepared(&sql).await?;
        }
        let sql = "CREATE TABLE bench_row (id TEXT PRIMARY KEY, version BIGINT NOT NULL)";
        manager.get_connection().execute_unprepared(sql).await?;
        Ok(())
    }
}

/// Measures one shape: first saturated, then at the steady rate.
///
/// # Errors
/// Whatever the databases or the bus fail with, or a timeout when effects stay away.
pub async fn measure(place: Place, load: Load) -> Result<Figures> {
    let producer = Db::open(&place.producer, "bench-producer").await?;
    let consumer = Db::open(&place.consumer, "bench-consumer").await?;
    producer.migrate::<Migrator>().await?;
    consumer.migrate::<Migrator>().await?;
    let clock = Arc::new(Clock::new(place.bus));
    let runtime = Runtime::new(Arc::new(clock.clone()));
    runtime.relay(&producer);
    runtime.relay(&consumer);
    runtime.consume(&consumer, Subscription::new("bench", &["muster.v1.*.*.bench.>"], Effect))?;
    let begun = Instant::now();
    saturate(&producer, load).await?;
    wait_for(&consumer, u64::from(load.events)).await?;
    let seconds = begun.elapsed().as_secs_f64();
    clock.forget();
    let sent = steady(&producer, load).await?;
    let events = u64::from(load.events) + sent.len() as u64;
    wait_for(&consumer, events).await?;
    // whatever would come twice has its chance
    tokio::time::sleep(Duration::from_millis(500)).await;
    runtime.stop().await;
    let (rows, distinct) = counts(&consumer).await?;
    let (p50_ms, p99_ms) = clock.latencies(&sent);
    producer.close().await?;
    consumer.close().await?;
    Ok(Figures {
        events,
        lost: events.saturating_sub(distinct),
        doubled: rows.saturating_sub(distinct),
        events_per_second: f64::from(load.events) / seconds,
        p50_ms,
        p99_ms,
    })
}

/// The database's own rate: two small transactions an event, with the same number at once.
///
/// # Errors
/// Whatever the database fails with.
#[expect(clippy::disallowed_methods, reason = "a bare transaction is what is measured")]
pub async fn floor(config: &DbConfig, load: Load) -> Result<f64> {
    let db = Db::open(config, "bench-floor").await?;
    db.migrate::<Migrator>().await?;
    let begun = Instant::now();
    let mut work = JoinSet::new();
    for committer in 0..load.committers {
        let db = db.clone();
        work.spawn(async move {
            for version in (committer..load.events).step_by(load.committers as usize) {
                for _ in 0..2 {
                    let tx = db.read().begin().await?;
                    insert(&tx, "bench_floor", &format!("f-{version}"), i64::from(version)).await?;
                    tx.commit().await?;
                }
            }
            Ok::<_, DbErr>(())
        });
    }
    while let Some(done) = work.join_next().await {
        done.map_err(|error| Error::internal("a committer failed").with_source(error))??;
    }
    let seconds = begun.elapsed().as_secs_f64();
    db.close().await?;
    Ok(f64::from(load.events) / seconds)
}

async fn insert(
    conn: &impl ConnectionTrait,
    table: &str,
    id: &str,
    version: i64,
) -> std::result::Result<(), DbErr> {
    let sql = format!("INSERT INTO {table} (aggregate, version) VALUES ($1, $2)");
    let values = [id.into(), version.into()];
    conn.execute_raw(Statement::from_sql_and_values(conn.get_database_backend(), sql, values)).await?;
    Ok(())
}

/// One command: its row, its outbox row and its audit row. Gives the id of its event.
async fn command(db: &Db, actor: &Actor, aggregate: String, version: i64) -> Result<Uuid> {
    let mut uow = db.begin(actor).await?;
    let conn = uow.conn();
    let sql =
        "INSERT INTO bench_row (id, version) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET version = $2";
    let values = [aggregate.clone().into(), version.into()];
    conn.execute_raw(Statement::from_sql_and_values(conn.get_database_backend(), sql, values)).await?;
    let event = NewEvent {
        context: "bench",
        aggregate: "thing",
        event: "changed",
        classification: Classification::Own,
        aggregate_id: aggregate,
        aggregate_version: version,
        payload: vec![7; 200],
    };
    let id = uow.publish(event)?;
    uow.commit(AuditEntry::new(Permit::system("bench"), "")).await?;
    Ok(id)
}

fn actor() -> Result<Actor> {
    Ok(Actor::local(OrgCode::new("QKK")?))
}

async fn saturate(db: &Db, load: Load) -> Result<()> {
    let mut work = JoinSet::new();
    for committer in 0..load.committers {
        let (db, actor) = (db.clone(), actor()?);
        work.spawn(async move {
            // an aggregate belongs to one committer, which so keeps its order
            for n in (committer..load.events).step_by(load.committers as usize) {
                let (aggregate, version) = (n % AGGREGATES.next_multiple_of(load.committers), n);
                command(&db, &actor, format!("s-{aggregate}"), i64::from(version)).await?;
            }
            Ok::<_, Error>(())
        });
    }
    while let Some(done) = work.join_next().await {
        done.map_err(|error| Error::internal("a committer failed").with_source(error))??;
    }
    Ok(())
}

/// Commands at a steady rate; gives each event and when its commit returned.
async fn steady(db: &Db, load: Load) -> Result<Vec<(Uuid, Instant)>> {
    let mut beat = tokio::time::interval(Duration::from_secs(1) / load.steady_per_second.max(1));
    beat.set_missed_tick_behavior(MissedTickBehavior::Burst);
    let mut work = JoinSet::new();
    for n in 0..load.steady_events {
        beat.tick().await;
        let (db, actor) = (db.clone(), actor()?);
        work.spawn(async move {
            let id = command(&db, &actor, format!("p-{n}"), 1).await?;
            Ok::<_, Error>((id, Instant::now()))
        });
    }
    let mut sent = Vec::new();
    while let Some(done) = work.join_next().await {
        sent.push(done.map_err(|error| Error::internal("a command failed").with_source(error))??);
    }
    Ok(sent)
}

async fn counts(db: &Db) -> Result<(u64, u64)> {
    let sql = "SELECT COUNT(*) AS rows_all, COUNT(DISTINCT aggregate || '/' || CAST(version AS TEXT)) AS rows_distinct \
               FROM bench_effect";
    let row = db.read().query_one_raw(Statement::from_string(db.backend(), sql)).await?;
    let row = row.ok_or_else(|| Error::internal("no count"))?;
    let get = |name| row.try_get::<i64>("", name).map(|count| u64::try_from(count).unwrap_or_default());
    Ok((get("rows_all")?, get("rows_distinct")?))
}

async fn wait_for(db: &Db, effects: u64) -> Result<()> {
    let deadline = Instant::now() + PATIENCE;
    let sql = "SELECT COALESCE(MAX(seq), 0) AS last FROM bench_effect";
    loop {
        let row = db.read().query_one_raw(Statement::from_string(db.backend(), sql)).await?;
        let last = row.map(|row| row.try_get::<i64>("", "last")).transpose()?.unwrap_or(0);
        // rolled-back numbers make the last one larger than the count: then count
        if u64::try_from(last).unwrap_or(0) >= effects && counts(db).await?.1 >= effects {
            return Ok(());
        }
        if Instant::now() > deadline {
            return Err(Error::internal(format!("after two minutes {last} of {effects} effects")));
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

struct Effect;

#[async_trait]
impl Handler for Effect {
    async fn handle(&self, uow: &mut UnitOfWork, event: &Event) -> std::result::Result<(), HandlerError> {
        insert(uow.conn(), "bench_effect", &event.aggregate_id, event.aggregate_version).await?;
        Ok(())
    }
}
