//! Why a command is refused, and what may come next.

use std::fmt;

/// A command that does not happen. Nothing of it does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// What stands against it.
    pub what: String,
    /// Commands that the round would take now, by their words.
    pub next: Vec<&'static str>,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.next.is_empty() {
            return write!(f, "{}; nothing more can be done in this round", self.what);
        }
        write!(f, "{}; possible now: {}", self.what, self.next.join(", "))
    }
}

impl std::error::Error for Refusal {}
