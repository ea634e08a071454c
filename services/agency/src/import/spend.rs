//! "Spend over 25 thousand" files as trusts and the commissioner publish them: several layouts with drifting headers.

use jiff::civil::Date;
use muster_kit::intake::{Cell, Column, DateForm, Finding, Findings, ImportKind, RawFile, Row, Table};

use super::rules::{self, Line};
use crate::domain::{
    SpendLine, SpendRule,
    words::{Word, plain},
};

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
    ],
};

/// The rule table that recognises temporary staffing.
pub const SPEND_RULES: ImportKind = ImportKind {
    name: "spend-rules",
    summary: "which lines of spend are temporary staffing; the first rule that fits counts",
    publisher: "muster",
    header: true,
    columns: &[
        Column::required("expense_type", "agency nursing", "words of the expense type; empty = any"),
        Column::required("supplier", "", "words of the supplier; empty = any"),
        Column::required("supply", "agency", "agency, bank, locum, recharge, unclear or other"),
        Column::required("reason", "expense type names agency", "why"),
        Column::optional("organisation", "", "words of the payer; empty = any"),
        Column::optional("staff_group", "nursing", "group of staff"),
    ],
};

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
    for row in table.rows() {
        if let Some(line) = findings.keep(line(&table, &row)) {
            lines.push(line);
        }
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

fn line(table: &Table, row: &Row<'_>) -> Result<SpendLine, Finding> {
    let cell = |name| row.cell(table.column(&SPEND, name));
    Ok(SpendLine {
        line: row.line,
        entity: cell("Entity").required()?.to_owned(),
        on: day(&cell("Date"))?,
        expense_type: cell("Expense Type").text.to_owned(),
        supplier: cell("Supplier").required()?.to_owned(),
        pence: amount(&cell("Amount"))?,
    })
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

/// The shipped rule table.
///
/// # Errors
/// Findings when it is damaged, which a test rules out.
pub fn shipped_spend_rules() -> Result<Vec<SpendRule>, Findings> {
    rules::whole(|_| Vec::new()).map(|all| all.reference.spend_rules)
}

/// Reads a rule table.
///
/// # Errors
/// Findings when the file or a row of it is refused.
pub fn read_spend_rules(file: &RawFile) -> Result<Vec<SpendRule>, Findings> {
    let table = file.table(&SPEND_RULES)?;
    let mut findings = Findings::new(&file.name);
    findings.extend(table.findings.clone());
    let mut rules = Vec::new();
    for row in table.rows() {
        let cell = |name: &str| row.cell(table.column(&SPEND_RULES, name));
        let rule = take_rule(&Line { kind: &SPEND_RULES, cell: &cell });
        rules.extend(findings.keep(rule));
    }
    if findings.has_errors() { Err(findings) } else { Ok(rules) }
}

/// Reads a row of the rule table.
pub(super) fn take_rule(line: &Line<'_, '_>) -> Result<SpendRule, Finding> {
    let words = |name| plain(line.cell(name).text);
    let supply = line.cell("supply");
    let rule = SpendRule {
        organisation: words("organisation"),
        expense_type: words("expense_type"),
        supplier: words("supplier"),
        supply: supply.word(Word::WORDS)?,
        staff_group: line.cell("staff_group").text.to_owned(),
        reason: line.cell("reason").text.to_owned(),
    };
    if rule.organisation.is_empty() && rule.expense_type.is_empty() && rule.supplier.is_empty() {
        let found =
            Finding::error("matches-everything", "the rule fits every line", "give words to look for");
        return Err(found.at(supply.line, "", ""));
    }
    Ok(rule)
}
