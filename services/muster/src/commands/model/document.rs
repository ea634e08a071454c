//! Where a model comes from: a file, or the program itself.

use std::{borrow::Cow, fs, path::Path};

use muster_model::{Model, Problem};

use crate::exit::Failure;

/// A model, and what to call its document when something is wrong with it.
pub(super) struct Document {
    pub(super) shown: String,
    pub(super) model: Model,
}

impl Document {
    /// Reads a file, or the shipped model of that name.
    pub(super) fn read(named: &Path) -> Result<Self, Failure> {
        let shown = named.display().to_string();
        let text = text(named, &shown)?;
        Self::of(shown, &text)
    }

    fn of(shown: String, text: &str) -> Result<Self, Failure> {
        match Model::read(text) {
            Ok(model) => Ok(Self { shown, model }),
            Err(problem) => Err(refuse(&shown, &problem)),
        }
    }

    /// Refuses the document for what came out when it was computed.
    pub(super) fn refuse(&self, problem: &Problem) -> Failure {
        refuse(&self.shown, problem)
    }
}

/// Every shipped model.
pub(super) fn all_shipped() -> Result<Vec<Document>, Failure> {
    muster_model::shipped().iter().map(|(name, text)| Document::of((*name).to_owned(), text)).collect()
}

/// Text of the shipped model of that name, or of the only one whose name begins so.
pub(super) fn shipped(name: &str) -> Result<&'static str, Failure> {
    exactly(name).or_else(|| beginning(name)).ok_or_else(|| {
        Failure::Usage(format!("no shipped model is called `{name}`: choose one of {}", names()))
    })
}

fn exactly(name: &str) -> Option<&'static str> {
    muster_model::shipped().iter().find(|(own, _)| *own == name).map(|(_, text)| *text)
}

fn beginning(name: &str) -> Option<&'static str> {
    let mut found = muster_model::shipped().iter().filter(|(own, _)| own.starts_with(name));
    match (found.next(), found.next()) {
        (Some((_, text)), None) => Some(text),
        _ => None,
    }
}

fn names() -> String {
    let names: Vec<&str> = muster_model::shipped().iter().map(|(name, _)| *name).collect();
    names.join(", ")
}

/// A file goes before a shipped model of which only the beginning is named, but not before one that is named in full:
/// what a full name means must not depend on the working folder. `./NAME` is always a file.
fn text(named: &Path, shown: &str) -> Result<Cow<'static, str>, Failure> {
    let name = named.to_str().unwrap_or_default();
    if let Some(text) = exactly(name) {
        return Ok(text.into());
    }
    if let (false, Some(text)) = (named.exists(), beginning(name)) {
        return Ok(text.into());
    }
    let bytes = fs::read(named).map_err(|error| {
        Failure::Usage(format!("cannot read `{shown}`: {error}; the shipped models are {}", names()))
    })?;
    Ok(utf8(bytes, shown)?.into())
}

/// The text of a document that a person wrote; `shown` is what the file is called.
///
/// # Errors
/// Refused when it is no UTF-8.
pub(crate) fn utf8(bytes: Vec<u8>, shown: &str) -> Result<String, Failure> {
    let text = String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        say(&format!("error: {shown}: document: is no UTF-8 text from byte {at} on; save it as UTF-8"));
        Failure::Refused
    })?;
    // some editors put a byte order mark in front
    Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
}

/// Says what is wrong with a document.
pub(crate) fn refuse(shown: &str, problem: &Problem) -> Failure {
    say(&format!("error: {shown}: {problem}"));
    Failure::Refused
}

#[expect(clippy::print_stderr, reason = "refusals are for people, on stderr")]
fn say(text: &str) {
    eprintln!("{text}");
}
