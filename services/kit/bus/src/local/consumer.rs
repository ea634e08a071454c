//! A subscription to the local bus, and how its deliveries are answered.

use std::{ops::RangeInclusive, sync::Arc, time::Duration};

use async_trait::async_trait;
use tokio::sync::{mpsc, oneshot, watch};

use super::{
    state::{Answer, Claimed},
    writer::Op,
};
use crate::{Bus, BusError, Consumer, Delivery, LocalBus, Receipt};

/// How often a consumer looks by itself, should a wake-up be missed.
const SLOW_POLL: Duration = Duration::from_secs(1);

pub(super) struct LocalConsumer {
    bus: LocalBus,
    name: Arc<str>,
    changed: watch::Receiver<u64>,
    /// A claim that was asked for and whose answer is still to come: kept here so that a dropped future loses nothing.
    asked: Option<oneshot::Receiver<Result<Claimed, BusError>>>,
    wait: Option<Duration>,
}

impl LocalConsumer {
    pub(super) fn new(bus: LocalBus, name: &str, changed: watch::Receiver<u64>) -> Self {
        Self { bus, name: name.into(), changed, asked: None, wait: Some(Duration::ZERO) }
    }

    async fn claim(&mut self, max: usize) -> Result<Claimed, BusError> {
        let receiver = match &mut self.asked {
            Some(receiver) => receiver,
            none => {
                self.changed.mark_unchanged();
                let (reply, receiver) = oneshot::channel();
                self.bus.send(Op::Claim { consumer: self.name.clone(), max, reply })?;
                none.insert(receiver)
            }
        };
        let claimed = receiver.await;
        self.asked = None;
        claimed.map_err(|_| BusError::Closed)?
    }
}

#[async_trait]
impl Consumer for LocalConsumer {
    async fn next_batch(&mut self, max: usize) -> Result<Vec<Delivery>, BusError> {
        loop {
            if self.asked.is_none()
                && let Some(wait) = self.wait.filter(|wait| !wait.is_zero())
            {
                // a change, something becoming due, or the slow poll: whichever comes first
                let due = tokio::time::timeout(wait.min(SLOW_POLL), self.changed.changed()).await;
                if matches!(due, Ok(Err(_))) {
                    return Err(BusError::Closed);
                }
            }
            let claimed = self.claim(max).await?;
            if !claimed.deliveries.is_empty() {
                self.wait = Some(Duration::ZERO);
                return Ok(claimed.deliveries);
            }
            self.wait = Some(claimed.wait.unwrap_or(SLOW_POLL));
        }
    }

    async fn lag(&mut self) -> Result<u64, BusError> {
        let (scanned, pending) =
            self.bus.ask(|reply| Op::Pending { consumer: self.name.clone(), reply }).await?;
        let ahead = self.bus.head().await?.saturating_sub(u64::try_from(scanned).unwrap_or_default());
        Ok(ahead + pending as u64)
    }

    fn taken_over(&self) -> Option<RangeInclusive<u64>> {
        None
    }
}

pub(super) struct LocalReceipt {
    sender: mpsc::WeakUnboundedSender<Op>,
    consumer: Arc<str>,
    position: i64,
    token: u64,
}

impl LocalReceipt {
    pub(super) fn new(
        sender: mpsc::WeakUnboundedSender<Op>,
        consumer: Arc<str>,
        position: i64,
        token: u64,
    ) -> Self {
        Self { sender, consumer, position, token }
    }

    fn send(
        &self,
        answer: Answer,
        reply: Option<oneshot::Sender<Result<(), BusError>>>,
    ) -> Result<(), BusError> {
        let sender = self.sender.upgrade().ok_or(BusError::Closed)?;
        let (consumer, position, token) = (self.consumer.clone(), self.position, self.token);
        sender.send(Op::Answer { consumer, position, token, answer, reply }).map_err(|_| BusError::Closed)
    }

    async fn answer(&self, answer: Answer) -> Result<(), BusError> {
        let (reply, receiver) = oneshot::channel();
        self.send(answer, Some(reply))?;
        receiver.await.map_err(|_| BusError::Closed)?
    }
}

#[async_trait]
impl Receipt for LocalReceipt {
    async fn ack(&self) -> Result<(), BusError> {
        self.answer(Answer::Done).await
    }

    async fn nak(&self, after: Duration) -> Result<(), BusError> {
        self.answer(Answer::Again(after)).await
    }

    async fn term(&self, reason: &str) -> Result<(), BusError> {
        tracing::debug!(consumer = &*self.consumer, position = self.position, reason, "delivery ended");
        self.answer(Answer::Done).await
    }

    async fn in_progress(&self) -> Result<(), BusError> {
        self.answer(Answer::InProgress).await
    }

    fn abandon(&self) {
        // when the bus is closed the row in the file brings the event back after the next start
        drop(self.send(Answer::Abandoned, None));
    }
}
