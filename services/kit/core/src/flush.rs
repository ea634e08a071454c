//! Waiting for the disk together: many commits to one SQLite file share a flush.
//!
//! SQLite itself would flush within each commit, while it holds the file's one write lock, so that no two commits could
//! ever share one. Here a commit only appends to the WAL; whoever committed then waits, without the lock, until a
//! flush that began after their commit has ended. Nothing is acknowledged before it is on the disk.

use std::{
    fs::File,
    io,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use tokio::sync::Mutex;

use crate::{Error, Result};

/// The flushes of one SQLite file.
#[derive(Debug)]
pub(crate) struct Flush {
    wal: PathBuf,
    /// Commits that asked for a flush so far.
    asked: AtomicU64,
    /// The flusher's turn: the file, once opened, and how many of those who asked are on the disk.
    turn: Mutex<Turn>,
}

#[derive(Debug, Default)]
struct Turn {
    file: Option<Arc<File>>,
    flushed: u64,
}

impl Flush {
    /// The flushes of the database file at `path`.
    pub(crate) fn of(path: &Path) -> Self {
        let mut wal = path.as_os_str().to_owned();
        wal.push("-wal");
        Self { wal: wal.into(), asked: AtomicU64::new(0), turn: Mutex::default() }
    }

    /// Returns once everything committed before the call is on the disk.
    ///
    /// # Errors
    /// Internal when the disk refuses: whether the commit survives a power loss is then unknown.
    pub(crate) async fn wait(&self) -> Result<()> {
        let ticket = self.asked.fetch_add(1, Ordering::SeqCst) + 1;
        let mut turn = self.turn.lock().await;
        if turn.flushed >= ticket {
            return Ok(());
        }
        // whoever asked up to here had committed before this flush begins
        let upto = self.asked.load(Ordering::SeqCst);
        let (file, wal) = (turn.file.clone(), self.wal.clone());
        let work = tokio::task::spawn_blocking(move || flush(file, &wal));
        let flushed = work.await.map_err(|error| Error::internal("flush interrupted").with_source(error))?;
        turn.file = Some(flushed.map_err(|error| Error::internal("disk does not flush").with_source(error))?);
        turn.flushed = upto;
        Ok(())
    }
}

fn flush(file: Option<Arc<File>>, wal: &Path) -> io::Result<Arc<File>> {
    let file = match file {
        Some(file) => file,
        None => Arc::new(File::options().read(true).write(true).open(wal)?),
    };
    file.sync_data()?;
    Ok(file)
}
