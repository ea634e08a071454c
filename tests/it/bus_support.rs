//! What the tests of the bus share: a service that commands, a service that projects, and a bus that misbehaves.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test fails by panicking, and a child tells by its output"
)]

use std::{
    future::Future,
    ops::RangeInclusive,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use muster_bus::{
    Bus, BusError, Consumer, ConsumerSpec, DeadLetter, Delivery, Handler, HandlerError, LogFilter, Logged,
    Receipt, Stored,
};
use muster_kit::{
    Actor, Classification, Db, Event, NewEvent, OrgCode, Permit, Result, UnitOfWork, audit::AuditEntry,
    migrations,
};
use muster_testkit::{BusKind, TestBus, TestDb, postgres_db, sqlite_db};
use sea_orm::{ConnectionTrait, Statement};
use sea_orm_migration::{DbErr, MigrationName, MigrationTrait, MigratorTrait, SchemaManager};

/// Migrations of the services of these tests: the kit's tables, the aggregates and the effects.
pub(crate) struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        let mut all = migrations::kit();
        all.push(Box::new(Things));
        all
    }
}

struct Things;

impl MigrationName for Things {
    fn name(&self) -> &'static str {
        "m0002_things"
    }
}

#[async_trait]
impl MigrationTrait for Things {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> std::result::Result<(), DbErr> {
        let conn = manager.get_connection();
        let serial = migrations::serial(manager.get_database_backend());
        conn.execute_unprepared("CREATE TABLE things (id TEXT PRIMARY KEY, version BIGINT NOT NULL)").await?;
        conn.execute_unprepared(&format!(
            "CREATE TABLE effects (seq {serial}, aggregate TEXT NOT NULL, version BIGINT NOT NULL)"
        ))
        .await?;
        Ok(())
    }
}

/// Two services: on SQLite beside the local bus, on PostgreSQL beside NATS.
pub(crate) struct World {
    pub(crate) producer: TestDb,
    pub(crate) consumer: TestDb,
}

impl World {
    pub(crate) async fn start(bus: &TestBus) -> Option<Self> {
        Some(match bus.kind {
            BusKind::Local => Self {
                producer: sqlite_db::<Migrator>("producer").await,
                consumer: sqlite_db::<Migrator>("consumer").await,
            },
            BusKind::Nats => Self {
                producer: postgres_db::<Migrator>("producer").await?,
                consumer: postgres_db::<Migrator>("consumer").await?,
            },
        })
    }
}

pub(crate) fn local() -> Actor {
    Actor::local(OrgCode::new("QKK").unwrap())
}

/// "Thing `aggregate` has now version `version`."
pub(crate) fn changed(aggregate: &str, version: i64) -> NewEvent {
    NewEvent {
        context: "testing",
        aggregate: "thing",
        event: "changed",
        classification: Classification::Group,
        aggregate_id: aggregate.to_owned(),
        aggregate_version: version,
        payload: format!("{aggregate}/{version}").into_bytes(),
    }
}

/// Writes the versioned row of an aggregate.
pub(crate) async fn write_thing(uow: &UnitOfWork, aggregate: &str, version: i64) -> Result<()> {
    let conn = uow.conn();
    let sql = "INSERT INTO things (id, version) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET version = $2";
    let values = [aggregate.into(), version.into()];
    conn.execute_raw(Statement::from_sql_and_values(conn.get_database_backend(), sql, values)).await?;
    Ok(())
}

/// One command: row, outbox row and audit row.
pub(crate) async fn command(db: &Db, aggregate: &str, version: i64) -> Result<()> {
    let mut uow = db.begin(&local()).await?;
    write_thing(&uow, aggregate, version).await?;
    uow.publish(changed(aggregate, version))?;
    uow.commit(AuditEntry::new(Permit::system("thing").on(aggregate), format!("version={version}"))).await
}

/// Sends commands.
pub(crate) struct Producer {
    db: Db,
}

impl Producer {
    pub(crate) fn new(db: &Db) -> Self {
        Self { db: db.clone() }
    }

    /// Versions 1 to `count` of an aggregate.
    pub(crate) async fn commands(&self, aggregate: String, count: i64) {
        for version in 1..=count {
            command(&self.db, &aggregate, version).await.expect("the command is committed");
        }
    }
}

/// A handler whose effect is a row.
pub(crate) struct Effects;

#[async_trait]
impl Handler for Effects {
    async fn handle(&self, uow: &mut UnitOfWork, event: &Event) -> std::result::Result<(), HandlerError> {
        let conn = uow.conn();
        let sql = "INSERT INTO effects (aggregate, version) VALUES ($1, $2)";
        let values = [event.aggregate_id.as_str().into(), event.aggregate_version.into()];
        conn.execute_raw(Statement::from_sql_and_values(conn.get_database_backend(), sql, values)).await?;
        Ok(())
    }
}

/// The effects so far, in order.
pub(crate) async fn effects(db: &Db) -> Vec<(String, i64)> {
    let sql = "SELECT aggregate, version FROM effects ORDER BY seq";
    let rows =
        db.read().query_all_raw(Statement::from_string(db.backend(), sql)).await.expect("effects are read");
    rows.iter()
        .map(|row| (row.try_get("", "aggregate").unwrap(), row.try_get("", "version").unwrap()))
        .collect()
}

/// Waits until something is so, 30 seconds at most.
pub(crate) async fn until<F: Future<Output = bool>>(what: &str, mut check: impl FnMut() -> F) {
    let deadline = tokio::time::Instant::now() + Duration::from_secs(30);
    while !check().await {
        assert!(tokio::time::Instant::now() < deadline, "waited in vain for {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// What a bus does wrong.
#[derive(Clone)]
struct Faults {
    /// Acknowledgements that get lost, from the first on.
    lose_acks: u32,
    acks: Arc<AtomicU32>,
    /// Aggregate and version that is refused, and how often.
    refuse: Option<(String, i64)>,
    refusals: Arc<AtomicU32>,
    /// Where an acknowledgement stops for ever, after saying so.
    stall_at_ack: bool,
}

/// A bus in front of another that misbehaves on purpose.
pub(crate) struct FlakyBus {
    inner: Arc<dyn Bus>,
    faults: Faults,
}

impl FlakyBus {
    fn new(inner: Arc<dyn Bus>) -> Self {
        let faults = Faults {
            lose_acks: 0,
            acks: Arc::default(),
            refuse: None,
            refusals: Arc::default(),
            stall_at_ack: false,
        };
        Self { inner, faults }
    }

    pub(crate) fn losing_acks(inner: Arc<dyn Bus>, count: u32) -> Self {
        let mut bus = Self::new(inner);
        bus.faults.lose_acks = count;
        bus
    }

    pub(crate) fn refusing(inner: Arc<dyn Bus>, aggregate: &str, version: i64, times: u32) -> Self {
        let mut bus = Self::new(inner);
        bus.faults.refuse = Some((aggregate.to_owned(), version));
        bus.faults.refusals = Arc::new(times.into());
        bus
    }

    pub(crate) fn stalling_at_ack(inner: Arc<dyn Bus>) -> Self {
        let mut bus = Self::new(inner);
        bus.faults.stall_at_ack = true;
        bus
    }

    pub(crate) fn acks(&self) -> u32 {
        self.faults.acks.load(Ordering::Relaxed)
    }

    fn refuses(&self, event: &Event) -> bool {
        let due = self.faults.refuse.as_ref().is_some_and(|(aggregate, version)| {
            event.aggregate_id == *aggregate && event.aggregate_version == *version
        });
        let left = &self.faults.refusals;
        due && left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).is_ok()
    }
}

#[async_trait]
impl Bus for FlakyBus {
    async fn publish_batch(&self, events: &[Event]) -> Vec<std::result::Result<Stored, BusError>> {
        let mut answers = Vec::new();
        for event in events {
            if self.refuses(event) {
                answers.push(Err(BusError::Refused("refused for a test".into())));
            } else {
                answers.extend(self.inner.publish_batch(std::slice::from_ref(event)).await);
            }
        }
        answers
    }

    fn stores_batches_whole(&self) -> bool {
        false
    }

    async fn subscribe(&self, spec: &ConsumerSpec) -> std::result::Result<Box<dyn Consumer>, BusError> {
        let inner = self.inner.subscribe(spec).await?;
        Ok(Box::new(FlakyConsumer { inner, faults: self.faults.clone() }))
    }

    async fn log(
        &self,
        filter: &LogFilter,
        from: u64,
        max: usize,
    ) -> std::result::Result<Vec<Logged>, BusError> {
        self.inner.log(filter, from, max).await
    }

    async fn head(&self) -> std::result::Result<u64, BusError> {
        self.inner.head().await
    }

    async fn bury(
        &self,
        event: &Event,
        consumer: &str,
        why: &str,
        attempts: u32,
    ) -> std::result::Result<(), BusError> {
        self.inner.bury(event, consumer, why, attempts).await
    }

    async fn dead_letters(&self, consumer: Option<&str>) -> std::result::Result<Vec<DeadLetter>, BusError> {
        self.inner.dead_letters(consumer).await
    }

    async fn replay(&self, ids: &[String]) -> std::result::Result<u64, BusError> {
        self.inner.replay(ids).await
    }

    fn ready(&self) -> bool {
        self.inner.ready()
    }

    async fn close(&self) -> std::result::Result<(), BusError> {
        self.inner.close().await
    }
}

struct FlakyConsumer {
    inner: Box<dyn Consumer>,
    faults: Faults,
}

#[async_trait]
impl Consumer for FlakyConsumer {
    async fn next_batch(&mut self, max: usize) -> std::result::Result<Vec<Delivery>, BusError> {
        let batch = self.inner.next_batch(max).await?;
        let wrap = |delivery: Delivery| {
            let (event, position, attempt) = (delivery.event.clone(), delivery.position, delivery.attempt);
            let receipt = FlakyReceipt { inner: delivery.into_receipt(), faults: self.faults.clone() };
            Delivery::new(event, position, attempt, Arc::new(receipt))
        };
        Ok(batch.into_iter().map(wrap).collect())
    }

    async fn lag(&mut self) -> std::result::Result<u64, BusError> {
        self.inner.lag().await
    }

    fn taken_over(&self) -> Option<RangeInclusive<u64>> {
        self.inner.taken_over()
    }
}

struct FlakyReceipt {
    inner: Option<Arc<dyn Receipt>>,
    faults: Faults,
}

#[async_trait]
impl Receipt for FlakyReceipt {
    async fn ack(&self) -> std::result::Result<(), BusError> {
        if self.faults.stall_at_ack {
            println!("EFFECT COMMITTED");
            std::future::pending::<()>().await;
        }
        let before = self.faults.acks.fetch_add(1, Ordering::Relaxed);
        match &self.inner {
            Some(inner) if before >= self.faults.lose_acks => inner.ack().await,
            _ => Ok(()),
        }
    }

    async fn nak(&self, after: Duration) -> std::result::Result<(), BusError> {
        if let Some(inner) = &self.inner { inner.nak(after).await } else { Ok(()) }
    }

    async fn term(&self, reason: &str) -> std::result::Result<(), BusError> {
        if let Some(inner) = &self.inner { inner.term(reason).await } else { Ok(()) }
    }

    async fn in_progress(&self) -> std::result::Result<(), BusError> {
        if let Some(inner) = &self.inner { inner.in_progress().await } else { Ok(()) }
    }

    fn abandon(&self) {
        if let Some(inner) = &self.inner {
            inner.abandon();
        }
    }
}
