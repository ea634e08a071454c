//! Board updates: an edition as a page, a PDF, tables and a document for machines.
//!
//! Pure: an [`Edition`] in, a [`Written`] out; the same edition gives the same bytes, always. The page and the PDF are drawn from one
//! document (`content` makes it), so that they cannot say different things. Nothing is added to what was frozen but sums of
//! figures that stand beside it, and colours against plan.
//!
//! | room | what |
//! |---|---|
//! | `edition` | what is written down; what the public variant lacks |
//! | `value` | values for people: the only place where anything is rounded |
//! | `content` | sections, one a file |
//! | `document` | what the sections make |
//! | `html`, `pdf`, `xlsx`, `json` | the formats |

mod content;
mod document;
mod edition;
mod html;
mod json;
mod pdf;
#[cfg(test)]
mod tests;
mod value;
mod xlsx;

use std::str::FromStr;

pub use edition::{Change, Edition, Evidence, Figure, Head, Since};
pub use json::{JSON_SCHEMA, SCHEMA};

/// How an edition is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Board update as a page.
    Html,
    /// Board update for print and for archives.
    Pdf,
    /// Tables.
    Xlsx,
    /// Everything, for machines.
    Json,
}

impl Format {
    /// All formats.
    pub const ALL: [Self; 4] = [Self::Html, Self::Pdf, Self::Xlsx, Self::Json];

    /// The ending of its files.
    pub fn ending(self) -> &'static str {
        match self {
            Self::Html => "html",
            Self::Pdf => "pdf",
            Self::Xlsx => "xlsx",
            Self::Json => "json",
        }
    }
}

impl FromStr for Format {
    type Err = UpdateError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let known = Self::ALL.into_iter().find(|it| it.ending() == text);
        known.ok_or_else(|| UpdateError::Format(text.to_owned()))
    }
}

/// A file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// Its name: `board-update-7-public.pdf`.
    pub file_name: String,
    /// Its bytes.
    pub content: Vec<u8>,
}

/// Why an edition cannot be written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum UpdateError {
    /// A format that is none of ours.
    #[error("no format `{0}`: html, pdf, xlsx or json")]
    Format(String),
    /// The page cannot be filled in.
    #[error("the page cannot be written")]
    Html(#[from] askama::Error),
    /// The PDF breaks a rule of its standard.
    #[error("the PDF cannot be written: {0}")]
    Pdf(String),
    /// The tables cannot be written.
    #[error("the tables cannot be written")]
    Xlsx(#[from] rust_xlsxwriter::XlsxError),
    /// The document for machines cannot be written.
    #[error("the document cannot be written as JSON")]
    Json(#[from] serde_json::Error),
}

/// Writes an edition. Of its public variant it leaves out what not everybody may see, see [`Edition::shown`].
///
/// # Errors
/// When the writer of the format refuses; never because of what the edition says.
pub fn write(edition: Edition, format: Format) -> Result<Written, UpdateError> {
    let edition = edition.shown();
    let content = match format {
        Format::Html => html::html(&content::document(&edition))?,
        Format::Pdf => pdf::pdf(&content::document(&edition))?,
        Format::Xlsx => xlsx::xlsx(&edition)?,
        Format::Json => json::json(&edition)?,
    };
    let variant = if edition.public { "-public" } else { "" };
    let file_name = format!("board-update-{}{variant}.{}", edition.head.number, format.ending());
    Ok(Written { file_name, content })
}
