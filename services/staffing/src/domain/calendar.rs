//! Working days in England, for the dates by which files are due.

use jiff::{
    ToSpan,
    civil::{Date, Weekday},
};

/// Last day of the month of `date`.
pub fn month_end(date: Date) -> Date {
    date.last_of_month()
}

/// The `n`-th working day (Monday to Friday, no bank holiday in England) of the month after `month`.
pub fn working_day_after(month: Date, n: u32) -> Date {
    let mut day = month.last_of_month().saturating_add(1.day());
    let mut left = n.max(1);
    loop {
        if is_working_day(day) {
            left -= 1;
            if left == 0 {
                return day;
            }
        }
        day = day.saturating_add(1.day());
    }
}

/// True from Monday to Friday outside the standing bank holidays of England and Wales.
///
/// One-off holidays (a coronation, a moved early May) are not known: they make a file due a day early at most.
pub fn is_working_day(day: Date) -> bool {
    !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday) && !is_bank_holiday(day)
}

fn is_bank_holiday(day: Date) -> bool {
    let easter = easter_sunday(day.year());
    if day == easter.saturating_sub(2.days()) || day == easter.saturating_add(1.day()) {
        return true;
    }
    let (month, number, weekday) = (day.month(), day.day(), day.weekday());
    match month {
        1 => moved_holiday(day, 1, 1),
        5 => weekday == Weekday::Monday && (number <= 7 || number >= 25),
        8 => weekday == Weekday::Monday && number >= 25,
        // Christmas and Boxing Day: the first two weekdays from the 25th on.
        12 if number >= 25 => moved_holiday(day, 25, 2),
        _ => false,
    }
}

/// True when `day` is one of the first `count` weekdays from day `from` of its month on.
fn moved_holiday(day: Date, from: i8, count: u32) -> bool {
    let mut seen = 0;
    let mut candidate = Date::constant(day.year(), day.month(), from);
    while seen < count {
        if !matches!(candidate.weekday(), Weekday::Saturday | Weekday::Sunday) {
            seen += 1;
            if candidate == day {
                return true;
            }
        }
        candidate = candidate.saturating_add(1.day());
    }
    false
}

/// Easter Sunday of the Gregorian calendar (the anonymous algorithm printed in Nature, 1876).
#[expect(clippy::many_single_char_names, reason = "the letters of the published algorithm")]
fn easter_sunday(year: i16) -> Date {
    let y = i32::from(year);
    let (a, b, c) = (y % 19, y / 100, y % 100);
    let h = (19 * a + b - b / 4 - (b - (b + 8) / 25 + 1) / 3 + 15) % 30;
    let l = (32 + 2 * (b % 4) + 2 * (c / 4) - h - c % 4) % 7;
    let m = (a + 11 * h + 22 * l) / 451;
    let sum = h + l - 7 * m + 114;
    let month = i8::try_from(sum / 31).unwrap_or(4);
    let day = i8::try_from(sum % 31 + 1).unwrap_or(1);
    Date::constant(year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use rstest::rstest;

    #[rstest]
    // 1 January 2018 was a Monday and a holiday: 2, 3 and 4 January.
    #[case(date(2017, 12, 31), date(2018, 1, 4))]
    // 30 March 2018 was Good Friday, 2 April Easter Monday: 3, 4 and 5 April.
    #[case(date(2018, 3, 31), date(2018, 4, 5))]
    // 1 and 2 January 2022 were a weekend, the holiday moved to Monday the 3rd.
    #[case(date(2021, 12, 31), date(2022, 1, 6))]
    #[case(date(2018, 1, 15), date(2018, 2, 5))]
    // 7 May 2018 was the early May holiday, after the third working day.
    #[case(date(2018, 4, 30), date(2018, 5, 3))]
    fn third_working_day(#[case] month: Date, #[case] due: Date) {
        assert_eq!(working_day_after(month, 3), due);
    }
}
