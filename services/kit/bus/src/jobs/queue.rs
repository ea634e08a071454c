//! What a queue of jobs does, whichever it is.

use std::{collections::HashSet, time::Duration};

use async_trait::async_trait;
use bytes::Bytes;
use futures::stream::BoxStream;
use muster_kit::event;

use super::Taken;
use crate::BusError;

/// One part of a sweep.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    /// Which part; each index once in a sweep.
    pub index: u32,
    /// What its worker needs to know.
    pub payload: Bytes,
}

/// How a job ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// With what the handler gave.
    Done(Bytes),
    /// For good, with the reason.
    Failed(String),
}

/// The end of one job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobResult {
    /// Which part of the sweep.
    pub index: u32,
    /// How it ended.
    pub outcome: Outcome,
    /// Attempts made, the last included.
    pub attempts: u32,
}

/// What is known of a sweep.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sweep {
    /// What kind of work it is.
    pub kind: String,
    /// How many jobs it has.
    pub total: u32,
    /// Was it cancelled?
    pub cancelled: bool,
}

/// Where a job stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JobState {
    /// It has no result yet.
    Open,
    /// It has one.
    Done,
    /// Its sweep was cancelled.
    Cancelled,
}

/// What happened in a sweep.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum News {
    /// A job ended.
    Result(JobResult),
    /// The sweep was cancelled; nothing more is told of it.
    Cancelled,
}

/// One step of a sweep, as its follower hears of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Results so far, this one included.
    pub done: u32,
    /// Jobs of the sweep.
    pub total: u32,
    /// What happened.
    pub news: News,
}

/// The steps of a sweep from its beginning; ends with the last result, a cancellation or an error.
pub type Follow = BoxStream<'static, Result<Progress, BusError>>;

/// Limits of a queue. Processes that share a queue share its limits: on NATS those of the last to start hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JobOptions {
    /// How long a worker may be silent before its job is given to another; it speaks every third of this.
    pub ack_wait: Duration,
    /// How long a sweep, its jobs and its results are kept.
    pub max_age: Duration,
    /// Bytes of a payload at most.
    pub job_bytes: usize,
    /// Bytes of a result at most.
    pub result_bytes: usize,
}

/// A message and its headers must fit into what the server takes, 1 MB.
const MESSAGE_BYTES: usize = 700 * 1024;
/// Characters of a failure's reason kept at most.
const REASON_LENGTH: usize = 2000;

impl Default for JobOptions {
    fn default() -> Self {
        Self {
            ack_wait: Duration::from_secs(6),
            max_age: Duration::from_hours(24),
            job_bytes: MESSAGE_BYTES,
            result_bytes: MESSAGE_BYTES,
        }
    }
}

impl JobOptions {
    /// Checks a sweep before it is stored; gives its number of jobs.
    pub(super) fn check(&self, sweep: &str, kind: &str, jobs: &[Job]) -> Result<u32, BusError> {
        event::check_token(sweep)?;
        event::check_token(kind)?;
        let mut seen = HashSet::with_capacity(jobs.len());
        for Job { index, payload } in jobs {
            if !seen.insert(index) {
                return Err(BusError::Refused(format!("job {index} stands twice in sweep `{sweep}`")));
            }
            if payload.len() > self.job_bytes {
                let (length, limit) = (payload.len(), self.job_bytes);
                return Err(BusError::Refused(format!(
                    "job {index} of sweep `{sweep}` has {length} bytes, allowed are {limit}: split it"
                )));
            }
        }
        match u32::try_from(jobs.len()) {
            Ok(0) => Err(BusError::Refused(format!("sweep `{sweep}` has no job"))),
            Ok(total) => Ok(total),
            Err(_) => Err(BusError::Refused(format!("sweep `{sweep}` has too many jobs"))),
        }
    }

    /// Checks a result before it is stored.
    pub(super) fn check_result(&self, result: &JobResult) -> Result<(), BusError> {
        match &result.outcome {
            Outcome::Done(bytes) if bytes.len() > self.result_bytes => Err(BusError::Refused(format!(
                "the result of job {} has {} bytes, allowed are {}: split the job",
                result.index,
                bytes.len(),
                self.result_bytes
            ))),
            _ => Ok(()),
        }
    }
}

impl Sweep {
    /// Checks that a sweep that is submitted again is the same, and may go on.
    pub(super) fn check_again(&self, sweep: &str, kind: &str, total: u32) -> Result<(), BusError> {
        if self.kind != kind || self.total != total {
            return Err(BusError::Refused(format!(
                "sweep `{sweep}` is there already with {} jobs of kind `{}`",
                self.total, self.kind
            )));
        }
        if self.cancelled {
            return Err(BusError::Refused(format!(
                "sweep `{sweep}` was cancelled: submit it under another id"
            )));
        }
        Ok(())
    }
}

impl JobResult {
    /// A failed result, its reason cut to what is kept.
    pub(super) fn failed(index: u32, attempts: u32, reason: &str) -> Self {
        let reason = reason.chars().take(REASON_LENGTH).collect();
        Self { index, outcome: Outcome::Failed(reason), attempts }
    }
}

pub(super) fn unknown(sweep: &str) -> BusError {
    BusError::Refused(format!("sweep `{sweep}` is not known: it was never submitted, or is too old"))
}

/// A queue of jobs, shared by those who submit sweeps and those who work them off.
///
/// Every call has a deadline of its own; a call that was not answered may have had its effect, and can be repeated.
#[async_trait]
pub trait JobQueue: Send + Sync {
    /// The limits of the queue.
    fn options(&self) -> &JobOptions;

    /// Stores a sweep and its jobs, all at once. Submitting it again completes what an earlier attempt left undone and
    /// changes nothing else; that the payloads are the same is the caller's promise.
    ///
    /// # Errors
    /// Refused when an id or kind is no subject token, an index stands twice, there is no job, a payload is too large,
    /// or the id belongs to another sweep or a cancelled one; unavailable when the queue is away.
    async fn submit(&self, sweep: &str, kind: &str, jobs: &[Job]) -> Result<(), BusError>;

    /// Waits for a job of one of the kinds, `wait` at most. A [`Worker`] calls this.
    ///
    /// # Errors
    /// Refused when a kind is no subject token, unavailable when the queue is away.
    async fn take(&self, kinds: &[String], wait: Duration) -> Result<Option<Taken>, BusError>;

    /// Where a job stands.
    ///
    /// # Errors
    /// Unavailable when the queue is away.
    async fn state(&self, sweep: &str, index: u32) -> Result<JobState, BusError>;

    /// Stores the result of a job; false when there is one already, which stays.
    ///
    /// # Errors
    /// Refused when it is too large, unavailable when the queue is away.
    async fn store(&self, sweep: &str, result: &JobResult) -> Result<bool, BusError>;

    /// What is known of a sweep; none when it was never submitted, or is too old.
    ///
    /// # Errors
    /// Refused when the id is no subject token, unavailable when the queue is away.
    async fn sweep(&self, sweep: &str) -> Result<Option<Sweep>, BusError>;

    /// The results of a sweep as they come, from the first on, so that one who comes late or again finds what is done.
    ///
    /// # Errors
    /// Refused when the sweep is not known, unavailable when the queue is away. The stream ends with an error when the
    /// sweep becomes too old, or the queue stays away.
    async fn follow(&self, sweep: &str) -> Result<Follow, BusError>;

    /// Cancels a sweep for good: its queued jobs are dropped, its running ones told to stop. What was done keeps its
    /// result, and a job that ends in this very moment may still store one.
    ///
    /// # Errors
    /// Refused when the sweep is not known, unavailable when the queue is away.
    async fn cancel(&self, sweep: &str) -> Result<(), BusError>;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn job(index: u32, length: usize) -> Job {
        Job { index, payload: vec![0; length].into() }
    }

    #[test]
    fn a_sweep_is_checked_before_it_is_stored() {
        let options = JobOptions { job_bytes: 10, ..JobOptions::default() };
        assert_eq!(options.check("s-1", "planner", &[job(0, 10), job(7, 0)]), Ok(2));
        for (sweep, kind, jobs) in [
            ("S.1", "planner", vec![job(0, 1)]),
            ("s-1", "", vec![job(0, 1)]),
            ("s-1", "planner", vec![]),
            ("s-1", "planner", vec![job(0, 11)]),
            ("s-1", "planner", vec![job(3, 1), job(3, 1)]),
        ] {
            let refused = options.check(sweep, kind, &jobs);
            assert!(matches!(refused, Err(BusError::Refused(_))), "{sweep} {kind}: {refused:?}");
        }
    }

    #[test]
    fn a_reason_is_cut_by_characters() {
        let failed = JobResult::failed(0, 1, &"ä".repeat(3000));
        assert_eq!(failed.outcome, Outcome::Failed("ä".repeat(REASON_LENGTH)));
    }
}
