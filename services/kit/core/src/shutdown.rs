//! Stopping in time: a token that everything listens to, and the signals that pull it.

use std::time::Duration;

use futures::{Stream, StreamExt};
use tokio_util::sync::CancellationToken;

/// Tells every part of a node to stop. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Shutdown(CancellationToken);

impl Shutdown {
    /// Not stopping yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Stops at SIGTERM or Ctrl-C; a second one ends the process at once.
    pub fn on_signal() -> Self {
        let shutdown = Self::new();
        let told = shutdown.clone();
        tokio::spawn(async move {
            wait_for_signal().await;
            tracing::info!("stopping");
            told.begin();
            wait_for_signal().await;
            tracing::warn!("stopping at once");
            std::process::exit(130);
        });
        shutdown
    }

    /// Tells everybody to stop.
    pub fn begin(&self) {
        self.0.cancel();
    }

    /// Has stopping begun?
    pub fn has_begun(&self) -> bool {
        self.0.is_cancelled()
    }

    /// The token behind it, for what listens to one.
    pub fn token(&self) -> CancellationToken {
        self.0.clone()
    }

    /// Waits until stopping begins.
    pub async fn begun(&self) {
        self.0.cancelled().await;
    }

    /// Sleeps, but no longer than until stopping begins. True when it slept to the end.
    pub async fn sleep(&self, time: Duration) -> bool {
        tokio::select! {
            () = tokio::time::sleep(time) => true,
            () = self.begun() => false,
        }
    }

    /// The same stream, ended when stopping begins, so that an open stream does not hold the server up.
    pub fn until<S: Stream + Send>(&self, stream: S) -> impl Stream<Item = S::Item> + Send + use<S>
    where
        S::Item: Send,
    {
        stream.take_until(self.0.clone().cancelled_owned())
    }
}

async fn wait_for_signal() {
    let interrupt = tokio::signal::ctrl_c();
    match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        Ok(mut terminate) => {
            tokio::select! {
                _ = interrupt => {}
                _ = terminate.recv() => {}
            }
        }
        Err(_) => {
            let _ = interrupt.await;
        }
    }
}
