//! Schemes, their months, ledgers with a control total, and claims.

use std::collections::{BTreeMap, BTreeSet};

use muster_kit::intake::{Cell, Column, Finding, Findings, ImportKind, RawFile, Row, Table};

use super::{cash_flows::month, money, rows};
use crate::domain::{
    Word,
    savings::{Claim, Decision, LedgerImport, LineKey, MonthFigures, Scheme, SchemeMonths},
};

/// Schemes.
pub const SCHEMES: ImportKind = ImportKind {
    name: "schemes",
    summary: "savings schemes",
    publisher: "muster",
    header: true,
    columns: &[
        Column::required("scheme", "S-017", "name of the scheme"),
        Column::required("organisation", "RJ1", "ODS code of who saves"),
        Column::required("programme", "shared payroll", "programme"),
        Column::required("title", "one payroll bureau", "title"),
        Column::required("category", "pay", "pay, non-pay, income"),
        Column::required("type", "cash-releasing", "cash-releasing, cost-avoidance, productivity, income"),
        Column::required("recurrent", "Y", "Y when it comes again every year"),
        Column::required("start_month", "2017-10", "YYYY-MM"),
        Column::required("gate", "approved", "idea, outline, documented, approved, in-delivery, closed"),
        Column::required("risk", "M", "H, M, L"),
        Column::required("owner", "A. Owner", "who owns it"),
        Column::required("quality_signed", "Y", "Y when medical director and chief nurse signed"),
        Column::required("over_and_above", "Y", "Y when above the organisation's own programme"),
        Column::optional("one_off_cost", "25000.00", "pounds"),
    ],
};

/// Months of schemes.
pub const SCHEME_MONTHS: ImportKind = ImportKind {
    name: "scheme-months",
    summary: "plan, forecast and actual of schemes by month",
    publisher: "muster",
    header: true,
    columns: &[
        Column::required("scheme", "S-017", "name of the scheme"),
        Column::required("organisation", "RJ1", "ODS code"),
        Column::required("month", "2017-10", "YYYY-MM"),
        Column::optional("plan", "10000.00", "pounds saved by plan"),
        Column::optional("forecast", "9000.00", "pounds"),
        Column::optional("actual", "8500.00", "pounds"),
    ],
};

/// A ledger.
pub const LEDGER: ImportKind = ImportKind {
    name: "ledger",
    summary: "movements of the ledger; the last row TOTAL carries the control total",
    publisher: "muster",
    header: true,
    columns: &[
        Column::required("organisation", "RJ1", "ODS code; TOTAL in the last row"),
        Column::required("month", "2017-10", "YYYY-MM"),
        Column::required("account", "52100", "account"),
        Column::required("cost_centre", "F1234", "cost centre"),
        Column::required("amount", "-8500.00", "pounds; in the last row the sum of all rows before"),
        Column::optional("description", "payroll bureau", "what it is"),
    ],
};

/// Claims and what finance says of them.
pub const CLAIMS: ImportKind = ImportKind {
    name: "claims",
    summary: "savings claimed by owners, each against a line of the ledger, and what finance decided",
    publisher: "muster",
    header: true,
    columns: &[
        Column::required("claim", "C-001", "name of the claim"),
        Column::required("scheme", "S-017", "name of the scheme"),
        Column::required("organisation", "RJ1", "ODS code of the line"),
        Column::required("month", "2017-10", "month of the line, YYYY-MM"),
        Column::required("account", "52100", "account of the line"),
        Column::required("cost_centre", "F1234", "cost centre of the line"),
        Column::required("amount", "8500.00", "pounds claimed"),
        Column::required("claimed_by", "A. Owner", "who claims"),
        Column::optional("decision", "attested", "attested, rejected, withdrawn; empty = not decided"),
        Column::optional("decided_by", "F. Director", "who decided"),
        Column::optional("attested_amount", "8500.00", "pounds that finance finds in the ledger"),
        Column::optional("reason", "", "why it was rejected"),
    ],
};

/// Reads schemes.
///
/// # Errors
/// The findings of a file that is refused, whole or for one of its rows.
pub fn read_schemes(file: &RawFile) -> Result<(Vec<Scheme>, Findings), Findings> {
    let (schemes, mut findings) = rows(file, &SCHEMES, scheme)?;
    let mut seen = BTreeSet::new();
    for scheme in &schemes {
        if !seen.insert(&scheme.id) {
            let remedy = "keep one of the rows";
            findings
                .push(Finding::error("twice", "the scheme stands twice", remedy).at(0, "scheme", &scheme.id));
        }
    }
    if findings.has_errors() { Err(findings) } else { Ok((schemes, findings)) }
}

fn scheme(table: &Table, row: &Row<'_>) -> Result<Scheme, Finding> {
    let cell = |name| row.cell(table.column(&SCHEMES, name));
    let text = |name| cell(name).required().map(str::to_owned);
    Ok(Scheme {
        id: text("scheme")?,
        organisation: cell("organisation").code()?,
        programme: text("programme")?,
        title: text("title")?,
        category: cell("category").word(Word::WORDS)?,
        kind: cell("type").word(Word::WORDS)?,
        recurrent: cell("recurrent").yes()?,
        start: month(&cell("start_month"))?,
        gate: cell("gate").word(Word::WORDS)?,
        risk: cell("risk").word(Word::WORDS)?,
        owner: text("owner")?,
        one_off_cost: cell("one_off_cost").optional(money)?.unwrap_or_default(),
        quality_signed: cell("quality_signed").yes()?,
        over_and_above: cell("over_and_above").yes()?,
    })
}

/// Reads months of schemes, by scheme.
///
/// # Errors
/// The findings of a file that is refused, whole or for one of its rows.
pub fn read_scheme_months(file: &RawFile) -> Result<(BTreeMap<String, SchemeMonths>, Findings), Findings> {
    let (read, mut findings) = rows(file, &SCHEME_MONTHS, |table, row| {
        let cell = |name| row.cell(table.column(&SCHEME_MONTHS, name));
        cell("organisation").code()?;
        let pence = |name| cell(name).optional(money);
        let figures =
            MonthFigures { plan: pence("plan")?, forecast: pence("forecast")?, actual: pence("actual")? };
        Ok((row.line, cell("scheme").required()?.to_owned(), month(&cell("month"))?, figures))
    })?;
    let mut schemes: BTreeMap<String, SchemeMonths> = BTreeMap::new();
    for (line, scheme, month, figures) in read {
        if schemes.entry(scheme.clone()).or_default().insert(month, figures).is_some() {
            let problem = format!("the month {month} of the scheme stands twice");
            findings
                .push(Finding::error("twice", problem, "keep one of the rows").at(line, "scheme", &scheme));
        }
    }
    if findings.has_errors() { Err(findings) } else { Ok((schemes, findings)) }
}

/// A row of a ledger: a line, or the control total.
enum LedgerRow {
    Line(u64, LineKey, i64),
    Total(u64, i64),
}

/// Reads a ledger.
///
/// # Errors
/// The findings of a file that is refused: for a row, without a control total, or with another sum.
pub fn read_ledger(file: &RawFile) -> Result<(LedgerImport, Findings), Findings> {
    let (read, mut findings) = rows(file, &LEDGER, |table, row| {
        let cell = |name| row.cell(table.column(&LEDGER, name));
        let pence = money(&cell("amount"))?;
        if cell("organisation").text.eq_ignore_ascii_case("TOTAL") {
            return Ok(LedgerRow::Total(row.line, pence));
        }
        Ok(LedgerRow::Line(row.line, line_key(&cell)?, pence))
    })?;
    let (mut lines, mut total) = (BTreeMap::new(), None);
    for row in read {
        let (line, twice) = match row {
            _ if total.is_some() => {
                let remedy = "put the row TOTAL last: what follows it is not controlled";
                findings.push(Finding::error("after-total", "rows follow the control total", remedy));
                break;
            }
            LedgerRow::Total(line, pence) => {
                total = Some((line, pence));
                continue;
            }
            LedgerRow::Line(line, key, pence) => (line, lines.insert(key, pence).is_some()),
        };
        if twice {
            let problem = "organisation, month, account and cost centre stand twice";
            findings.push(Finding::error("twice", problem, "add the rows up, or keep one").at(line, "", ""));
        }
    }
    let import = match total {
        None => {
            let remedy = "let the last row be TOTAL with the sum of all rows";
            findings.push(Finding::error(
                "no-control-total",
                "the control total is missing: the file may be cut",
                remedy,
            ));
            None
        }
        Some((line, pence)) => match LedgerImport::new(lines, pence) {
            Ok(import) => Some(import),
            Err(problem) => {
                let found = Finding::error("control-total", problem.what, problem.remedy);
                findings.push(found.at(line, "amount", &problem.value));
                None
            }
        },
    };
    match import {
        Some(import) if !findings.has_errors() => Ok((import, findings)),
        _ => Err(findings),
    }
}

fn line_key<'a>(cell: &impl Fn(&'static str) -> Cell<'a>) -> Result<LineKey, Finding> {
    Ok(LineKey {
        organisation: cell("organisation").code()?,
        month: month(&cell("month"))?,
        account: cell("account").required()?.to_owned(),
        cost_centre: cell("cost_centre").text.to_owned(),
    })
}

/// A claim of a file with what was decided, and by whom.
pub type ClaimRead = (Claim, Option<(Decision, String)>);

/// What a decision may be in a file.
#[derive(Clone, Copy, PartialEq)]
enum Decided {
    Attested,
    Rejected,
    Withdrawn,
}

/// Reads claims.
///
/// # Errors
/// The findings of a file that is refused, whole or for one of its rows.
pub fn read_claims(file: &RawFile) -> Result<(Vec<ClaimRead>, Findings), Findings> {
    const WORDS: &[(&str, Decided)] = &[
        ("attested", Decided::Attested),
        ("rejected", Decided::Rejected),
        ("withdrawn", Decided::Withdrawn),
    ];
    rows(file, &CLAIMS, |table, row| {
        let cell = |name| row.cell(table.column(&CLAIMS, name));
        let text = |name| cell(name).required().map(str::to_owned);
        let claim = Claim {
            id: text("claim")?,
            scheme: text("scheme")?,
            line: line_key(&cell)?,
            pence: money(&cell("amount"))?,
            by: text("claimed_by")?,
        };
        let Some(word) = cell("decision").optional(|cell| cell.word(WORDS))? else {
            return Ok((claim, None));
        };
        let decision = match word {
            Decided::Attested => Decision::Attested(money(&cell("attested_amount"))?),
            Decided::Rejected => Decision::Rejected(text("reason")?),
            Decided::Withdrawn => Decision::Withdrawn,
        };
        Ok((claim, Some((decision, text("decided_by")?))))
    })
}
