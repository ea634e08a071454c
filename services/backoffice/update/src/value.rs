//! Values for people. What is stored is exact; rounding happens here, once.

use jiff::{Timestamp, tz::TimeZone};

use crate::edition::Figure;

/// What stands where there is nothing to say.
pub(crate) const NOTHING: &str = "–";

/// `numerator / denominator`, half away from zero; the denominator is positive.
fn divide(numerator: i128, denominator: i128) -> i128 {
    let (whole, rest) = (numerator.abs() / denominator, numerator.abs() % denominator);
    let rounded = whole + i128::from(rest * 2 >= denominator);
    if numerator < 0 { -rounded } else { rounded }
}

/// Digits in groups of three.
fn grouped(value: u128) -> String {
    let digits = value.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// An integer of 10^-places as decimal text in groups of three, with `sign` of money before it.
fn decimal(value: i128, places: u32, sign: &str) -> String {
    let unit = 10_u128.pow(places);
    let minus = if value < 0 { "-" } else { "" };
    let (whole, part) = (value.unsigned_abs() / unit, value.unsigned_abs() % unit);
    let whole = grouped(whole);
    if places == 0 {
        return format!("{minus}{sign}{whole}");
    }
    format!("{minus}{sign}{whole}.{part:0>width$}", width = places as usize)
}

/// Pence as pounds, exactly: `£1,234` or `£1,234.50`.
pub(crate) fn pounds(pence: i128) -> String {
    if pence % 100 == 0 { decimal(pence / 100, 0, "£") } else { decimal(pence, 2, "£") }
}

/// Pence as pounds of a column in which some have pence.
pub(crate) fn pounds_and_pence(pence: i128) -> String {
    decimal(pence, 2, "£")
}

/// A unit price in 1/100 pence, with pence at least.
fn price(centipence: i128) -> String {
    if centipence % 100 == 0 { decimal(centipence / 100, 2, "£") } else { decimal(centipence, 4, "£") }
}

/// Minutes as hours, to a tenth.
pub(crate) fn hours(minutes: i128) -> String {
    decimal(divide(minutes, 6), 1, "")
}

/// A value in the words of its unit.
pub(crate) fn in_unit(value: i128, unit: &str) -> String {
    match unit {
        "pence" => pounds(value),
        "centipence" => price(value),
        "minutes" => format!("{} hours", hours(value)),
        "milli" => decimal(divide(value, 100), 1, ""),
        "ppm" => format!("{}%", decimal(divide(value, 1_000), 1, "")),
        unit => format!("{} {}", decimal(value, 0, ""), plain(unit)),
    }
}

/// The value of a figure.
pub(crate) fn shown(of: &Figure) -> String {
    of.value.map_or_else(|| "fewer than 5".to_owned(), |value| in_unit(value.into(), &of.unit))
}

/// The interval of a figure, where it has one.
pub(crate) fn interval(of: &Figure) -> Option<String> {
    let end = |value: i64| in_unit(value.into(), &of.unit);
    of.low
        .zip(of.high)
        .filter(|(low, high)| low != high)
        .map(|(low, high)| format!("{} to {}", end(low), end(high)))
}

/// How much of a plan came, in per cent to a tenth; none without a plan.
pub(crate) fn of_plan(outcome: i128, plan: i128) -> Option<String> {
    (plan > 0).then(|| format!("{}%", decimal(divide(outcome * 1_000, plan), 1, "")))
}

/// An instant in microseconds as a reader in London writes it; what no calendar knows as its number.
pub(crate) fn instant(micros: i64) -> String {
    let at = Timestamp::from_microsecond(micros).ok();
    let london = at.zip(TimeZone::get("Europe/London").ok()).map(|(at, zone)| at.to_zoned(zone));
    london.map_or_else(|| micros.to_string(), |at| at.strftime("%-d %B %Y at %H:%M (%Z)").to_string())
}

/// Longest text of a cell: what is longer is whole in the tables and in the document for machines.
const LONGEST: usize = 240;

/// Text without what would steer a page or a reader: control characters become spaces, marks that turn the direction of writing
/// are left out; what is too long ends with an ellipsis.
pub(crate) fn plain(text: &str) -> String {
    let turns = |c: &char| matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}');
    let spaced = text.chars().filter(|c| !turns(c)).map(|c| if c.is_control() { ' ' } else { c });
    let spaced: String = spaced.collect();
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let text = words.join(" ");
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", text[..end].trim_end()),
        None => text,
    }
}

/// [`plain`] text as the beginning of a sentence.
pub(crate) fn sentence(text: &str) -> String {
    let text = plain(text);
    let mut rest = text.chars();
    rest.next().map_or_else(String::new, |first| first.to_uppercase().chain(rest).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_as_people_write_them() {
        for (value, unit, want) in [
            (89_625, "pence", "£896.25"),
            (-1_800_000_000, "pence", "-£18,000,000"),
            (42_800, "centipence", "£4.28"),
            (353, "centipence", "£0.0353"),
            (-5, "minutes", "-0.1 hours"),
            (134_049, "milli", "134.0"),
            (134_050, "milli", "134.1"),
            (250_000, "ppm", "25.0%"),
            (1_234, "visits", "1,234 visits"),
            (i128::from(i64::MIN), "pence", "-£92,233,720,368,547,758.08"),
        ] {
            assert_eq!(in_unit(value, unit), want);
        }
        assert_eq!(of_plan(9_500, 10_000).as_deref(), Some("95.0%"));
        assert_eq!(of_plan(1, 0), None);
    }

    #[test]
    fn an_instant_is_read_in_london() {
        assert_eq!(instant(1_507_000_000_000_000), "3 October 2017 at 04:06 (BST)");
        assert_eq!(instant(i64::MAX), i64::MAX.to_string());
    }

    #[test]
    fn text_steers_nothing() {
        assert_eq!(plain("a\u{202e}b\r\n\tc\0d"), "ab c d");
        assert_eq!(plain(&"x".repeat(500)).chars().count(), LONGEST + 1);
    }
}
