//! Cost inversion: where an hour of the bank costs as much all-in as one of an agency, or more.

use muster_proto::agency::v1::ListInversionsResponse;

use super::{band_words, hours, money};
use crate::{
    figures,
    table::{Cell, Table},
};

/// What was found, in a sentence with what it means.
pub(crate) fn finding(told: &ListInversionsResponse) -> String {
    let excess: i64 = told.rows.iter().map(|row| row.excess_pence).sum();
    match (told.compared, told.rows.len()) {
        (0, _) => {
            "Bank and agencies never worked the same grade, site and time at known prices, so nothing can be compared.".into()
        }
        (compared, 0) => format!(
            "The bank is cheaper all-in than agencies at each of the {} grades, sites and times at which both worked.",
            figures::count(compared.into())
        ),
        (compared, dear) => format!(
            "At {dear} of {} grades, sites and times at which both worked, an hour of the bank costs as much all-in as one of \
             an agency, or more: {} more over the bank’s hours. Moving shifts from agencies to the bank saves nothing there \
             until its rates come down.",
            figures::count(compared.into()),
            money(excess)
        ),
    }
}

/// The largest excess first.
pub(crate) fn table(told: &ListInversionsResponse) -> Table {
    let table =
        Table::new("inversions", "Where the bank is no cheaper than agencies, the largest excess first")
            .text("Site", "site")
            .text("Organisation", "organisation")
            .text("Grade", "grade")
            .text("Time", "time_band")
            .number("Bank, all-in an hour", "bank_pounds_an_hour")
            .number("Agency, all-in an hour", "agency_pounds_an_hour")
            .number("Hours by the bank", "bank_hours")
            .number("Hours by agencies", "agency_hours")
            .number("Excess of the bank", "excess_pounds");
    let rows = told.rows.iter().map(|row| {
        vec![
            Cell::text(row.site.clone()),
            Cell::text(row.organisation.clone()),
            Cell::text(row.grade.clone()),
            Cell::text(row.time_band.clone()).shown(band_words(&row.time_band)),
            Cell::pounds(row.bank_hour_pence),
            Cell::pounds(row.agency_hour_pence),
            Cell::count(hours(row.bank_minutes)),
            Cell::count(hours(row.agency_minutes)),
            Cell::pounds(row.excess_pence),
        ]
    });
    table.rows(rows.collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use muster_proto::agency::v1::Inversion;

    use super::*;

    #[test]
    fn what_was_not_compared_is_not_called_cheaper() {
        let told = |compared, excess: &[i64]| ListInversionsResponse {
            compared,
            rows: excess
                .iter()
                .map(|pence| Inversion { excess_pence: *pence, ..Inversion::default() })
                .collect(),
        };
        assert!(finding(&told(0, &[])).ends_with("nothing can be compared."));
        assert!(
            finding(&told(7, &[])).starts_with("The bank is cheaper all-in than agencies at each of the 7")
        );
        let found = finding(&told(7, &[100_000, 20_000]));
        assert!(found.starts_with("At 2 of 7") && found.contains("or more: £1,200 more over"), "{found}");
    }
}
