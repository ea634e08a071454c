//! Buses for tests: a SQLite file of its own, or a corner of a NATS server of its own.

use std::sync::Arc;

use muster_bus::{Bus, LocalBus, NatsBus, NatsOptions};
use tempfile::TempDir;
use uuid::Uuid;

use crate::{NatsServer, nats};

/// Which bus.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BusKind {
    /// A SQLite file in the process.
    Local,
    /// NATS JetStream.
    Nats,
}

/// A bus of its own for one test.
pub struct TestBus {
    /// Which it is.
    pub kind: BusKind,
    /// The bus.
    pub bus: Arc<dyn Bus>,
    place: Place,
}

enum Place {
    File(TempDir),
    Server(Box<NatsOptions>),
}

impl TestBus {
    /// Starts a bus, or nothing when its server is missing.
    ///
    /// # Panics
    /// When it does not start, or the server is missing and required.
    pub async fn start(kind: BusKind) -> Option<Self> {
        let place = match kind {
            BusKind::Local => Place::File(
                tempfile::Builder::new().prefix("muster-bus-").tempdir().expect("a temporary folder"),
            ),
            BusKind::Nats => Place::Server(Box::new(nats_options(NatsServer::shared().await?))),
        };
        Some(Self { kind, bus: connect(&place).await, place })
    }

    /// Closes the bus and opens it again, as a restart of the process does.
    ///
    /// # Panics
    /// When it does not close or start.
    pub async fn restart(&mut self) {
        self.bus.close().await.expect("the bus closes");
        self.bus = connect(&self.place).await;
    }

    /// Closes the bus without opening it again, so that another process can open the file; see [`TestBus::restart`].
    ///
    /// # Panics
    /// When it does not close.
    pub async fn let_go(&mut self) {
        if self.kind == BusKind::Local {
            self.bus.close().await.expect("the bus closes");
        }
    }

    /// Where the bus is, as variables for a child process: `BUS` (a file or an address), `SUBJECTS`, `STREAMS`.
    pub fn address(&self) -> Vec<(&'static str, String)> {
        match &self.place {
            Place::File(folder) => vec![("BUS", folder.path().join("bus.db").display().to_string())],
            Place::Server(options) => vec![
                ("BUS", options.servers.join(",")),
                ("SUBJECTS", options.subject_prefix.clone()),
                ("STREAMS", options.stream_prefix.clone()),
            ],
        }
    }

    /// Another process's connection to the same bus; on SQLite, where the file belongs to one process, the same bus.
    ///
    /// # Panics
    /// When it does not start.
    pub async fn again(&self) -> Arc<dyn Bus> {
        match self.place {
            Place::File(_) => self.bus.clone(),
            Place::Server(_) => connect(&self.place).await,
        }
    }
}

/// Options for a corner of a server that no other test uses.
pub fn nats_options(server: &NatsServer) -> NatsOptions {
    let corner = format!("t{}", Uuid::now_v7().simple());
    let mut options = NatsOptions::new(&server.url());
    options.user = Some(nats::USER.into());
    options.password = Some(nats::PASSWORD.into());
    options.subject_prefix = format!("{corner}.");
    options.stream_prefix = corner.to_uppercase();
    options
}

async fn connect(place: &Place) -> Arc<dyn Bus> {
    match place {
        Place::File(folder) => {
            Arc::new(LocalBus::open(&folder.path().join("bus.db")).await.expect("the bus opens"))
        }
        Place::Server(options) => {
            Arc::new(NatsBus::connect((**options).clone()).await.expect("the bus connects"))
        }
    }
}
