//! What displacement is worked out with: shares on top of posted prices, and baselines that somebody states.

use muster_kit::intake::{Column, Finding, Findings, ImportKind, RawFile};

use super::{RowsRead, cash_flows::month, each, money};
use crate::domain::{
    Month, Word,
    displacement::{AllInShare, Hours},
};

/// Shares that make a posted price all-in.
pub const ALL_IN_SHARES: ImportKind = ImportKind {
    name: "all-in-shares",
    summary: "what comes on top of the posted price of bank and agency shifts to make it all-in",
    publisher: "muster",
    header: true,
    columns: &[
        Column::required("supply", "bank", "bank or agency"),
        Column::required("share", "0.40", "share of the posted price, 0 to 1"),
        Column::required("valid_from", "2015-04", "first month, YYYY-MM"),
        Column::required("source", "on-costs of the trust, finance department", "where it is from"),
        Column::optional("valid_to", "", "last month, YYYY-MM; empty = still"),
        Column::optional("verified", "N", "Y when compared with the source"),
    ],
};

/// Baselines of displacement.
pub const DISPLACEMENT_BASELINES: ImportKind = ImportKind {
    name: "displacement-baselines",
    summary: "bank and agency hours that a month is compared with instead of the same month a year before",
    publisher: "muster",
    header: true,
    columns: &[
        Column::required("organisation", "RJZ", "ODS code"),
        Column::required("month", "2017-10", "the month that is compared with it, YYYY-MM"),
        Column::required("staff_group", "nursing", "group of staff as shifts name it"),
        Column::required("agency_hours", "1000", "hours"),
        Column::required("agency_cost", "30000.00", "pounds, as posted"),
        Column::required("bank_hours", "200", "hours"),
        Column::required("bank_cost", "4000.00", "pounds, as posted"),
        Column::required("source", "plan agreed 2017-03", "where it is from"),
    ],
};

/// A stated baseline: organisation, month and group of staff with their hours.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct StatedBaseline {
    /// ODS code.
    pub organisation: String,
    /// The month that is compared with it.
    pub month: Month,
    /// Group of staff.
    pub staff_group: String,
    /// Agency.
    pub agency: Hours,
    /// Bank.
    pub bank: Hours,
    /// Where it is from.
    pub source: String,
}

/// Reads the shares that can be read.
///
/// # Errors
/// The findings of a file that is refused whole.
pub fn all_in_rows(file: &RawFile) -> Result<RowsRead<AllInShare>, Findings> {
    let mut read = each(file, &ALL_IN_SHARES, |table, row| {
        let cell = |name| row.cell(table.column(&ALL_IN_SHARES, name));
        let from = month(&cell("valid_from"))?;
        let to = cell("valid_to").optional(month)?;
        if to.is_some_and(|to| to < from) {
            let remedy = "mend one of the two";
            return Err(cell("valid_to").error(
                "wrong-order",
                "the last month lies before the first",
                remedy,
            ));
        }
        Ok(AllInShare {
            supply: cell("supply").word(Word::WORDS)?,
            share_ppm: cell("share").share_ppm()?,
            from,
            to,
            source: cell("source").required()?.to_owned(),
            verified: cell("verified").optional(muster_kit::intake::Cell::yes)?.unwrap_or(false),
        })
    })?;
    read.unique("valid_from", "a share of this supply and month stands twice", |it| {
        ((it.supply, it.from), it.from.to_string())
    });
    Ok(read)
}

/// The shipped shares.
///
/// # Errors
/// Findings when the shipped file is damaged, which a test rules out.
pub fn shipped_all_in() -> Result<Vec<AllInShare>, Findings> {
    let text = include_str!("../../data/all-in-shares.csv");
    all_in_rows(&RawFile::new("all-in-shares.csv", text.as_bytes().to_vec()))?.strict().map(|(rows, _)| rows)
}

/// Reads the baselines that can be read.
///
/// # Errors
/// The findings of a file that is refused whole.
pub fn displacement_baseline_rows(file: &RawFile) -> Result<RowsRead<StatedBaseline>, Findings> {
    let kind = &DISPLACEMENT_BASELINES;
    let mut read = each(file, kind, |table, row| {
        let cell = |name| row.cell(table.column(kind, name));
        let hours = |hours: &'static str, cost: &'static str| -> Result<Hours, Finding> {
            let pence = money(&cell(cost))?;
            if pence < 0 {
                return Err(cell(cost).error("negative", "below zero", "give pounds of zero or more"));
            }
            // 1/1000 of an hour as minutes
            let minutes = crate::domain::figure::divide_i64(i128::from(cell(hours).milli()?) * 60, 1_000);
            Ok(Hours { minutes, pence, shifts: i64::from(minutes > 0), without_price: 0 })
        };
        Ok(StatedBaseline {
            organisation: cell("organisation").code()?,
            month: month(&cell("month"))?,
            staff_group: cell("staff_group").required()?.to_owned(),
            agency: hours("agency_hours", "agency_cost")?,
            bank: hours("bank_hours", "bank_cost")?,
            source: cell("source").required()?.to_owned(),
        })
    })?;
    read.unique("staff_group", "organisation, month and group of staff stand twice", |it| {
        let key = (it.organisation.clone(), it.month, it.staff_group.clone());
        (key, it.staff_group.clone())
    });
    Ok(read)
}
