//! The page: whole in itself, without scripts and without anything from elsewhere.

use askama::Template;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use sha2::{Digest as _, Sha256};

use crate::{
    UpdateError,
    document::{Block, Document},
};

const STYLE: &str = include_str!("../templates/update.css");

#[derive(Template)]
#[template(path = "update.html")]
struct Page<'a> {
    document: &'a Document,
    style: &'static str,
    /// What the page's own policy lets in: this style sheet and nothing else.
    style_hash: String,
}

/// Writes the page.
pub(crate) fn html(document: &Document) -> Result<Vec<u8>, UpdateError> {
    let style_hash = format!("sha256-{}", STANDARD.encode(Sha256::digest(STYLE)));
    Ok(Page { document, style: STYLE, style_hash }.render()?.into_bytes())
}
