//! Queues of jobs for tests: one in memory, or a corner of a NATS server of its own.

use std::{sync::Arc, time::Duration};

use muster_bus::{Bus, JobOptions, JobQueue, LocalJobs, NatsBus, NatsJobs, NatsOptions, Worker};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::{BusKind, NatsServer, buses::nats_options};

/// A queue of its own for one test.
pub struct TestJobs {
    /// Which it is.
    pub kind: BusKind,
    /// The queue.
    pub queue: Arc<dyn JobQueue>,
    options: JobOptions,
    place: Option<NatsOptions>,
    bus: Option<NatsBus>,
}

impl TestJobs {
    /// Starts a queue whose silent workers are given up on after a second, or nothing when its server is missing.
    ///
    /// # Panics
    /// When it does not start, or the server is missing and required.
    pub async fn start(kind: BusKind) -> Option<Self> {
        Self::start_with(kind, JobOptions { ack_wait: Duration::from_secs(1), ..JobOptions::default() }).await
    }

    /// Starts a queue with limits of one's own.
    ///
    /// # Panics
    /// When it does not start, or the server is missing and required.
    pub async fn start_with(kind: BusKind, options: JobOptions) -> Option<Self> {
        Some(match kind {
            BusKind::Local => {
                Self { kind, queue: Arc::new(LocalJobs::new(options)), options, place: None, bus: None }
            }
            BusKind::Nats => {
                let place = nats_options(NatsServer::shared().await?);
                let (bus, queue) = connect(&place, options).await;
                Self { kind, queue, options, place: Some(place), bus: Some(bus) }
            }
        })
    }

    /// Another process's view of the same queue; in memory, where the queue belongs to one process, the same queue.
    ///
    /// # Panics
    /// When it does not start.
    pub async fn again(&self) -> Arc<dyn JobQueue> {
        match &self.place {
            Some(place) => connect(place, self.options).await.1,
            None => self.queue.clone(),
        }
    }

    /// Closes the connection under [`TestJobs::queue`], as the death of its process does, and opens another. Nothing
    /// happens to a queue in memory.
    ///
    /// # Panics
    /// When it does not close or start.
    pub async fn cut(&mut self) {
        if let (Some(place), Some(bus)) = (&self.place, &self.bus) {
            bus.close().await.expect("the connection closes");
            let (bus, queue) = connect(place, self.options).await;
            (self.bus, self.queue) = (Some(bus), queue);
        }
    }

    /// Where the queue is, as variables for a child process: `BUS`, `SUBJECTS`, `STREAMS`; nothing in memory.
    pub fn address(&self) -> Vec<(&'static str, String)> {
        self.place.as_ref().map_or_else(Vec::new, |options| {
            vec![
                ("BUS", options.servers.join(",")),
                ("SUBJECTS", options.subject_prefix.clone()),
                ("STREAMS", options.stream_prefix.clone()),
            ]
        })
    }
}

async fn connect(place: &NatsOptions, options: JobOptions) -> (NatsBus, Arc<dyn JobQueue>) {
    let bus = NatsBus::connect(place.clone()).await.expect("the bus connects");
    let jobs = NatsJobs::open(&bus, options).await.expect("the queue opens");
    (bus, Arc::new(jobs))
}

/// Workers at work.
#[derive(Default)]
pub struct Crew {
    tasks: JoinSet<()>,
    stop: CancellationToken,
}

impl Crew {
    /// Puts a worker to work.
    pub fn add(&mut self, worker: Worker) {
        self.tasks.spawn(worker.run(self.stop.clone()));
    }

    /// Tells them to stop, as a node does.
    ///
    /// # Panics
    /// When they have not stopped within ten seconds.
    pub async fn stop(&mut self) {
        self.stop.cancel();
        let all = async { while self.tasks.join_next().await.is_some() {} };
        tokio::time::timeout(Duration::from_secs(10), all).await.expect("the workers stop");
    }

    /// Without a chance to finish anything.
    pub async fn abort(&mut self) {
        self.tasks.shutdown().await;
    }
}
