//! The document for machines: everything, in the bytes over which the hash goes.

use serde::Serialize;
use serde_json::json;
use sha2::{Digest as _, Sha256};

use crate::edition::{Edition, Head, Since};

/// Name and version of the format.
pub const SCHEMA: &str = "muster-edition/1";

/// The format as a JSON Schema (draft 2020-12).
pub const JSON_SCHEMA: &str = include_str!("../schema/edition.schema.json");

/// Writes the document: a figure a line.
pub(crate) fn json(edition: &Edition) -> Result<Vec<u8>, serde_json::Error> {
    let variant = if edition.public { "public" } else { "internal" };
    let mut text = format!(
        "{{\n\"schema\":{},\n\"variant\":{},\n\"edition\":{},\n\"left_out\":{},\n\"figures\":[",
        json!(SCHEMA),
        json!(variant),
        compact(&edition.head)?,
        edition.left_out
    );
    lines(&mut text, &edition.figures)?;
    text.push_str("],\n\"since\":");
    match &edition.since {
        None => text.push_str("null"),
        Some(Since { number, sha256, changes }) => {
            text.push_str(&format!("{{\"number\":{number},\"sha256\":{},\"changes\":[", json!(sha256)));
            lines(&mut text, changes)?;
            text.push_str("]}");
        }
    }
    text.push_str("\n}\n");
    Ok(text.into_bytes())
}

fn compact(of: &impl Serialize) -> Result<String, serde_json::Error> {
    serde_json::to_string(of)
}

fn lines(text: &mut String, of: &[impl Serialize]) -> Result<(), serde_json::Error> {
    for (at, it) in of.iter().enumerate() {
        text.push_str(if at == 0 { "\n" } else { ",\n" });
        text.push_str(&compact(it)?);
    }
    if !of.is_empty() {
        text.push('\n');
    }
    Ok(())
}

impl Edition {
    /// The hash of the edition, worked out from what is here, as the back office makes it: SHA-256 over the JSON of
    /// `[previous_sha256, number, frozen_by, signed_as, frozen_at_micros, note, as_of]` and, each after a line feed, the compact
    /// JSON of each figure in order of the keys. A public variant has another one: it lacks what was hashed.
    ///
    /// # Errors
    /// When a figure cannot be written as JSON.
    pub fn computed_sha256(&self) -> Result<String, serde_json::Error> {
        let Head { number, frozen_by, signed_as, frozen_at_micros, note, as_of, previous_sha256, .. } =
            &self.head;
        let mut hash = Sha256::new();
        let of = (previous_sha256, number, frozen_by, signed_as, frozen_at_micros, note, as_of);
        hash.update(serde_json::to_vec(&of)?);
        for figure in &self.figures {
            hash.update(b"\n");
            hash.update(serde_json::to_vec(figure)?);
        }
        Ok(hex::encode(hash.finalize()))
    }
}
