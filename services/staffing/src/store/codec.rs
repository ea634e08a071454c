//! Text and numbers of columns to values. What cannot be read back is a fault of ours, never the caller's.

use jiff::civil::Date;
use muster_kit::{Error, Result};

use crate::domain::role::Role;

/// A date as its column has it.
pub(crate) fn date(text: &str) -> Result<Date> {
    text.parse().map_err(|error: jiff::Error| {
        Error::internal(format!("stored date `{text}` unreadable")).with_source(error)
    })
}

/// A role as its column has it.
pub(crate) fn role(number: i32) -> Result<Role> {
    Role::from_number(number).ok_or_else(|| Error::internal(format!("stored role {number} unreadable")))
}
