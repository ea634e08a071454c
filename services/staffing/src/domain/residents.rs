//! Who lives in a borough, whether registered with a practice or not.

use jiff::civil::Date;

/// Residents of one borough on one day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Residents {
    /// Name of the borough.
    pub borough: String,
    /// Day of the count; mid-year estimates are of 30 June.
    pub day: Date,
    /// People of all ages and both sexes.
    pub residents: i64,
}

/// The day that a mid-year estimate is of.
pub fn mid_year(year: i16) -> Option<Date> {
    Date::new(year, 6, 30).ok()
}

/// The financial year ending that a day falls in: the lists of that year are compared with residents of that day.
pub fn financial_year(day: Date) -> i32 {
    i32::from(day.year()) + i32::from(day.month() > 3)
}

/// The last day of a financial year; none for a year that no date has.
pub fn last_day(year: i32) -> Option<Date> {
    Date::new(i16::try_from(year).ok()?, 3, 31).ok()
}

/// How names of boroughs are compared.
pub fn key(borough: &str) -> String {
    borough.trim().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn mid_years_fall_in_the_financial_year_that_ends_after_them() {
        assert_eq!(mid_year(2015).map(financial_year), Some(2016));
        assert_eq!([date(2016, 3, 31), date(2016, 4, 1)].map(financial_year), [2016, 2017]);
        assert_eq!(last_day(2016), Some(date(2016, 3, 31)));
    }
}
