//! The bus of a node that is one process: a durable log in one SQLite file, with no server and no port.
//!
//! One writer task collects publishes, claims and answers into transactions; consumers are woken when something
//! changes and look by themselves every second besides. Claims are kept in memory with a token each, so that an answer
//! that comes too late cannot touch a newer attempt; what is unanswered, and how often it was tried, is in the file, so
//! that a restart takes it up again. Among the unanswered events of an aggregate only the first is delivered (or several
//! together, in order), which is what keeps the order, also for workers that compete.
//!
//! The file belongs to one process: `<file>.lock` is locked while the bus is open.
//!
//! # Retention
//! The log keeps everything: a projection is rebuilt from it, and a year of a system the size of South East London is
//! some hundred megabytes. When a limit is wanted, rows below the lowest `bus_consumer.scanned` that no `bus_delivery`
//! and no `bus_dead` row names may be deleted; nothing else refers to them.

mod apply;
mod consumer;
mod state;
mod tables;
mod writer;

use std::{fs::File, path::Path, time::Duration};

use async_trait::async_trait;
use muster_kit::{Db, Event, db::DbConfig, event};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use tokio::sync::{mpsc, oneshot, watch};

use self::{
    consumer::LocalConsumer,
    tables::{dead, event_of, log},
    writer::{Op, Reply, Writer},
};
use crate::{Bus, BusError, Consumer, ConsumerSpec, DeadLetter, LogFilter, Logged, Stored};

pub use self::tables::Migrator;

/// Dead letters listed at most.
const LETTERS: u64 = 1000;
/// How often the WAL is moved to the file, beside the writer.
const CHECKPOINT_EVERY: Duration = Duration::from_secs(2);
/// How long opening waits for an earlier bus of this process to let go of the file.
const LOCK_WAIT: Duration = Duration::from_secs(2);

/// A bus in one SQLite file. Cheap to clone; the file is let go when the last clone and consumer are gone, or at
/// [`Bus::close`].
#[derive(Clone)]
pub struct LocalBus {
    sender: mpsc::UnboundedSender<Op>,
    changed: watch::Receiver<u64>,
    db: Db,
}

impl LocalBus {
    /// Opens the bus, making the file when missing.
    ///
    /// # Errors
    /// Unavailable when another process has it open, internal when the file cannot be read.
    pub async fn open(path: &Path) -> Result<Self, BusError> {
        let lock = lock(path).await?;
        let db = Db::open(&DbConfig::Sqlite { path: path.to_owned() }, "bus").await?;
        db.migrate::<Migrator>().await?;
        let (sender, requests) = mpsc::unbounded_channel();
        let (tell, changed) = watch::channel(0);
        let writer = Writer::load(db.clone(), sender.downgrade(), tell).await?;
        let file = db.clone();
        tokio::spawn(async move {
            tokio::select! {
                () = writer.run(requests) => {}
                () = checkpoint_regularly(&file) => {}
            }
            drop(lock);
        });
        Ok(Self { sender, changed, db })
    }

    fn send(&self, op: Op) -> Result<(), BusError> {
        self.sender.send(op).map_err(|_| BusError::Closed)
    }

    async fn ask<T>(&self, op: impl FnOnce(Reply<T>) -> Op) -> Result<T, BusError> {
        let (reply, receiver) = oneshot::channel();
        self.send(op(reply))?;
        receiver.await.map_err(|_| BusError::Closed)?
    }
}

async fn checkpoint_regularly(file: &Db) {
    loop {
        tokio::time::sleep(CHECKPOINT_EVERY).await;
        if let Err(error) = file.checkpoint().await {
            tracing::warn!(%error, "bus file not brought up to date");
        }
    }
}

async fn lock(path: &Path) -> Result<File, BusError> {
    let mut name = path.as_os_str().to_owned();
    name.push(".lock");
    let opened = File::options().create(true).truncate(false).write(true).open(&name);
    let file =
        opened.map_err(|error| BusError::Unavailable(format!("cannot open the bus's lock file: {error}")))?;
    let deadline = tokio::time::Instant::now() + LOCK_WAIT;
    while let Err(error) = file.try_lock() {
        if tokio::time::Instant::now() >= deadline {
            let place = path.display();
            return Err(BusError::Unavailable(format!("{place} is open in another process: {error}")));
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    Ok(file)
}

#[async_trait]
impl Bus for LocalBus {
    async fn publish_batch(&self, events: &[Event]) -> Vec<Result<Stored, BusError>> {
        let checked: Vec<Result<(), BusError>> =
            events.iter().map(|event| event::check_subject(&event.subject).map_err(BusError::from)).collect();
        let fit: Vec<Event> = events
            .iter()
            .zip(&checked)
            .filter(|(_, check)| check.is_ok())
            .map(|(event, _)| event.clone())
            .collect();
        let stored = if fit.is_empty() {
            Ok(Vec::new())
        } else {
            self.ask(|reply| Op::Publish { events: fit, reply }).await
        };
        let mut stored = stored.map(Vec::into_iter);
        checked
            .into_iter()
            .map(|check| {
                check?;
                match &mut stored {
                    Ok(stored) => stored.next().ok_or(BusError::Closed),
                    Err(error) => Err(error.clone()),
                }
            })
            .collect()
    }

    fn stores_batches_whole(&self) -> bool {
        true
    }

    async fn subscribe(&self, spec: &ConsumerSpec) -> Result<Box<dyn Consumer>, BusError> {
        spec.check()?;
        self.ask(|reply| Op::Subscribe { spec: spec.clone(), reply }).await?;
        Ok(Box::new(LocalConsumer::new(self.clone(), &spec.name, self.changed.clone())))
    }

    async fn log(&self, filter: &LogFilter, from: u64, max: usize) -> Result<Vec<Logged>, BusError> {
        let mut next = i64::try_from(from).unwrap_or(i64::MAX);
        let mut found = Vec::new();
        loop {
            let rows = log::Entity::find()
                .filter(log::Column::Position.gte(next))
                .order_by_asc(log::Column::Position)
                .limit(1000)
                .all(self.db.read())
                .await?;
            let Some(last) = rows.last().map(|row| row.position) else { return Ok(found) };
            next = last + 1;
            for row in rows {
                if found.len() == max {
                    return Ok(found);
                }
                if filter.matches(&row.subject) {
                    let position = u64::try_from(row.position).unwrap_or_default();
                    found.push(Logged { position, event: event_of(row)? });
                }
            }
        }
    }

    async fn head(&self) -> Result<u64, BusError> {
        let last =
            log::Entity::find().order_by_desc(log::Column::Position).limit(1).one(self.db.read()).await?;
        Ok(last.map_or(0, |row| u64::try_from(row.position).unwrap_or_default()))
    }

    async fn bury(&self, event: &Event, consumer: &str, reason: &str, attempts: u32) -> Result<(), BusError> {
        let (id, consumer, reason) = (event.id.to_string(), consumer.to_owned(), reason.to_owned());
        self.ask(|reply| Op::Bury { id, consumer, reason, attempts, reply }).await
    }

    async fn dead_letters(&self, consumer: Option<&str>) -> Result<Vec<DeadLetter>, BusError> {
        let mut query = dead::Entity::find().filter(dead::Column::ReplayedAt.is_null());
        if let Some(consumer) = consumer {
            query = query.filter(dead::Column::Consumer.eq(consumer));
        }
        let letters = query.order_by_asc(dead::Column::Id).limit(LETTERS).all(self.db.read()).await?;
        let positions: Vec<i64> = letters.iter().map(|letter| letter.position).collect();
        let rows =
            log::Entity::find().filter(log::Column::Position.is_in(positions)).all(self.db.read()).await?;
        let mut found = Vec::with_capacity(letters.len());
        for letter in letters {
            let Some(row) = rows.iter().find(|row| row.position == letter.position) else { continue };
            found.push(DeadLetter {
                id: letter.id,
                consumer: letter.consumer,
                reason: letter.reason,
                attempts: u32::try_from(letter.attempts).unwrap_or_default(),
                died_at_micros: letter.died_at,
                position: u64::try_from(letter.position).unwrap_or_default(),
                event: event_of(row.clone())?,
            });
        }
        Ok(found)
    }

    async fn replay(&self, ids: &[String]) -> Result<u64, BusError> {
        let ids = ids.to_vec();
        self.ask(|reply| Op::Replay { ids, reply }).await
    }

    fn ready(&self) -> bool {
        !self.sender.is_closed()
    }

    async fn close(&self) -> Result<(), BusError> {
        match self.ask(|reply| Op::Close { reply }).await {
            Err(BusError::Closed) => Ok(()),
            closed => closed,
        }
    }
}
