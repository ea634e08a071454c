//! A lock in the database that one process of a service holds at a time: for the relay, and for each consumer.
//!
//! On PostgreSQL it is an advisory lock of a session of its own, so it is free again the moment its process dies. A
//! SQLite file belongs to one process, which therefore always has the lock.

use std::{sync::Arc, time::Duration};

use sea_orm::{ConnectOptions, ConnectionTrait, DatabaseConnection, DbBackend, Statement};

use crate::{Result, db::DbConfig};

/// How long a question about the lock may take before the lock counts as lost.
const PATIENCE: Duration = Duration::from_secs(5);

/// A lock, held or not. Dropping it lets go.
pub struct Lock {
    config: Arc<DbConfig>,
    name: String,
    session: Option<Session>,
}

struct Session {
    conn: DatabaseConnection,
    /// The server process behind the session that took the lock; another one means that the session, and so the lock,
    /// was lost.
    process: Option<i32>,
}

impl Lock {
    pub(crate) fn new(config: Arc<DbConfig>, service: &str, name: &str) -> Self {
        Self { config, name: format!("muster.{service}.{name}"), session: None }
    }

    /// Tries to take the lock. False when another process has it.
    ///
    /// # Errors
    /// Unavailable when the database cannot be asked.
    pub async fn try_take(&mut self) -> Result<bool> {
        let DbConfig::Postgres { url, .. } = &*self.config else { return Ok(true) };
        // the session stays open between the questions of a process that stands by
        let conn = match self.session.take() {
            Some(session) => session.conn,
            None => connect(url, &self.name).await?,
        };
        let sql =
            "SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS taken, pg_backend_pid() AS process";
        let question = Statement::from_sql_and_values(DbBackend::Postgres, sql, [self.name.clone().into()]);
        let Some(row) = conn.query_one_raw(question).await? else { return Ok(false) };
        let taken = row.try_get::<bool>("", "taken")?;
        let process = taken.then(|| row.try_get::<i32>("", "process")).transpose()?;
        self.session = Some(Session { conn, process });
        Ok(taken)
    }

    /// Is the lock still held? A lost connection loses it.
    pub async fn is_held(&self) -> bool {
        if matches!(&*self.config, DbConfig::Sqlite { .. }) {
            return true;
        }
        let Some(session) = &self.session else { return false };
        let question = Statement::from_string(DbBackend::Postgres, "SELECT pg_backend_pid() AS process");
        let answer = tokio::time::timeout(PATIENCE, session.conn.query_one_raw(question)).await;
        match answer {
            Ok(Ok(Some(row))) => {
                row.try_get::<i32>("", "process").is_ok_and(|process| Some(process) == session.process)
            }
            _ => false,
        }
    }

    /// Lets go.
    pub async fn release(&mut self) {
        if let Some(session) = self.session.take()
            && let Err(error) = session.conn.close().await
        {
            tracing::debug!(%error, lock = self.name, "session of the lock not closed cleanly");
        }
    }
}

async fn connect(url: &str, name: &str) -> Result<DatabaseConnection> {
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(1)
        .min_connections(1)
        .acquire_timeout(PATIENCE)
        .set_application_name(name.to_owned())
        .sqlx_logging(false);
    options.idle_timeout(None).max_lifetime(None).test_before_acquire(false);
    crate::db::connect(options).await
}
