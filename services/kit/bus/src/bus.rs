//! What a bus does, whichever it is.

use std::{
    hash::{BuildHasher, RandomState},
    ops::RangeInclusive,
    sync::Arc,
    time::Duration,
};

use async_trait::async_trait;
use muster_kit::{Error, ErrorCode, Event, event};
use uuid::Uuid;

/// Why the bus could not do something.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BusError {
    /// The request breaks a rule: a wrong subject, filter or name, a payload that is too large.
    #[error("{0}")]
    Refused(String),
    /// The bus cannot be reached, or did not answer in time. What was published may be stored all the same: publish
    /// it again with the same id.
    #[error("the bus is away: {0}")]
    Unavailable(String),
    /// The bus was closed.
    #[error("the bus is closed")]
    Closed,
    /// A fault of ours or the bus's.
    #[error("the bus failed: {0}")]
    Internal(String),
}

impl From<BusError> for Error {
    fn from(error: BusError) -> Self {
        let code = match &error {
            BusError::Refused(_) => ErrorCode::BadRequest,
            BusError::Unavailable(_) | BusError::Closed => ErrorCode::Unavailable,
            BusError::Internal(_) => ErrorCode::Internal,
        };
        Self::new(code, error.to_string()).with_source(error)
    }
}

impl From<Error> for BusError {
    fn from(error: Error) -> Self {
        match error.code() {
            ErrorCode::BadRequest => Self::Refused(error.chain()),
            ErrorCode::Unavailable | ErrorCode::Timeout => Self::Unavailable(error.chain()),
            _ => Self::Internal(error.chain()),
        }
    }
}

impl From<sea_orm::DbErr> for BusError {
    fn from(error: sea_orm::DbErr) -> Self {
        Error::from(error).into()
    }
}

/// Where a published event stands in the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stored {
    /// Position in the log, from 1. Positions grow; they may have gaps.
    pub position: u64,
    /// True when the bus had the event already.
    pub duplicate: bool,
}

/// How long to wait before the next attempt: doubling from the first delay to the longest, give or take a fifth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backoff {
    /// Delay after the first attempt.
    pub first: Duration,
    /// No delay is longer.
    pub longest: Duration,
}

impl Default for Backoff {
    fn default() -> Self {
        Self { first: Duration::from_millis(200), longest: Duration::from_mins(1) }
    }
}

impl Backoff {
    /// The delay after attempt number `attempt` (from 1) failed.
    pub fn delay(&self, attempt: u32) -> Duration {
        let doubled = self.first.saturating_mul(1_u32 << attempt.saturating_sub(1).min(20)).min(self.longest);
        // jitter keeps those that failed together from coming back together
        let per_mille = 800 + u32::try_from(RandomState::new().hash_one(0_u8) % 401).unwrap_or(200);
        doubled.saturating_mul(per_mille) / 1000
    }
}

/// Who consumes what, and how patiently. Consumers of one name share the work; different names each get everything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsumerSpec {
    /// Name, one subject token; it is what the bus remembers its progress by.
    pub name: String,
    /// Subjects wanted, with `*` for one token and a last `>` for the rest.
    pub filters: Vec<String>,
    /// How long the bus waits for an answer before it delivers again.
    pub ack_wait: Duration,
    /// After so many attempts the event becomes a dead letter.
    pub max_attempts: u32,
    /// Unanswered deliveries at most, those given back for later included; it bounds memory on both sides.
    pub max_in_flight: usize,
    /// Delays between attempts.
    pub backoff: Backoff,
}

impl ConsumerSpec {
    /// A consumer with the usual patience: 30 s to answer, 8 attempts, 1,024 in flight.
    pub fn new(name: &str, filters: &[&str]) -> Self {
        Self {
            name: name.to_owned(),
            filters: filters.iter().map(|filter| (*filter).to_owned()).collect(),
            ack_wait: Duration::from_secs(30),
            max_attempts: 8,
            max_in_flight: 1024,
            backoff: Backoff::default(),
        }
    }

    /// Checks the name and the filters.
    ///
    /// # Errors
    /// Refused when one is wrong or there is no filter.
    pub fn check(&self) -> Result<(), BusError> {
        event::check_token(&self.name)?;
        if self.filters.is_empty() {
            return Err(BusError::Refused(format!("consumer `{}` has no filter", self.name)));
        }
        self.filters.iter().try_for_each(|filter| event::check_filter(filter))?;
        if self.max_attempts == 0 || self.max_in_flight == 0 {
            return Err(BusError::Refused(format!(
                "consumer `{}` allows no attempt or nothing in flight",
                self.name
            )));
        }
        Ok(())
    }

    /// Does the consumer want events of this subject?
    pub fn wants(&self, subject: &str) -> bool {
        self.filters.iter().any(|filter| event::matches(filter, subject))
    }
}

/// Which part of the log to read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LogFilter {
    /// Subject filters; none means all.
    pub subjects: Vec<String>,
}

impl LogFilter {
    /// Everything.
    pub fn all() -> Self {
        Self::default()
    }

    /// One subject filter; empty means all.
    pub fn subject(filter: &str) -> Self {
        Self { subjects: if filter.is_empty() { Vec::new() } else { vec![filter.to_owned()] } }
    }

    /// Does the subject belong to the part?
    pub fn matches(&self, subject: &str) -> bool {
        self.subjects.is_empty() || self.subjects.iter().any(|filter| event::matches(filter, subject))
    }
}

/// An event of the log.
#[derive(Clone, Debug, PartialEq)]
pub struct Logged {
    /// Position in the log, from 1.
    pub position: u64,
    /// The event.
    pub event: Event,
}

/// An event that a consumer gave up on.
#[derive(Clone, Debug, PartialEq)]
pub struct DeadLetter {
    /// Id of the dead letter.
    pub id: String,
    /// Consumer that gave up.
    pub consumer: String,
    /// Why.
    pub reason: String,
    /// Attempts made.
    pub attempts: u32,
    /// When, in microseconds since 1970-01-01T00:00:00Z.
    pub died_at_micros: i64,
    /// Position of the event in the log; 0 when the bus does not know it.
    pub position: u64,
    /// The event.
    pub event: Event,
}

/// A durable log of events with consumers that each remember how far they are.
#[async_trait]
pub trait Bus: Send + Sync {
    /// Stores events, in order, several on their way at once; one answer each. An event whose id the bus has already
    /// is not stored again, so a publish that was not answered can be repeated.
    async fn publish_batch(&self, events: &[Event]) -> Vec<Result<Stored, BusError>>;

    /// True when a batch is stored as a whole or not at all. Otherwise a publisher that must keep the order of an
    /// aggregate waits for each of its events before it sends the next.
    fn stores_batches_whole(&self) -> bool;

    /// Begins to consume; events from before the first subscription are delivered too. Contexts do not call this: they
    /// hand a [`crate::Handler`] to [`crate::Runtime`], which puts the inbox in front of it.
    async fn subscribe(&self, spec: &ConsumerSpec) -> Result<Box<dyn Consumer>, BusError>;

    /// Reads the log in order: at most `max` events from position `from` on. Fewer than `max` means the end.
    async fn log(&self, filter: &LogFilter, from: u64, max: usize) -> Result<Vec<Logged>, BusError>;

    /// Position of the last event of the log; 0 when it is empty.
    async fn head(&self) -> Result<u64, BusError>;

    /// Makes an event a dead letter of a consumer. Doing so twice makes one.
    async fn bury(&self, event: &Event, consumer: &str, reason: &str, attempts: u32) -> Result<(), BusError>;

    /// Dead letters that were not replayed, oldest first, at most 1,000; of one consumer or of all.
    async fn dead_letters(&self, consumer: Option<&str>) -> Result<Vec<DeadLetter>, BusError>;

    /// Delivers dead letters again, each to the consumer that gave up on it and to no other. Gives how many.
    async fn replay(&self, ids: &[String]) -> Result<u64, BusError>;

    /// Can the bus be used right now? For a readiness probe.
    fn ready(&self) -> bool;

    /// Sends what is buffered and lets go of everything.
    async fn close(&self) -> Result<(), BusError>;
}

/// A subscription's end of the bus.
#[async_trait]
pub trait Consumer: Send {
    /// Waits for events and gives at most `max`. Dropping the future loses nothing.
    async fn next_batch(&mut self, max: usize) -> Result<Vec<Delivery>, BusError>;

    /// Events that the consumer has not had the effect of yet, as far as the bus can count them.
    async fn lag(&mut self) -> Result<u64, BusError>;

    /// The stretch of the log that held unanswered deliveries of somebody else when this subscription began, for a
    /// worker that takes over from a dead one. `None` when the bus itself keeps the order of an aggregate.
    fn taken_over(&self) -> Option<RangeInclusive<u64>>;
}

/// How a delivery is answered; what a bus implements behind [`Delivery`].
#[async_trait]
pub trait Receipt: Send + Sync {
    /// Done.
    async fn ack(&self) -> Result<(), BusError>;
    /// Again, after a delay.
    async fn nak(&self, after: Duration) -> Result<(), BusError>;
    /// Never again.
    async fn term(&self, reason: &str) -> Result<(), BusError>;
    /// Still at work: the wait for an answer starts anew.
    async fn in_progress(&self) -> Result<(), BusError>;
    /// The delivery was dropped without an answer; must not wait.
    fn abandon(&self);
}

/// One event, delivered. Dropped without an answer, it is delivered again.
pub struct Delivery {
    /// The event.
    pub event: Event,
    /// Position in the log.
    pub position: u64,
    /// Which attempt this is, from 1.
    pub attempt: u32,
    receipt: Option<Arc<dyn Receipt>>,
}

impl Delivery {
    /// A delivery that is answered through `receipt`.
    pub fn new(event: Event, position: u64, attempt: u32, receipt: Arc<dyn Receipt>) -> Self {
        Self { event, position, attempt, receipt: Some(receipt) }
    }

    /// A delivery out of the log, which nobody waits for an answer to.
    pub(crate) fn of_log(logged: Logged) -> Self {
        Self { event: logged.event, position: logged.position, attempt: 1, receipt: None }
    }

    /// False when nobody waits for an answer.
    pub(crate) fn is_answerable(&self) -> bool {
        self.receipt.is_some()
    }

    /// How it is answered, for those who only say that they are still at work.
    pub(crate) fn receipt(&self) -> Option<Arc<dyn Receipt>> {
        self.receipt.clone()
    }

    /// Lets go without an answer, because a newer delivery of the same event is at hand.
    pub(crate) fn forget(mut self) {
        self.receipt = None;
    }

    /// The way to answer, taken out, for a bus that stands in front of another.
    pub fn into_receipt(mut self) -> Option<Arc<dyn Receipt>> {
        self.receipt.take()
    }

    /// Id of the event.
    pub fn id(&self) -> Uuid {
        self.event.id
    }

    /// Done.
    ///
    /// # Errors
    /// Unavailable when the bus is away; the event is delivered again then, and the inbox knows it.
    pub async fn ack(mut self) -> Result<(), BusError> {
        match self.receipt.take() {
            Some(receipt) => receipt.ack().await,
            None => Ok(()),
        }
    }

    /// Again, after a delay.
    ///
    /// # Errors
    /// Unavailable when the bus is away; the event is delivered again after the ack wait then.
    pub async fn nak(mut self, after: Duration) -> Result<(), BusError> {
        match self.receipt.take() {
            Some(receipt) => receipt.nak(after).await,
            None => Ok(()),
        }
    }

    /// Never again.
    ///
    /// # Errors
    /// Unavailable when the bus is away; the event is delivered again after the ack wait then.
    pub async fn term(mut self, reason: &str) -> Result<(), BusError> {
        match self.receipt.take() {
            Some(receipt) => receipt.term(reason).await,
            None => Ok(()),
        }
    }

    /// Still at work: the wait for an answer starts anew.
    ///
    /// # Errors
    /// Unavailable when the bus is away.
    pub async fn in_progress(&self) -> Result<(), BusError> {
        match &self.receipt {
            Some(receipt) => receipt.in_progress().await,
            None => Ok(()),
        }
    }
}

impl Drop for Delivery {
    fn drop(&mut self) {
        if let Some(receipt) = self.receipt.take() {
            receipt.abandon();
        }
    }
}

/// Answers many deliveries at once. A failure is logged, not returned: what was not acknowledged comes again and the
/// inbox knows it.
pub(crate) async fn ack_all(deliveries: Vec<Delivery>) {
    let answers = futures::future::join_all(deliveries.into_iter().map(Delivery::ack)).await;
    if let Some(error) = answers.into_iter().find_map(Result::err) {
        tracing::warn!(%error, "acknowledgement failed");
    }
}

/// The reason of a dead letter whose attempts were used up without a word.
pub(crate) fn exhausted(attempts: u32) -> String {
    format!("attempts exhausted: {attempts} deliveries without an answer, or given back each time")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_delay_doubles_up_to_the_longest_and_differs_a_little() {
        let backoff = Backoff { first: Duration::from_millis(100), longest: Duration::from_secs(1) };
        for (attempt, middle) in [(1, 100), (2, 200), (3, 400), (4, 800), (5, 1000), (60, 1000)] {
            let millis = backoff.delay(attempt).as_millis();
            assert!((middle * 8 / 10..=middle * 12 / 10).contains(&millis), "attempt {attempt}: {millis} ms");
        }
    }

    #[test]
    fn a_consumer_needs_a_name_and_a_filter_that_fit() {
        assert!(ConsumerSpec::new("web-activity", &["muster.v1.>"]).check().is_ok());
        for (name, filters) in
            [("Web", &["muster.v1.>"][..]), ("web", &[]), ("web", &["muster.>.x"]), ("a.b", &[">"])]
        {
            assert!(ConsumerSpec::new(name, filters).check().is_err(), "{name} {filters:?}");
        }
    }
}
