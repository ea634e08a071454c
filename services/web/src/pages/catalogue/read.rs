//! What is typed into a form, as integers in stored units.

use jiff::{civil::DateTime, tz::TimeZone};

use crate::pages::choices::Problem;

/// A decimal of at most `places` decimals as an integer of 10^-places; nothing where it is none. Pounds signs and thousands
/// separators are left out.
pub(crate) fn decimal(text: &str, places: usize) -> Option<i64> {
    let text = text.trim().trim_start_matches('£').replace(',', "");
    let (whole, part) = text.split_once('.').unwrap_or((&text, ""));
    let digits = |text: &str| text.chars().all(|c| c.is_ascii_digit());
    if whole.is_empty() || whole.len() > 12 || !digits(whole) || !digits(part) || part.len() > places {
        return None;
    }
    format!("{whole}{part:0<places$}").parse().ok()
}

/// A local time in Europe/London, or a day (its first instant), in microseconds since 1970 UTC.
pub(crate) fn instant(text: &str) -> Option<i64> {
    let time: DateTime = text.trim().parse().ok()?;
    let london = TimeZone::get("Europe/London").unwrap_or(TimeZone::UTC);
    Some(time.to_zoned(london).ok()?.timestamp().as_microsecond())
}

/// What is wrong with a field.
pub(crate) fn wrong(field: &str, text: impl Into<String>) -> Problem {
    Problem { field: field.into(), text: text.into() }
}

/// Lines that hold something, each with its number and its parts between semicolons.
pub(crate) fn lines(text: &str) -> impl Iterator<Item = (usize, Vec<&str>)> {
    let numbered = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    numbered.map(|(place, line)| (place + 1, line.split(';').map(str::trim).collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_read_exactly_or_not_at_all() {
        let read = ["12.50", "£1,204.5", "7", "0.0347", "0.03471", "", "-3", "1.2.3", "a", "."];
        let told = read.map(|text| decimal(text, 4));
        let none = [None; 6];
        assert_eq!(told[..4], [Some(125_000), Some(12_045_000), Some(70_000), Some(347)]);
        assert_eq!(told[4..], none);
        assert_eq!(decimal("12", 0), Some(12));
    }

    #[test]
    fn a_local_time_is_an_instant_and_a_day_its_first() {
        // summer time: an hour ahead of UTC
        assert_eq!(instant("2026-07-01T01:00"), Some(1_782_864_000_000_000));
        assert_eq!(instant("2026-01-01"), Some(1_767_225_600_000_000));
        assert_eq!(instant("soon"), None);
    }

    #[test]
    fn lines_keep_their_numbers() {
        let read: Vec<_> = lines("a; b\n\n c ;d;e").collect();
        assert_eq!(read, [(1, vec!["a", "b"]), (3, vec!["c", "d", "e"])]);
    }
}
