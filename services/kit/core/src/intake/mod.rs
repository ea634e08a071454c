//! Outside files: bytes in, rows and findings out, with errors that name line, column, value and remedy.
//!
//! ```text
//! bytes -> RawFile -> decode (gzip, BOM, UTF-8 or cp1252) or XLSX -> Table (header matched, no cut lines)
//!       -> Cell::{int, milli, date ...} -> rows of the reader's own, Findings beside them
//! ```
//! Everything here is pure: no reader opens a file or a connection.

mod cell;
mod decode;
mod finding;
mod grid;
mod kind;
mod number;
mod sheet;
mod table;

pub use cell::{Cell, DateForm};
pub use finding::{Finding, Findings, Severity};
pub use grid::Grid;
pub use kind::{Column, ImportKind};
pub use table::{Col, Keys, Row, Table};

use sha2::{Digest, Sha256};

/// A file as it came.
#[derive(Clone, Debug)]
pub struct RawFile {
    /// Name as the user knows it.
    pub name: String,
    /// SHA-256 of the bytes, lower-case hex.
    pub sha256: String,
    /// The bytes.
    pub bytes: Vec<u8>,
}

impl RawFile {
    /// Takes a file in and computes its hash.
    pub fn new(name: impl Into<String>, bytes: Vec<u8>) -> Self {
        let sha256 = hex::encode(Sha256::digest(&bytes));
        Self { name: name.into(), sha256, bytes }
    }

    /// The text of the file: gunzipped, without BOM, from UTF-8 or cp1252.
    ///
    /// # Errors
    /// A finding when the bytes are no text, another kind of file, UTF-16, cut in their compression, or empty.
    pub fn text(&self) -> Result<String, Finding> {
        decode::text(&self.bytes)
    }

    /// The file as a table with a header row, CSV or (when it is an XLSX) the sheet named like the kind.
    ///
    /// # Errors
    /// Findings when the file is unreadable, a required column is missing, or a line is cut.
    pub fn table(&self, kind: &ImportKind) -> Result<Table, Findings> {
        let read = if decode::is_zip(&self.bytes) {
            sheet::read(&self.bytes, kind).map_err(|f| Findings::of(&self.name, f))?
        } else {
            let text = self.text().map_err(|f| Findings::of(&self.name, f))?;
            table::read_csv(&self.name, &text, true)?
        };
        read.checked(&self.name, kind)
    }

    /// The file as a table without a header row: columns are named by place, as the kind lists them.
    ///
    /// # Errors
    /// Findings when the file is unreadable or a line has another number of columns.
    pub fn headerless(&self, kind: &ImportKind) -> Result<Table, Findings> {
        let text = self.text().map_err(|f| Findings::of(&self.name, f))?;
        table::read_csv(&self.name, &text, false)?.named_by_place(&self.name, kind)
    }

    /// The header as the file has it, for readers that recognise several layouts; CSV only.
    ///
    /// # Errors
    /// Findings when the file is unreadable.
    pub fn any_table(&self) -> Result<Table, Findings> {
        let text = self.text().map_err(|f| Findings::of(&self.name, f))?;
        table::read_csv(&self.name, &text, true)
    }
}

#[cfg(test)]
mod tests;
