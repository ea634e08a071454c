//! A file on its way in: written to a temporary file and hashed piece by piece, so that its size costs no memory.

use std::{
    fs::File,
    io::{self, Read as _, Seek as _, Write as _},
};

use muster_kit::intake::RawFile;
use sha2::{Digest as _, Sha256};

/// A file that is being written.
pub struct Spool {
    file: File,
    hash: Sha256,
    bytes: u64,
}

/// A file that came in whole. Its temporary file goes with it.
#[derive(Debug)]
pub struct Spooled {
    file: File,
    /// Name as the user knows it.
    pub name: String,
    /// SHA-256 of its bytes, lower-case hex.
    pub sha256: String,
}

impl Spool {
    /// An empty file.
    ///
    /// # Errors
    /// What the disk says.
    pub fn new() -> io::Result<Self> {
        Ok(Self { file: tempfile::tempfile()?, hash: Sha256::new(), bytes: 0 })
    }

    /// Adds a piece; gives the bytes so far.
    ///
    /// # Errors
    /// What the disk says.
    pub fn push(&mut self, piece: &[u8]) -> io::Result<u64> {
        self.file.write_all(piece)?;
        self.hash.update(piece);
        self.bytes += piece.len() as u64;
        Ok(self.bytes)
    }

    /// The whole file.
    pub fn finish(self, name: String) -> Spooled {
        Spooled { file: self.file, name, sha256: hex::encode(self.hash.finalize()) }
    }
}

impl Spooled {
    /// The file, to be read from its beginning.
    ///
    /// # Errors
    /// What the disk says.
    pub fn reader(&self) -> io::Result<File> {
        let mut file = self.file.try_clone()?;
        file.rewind()?;
        Ok(file)
    }

    /// The file in memory.
    ///
    /// # Errors
    /// What the disk says.
    pub fn raw(&self) -> io::Result<RawFile> {
        let mut bytes = Vec::new();
        self.reader()?.read_to_end(&mut bytes)?;
        Ok(RawFile { name: self.name.clone(), sha256: self.sha256.clone(), bytes })
    }
}
