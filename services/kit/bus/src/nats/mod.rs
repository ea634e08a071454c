//! The bus in production: NATS JetStream, server 2.12 or newer.
//!
//! Stream `<PREFIX>_EVENTS` keeps `muster.v1.>` and the replays of dead letters (`muster-replay.<consumer>`, each heard
//! by that one consumer); stream `<PREFIX>_DEAD` keeps the dead letters (`muster-dead.<consumer>.<event>`). An event's
//! id is its `Nats-Msg-Id`, so that within ten minutes a repeat is not stored again; later repeats are the inbox's.
//!
//! A publish that was not answered in time may be stored all the same: the relay publishes it again with the same id.
//! While the connection is away nothing is handed to the client, which would keep it and send it at some later time.

pub(crate) mod connect;
pub(crate) mod consumer;
mod dead;
pub(crate) mod headers;

use std::{
    fmt::Display,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use async_nats::{
    HeaderMap,
    connection::State,
    jetstream::{
        consumer::{AckPolicy, DeliverPolicy, pull},
        context::{PublishError, PublishErrorKind},
        message::PublishMessage,
        stream::{Config, StorageType, Stream},
    },
};
use async_trait::async_trait;
use bytes::Bytes;
use futures::{StreamExt, future::join_all};
use muster_kit::{Event, event};

use self::{connect::Connection, consumer::NatsConsumer};
use crate::{Bus, BusError, Consumer, ConsumerSpec, DeadLetter, LogFilter, Logged, Stored};

pub use self::connect::NatsOptions;

/// The root of every event's subject.
const ROOT: &str = "muster.v1";
/// How long the server remembers ids.
const DUPLICATE_WINDOW: Duration = Duration::from_mins(10);
/// How long a read of the log may wait for a message that is there.
const READ: Duration = Duration::from_secs(5);

/// No call takes longer, whatever the client does.
const DEADLINE: Duration = Duration::from_secs(15);

/// A bus on NATS JetStream. Cheap to clone.
#[derive(Clone)]
pub struct NatsBus {
    pub(crate) connection: Connection,
    pub(crate) subject_prefix: Arc<str>,
    stream_prefix: Arc<str>,
    /// Copies of each stream, and how long to try to make it.
    pub(crate) copies: (usize, Duration),
    closed: Arc<AtomicBool>,
}

impl NatsBus {
    /// Connects and makes sure that the streams are there.
    ///
    /// # Errors
    /// Refused when an option is wrong, unavailable when no server can be reached or the credentials are wrong.
    pub async fn connect(options: NatsOptions) -> Result<Self, BusError> {
        let connection = connect::connect(&options).await?;
        let bus = Self {
            connection,
            subject_prefix: options.subject_prefix.as_str().into(),
            stream_prefix: options.stream_prefix.as_str().into(),
            copies: (options.replicas, options.connect_for),
            closed: Arc::default(),
        };
        let prefix = &bus.subject_prefix;
        let events = vec![format!("{prefix}{ROOT}.>"), format!("{prefix}muster-replay.>")];
        let dead = vec![format!("{prefix}muster-dead.>")];
        for (name, subjects) in [(bus.stream("EVENTS"), events), (bus.stream("DEAD"), dead)] {
            let config = Config {
                name,
                subjects,
                storage: StorageType::File,
                num_replicas: options.replicas,
                duplicate_window: DUPLICATE_WINDOW,
                ..Config::default()
            };
            connect::ensure_stream(&bus.connection.jetstream, config, options.connect_for).await?;
        }
        Ok(bus)
    }

    pub(crate) fn stream(&self, name: &str) -> String {
        format!("{}_{name}", self.stream_prefix)
    }

    async fn events(&self) -> Result<Stream<()>, BusError> {
        self.connection.jetstream.get_stream_no_info(self.stream("EVENTS")).await.map_err(unavailable)
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.closed.load(Ordering::Relaxed)
    }

    fn replay_subject(&self, consumer: &str) -> String {
        format!("{}muster-replay.{consumer}", self.subject_prefix)
    }

    /// Filters as the server wants them: within the events' root, and none within another.
    fn subjects(&self, filters: &[String]) -> Vec<String> {
        let rooted: Vec<String> = filters.iter().map(|filter| rooted(filter)).collect();
        let mut kept: Vec<String> = Vec::new();
        for (place, filter) in rooted.iter().enumerate() {
            let covered = rooted.iter().enumerate().any(|(other_place, other)| {
                let same = other == filter;
                let as_open = !filter.ends_with('>') || other.ends_with('>');
                (same && other_place < place) || (!same && as_open && event::matches(other, filter))
            });
            if !covered {
                kept.push(format!("{}{filter}", self.subject_prefix));
            }
        }
        kept
    }

    fn read(&self, message: &async_nats::Message) -> Result<Event, BusError> {
        let none = HeaderMap::new();
        let headers = message.headers.as_ref().unwrap_or(&none);
        let original = headers.get(dead::SUBJECT).map(|value| value.as_str().to_owned());
        let subject = match &original {
            Some(subject) => subject,
            None => message.subject.strip_prefix(&*self.subject_prefix).unwrap_or(&message.subject),
        };
        headers::event_of(subject, headers, message.payload.clone())
    }

    async fn send(
        &self,
        event: &Event,
    ) -> Result<async_nats::jetstream::context::PublishAckFuture, BusError> {
        event::check_subject(&event.subject)?;
        if !self.ready() {
            return Err(BusError::Unavailable("not connected".into()));
        }
        let subject = format!("{}{}", self.subject_prefix, event.subject);
        self.send_message(subject, headers::headers_of(event), event.payload.clone()).await
    }

    pub(crate) async fn send_message(
        &self,
        subject: String,
        headers: HeaderMap,
        payload: Bytes,
    ) -> Result<async_nats::jetstream::context::PublishAckFuture, BusError> {
        let message = PublishMessage::build().headers(headers).payload(payload);
        self.connection.jetstream.send_publish(subject, message).await.map_err(publish_failed)
    }
}

/// Reads the messages of a stream from a position on, through a consumer that is gone afterwards.
async fn read_stream(
    stream: &Stream<()>,
    filter_subjects: Vec<String>,
    from: u64,
    max: usize,
) -> Result<Vec<async_nats::jetstream::Message>, BusError> {
    let config = pull::Config {
        deliver_policy: DeliverPolicy::ByStartSequence { start_sequence: from.max(1) },
        ack_policy: AckPolicy::None,
        filter_subjects,
        inactive_threshold: Duration::from_secs(30),
        memory_storage: true,
        num_replicas: 1,
        ..pull::Config::default()
    };
    let consumer = stream.create_consumer(config).await.map_err(unavailable)?;
    let info = consumer.cached_info();
    let (name, there) = (info.name.clone(), usize::try_from(info.num_pending).unwrap_or(usize::MAX));
    let wanted = there.min(max);
    let mut found = Vec::with_capacity(wanted);
    while found.len() < wanted {
        let pull = consumer.batch().max_messages(wanted - found.len()).expires(READ).messages();
        let mut messages = pull.await.map_err(unavailable)?;
        let before = found.len();
        while let Some(message) = messages.next().await {
            found.push(message.map_err(|error| BusError::Unavailable(error.to_string()))?);
        }
        if found.len() == before {
            return Err(BusError::Unavailable("the log did not answer in time".into()));
        }
    }
    if let Err(error) = stream.delete_consumer(&name).await {
        tracing::debug!(%error, "reader of the log goes by itself");
    }
    Ok(found)
}

/// Every event's subject begins with `muster.v1`; a filter that begins with a wildcard must not reach past it.
fn rooted(filter: &str) -> String {
    let mut tokens = filter.split('.');
    match (tokens.next(), tokens.next()) {
        (Some(">"), _) | (_, Some(">")) => format!("{ROOT}.>"),
        (Some("*"), Some("*")) => filter.replacen("*.*", ROOT, 1),
        (Some("*"), _) => filter.replacen('*', "muster", 1),
        (_, Some("*")) => filter.replacen('*', "v1", 1),
        _ => filter.to_owned(),
    }
}

/// Gives up on what the server does not answer.
pub(crate) async fn within<T>(call: impl Future<Output = Result<T, BusError>>) -> Result<T, BusError> {
    let late = || BusError::Unavailable(format!("no answer within {} s", DEADLINE.as_secs()));
    tokio::time::timeout(DEADLINE, call).await.unwrap_or_else(|_| Err(late()))
}

pub(crate) fn unavailable(error: impl Display) -> BusError {
    BusError::Unavailable(error.to_string())
}

#[expect(clippy::needless_pass_by_value, reason = "it is what `map_err` gives")]
pub(crate) fn publish_failed(error: PublishError) -> BusError {
    match error.kind() {
        PublishErrorKind::MaxPayloadExceeded => {
            BusError::Refused("the event is larger than the server takes".into())
        }
        PublishErrorKind::TimedOut
        | PublishErrorKind::BrokenPipe
        | PublishErrorKind::MaxAckPending
        | PublishErrorKind::StreamNotFound => BusError::Unavailable(error.to_string()),
        _ => BusError::Internal(error.to_string()),
    }
}

#[async_trait]
impl Bus for NatsBus {
    async fn publish_batch(&self, events: &[Event]) -> Vec<Result<Stored, BusError>> {
        let mut answers = Vec::with_capacity(events.len());
        for event in events {
            answers.push(self.send(event).await);
        }
        join_all(answers.into_iter().map(|sent| async move {
            let answer = sent?.await.map_err(publish_failed)?;
            Ok(Stored { position: answer.sequence, duplicate: answer.duplicate })
        }))
        .await
    }

    fn stores_batches_whole(&self) -> bool {
        false
    }

    async fn subscribe(&self, spec: &ConsumerSpec) -> Result<Box<dyn Consumer>, BusError> {
        spec.check()?;
        Ok(Box::new(NatsConsumer::start(self.clone(), spec.clone()).await?))
    }

    async fn log(&self, filter: &LogFilter, from: u64, max: usize) -> Result<Vec<Logged>, BusError> {
        filter.subjects.iter().try_for_each(|subject| event::check_filter(subject))?;
        let filters = if filter.subjects.is_empty() { vec![">".to_owned()] } else { filter.subjects.clone() };
        let messages = read_stream(&self.events().await?, self.subjects(&filters), from, max).await?;
        messages
            .into_iter()
            .map(|message| {
                let position = message.info().map_err(unavailable)?.stream_sequence;
                Ok(Logged { position, event: self.read(&message.message)? })
            })
            .collect()
    }

    async fn head(&self) -> Result<u64, BusError> {
        Ok(self.events().await?.get_info().await.map_err(unavailable)?.state.last_sequence)
    }

    async fn bury(&self, event: &Event, consumer: &str, reason: &str, attempts: u32) -> Result<(), BusError> {
        dead::bury(self, event, consumer, (reason, attempts)).await
    }

    async fn dead_letters(&self, consumer: Option<&str>) -> Result<Vec<DeadLetter>, BusError> {
        dead::list(self, consumer).await
    }

    async fn replay(&self, ids: &[String]) -> Result<u64, BusError> {
        dead::replay(self, ids).await
    }

    fn ready(&self) -> bool {
        !self.is_closed() && self.connection.client.connection_state() == State::Connected
    }

    async fn close(&self) -> Result<(), BusError> {
        if self.closed.swap(true, Ordering::Relaxed) {
            return Ok(());
        }
        // answers that are still buffered would be lost with the client
        let flushed = tokio::time::timeout(READ, self.connection.client.flush()).await;
        if !matches!(flushed, Ok(Ok(()))) {
            tracing::warn!("what was buffered for the bus could not be sent at the stop");
        }
        self.connection.client.drain().await.map_err(unavailable)
    }
}

#[cfg(test)]
mod tests {
    use super::rooted;

    #[test]
    fn filters_stay_within_the_events() {
        for (filter, within) in [
            (">", "muster.v1.>"),
            ("muster.>", "muster.v1.>"),
            ("*.>", "muster.v1.>"),
            ("*.v1.shared.>", "muster.v1.shared.>"),
            ("*.*.shared.*.staffing.>", "muster.v1.shared.*.staffing.>"),
            ("muster.*.own.>", "muster.v1.own.>"),
            ("muster.v1.own.*.a.b.c", "muster.v1.own.*.a.b.c"),
        ] {
            assert_eq!(rooted(filter), within);
        }
    }
}
