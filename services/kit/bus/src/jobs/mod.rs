//! Computations that are split into jobs and worked off by any number of processes.
//!
//! ```text
//! submit --sweep of n jobs--> JobQueue --take, one a slot--> Worker --run--> JobHandler
//!                                ^  store the result, then ack  |
//! follow <--done k of n----------+------------------------------+
//! ```
//!
//! - [`JobQueue`]: what a queue does; one conformance suite holds both to it.
//! - [`LocalJobs`]: in the memory of one process. [`NatsJobs`]: a work queue of JetStream.
//! - [`Worker`]: takes jobs of some kinds and hands them to a [`JobHandler`].
//!
//! # What is promised
//! A job may be run more than once: its worker may die after the last stroke and before the answer. Its result is
//! stored once; the first one stays, so a job must give the same for the same payload, or any of its results must do.
//! The result is stored before the job is acknowledged, so no job is lost between the two.
//!
//! While a job runs, its worker says so every third of [`JobOptions::ack_wait`]; when it has not for that long, it is
//! taken for dead and another worker gets the job. A job that fails, or whose worker dies, more often than
//! [`WorkerOptions::max_attempts`] ends with a failed result that holds the reason: a sweep always comes to its end
//! while there is a worker of its kind.
//!
//! A cancelled sweep stays cancelled: its queued jobs are dropped as they are taken, also by workers that start later,
//! and the running ones are told through [`JobContext::cancelled`].
//!
//! Sweeps, jobs and results are gone after [`JobOptions::max_age`]. Payloads and results are limited in size; what is
//! larger, the caller splits.

mod local;
mod nats;
mod queue;
mod taken;
mod worker;

pub use self::{
    local::LocalJobs,
    nats::NatsJobs,
    queue::{Follow, Job, JobOptions, JobQueue, JobResult, JobState, News, Outcome, Progress, Sweep},
    taken::Taken,
    worker::{JobAnswer, JobContext, JobError, JobHandler, Worker, WorkerOptions},
};
