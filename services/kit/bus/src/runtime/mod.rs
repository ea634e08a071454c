//! Hands events to handlers, whose effects are committed together with the inbox row.

mod batch;
mod order;
mod worker;

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use muster_kit::{Db, Error, ErrorCode, Event, UnitOfWork};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use self::worker::Worker;
use crate::{Bus, BusError, ConsumerSpec, Relay, RelayOptions};

/// Why an event had no effect.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HandlerError {
    /// May go well later: it is tried again, with a delay.
    #[error("{0}")]
    Temporary(String),
    /// Will never go well: the event becomes a dead letter.
    #[error("{0}")]
    Permanent(String),
}

impl From<Error> for HandlerError {
    fn from(error: Error) -> Self {
        match error.code() {
            ErrorCode::Unavailable
            | ErrorCode::Timeout
            | ErrorCode::Internal
            | ErrorCode::TooManyRequests => Self::Temporary(error.chain()),
            _ => Self::Permanent(error.chain()),
        }
    }
}

impl From<sea_orm::DbErr> for HandlerError {
    fn from(error: sea_orm::DbErr) -> Self {
        Error::from(error).into()
    }
}

/// What a service does when something happened elsewhere.
#[async_trait]
pub trait Handler: Send + Sync {
    /// Makes the effect of one event, within the transaction: everything is written through `uow`, which names the
    /// event as the cause of what is published. The inbox was asked already. Effects are committed in batches, and a
    /// batch that fails is run again event by event: nothing outside the transaction may be done here.
    async fn handle(&self, uow: &mut UnitOfWork, event: &Event) -> Result<(), HandlerError>;
}

/// A handler and what it wants to hear of.
pub struct Subscription {
    /// Who it is to the bus: name, filters and patience.
    pub spec: ConsumerSpec,
    /// What it does.
    pub handler: Arc<dyn Handler>,
    /// How long it may take for one event.
    pub deadline: Duration,
    /// Effects committed together, at most.
    pub batch: usize,
}

impl Subscription {
    /// A subscription with the usual patience: 12 attempts over about four minutes, 30 s an event.
    pub fn new(consumer: &str, filters: &[&str], handler: impl Handler + 'static) -> Self {
        let spec = ConsumerSpec { max_attempts: 12, ..ConsumerSpec::new(consumer, filters) };
        Self { spec, handler: Arc::new(handler), deadline: Duration::from_secs(30), batch: 256 }
    }
}

/// Runs the relays and consumers of a process and stops them in order: consumers first, then the relays, so that what
/// the last effects published still leaves.
pub struct Runtime {
    bus: Arc<dyn Bus>,
    grace: Duration,
    consumers: (CancellationToken, TaskTracker),
    relays: (CancellationToken, TaskTracker),
    abort: CancellationToken,
}

impl Runtime {
    /// A runtime on a bus, with ten seconds to stop.
    pub fn new(bus: Arc<dyn Bus>) -> Self {
        Self {
            bus,
            grace: Duration::from_secs(10),
            consumers: (CancellationToken::new(), TaskTracker::new()),
            relays: (CancellationToken::new(), TaskTracker::new()),
            abort: CancellationToken::new(),
        }
    }

    /// How long consumers, and then relays, may take to finish.
    #[must_use]
    pub fn with_grace(mut self, grace: Duration) -> Self {
        self.grace = grace;
        self
    }

    /// Starts the relay of a database.
    pub fn relay(&self, db: &Db) {
        self.relay_with(db, RelayOptions::default());
    }

    /// Starts the relay of a database with options.
    pub fn relay_with(&self, db: &Db, options: RelayOptions) {
        let relay = Relay::with_options(db.clone(), self.bus.clone(), options);
        let (stop, abort) = (self.relays.0.clone(), self.abort.clone());
        self.relays.1.spawn(async move {
            tokio::select! { () = abort.cancelled() => {}, () = relay.run(stop) => {} }
        });
    }

    /// Starts a consumer whose effects go to `db`.
    ///
    /// # Errors
    /// Refused when the consumer's name or a filter is wrong.
    pub fn consume(&self, db: &Db, subscription: Subscription) -> Result<(), BusError> {
        subscription.spec.check()?;
        let worker = Worker::new(self.bus.clone(), db.clone(), subscription);
        let (stop, abort) = (self.consumers.0.clone(), self.abort.clone());
        self.consumers.1.spawn(async move {
            tokio::select! { () = abort.cancelled() => {}, () = worker.run(stop) => {} }
        });
        Ok(())
    }

    /// Stops fetching, lets what is at work finish or gives it back, empties the outboxes. After twice the grace
    /// period at the latest nothing of it runs any more.
    pub async fn stop(self) {
        for (name, (stop, tasks)) in [("consumers", &self.consumers), ("relays", &self.relays)] {
            stop.cancel();
            tasks.close();
            if tokio::time::timeout(self.grace, tasks.wait()).await.is_err() {
                tracing::warn!(
                    what = name,
                    "not finished within the grace period; what was unanswered comes again"
                );
            }
        }
        self.abort.cancel();
        self.consumers.1.wait().await;
        self.relays.1.wait().await;
    }
}
