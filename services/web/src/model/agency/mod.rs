//! Bank and agency: what the contract's messages are in the field's own words.

pub(crate) mod cover;
pub(crate) mod drift;
pub(crate) mod glass;
pub(crate) mod inversion;
pub(crate) mod month;
pub(crate) mod observed;
pub(crate) mod shared_bank;
pub(crate) mod spend;
pub(crate) mod weekly;
pub(crate) mod year;

use muster_proto::agency::v1::{Supply, Verdict};

use crate::figures;

/// Why somebody may be booked: the list that returns and overrides know.
pub(crate) const REASONS: [&str; 11] = [
    "vacancy",
    "sickness",
    "parental leave",
    "annual leave",
    "study leave",
    "enhanced observation",
    "escalation beds",
    "additional clinics",
    "carer leave",
    "restricted duties",
    "industrial action",
];

/// `April 2016` for `2016-04`; other text as it is.
pub(crate) fn month_words(month: &str) -> String {
    let day = format!("{month}-01").parse::<jiff::civil::Date>();
    day.map_or_else(|_| month.to_owned(), |day| day.strftime("%B %Y").to_string())
}

/// `4 April 2016, 07:30` for a local time; other text as it is.
pub(crate) fn local_words(time: &str) -> String {
    let read = time.parse::<jiff::civil::DateTime>();
    read.map_or_else(|_| time.to_owned(), |time| time.strftime("%-d %B %Y, %H:%M").to_string())
}

/// An amount within a sentence, without its sign: below £100,000 in pounds, above in thousands or millions.
pub(crate) fn money(pence: i64) -> String {
    let pence = pence.abs();
    if pence < 10_000_000 {
        format!("£{}", figures::count(figures::round(pence, 100)))
    } else {
        figures::pounds(pence)
    }
}

/// A time band, in words.
pub(crate) fn band_words(band: &str) -> &str {
    match band {
        "core" => "core hours",
        "saturday-night" => "Saturday or night",
        "sunday-holiday" => "Sunday or holiday",
        other => other,
    }
}

/// Minutes as whole hours.
pub(crate) fn hours(minutes: i64) -> i64 {
    figures::round(minutes, 60)
}

/// A count of the contract.
pub(crate) fn count(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

/// `1 shift`, `1,204 shifts`.
pub(crate) fn counted(n: u64, one: &str) -> String {
    format!("{} {one}{}", figures::count(count(n)), if n == 1 { "" } else { "s" })
}

/// Who fills a shift.
pub(crate) fn supply_words(supply: i32) -> &'static str {
    match Supply::try_from(supply).unwrap_or_default() {
        Supply::Unspecified => "unknown",
        Supply::Bank => "bank",
        Supply::SharedBank => "shared bank",
        Supply::Agency => "agency",
        Supply::Unfilled => "unfilled",
        Supply::Cancelled => "cancelled",
    }
}

/// A verdict.
pub(crate) fn verdict_words(verdict: i32) -> &'static str {
    match Verdict::try_from(verdict).unwrap_or_default() {
        Verdict::Unspecified => "not judged",
        Verdict::Within => "within the rules",
        Verdict::OverCap => "above the price cap",
        Verdict::Over50 => "50% or more above the price cap",
        Verdict::OverThreshold => "at the hourly threshold that the chief executive signs",
        Verdict::OffFramework => "off framework",
        Verdict::Both => "above the price cap and off framework",
        Verdict::Band23 => "agency shift of band 2 or 3",
        Verdict::AdminEstates => "agency shift of admin and estates",
    }
}

/// Who has to sign off.
pub(crate) fn signatory_words(demanded: &str) -> &str {
    match demanded {
        "override" => "a signatory for overrides, or higher",
        "exemption" => "a signatory for exemptions, or higher",
        "executive-director" => "an executive director, or the chief executive",
        "chief-executive" => "the chief executive",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_times_and_amounts_read_as_words() {
        assert_eq!((month_words("2016-04").as_str(), month_words("x").as_str()), ("April 2016", "x"));
        assert_eq!(local_words("2016-04-04T07:30"), "4 April 2016, 07:30");
        assert_eq!(
            [money(-3_325_049), money(10_000_000), money(123_456_789)],
            ["£33,250", "£100,000", "£1.2 million"]
        );
        assert_eq!([counted(1, "shift"), counted(1_204, "shift")], ["1 shift", "1,204 shifts"]);
    }
}
