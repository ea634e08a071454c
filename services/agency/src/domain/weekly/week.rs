//! Weeks from Monday to Sunday.

use std::{fmt, str::FromStr};

use jiff::{
    ToSpan as _,
    civil::{Date, ISOWeekDate, Weekday},
};

use crate::domain::priced::monday;

/// A week, by its Monday. Written as `2020-W14` or as its Monday.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Week(Date);

impl Week {
    /// The week of a day.
    pub fn of(day: Date) -> Self {
        Self(monday(day))
    }

    /// Its Monday.
    pub fn monday(self) -> Date {
        self.0
    }

    /// Its Sunday.
    pub fn sunday(self) -> Date {
        self.0.checked_add(6.days()).unwrap_or(self.0)
    }
}

impl FromStr for Week {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is no week: write 2020-W14, or its Monday as 2020-03-30");
        if let Some((year, week)) = text.split_once("-W") {
            let (year, week) = (year.parse().map_err(|_| wrong())?, week.parse().map_err(|_| wrong())?);
            let day = ISOWeekDate::new(year, week, Weekday::Monday).map_err(|_| wrong())?;
            return Ok(Self(day.date()));
        }
        let day: Date = text.parse().map_err(|_| wrong())?;
        if day.weekday() == Weekday::Monday { Ok(Self(day)) } else { Err(wrong()) }
    }
}

impl fmt::Display for Week {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let iso = self.0.iso_week_date();
        write!(f, "{:04}-W{:02}", iso.year(), iso.week())
    }
}
