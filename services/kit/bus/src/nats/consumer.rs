//! A subscription to JetStream: a durable pull consumer with explicit acknowledgement.
//!
//! One pull at a time, sized to the room that is left, is emptied into a buffer as it comes. Whatever waits there is
//! reported as in progress every third of the ack wait: a slow handler must not make the server deliver again what
//! stands in line behind it. (The client's own endless stream fetches ahead without that.)

use std::{
    collections::VecDeque,
    ops::RangeInclusive,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use async_nats::jetstream::{
    self, AckKind,
    consumer::{AckPolicy, DeliverPolicy, PullConsumer, pull},
    message::Acker,
};
use async_trait::async_trait;
use futures::StreamExt;
use muster_kit::Event;
use tokio::{sync::Notify, task::JoinHandle, time::Instant};

use super::{NatsBus, within};
use crate::{
    Backoff, Bus, BusError, Consumer, ConsumerSpec, Delivery, Receipt, bus::exhausted, metrics::Metrics,
};

/// Deliveries fetched ahead at most.
const AHEAD: usize = 512;
/// A batch this recent means that more deliveries are on their way.
const BUSY: Duration = Duration::from_millis(20);
/// How long to let them gather.
const LINGER: Duration = Duration::from_millis(2);
/// How long a pull stays open when nothing comes.
const PULL: Duration = Duration::from_secs(5);
/// Delays between attempts to fetch while the server is away.
const RETRY: Backoff = Backoff { first: Duration::from_millis(50), longest: Duration::from_secs(2) };

#[derive(Default)]
struct Buffer {
    deliveries: Mutex<VecDeque<Delivery>>,
    changed: Notify,
}

impl Buffer {
    fn lock(&self) -> MutexGuard<'_, VecDeque<Delivery>> {
        self.deliveries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

pub(super) struct NatsConsumer {
    bus: NatsBus,
    name: String,
    buffer: Arc<Buffer>,
    pump: JoinHandle<()>,
    taken_over: Option<RangeInclusive<u64>>,
    /// When the last batch was taken.
    taken: Instant,
}

impl Drop for NatsConsumer {
    fn drop(&mut self) {
        self.pump.abort();
        // dropped one by one, each is given back
        self.buffer.lock().clear();
    }
}

impl NatsConsumer {
    pub(super) async fn start(bus: NatsBus, spec: ConsumerSpec) -> Result<Self, BusError> {
        let consumer = durable(&bus, &spec).await?;
        let info = consumer.cached_info();
        let outstanding = info.num_ack_pending > 0;
        let taken_over =
            outstanding.then_some(info.ack_floor.stream_sequence + 1..=info.delivered.stream_sequence);
        let buffer = Arc::new(Buffer::default());
        let name = spec.name.clone();
        let pump = tokio::spawn(pump(bus.clone(), spec, consumer, buffer.clone()));
        Ok(Self { bus, name, buffer, pump, taken_over, taken: Instant::now() })
    }
}

#[async_trait]
impl Consumer for NatsConsumer {
    async fn next_batch(&mut self, max: usize) -> Result<Vec<Delivery>, BusError> {
        loop {
            let changed = self.buffer.changed.notified();
            let waiting = self.buffer.lock().len();
            if waiting > 0 && waiting < max && self.taken.elapsed() < BUSY {
                // more are on their way: a larger batch costs as many statements as a small one
                tokio::time::sleep(LINGER).await;
            }
            let batch: Vec<Delivery> = {
                let mut waiting = self.buffer.lock();
                let count = waiting.len().min(max);
                waiting.drain(..count).collect()
            };
            if !batch.is_empty() {
                self.taken = Instant::now();
                // there is room again
                self.buffer.changed.notify_waiters();
                return Ok(batch);
            }
            if self.pump.is_finished() {
                return Err(BusError::Closed);
            }
            changed.await;
        }
    }

    async fn lag(&mut self) -> Result<u64, BusError> {
        let stream = self.bus.events().await?;
        let info = stream.consumer_info(&self.name).await.map_err(super::unavailable)?;
        Ok(info.num_pending + info.num_ack_pending as u64)
    }

    fn taken_over(&self) -> Option<RangeInclusive<u64>> {
        self.taken_over.clone()
    }
}

async fn durable(bus: &NatsBus, spec: &ConsumerSpec) -> Result<PullConsumer, BusError> {
    let mut filter_subjects = bus.subjects(&spec.filters);
    filter_subjects.push(bus.replay_subject(&spec.name));
    let config = pull::Config {
        durable_name: Some(spec.name.clone()),
        filter_subjects,
        deliver_policy: DeliverPolicy::All,
        ack_policy: AckPolicy::Explicit,
        ack_wait: spec.ack_wait,
        // attempts are counted here, where an event that had too many can be buried with its reason
        max_deliver: -1,
        max_ack_pending: i64::try_from(spec.max_in_flight).unwrap_or(i64::MAX),
        ..pull::Config::default()
    };
    let stream = bus.events().await?;
    stream.create_consumer(config).await.map_err(super::unavailable)
}

async fn pump(bus: NatsBus, spec: ConsumerSpec, consumer: PullConsumer, buffer: Arc<Buffer>) {
    let mut consumer = Some(consumer);
    let mut failures = 0;
    while !bus.is_closed() {
        let fetched = match &consumer {
            Some(consumer) => fetch(&bus, &spec, consumer, &buffer).await,
            None => durable(&bus, &spec).await.map(|made| consumer = Some(made)),
        };
        if let Err(error) = fetched {
            failures += 1;
            tracing::warn!(consumer = spec.name, %error, failures, "fetching interrupted");
            // the server may have lost the consumer: make sure that it is there
            consumer = None;
            tokio::time::sleep(RETRY.delay(failures)).await;
        } else {
            failures = 0;
        }
    }
    buffer.changed.notify_waiters();
}

/// One pull, from its request to its end.
async fn fetch(
    bus: &NatsBus,
    spec: &ConsumerSpec,
    consumer: &PullConsumer,
    buffer: &Arc<Buffer>,
) -> Result<(), BusError> {
    let ahead = AHEAD.min(spec.max_in_flight);
    let mut alive = tokio::time::interval_at(Instant::now() + spec.ack_wait / 3, spec.ack_wait / 3);
    let room = loop {
        let changed = buffer.changed.notified();
        let room = ahead.saturating_sub(buffer.lock().len());
        // many small pulls would cost more than they bring
        if room * 2 >= ahead {
            break room;
        }
        tokio::select! { () = changed => {}, _ = alive.tick() => keep_alive(buffer).await }
    };
    let mut made = bus.connection.made.clone();
    made.mark_unchanged();
    let pull = consumer.batch().max_messages(room).expires(PULL).messages();
    let mut messages = pull.await.map_err(super::unavailable)?;
    loop {
        tokio::select! {
            biased;
            message = messages.next() => match message {
                Some(Ok(message)) => take(bus, spec, buffer, message).await,
                Some(Err(error)) => return Err(BusError::Unavailable(error.to_string())),
                None => return Ok(()),
            },
            // a new connection does not answer what the old one was asked
            _ = made.changed() => return Ok(()),
            _ = alive.tick() => keep_alive(buffer).await,
        }
    }
}

async fn take(bus: &NatsBus, spec: &ConsumerSpec, buffer: &Buffer, message: jetstream::Message) {
    let (position, delivered) = match message.info() {
        Ok(info) => (info.stream_sequence, u32::try_from(info.delivered).unwrap_or(u32::MAX)),
        Err(error) => return tracing::warn!(consumer = spec.name, %error, "message without its place"),
    };
    let event = bus.read(&message.message);
    let (_, acker) = message.split();
    let receipt = NatsReceipt::new(acker, spec.backoff.delay(delivered));
    let event = match event {
        Ok(event) => event,
        Err(error) => {
            tracing::error!(consumer = spec.name, position, %error, "message is no event of ours; it is left out");
            return drop(receipt.term("unreadable").await);
        }
    };
    if delivered > spec.max_attempts {
        return bury(bus, spec, &event, (receipt, delivered - 1)).await;
    }
    buffer.lock().push_back(Delivery::new(event, position, delivered, Arc::new(receipt)));
    buffer.changed.notify_waiters();
}

/// Buries an event whose attempts were used up without a word.
async fn bury(bus: &NatsBus, spec: &ConsumerSpec, event: &Event, (receipt, attempts): (NatsReceipt, u32)) {
    let reason = exhausted(attempts);
    tracing::warn!(consumer = spec.name, event = %event.id, attempts, reason, "event became a dead letter");
    let ended = match bus.bury(event, &spec.name, &reason, attempts).await {
        Ok(()) => {
            Metrics::default().dead_letter(&spec.name);
            receipt.term(&reason).await
        }
        Err(_) => receipt.nak(receipt.after).await,
    };
    // when the answer is lost, the event comes again and is buried once
    drop(ended);
}

async fn keep_alive(buffer: &Buffer) {
    let receipts: Vec<Arc<dyn Receipt>> = buffer.lock().iter().filter_map(Delivery::receipt).collect();
    for receipt in receipts {
        drop(receipt.in_progress().await);
    }
}

/// Answers one message; each answer has a deadline.
pub(crate) struct NatsReceipt {
    acker: Arc<Acker>,
    /// Delay when the delivery is dropped.
    after: Duration,
}

impl NatsReceipt {
    /// Answers through `acker`; a message that is dropped comes again after `after`.
    pub(crate) fn new(acker: Acker, after: Duration) -> Self {
        Self { acker: Arc::new(acker), after }
    }

    async fn send(&self, kind: AckKind) -> Result<(), BusError> {
        within(async { self.acker.ack_with(kind).await.map_err(super::unavailable) }).await
    }
}

#[async_trait]
impl Receipt for NatsReceipt {
    async fn ack(&self) -> Result<(), BusError> {
        self.send(AckKind::Ack).await
    }

    async fn nak(&self, after: Duration) -> Result<(), BusError> {
        // without a delay the server would deliver again at once, as often as it may
        self.send(AckKind::Nak(Some(after.max(Duration::from_millis(1))))).await
    }

    async fn term(&self, _reason: &str) -> Result<(), BusError> {
        self.send(AckKind::Term).await
    }

    async fn in_progress(&self) -> Result<(), BusError> {
        self.send(AckKind::Progress).await
    }

    fn abandon(&self) {
        let (acker, after) = (self.acker.clone(), self.after);
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            // when it does not get through, the event comes again after the ack wait
            runtime.spawn(async move { drop(acker.ack_with(AckKind::Nak(Some(after))).await) });
        }
    }
}
