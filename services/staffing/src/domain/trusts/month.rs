//! A month.

use std::{fmt, str::FromStr};

const NAMES: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// A month of a count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month {
    /// Year.
    pub year: i16,
    /// Month, 1 to 12.
    pub month: u8,
}

impl Month {
    /// The month of a year and a number of 1 to 12.
    pub fn new(year: i16, month: u8) -> Option<Self> {
        ((1948..=2200).contains(&year) && (1..=12).contains(&month)).then_some(Self { year, month })
    }

    /// Months from another one to this.
    pub fn since(self, other: Self) -> i32 {
        let months = |of: Self| i32::from(of.year) * 12 + i32::from(of.month);
        months(self) - months(other)
    }

    /// The same month so many years later.
    #[must_use]
    pub fn after_years(self, years: u32) -> Self {
        Self { year: self.year.saturating_add(i16::try_from(years).unwrap_or(i16::MAX)), month: self.month }
    }

    /// In words: `June 2018`.
    pub fn words(self) -> String {
        format!("{} {}", NAMES[usize::from(self.month.clamp(1, 12)) - 1], self.year)
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

impl FromStr for Month {
    type Err = ();

    /// Reads `2018-06`, or as the publisher writes it `2018-JUN`.
    fn from_str(text: &str) -> Result<Self, ()> {
        let (year, month) = text.trim().split_once('-').ok_or(())?;
        let named = |name: &&str| month.len() >= 3 && name.to_lowercase().starts_with(&month.to_lowercase());
        let number = match NAMES.iter().position(named) {
            Some(place) => u8::try_from(place + 1).map_err(|_| ())?,
            None if month.len() <= 2 => month.parse().map_err(|_| ())?,
            None => return Err(()),
        };
        if year.len() != 4 {
            return Err(());
        }
        Self::new(year.parse().map_err(|_| ())?, number).ok_or(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("2017-SEP", Some((2017, 9)))]
    #[case("2018-jun", Some((2018, 6)))]
    #[case("2018-06", Some((2018, 6)))]
    #[case("2018-June", Some((2018, 6)))]
    #[case("2018-13", None)]
    #[case("2018-J", None)]
    #[case("18-06", None)]
    #[case("June 2018", None)]
    fn months_are_read_in_both_forms(#[case] text: &str, #[case] month: Option<(i16, u8)>) {
        let read = text.parse::<Month>().ok().map(|of| (of.year, of.month));
        assert_eq!(read, month);
    }

    #[test]
    fn nine_months_lie_between_the_two_counts() {
        let of = |text: &str| text.parse::<Month>().unwrap();
        assert_eq!(of("2018-06").since(of("2017-09")), 9);
        assert_eq!(of("2018-06").after_years(5).to_string(), "2023-06");
        assert_eq!(of("2018-06").words(), "June 2018");
    }
}
