//! Where a consumer of the local bus stands, in memory: which deliveries are out, which wait, and which events are
//! held back so that an aggregate's order is kept. The durable part of it is in `bus_consumer` and `bus_delivery`.

use std::{
    collections::{BTreeMap, HashSet},
    sync::Arc,
    time::Duration,
};

use tokio::time::Instant;

use super::tables::{delivery, log};
use crate::{ConsumerSpec, Delivery, bus::exhausted};

/// An event that the consumer has come across and not answered.
#[derive(Debug)]
pub(super) struct Pending {
    key: Arc<str>,
    attempts: u32,
    not_before: i64,
    claim: Option<Claim>,
}

#[derive(Clone, Copy, Debug)]
struct Claim {
    token: u64,
    deadline: Instant,
}

/// A consumer's place.
pub(super) struct State {
    pub(super) spec: ConsumerSpec,
    /// Every position up to here was looked at: it is pending, answered, or not wanted.
    pub(super) scanned: i64,
    pending: BTreeMap<i64, Pending>,
    next_token: u64,
}

/// What a claim takes.
#[derive(Debug, Default)]
pub(super) struct Plan {
    /// Position, token and attempt of each delivery.
    pub(super) deliver: Vec<(i64, u64, u32)>,
    /// Position, attempts and reason of those that had too many attempts.
    pub(super) bury: Vec<(i64, u32, String)>,
    blocked: HashSet<Arc<str>>,
}

/// An answer to a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    Done,
    Again(Duration),
    Abandoned,
    InProgress,
}

/// What an answer changes in the table.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Change {
    None,
    Remove,
    NotBefore(i64),
}

impl State {
    pub(super) fn new(spec: ConsumerSpec, scanned: i64) -> Self {
        Self { spec, scanned, pending: BTreeMap::new(), next_token: 1 }
    }

    /// Takes up what was unanswered when the file was last closed.
    pub(super) fn restore(&mut self, row: delivery::Model) {
        let attempts = u32::try_from(row.attempts).unwrap_or_default();
        let pending =
            Pending { key: row.order_key.into(), attempts, not_before: row.not_before, claim: None };
        self.pending.insert(row.position, pending);
    }

    /// Puts an event in again, from its first attempt on.
    pub(super) fn put_back(&mut self, position: i64, key: Arc<str>) {
        self.pending.insert(position, Pending { key, attempts: 0, not_before: 0, claim: None });
    }

    /// How many more events may become pending.
    pub(super) fn room(&self) -> usize {
        self.spec.max_in_flight.saturating_sub(self.pending.len())
    }

    pub(super) fn pending(&self) -> usize {
        self.pending.len()
    }

    /// Takes what is due among the pending, at most `max`.
    pub(super) fn claim(&mut self, max: usize, now: Instant, now_micros: i64) -> Plan {
        let mut plan = Plan::default();
        let mut gone = Vec::new();
        for (position, pending) in &mut self.pending {
            let out = pending.claim.is_some_and(|claim| claim.deadline > now);
            if out || pending.not_before > now_micros {
                plan.blocked.insert(pending.key.clone());
            }
            if plan.blocked.contains(&pending.key) {
                continue;
            }
            if pending.attempts >= self.spec.max_attempts {
                plan.bury.push((*position, pending.attempts, exhausted(pending.attempts)));
                gone.push(*position);
                continue;
            }
            if plan.deliver.len() == max {
                break;
            }
            pending.attempts += 1;
            let token = self.next_token;
            self.next_token += 1;
            pending.claim = Some(Claim { token, deadline: now + self.spec.ack_wait });
            plan.deliver.push((*position, token, pending.attempts));
        }
        for position in gone {
            self.pending.remove(&position);
        }
        plan
    }

    /// Looks at the next event of the log: it is delivered, held back behind an earlier one, or not wanted.
    pub(super) fn look_at(
        &mut self,
        row: &log::Model,
        key: &Arc<str>,
        plan: &mut Plan,
        now: Instant,
    ) -> bool {
        self.scanned = row.position;
        if !self.spec.wants(&row.subject) {
            return false;
        }
        let mut pending = Pending { key: key.clone(), attempts: 0, not_before: 0, claim: None };
        if !plan.blocked.contains(key) {
            let token = self.next_token;
            self.next_token += 1;
            pending.attempts = 1;
            pending.claim = Some(Claim { token, deadline: now + self.spec.ack_wait });
            plan.deliver.push((row.position, token, 1));
        }
        self.pending.insert(row.position, pending);
        true
    }

    /// Takes an answer. One whose token is not the current one is stale and changes nothing.
    pub(super) fn answer(&mut self, position: i64, token: u64, answer: Answer, now_micros: i64) -> Change {
        let Some(pending) = self.pending.get_mut(&position) else { return Change::None };
        if pending.claim.is_none_or(|claim| claim.token != token) {
            return Change::None;
        }
        let after = match answer {
            Answer::Done => {
                self.pending.remove(&position);
                return Change::Remove;
            }
            Answer::InProgress => {
                pending.claim = Some(Claim { token, deadline: Instant::now() + self.spec.ack_wait });
                return Change::None;
            }
            Answer::Again(after) => after,
            Answer::Abandoned => self.spec.backoff.delay(pending.attempts),
        };
        pending.claim = None;
        pending.not_before = now_micros.saturating_add(i64::try_from(after.as_micros()).unwrap_or(i64::MAX));
        Change::NotBefore(pending.not_before)
    }

    /// How long until something pending becomes due by itself.
    pub(super) fn next_due(&self, now: Instant, now_micros: i64) -> Option<Duration> {
        self.pending
            .values()
            .map(|pending| match pending.claim {
                Some(claim) => claim.deadline.saturating_duration_since(now),
                None => {
                    Duration::from_micros(u64::try_from(pending.not_before - now_micros).unwrap_or_default())
                }
            })
            .filter(|wait| !wait.is_zero())
            .min()
    }

    /// The rows of what a plan delivers or holds back.
    pub(super) fn rows(&self, positions: impl IntoIterator<Item = i64>) -> Vec<delivery::ActiveModel> {
        use sea_orm::ActiveValue::Set;
        positions
            .into_iter()
            .filter_map(|position| {
                let pending = self.pending.get(&position)?;
                Some(delivery::ActiveModel {
                    consumer: Set(self.spec.name.clone()),
                    position: Set(position),
                    order_key: Set(pending.key.to_string()),
                    attempts: Set(i32::try_from(pending.attempts).unwrap_or(i32::MAX)),
                    not_before: Set(pending.not_before),
                })
            })
            .collect()
    }
}

/// What a claim gives: deliveries, or how long to wait for some to become due.
#[derive(Default)]
pub(super) struct Claimed {
    pub(super) deliveries: Vec<Delivery>,
    pub(super) wait: Option<Duration>,
}
