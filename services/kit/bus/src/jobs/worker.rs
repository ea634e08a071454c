//! Works jobs off: one at a time a slot, each with a sign of life while it runs and an answer at its end.

use std::{
    convert::Infallible,
    panic::AssertUnwindSafe,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use bytes::Bytes;
use futures::{FutureExt, future::join_all};
use muster_kit::{Error, ErrorCode};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::{JobQueue, JobResult, JobState, Outcome, Taken};
use crate::{Backoff, BusError, bus::exhausted};

/// How long one look for a job may last.
const TAKE: Duration = Duration::from_secs(1);
/// How long a computed result is kept and offered while the queue is away.
const STORE_FOR: Duration = Duration::from_mins(1);
/// Delays while the queue is away.
const RETRY: Backoff = Backoff { first: Duration::from_millis(100), longest: Duration::from_secs(5) };

/// Why a job gave no result.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JobError {
    /// May go well later: it is tried again, with a delay.
    #[error("{0}")]
    Temporary(String),
    /// Will never go well: the job ends with a failed result.
    #[error("{0}")]
    Permanent(String),
}

impl From<Error> for JobError {
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

/// What a handler is told of its job.
#[derive(Clone, Debug)]
pub struct JobContext {
    /// Sweep it belongs to.
    pub sweep: String,
    /// What kind of work it is.
    pub kind: String,
    /// Which part of the sweep.
    pub index: u32,
    /// What it is about.
    pub payload: Bytes,
    /// Which attempt this is, from 1.
    pub attempt: u32,
    /// Set when nobody wants the result any more; a computation looks at it now and then and ends.
    pub cancelled: Arc<AtomicBool>,
}

/// What a handler makes of a job.
pub type JobAnswer = Result<Bytes, JobError>;

/// What is done with a job.
#[async_trait]
pub trait JobHandler: Send + Sync {
    /// Works on one job and gives its result. It may run again, also while another run of the same job has not ended.
    ///
    /// It must not block the thread: what computes goes to `spawn_blocking` and looks at [`JobContext::cancelled`],
    /// which is also set when this future is dropped.
    ///
    /// # Errors
    /// Temporary when it may go well later, permanent when it never will; a panic counts as temporary.
    async fn run(&self, job: JobContext) -> JobAnswer;
}

/// How a worker works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WorkerOptions {
    /// Jobs at the same time.
    pub slots: usize,
    /// After so many attempts a job ends with a failed result. An attempt is every time it was taken: it failed, its
    /// worker died, or was stopped before the end.
    pub max_attempts: u32,
    /// Delays between attempts.
    pub backoff: Backoff,
    /// How often a running job looks whether its sweep was cancelled.
    pub cancel_every: Duration,
    /// How long a handler may go on after its flag was set, before its future is dropped.
    pub abort_within: Duration,
    /// How long running jobs may go on after the stop, before they are given back.
    pub grace: Duration,
}

impl Default for WorkerOptions {
    fn default() -> Self {
        Self {
            slots: 1,
            max_attempts: 5,
            backoff: Backoff::default(),
            cancel_every: Duration::from_millis(500),
            abort_within: Duration::from_secs(2),
            grace: Duration::from_secs(5),
        }
    }
}

/// Takes jobs of some kinds and hands them to a handler.
pub struct Worker {
    queue: Arc<dyn JobQueue>,
    kinds: Vec<String>,
    handler: Arc<dyn JobHandler>,
    options: WorkerOptions,
}

/// How a run ended.
enum Ended {
    /// The handler gave an answer.
    Answered(Result<Bytes, JobError>),
    /// Nobody wants the result: the sweep was cancelled, or another worker was faster.
    Unwanted,
    /// This worker was told to stop.
    Stopped,
}

/// Sets the flag when the run is over, however it ends.
struct Flag(Arc<AtomicBool>);

impl Drop for Flag {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

impl Worker {
    /// A worker with the usual options.
    pub fn new(queue: Arc<dyn JobQueue>, kinds: &[&str], handler: Arc<dyn JobHandler>) -> Self {
        let kinds = kinds.iter().map(|&kind| kind.to_owned()).collect();
        Self { queue, kinds, handler, options: WorkerOptions::default() }
    }

    /// The same with options of one's own.
    #[must_use]
    pub fn with_options(mut self, options: WorkerOptions) -> Self {
        self.options = options;
        self
    }

    /// Works until told to stop. Then takes no new job, lets the running ones go on for the grace period, and gives
    /// back those that have not ended. While the queue is away, it tries again.
    ///
    /// The last answers may still be on their way to the server at the end: close the bus before the process ends.
    pub async fn run(self, stop: CancellationToken) {
        join_all((0..self.options.slots.max(1)).map(|_| self.slot(&stop))).await;
    }

    async fn slot(&self, stop: &CancellationToken) {
        let mut failures = 0;
        while !stop.is_cancelled() {
            match self.queue.take(&self.kinds, TAKE).await {
                Ok(Some(taken)) => {
                    failures = 0;
                    self.work(taken, stop).await;
                }
                Ok(None) => failures = 0,
                Err(error) => {
                    failures += 1;
                    tracing::warn!(kinds = ?self.kinds, failures, %error, "no job can be taken");
                    let wait = RETRY.delay(failures);
                    tokio::select! { () = stop.cancelled() => {}, () = tokio::time::sleep(wait) => {} }
                }
            }
        }
    }

    /// One job, from its being taken to its answer.
    async fn work(&self, taken: Taken, stop: &CancellationToken) {
        let settled = tokio::select! {
            settled = self.settle(&taken, stop) => settled,
            never = self.keep(&taken) => match never {},
        };
        let (sweep, index, attempt) = (taken.sweep.clone(), taken.index, taken.attempt);
        let answered = match settled {
            Ok(()) => taken.ack().await,
            Err(after) => taken.nak(after).await,
        };
        if let Err(error) = answered {
            // it comes again, and its result is found
            tracing::warn!(sweep, index, attempt, %error, "job not answered");
        }
    }

    /// Says again and again that the job is being worked on.
    async fn keep(&self, taken: &Taken) -> Infallible {
        let every = self.queue.options().ack_wait / 3;
        loop {
            tokio::time::sleep(every).await;
            if let Err(error) = taken.in_progress().await {
                tracing::debug!(sweep = taken.sweep, index = taken.index, %error, "no sign of life sent");
            }
        }
    }

    /// Brings a job to its end; the error is the delay after which it is tried again.
    async fn settle(&self, taken: &Taken, stop: &CancellationToken) -> Result<(), Duration> {
        let later = || self.options.backoff.delay(taken.attempt);
        match self.queue.state(&taken.sweep, taken.index).await {
            _ if stop.is_cancelled() => return Err(Duration::ZERO),
            Ok(JobState::Open) => {}
            Ok(JobState::Done | JobState::Cancelled) => return Ok(()),
            Err(error) => {
                tracing::warn!(sweep = taken.sweep, index = taken.index, %error, "job's state not known");
                return Err(later());
            }
        }
        let (index, attempts, last) = (taken.index, taken.attempt, self.options.max_attempts);
        let result = if attempts > last {
            JobResult::failed(index, attempts - 1, &exhausted(attempts - 1))
        } else {
            match self.attempt(taken, stop).await {
                Ended::Answered(Ok(bytes)) => JobResult { index, outcome: Outcome::Done(bytes), attempts },
                Ended::Answered(Err(JobError::Temporary(reason))) if attempts < last => {
                    tracing::warn!(
                        sweep = taken.sweep,
                        index,
                        attempts,
                        reason,
                        "job failed: it is tried again"
                    );
                    return Err(later());
                }
                Ended::Answered(Err(error)) => JobResult::failed(index, attempts, &error.to_string()),
                Ended::Unwanted => return Ok(()),
                Ended::Stopped => return Err(Duration::ZERO),
            }
        };
        self.store(&taken.sweep, result).await.map_err(|error| {
            tracing::warn!(sweep = taken.sweep, index, attempts, %error, "result not stored: the job is tried again");
            later()
        })
    }

    /// Runs the handler until it answers, or its result is not wanted any more.
    async fn attempt(&self, taken: &Taken, stop: &CancellationToken) -> Ended {
        let flag = Flag(Arc::default());
        let job = JobContext {
            sweep: taken.sweep.clone(),
            kind: taken.kind.clone(),
            index: taken.index,
            payload: taken.payload.clone(),
            attempt: taken.attempt,
            cancelled: flag.0.clone(),
        };
        let mut run = AssertUnwindSafe(self.handler.run(job)).catch_unwind();
        let ended = tokio::select! {
            answer = &mut run => return Ended::Answered(answer.unwrap_or_else(|panic| Err(panicked(&*panic)))),
            () = self.unwanted(taken) => Ended::Unwanted,
            () = self.stopped(stop) => Ended::Stopped,
        };
        flag.0.store(true, Ordering::Relaxed);
        drop(tokio::time::timeout(self.options.abort_within, run).await);
        ended
    }

    /// Waits until the job has a result of another worker, or its sweep is cancelled.
    async fn unwanted(&self, taken: &Taken) {
        loop {
            tokio::time::sleep(self.options.cancel_every).await;
            match self.queue.state(&taken.sweep, taken.index).await {
                Ok(JobState::Open) => {}
                Ok(JobState::Done | JobState::Cancelled) => return,
                Err(error) => {
                    tracing::debug!(sweep = taken.sweep, index = taken.index, %error, "job's state not known");
                }
            }
        }
    }

    async fn stopped(&self, stop: &CancellationToken) {
        stop.cancelled().await;
        tokio::time::sleep(self.options.grace).await;
    }

    /// Stores a result, for as long as the queue may be away.
    async fn store(&self, sweep: &str, mut result: JobResult) -> Result<(), BusError> {
        let mut failures = 0;
        let deadline = Instant::now() + STORE_FOR;
        loop {
            let Err(error) = self.queue.store(sweep, &result).await else {
                tell_of_failure(sweep, &result);
                return Ok(());
            };
            result = refused(result, &error);
            if Instant::now() >= deadline {
                return Err(error);
            }
            failures += 1;
            tracing::warn!(sweep, index = result.index, failures, %error, "result not stored yet");
            tokio::time::sleep(RETRY.delay(failures)).await;
        }
    }
}

fn tell_of_failure(sweep: &str, result: &JobResult) {
    if let Outcome::Failed(reason) = &result.outcome {
        tracing::warn!(
            sweep,
            index = result.index,
            attempts = result.attempts,
            reason,
            "job failed for good"
        );
    }
}

/// A result that the queue refuses, because it is too large, becomes a failed one.
fn refused(result: JobResult, error: &BusError) -> JobResult {
    match (&result.outcome, error) {
        (Outcome::Done(_), BusError::Refused(reason)) => {
            JobResult::failed(result.index, result.attempts, reason)
        }
        _ => result,
    }
}

fn panicked(panic: &(dyn std::any::Any + Send)) -> JobError {
    let text = panic.downcast_ref::<&str>().copied();
    let text =
        text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("without a word");
    JobError::Temporary(format!("panicked: {text}"))
}
