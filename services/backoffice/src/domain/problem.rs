//! What is wrong with a document or a request, where, and what helps.

use std::fmt;

/// A refusal.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct Problem {
    /// Place: a path such as `price_breaks[1].price`, or a flag.
    pub place: String,
    /// What stands there, cut short; empty when nothing does.
    pub value: String,
    /// What is wrong with it, in one clause.
    pub what: String,
    /// What helps, in one clause.
    pub remedy: String,
}

/// Characters of a value that are shown.
const SHOWN: usize = 80;

impl Problem {
    /// A problem at a place where nothing, or nothing worth showing, stands.
    pub fn new(place: impl Into<String>, what: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { place: place.into(), value: String::new(), what: what.into(), remedy: remedy.into() }
    }

    /// Adds the value found.
    #[must_use]
    pub fn with(mut self, value: impl fmt::Display) -> Self {
        self.value = value.to_string().chars().take(SHOWN).collect();
        self
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.what)?;
        if !self.value.is_empty() {
            write!(f, " (found {})", self.value)?;
        }
        write!(f, "; {}", self.remedy)
    }
}
