//! Instants as microseconds since 1970-01-01T00:00:00Z, and today in Europe/London.

use jiff::{Timestamp, civil::Date, tz::TimeZone};

/// Now, in microseconds since 1970-01-01T00:00:00Z.
pub fn now_micros() -> i64 {
    Timestamp::now().as_microsecond()
}

/// The civil date in Europe/London, which is what an "as of" without a date means.
pub fn today() -> Date {
    let london = TimeZone::get("Europe/London").unwrap_or(TimeZone::UTC);
    Timestamp::now().to_zoned(london).date()
}

/// The civil date of an instant in Europe/London.
pub fn date_of(micros: i64) -> Date {
    let london = TimeZone::get("Europe/London").unwrap_or(TimeZone::UTC);
    Timestamp::from_microsecond(micros).unwrap_or(Timestamp::UNIX_EPOCH).to_zoned(london).date()
}

/// Reads `YYYY-MM-DD`; empty means today.
///
/// # Errors
/// Bad request when the text is no civil date.
pub fn as_of(text: &str) -> crate::Result<Date> {
    if text.is_empty() {
        return Ok(today());
    }
    text.parse().map_err(|_| {
        crate::Error::bad_request(format!("`{text}` is no date: write YYYY-MM-DD, for instance 2016-03-31"))
    })
}
