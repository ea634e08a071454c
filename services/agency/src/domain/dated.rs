//! A rule with its validity, its source and whether somebody checked it against that source.

use jiff::civil::Date;

/// A value that holds from a day to a day, both included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dated<T> {
    /// What holds.
    pub value: T,
    /// First day.
    pub from: Date,
    /// Last day; none while it lasts.
    pub to: Option<Date>,
    /// Where it is from.
    pub source: String,
    /// Was it checked against its source?
    pub verified: bool,
}

impl<T> Dated<T> {
    /// Does it hold on a day?
    pub fn holds(&self, on: Date) -> bool {
        self.from <= on && self.to.is_none_or(|to| on <= to)
    }
}

/// The row in force on a day among those that `fits` accepts: the one that began last, and of two that began on the same
/// day the one read last, so that a user's own row goes before a shipped one.
pub fn in_force<T>(rows: &[Dated<T>], on: Date, fits: impl Fn(&T) -> bool) -> Option<&Dated<T>> {
    rows.iter().filter(|row| row.holds(on) && fits(&row.value)).max_by_key(|row| row.from)
}
