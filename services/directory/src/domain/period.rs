//! Closed intervals of civil dates: the one notion of "valid from, valid to".

use jiff::{ToSpan as _, civil::Date};

/// From a first day to a last day, both included; without a last day it lasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Period {
    from: Date,
    to: Option<Date>,
}

impl Period {
    /// From the first to the last day, both included. None when the last day lies before the first.
    pub fn new(from: Date, to: Option<Date>) -> Option<Self> {
        match to {
            Some(to) if to < from => None,
            _ => Some(Self { from, to }),
        }
    }

    /// From a day on, without end.
    pub fn since(from: Date) -> Self {
        Self { from, to: None }
    }

    /// First day.
    pub fn from(&self) -> Date {
        self.from
    }

    /// Last day; none while it lasts.
    pub fn to(&self) -> Option<Date> {
        self.to
    }

    /// Is the day in it? This is what "as of" asks.
    pub fn contains(&self, day: Date) -> bool {
        self.from <= day && self.to.is_none_or(|to| day <= to)
    }

    /// Do the two share a day?
    pub fn overlaps(&self, other: &Self) -> bool {
        self.intersection(other).is_some()
    }

    /// The days that both have.
    pub fn intersection(&self, other: &Self) -> Option<Self> {
        let to = match (self.to, other.to) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        Self::new(self.from.max(other.from), to)
    }

    /// The part up to and with a day; none when it starts later.
    pub fn until(&self, last: Date) -> Option<Self> {
        Self::new(self.from, Some(self.to.map_or(last, |to| to.min(last))))
    }

    /// The part before the other starts and the part after it ends.
    pub fn without(&self, other: &Self) -> Vec<Self> {
        if !self.overlaps(other) {
            return vec![*self];
        }
        let before =
            day_before(other.from).and_then(|last| self.until(last)).filter(|_| self.from < other.from);
        let after = other.to.and_then(day_after).and_then(|first| Self::new(self.from.max(first), self.to));
        before.into_iter().chain(after).collect()
    }

    /// The same days in as few periods as possible, by date: periods that touch or overlap become one.
    pub fn coalesce(mut periods: Vec<Self>) -> Vec<Self> {
        periods.sort();
        let mut merged: Vec<Self> = Vec::new();
        for period in periods {
            match merged.last_mut() {
                Some(last) if last.reaches(&period) => {
                    last.to = match (last.to, period.to) {
                        (Some(a), Some(b)) => Some(a.max(b)),
                        _ => None,
                    };
                }
                _ => merged.push(period),
            }
        }
        merged
    }

    /// Does this one, which starts no later, overlap the next or end on the day before it?
    fn reaches(&self, next: &Self) -> bool {
        self.to.and_then(day_after).is_none_or(|after| next.from <= after)
    }
}

/// The day before; none at the end of the calendar.
pub fn day_before(day: Date) -> Option<Date> {
    day.checked_sub(1.day()).ok()
}

/// The day after; none at the end of the calendar.
pub fn day_after(day: Date) -> Option<Date> {
    day.checked_add(1.day()).ok()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    fn day(n: i64) -> Date {
        date(2014, 4, 1) + n.days()
    }

    prop_compose! {
        fn period()(from in 0i64..60, length in proptest::option::of(0i64..40)) -> Period {
            Period::new(day(from), length.map(|n| day(from + n))).unwrap()
        }
    }

    proptest! {
        #[test]
        fn intersection_has_exactly_the_days_of_both(a in period(), b in period(), n in -5i64..120) {
            let both = a.intersection(&b).is_some_and(|c| c.contains(day(n)));
            prop_assert_eq!(both, a.contains(day(n)) && b.contains(day(n)));
            prop_assert_eq!(a.overlaps(&b), b.overlaps(&a));
        }

        #[test]
        fn without_has_exactly_the_days_of_one_only(a in period(), b in period(), n in -5i64..120) {
            let parts = a.without(&b);
            let held = parts.iter().filter(|part| part.contains(day(n))).count();
            prop_assert_eq!(held, usize::from(a.contains(day(n)) && !b.contains(day(n))));
        }

        #[test]
        fn coalescing_keeps_the_days_and_leaves_gaps_between(
            periods in prop::collection::vec(period(), 0..8), n in -5i64..120
        ) {
            let merged = Period::coalesce(periods.clone());
            let held = merged.iter().filter(|p| p.contains(day(n))).count();
            prop_assert_eq!(held, usize::from(periods.iter().any(|p| p.contains(day(n)))));
            for pair in merged.windows(2) {
                prop_assert!(pair[0].to().and_then(day_after).unwrap() < pair[1].from());
            }
        }

        #[test]
        fn until_never_reaches_beyond_the_day(a in period(), last in 0i64..100, n in -5i64..120) {
            let cut = a.until(day(last)).is_some_and(|c| c.contains(day(n)));
            prop_assert_eq!(cut, a.contains(day(n)) && n <= last);
        }
    }

    #[test]
    fn a_period_cannot_end_before_it_starts() {
        assert_eq!(Period::new(date(2016, 4, 1), Some(date(2016, 3, 31))), None);
        let one_day = Period::new(date(2016, 4, 1), Some(date(2016, 4, 1))).unwrap();
        assert!(one_day.contains(date(2016, 4, 1)));
    }
}
