//! Reads a sweep from its first message on, through a consumer that is made anew after every interruption, right behind
//! the last message that was told.

use std::{ops::ControlFlow, time::Duration};

use async_nats::jetstream::{
    self,
    consumer::{AckPolicy, DeliverPolicy, PullConsumer, pull},
    stream::Stream,
};
use futures::{StreamExt, stream};
use tokio::{sync::mpsc, time::Instant};

use super::{
    super::{Follow, JobQueue, JobResult, News, Outcome, Progress, queue::unknown},
    ATTEMPTS, FAILED, NatsJobs, header, number,
};
use crate::{
    Backoff, Bus, BusError,
    nats::{unavailable, within},
};

/// Steps that wait for the follower at most.
const AHEAD: usize = 16;
/// How long a pull stays open when nothing comes.
const PULL: Duration = Duration::from_secs(5);
/// How long the server may be away before the follower is told.
const PATIENCE: Duration = Duration::from_mins(1);
/// Delays while it is away.
const RETRY: Backoff = Backoff { first: Duration::from_millis(50), longest: Duration::from_secs(2) };

type Step = Result<Progress, BusError>;

struct Reader {
    jobs: NatsJobs,
    sweep: String,
    total: u32,
    done: u32,
    /// Position of the next message.
    next: u64,
    steps: mpsc::Sender<Step>,
}

pub(super) fn follow(jobs: NatsJobs, sweep: String, total: u32) -> Follow {
    let (steps, told) = mpsc::channel(AHEAD);
    let reader = Reader { jobs, sweep, total, done: 0, next: 1, steps };
    tokio::spawn(reader.run());
    stream::unfold(told, |mut told| async move { told.recv().await.map(|step| (step, told)) }).boxed()
}

impl Reader {
    /// Reads until all is told, or nobody listens any more.
    async fn run(mut self) {
        let steps = self.steps.clone();
        tokio::select! { () = steps.closed() => {}, () = self.read() => {} }
    }

    async fn read(&mut self) {
        let (mut failures, mut well) = (0, Instant::now());
        loop {
            let before = self.next;
            let error = match self.stretch().await {
                Ok(ControlFlow::Break(())) => return,
                Ok(ControlFlow::Continue(())) => {
                    (failures, well) = (0, Instant::now());
                    continue;
                }
                Err(error) => error,
            };
            if self.next > before {
                (failures, well) = (0, Instant::now());
            }
            if !matches!(error, BusError::Unavailable(_))
                || well.elapsed() > PATIENCE
                || self.jobs.bus.is_closed()
            {
                drop(self.steps.send(Err(error)).await);
                return;
            }
            failures += 1;
            tracing::debug!(sweep = self.sweep, failures, %error, "following interrupted");
            tokio::time::sleep(RETRY.delay(failures)).await;
        }
    }

    /// Reads for as long as one consumer lasts.
    async fn stretch(&mut self) -> Result<ControlFlow<()>, BusError> {
        if !self.jobs.bus.ready() {
            return Err(BusError::Unavailable("not connected".into()));
        }
        let mut made = self.jobs.bus.connection.made.clone();
        made.mark_unchanged();
        let stream = self.jobs.stream("SWEEPS").await?;
        let consumer = self.consumer(&stream).await?;
        let told = tokio::select! {
            told = self.pulls(&consumer) => told,
            // a new connection does not answer what the old one was asked
            _ = made.changed() => return Ok(ControlFlow::Continue(())),
        };
        if let Err(error) =
            within(async { stream.delete_consumer(&consumer.cached_info().name).await.map_err(unavailable) })
                .await
        {
            tracing::debug!(sweep = self.sweep, %error, "reader of a sweep goes by itself");
        }
        told
    }

    async fn consumer(&self, stream: &Stream<()>) -> Result<PullConsumer, BusError> {
        let config = pull::Config {
            deliver_policy: DeliverPolicy::ByStartSequence { start_sequence: self.next },
            ack_policy: AckPolicy::None,
            filter_subject: self.jobs.sweep_subject(&self.sweep, ">"),
            inactive_threshold: Duration::from_secs(30),
            memory_storage: true,
            num_replicas: 1,
            ..pull::Config::default()
        };
        within(async { stream.create_consumer(config).await.map_err(unavailable) }).await
    }

    /// One pull after the other, until all is told or a slow follower makes it necessary to begin behind what it had.
    async fn pulls(&mut self, consumer: &PullConsumer) -> Result<ControlFlow<()>, BusError> {
        loop {
            let mut messages = within(async {
                consumer.batch().max_messages(AHEAD).expires(PULL).messages().await.map_err(unavailable)
            })
            .await?;
            let begun = Instant::now();
            let mut came = false;
            while let Some(message) = messages.next().await {
                came = true;
                if self.tell(&message.map_err(unavailable)?).await?.is_break() {
                    return Ok(ControlFlow::Break(()));
                }
                if begun.elapsed() > PULL {
                    // the client ends a pull that is not read in time, with what it holds
                    return Ok(ControlFlow::Continue(()));
                }
            }
            if !came && self.jobs.sweep(&self.sweep).await?.is_none() {
                return Err(unknown(&self.sweep));
            }
        }
    }

    /// Tells the follower of one message, if it is news.
    async fn tell(&mut self, message: &jetstream::Message) -> Result<ControlFlow<()>, BusError> {
        let position = message.info().map_err(unavailable)?.stream_sequence;
        let before = self.jobs.sweep_subject(&self.sweep, "");
        let what = message.subject.strip_prefix(&before).unwrap_or_default();
        let (done, news) = match what.strip_prefix("result.") {
            Some(index) => (self.done + 1, News::Result(result(index, message)?)),
            None if what == "cancelled" => (self.done, News::Cancelled),
            None => {
                self.next = position + 1;
                return Ok(ControlFlow::Continue(()));
            }
        };
        let last = news == News::Cancelled || done >= self.total;
        let told = self.steps.send(Ok(Progress { done, total: self.total, news })).await;
        // after the only wait: when that is broken off, the message is read again
        (self.done, self.next) = (done, position + 1);
        Ok(if last || told.is_err() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
    }
}

fn result(index: &str, message: &jetstream::Message) -> Result<JobResult, BusError> {
    let wrong = || BusError::Internal(format!("message on `{}` is no result", message.subject));
    let index = index.parse().map_err(|_| wrong())?;
    let headers = message.headers.as_ref().ok_or_else(wrong)?;
    let outcome = match header(headers, FAILED) {
        Some(reason) => Outcome::Failed(reason),
        None => Outcome::Done(message.payload.clone()),
    };
    Ok(JobResult { index, outcome, attempts: number(headers, ATTEMPTS)? })
}
