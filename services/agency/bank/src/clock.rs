//! The clock of Europe/London: time bands of pay, and nights. Instants are minutes since 1970 UTC.

use std::collections::BTreeSet;

use jiff::{
    Timestamp, ToSpan as _,
    civil::{Date, DateTime, Weekday, date},
    tz::{AmbiguousOffset, Offset, TimeZone, TimeZoneDatabase},
};

/// Minutes core, Saturday and night, Sunday and holiday.
pub(crate) type Bands = [i64; 3];

/// Why a time of the clock is no instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    Unreadable,
    Skipped,
    Twice,
    Offset,
}

/// The clock of Europe/London.
#[derive(Clone, Debug)]
pub(crate) struct London(TimeZone);

impl London {
    /// The clock by the time zone database that the program brings along.
    pub(crate) fn new() -> Self {
        Self(TimeZoneDatabase::bundled().get("Europe/London").unwrap_or(TimeZone::UTC))
    }

    /// The instant of `YYYY-MM-DDTHH:MM`, with `+00:00` or `+01:00` behind it where the clock shows that time twice.
    pub(crate) fn read(&self, text: &str) -> Result<i64, Fault> {
        if !text.is_ascii() || text.len() < 16 || text.as_bytes()[10] != b'T' {
            return Err(Fault::Unreadable);
        }
        let (local, offset) = text.split_at(16);
        let given = match offset {
            "" => None,
            "+00:00" | "Z" => Some(Offset::constant(0)),
            "+01:00" => Some(Offset::constant(1)),
            _ => return Err(Fault::Unreadable),
        };
        let local: DateTime = format!("{local}:00").parse().map_err(|_| Fault::Unreadable)?;
        let offset = match (self.0.to_ambiguous_timestamp(local).offset(), given) {
            (AmbiguousOffset::Gap { .. }, _) => return Err(Fault::Skipped),
            (AmbiguousOffset::Fold { .. }, None) => return Err(Fault::Twice),
            (AmbiguousOffset::Unambiguous { offset }, None) => offset,
            (AmbiguousOffset::Unambiguous { offset }, Some(given)) if offset == given => offset,
            (AmbiguousOffset::Fold { before, after }, Some(given)) if given == before || given == after => {
                given
            }
            _ => return Err(Fault::Offset),
        };
        Ok(minutes_of(local, offset))
    }

    /// The local time of an instant.
    pub(crate) fn local(&self, instant: i64) -> DateTime {
        let instant = Timestamp::from_second(instant.saturating_mul(60)).unwrap_or(Timestamp::UNIX_EPOCH);
        self.0.to_datetime(instant)
    }

    /// The local time of an instant as documents write it.
    pub(crate) fn shown(&self, instant: i64) -> String {
        let local = self.local(instant);
        let text = local.strftime("%Y-%m-%dT%H:%M").to_string();
        match self.0.to_ambiguous_timestamp(local).offset() {
            AmbiguousOffset::Fold { before, .. } => {
                let first = minutes_of(local, before) == instant;
                text + if first { "+01:00" } else { "+00:00" }
            }
            _ => text,
        }
    }

    /// Minutes worked by band: from start to end without the break, which stands in the middle.
    pub(crate) fn worked(&self, holidays: &BTreeSet<Date>, shift: (i64, i64), pause: i64) -> Bands {
        let (start, end) = shift;
        let middle = start + (end - start - pause) / 2;
        let mut bands = self.between(holidays, start, middle);
        for (sum, more) in bands.iter_mut().zip(self.between(holidays, middle + pause, end)) {
            *sum += more;
        }
        bands
    }

    fn between(&self, holidays: &BTreeSet<Date>, start: i64, end: i64) -> Bands {
        let mut bands = Bands::default();
        let (mut day, mut from) = (self.local(start).date(), start);
        while from < end {
            let Ok(next) = day.checked_add(1.day()) else { break };
            for (edge, band) in parts(day, next, holidays) {
                let until = self.edge(edge).min(end);
                if until > from {
                    bands[band] += until - from;
                    from = until;
                }
            }
            day = next;
        }
        bands
    }

    /// The instant of a time at which the clocks of London never change.
    fn edge(&self, local: DateTime) -> i64 {
        let offset = match self.0.to_ambiguous_timestamp(local).offset() {
            AmbiguousOffset::Unambiguous { offset } => offset,
            AmbiguousOffset::Gap { before, .. } | AmbiguousOffset::Fold { before, .. } => before,
        };
        minutes_of(local, offset)
    }

    /// The night that a shift is: the day on which it began, counted from 1970, of the night that most of the shift falls into;
    /// none when less than `least` minutes of it lie between 23:00 and 06:00.
    pub(crate) fn night(&self, start: i64, end: i64, least: i64) -> Option<i64> {
        let (first, last) = (self.local(start).date(), self.local(end).date());
        let mut best: Option<(i64, i64)> = None;
        let mut evening = first.yesterday().ok()?;
        while evening <= last {
            let morning = evening.tomorrow().ok()?;
            let from = self.edge(evening.at(23, 0, 0, 0)).max(start);
            let until = self.edge(morning.at(6, 0, 0, 0)).min(end);
            let minutes = until - from;
            if minutes >= least && best.is_none_or(|(most, _)| minutes > most) {
                best = Some((minutes, day_number(evening)));
            }
            evening = morning;
        }
        best.map(|(_, night)| night)
    }

    /// The night that ended with a night shift that ended then, as [`Self::night`] counts.
    pub(crate) fn night_ended(&self, end: i64) -> i64 {
        day_number(self.local(end - 12 * 60).date())
    }
}

fn day_number(day: Date) -> i64 {
    day.duration_since(date(1970, 1, 1)).as_hours() / 24
}

fn minutes_of(local: DateTime, offset: Offset) -> i64 {
    let minutes =
        day_number(local.date()) * 24 * 60 + i64::from(local.hour()) * 60 + i64::from(local.minute());
    minutes - i64::from(offset.seconds()) / 60
}

/// Parts of a day: where each ends, and its band.
fn parts(day: Date, next: Date, holidays: &BTreeSet<Date>) -> Vec<(DateTime, usize)> {
    let midnight = next.at(0, 0, 0, 0);
    if day.weekday() == Weekday::Sunday || holidays.contains(&day) {
        return vec![(midnight, 2)];
    }
    if day.weekday() == Weekday::Saturday {
        return vec![(midnight, 1)];
    }
    vec![(day.at(6, 0, 0, 0), 1), (day.at(20, 0, 0, 0), 0), (midnight, 1)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_night_over_a_clock_change_has_seven_or_nine_hours() {
        let london = London::new();
        for (start, end, hours) in [
            ("2026-03-28T22:00", "2026-03-29T06:00", 7),
            ("2026-10-24T22:00", "2026-10-25T06:00", 9),
            ("2026-11-04T22:00", "2026-11-05T06:00", 8),
        ] {
            let (start, end) = (london.read(start).unwrap(), london.read(end).unwrap());
            let bands = london.worked(&BTreeSet::new(), (start, end), 0);
            assert_eq!(bands.iter().sum::<i64>(), hours * 60);
            assert!(london.night(start, end, 180).is_some());
        }
    }

    #[test]
    fn bands_follow_the_clock() {
        let london = London::new();
        let bands = |start, end, pause| {
            let shift = (london.read(start).unwrap(), london.read(end).unwrap());
            london.worked(&BTreeSet::from([date(2026, 12, 25)]), shift, pause)
        };
        // Thursday 3 December 2026
        assert_eq!(bands("2026-12-03T07:30", "2026-12-03T20:00", 60), [690, 0, 0]);
        assert_eq!(bands("2026-12-03T19:30", "2026-12-04T08:00", 60), [150, 540, 0]);
        assert_eq!(bands("2026-12-05T19:30", "2026-12-06T08:00", 0), [0, 270, 480]);
        assert_eq!(bands("2026-12-25T08:00", "2026-12-25T16:00", 0), [0, 0, 480]);
    }

    #[test]
    fn a_night_belongs_to_its_evening() {
        let london = London::new();
        let night = |start, end| london.night(london.read(start).unwrap(), london.read(end).unwrap(), 180);
        let evening = night("2026-12-03T19:30", "2026-12-04T08:00");
        assert_eq!(night("2026-12-04T00:30", "2026-12-04T08:00"), evening);
        assert_eq!(evening, Some(london.night_ended(london.read("2026-12-04T08:00").unwrap())));
        assert_eq!(night("2026-12-03T14:00", "2026-12-04T01:59"), None);
        assert_eq!(night("2026-12-04T03:00", "2026-12-04T11:00"), evening);
        assert_eq!(night("2026-12-04T03:01", "2026-12-04T11:00"), None);
    }

    #[test]
    fn times_that_are_no_instant_are_told_apart() {
        let london = London::new();
        assert_eq!(london.read("2026-03-29T01:30"), Err(Fault::Skipped));
        assert_eq!(london.read("2026-10-25T01:30"), Err(Fault::Twice));
        assert_eq!(london.read("2026-11-25T01:30+01:00"), Err(Fault::Offset));
        assert_eq!(london.read("25/11/2026 01:30"), Err(Fault::Unreadable));
        for text in ["2026-10-25T01:30+01:00", "2026-10-25T01:30+00:00", "2026-07-01T12:00"] {
            assert_eq!(london.shown(london.read(text).unwrap()), text);
        }
    }
}
