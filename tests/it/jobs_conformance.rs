//! What every queue of jobs must do; the same suite in memory and on NATS JetStream.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::{Duration, Instant},
};

use async_trait::async_trait;
use futures::StreamExt;
use muster_bus::{
    BusError, Job, JobAnswer, JobContext, JobError, JobHandler, JobOptions, JobQueue, News, Outcome,
    Progress, Worker,
    jobs::{Follow, JobState},
};
use muster_testkit::{TestJobs, jobs::Crew, on_both_queues};

use crate::{
    bus_support::until,
    jobs_support::{SQUARES, Squares, hire, jobs, quick, results, square},
};

on_both_queues!(
    four_workers_do_every_job_once,
    a_long_job_is_not_given_to_another,
    an_aborted_worker_is_taken_over,
    a_silent_worker_is_taken_over,
    a_lost_connection_is_taken_over,
    a_cancelled_sweep_is_dropped_and_its_running_job_told,
    a_cancelled_sweep_is_dropped_by_a_worker_that_starts_later,
    a_failing_job_ends_with_its_reason,
    a_job_whose_workers_die_ends_too,
    a_follower_that_comes_late_finds_what_is_done,
    a_sweep_submitted_again_is_the_same_sweep,
    another_sweep_under_the_same_id_is_refused,
    what_is_too_large_is_refused,
    sweeps_are_gone_after_their_age,
    several_kinds_share_a_worker,
    a_stopped_worker_gives_back,
);

const PATIENCE: Duration = Duration::from_secs(20);

async fn step(follow: &mut Follow) -> Option<Result<Progress, BusError>> {
    tokio::time::timeout(PATIENCE, follow.next()).await.expect("a step in time")
}

async fn four_workers_do_every_job_once(t: TestJobs) {
    let squares = Arc::new(Squares::default());
    let mut crew = Crew::default();
    for _ in 0..4 {
        crew.add(hire(&t.again().await, squares.clone(), quick()));
    }
    t.queue.submit("s-1", SQUARES, &jobs(200)).await.unwrap();
    let results = results(&t.queue, "s-1").await;
    crew.stop().await;
    assert_eq!(results.len(), 200);
    for (index, result) in results {
        assert_eq!(result.outcome, square(index));
        assert_eq!(result.attempts, 1);
    }
    assert_eq!(squares.runs(), 200, "no job was run twice");
}

/// Runs until it is told to end.
#[derive(Default)]
struct Endless {
    runs: AtomicU32,
    told: AtomicU32,
}

#[async_trait]
impl JobHandler for Endless {
    async fn run(&self, job: JobContext) -> JobAnswer {
        self.runs.fetch_add(1, Ordering::Relaxed);
        while !job.cancelled.load(Ordering::Relaxed) {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        self.told.fetch_add(1, Ordering::Relaxed);
        Err(JobError::Temporary("told to end".into()))
    }
}

async fn a_long_job_is_not_given_to_another(t: TestJobs) {
    let slow = Arc::new(Squares::lasting(Duration::from_millis(3500)));
    let mut crew = Crew::default();
    for _ in 0..2 {
        crew.add(hire(&t.again().await, slow.clone(), quick()));
    }
    t.queue.submit("s-1", SQUARES, &jobs(1)).await.unwrap();
    let results = results(&t.queue, "s-1").await;
    crew.stop().await;
    assert_eq!((results[&0].attempts, slow.runs()), (1, 1), "longer than three ack waits, run once");
}

async fn an_aborted_worker_is_taken_over(t: TestJobs) {
    let endless = Arc::new(Endless::default());
    t.queue.submit("s-1", SQUARES, &jobs(3)).await.unwrap();
    let mut first = Crew::default();
    first.add(hire(&t.again().await, endless.clone(), quick()));
    until("a job is at work", || async { endless.runs.load(Ordering::Relaxed) == 1 }).await;
    first.abort().await;
    let mut second = Crew::default();
    second.add(hire(&t.queue, Arc::new(Squares::default()), quick()));
    let results = results(&t.queue, "s-1").await;
    second.stop().await;
    let attempts: Vec<u32> = results.values().map(|result| result.attempts).collect();
    assert_eq!(attempts.iter().sum::<u32>(), 4, "one was taken over: {attempts:?}");
}

async fn a_silent_worker_is_taken_over(t: TestJobs) {
    t.queue.submit("s-1", SQUARES, &jobs(1)).await.unwrap();
    let silent = take(&t.again().await).await.unwrap();
    let begun = Instant::now();
    let again = take(&t.queue).await.expect("the job comes again");
    assert!((700..4000).contains(&begun.elapsed().as_millis()), "{:?}", begun.elapsed());
    assert_eq!((again.index, again.attempt, &*again.payload), (0, 2, &b"0"[..]));
    again.ack().await.unwrap();
    // the late answer does no harm
    silent.nak(Duration::ZERO).await.unwrap();
    assert!(t.queue.take(&[SQUARES.into()], Duration::from_millis(1500)).await.unwrap().is_none());
}

async fn take(queue: &Arc<dyn JobQueue>) -> Option<muster_bus::jobs::Taken> {
    queue.take(&[SQUARES.into()], Duration::from_secs(5)).await.unwrap()
}

async fn a_lost_connection_is_taken_over(mut t: TestJobs) {
    t.queue.submit("s-1", SQUARES, &jobs(5)).await.unwrap();
    let held = take(&t.queue).await.unwrap();
    t.cut().await;
    let mut crew = Crew::default();
    crew.add(hire(&t.queue, Arc::new(Squares::default()), quick()));
    let results = results(&t.queue, "s-1").await;
    crew.stop().await;
    assert_eq!(results[&held.index].attempts, 2);
    assert_eq!(results.values().filter(|result| result.attempts == 1).count(), 4);
}

async fn a_cancelled_sweep_is_dropped_and_its_running_job_told(t: TestJobs) {
    let endless = Arc::new(Endless::default());
    let mut crew = Crew::default();
    crew.add(hire(&t.again().await, endless.clone(), quick()));
    t.queue.submit("s-1", SQUARES, &jobs(5)).await.unwrap();
    until("a job is at work", || async { endless.runs.load(Ordering::Relaxed) == 1 }).await;
    let mut follow = t.queue.follow("s-1").await.unwrap();
    t.queue.cancel("s-1").await.unwrap();
    t.queue.cancel("s-1").await.unwrap();
    let Some(Ok(Progress { done: 0, total: 5, news: News::Cancelled })) = step(&mut follow).await else {
        panic!("the follower hears of it");
    };
    assert!(step(&mut follow).await.is_none(), "nothing more is told");
    until("the job is told", || async { endless.told.load(Ordering::Relaxed) == 1 }).await;
    tokio::time::sleep(Duration::from_millis(1500)).await;
    assert_eq!(endless.runs.load(Ordering::Relaxed), 1, "the queued ones were dropped");
    assert!(t.queue.sweep("s-1").await.unwrap().unwrap().cancelled);
    crew.stop().await;
    assert!(take_now(&t).await.is_none(), "the queue is empty");
}

async fn take_now(t: &TestJobs) -> Option<muster_bus::jobs::Taken> {
    t.queue.take(&[SQUARES.into()], Duration::from_millis(300)).await.unwrap()
}

async fn a_cancelled_sweep_is_dropped_by_a_worker_that_starts_later(t: TestJobs) {
    t.queue.submit("s-1", SQUARES, &jobs(5)).await.unwrap();
    t.queue.submit("s-2", SQUARES, &jobs(2)).await.unwrap();
    t.queue.cancel("s-1").await.unwrap();
    assert!(matches!(t.queue.cancel("s-3").await, Err(BusError::Refused(_))), "it is not known");
    let squares = Arc::new(Squares::default());
    let mut crew = Crew::default();
    crew.add(hire(&t.again().await, squares.clone(), quick()));
    assert_eq!(results(&t.queue, "s-2").await.len(), 2);
    crew.stop().await;
    assert_eq!(squares.runs(), 2);
    assert_eq!(t.queue.state("s-1", 0).await.unwrap(), JobState::Cancelled);
    let again = t.queue.submit("s-1", SQUARES, &jobs(5)).await;
    assert!(matches!(again, Err(BusError::Refused(_))), "{again:?}");
}

/// Fails in the way that the index says.
#[derive(Default)]
struct Failing;

#[async_trait]
impl JobHandler for Failing {
    async fn run(&self, job: JobContext) -> JobAnswer {
        match job.index {
            0 => Err(JobError::Permanent("no \"sense\" in it".into())),
            1 => Err(JobError::Temporary("not now".into())),
            2 => panic!("a bug"),
            3 if job.attempt < 3 => Err(JobError::Temporary("not yet".into())),
            4 => Ok(vec![0; 2000].into()),
            _ => Ok("well".into()),
        }
    }
}

async fn a_failing_job_ends_with_its_reason(t: TestJobs) {
    let limits = JobOptions { result_bytes: 1000, ..JobOptions::default() };
    let Some(t) = TestJobs::start_with(t.kind, limits).await else { return };
    t.queue.submit("s-1", SQUARES, &jobs(6)).await.unwrap();
    let mut crew = Crew::default();
    crew.add(hire(&t.queue, Arc::new(Failing), quick()));
    let results = results(&t.queue, "s-1").await;
    crew.stop().await;
    let failed = |index: u32| match &results[&index].outcome {
        Outcome::Failed(reason) => (reason.as_str(), results[&index].attempts),
        Outcome::Done(_) => panic!("{index} failed"),
    };
    assert_eq!(failed(0), ("no \"sense\" in it", 1));
    assert_eq!(failed(1), ("not now", 3));
    assert_eq!(failed(2), ("panicked: a bug", 3));
    assert_eq!((&results[&3].outcome, results[&3].attempts), (&Outcome::Done("well".into()), 3));
    assert!(failed(4).0.contains("2000 bytes") && failed(4).1 == 1, "{:?}", failed(4));
    assert_eq!(results[&5].outcome, Outcome::Done("well".into()));
    assert!(take_now(&t).await.is_none(), "the queue is empty");
}

async fn a_job_whose_workers_die_ends_too(t: TestJobs) {
    t.queue.submit("s-1", SQUARES, &jobs(1)).await.unwrap();
    for attempt in 1..=3 {
        let taken = take(&t.queue).await.expect("the job comes again");
        assert_eq!(taken.attempt, attempt);
        taken.nak(Duration::from_millis(10)).await.unwrap();
    }
    let squares = Arc::new(Squares::default());
    let mut crew = Crew::default();
    crew.add(hire(&t.queue, squares.clone(), quick()));
    let results = results(&t.queue, "s-1").await;
    crew.stop().await;
    let Outcome::Failed(reason) = &results[&0].outcome else { panic!("it failed") };
    assert!(reason.contains("attempts exhausted"), "{reason}");
    assert_eq!((results[&0].attempts, squares.runs()), (3, 0));
}

async fn a_follower_that_comes_late_finds_what_is_done(t: TestJobs) {
    t.queue.submit("s-1", SQUARES, &jobs(40)).await.unwrap();
    let mut early = t.queue.follow("s-1").await.unwrap();
    let mut crew = Crew::default();
    crew.add(hire(&t.again().await, Arc::new(Squares::default()), quick()));
    for done in 1..=10 {
        let told = step(&mut early).await.unwrap().unwrap();
        assert_eq!((told.done, told.total), (done, 40));
    }
    drop(early);
    let mut seen = BTreeMap::new();
    let mut late = t.again().await.follow("s-1").await.unwrap();
    while let Some(told) = step(&mut late).await {
        let told = told.unwrap();
        assert_eq!(told.done as usize, seen.len() + 1);
        let News::Result(result) = told.news else { panic!("a result") };
        seen.insert(result.index, result.outcome);
        // slower than the worker
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    crew.stop().await;
    assert_eq!(seen, (0..40).map(|index| (index, square(index))).collect());
    assert_eq!(results(&t.queue, "s-1").await.len(), 40, "also after the end");
    assert!(matches!(t.queue.follow("s-2").await, Err(BusError::Refused(_))), "it is not known");
}

async fn a_sweep_submitted_again_is_the_same_sweep(t: TestJobs) {
    let squares = Arc::new(Squares::default());
    t.queue.submit("s-1", SQUARES, &jobs(20)).await.unwrap();
    t.again().await.submit("s-1", SQUARES, &jobs(20)).await.unwrap();
    let mut crew = Crew::default();
    crew.add(hire(&t.again().await, squares.clone(), quick()));
    assert_eq!(results(&t.queue, "s-1").await.len(), 20);
    t.queue.submit("s-1", SQUARES, &jobs(20)).await.unwrap();
    assert_eq!(results(&t.queue, "s-1").await.len(), 20);
    tokio::time::sleep(Duration::from_millis(300)).await;
    crew.stop().await;
    assert_eq!(squares.runs(), 20, "each was run once");
    let late = muster_bus::JobResult { index: 3, outcome: Outcome::Done("other".into()), attempts: 9 };
    assert!(!t.queue.store("s-1", &late).await.unwrap(), "a result is stored once");
    assert_eq!(results(&t.queue, "s-1").await[&3].outcome, square(3));
}

async fn another_sweep_under_the_same_id_is_refused(t: TestJobs) {
    t.queue.submit("s-1", SQUARES, &jobs(2)).await.unwrap();
    for (kind, count) in [("cubes", 2), (SQUARES, 3)] {
        let refused = t.queue.submit("s-1", kind, &jobs(count)).await;
        assert!(matches!(refused, Err(BusError::Refused(_))), "{kind} {count}: {refused:?}");
    }
    assert_eq!(t.queue.sweep("s-1").await.unwrap().unwrap().total, 2);
    assert_eq!(t.queue.sweep("s-2").await.unwrap(), None);
    assert!(t.queue.submit("S.1", SQUARES, &jobs(1)).await.is_err());
    assert!(t.queue.take(&["a.b".into()], Duration::from_millis(1)).await.is_err());
}

async fn what_is_too_large_is_refused(t: TestJobs) {
    let limit = t.queue.options().job_bytes;
    let large = |bytes: usize| vec![Job { index: 0, payload: vec![7; bytes].into() }];
    let refused = t.queue.submit("s-1", SQUARES, &large(limit + 1)).await.unwrap_err().to_string();
    assert!(refused.contains("716801 bytes") && refused.contains("716800"), "{refused}");
    assert_eq!(t.queue.sweep("s-1").await.unwrap(), None, "nothing was stored");
    t.queue.submit("s-1", SQUARES, &large(limit)).await.unwrap();
    let taken = take(&t.queue).await.unwrap();
    assert_eq!(taken.payload.len(), limit);
    let outcome = Outcome::Done(taken.payload.clone());
    assert!(t.queue.store("s-1", &muster_bus::JobResult { index: 0, outcome, attempts: 1 }).await.unwrap());
    assert_eq!(results(&t.queue, "s-1").await.len(), 1);
    taken.ack().await.unwrap();
}

async fn sweeps_are_gone_after_their_age(t: TestJobs) {
    let limits = JobOptions { max_age: Duration::from_secs(2), ..JobOptions::default() };
    let Some(t) = TestJobs::start_with(t.kind, limits).await else { return };
    t.queue.submit("s-1", SQUARES, &jobs(3)).await.unwrap();
    let mut follow = t.queue.follow("s-1").await.unwrap();
    let told = step(&mut follow).await;
    assert!(matches!(told, Some(Err(BusError::Refused(_)))), "{told:?}");
    assert_eq!(t.queue.sweep("s-1").await.unwrap(), None);
    assert!(take_now(&t).await.is_none(), "the jobs are gone, too");
    t.queue.submit("s-1", SQUARES, &jobs(4)).await.unwrap();
    assert!(take_now(&t).await.is_some(), "the id is free");
}

async fn several_kinds_share_a_worker(t: TestJobs) {
    let squares = Arc::new(Squares::default());
    let mut crew = Crew::default();
    let kinds = [SQUARES, "cubes", "roots"];
    let worker = Worker::new(t.again().await, &kinds, squares.clone()).with_options(quick());
    crew.add(worker);
    for kind in kinds {
        t.queue.submit(kind, kind, &jobs(10)).await.unwrap();
    }
    t.queue.submit("others", "others", &jobs(1)).await.unwrap();
    for kind in kinds {
        assert_eq!(results(&t.queue, kind).await.len(), 10);
    }
    crew.stop().await;
    assert_eq!(squares.runs(), 30, "and nothing of another kind");
}

async fn a_stopped_worker_gives_back(t: TestJobs) {
    let patient = JobOptions { ack_wait: Duration::from_secs(15), ..JobOptions::default() };
    let Some(t) = TestJobs::start_with(t.kind, patient).await else { return };
    let endless = Arc::new(Endless::default());
    t.queue.submit("s-1", SQUARES, &jobs(1)).await.unwrap();
    let mut crew = Crew::default();
    let queue = t.again().await;
    crew.add(hire(&queue, endless.clone(), quick()));
    until("the job is at work", || async { endless.runs.load(Ordering::Relaxed) == 1 }).await;
    crew.stop().await;
    assert_eq!(endless.told.load(Ordering::Relaxed), 1, "after the grace period it is told");
    let taken = take(&t.queue).await.expect("soon, not after the ack wait");
    assert_eq!(taken.attempt, 2);
}
