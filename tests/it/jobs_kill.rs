//! Workers that are processes of their own and are killed hard while they work. The child processes are this test binary
//! itself, told by its environment what to be.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test fails by panicking, and a child tells by its output"
)]

use std::{env, sync::Arc, time::Duration};

use async_trait::async_trait;
use muster_bus::{JobAnswer, JobContext, JobHandler, JobOptions, JobQueue, NatsBus, NatsJobs, NatsOptions};
use muster_testkit::{
    BusKind, Child, TestJobs,
    jobs::Crew,
    nats::{PASSWORD, USER},
    process::Program,
};

use crate::jobs_support::{SQUARES, Squares, hire, jobs, quick, results, square};

const ROLE: &str = "MUSTER_TEST_ROLE";

/// Squares, and says so before.
struct Telling(Squares);

#[async_trait]
impl JobHandler for Telling {
    async fn run(&self, job: JobContext) -> JobAnswer {
        println!("AT WORK {}", job.index);
        self.0.run(job).await
    }
}

/// What a child process is; does nothing when this process is no child.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "only the test below runs it, as a process of its own"]
async fn jobs_child() {
    let Ok(_) = env::var(ROLE) else { return };
    let var = |name: &str| env::var(name).unwrap_or_default();
    let mut options = NatsOptions::new(&var("BUS"));
    options.user = Some(USER.into());
    options.password = Some(PASSWORD.into());
    options.subject_prefix = var("SUBJECTS");
    options.stream_prefix = var("STREAMS");
    let bus = NatsBus::connect(options).await.unwrap();
    let limits = JobOptions { ack_wait: Duration::from_secs(1), ..JobOptions::default() };
    let queue: Arc<dyn JobQueue> = Arc::new(NatsJobs::open(&bus, limits).await.unwrap());
    let mut crew = Crew::default();
    crew.add(hire(&queue, Arc::new(Telling(Squares::lasting(Duration::from_millis(200)))), quick()));
    tokio::time::sleep(Duration::from_mins(2)).await;
    crew.stop().await;
}

fn child(t: &TestJobs) -> Child {
    let module = module_path!().split_once("::").map_or("", |(_, rest)| rest);
    let mut program = Program::new(env::current_exe().expect("this test binary"))
        .args(["--exact".to_owned(), format!("{module}::jobs_child")])
        .args(["--ignored", "--nocapture"])
        .env(ROLE, "worker");
    for (name, value) in t.address() {
        program = program.env(name, value);
    }
    Child::start(&program)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_workers_are_taken_over() {
    let Some(t) = TestJobs::start(BusKind::Nats).await else { return };
    t.queue.submit("s-1", SQUARES, &jobs(40)).await.unwrap();
    let mut workers: Vec<Child> = (0..3).map(|_| child(&t)).collect();
    for worker in &mut workers {
        worker.wait_for_line("AT WORK", Duration::from_secs(20)).await;
    }
    // two of three, at work
    workers[0].kill();
    workers[1].kill();
    let results = results(&t.queue, "s-1").await;
    assert_eq!(results.len(), 40, "none is lost");
    for (index, result) in &results {
        assert_eq!(result.outcome, square(*index));
    }
    let again = results.values().filter(|result| result.attempts > 1).count();
    assert!((1..=2).contains(&again), "what the dead had in hand was taken over: {again}");
    assert!(workers[2].is_running());
}
