//! The English financial year, 1 April to 31 March, named by the year in which it ends.

use std::fmt;

use jiff::civil::{Date, date};

/// A financial year by the calendar year in which it ends: 2016 is 1 April 2015 to 31 March 2016.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FinancialYear(i16);

impl FinancialYear {
    /// The year that ends in the given calendar year, 1991 to 2199. The publications start in 2015.
    pub fn ending(year: i32) -> Option<Self> {
        i16::try_from(year).ok().filter(|year| (1991..2200).contains(year)).map(Self)
    }

    /// The year that a day lies in.
    pub fn of(day: Date) -> Option<Self> {
        let year = i32::from(day.year());
        Self::ending(if day.month() >= 4 { year + 1 } else { year })
    }

    /// Reads the year out of a file name that says `15-16`, `15_16`, `2015-16` or `2015-2016`; the second part must
    /// follow the first. A pair inside a longer chain of numbers (a date) does not count; of several, the last does.
    pub fn in_name(name: &str) -> Option<Self> {
        let runs: Vec<&str> = name.split(|c: char| !(c.is_ascii_digit() || c == '-' || c == '_')).collect();
        runs.into_iter().rev().find_map(|run| {
            let mut parts = run.split(['-', '_']).filter(|part| !part.is_empty());
            let (first, second) = (full_year(parts.next()?)?, full_year(parts.next()?)?);
            let alone = parts.next().is_none();
            if alone && first + 1 == second { Self::ending(second) } else { None }
        })
    }

    /// The calendar year in which it ends.
    pub fn year(self) -> i32 {
        i32::from(self.0)
    }

    /// 1 April.
    pub fn first_day(self) -> Date {
        date(self.0 - 1, 4, 1)
    }

    /// 31 March.
    pub fn last_day(self) -> Date {
        date(self.0, 3, 31)
    }

    /// The year before.
    #[must_use]
    pub fn previous(self) -> Self {
        Self(self.0 - 1)
    }

    /// Does the day lie in it?
    pub fn contains(self, day: Date) -> bool {
        self.first_day() <= day && day <= self.last_day()
    }

    /// Quarters, out of four, on whose first day (1 April, July, October, January) a practice closing on the day was
    /// still open. Lists that are means of quarters are means over these.
    pub fn quarters_open_until(self, closed: Date) -> i64 {
        let starts = [self.first_day(), date(self.0 - 1, 7, 1), date(self.0 - 1, 10, 1), date(self.0, 1, 1)];
        starts.into_iter().map(|start| i64::from(start <= closed)).sum()
    }
}

impl fmt::Display for FinancialYear {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{:02}", self.0 - 1, self.0 % 100)
    }
}

/// A year of two or four digits; none for any other length.
fn full_year(digits: &str) -> Option<i32> {
    let value: i32 = digits.parse().ok()?;
    match digits.len() {
        2 => Some(2000 + value),
        4 => Some(value),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("sel_nhspaymentsgp_15-16.csv", Some(2016))]
    #[case("england_nhspaymentsgp_15-16.csv.gz", Some(2016))]
    #[case("nhspaymentsgp_15_16.csv", Some(2016))]
    #[case("payments 2015-16 v2.csv", Some(2016))]
    #[case("payments-2015-2016.csv", Some(2016))]
    #[case("payments 2015-17.csv", None)]
    #[case("payments.csv", None)]
    #[case("payments 16-15.csv", None)]
    #[case("cut 2016-04-05.csv", None)]
    fn the_year_is_read_from_a_name(#[case] name: &str, #[case] year: Option<i32>) {
        assert_eq!(FinancialYear::in_name(name).map(FinancialYear::year), year);
    }

    #[test]
    fn a_day_lies_in_the_year_that_contains_it() {
        for day in [date(2015, 4, 1), date(2016, 3, 31)] {
            let year = FinancialYear::of(day).unwrap();
            assert_eq!(year.to_string(), "2015-16");
            assert!(year.contains(day));
        }
        let year = FinancialYear::ending(2021).unwrap();
        // Crook Log closed on 28/04/2020, one quarter into 2020-21; Coldharbour Hill on 01/10/2020, after three starts
        assert_eq!(year.quarters_open_until(date(2020, 4, 28)), 1);
        assert_eq!(year.quarters_open_until(date(2020, 10, 1)), 3);
    }
}
