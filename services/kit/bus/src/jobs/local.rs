//! The queue of a node that is one process: in its memory, with the semantics of the other.
//!
//! Nothing survives the process: after a restart a sweep is not known, and who submitted it submits it again.

use std::{
    collections::{HashMap, HashSet, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use bytes::Bytes;
use futures::{StreamExt, stream};
use muster_kit::event;
use tokio::{sync::watch, time::Instant};

use super::{
    Follow, Job, JobOptions, JobQueue, JobResult, JobState, News, Progress, Sweep, Taken, queue::unknown,
};
use crate::{BusError, Receipt};

/// A queue in memory. Cheap to clone; the clones share it.
#[derive(Clone)]
pub struct LocalJobs {
    options: JobOptions,
    state: Arc<Mutex<State>>,
    changed: watch::Sender<u64>,
}

#[derive(Default)]
struct State {
    sweeps: HashMap<String, Standing>,
    queued: HashMap<String, VecDeque<Queued>>,
    leased: HashMap<u64, Lease>,
    /// Number of the last lease; it also moves the turn of the kinds on.
    last: u64,
}

/// Where a sweep stands.
struct Standing {
    sweep: Sweep,
    begun: Instant,
    results: Vec<JobResult>,
    done: HashSet<u32>,
}

struct Queued {
    kind: String,
    sweep: String,
    index: u32,
    payload: Bytes,
    /// Times it was taken.
    attempts: u32,
    due: Instant,
}

struct Lease {
    job: Queued,
    until: Instant,
}

impl LocalJobs {
    /// An empty queue.
    pub fn new(options: JobOptions) -> Self {
        Self { options, state: Arc::default(), changed: watch::Sender::new(0) }
    }

    /// The state, without what is too old.
    fn lock(&self) -> MutexGuard<'_, State> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.expire(self.options.max_age);
        state
    }

    fn tell(&self) {
        self.changed.send_modify(|changes| *changes += 1);
    }
}

impl State {
    fn expire(&mut self, max_age: Duration) {
        let before = self.sweeps.len();
        self.sweeps.retain(|_, standing| standing.begun.elapsed() < max_age);
        if self.sweeps.len() < before {
            let sweeps = &self.sweeps;
            self.queued.values_mut().for_each(|jobs| jobs.retain(|job| sweeps.contains_key(&job.sweep)));
            self.leased.retain(|_, lease| sweeps.contains_key(&lease.job.sweep));
        }
    }

    fn give_back(&mut self, token: u64, after: Duration) {
        if let Some(Lease { mut job, .. }) = self.leased.remove(&token) {
            job.due = Instant::now() + after;
            // ahead of the rest: a sweep should not end with the job that failed first
            self.queued.entry(job.kind.clone()).or_default().push_front(job);
        }
    }

    /// Leases the first job that is due, or says when to look again.
    fn take(&mut self, kinds: &[String], ack_wait: Duration) -> Result<u64, Option<Instant>> {
        let now = Instant::now();
        let silent: Vec<u64> =
            self.leased.iter().filter(|(_, lease)| lease.until <= now).map(|(token, _)| *token).collect();
        for token in silent {
            self.give_back(token, Duration::ZERO);
        }
        let turn = usize::try_from(self.last).unwrap_or_default();
        let mut next = self.leased.values().map(|lease| lease.until).min();
        for place in 0..kinds.len() {
            let kind = &kinds[(turn + place) % kinds.len()];
            let Some(jobs) = self.queued.get_mut(kind) else { continue };
            let due = jobs.iter().position(|job| job.due <= Instant::now());
            if let Some(mut job) = due.and_then(|due| jobs.remove(due)) {
                job.attempts += 1;
                self.last += 1;
                self.leased.insert(self.last, Lease { job, until: now + ack_wait });
                return Ok(self.last);
            }
            next = next.into_iter().chain(jobs.iter().map(|job| job.due)).min();
        }
        Err(next)
    }
}

#[async_trait]
impl JobQueue for LocalJobs {
    fn options(&self) -> &JobOptions {
        &self.options
    }

    async fn submit(&self, sweep: &str, kind: &str, jobs: &[Job]) -> Result<(), BusError> {
        let total = self.options.check(sweep, kind, jobs)?;
        let mut state = self.lock();
        if let Some(standing) = state.sweeps.get(sweep) {
            return standing.sweep.check_again(sweep, kind, total);
        }
        let begun = Instant::now();
        let known = Sweep { kind: kind.to_owned(), total, cancelled: false };
        let standing = Standing { sweep: known, begun, results: Vec::new(), done: HashSet::new() };
        state.sweeps.insert(sweep.to_owned(), standing);
        state.queued.entry(kind.to_owned()).or_default().extend(jobs.iter().map(|job| Queued {
            kind: kind.to_owned(),
            sweep: sweep.to_owned(),
            index: job.index,
            payload: job.payload.clone(),
            attempts: 0,
            due: begun,
        }));
        drop(state);
        self.tell();
        Ok(())
    }

    async fn take(&self, kinds: &[String], wait: Duration) -> Result<Option<Taken>, BusError> {
        kinds.iter().try_for_each(|kind| event::check_token(kind))?;
        let deadline = Instant::now() + wait;
        let mut changed = self.changed.subscribe();
        loop {
            changed.mark_unchanged();
            let next = {
                let mut state = self.lock();
                match state.take(kinds, self.options.ack_wait) {
                    Ok(token) => {
                        let receipt = Arc::new(LocalReceipt { jobs: self.clone(), token });
                        return Ok(state.leased.get(&token).map(|Lease { job, .. }| {
                            let place = (job.kind.as_str(), job.sweep.as_str(), job.index);
                            Taken::new(place, job.payload.clone(), job.attempts, receipt)
                        }));
                    }
                    Err(next) => next.map_or(deadline, |next| next.min(deadline)),
                }
            };
            // a change, something becoming due, or the end of the wait: whichever comes first
            drop(tokio::time::timeout_at(next, changed.changed()).await);
            if Instant::now() >= deadline {
                return Ok(None);
            }
        }
    }

    async fn state(&self, sweep: &str, index: u32) -> Result<JobState, BusError> {
        Ok(match self.lock().sweeps.get(sweep) {
            Some(standing) if standing.sweep.cancelled => JobState::Cancelled,
            Some(standing) if standing.done.contains(&index) => JobState::Done,
            Some(_) => JobState::Open,
            // too old: nobody can ask for its result
            None => JobState::Cancelled,
        })
    }

    async fn store(&self, sweep: &str, result: &JobResult) -> Result<bool, BusError> {
        self.options.check_result(result)?;
        let mut state = self.lock();
        let Some(standing) = state.sweeps.get_mut(sweep) else { return Ok(false) };
        let first = standing.done.insert(result.index);
        if first {
            standing.results.push(result.clone());
        }
        drop(state);
        self.tell();
        Ok(first)
    }

    async fn sweep(&self, sweep: &str) -> Result<Option<Sweep>, BusError> {
        event::check_token(sweep)?;
        Ok(self.lock().sweeps.get(sweep).map(|standing| standing.sweep.clone()))
    }

    async fn follow(&self, sweep: &str) -> Result<Follow, BusError> {
        let Some(known) = self.sweep(sweep).await? else { return Err(unknown(sweep)) };
        let reader = Reader { sweep: sweep.to_owned(), total: known.total, done: Some(0) };
        let start = (self.clone(), reader, self.changed.subscribe());
        Ok(stream::unfold(start, |(jobs, mut reader, mut changed)| async move {
            let step = reader.next(&jobs, &mut changed).await?;
            Some((step, (jobs, reader, changed)))
        })
        .boxed())
    }

    async fn cancel(&self, sweep: &str) -> Result<(), BusError> {
        event::check_token(sweep)?;
        self.lock().sweeps.get_mut(sweep).ok_or_else(|| unknown(sweep))?.sweep.cancelled = true;
        self.tell();
        Ok(())
    }
}

/// A follower and how far it is.
struct Reader {
    sweep: String,
    total: u32,
    /// Results told so far; none when all was told.
    done: Option<u32>,
}

impl Reader {
    async fn next(
        &mut self,
        jobs: &LocalJobs,
        changed: &mut watch::Receiver<u64>,
    ) -> Option<Result<Progress, BusError>> {
        let done = self.done.filter(|done| *done < self.total)?;
        loop {
            changed.mark_unchanged();
            {
                let state = jobs.lock();
                let Some(standing) = state.sweeps.get(&self.sweep) else {
                    self.done = None;
                    return Some(Err(unknown(&self.sweep)));
                };
                if let Some(result) = standing.results.get(done as usize) {
                    self.done = Some(done + 1);
                    let news = News::Result(result.clone());
                    return Some(Ok(Progress { done: done + 1, total: self.total, news }));
                }
                if standing.sweep.cancelled {
                    self.done = None;
                    return Some(Ok(Progress { done, total: self.total, news: News::Cancelled }));
                }
            }
            // that a sweep became too old is no change that wakes
            drop(tokio::time::timeout(Duration::from_secs(1), changed.changed()).await);
        }
    }
}

struct LocalReceipt {
    jobs: LocalJobs,
    token: u64,
}

impl LocalReceipt {
    fn give_back(&self, after: Duration) {
        self.jobs.lock().give_back(self.token, after);
        self.jobs.tell();
    }
}

#[async_trait]
impl Receipt for LocalReceipt {
    async fn ack(&self) -> Result<(), BusError> {
        self.jobs.lock().leased.remove(&self.token);
        Ok(())
    }

    async fn nak(&self, after: Duration) -> Result<(), BusError> {
        self.give_back(after);
        Ok(())
    }

    async fn term(&self, _reason: &str) -> Result<(), BusError> {
        self.ack().await
    }

    async fn in_progress(&self) -> Result<(), BusError> {
        if let Some(lease) = self.jobs.lock().leased.get_mut(&self.token) {
            lease.until = Instant::now() + self.jobs.options.ack_wait;
        }
        Ok(())
    }

    fn abandon(&self) {
        self.give_back(Duration::ZERO);
    }
}
