//! Monthly snapshots that a federation or practice sends: what became of each.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::{calendar::working_day_after, units::Fte};

/// A snapshot is due on this working day of the month that follows.
const DUE_WORKING_DAY: u32 = 3;

/// One snapshot: the month of one organisation in one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// Who it speaks for: the federation of the practices in it, or the organisation itself.
    pub organisation: String,
    /// Month end.
    pub month_end: Date,
    /// Day on which it came.
    pub received: Date,
    /// Practices of the organisation that it leaves out.
    pub missing: Vec<String>,
    /// FTE.
    pub fte: Fte,
}

impl Snapshot {
    /// Last day on which it counts as in time.
    pub fn due(&self) -> Date {
        working_day_after(self.month_end, DUE_WORKING_DAY)
    }

    /// True when it came after the third working day of the month that follows.
    pub fn is_late(&self) -> bool {
        self.received > self.due()
    }
}

/// Members that a snapshot leaves out, in the order of their codes.
pub fn missing_members(members: &BTreeSet<String>, reported: &BTreeSet<String>) -> Vec<String> {
    members.difference(reported).cloned().collect()
}

/// The same month a year earlier: only like months are compared, since training posts turn over in August and February.
pub fn year_before(month_end: Date) -> Date {
    let year = month_end.year() - 1;
    Date::constant(year, month_end.month(), 1).last_of_month()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn late_is_after_the_third_working_day() {
        let mut snapshot = Snapshot {
            organisation: "X".into(),
            month_end: date(2018, 3, 31),
            received: date(2018, 4, 5),
            missing: vec![],
            fte: Fte::ZERO,
        };
        assert!(!snapshot.is_late());
        snapshot.received = date(2018, 4, 6);
        assert!(snapshot.is_late());
    }

    #[test]
    fn the_year_before_ends_on_its_own_month_end() {
        assert_eq!(year_before(date(2017, 2, 28)), date(2016, 2, 29));
    }
}
