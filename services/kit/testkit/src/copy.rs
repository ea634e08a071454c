//! PostgreSQL's own COPY, as the yardstick of an import: a file into a table, timed.

use std::{
    fs::File,
    io::Read as _,
    path::Path,
    time::{Duration, Instant},
};

use futures::StreamExt as _;
use muster_kit::{Error, Result};
use sea_orm::sqlx::{self, AssertSqlSafe, Connection as _, Executor as _, PgConnection};

/// Bytes sent at once.
const PIECE: usize = 256 << 10;

/// A connection past the pools of the services.
pub struct Copy(PgConnection);

impl Copy {
    /// Connects to a database.
    ///
    /// # Errors
    /// Unavailable when it does not answer.
    pub async fn connect(url: &str) -> Result<Self> {
        PgConnection::connect(url).await.map(Self).map_err(failed)
    }

    /// Runs statements, separated by semicolons.
    ///
    /// # Errors
    /// Unavailable when one fails.
    pub async fn run(&mut self, statements: String) -> Result<()> {
        self.0.execute(AssertSqlSafe(statements)).await.map(drop).map_err(failed)
    }

    /// Sends a file to a `COPY ... FROM STDIN`; gives how long it took up to its commit, and the rows.
    ///
    /// # Errors
    /// Unavailable when the database refuses, internal when the file cannot be read.
    pub async fn load(&mut self, statement: &str, path: &Path) -> Result<(Duration, u64)> {
        let begun = Instant::now();
        let mut file = File::open(path).map_err(unreadable)?;
        let mut copy = self.0.copy_in_raw(statement).await.map_err(failed)?;
        let mut piece = vec![0; PIECE];
        loop {
            let read = file.read(&mut piece).map_err(unreadable)?;
            if read == 0 {
                break;
            }
            copy.send(&piece[..read]).await.map_err(failed)?;
        }
        let rows = copy.finish().await.map_err(failed)?;
        Ok((begun.elapsed(), rows))
    }

    /// Writes what a `COPY ... TO STDOUT` gives to a file.
    ///
    /// # Errors
    /// Unavailable when the database refuses, internal when the file cannot be written.
    pub async fn save(&mut self, statement: &str, path: &Path) -> Result<()> {
        use std::io::Write as _;
        let mut file = File::create(path).map_err(unreadable)?;
        let mut pieces = self.0.copy_out_raw(statement).await.map_err(failed)?;
        while let Some(piece) = pieces.next().await {
            file.write_all(&piece.map_err(failed)?).map_err(unreadable)?;
        }
        Ok(())
    }
}

fn failed(error: sqlx::Error) -> Error {
    Error::unavailable(format!("the database failed ({error})")).with_source(error)
}

fn unreadable(error: std::io::Error) -> Error {
    Error::internal("the file of the comparison failed").with_source(error)
}
