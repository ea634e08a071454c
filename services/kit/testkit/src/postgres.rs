//! A real PostgreSQL server. A template of its data folder is made once a machine and copied for each server.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::Command,
    sync::OnceLock,
    time::Duration,
};

use muster_kit::db::DbConfig;
use sea_orm::{ConnectOptions, ConnectionTrait, Database};
use uuid::Uuid;

use crate::{
    find,
    folder::{self, ServerFolder},
    port::free_port,
    process::{Child, Program},
};

/// The database user of the test servers, trusted from this machine.
const USER: &str = "muster";
/// PostgreSQL refuses to run as root; this is whom it runs as then.
const SYSTEM_USER: &str = "postgres";

/// A PostgreSQL server on a free port, with data of its own.
pub struct PostgresServer {
    bin: PathBuf,
    port: u16,
    folder: ServerFolder,
    durable: bool,
    child: Option<Child>,
}

impl PostgresServer {
    /// Starts a server that does not wait for the disk, or says that the test is skipped.
    ///
    /// # Panics
    /// When the server is there and does not start, or is missing and required.
    pub async fn start() -> Option<Self> {
        Self::start_with(false).await
    }

    /// Starts a server; `durable` makes every commit wait for the disk, as in production.
    ///
    /// # Panics
    /// When the server is there and does not start, or is missing and required.
    pub async fn start_with(durable: bool) -> Option<Self> {
        let Some(bin) = find::postgres_bin() else {
            find::skip("PostgreSQL");
            return None;
        };
        let folder = ServerFolder::new("muster-pg-");
        let template = template(&bin);
        run(Command::new("cp")
            .arg("-a")
            .arg("--reflink=auto")
            .arg(&template)
            .arg(folder.path().join("data")));
        run(Command::new("chmod").arg("0755").arg(folder.path()));
        let mut server = Self { bin, port: free_port(), folder, durable, child: None };
        server.restart().await;
        Some(server)
    }

    /// The server that the tests of this process share; it does not wait for the disk.
    ///
    /// # Panics
    /// When the server is there and does not start, or is missing and required.
    pub async fn shared() -> Option<&'static Self> {
        static SHARED: OnceLock<Option<PostgresServer>> = OnceLock::new();
        static STARTING: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());
        let _one = STARTING.lock().await;
        if SHARED.get().is_none() {
            let started = Self::start().await;
            let _ = SHARED.set(started);
        }
        SHARED.get().and_then(Option::as_ref)
    }

    /// URL of a database of this server.
    pub fn url(&self, database: &str) -> String {
        format!("postgres://{USER}@127.0.0.1:{}/{database}", self.port)
    }

    /// Makes an empty database; gives where it is.
    ///
    /// # Panics
    /// When the server does not.
    pub async fn database(&self) -> DbConfig {
        let name = format!("t_{}", Uuid::now_v7().simple());
        let mut options = ConnectOptions::new(self.url("postgres"));
        options.max_connections(1).sqlx_logging(false);
        let admin = Database::connect(options).await.expect("the server answers");
        admin.execute_unprepared(&format!("CREATE DATABASE {name}")).await.expect("a database is made");
        admin.close().await.expect("the connection closes");
        DbConfig::Postgres { url: self.url(&name), connections: 16 }
    }

    /// Kills the server hard; its data stays.
    pub fn kill(&mut self) {
        if let Some(child) = &self.child {
            // at once, and its helpers with it: what a crash leaves, without memory that nobody frees
            child.signal("QUIT");
            std::thread::sleep(Duration::from_millis(300));
        }
        self.child = None;
    }

    /// Starts it again on the same port and data, and waits until it answers.
    ///
    /// # Panics
    /// When it does not within 30 seconds.
    pub async fn restart(&mut self) {
        self.kill();
        let data = self.folder.path().join("data");
        let mut program = Program::new(self.bin.join("postgres")).arg("-D").arg(&data).end_signal("QUIT");
        let mut settings = vec![
            format!("port={}", self.port),
            "listen_addresses=127.0.0.1".into(),
            format!("unix_socket_directories={}", data.display()),
            "max_connections=300".into(),
            "shared_buffers=128MB".into(),
            "timezone=UTC".into(),
            "log_min_messages=warning".into(),
            "log_checkpoints=off".into(),
        ];
        if !self.durable {
            settings
                .extend(["fsync=off", "synchronous_commit=off", "full_page_writes=off"].map(String::from));
        }
        for setting in settings {
            program = program.arg("-c").arg(setting);
        }
        if is_root() {
            program = program.user(SYSTEM_USER);
        }
        self.child = Some(Child::start(&program));
        self.wait_until_ready().await;
    }

    async fn wait_until_ready(&mut self) {
        let mut options = ConnectOptions::new(self.url("postgres"));
        options.max_connections(1).connect_timeout(Duration::from_secs(1)).sqlx_logging(false);
        for _ in 0..600 {
            if let Ok(conn) = Database::connect(options.clone()).await {
                drop(conn.close().await);
                return;
            }
            let running = self.child.as_mut().is_some_and(Child::is_running);
            let log = self.child.as_ref().map(Child::log).unwrap_or_default();
            assert!(running, "PostgreSQL ended at its start:\n{}", log.join("\n"));
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("PostgreSQL does not answer");
    }
}

impl Drop for PostgresServer {
    fn drop(&mut self) {
        self.kill();
    }
}

fn is_root() -> bool {
    folder::owner() == Some(0)
}

/// The data folder that every server starts from, made by whoever comes first.
fn template(bin: &Path) -> PathBuf {
    let version = bin.parent().and_then(Path::file_name).unwrap_or_default().to_string_lossy().into_owned();
    let home = folder::kept(&format!("muster-pg-template-{version}"));
    let lock = File::create(home.join("lock")).expect("the template's lock file");
    lock.lock().expect("the template's lock");
    let data = home.join("data");
    if !home.join("complete").is_file() {
        if data.exists() {
            fs::remove_dir_all(&data).expect("half a template is removed");
        }
        fs::create_dir(&data).expect("a data folder");
        let mut program = Program::new(bin.join("initdb")).arg("-D").arg(&data);
        program = program.args(["-A", "trust", "-U", USER, "-E", "UTF8", "--locale=C", "--no-sync"]);
        // small pieces of log: each server copies one
        program = program.args(["--wal-segsize", "1"]);
        if is_root() {
            run(Command::new("chown").arg(SYSTEM_USER).arg(&data));
            program = program.user(SYSTEM_USER);
        }
        run(&mut program.command());
        File::create(home.join("complete")).expect("the template is marked complete");
    }
    data
}

fn run(command: &mut Command) {
    let output = command.output().expect("the program starts");
    let err = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?} failed: {err}");
}
