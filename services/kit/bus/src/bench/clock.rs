//! When each event was acknowledged.

use std::{
    collections::HashMap,
    ops::RangeInclusive,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use muster_kit::Event;
use tokio::time::Instant;
use uuid::Uuid;

use crate::{
    Bus, BusError, Consumer, ConsumerSpec, DeadLetter, Delivery, LogFilter, Logged, Receipt, Stored,
};

/// A bus in front of another that notes when each event is acknowledged, which is right after its effect's commit.
pub(super) struct Clock {
    inner: Arc<dyn Bus>,
    done: Mutex<HashMap<Uuid, Instant>>,
}

impl Clock {
    pub(super) fn new(inner: Arc<dyn Bus>) -> Self {
        Self { inner, done: Mutex::default() }
    }

    pub(super) fn forget(&self) {
        self.done.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    pub(super) fn latencies(&self, sent: &[(Uuid, Instant)]) -> (f64, f64) {
        let done = self.done.lock().unwrap_or_else(PoisonError::into_inner);
        let mut millis: Vec<f64> = sent
            .iter()
            .filter_map(|(id, sent)| {
                done.get(id).map(|at| at.saturating_duration_since(*sent).as_secs_f64() * 1e3)
            })
            .collect();
        millis.sort_by(f64::total_cmp);
        let at = |share: usize| {
            millis.get((millis.len() * share / 100).min(millis.len().saturating_sub(1))).copied()
        };
        (at(50).unwrap_or_default(), at(99).unwrap_or_default())
    }
}

struct ClockConsumer {
    inner: Box<dyn Consumer>,
    clock: Arc<Clock>,
}

struct ClockReceipt {
    inner: Arc<dyn Receipt>,
    id: Uuid,
    clock: Arc<Clock>,
}

#[async_trait]
impl Receipt for ClockReceipt {
    async fn ack(&self) -> Result<(), BusError> {
        self.clock.done.lock().unwrap_or_else(PoisonError::into_inner).insert(self.id, Instant::now());
        self.inner.ack().await
    }

    async fn nak(&self, after: Duration) -> Result<(), BusError> {
        self.inner.nak(after).await
    }

    async fn term(&self, reason: &str) -> Result<(), BusError> {
        self.inner.term(reason).await
    }

    async fn in_progress(&self) -> Result<(), BusError> {
        self.inner.in_progress().await
    }

    fn abandon(&self) {
        self.inner.abandon();
    }
}

#[async_trait]
impl Consumer for ClockConsumer {
    async fn next_batch(&mut self, max: usize) -> Result<Vec<Delivery>, BusError> {
        let batch = self.inner.next_batch(max).await?;
        let clocked = batch.into_iter().filter_map(|delivery| {
            let (event, position, attempt) = (delivery.event.clone(), delivery.position, delivery.attempt);
            let receipt =
                ClockReceipt { inner: delivery.into_receipt()?, id: event.id, clock: self.clock.clone() };
            Some(Delivery::new(event, position, attempt, Arc::new(receipt)))
        });
        Ok(clocked.collect())
    }

    async fn lag(&mut self) -> Result<u64, BusError> {
        self.inner.lag().await
    }

    fn taken_over(&self) -> Option<RangeInclusive<u64>> {
        self.inner.taken_over()
    }
}

#[async_trait]
impl Bus for Arc<Clock> {
    async fn publish_batch(&self, events: &[Event]) -> Vec<Result<Stored, BusError>> {
        self.inner.publish_batch(events).await
    }

    fn stores_batches_whole(&self) -> bool {
        self.inner.stores_batches_whole()
    }

    async fn subscribe(&self, spec: &ConsumerSpec) -> Result<Box<dyn Consumer>, BusError> {
        Ok(Box::new(ClockConsumer { inner: self.inner.subscribe(spec).await?, clock: self.clone() }))
    }

    async fn log(&self, filter: &LogFilter, from: u64, max: usize) -> Result<Vec<Logged>, BusError> {
        self.inner.log(filter, from, max).await
    }

    async fn head(&self) -> Result<u64, BusError> {
        self.inner.head().await
    }

    async fn bury(&self, event: &Event, name: &str, why: &str, attempts: u32) -> Result<(), BusError> {
        self.inner.bury(event, name, why, attempts).await
    }

    async fn dead_letters(&self, name: Option<&str>) -> Result<Vec<DeadLetter>, BusError> {
        self.inner.dead_letters(name).await
    }

    async fn replay(&self, ids: &[String]) -> Result<u64, BusError> {
        self.inner.replay(ids).await
    }

    fn ready(&self) -> bool {
        self.inner.ready()
    }

    async fn close(&self) -> Result<(), BusError> {
        self.inner.close().await
    }
}
