//! What the tests of the queue of jobs share: a sweep of numbers, a handler that squares them, and its workers.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use futures::StreamExt;
use muster_bus::{
    Backoff, Job, JobAnswer, JobContext, JobError, JobHandler, JobQueue, JobResult, News, Outcome, Worker,
    WorkerOptions,
};

/// The kind of work of these tests.
pub(crate) const SQUARES: &str = "squares";

/// A sweep of the numbers below `count`.
pub(crate) fn jobs(count: u32) -> Vec<Job> {
    (0..count).map(|index| Job { index, payload: index.to_string().into() }).collect()
}

/// What [`Squares`] makes of a number.
pub(crate) fn square(index: u32) -> Outcome {
    Outcome::Done((index * index).to_string().into())
}

/// Squares a number, after a while.
pub(crate) struct Squares {
    pub(crate) lasts: Duration,
    runs: AtomicU32,
}

impl Default for Squares {
    fn default() -> Self {
        Self { lasts: Duration::from_millis(2), runs: AtomicU32::default() }
    }
}

impl Squares {
    /// A handler whose jobs last.
    pub(crate) fn lasting(lasts: Duration) -> Self {
        Self { lasts, ..Self::default() }
    }

    /// How often it was called.
    pub(crate) fn runs(&self) -> u32 {
        self.runs.load(Ordering::Relaxed)
    }
}

#[async_trait]
impl JobHandler for Squares {
    async fn run(&self, job: JobContext) -> JobAnswer {
        self.runs.fetch_add(1, Ordering::Relaxed);
        tokio::time::sleep(self.lasts).await;
        let text = std::str::from_utf8(&job.payload).map_err(|_| JobError::Permanent("no text".into()))?;
        let number: u32 = text.parse().map_err(|_| JobError::Permanent("no number".into()))?;
        Ok((number * number).to_string().into())
    }
}

/// Little patience.
pub(crate) fn quick() -> WorkerOptions {
    WorkerOptions {
        max_attempts: 3,
        backoff: Backoff { first: Duration::from_millis(20), longest: Duration::from_millis(50) },
        cancel_every: Duration::from_millis(100),
        grace: Duration::from_millis(300),
        ..WorkerOptions::default()
    }
}

/// A worker of squares.
pub(crate) fn hire(
    queue: &Arc<dyn JobQueue>,
    handler: Arc<dyn JobHandler>,
    options: WorkerOptions,
) -> Worker {
    Worker::new(queue.clone(), &[SQUARES], handler).with_options(options)
}

/// All results of a sweep, waiting for them for a minute at most.
pub(crate) async fn results(queue: &Arc<dyn JobQueue>, sweep: &str) -> BTreeMap<u32, JobResult> {
    let mut found = BTreeMap::new();
    let all = async {
        let mut follow = queue.follow(sweep).await.unwrap();
        while let Some(step) = follow.next().await {
            let News::Result(result) = step.unwrap().news else { panic!("sweep `{sweep}` was cancelled") };
            assert!(found.insert(result.index, result).is_none(), "each result is told once");
        }
    };
    tokio::time::timeout(Duration::from_mins(1), all).await.expect("the sweep comes to its end");
    found
}
