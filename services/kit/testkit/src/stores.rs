//! Empty, migrated databases.

use std::ops::Deref;

use muster_kit::{Db, db::DbConfig};
use sea_orm_migration::MigratorTrait;
use tempfile::TempDir;

use crate::PostgresServer;

/// Which database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StoreKind {
    /// A SQLite file.
    Sqlite,
    /// A database of a PostgreSQL server.
    Postgres,
}

/// A database of its own for one test.
pub struct TestDb {
    /// The database; the value itself can be used like one.
    pub db: Db,
    /// Where it is, to open it again as another process would.
    pub config: DbConfig,
    _folder: Option<TempDir>,
}

impl Deref for TestDb {
    type Target = Db;

    fn deref(&self) -> &Db {
        &self.db
    }
}

impl TestDb {
    /// Another process's view of the same database.
    ///
    /// # Panics
    /// When it cannot be opened.
    pub async fn again(&self) -> Db {
        Db::open(&self.config, self.db.service()).await.expect("the database opens again")
    }
}

/// An empty SQLite database of a service.
///
/// # Panics
/// When it cannot be made.
pub async fn sqlite_db<M: MigratorTrait>(service: &str) -> TestDb {
    let folder = tempfile::Builder::new().prefix("muster-db-").tempdir().expect("a temporary folder");
    let config = DbConfig::Sqlite { path: folder.path().join(format!("{service}.db")) };
    open::<M>(config, service, Some(folder)).await
}

/// An empty PostgreSQL database of a service on the shared server, or nothing when there is no server.
///
/// # Panics
/// When it cannot be made, or the server is missing and required.
pub async fn postgres_db<M: MigratorTrait>(service: &str) -> Option<TestDb> {
    let server = PostgresServer::shared().await?;
    Some(open::<M>(server.database().await, service, None).await)
}

async fn open<M: MigratorTrait>(config: DbConfig, service: &str, folder: Option<TempDir>) -> TestDb {
    let db = Db::open(&config, service).await.expect("the database opens");
    db.migrate::<M>().await.expect("the migrations apply");
    TestDb { db, config, _folder: folder }
}
