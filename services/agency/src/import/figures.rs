//! Reference figures: ceilings, pay bills, and who signs off.

use jiff::civil::Date;
use muster_kit::intake::{Cell, Column, Finding, ImportKind};

use super::{
    rates::dated,
    rules::{FROM, Line, SOURCE, TO, VERIFIED},
};
use crate::domain::{
    Reference,
    reference::{Ceiling, CeilingBasis, PayBill, Signatory},
    words::Word,
};

/// Spending ceilings.
pub(super) const CEILINGS: ImportKind = ImportKind {
    name: "ceilings",
    summary: "the most that an organisation may spend on agency staff in a financial year",
    publisher: "muster",
    header: true,
    columns: &[
        Column::required("organisation", "RJZ", "ODS code"),
        Column::required("year", "2017", "financial year ending (2017 = 2016-17), or as 2016-17"),
        Column::required("amount", "21000000.00", "pounds, or a share of pay from 0 to 1"),
        Column::required("basis", "pounds", "pounds or pay-share"),
        Column::optional("source", "letter of 2016-02-10", "where it is from"),
    ],
};

/// Pay bills.
pub(super) const PAY_BILL: ImportKind = ImportKind {
    name: "pay-bill",
    summary: "pay of a month by group of staff: substantive, bank and agency",
    publisher: "muster",
    header: true,
    columns: &[
        Column::required("organisation", "RJZ", "ODS code"),
        Column::required("month", "2016-04", "month, YYYY-MM"),
        Column::required("staff_group", "nursing", "group of staff"),
        Column::required("substantive", "12000000.00", "pounds"),
        Column::optional("bank", "900000.00", "pounds; empty = unknown"),
        Column::optional("agency", "700000.00", "pounds; empty = unknown"),
        Column::optional("substantive_fte", "4310.5", "substantive staff, FTE; empty = unknown"),
    ],
};

/// Who signs off.
pub(super) const SIGNATORIES: ImportKind = ImportKind {
    name: "signatories",
    summary: "accounts that may sign shifts off for an organisation, by role and date",
    publisher: "muster",
    header: true,
    columns: &[
        Column::required("actor", "u-1042", "account"),
        Column::required("organisation", "RJZ", "ODS code"),
        Column::required(
            "role",
            "chief-executive",
            "override, exemption, executive-director or chief-executive; a later one may sign what an earlier one may",
        ),
        FROM,
        SOURCE,
        TO,
        VERIFIED,
    ],
};

/// Reads a row of one of these kinds.
pub(super) fn take(line: &Line<'_, '_>, into: &mut Reference) -> Result<(), Finding> {
    match line.kind.name {
        "ceilings" => into.ceilings.push(ceiling(line)?),
        "pay-bill" => into.pay_bill.push(pay_bill(line)?),
        _ => into.signatories.push(dated(line, signatory)?),
    }
    Ok(())
}

fn ceiling(line: &Line<'_, '_>) -> Result<Ceiling, Finding> {
    let (basis, amount) = (line.cell("basis").word(Word::WORDS)?, line.cell("amount"));
    let value = match basis {
        CeilingBasis::Pounds => amount.pence()?,
        CeilingBasis::PayShare => amount.share_ppm()?,
    };
    if value < 0 {
        return Err(amount.error("negative", "below zero", "give a ceiling of zero or more"));
    }
    Ok(Ceiling {
        organisation: line.cell("organisation").code()?,
        year: year(&line.cell("year"))?,
        amount: value,
        basis,
        source: line.cell("source").text.to_owned(),
    })
}

/// `2017`, `2016-17`, `2016/17`: the financial year that ends in 2017.
fn year(cell: &Cell<'_>) -> Result<i16, Finding> {
    let wrong = || {
        cell.error(
            "not-a-year",
            "not a financial year",
            "write the year in which it ends as 2017, or both as 2016-17",
        )
    };
    let parsed = match cell.text.split_once(['-', '/']) {
        None => cell.text.parse::<i16>().ok(),
        Some((first, last)) => {
            let first: i16 = first.parse().map_err(|_| wrong())?;
            let next = first + 1;
            let fits = last == format!("{:02}", next % 100) || last == next.to_string();
            fits.then_some(next)
        }
    };
    parsed.filter(|year| (1990..2100).contains(year)).ok_or_else(wrong)
}

fn pay_bill(line: &Line<'_, '_>) -> Result<PayBill, Finding> {
    let month = line.cell("month");
    let first = match month.text.len() {
        7 => format!("{}-01", month.text).parse::<Date>().ok(),
        // a workbook may hold the first day of the month
        10 => month.text.parse().ok().filter(|day: &Date| day.day() == 1),
        _ => None,
    };
    let not_month = || month.error("not-a-month", "not a month", "write it as 2016-04");
    Ok(PayBill {
        organisation: line.cell("organisation").code()?,
        month: first.ok_or_else(not_month)?,
        staff_group: line.cell("staff_group").required()?.to_owned(),
        substantive: line.cell("substantive").pence()?,
        bank: line.cell("bank").optional(Cell::pence)?,
        agency: line.cell("agency").optional(Cell::pence)?,
        substantive_fte: line.cell("substantive_fte").optional(Cell::milli)?,
    })
}

fn signatory(line: &Line<'_, '_>) -> Result<Signatory, Finding> {
    Ok(Signatory {
        actor: line.cell("actor").required()?.to_owned(),
        organisation: line.cell("organisation").code()?,
        role: line.cell("role").word(Word::WORDS)?,
    })
}
