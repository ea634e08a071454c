//! Temporary cover that organisations used in the latest twelve months, as whole-time staff and pounds.

use std::collections::{BTreeMap, BTreeSet};

use muster_proto::staffing::v1::ObservedCover;

use super::{hours, money, month_words};
use crate::{
    figures,
    table::{Cell, Table},
};

/// Months that are looked at.
const MONTHS: usize = 12;

/// Cover that was used, with its sentence.
pub(crate) struct Used {
    pub(crate) finding: String,
    pub(crate) table: Table,
}

#[derive(Clone, Copy, Default)]
struct Sum {
    bank_minutes: i64,
    agency_minutes: i64,
    unfilled_minutes: i64,
    bank_pence: i64,
    agency_pence: i64,
}

impl Sum {
    fn add(&mut self, row: &ObservedCover) {
        self.bank_minutes += row.bank_minutes;
        self.agency_minutes += row.agency_minutes;
        self.unfilled_minutes += row.unfilled_minutes;
        self.bank_pence += row.bank_pence;
        self.agency_pence += row.agency_pence;
    }
}

/// Minutes over so many months as whole-time staff on average, FTE in 1/1000: a year has 37.5 hours in each of 365.25/7 weeks.
///
/// minutes x 12/months / (37.5 x 60 x 365.25/7) x 1000 = minutes x 168,000 / (months x 1,643,625)
fn fte(minutes: i64, months: i64) -> i64 {
    figures::round(minutes.saturating_mul(168_000), months.max(1) * 1_643_625)
}

/// The latest twelve months there are, by organisation; nothing when no month is known.
pub(crate) fn used(rows: &[ObservedCover]) -> Option<Used> {
    let known: BTreeSet<&str> = rows.iter().map(|row| row.month.as_str()).collect();
    let latest: BTreeSet<&str> = known.into_iter().rev().take(MONTHS).collect();
    let (first, last) = (*latest.first()?, *latest.last()?);
    let months = i64::try_from(latest.len()).unwrap_or(1);
    let mut sums: BTreeMap<&str, Sum> = BTreeMap::new();
    let mut whole = Sum::default();
    for row in rows.iter().filter(|row| latest.contains(row.month.as_str())) {
        sums.entry(&row.organisation).or_default().add(row);
        whole.add(row);
    }
    let when = if first == last {
        format!("In {}", month_words(first))
    } else {
        format!("From {} to {}", month_words(first), month_words(last))
    };
    let finding = format!(
        "{when} bank and agencies stood in for {} whole-time staff on average: the bank for {} at {}, agencies for {} at {}.",
        figures::tenths(fte(whole.bank_minutes + whole.agency_minutes, months)),
        figures::tenths(fte(whole.bank_minutes, months)),
        money(whole.bank_pence),
        figures::tenths(fte(whole.agency_minutes, months)),
        money(whole.agency_pence),
    );
    let table = Table::new("cover-used", format!("{when}, by organisation"))
        .text("Organisation", "organisation")
        .number("Bank (FTE)", "bank_fte")
        .number("Agencies (FTE)", "agency_fte")
        .number("Bank", "bank_pounds")
        .number("Agencies", "agency_pounds")
        .number("Hours unfilled", "unfilled_hours");
    let rows = sums.into_iter().map(|(organisation, sum)| {
        vec![
            Cell::text(organisation),
            Cell::fte(fte(sum.bank_minutes, months)),
            Cell::fte(fte(sum.agency_minutes, months)),
            Cell::pounds(sum.bank_pence),
            Cell::pounds(sum.agency_pence),
            Cell::count(hours(sum.unfilled_minutes)),
        ]
    });
    Some(Used { finding, table: table.rows(rows.collect::<Vec<_>>()) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(organisation: &str, month: &str, bank: i64, agency: i64) -> ObservedCover {
        ObservedCover {
            organisation: organisation.into(),
            month: month.into(),
            bank_minutes: bank,
            agency_minutes: agency,
            bank_pence: bank * 50,
            agency_pence: agency * 60,
            ..ObservedCover::default()
        }
    }

    #[test]
    fn a_year_of_a_whole_time_post_is_one_whole_time_equivalent() {
        // 37.5 hours in each of 365.25/7 weeks are 117,401.79 minutes a year, 9,783.48 a month
        assert_eq!((fte(117_402, 12), fte(9_783, 1), fte(117_402, 1)), (1_000, 1_000, 12_000));
    }

    #[test]
    fn only_the_latest_twelve_months_count() {
        let mut rows: Vec<ObservedCover> =
            (1..=12).map(|month| row("RJZ", &format!("2016-{month:02}"), 9_783, 19_567)).collect();
        rows.push(row("RJZ", "2015-12", 9_999_999, 0));
        rows.push(row("RJ1", "2016-12", 0, 0));
        let found = used(&rows).unwrap();
        assert_eq!(
            found.finding,
            "From January 2016 to December 2016 bank and agencies stood in for 3.0 whole-time staff on average: the bank for \
             1.0 at £58,698, agencies for 2.0 at £141,000."
        );
        assert_eq!(found.table.rows.len(), 2);
        assert!(used(&[]).is_none());
    }
}
