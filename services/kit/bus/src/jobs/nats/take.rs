//! Takes one job: a pull of one message, from the consumer that all workers of a kind share.

use std::{
    sync::{Arc, PoisonError, atomic::Ordering},
    time::Duration,
};

use async_nats::jetstream::{
    self,
    consumer::{AckPolicy, DeliverPolicy, PullConsumer, pull},
};
use futures::StreamExt;

use super::{NatsJobs, Taken};
use crate::{
    Backoff, Bus, BusError,
    nats::{consumer::NatsReceipt, unavailable, within},
};

/// A pull is open at least so long, also when there are many kinds.
const SHORTEST: Duration = Duration::from_millis(50);
/// Jobs of a kind being worked on at most, by all workers together.
const IN_FLIGHT: i64 = 10_000;
/// Delays when a job is dropped without an answer.
const DROPPED: Backoff = Backoff { first: Duration::from_millis(100), longest: Duration::from_secs(10) };

/// Looks at each kind once, beginning with another each time.
pub(super) async fn take(
    jobs: &NatsJobs,
    kinds: &[String],
    wait: Duration,
) -> Result<Option<Taken>, BusError> {
    let share = (wait / u32::try_from(kinds.len().max(1)).unwrap_or(u32::MAX)).max(SHORTEST);
    let turn = jobs.turn.fetch_add(1, Ordering::Relaxed);
    for place in 0..kinds.len() {
        let kind = &kinds[(turn.wrapping_add(place)) % kinds.len()];
        match pull_one(jobs, kind, share).await {
            Ok(None) => {}
            Ok(taken) => return Ok(taken),
            Err(error) => {
                // the server may have lost the consumer: make sure that it is there
                jobs.consumers.lock().unwrap_or_else(PoisonError::into_inner).remove(kind);
                return Err(error);
            }
        }
    }
    Ok(None)
}

async fn pull_one(jobs: &NatsJobs, kind: &str, wait: Duration) -> Result<Option<Taken>, BusError> {
    if jobs.bus.is_closed() {
        return Err(BusError::Closed);
    }
    if !jobs.bus.ready() {
        return Err(BusError::Unavailable("not connected".into()));
    }
    let consumer = consumer(jobs, kind).await?;
    let mut made = jobs.bus.connection.made.clone();
    made.mark_unchanged();
    let mut messages = within(async {
        consumer.batch().max_messages(1).expires(wait).messages().await.map_err(unavailable)
    })
    .await?;
    // the server ends the pull; the client does when the server does not, a few seconds later
    tokio::select! {
        biased;
        message = messages.next() => match message {
            Some(Ok(message)) => read(jobs, kind, message).await,
            Some(Err(error)) => Err(unavailable(error)),
            None => Ok(None),
        },
        // a new connection does not answer what the old one was asked
        _ = made.changed() => Ok(None),
    }
}

async fn consumer(jobs: &NatsJobs, kind: &str) -> Result<PullConsumer, BusError> {
    let known = jobs.consumers.lock().unwrap_or_else(PoisonError::into_inner).get(kind).cloned();
    if let Some(known) = known {
        return Ok(known);
    }
    let config = pull::Config {
        durable_name: Some(format!("jobs-{kind}")),
        filter_subject: jobs.job_subject(kind, ">"),
        deliver_policy: DeliverPolicy::All,
        ack_policy: AckPolicy::Explicit,
        ack_wait: jobs.options.ack_wait,
        // attempts are counted by the worker, which stores the failed result
        max_deliver: -1,
        max_ack_pending: IN_FLIGHT,
        ..pull::Config::default()
    };
    let stream = jobs.stream("JOBS").await?;
    let made = within(async { stream.create_consumer(config).await.map_err(unavailable) }).await?;
    let mut consumers = jobs.consumers.lock().unwrap_or_else(PoisonError::into_inner);
    Ok(consumers.entry(kind.to_owned()).or_insert(made).clone())
}

async fn read(jobs: &NatsJobs, kind: &str, message: jetstream::Message) -> Result<Option<Taken>, BusError> {
    let delivered = message.info().map_err(unavailable)?.delivered;
    let attempt = u32::try_from(delivered).unwrap_or(u32::MAX);
    let (message, acker) = message.split();
    let receipt = NatsReceipt::new(acker, DROPPED.delay(attempt));
    let before = jobs.job_subject(kind, "");
    let place = message.subject.strip_prefix(&before).and_then(|rest| {
        let (sweep, index) = rest.split_once('.')?;
        Some((sweep, index.parse::<u32>().ok()?))
    });
    let Some((sweep, index)) = place else {
        tracing::error!(kind, subject = %message.subject, "message is no job of ours: it is left out");
        drop(crate::Receipt::term(&receipt, "unreadable").await);
        return Ok(None);
    };
    Ok(Some(Taken::new((kind, sweep, index), message.payload.clone(), attempt, Arc::new(receipt))))
}
