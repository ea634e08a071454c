//! A job in the hands of a worker.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;

use crate::{BusError, Receipt};

/// One job, taken. Dropped without an answer, it is given to a worker again; when its process dies, after the ack wait.
pub struct Taken {
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
    receipt: Option<Arc<dyn Receipt>>,
}

impl Taken {
    /// A job that is answered through `receipt`; what it is about is filled in by the queue.
    pub(super) fn new(
        place: (&str, &str, u32),
        payload: Bytes,
        attempt: u32,
        receipt: Arc<dyn Receipt>,
    ) -> Self {
        let (kind, sweep, index) = place;
        Self { sweep: sweep.into(), kind: kind.into(), index, payload, attempt, receipt: Some(receipt) }
    }

    /// Done: the job leaves the queue.
    ///
    /// # Errors
    /// Unavailable when the queue is away; the job comes again then, and its result is found.
    pub async fn ack(mut self) -> Result<(), BusError> {
        match self.receipt.take() {
            Some(receipt) => receipt.ack().await,
            None => Ok(()),
        }
    }

    /// Given back, for whoever comes after a delay.
    ///
    /// # Errors
    /// Unavailable when the queue is away; the job comes again after the ack wait then.
    pub async fn nak(mut self, after: Duration) -> Result<(), BusError> {
        match self.receipt.take() {
            Some(receipt) => receipt.nak(after).await,
            None => Ok(()),
        }
    }

    /// Still at work: the ack wait starts anew.
    ///
    /// # Errors
    /// Unavailable when the queue is away.
    pub async fn in_progress(&self) -> Result<(), BusError> {
        match &self.receipt {
            Some(receipt) => receipt.in_progress().await,
            None => Ok(()),
        }
    }
}

impl Drop for Taken {
    fn drop(&mut self) {
        if let Some(receipt) = self.receipt.take() {
            receipt.abandon();
        }
    }
}
