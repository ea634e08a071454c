//! "Spend over 25 thousand" files as trusts and the commissioner publish them: several layouts with drifting headers. Contexts that
//! look at what is paid to whom (temporary staffing, suppliers) read them here; what a line means is theirs to say.

use jiff::civil::Date;
use muster_kit::intake::{Cell, Column, DateForm, Finding, Findings, ImportKind, RawFile, Row, Table};

/// The kind.
pub const SPEND: ImportKind = ImportKind {
    name: "spend",
    summary: "payments by date, expense type and supplier, as published every month; read under any of their headers",
    publisher: "NHS trusts and commissioners",
    header: true,
    columns: &[
        Column::required("Entity", "Lewisham and Greenwich NHS Trust", "who paid")
            .also(&["Entuty", "Body", "Org Code"]),
        Column::required("Date", "30/04/2020", "day of payment").also(&["Date of payment", "Payment Date"]),
        Column::required("Expense Type", "Agency Nursing: Band 5", "what for").also(&[
            "Expsene Type",
            "Expenses Type",
            "Description",
        ]),
        Column::required("Supplier", "MSI GROUP LTD", "who was paid").also(&["Supplier Name"]),
        Column::required("Amount", "49,521.52", "pounds").also(&[
            "Amount GBP",
            "Total Amount",
            "Sum of Amount",
        ]),
        Column::optional("Department Family", "Department of Health", "department"),
        Column::optional("Expense Area", "E.B.M.E.", "cost centre"),
        Column::optional("Transaction Number", "30448980", "reference of the payment"),
        Column::optional("Financial Year", "2021", "financial year"),
        Column::optional("Financial Period", "1", "month of the financial year"),
        Column::optional(
            "Month",
            "2020-04",
            "month of payment, YYYY-MM: decides between day first and month first",
        ),
    ],
};

/// A line of spend.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpendLine {
    /// Line in the file.
    pub line: u64,
    /// Who paid, as the file names it.
    pub entity: String,
    /// Day of payment.
    pub on: Date,
    /// Expense type.
    pub expense_type: String,
    /// Supplier as the file spells it.
    pub supplier: String,
    /// Amount in pence; negative when money came back.
    pub pence: i64,
}

/// What a file of spend says.
#[derive(Clone, Debug)]
pub struct SpendRead {
    /// Good lines.
    pub lines: Vec<SpendLine>,
    /// Lines that were refused.
    pub refused: u64,
    /// What was found.
    pub findings: Findings,
}

/// A file that was refused whole.
#[derive(Clone, Debug)]
pub struct SpendRefused {
    /// Data lines in it, where it could be read at all.
    pub rows: u64,
    /// Why.
    pub findings: Findings,
}

/// Reads a file.
///
/// # Errors
/// The findings of a file that is refused whole: another layout, a missing column, no text.
pub fn read_spend(file: &RawFile) -> Result<SpendRead, SpendRefused> {
    let table = file.table(&SPEND).map_err(|findings| whole(file, findings))?;
    let mut findings = Findings::new(&file.name);
    findings.extend(table.findings.clone());
    let mut lines = Vec::new();
    let mut month_first: Vec<(u64, String)> = Vec::new();
    for row in table.rows() {
        if let Some((line, turned)) = findings.keep(line(&table, &row)) {
            let written = || row.cell(table.column(&SPEND, "Date")).text.to_owned();
            month_first.extend(turned.then(|| (line.line, written())));
            lines.push(line);
        }
    }
    if let Some((first, written)) = month_first.first() {
        let problem =
            format!("{} dates are written month first, as the month beside them says", month_first.len());
        let remedy = "look at a few of them against the publisher's page";
        findings.push(Finding::warning("month-first", problem, remedy).at(*first, "Date", written));
    }
    let refused = table.rows_read().saturating_sub(lines.len() as u64);
    Ok(SpendRead { lines, refused, findings })
}

/// Says more of a file that is refused whole: how many lines, and whether columns ran together.
fn whole(file: &RawFile, mut findings: Findings) -> SpendRefused {
    let Ok(table) = file.any_table() else { return SpendRefused { rows: 0, findings } };
    let entity = table.column(&SPEND, "Entity");
    let glued = table.rows().map(|row| row.cell(entity)).find(|cell| ends_with_date(cell.text));
    if let Some(cell) = glued {
        let problem =
            "payer and date stand in one cell: columns ran together when the file was made from a PDF";
        findings.push(cell.error("columns-ran-together", problem, "ask the publisher for the CSV"));
    }
    SpendRefused { rows: table.rows_read(), findings }
}

fn ends_with_date(text: &str) -> bool {
    let tail = text.char_indices().rev().nth(9).map(|(at, _)| &text[at..]);
    text.len() > 10 && tail.is_some_and(|tail| british(tail).is_some())
}

/// A line, and whether its date is written month first.
fn line(table: &Table, row: &Row<'_>) -> Result<(SpendLine, bool), Finding> {
    let cell = |name| row.cell(table.column(&SPEND, name));
    let turned = american(cell("Date").text, cell("Month").text);
    let line = SpendLine {
        line: row.line,
        entity: cell("Entity").required()?.to_owned(),
        on: match turned {
            Some(date) => date,
            None => day(&cell("Date"))?,
        },
        expense_type: cell("Expense Type").text.to_owned(),
        supplier: cell("Supplier").required()?.to_owned(),
        pence: amount(&cell("Amount"))?,
    };
    Ok((line, turned.is_some()))
}

/// A date whose month comes first: only where the month beside it says so, and there is no such day with the day first.
fn american(text: &str, month: &str) -> Option<Date> {
    let (first, rest) = text.split_once('/')?;
    let (second, year) = rest.split_once('/')?;
    let date = british(&format!("{second}/{first}/{year}"))?;
    let of = |date: Date| format!("{:04}-{:02}", date.year(), date.month()) == month;
    (of(date) && british(text).is_none()).then_some(date)
}

/// `30/04/2020`, `5/4/20`, `2020-04-30`, `05-Apr-20`, with or without a time of day.
fn day(cell: &Cell<'_>) -> Result<Date, Finding> {
    let text = cell.text.split([' ', 'T']).next().unwrap_or_default();
    let read = ["%d-%b-%y", "%d-%b-%Y"].iter().find_map(|form| Date::strptime(form, text).ok());
    match british(text).or(read) {
        Some(date) => Ok(date),
        None => Cell { text, ..*cell }.date(&[DateForm::British, DateForm::Iso]),
    }
}

fn british(text: &str) -> Option<Date> {
    let mut parts = text.split('/');
    let (day, month, year) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?, parts.next()?);
    let digits = year.bytes().all(|b| b.is_ascii_digit());
    let year: i16 = match year.len() {
        4 if digits => year.parse().ok()?,
        2 if digits => 2000 + year.parse::<i16>().ok()?,
        _ => return None,
    };
    if parts.next().is_some() { None } else { Date::new(year, month, day).ok() }
}

/// Pounds with a sign or brackets, a pound sign and thousands.
fn amount(cell: &Cell<'_>) -> Result<i64, Finding> {
    let (negative, text) = match cell.text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
        Some(inner) => (true, inner),
        None => (false, cell.text),
    };
    let text = text.replace(['£', ' '], "");
    let read = Cell { text: &text, line: cell.line, column: cell.column }.pence();
    read.map(|pence| if negative { -pence } else { pence })
        .map_err(|found| found.at(cell.line, cell.column, cell.text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_month_beside_a_date_decides_which_way_round_it_is() {
        let date = |year, month, day| Date::new(year, month, day).ok();
        assert_eq!(american("11/30/2020", "2020-11"), date(2020, 11, 30));
        // a day of another month than the one it was posted in is no sign of the other order
        assert_eq!((american("11/03/2020", "2020-11"), american("03/11/2020", "2020-11")), (None, None));
        assert_eq!((american("11/03/2020", ""), american("11/30/2020", "")), (None, None));
        assert_eq!(american("30/04/2020", "2020-05"), None);
    }
}
