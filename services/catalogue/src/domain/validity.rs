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

    #[test]
    fn ends_belong_to_the_period_and_open_ends_are_those_around() {
        let year = Validity::between(date(2020, 1, 1), date(2020, 12, 31));
        assert!(year.holds_on(date(2020, 1, 1)) && year.holds_on(date(2020, 12, 31)));
        assert!(!year.holds_on(date(2021, 1, 1)));
        let from = Validity { from: Some(date(2020, 6, 1)), to: None };
        assert!(from.is_within(year) && from.or(year).to == year.to);
        assert!(!Validity { to: Some(date(2021, 1, 1)), ..from }.is_within(year));
        assert!(Validity::between(date(2020, 2, 1), date(2020, 1, 1)).is_backwards());
    }
}
