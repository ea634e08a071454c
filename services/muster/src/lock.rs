//! One process a data folder: a lock that ends with the process, and a note of where it listens.

use std::{
    fs::{self, File, TryLockError},
    path::{Path, PathBuf},
};

use muster_kit::{Error, Result};
use serde::{Deserialize, Serialize};

/// The folder, held by this process until dropped.
#[derive(Debug)]
pub(crate) struct FolderLock {
    _file: File,
    note: PathBuf,
}

/// Where the process that holds a folder listens.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Note {
    /// `http://127.0.0.1:8080`
    pub(crate) url: String,
    /// Process id.
    pub(crate) pid: u32,
}

impl FolderLock {
    /// Makes the folder when missing and takes it.
    ///
    /// # Errors
    /// Already exists when another process has it; the message says which and where it listens.
    pub(crate) fn take(folder: &Path) -> Result<Self> {
        let shown = folder.display();
        fs::create_dir_all(folder)
            .map_err(|error| Error::bad_request(format!("cannot make the data folder `{shown}`: {error}")))?;
        let file =
            File::options().create(true).truncate(false).write(true).open(folder.join("node.lock")).map_err(
                |error| Error::bad_request(format!("cannot write in the data folder `{shown}`: {error}")),
            )?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file, note: folder.join("node.json") }),
            Err(TryLockError::WouldBlock) => Err(Error::already_exists(match Self::holder(folder) {
                Some(note) => format!(
                    "the data folder `{shown}` is open in process {} at {}: stop it first, or choose another folder \
                     with --data",
                    note.pid, note.url
                ),
                None => {
                    format!("the data folder `{shown}` is open in another process: try again in a moment")
                }
            })),
            Err(TryLockError::Error(error)) => {
                Err(Error::internal(format!("cannot lock the data folder `{shown}`")).with_source(error))
            }
        }
    }

    /// Where the process that holds the folder listens, if it has said so.
    pub(crate) fn holder(folder: &Path) -> Option<Note> {
        serde_json::from_slice(&fs::read(folder.join("node.json")).ok()?).ok()
    }

    /// Leaves a note of where this process listens.
    ///
    /// # Errors
    /// Internal when it cannot be written.
    pub(crate) fn announce(&self, url: &str) -> Result<()> {
        let note = Note { url: url.to_owned(), pid: std::process::id() };
        let text =
            serde_json::to_vec(&note).map_err(|e| Error::internal("cannot write the note").with_source(e))?;
        fs::write(&self.note, text).map_err(|e| Error::internal("cannot write node.json").with_source(e))
    }
}

impl Drop for FolderLock {
    fn drop(&mut self) {
        // the note must not outlive the lock: a command would look for a node that is gone
        let _ = fs::remove_file(&self.note);
    }
}
