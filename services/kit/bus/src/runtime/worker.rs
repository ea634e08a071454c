//! The loop of one consumer: fetch, make the effects, answer.

use std::{collections::HashSet, ops::RangeInclusive, sync::Arc, time::Duration};

use muster_kit::{Db, Event, inbox};
use tokio::{task::JoinHandle, time::Instant};
use tokio_util::sync::CancellationToken;

use super::{
    HandlerError, Subscription,
    batch::{Failure, take_effect},
    order::Order,
};
use crate::{
    Backoff, Bus, BusError, Consumer, Delivery, LogFilter, Receipt,
    bus::ack_all,
    metrics::Metrics,
    relay::{guard, wait_for},
};

/// How often a worker looks after what is parked and how far it is behind.
const TICK: Duration = Duration::from_secs(1);
/// Delays while the consumer's own database or the bus is away.
const PAUSE: Backoff = Backoff { first: Duration::from_millis(100), longest: Duration::from_secs(5) };
/// Tries of a transaction whose failure nobody explains, before its events are tried one by one.
const TRIES: u32 = 5;

pub(super) struct Worker {
    bus: Arc<dyn Bus>,
    db: Db,
    subscription: Subscription,
    metrics: Metrics,
    order: Order,
}

/// Says for deliveries, as long as it lives, that they are still at work.
struct KeepAlive(JoinHandle<()>);

impl Drop for KeepAlive {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Worker {
    pub(super) fn new(bus: Arc<dyn Bus>, db: Db, subscription: Subscription) -> Self {
        Self { bus, db, subscription, metrics: Metrics::default(), order: Order::default() }
    }

    fn name(&self) -> &str {
        &self.subscription.spec.name
    }

    pub(super) async fn run(mut self, stop: CancellationToken) {
        let mut lock = self.db.lock(&format!("consumer.{}", self.name()));
        let mut failures = 0;
        while wait_for(&mut lock, &stop).await {
            let lost = stop.child_token();
            let begun = Instant::now();
            let worked = tokio::select! {
                worked = self.work(&lost) => worked,
                () = guard(&lock, &lost) => Ok(()),
            };
            for delivery in self.order.drain() {
                // given back at once: whoever works next shall not wait
                drop(delivery.nak(Duration::from_millis(1)).await);
            }
            lock.release().await;
            failures = if begun.elapsed() > PAUSE.longest { 0 } else { failures + 1 };
            if let Err(error) = worked {
                tracing::warn!(consumer = self.name(), %error, "consumer interrupted; it begins anew");
                tokio::select! { () = stop.cancelled() => {}, () = tokio::time::sleep(PAUSE.delay(failures)) => {} }
            }
        }
    }

    async fn work(&mut self, stop: &CancellationToken) -> Result<(), BusError> {
        let mut consumer = self.bus.subscribe(&self.subscription.spec).await?;
        tracing::info!(consumer = self.name(), service = self.db.service(), "consuming");
        if let Some(stretch) = consumer.taken_over() {
            self.catch_up(stretch, stop).await?;
        }
        let mut tick = tokio::time::interval(TICK);
        loop {
            tokio::select! {
                biased;
                () = stop.cancelled() => return Ok(()),
                _ = tick.tick() => self.look_after(&mut *consumer).await,
                batch = consumer.next_batch(self.subscription.batch) => self.process(batch?, stop).await,
            }
        }
    }

    /// Makes the effects of what a dead worker had taken and not acknowledged, out of the log and in order, before
    /// anything new; the bus delivers it again later, and the inbox knows it then.
    async fn catch_up(
        &mut self,
        stretch: RangeInclusive<u64>,
        stop: &CancellationToken,
    ) -> Result<(), BusError> {
        let filter = LogFilter { subjects: self.subscription.spec.filters.clone() };
        let dead: HashSet<_> = self
            .bus
            .dead_letters(Some(self.name()))
            .await?
            .into_iter()
            .map(|letter| letter.event.id)
            .collect();
        let mut next = *stretch.start();
        while next <= *stretch.end() && !stop.is_cancelled() {
            let logged = self.bus.log(&filter, next, self.subscription.batch).await?;
            let Some(last) = logged.last().map(|logged| logged.position) else { break };
            next = last + 1;
            let ids: Vec<_> = logged.iter().map(|logged| logged.event.id).collect();
            let known = inbox::known(self.db.read(), self.name(), &ids).await?;
            let missing = logged.into_iter().filter(|logged| {
                let id = &logged.event.id;
                stretch.contains(&logged.position) && !known.contains(id) && !dead.contains(id)
            });
            self.process(missing.map(Delivery::of_log).collect(), stop).await;
        }
        Ok(())
    }

    async fn look_after(&mut self, consumer: &mut dyn Consumer) {
        for delivery in self.order.overdue(Instant::now()) {
            drop(delivery.nak(Duration::from_millis(1)).await);
        }
        for receipt in self.order.receipts() {
            drop(receipt.in_progress().await);
        }
        match consumer.lag().await {
            Ok(lag) => self.metrics.lag(self.name(), lag),
            Err(error) => tracing::debug!(consumer = self.name(), %error, "lag unknown"),
        }
    }

    async fn process(&mut self, batch: Vec<Delivery>, stop: &CancellationToken) {
        let mut ready = batch;
        while !ready.is_empty() {
            let mut admitted: Vec<Delivery> = std::mem::take(&mut ready)
                .into_iter()
                .filter_map(|delivery| self.order.admit(delivery))
                .collect();
            // a transaction belongs to one organisation; the sort is stable, so each aggregate keeps its order
            admitted.sort_by(|a, b| {
                (&a.event.organisation, a.position).cmp(&(&b.event.organisation, b.position))
            });
            let _alive = self.keep_alive(&admitted);
            let mut rest = admitted.into_iter().peekable();
            while let Some(first) = rest.next() {
                let organisation = first.event.organisation.clone();
                let mut group = vec![first];
                while let Some(next) = rest.next_if(|next| next.event.organisation == organisation) {
                    group.push(next);
                }
                if stop.is_cancelled() {
                    give_back(group).await;
                } else {
                    ready.extend(self.run_group(group, stop).await);
                }
            }
        }
    }

    /// Makes the effects of deliveries of one organisation together, or one by one when that fails. Gives what was
    /// parked behind them and may go now.
    async fn run_group(&mut self, group: Vec<Delivery>, stop: &CancellationToken) -> Vec<Delivery> {
        if group.len() > 1 {
            match self.try_group(&group, stop).await {
                Ok(()) => return self.done(group).await,
                Err(None) => {
                    give_back(group).await;
                    return Vec::new();
                }
                Err(Some(error)) => {
                    tracing::debug!(consumer = self.name(), %error, "batch failed; its events are tried one by one");
                }
            }
        }
        let mut released = Vec::new();
        for delivery in group {
            let Some(delivery) = self.order.admit(delivery) else { continue };
            match self.try_group(std::slice::from_ref(&delivery), stop).await {
                Ok(()) => released.extend(self.done(vec![delivery]).await),
                Err(None) => give_back(vec![delivery]).await,
                Err(Some(error)) => released.extend(self.failed(delivery, error).await),
            }
        }
        released
    }

    /// Makes the effects in one transaction, again and again while the database is away. `Err(None)` when told to
    /// stop meanwhile.
    async fn try_group(
        &self,
        group: &[Delivery],
        stop: &CancellationToken,
    ) -> Result<(), Option<HandlerError>> {
        let Some(organisation) = group.first().map(|delivery| &delivery.event.organisation) else {
            return Ok(());
        };
        let events: Vec<&Event> = group.iter().map(|delivery| &delivery.event).collect();
        let mut tries = 0;
        loop {
            tries += 1;
            match take_effect(&self.db, &self.subscription, &self.metrics, organisation, &events).await {
                Ok(()) => return Ok(()),
                Err(Failure::Handler(error)) => return Err(Some(error)),
                Err(Failure::Database(error)) => {
                    let away = error.code() == muster_kit::ErrorCode::Unavailable;
                    if !away && tries >= TRIES {
                        return Err(Some(HandlerError::Temporary(error.chain())));
                    }
                    tracing::warn!(
                        consumer = self.name(),
                        error = error.chain(),
                        tries,
                        "effects not committed"
                    );
                }
            }
            tokio::select! {
                () = stop.cancelled() => return Err(None),
                () = tokio::time::sleep(PAUSE.delay(tries)) => {}
            }
        }
    }

    async fn done(&mut self, group: Vec<Delivery>) -> Vec<Delivery> {
        let mut released = Vec::new();
        for delivery in &group {
            released.extend(self.order.settled(&delivery.event.order_key(), delivery.position));
        }
        ack_all(group).await;
        released
    }

    /// Gives an event that failed back for another attempt, or buries it. Gives what was parked behind a buried one.
    async fn failed(&mut self, delivery: Delivery, error: HandlerError) -> Vec<Delivery> {
        let attempt = delivery.attempt;
        if !delivery.is_answerable() {
            // the bus still holds it for the worker before us and brings it again
            self.again(delivery).await;
            return Vec::new();
        }
        let reason = match error {
            HandlerError::Permanent(reason) => reason,
            HandlerError::Temporary(reason) if attempt >= self.subscription.spec.max_attempts => {
                format!("attempts exhausted: {reason}")
            }
            HandlerError::Temporary(reason) => {
                tracing::info!(consumer = self.name(), event = %delivery.id(), attempt, reason, "event tried again");
                self.metrics.retry(self.name());
                self.again(delivery).await;
                return Vec::new();
            }
        };
        match self.bus.bury(&delivery.event, self.name(), &reason, attempt).await {
            Ok(()) => self.buried(delivery, &reason).await,
            Err(error) => {
                tracing::warn!(consumer = self.name(), %error, "dead letter not stored; the event comes again");
                self.again(delivery).await;
                Vec::new()
            }
        }
    }

    /// Asks for another attempt; the later events of the aggregate wait for it.
    async fn again(&mut self, delivery: Delivery) {
        let spec = &self.subscription.spec;
        let delay = spec.backoff.delay(delivery.attempt);
        let until = Instant::now() + delay + spec.ack_wait * 2;
        self.order.failed(delivery.event.order_key(), delivery.position, until);
        log_failure(self.name(), delivery.nak(delay).await);
    }

    async fn buried(&mut self, delivery: Delivery, reason: &str) -> Vec<Delivery> {
        let (key, position, attempt) = (delivery.event.order_key(), delivery.position, delivery.attempt);
        tracing::warn!(consumer = self.name(), event = %delivery.id(), attempt, reason, "event became a dead letter");
        self.metrics.dead_letter(self.name());
        log_failure(self.name(), delivery.term(reason).await);
        self.order.settled(&key, position)
    }

    fn keep_alive(&self, group: &[Delivery]) -> KeepAlive {
        let every = self.subscription.spec.ack_wait / 3;
        let mut receipts: Vec<Arc<dyn Receipt>> = self.order.receipts();
        receipts.extend(group.iter().filter_map(Delivery::receipt));
        KeepAlive(tokio::spawn(async move {
            loop {
                tokio::time::sleep(every).await;
                for receipt in &receipts {
                    drop(receipt.in_progress().await);
                }
            }
        }))
    }
}

async fn give_back(deliveries: Vec<Delivery>) {
    let naks = deliveries.into_iter().map(|delivery| delivery.nak(Duration::from_millis(1)));
    drop(futures::future::join_all(naks).await);
}

fn log_failure(consumer: &str, answer: Result<(), BusError>) {
    if let Err(error) = answer {
        tracing::warn!(consumer, %error, "answer did not reach the bus; the event comes again");
    }
}
