//! What tests need from the outside world, started natively: NATS servers, PostgreSQL, child processes.
//!
//! - [`nats::NatsServer`], [`postgres::PostgresServer`]: real servers on free ports with data of their own; they die
//!   with the test process, however it ends. The servers that all tests of a process share are started once.
//! - [`stores`]: an empty, migrated database of a service on SQLite or PostgreSQL. [`buses`]: a bus on SQLite or NATS.
//!   [`jobs`]: a queue of jobs in memory or on NATS.
//! - [`on_both_buses!`], [`on_both_queues!`], [`on_both_databases!`]: one suite, run against both.
//! - [`folder::ServerFolder`]: the data of a server, removed when the process ends, however it ends.
//! - [`process::Child`]: a child process with its log, to be killed hard. [`port::free_port`]: where it may listen.
//! - [`bench`]: the bus measured in both shapes. [`copy`]: PostgreSQL's own COPY, timed, as a yardstick.
//!
//! Where the servers are: `MUSTER_TEST_NATS_SERVER` (the program) and `MUSTER_TEST_PG_BIN` (the folder with `initdb`
//! and `postgres`), else the search path, `.test-tools` of the workspace and `/usr/lib/postgresql/*/bin`. A test whose
//! server is nowhere is skipped with a line that says so; with `MUSTER_REQUIRE_SERVERS=1` it fails.

pub mod bench;
pub mod buses;
pub mod copy;
pub mod events;
pub mod find;
pub mod folder;
pub mod jobs;
pub mod nats;
pub mod port;
pub mod postgres;
pub mod process;
pub mod stores;

pub use buses::{BusKind, TestBus};
pub use jobs::TestJobs;
pub use nats::NatsServer;
pub use postgres::PostgresServer;
pub use process::Child;
pub use stores::{StoreKind, TestDb, postgres_db, sqlite_db};

/// Runs each named `async fn(TestBus)` of the module on both buses.
#[macro_export]
macro_rules! on_both_buses {
    ($($name:ident),* $(,)?) => {
        mod local {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $name() {
                    if let Some(bus) = $crate::TestBus::start($crate::BusKind::Local).await {
                        super::$name(bus).await;
                    }
                }
            )*
        }
        mod nats {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $name() {
                    if let Some(bus) = $crate::TestBus::start($crate::BusKind::Nats).await {
                        super::$name(bus).await;
                    }
                }
            )*
        }
    };
}

/// Runs each named `async fn(TestJobs)` of the module on both queues of jobs.
#[macro_export]
macro_rules! on_both_queues {
    ($($name:ident),* $(,)?) => {
        mod local {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $name() {
                    if let Some(jobs) = $crate::TestJobs::start($crate::BusKind::Local).await {
                        super::$name(jobs).await;
                    }
                }
            )*
        }
        mod nats {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $name() {
                    if let Some(jobs) = $crate::TestJobs::start($crate::BusKind::Nats).await {
                        super::$name(jobs).await;
                    }
                }
            )*
        }
    };
}

/// Runs each named `async fn(TestDb)` of the module on both databases, migrated with the migrator.
#[macro_export]
macro_rules! on_both_databases {
    ($migrator:ty; $($name:ident),* $(,)?) => {
        mod sqlite {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $name() {
                    super::$name($crate::sqlite_db::<$migrator>("testing").await).await;
                }
            )*
        }
        mod postgres {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $name() {
                    if let Some(db) = $crate::postgres_db::<$migrator>("testing").await {
                        super::$name(db).await;
                    }
                }
            )*
        }
    };
}
