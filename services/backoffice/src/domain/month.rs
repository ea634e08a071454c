//! Calendar months.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A calendar month, counted from January of year 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Month(i32);

impl Month {
    /// The month of a year; nothing outside years 1900 to 2199 and months 1 to 12.
    pub fn new(year: i32, month: i32) -> Option<Self> {
        let known = (1900..2200).contains(&year) && (1..=12).contains(&month);
        known.then_some(Self(year * 12 + month - 1))
    }

    /// Reads `2017-04`, or the month of a date such as `2017-04-01`.
    pub fn read(text: &str) -> Option<Self> {
        let mut parts = text.split('-');
        let (year, month) = (parts.next()?, parts.next()?);
        let day = parts
            .next()
            .is_none_or(|day| day.len() == 2 && day.parse().is_ok_and(|d: u32| (1..32).contains(&d)));
        let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
        if year.len() != 4
            || month.len() != 2
            || !digits(year)
            || !digits(month)
            || !day
            || parts.next().is_some()
        {
            return None;
        }
        Self::new(year.parse().ok()?, month.parse().ok()?)
    }

    /// Months from an earlier one; negative when that is later.
    pub fn since(self, earlier: Self) -> i32 {
        self.0 - earlier.0
    }

    /// The month so many months later.
    #[must_use]
    pub fn plus(self, months: i32) -> Self {
        Self(self.0 + months)
    }

    /// First month (April) of the financial year that holds this month.
    #[must_use]
    pub fn year_start(self) -> Self {
        Self((self.0 - 3).div_euclid(12) * 12 + 3)
    }

    /// The financial year that holds it, by the calendar year in which it ends: April 2017 is of 2018.
    pub fn year_ending(self) -> i32 {
        (self.0 - 3).div_euclid(12) + 1
    }
}

impl TryFrom<String> for Month {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Self::read(&text).ok_or_else(|| format!("`{text}` is no month"))
    }
}

impl From<Month> for String {
    fn from(month: Month) -> Self {
        month.to_string()
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.0.div_euclid(12), self.0.rem_euclid(12) + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_are_read_shown_and_counted() {
        let april = Month::read("2017-04").expect("a month");
        assert_eq!(april.to_string(), "2017-04");
        assert_eq!(Month::read("2017-04-30"), Some(april));
        assert_eq!(april.plus(11).to_string(), "2018-03");
        assert_eq!(april.plus(12).since(april), 12);
        assert_eq!((april.year_ending(), april.plus(-1).year_ending()), (2018, 2017));
        assert_eq!((april.plus(11).year_start(), april.plus(-1).year_start()), (april, april.plus(-12)));
        for wrong in ["2017", "2017-13", "17-04", "2017-4", "2017-04-99", "2017-04-01-1", "+017-04"] {
            assert_eq!(Month::read(wrong), None, "{wrong}");
        }
    }
}
