//! Figures of the publisher, and the words that stand in their place when there is none.

use jiff::civil::Date;
use muster_kit::intake::{Cell, Finding, RawFile};

use crate::domain::units::Fte;

/// What the publisher writes instead of a figure: no data, not applicable, estimated, not stated, and blanks.
const NO_FIGURE: [&str; 7] = ["", "ND", "NA", "EST", "NS", ".", "NULL"];

/// True when no figure is there.
pub(super) fn is_absent(cell: &Cell<'_>) -> bool {
    NO_FIGURE.iter().any(|marker| marker.eq_ignore_ascii_case(cell.text))
}

/// FTE or patients in 1/1000, absent where a marker stands.
pub(super) fn milli(cell: &Cell<'_>) -> Result<Option<i64>, Finding> {
    if is_absent(cell) { Ok(None) } else { cell.milli().map(Some) }
}

/// FTE, absent where a marker stands.
pub(super) fn fte(cell: &Cell<'_>) -> Result<Option<Fte>, Finding> {
    Ok(milli(cell)?.map(Fte::from_milli))
}

/// Heads, absent where a marker stands. Means of several months carry fractions, which are rounded.
pub(super) fn heads(cell: &Cell<'_>) -> Result<Option<i64>, Finding> {
    Ok(milli(cell)?.map(|milli| (milli + 500) / 1000))
}

/// The month end that a file without a date column is for: from its published name, such as `September 2024`.
pub(super) fn month_in_name(file: &RawFile) -> Option<Date> {
    const MONTHS: [&str; 12] =
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    const LONG: [&str; 9] =
        ["january", "february", "march", "april", "august", "september", "october", "november", "december"];
    let name = file.name.to_ascii_lowercase();
    let words: Vec<&str> =
        name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let year_of = |word: &str| word.parse::<i16>().ok().filter(|year| (2000..2100).contains(year));
    for pair in words.windows(2) {
        // "maybe 2013" is no month: a name is short (`sept`) or whole (`september`)
        let is_month =
            |month: &str| pair[0].starts_with(month) && (pair[0].len() <= 4 || LONG.contains(&pair[0]));
        let by_name = MONTHS.iter().position(|month| is_month(month)).zip(year_of(pair[1]));
        let by_number = year_of(pair[0]).zip(pair[1].parse::<usize>().ok().filter(|m| (1..=12).contains(m)));
        let found = by_name.or(by_number.map(|(year, month)| (month - 1, year)));
        if let Some((month, year)) = found {
            let month = i8::try_from(month + 1).ok()?;
            return Date::new(year, month, 1).ok().map(Date::last_of_month);
        }
    }
    None
}

/// The finding for a file of which nobody can tell the month.
pub(super) fn no_date(file: &RawFile) -> Finding {
    Finding::error(
        "date-unknown",
        "the file has no columns `year` and `month`, and its name holds no month",
        "give the file its published name, for instance `practice level detailed September 2024.csv`",
    )
    .at(0, "", &file.name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use rstest::rstest;

    #[rstest]
    #[case("1 General Practice – September 2024 Practice Level - Detailed.csv", Some(date(2024, 9, 30)))]
    #[case("gpw_2015-09.csv", Some(date(2015, 9, 30)))]
    #[case("GPWPracticeCSV.Feb 2020.csv", Some(date(2020, 2, 29)))]
    #[case("practice.csv", None)]
    fn the_month_is_read_from_the_published_name(#[case] name: &str, #[case] month: Option<Date>) {
        assert_eq!(month_in_name(&RawFile::new(name, Vec::new())), month);
    }
}
