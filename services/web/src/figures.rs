//! Figures as a reader sees them: rounded once, here, from integers in stored units.

use jiff::{Timestamp, tz::TimeZone};
use muster_proto::common::v1 as common;

/// 10th percentile, median and 90th percentile, in the unit of what holds them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Interval {
    pub(crate) p10: i64,
    pub(crate) p50: i64,
    pub(crate) p90: i64,
}

impl Interval {
    pub(crate) fn read(interval: Option<&common::Interval>) -> Self {
        interval.map_or(Self::default(), |i| Self { p10: i.p10, p50: i.p50, p90: i.p90 })
    }
}

/// Divides and rounds half away from zero.
pub(crate) fn round(value: i64, unit: i64) -> i64 {
    let rounded = (value.unsigned_abs() + unit.unsigned_abs() / 2) / unit.unsigned_abs();
    let rounded = i64::try_from(rounded).unwrap_or(i64::MAX);
    if value < 0 { -rounded } else { rounded }
}

fn grouped(value: u64) -> String {
    let digits = value.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

fn sign(negative: bool) -> &'static str {
    if negative { "\u{2212}" } else { "" }
}

/// A whole number with thousands apart.
pub(crate) fn count(value: i64) -> String {
    format!("{}{}", sign(value < 0), grouped(value.unsigned_abs()))
}

/// Thousandths with one decimal: FTE in tables.
pub(crate) fn tenths(milli: i64) -> String {
    one_decimal(round(milli, 100))
}

fn one_decimal(tenths: i64) -> String {
    let whole = grouped(tenths.unsigned_abs() / 10);
    format!("{}{whole}.{}", sign(tenths < 0), tenths.unsigned_abs() % 10)
}

/// Thousandths as a whole number: FTE in headlines, patients.
pub(crate) fn whole(milli: i64) -> String {
    count(round(milli, 1_000))
}

/// Parts per million as per cent with one decimal.
pub(crate) fn percent(ppm: i64) -> String {
    format!("{}%", one_decimal(round(ppm, 1_000)))
}

/// Pence as millions of pounds with one decimal, in a sentence; below a million in thousands.
pub(crate) fn pounds(pence: i64) -> String {
    // a word joiner keeps the minus and the amount on one line
    let negative = if pence < 0 { "\u{2212}\u{2060}" } else { "" };
    let amount = pence.abs();
    if amount >= 95_000_000 {
        return format!("{negative}£{} million", one_decimal(round(amount, 10_000_000)));
    }
    let thousands = round(amount, 100_000);
    if thousands == 0 { "£0".into() } else { format!("{negative}£{thousands},000") }
}

/// Pence as millions of pounds with two decimals, in a column of such.
pub(crate) fn millions(pence: i64) -> String {
    let hundredths = round(pence, 1_000_000);
    let amount = hundredths.unsigned_abs();
    format!("{}{}.{:02}", sign(hundredths < 0), grouped(amount / 100), amount % 100)
}

/// A plain decimal for files: thousandths with three decimals, a hyphen for minus, nothing apart.
pub(crate) fn plain_milli(milli: i64) -> String {
    let negative = if milli < 0 { "-" } else { "" };
    format!("{negative}{}.{:03}", milli.unsigned_abs() / 1_000, milli.unsigned_abs() % 1_000)
}

/// A plain decimal for files: millionths with six decimals.
pub(crate) fn plain_micro(micro: i64) -> String {
    let negative = if micro < 0 { "-" } else { "" };
    format!("{negative}{}.{:06}", micro.unsigned_abs() / 1_000_000, micro.unsigned_abs() % 1_000_000)
}

/// A plain amount in pounds for files, with pence.
pub(crate) fn plain_pounds(pence: i64) -> String {
    let negative = if pence < 0 { "-" } else { "" };
    format!("{negative}{}.{:02}", pence.unsigned_abs() / 100, pence.unsigned_abs() % 100)
}

/// An amount to the penny: `£1,204.50`.
pub(crate) fn exact_pounds(pence: i64) -> String {
    let amount = pence.unsigned_abs();
    format!("{}£{}.{:02}", sign(pence < 0), grouped(amount / 100), amount % 100)
}

/// A unit price of 1/100 pence with as many decimals as it needs, at least those of pence: `£12.50`, `£0.0347`.
pub(crate) fn unit_price(hundredths: i64) -> String {
    let amount = hundredths.unsigned_abs();
    let decimals = format!("{:04}", amount % 10_000);
    let decimals = decimals.strip_suffix("00").or(decimals.strip_suffix('0')).unwrap_or(&decimals);
    format!("{}£{}.{decimals}", sign(hundredths < 0), grouped(amount / 10_000))
}

/// The same for files: pounds with four decimals.
pub(crate) fn plain_unit_price(hundredths: i64) -> String {
    let negative = if hundredths < 0 { "-" } else { "" };
    format!("{negative}{}.{:04}", hundredths.unsigned_abs() / 10_000, hundredths.unsigned_abs() % 10_000)
}

/// A quantity of 1/1000 with as many decimals as it needs: `1,200`, `0.5`.
pub(crate) fn quantity(milli: i64) -> String {
    let decimals = format!("{:03}", milli.unsigned_abs() % 1_000);
    let (whole, decimals) = (grouped(milli.unsigned_abs() / 1_000), decimals.trim_end_matches('0'));
    let point = if decimals.is_empty() { "" } else { "." };
    format!("{}{whole}{point}{decimals}", sign(milli < 0))
}

/// Which way a gap goes, as it will be printed with one decimal.
pub(crate) fn way(gap_milli: i64) -> &'static str {
    match round(gap_milli, 100) {
        1.. => "too few",
        0 => "",
        _ => "too many",
    }
}

/// An instant in Europe/London: `21 November 2026, 21:53`.
pub(crate) fn instant(micros: i64) -> String {
    if micros == 0 {
        return String::new();
    }
    let london = TimeZone::get("Europe/London").unwrap_or(TimeZone::UTC);
    let zoned = Timestamp::from_microsecond(micros).unwrap_or(Timestamp::UNIX_EPOCH).to_zoned(london);
    zoned.strftime("%-d %B %Y, %H:%M").to_string()
}

/// The day of an instant in Europe/London: `21 November 2026`.
pub(crate) fn day(micros: i64) -> String {
    instant(micros).split(',').next().unwrap_or_default().to_owned()
}

/// An instant for files: ISO 8601 in UTC.
pub(crate) fn plain_instant(micros: i64) -> String {
    Timestamp::from_microsecond(micros).map(|t| t.to_string()).unwrap_or_default()
}

/// A civil date: `31 March 2016`; other text as it is.
pub(crate) fn date(text: &str) -> String {
    text.parse::<jiff::civil::Date>()
        .map_or_else(|_| text.to_owned(), |d| d.strftime("%-d %B %Y").to_string())
}

/// A time taken: `0.8 seconds`.
pub(crate) fn seconds(micros: i64) -> String {
    format!("{} seconds", one_decimal(round(micros, 100_000)))
}

/// `1 year`, `4 years`.
pub(crate) fn years(count: i32) -> String {
    format!("{count} year{}", if count == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_rounded_once_half_away_from_zero() {
        assert_eq!(tenths(837_949), "837.9");
        assert_eq!(tenths(837_950), "838.0");
        assert_eq!(tenths(-49), "0.0");
        assert_eq!(tenths(-1_250), "\u{2212}1.3");
        assert_eq!(whole(1_850_051_000), "1,850,051");
        assert_eq!(whole(120_500), "121");
        assert_eq!(percent(127_499), "12.7%");
        assert_eq!(pounds(1_696_200_000), "£17.0 million");
        assert_eq!(pounds(94_999_999), "£950,000");
        assert_eq!(pounds(95_000_000), "£1.0 million");
        assert_eq!(pounds(-340_000), "\u{2212}\u{2060}£3,000");
        assert_eq!(millions(1_204_400_000), "12.04");
        assert_eq!(exact_pounds(-120_450), "\u{2212}£1,204.50");
        assert_eq!(
            [125_000, 347, 12_340, -10_000_050].map(unit_price),
            ["£12.50", "£0.0347", "£1.234", "\u{2212}£1,000.005"]
        );
        assert_eq!(
            (plain_unit_price(-347).as_str(), plain_unit_price(125_000).as_str()),
            ("-0.0347", "12.5000")
        );
        assert_eq!([1_200_000, 500, -2_125].map(quantity), ["1,200", "0.5", "\u{2212}2.125"]);
        assert_eq!(plain_milli(-5), "-0.005");
        assert_eq!(
            (plain_micro(456_789).as_str(), plain_micro(-12_000_001).as_str()),
            ("0.456789", "-12.000001")
        );
        assert_eq!((way(60), way(40), way(-60)), ("too few", "", "too many"));
    }
}
