//! The queue of several processes: JetStream, server 2.12 or newer.
//!
//! Stream `<PREFIX>_JOBS` is a work queue: `muster.jobs.<kind>.<sweep>.<index>` holds a job until it is acknowledged,
//! and one durable pull consumer a kind, shared by all workers, hands it out. Stream `<PREFIX>_SWEEPS` holds what is
//! known of a sweep, one message a subject: `muster.sweeps.<sweep>.begun`, `.cancelled` and `.result.<index>`. What may
//! stand once only is published with the demand that its subject be empty, which holds longer than the server remembers
//! message ids. A follower reads a sweep's subjects from the first message on.
//!
//! A job of a sweep that is submitted again after its end is queued again; whoever takes it finds its result and
//! acknowledges it unworked. A cancelled sweep is found by a look at its subject, before a job and while it runs.

mod follow;
mod take;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, atomic::AtomicUsize},
    time::Duration,
};

use async_nats::{
    HeaderMap,
    jetstream::{
        consumer::PullConsumer,
        context::PublishErrorKind,
        message::StreamMessage,
        stream::{Config, LastRawMessageErrorKind, RetentionPolicy, StorageType, Stream},
    },
};
use async_trait::async_trait;
use bytes::Bytes;
use futures::future::join_all;
use muster_kit::event;

use super::{Follow, Job, JobOptions, JobQueue, JobResult, JobState, Outcome, Sweep, Taken, queue::unknown};
use crate::{
    Bus, BusError, NatsBus,
    nats::{
        connect::ensure_stream,
        headers::{MESSAGE_ID, decode, encode},
        publish_failed, unavailable, within,
    },
};

/// How long the server remembers ids at most.
const DUPLICATE_WINDOW: Duration = Duration::from_mins(10);
/// A message is published only when its subject's last one is this.
const EXPECTED: &str = "Nats-Expected-Last-Subject-Sequence";
/// Jobs on their way to the server at once.
const WINDOW: usize = 32;

const KIND: &str = "muster-kind";
const TOTAL: &str = "muster-total";
const ATTEMPTS: &str = "muster-attempts";
const FAILED: &str = "muster-failed";

/// A queue on JetStream. Cheap to clone.
#[derive(Clone)]
pub struct NatsJobs {
    bus: NatsBus,
    options: JobOptions,
    consumers: Arc<Mutex<HashMap<String, PullConsumer>>>,
    /// Whose turn it is among several kinds.
    turn: Arc<AtomicUsize>,
}

impl NatsJobs {
    /// Makes sure that the streams are there.
    ///
    /// # Errors
    /// Unavailable when the server is away or refuses the streams.
    pub async fn open(bus: &NatsBus, options: JobOptions) -> Result<Self, BusError> {
        let jobs = Self { bus: bus.clone(), options, consumers: Arc::default(), turn: Arc::default() };
        let (num_replicas, patience) = bus.copies;
        let streams =
            [("JOBS", "jobs", RetentionPolicy::WorkQueue), ("SWEEPS", "sweeps", RetentionPolicy::Limits)];
        for (name, root, retention) in streams {
            let config = Config {
                name: bus.stream(name),
                subjects: vec![format!("{}muster.{root}.>", bus.subject_prefix)],
                retention,
                storage: StorageType::File,
                num_replicas,
                max_age: options.max_age,
                duplicate_window: DUPLICATE_WINDOW.min(options.max_age),
                ..Config::default()
            };
            ensure_stream(&bus.connection.jetstream, config, patience).await?;
        }
        Ok(jobs)
    }

    async fn stream(&self, name: &str) -> Result<Stream<()>, BusError> {
        self.bus.connection.jetstream.get_stream_no_info(self.bus.stream(name)).await.map_err(unavailable)
    }

    fn job_subject(&self, kind: &str, rest: &str) -> String {
        format!("{}muster.jobs.{kind}.{rest}", self.bus.subject_prefix)
    }

    fn sweep_subject(&self, sweep: &str, what: &str) -> String {
        format!("{}muster.sweeps.{sweep}.{what}", self.bus.subject_prefix)
    }

    /// The message on a subject of a sweep, if there is one.
    async fn look(&self, sweep: &str, what: &str) -> Result<Option<StreamMessage>, BusError> {
        let subject = self.sweep_subject(sweep, what);
        within(async {
            match self.stream("SWEEPS").await?.get_last_raw_message_by_subject(&subject).await {
                Ok(message) => Ok(Some(message)),
                Err(error) if error.kind() == LastRawMessageErrorKind::NoMessageFound => Ok(None),
                Err(error) => Err(unavailable(error)),
            }
        })
        .await
    }

    /// Publishes where nothing stands yet; false when something does.
    async fn publish_once(
        &self,
        subject: String,
        id: &str,
        mut headers: HeaderMap,
        payload: Bytes,
    ) -> Result<bool, BusError> {
        if !self.bus.ready() {
            return Err(BusError::Unavailable("not connected".into()));
        }
        headers.insert(MESSAGE_ID, id);
        headers.insert(EXPECTED, "0");
        within(async {
            match self.bus.send_message(subject, headers, payload).await?.await {
                Ok(answer) => Ok(!answer.duplicate),
                Err(error) if error.kind() == PublishErrorKind::WrongLastSequence => Ok(false),
                Err(error) if error.kind() == PublishErrorKind::MaxPayloadExceeded => {
                    Err(publish_failed(error))
                }
                // a cluster refuses the second of two that come at once: it can be repeated
                Err(error) => Err(unavailable(error)),
            }
        })
        .await
    }

    async fn begin(&self, sweep: &str, kind: &str, total: u32) -> Result<(), BusError> {
        let mut headers = HeaderMap::new();
        headers.insert(KIND, kind);
        headers.insert(TOTAL, total.to_string());
        let (subject, id) = (self.sweep_subject(sweep, "begun"), format!("{sweep}/begun"));
        if self.publish_once(subject, &id, headers, Bytes::new()).await? {
            return Ok(());
        }
        let known = self.sweep(sweep).await?.ok_or_else(|| unknown(sweep))?;
        known.check_again(sweep, kind, total)
    }

    async fn queue(&self, sweep: &str, kind: &str, job: &Job) -> Result<(), BusError> {
        let subject = self.job_subject(kind, &format!("{sweep}.{}", job.index));
        let id = format!("{sweep}/{}", job.index);
        self.publish_once(subject, &id, HeaderMap::new(), job.payload.clone()).await.map(drop)
    }
}

/// The value of a header of ours.
fn header(headers: &HeaderMap, name: &'static str) -> Option<String> {
    headers.get(name).map(|value| decode(value.as_str()))
}

fn number(headers: &HeaderMap, name: &'static str) -> Result<u32, BusError> {
    let value = header(headers, name).and_then(|value| value.parse().ok());
    value.ok_or_else(|| BusError::Internal(format!("message of a sweep has a wrong or no {name}")))
}

#[async_trait]
impl JobQueue for NatsJobs {
    fn options(&self) -> &JobOptions {
        &self.options
    }

    async fn submit(&self, sweep: &str, kind: &str, jobs: &[Job]) -> Result<(), BusError> {
        let total = self.options.check(sweep, kind, jobs)?;
        self.begin(sweep, kind, total).await?;
        for window in jobs.chunks(WINDOW) {
            let stored = join_all(window.iter().map(|job| self.queue(sweep, kind, job))).await;
            stored.into_iter().collect::<Result<(), BusError>>()?;
        }
        Ok(())
    }

    async fn take(&self, kinds: &[String], wait: Duration) -> Result<Option<Taken>, BusError> {
        kinds.iter().try_for_each(|kind| event::check_token(kind))?;
        take::take(self, kinds, wait).await
    }

    async fn state(&self, sweep: &str, index: u32) -> Result<JobState, BusError> {
        let result = format!("result.{index}");
        let (cancelled, result) = tokio::try_join!(self.look(sweep, "cancelled"), self.look(sweep, &result))?;
        Ok(match (cancelled, result) {
            (Some(_), _) => JobState::Cancelled,
            (None, Some(_)) => JobState::Done,
            (None, None) => JobState::Open,
        })
    }

    async fn store(&self, sweep: &str, result: &JobResult) -> Result<bool, BusError> {
        self.options.check_result(result)?;
        let mut headers = HeaderMap::new();
        headers.insert(ATTEMPTS, result.attempts.to_string());
        let payload = match &result.outcome {
            Outcome::Done(bytes) => bytes.clone(),
            Outcome::Failed(reason) => {
                headers.insert(FAILED, encode(reason));
                Bytes::new()
            }
        };
        let subject = self.sweep_subject(sweep, &format!("result.{}", result.index));
        let id = format!("{sweep}/{}", result.index);
        self.publish_once(subject, &id, headers, payload).await
    }

    async fn sweep(&self, sweep: &str) -> Result<Option<Sweep>, BusError> {
        event::check_token(sweep)?;
        let (begun, cancelled) = tokio::try_join!(self.look(sweep, "begun"), self.look(sweep, "cancelled"))?;
        let Some(begun) = begun else { return Ok(None) };
        let kind = header(&begun.headers, KIND).unwrap_or_default();
        Ok(Some(Sweep { kind, total: number(&begun.headers, TOTAL)?, cancelled: cancelled.is_some() }))
    }

    async fn follow(&self, sweep: &str) -> Result<Follow, BusError> {
        let known = self.sweep(sweep).await?.ok_or_else(|| unknown(sweep))?;
        Ok(follow::follow(self.clone(), sweep.to_owned(), known.total))
    }

    async fn cancel(&self, sweep: &str) -> Result<(), BusError> {
        if self.sweep(sweep).await?.is_none() {
            return Err(unknown(sweep));
        }
        let (subject, id) = (self.sweep_subject(sweep, "cancelled"), format!("{sweep}/cancelled"));
        self.publish_once(subject, &id, HeaderMap::new(), Bytes::new()).await.map(drop)
    }
}
