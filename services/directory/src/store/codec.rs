//! Text columns and values. A value that cannot be read back is a fault of ours, never the caller's.

use jiff::civil::Date;
use muster_kit::{Error, OrgCode, Result};

use crate::domain::Period;

/// A date as its column has it.
pub(super) fn date(text: &str) -> Result<Date> {
    text.parse().map_err(|error: jiff::Error| {
        Error::internal(format!("stored date `{text}` unreadable")).with_source(error)
    })
}

/// A date or nothing.
pub(super) fn optional_date(text: Option<&str>) -> Result<Option<Date>> {
    text.map(date).transpose()
}

/// A code.
pub(super) fn code(text: &str) -> Result<OrgCode> {
    OrgCode::new(text)
        .map_err(|error| Error::internal(format!("stored code `{text}` unreadable")).with_source(error))
}

/// A word of one of the enums.
pub(super) fn word<T>(text: &str, parse: impl Fn(&str) -> Option<T>) -> Result<T> {
    parse(text).ok_or_else(|| Error::internal(format!("stored word `{text}` unreadable")))
}

/// A period.
pub(super) fn period(from: &str, to: Option<&str>) -> Result<Period> {
    Period::new(date(from)?, optional_date(to)?)
        .ok_or_else(|| Error::internal(format!("stored period from `{from}` ends before it starts")))
}
