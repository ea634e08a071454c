//! Cash flows of a business case: organisation by month, with the least and the most where they are known.

use std::collections::BTreeMap;

use muster_kit::intake::{Cell, Column, Finding, Findings, ImportKind, RawFile};

use super::{money, rows};
use crate::domain::{
    Month,
    case::{Case, Flow},
};

/// The kind.
pub const CASH_FLOWS: ImportKind = ImportKind {
    name: "cash-flows",
    summary: "cash flows of a business case by organisation and month; costs are negative",
    publisher: "muster",
    header: true,
    columns: &[
        Column::required("organisation", "RJ1", "ODS code"),
        Column::required("month", "2018-04", "YYYY-MM"),
        Column::required("amount", "-600000.00", "pounds; costs negative, savings positive"),
        Column::optional("low", "-700000.00", "pounds in the low case: the worst that is planned for"),
        Column::optional("high", "-550000.00", "pounds in the high case"),
        Column::optional("what", "implementation", "what it is for"),
    ],
};

/// A month of the file's own form: `2018-04`, or the date of one of its days.
pub(super) fn month(cell: &Cell<'_>) -> Result<Month, Finding> {
    Month::read(cell.required()?)
        .ok_or_else(|| cell.error("not-a-month", "not a month", "write it as 2018-04"))
}

/// Reads a file.
///
/// # Errors
/// The findings of a file that is refused, whole or for one of its rows.
pub fn read_cash_flows(file: &RawFile) -> Result<(Case, Findings), Findings> {
    let (read, findings) = rows(file, &CASH_FLOWS, |table, row| {
        let cell = |name| row.cell(table.column(&CASH_FLOWS, name));
        let amount = money(&cell("amount"))?;
        let low = cell("low").optional(money)?.unwrap_or(amount);
        let high = cell("high").optional(money)?.unwrap_or(amount);
        if !(low..=high).contains(&amount) {
            let remedy = "give low <= amount <= high; a dearer cost is lower, since costs are negative";
            return Err(cell("amount").error("not-between", "not between low and high", remedy));
        }
        Ok((cell("organisation").code()?, month(&cell("month"))?, Flow { amount, low, high }))
    })?;
    let mut case: BTreeMap<String, BTreeMap<Month, Flow>> = BTreeMap::new();
    for (organisation, month, flow) in read {
        // several rows of a month are several things paid in it
        let sum = case.entry(organisation).or_default().entry(month).or_default();
        *sum = sum.plus(&flow);
    }
    Ok((Case { organisations: case }, findings))
}
