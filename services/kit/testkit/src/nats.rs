//! A real NATS server with JetStream.

use std::{fs, net::TcpStream, path::PathBuf, sync::OnceLock, time::Duration};

use crate::{
    find,
    folder::ServerFolder,
    port::free_port,
    process::{Child, Program},
};

/// User and password of the test servers; credentials never stand in a URL.
pub const USER: &str = "muster";
/// See [`USER`].
pub const PASSWORD: &str = "muster-test";

/// A NATS server on a free port, with a store of its own.
pub struct NatsServer {
    program: PathBuf,
    port: u16,
    folder: ServerFolder,
    child: Option<Child>,
}

impl NatsServer {
    /// Starts a server, or says that the test is skipped.
    ///
    /// # Panics
    /// When the server is there and does not start, or is missing and required.
    pub async fn start() -> Option<Self> {
        Self::start_with(false).await
    }

    /// Starts a server; `durable` makes it write every message to the disk before it acknowledges it.
    ///
    /// # Panics
    /// When the server is there and does not start, or is missing and required.
    pub async fn start_with(durable: bool) -> Option<Self> {
        let Some(program) = find::nats_server() else {
            find::skip("nats-server");
            return None;
        };
        let folder = ServerFolder::new("muster-nats-");
        let port = free_port();
        let sync = if durable { "  sync_interval: always\n" } else { "" };
        let store = folder.path().join("store");
        let config = format!(
            "listen: \"127.0.0.1:{port}\"\nmax_payload: 1MB\nauthorization {{\n  user: \"{USER}\"\n  \
             password: \"{PASSWORD}\"\n}}\njetstream {{\n  store_dir: \"{}\"\n{sync}}}\n",
            store.display()
        );
        fs::write(folder.path().join("nats.conf"), config).expect("the server's configuration is written");
        let mut server = Self { program, port, folder, child: None };
        server.restart().await;
        Some(server)
    }

    /// The server that the tests of this process share.
    ///
    /// # Panics
    /// When the server is there and does not start, or is missing and required.
    pub async fn shared() -> Option<&'static Self> {
        static SHARED: OnceLock<Option<NatsServer>> = OnceLock::new();
        static STARTING: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());
        let _one = STARTING.lock().await;
        if SHARED.get().is_none() {
            let started = Self::start().await;
            let _ = SHARED.set(started);
        }
        SHARED.get().and_then(Option::as_ref)
    }

    /// `nats://127.0.0.1:<port>`, without credentials.
    pub fn url(&self) -> String {
        format!("nats://127.0.0.1:{}", self.port)
    }

    /// Kills the server hard; its store stays.
    pub fn kill(&mut self) {
        self.child = None;
    }

    /// Starts it again on the same port and store, and waits until it answers.
    ///
    /// # Panics
    /// When it does not within ten seconds.
    pub async fn restart(&mut self) {
        self.kill();
        let config = self.folder.path().join("nats.conf");
        let program = Program::new(&self.program).arg("-c").arg(config);
        let mut child = Child::start(&program);
        child.wait_for_line("Server is ready", Duration::from_secs(10)).await;
        TcpStream::connect(("127.0.0.1", self.port)).expect("the server listens");
        self.child = Some(child);
    }
}
