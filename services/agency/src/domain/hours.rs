//! Hours of a shift by time band, on the clock of Europe/London, in whole minutes.
//!
//! Bands: Sundays and public holidays; Saturdays and weekdays 20:00 to 06:00; the rest is core (domain page "Pay").

use std::collections::BTreeSet;

use jiff::{
    ToSpan as _,
    civil::{Date, DateTime, Time, Weekday, time},
    tz::{AmbiguousOffset, Offset, TimeZone, TimeZoneDatabase},
};

use super::words::TimeBand;

/// Minutes by time band.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Minutes {
    /// Core.
    pub core: i64,
    /// Saturday and night.
    pub saturday_night: i64,
    /// Sunday and public holiday.
    pub sunday_holiday: i64,
}

impl Minutes {
    /// All of them.
    pub fn total(&self) -> i64 {
        self.core + self.saturday_night + self.sunday_holiday
    }

    /// Each band with its minutes.
    pub fn by_band(&self) -> [(TimeBand, i64); 3] {
        [
            (TimeBand::Core, self.core),
            (TimeBand::SaturdayNight, self.saturday_night),
            (TimeBand::SundayHoliday, self.sunday_holiday),
        ]
    }

    fn add(&mut self, band: TimeBand, minutes: i64) {
        match band {
            TimeBand::Core => self.core += minutes,
            TimeBand::SaturdayNight => self.saturday_night += minutes,
            TimeBand::SundayHoliday => self.sunday_holiday += minutes,
        }
    }
}

/// Why a time of the clock is no instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClockFault {
    /// The clocks went forward over it.
    Skipped,
    /// It came twice and the offset is not given.
    Twice,
    /// London had another offset.
    Offset,
}

/// The clock of Europe/London. Instants are minutes since 1970 UTC.
#[derive(Clone, Debug)]
pub struct London(TimeZone);

impl London {
    /// The clock by the time zone database that the program brings along; none when that is damaged.
    pub fn new() -> Option<Self> {
        TimeZoneDatabase::bundled().get("Europe/London").ok().map(Self)
    }

    /// The instant of a local time, with the hours of its offset where the file gives them.
    ///
    /// # Errors
    /// Why it is none.
    pub fn instant(&self, local: DateTime, offset_hours: Option<i8>) -> Result<i64, ClockFault> {
        let given = offset_hours.map(Offset::constant);
        let offset = match (self.0.to_ambiguous_timestamp(local).offset(), given) {
            (AmbiguousOffset::Gap { .. }, _) => return Err(ClockFault::Skipped),
            (AmbiguousOffset::Fold { .. }, None) => return Err(ClockFault::Twice),
            (AmbiguousOffset::Unambiguous { offset }, None) => offset,
            (AmbiguousOffset::Unambiguous { offset }, Some(given)) if offset == given => offset,
            (AmbiguousOffset::Fold { before, after }, Some(given)) if given == before || given == after => {
                given
            }
            _ => return Err(ClockFault::Offset),
        };
        Ok(minutes_of(local, offset))
    }

    /// The local date and time of an instant.
    pub fn local(&self, instant: i64) -> Option<DateTime> {
        let instant = jiff::Timestamp::from_second(instant.checked_mul(60)?).ok()?;
        Some(self.0.to_datetime(instant))
    }

    /// Minutes worked by band: those from start to end without the break, which stands in the middle of the shift.
    pub fn worked(&self, holidays: &BTreeSet<Date>, shift: (i64, i64), break_minutes: i64) -> Minutes {
        let (start, end) = shift;
        let pause = start + (end - start - break_minutes) / 2;
        let mut minutes = self.between(holidays, start, pause);
        let rest = self.between(holidays, pause + break_minutes, end);
        for (band, more) in rest.by_band() {
            minutes.add(band, more);
        }
        minutes
    }

    fn between(&self, holidays: &BTreeSet<Date>, start: i64, end: i64) -> Minutes {
        let mut minutes = Minutes::default();
        let Some(mut day) = self.local(start).map(DateTime::date) else { return minutes };
        let mut from = start;
        while from < end {
            let Ok(next) = day.checked_add(1.day()) else { break };
            for (last, band) in parts(day, holidays) {
                let edge =
                    if last == Time::midnight() { next.to_datetime(last) } else { day.to_datetime(last) };
                let edge = minutes_of(edge, self.0.to_ambiguous_timestamp(edge).offset().first());
                let until = edge.min(end);
                if until > from {
                    minutes.add(band, until - from);
                    from = until;
                }
            }
            day = next;
        }
        minutes
    }
}

/// The offset of a time that came once; bands end at 00:00, 06:00 and 20:00, when the clocks never change.
trait First {
    fn first(&self) -> Offset;
}

impl First for AmbiguousOffset {
    fn first(&self) -> Offset {
        match *self {
            Self::Unambiguous { offset } => offset,
            Self::Gap { before, .. } | Self::Fold { before, .. } => before,
        }
    }
}

fn minutes_of(local: DateTime, offset: Offset) -> i64 {
    let days = local.date().duration_since(Date::constant(1970, 1, 1)).as_hours();
    let minutes = days * 60 + i64::from(local.hour()) * 60 + i64::from(local.minute());
    minutes - i64::from(offset.seconds()) / 60
}

/// Parts of a day: where each ends (midnight = the next), and its band.
fn parts(day: Date, holidays: &BTreeSet<Date>) -> Vec<(Time, TimeBand)> {
    let midnight = Time::midnight();
    if day.weekday() == Weekday::Sunday || holidays.contains(&day) {
        return vec![(midnight, TimeBand::SundayHoliday)];
    }
    if day.weekday() == Weekday::Saturday {
        return vec![(midnight, TimeBand::SaturdayNight)];
    }
    vec![
        (time(6, 0, 0, 0), TimeBand::SaturdayNight),
        (time(20, 0, 0, 0), TimeBand::Core),
        (midnight, TimeBand::SaturdayNight),
    ]
}
