//! One database helper for both shapes. SQLite: a file in WAL mode, one writer whose transactions begin immediately,
//! several readers. PostgreSQL: a pool, a schema per service.

use std::{path::Path, sync::Arc, time::Duration};

use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DatabaseTransaction, DbBackend,
    SqliteTransactionMode, TransactionOptions, TransactionTrait,
};
use sea_orm_migration::MigratorTrait;
use tokio::sync::Notify;

use crate::{Actor, Error, Result, UnitOfWork, flush::Flush};

/// Where a service keeps its rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DbConfig {
    /// A SQLite file; it is made when missing.
    Sqlite {
        /// Path of the file.
        path: std::path::PathBuf,
    },
    /// A PostgreSQL database; the schema, named like the service, is made when missing.
    Postgres {
        /// `postgres://user:password@host:port/database`.
        url: String,
        /// Connections at most.
        connections: u32,
    },
}

/// A service's database. Cheap to clone.
#[derive(Clone)]
pub struct Db {
    read: DatabaseConnection,
    write: DatabaseConnection,
    service: Arc<str>,
    outbox: Arc<Notify>,
    flush: Option<Arc<Flush>>,
    config: Arc<DbConfig>,
}

/// How long a call waits for a connection before it gives up.
const ACQUIRE: Duration = Duration::from_secs(20);
/// How long a process waits while another one migrates.
const MIGRATING: Duration = Duration::from_mins(2);
/// How long SQLite waits for another process's lock.
const BUSY: &str = "10000";

impl Db {
    /// Opens the database of a service, making the file or schema when missing. Call [`Db::migrate`] next.
    ///
    /// # Errors
    /// Unavailable when it cannot be reached.
    pub async fn open(config: &DbConfig, service: &str) -> Result<Self> {
        crate::event::check_token(service)?;
        let (read, write) = match config {
            DbConfig::Sqlite { path } => open_sqlite(path).await?,
            DbConfig::Postgres { url, connections } => {
                let pool = open_postgres(url, *connections, service).await?;
                (pool.clone(), pool)
            }
        };
        Ok(Self {
            read,
            write,
            service: service.into(),
            outbox: Arc::default(),
            flush: match config {
                DbConfig::Sqlite { path } => Some(Arc::new(Flush::of(path))),
                DbConfig::Postgres { .. } => None,
            },
            config: Arc::new(config.clone()),
        })
    }

    /// Applies the migrations that are missing. Of several processes that start together one does, the others wait.
    ///
    /// # Errors
    /// Internal when one fails; nothing of it stays, on either database.
    pub async fn migrate<M: MigratorTrait>(&self) -> Result<()> {
        let mut lock = self.lock("migrations");
        let deadline = tokio::time::Instant::now() + MIGRATING;
        while !lock.try_take().await? {
            if tokio::time::Instant::now() >= deadline {
                return Err(Error::unavailable(format!(
                    "another process is still bringing the database of `{}` up to date",
                    self.service
                )));
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        let migrated = M::up(&self.write, None).await;
        lock.release().await;
        migrated.map_err(|error| {
            Error::internal(format!("cannot bring the database of `{}` up to date", self.service))
                .with_source(error)
        })
    }

    /// For reading, outside any transaction.
    pub fn read(&self) -> &DatabaseConnection {
        &self.read
    }

    /// Which database this is; only migrations and the kit may ask.
    pub fn backend(&self) -> DbBackend {
        self.write.get_database_backend()
    }

    /// Name of the service.
    pub fn service(&self) -> &str {
        &self.service
    }

    /// Begins a transaction that changes something: rows, outbox and audit together.
    ///
    /// # Errors
    /// Unavailable when no connection comes free in time.
    pub async fn begin(&self, actor: &Actor) -> Result<UnitOfWork> {
        let tx = self.begin_raw().await?;
        Ok(UnitOfWork::new(tx, actor.clone(), self.outbox.clone(), self.flush.clone()))
    }

    /// Begins a transaction of the machinery itself (relay marks, audit seals), which no actor asked for. On SQLite its
    /// commit does not wait for the disk: where that matters, call [`Db::flush`] after it.
    ///
    /// # Errors
    /// Unavailable when no connection comes free in time.
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that begins a transaction, always immediate"
    )]
    pub async fn begin_raw(&self) -> Result<DatabaseTransaction> {
        let options = TransactionOptions {
            isolation_level: None,
            access_mode: None,
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        };
        Ok(self.write.begin_with_options(options).await?)
    }

    /// Returns once everything committed so far has reached the disk. A [`UnitOfWork`] waits for that by itself, and so does
    /// PostgreSQL.
    ///
    /// # Errors
    /// Internal when the disk refuses.
    pub async fn flush(&self) -> Result<()> {
        match &self.flush {
            Some(flush) => flush.wait().await,
            None => Ok(()),
        }
    }

    /// A lock that one process of the service can hold at a time; see [`crate::lock::Lock`].
    pub fn lock(&self, name: &str) -> crate::lock::Lock {
        crate::lock::Lock::new(self.config.clone(), &self.service, name)
    }

    /// Is told after every commit that wrote to the outbox.
    pub fn outbox_notify(&self) -> Arc<Notify> {
        self.outbox.clone()
    }

    /// On SQLite, moves what was committed from the WAL to the file, without holding up the writer; elsewhere nothing.
    /// The relay and the local bus do so every few seconds.
    ///
    /// # Errors
    /// Internal when the disk refuses.
    pub async fn checkpoint(&self) -> Result<()> {
        if self.backend() == DbBackend::Sqlite {
            self.read.execute_unprepared("PRAGMA wal_checkpoint(PASSIVE)").await?;
        }
        Ok(())
    }

    /// Closes every connection; on SQLite the WAL is folded into the file.
    ///
    /// # Errors
    /// Internal when a connection does not close.
    pub async fn close(self) -> Result<()> {
        self.read.close().await?;
        self.write.close().await?;
        Ok(())
    }
}

async fn open_sqlite(path: &Path) -> Result<(DatabaseConnection, DatabaseConnection)> {
    let url = format!("sqlite://{}?mode=rwc", path.display());
    // the writer first: it makes the file and sets WAL, which readers cannot
    let write = connect(sqlite_options(&url, 1)).await?;
    let read = connect(sqlite_options(&url, 4)).await?;
    Ok((read, write))
}

fn sqlite_options(url: &str, connections: u32) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options.max_connections(connections).min_connections(1).acquire_timeout(ACQUIRE).sqlx_logging(false);
    // opened files outlive idle periods: a reopened connection would start with a cold cache
    options.idle_timeout(None).test_before_acquire(false);
    options.map_sqlx_sqlite_opts(|sqlite| {
        sqlite
            .pragma("journal_mode", "WAL")
            // a commit does not wait for the disk itself; [`Db::flush`] does, for many commits at once
            .pragma("synchronous", "NORMAL")
            .pragma("busy_timeout", BUSY)
            .pragma("foreign_keys", "ON")
            .pragma("temp_store", "MEMORY")
            // checkpoints wait for the disk: [`Db::checkpoint`] makes them beside the writer, this one only bounds the file
            .pragma("wal_autocheckpoint", "20000")
            .pragma("cache_size", "-65536")
    });
    options
}

async fn open_postgres(url: &str, connections: u32, service: &str) -> Result<DatabaseConnection> {
    let mut once = ConnectOptions::new(url);
    once.max_connections(1).acquire_timeout(ACQUIRE).sqlx_logging(false);
    let plain = connect(once).await?;
    let schema = service.replace('-', "_");
    // two processes of one service may start together: the second sees a duplicate, which is as good
    let made = plain.execute_unprepared(&format!("CREATE SCHEMA IF NOT EXISTS {schema}")).await;
    if let Err(error) = made
        && !error.to_string().contains("duplicate key")
    {
        return Err(error.into());
    }
    plain.close().await?;
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(connections)
        .min_connections(1)
        .acquire_timeout(ACQUIRE)
        .set_schema_search_path(schema)
        .set_application_name(format!("muster-{service}"))
        .statement_timeout(Duration::from_mins(2))
        .sqlx_logging(false);
    connect(options).await
}

pub(crate) async fn connect(options: ConnectOptions) -> Result<DatabaseConnection> {
    Database::connect(options)
        .await
        .map_err(|error| Error::unavailable("cannot open the database").with_source(error))
}
