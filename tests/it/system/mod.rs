//! Whole systems of real processes: one `muster up` on embedded defaults, or several `muster serve` over NATS and
//! PostgreSQL.

mod client;

use std::{
    path::PathBuf,
    process::Command,
    sync::OnceLock,
    time::{Duration, Instant},
};

use muster_testkit::{
    nats::{NatsServer, PASSWORD, USER},
    port::free_port,
    postgres::PostgresServer,
    process::{Child, Program},
};
use serde_json::Value;
use tempfile::TempDir;

pub(crate) use client::{get_json, get_status};

/// The binary under test: `MUSTER_BIN`, or built now.
pub(crate) fn binary() -> &'static PathBuf {
    static BINARY: OnceLock<PathBuf> = OnceLock::new();
    BINARY.get_or_init(|| {
        if let Some(path) = std::env::var_os("MUSTER_BIN") {
            return path.into();
        }
        let built =
            Command::new(env!("CARGO")).args(["build", "-q", "-p", "muster"]).status().expect("cargo runs");
        assert!(built.success(), "the binary does not build");
        let mut folder = std::env::current_exe().expect("this test's path");
        folder.pop();
        folder.pop();
        folder.join("muster")
    })
}

/// How long anything may take to show its effect.
pub(crate) const PATIENCE: Duration = Duration::from_mins(1);

/// Which processes make up the system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// One process, SQLite, LocalBus.
    OneProcess,
    /// A process a service, PostgreSQL, NATS.
    Production,
    /// The same with a process for bank and agency.
    WithAgency,
    /// The same with a process for the catalogue.
    WithCatalogue,
    /// The same with a process for bank and agency and one for the back office.
    WithBackOffice,
    /// A process for each context.
    Whole,
    /// A process a service, where so many processes of their own work off the parts of sweeps, and staffing does not.
    Workers(usize),
}

/// A process of the system and how to start it again.
pub(crate) struct Part {
    pub(crate) name: &'static str,
    program: Program,
    child: Option<Child>,
}

/// A running system.
pub(crate) struct System {
    pub(crate) nats: Option<NatsServer>,
    pub(crate) postgres: Option<PostgresServer>,
    pub(crate) parts: Vec<Part>,
    pub(crate) database: String,
    ports: Vec<u16>,
    folder: TempDir,
}

impl System {
    /// Starts a system; none when its servers are missing and not required.
    pub(crate) async fn start(shape: Shape) -> Option<Self> {
        let folder = tempfile::Builder::new().prefix("muster-system-").tempdir().expect("a temporary folder");
        let more = match shape {
            Shape::OneProcess | Shape::Production => Vec::new(),
            Shape::WithAgency => vec!["agency"],
            Shape::WithCatalogue => vec!["catalogue"],
            Shape::WithBackOffice => vec!["agency", "backoffice"],
            Shape::Whole => vec!["agency", "backoffice", "catalogue"],
            Shape::Workers(count) => vec!["staffing-worker"; count],
        };
        let ports: Vec<u16> = (0..3 + more.len()).map(|_| free_port()).collect();
        let mut system = match shape {
            Shape::OneProcess => {
                let program = Program::new(binary())
                    .args(["up", "--no-sample", "--listen"])
                    .arg(format!("127.0.0.1:{}", ports[0]))
                    .arg("--data")
                    .arg(folder.path());
                let part = Part { name: "up", program, child: None };
                let ports = vec![ports[0]; 6];
                Self { nats: None, postgres: None, parts: vec![part], database: String::new(), ports, folder }
            }
            _ => Self::production(folder, ports, more).await?,
        };
        for place in 0..system.parts.len() {
            system.start_part(place).await;
        }
        Some(system)
    }

    /// A process a service; after directory, staffing and pages come `more`.
    async fn production(folder: TempDir, ports: Vec<u16>, more: Vec<&'static str>) -> Option<Self> {
        let nats = NatsServer::start_with(true).await?;
        let postgres = PostgresServer::start_with(true).await?;
        let muster_kit::db::DbConfig::Postgres { url, .. } = postgres.database().await else {
            panic!("not a PostgreSQL database")
        };
        let password = folder.path().join("bus-password");
        std::fs::write(&password, PASSWORD).expect("the password file");
        let address = |place: usize| format!("http://127.0.0.1:{}", ports[place]);
        let names: Vec<&str> = ["directory", "staffing", "web"].into_iter().chain(more).collect();
        let slots = if names.contains(&"staffing-worker") { "0" } else { "1" };
        let peer =
            |service: &str| names.iter().position(|name| *name == service).map(address).unwrap_or_default();
        let (agency, catalogue) = (peer("agency"), peer("catalogue"));
        let parts = names.iter().copied().enumerate().map(|(place, name)| {
            let program = Program::new(binary())
                .arg("serve")
                .arg(format!("--services={name}"))
                .arg(format!("--listen=127.0.0.1:{}", ports[place]))
                .arg("--data")
                .arg(folder.path())
                .env("MUSTER_DATABASE_URL", &url)
                .env("MUSTER_BUS_URL", nats.url())
                .env("MUSTER_BUS_USER", USER)
                .env("MUSTER_BUS_PASSWORD_FILE", &password)
                .env("MUSTER_SWEEPS_SLOTS", slots)
                .env("MUSTER_PEERS_DIRECTORY", address(0))
                .env("MUSTER_PEERS_STAFFING", address(1))
                .env("MUSTER_PEERS_AGENCY", &agency)
                .env("MUSTER_PEERS_CATALOGUE", &catalogue);
            Part { name, program, child: None }
        });
        let parts = parts.collect();
        Some(Self { nats: Some(nats), postgres: Some(postgres), parts, database: url, ports, folder })
    }

    /// Starts a part and waits until it answers.
    pub(crate) async fn start_part(&mut self, place: usize) {
        let part = &mut self.parts[place];
        part.child = Some(Child::start(&part.program));
        let url = format!("http://127.0.0.1:{}", self.ports[place]);
        let begun = Instant::now();
        loop {
            let health =
                Command::new(binary()).args(["health", "--server", &url]).output().expect("health runs");
            if health.status.success() {
                return;
            }
            assert!(
                begun.elapsed() < PATIENCE,
                "{} does not answer:\n{}",
                self.parts[place].name,
                self.logs()
            );
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// Kills a part with SIGKILL and starts it again.
    pub(crate) async fn kill_and_restart(&mut self, place: usize) {
        self.kill(place);
        self.start_part(place).await;
    }

    /// Kills a part with SIGKILL.
    pub(crate) fn kill(&mut self, place: usize) {
        if let Some(mut child) = self.parts[place].child.take() {
            child.kill();
        }
    }

    /// Asks a part to stop, and gives how long it took and its exit code.
    pub(crate) async fn stop(&mut self, place: usize) -> (Duration, Option<i32>) {
        let mut child = self.parts[place].child.take().expect("a running part");
        let begun = Instant::now();
        child.signal("TERM");
        let code = child.wait(PATIENCE).await;
        (begun.elapsed(), code)
    }

    /// Everything that the parts wrote, for a failure's message.
    pub(crate) fn logs(&self) -> String {
        let logs = self.parts.iter().filter_map(|part| {
            let lines = part.child.as_ref()?.log();
            let last = lines.len().saturating_sub(40);
            Some(format!("--- {}\n{}", part.name, lines[last..].join("\n")))
        });
        logs.collect::<Vec<_>>().join("\n")
    }

    /// Port of the directory, staffing, bank and agency, the back office or the pages.
    pub(crate) fn port(&self, service: &str) -> u16 {
        match service {
            "directory" => self.ports[0],
            "staffing" => self.ports[1],
            // a system of all contexts has it last
            "catalogue" => self.ports[if self.ports.len() > 5 { 5 } else { 3 }],
            "agency" => self.ports[3],
            "backoffice" => self.ports[4],
            _ => self.ports[2],
        }
    }

    /// Runs a command against the part of a service; gives exit code, stdout and stderr.
    pub(crate) fn command(&self, service: &str, args: &[&str]) -> (i32, String, String) {
        let url = format!("http://127.0.0.1:{}", self.port(service));
        run(&[&["--server", &url], args].concat())
    }

    /// Runs a command that must end well and prints one JSON document.
    pub(crate) fn json(&self, service: &str, args: &[&str]) -> Value {
        let (code, out, err) = self.command(service, &[args, &["--json"]].concat());
        assert_eq!(code, 0, "{args:?} failed: {err}\n{}", self.logs());
        serde_json::from_str(&out).unwrap_or_else(|error| panic!("{args:?} printed no JSON ({error}): {out}"))
    }

    /// Writes a file into the system's folder.
    pub(crate) fn file(&self, name: &str, text: &str) -> PathBuf {
        self.bytes(name, text.as_bytes())
    }

    /// Writes a file of any bytes into the system's folder.
    pub(crate) fn bytes(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, bytes).expect("the file is written");
        path
    }

    /// Waits until `found` gives something.
    pub(crate) async fn eventually<T>(&self, what: &str, mut found: impl FnMut() -> Option<T>) -> T {
        let begun = Instant::now();
        loop {
            if let Some(value) = found() {
                return value;
            }
            assert!(begun.elapsed() < PATIENCE, "not within {PATIENCE:?}: {what}\n{}", self.logs());
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
}

/// Runs the binary; gives exit code, stdout and stderr.
pub(crate) fn run(args: &[&str]) -> (i32, String, String) {
    let output = Command::new(binary()).args(args).output().expect("the binary runs");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("output is text");
    (output.status.code().unwrap_or(-1), text(output.stdout), text(output.stderr))
}
