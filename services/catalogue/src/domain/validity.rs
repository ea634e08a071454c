//! From when to when something holds.

use jiff::civil::Date;

/// A period; both ends belong to it, and a missing end is open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Validity {
    /// First day.
    pub from: Option<Date>,
    /// Last day.
    pub to: Option<Date>,
}

impl Validity {
    /// A period with both ends.
    pub fn between(from: Date, to: Date) -> Self {
        Self { from: Some(from), to: Some(to) }
    }

    /// Does a day belong to it?
    pub fn holds_on(self, day: Date) -> bool {
        self.from.is_none_or(|from| from <= day) && self.to.is_none_or(|to| day <= to)
    }

    /// Does it end before it begins?
    pub fn is_backwards(self) -> bool {
        self.from.zip(self.to).is_some_and(|(from, to)| to < from)
    }

    /// Ends that are open, as those of the period around it.
    #[must_use]
    pub fn or(self, outer: Self) -> Self {
        Self { from: self.from.or(outer.from), to: self.to.or(outer.to) }
    }

    /// The days that belong to both; nothing when there are none.
    pub fn and(self, other: Self) -> Option<Self> {
        let to = match (self.to, other.to) {
            (Some(one), Some(two)) => Some(one.min(two)),
            (one, two) => one.or(two),
        };
        let both = Self { from: self.from.max(other.from), to };
        (!both.is_backwards()).then_some(both)
    }

    /// What is left of it without the days of other periods, in order.
    pub fn without_all(self, others: &[Self]) -> Vec<Self> {
        others.iter().fold(vec![self], |left, other| {
            left.into_iter().flat_map(|days| days.without(*other)).flatten().collect()
        })
    }

    /// What is left before and after another period.
    fn without(self, other: Self) -> [Option<Self>; 2] {
        let before = other.from.and_then(|day| day.yesterday().ok());
        let after = other.to.and_then(|day| day.tomorrow().ok());
        [
            before.and_then(|last| self.and(Self { from: None, to: Some(last) })),
            after.and_then(|first| self.and(Self { from: Some(first), to: None })),
        ]
    }

    /// Does it lie within another period? Ends that are open count as those of the other.
    pub fn is_within(self, outer: Self) -> bool {
        let inside = |day: Option<Date>| day.is_none_or(|day| outer.holds_on(day));
        inside(self.from) && inside(self.to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    proptest! {
        /// Every day is left exactly once when none of the others has it, and not at all when one has.
        #[test]
        fn a_day_is_left_unless_another_has_it(own in days(), others in prop::collection::vec(days(), 0..4), day in 0..60_i32) {
            let day = date(2020, 1, 1).saturating_add(jiff::Span::new().days(day));
            let left = own.without_all(&others).into_iter().filter(|it| it.holds_on(day)).count();
            let expected = own.holds_on(day) && !others.iter().any(|it| it.holds_on(day));
            prop_assert_eq!(left, usize::from(expected));
        }
    }

    fn days() -> impl Strategy<Value = Validity> {
        let end = || prop::option::of(0..60_i32);
        (end(), end()).prop_map(|(one, other)| {
            let day = |at: i32| date(2020, 1, 1).saturating_add(jiff::Span::new().days(at));
            let (from, to) = match (one, other) {
                (Some(one), Some(other)) => (Some(one.min(other)), Some(one.max(other))),
                ends => ends,
            };
            Validity { from: from.map(day), to: to.map(day) }
        })
    }

    #[test]
    fn ends_belong_to_the_period_and_open_ends_are_those_around() {
        let year = Validity::between(date(2020, 1, 1), date(2020, 12, 31));
        assert!(year.holds_on(date(2020, 1, 1)) && year.holds_on(date(2020, 12, 31)));
        assert!(!year.holds_on(date(2021, 1, 1)));
        let from = Validity { from: Some(date(2020, 6, 1)), to: None };
        assert!(from.is_within(year) && from.or(year).to == year.to);
        assert!(!Validity { to: Some(date(2021, 1, 1)), ..from }.is_within(year));
        assert!(Validity::between(date(2020, 2, 1), date(2020, 1, 1)).is_backwards());
        assert_eq!(from.and(year), Some(Validity::between(date(2020, 6, 1), date(2020, 12, 31))));
        assert_eq!(Validity { from: Some(date(2021, 1, 1)), to: None }.and(year), None);
    }
}
