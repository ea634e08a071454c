//! Schemes, their months, ledgers with a control total, and claims.

use std::collections::BTreeMap;

use muster_kit::intake::{Cell, Column, Finding, Findings, ImportKind, RawFile, Row, Table};

use super::{Numbered, RowsRead, cash_flows::month, each, money, rows};
use crate::domain::{
    Month, Word,
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
    scheme_rows(file)?.strict()
}

/// Reads the schemes that can be read.
///
/// # Errors
/// The findings of a file that is refused whole.
pub fn scheme_rows(file: &RawFile) -> Result<RowsRead<Scheme>, Findings> {
    let mut read = each(file, &SCHEMES, scheme)?;
    read.unique("scheme", "the scheme stands twice", |it| (it.id.clone(), it.id.clone()));
    Ok(read)
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

/// A month of a scheme.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct SchemeMonth {
    /// Scheme.
    pub scheme: String,
    /// ODS code.
    pub organisation: String,
    /// Month.
    pub month: Month,
    /// Its figures.
    pub figures: MonthFigures,
}

/// Reads the months of schemes that can be read.
///
/// # Errors
/// The findings of a file that is refused whole.
pub fn scheme_month_rows(file: &RawFile) -> Result<RowsRead<SchemeMonth>, Findings> {
    let mut read = each(file, &SCHEME_MONTHS, |table, row| {
        let cell = |name| row.cell(table.column(&SCHEME_MONTHS, name));
        let pence = |name| cell(name).optional(money);
        let figures =
            MonthFigures { plan: pence("plan")?, forecast: pence("forecast")?, actual: pence("actual")? };
        Ok(SchemeMonth {
            organisation: cell("organisation").code()?,
            scheme: cell("scheme").required()?.to_owned(),
            month: month(&cell("month"))?,
            figures,
        })
    })?;
    read.unique("scheme", "the month of the scheme stands twice", |it| {
        ((it.scheme.clone(), it.month), it.scheme.clone())
    });
    Ok(read)
}

/// Reads months of schemes, by scheme.
///
/// # Errors
/// The findings of a file that is refused, whole or for one of its rows.
pub fn read_scheme_months(file: &RawFile) -> Result<(BTreeMap<String, SchemeMonths>, Findings), Findings> {
    let (read, findings) = scheme_month_rows(file)?.strict()?;
    let mut schemes: BTreeMap<String, SchemeMonths> = BTreeMap::new();
    for row in read {
        schemes.entry(row.scheme).or_default().insert(row.month, row.figures);
    }
    Ok((schemes, findings))
}

/// A row of a ledger: a line with its description, or the control total.
enum LedgerRow {
    Line(LineKey, i64, String),
    Total(i64),
}

/// A ledger whose lines add up to its control total.
#[derive(Clone, Debug)]
pub struct LedgerRead {
    /// The lines.
    pub import: LedgerImport,
    /// Where each stands in the file, and what it is in its sender's words.
    pub places: BTreeMap<LineKey, (u64, String)>,
    /// Findings, none of them an error.
    pub findings: Findings,
}

/// Reads a ledger.
///
/// # Errors
/// The findings of a file that is refused: for a row, without a control total, or with another sum.
pub fn read_ledger(file: &RawFile) -> Result<(LedgerImport, Findings), Findings> {
    ledger_lines(file).map(|read| (read.import, read.findings))
}

/// Reads a ledger with the places of its lines.
///
/// # Errors
/// As for [`read_ledger`].
pub fn ledger_lines(file: &RawFile) -> Result<LedgerRead, Findings> {
    let RowsRead { rows, mut findings, .. } = each(file, &LEDGER, |table, row| {
        let cell = |name| row.cell(table.column(&LEDGER, name));
        let pence = money(&cell("amount"))?;
        if cell("organisation").text.eq_ignore_ascii_case("TOTAL") {
            return Ok(LedgerRow::Total(pence));
        }
        Ok(LedgerRow::Line(line_key(&cell)?, pence, cell("description").text.to_owned()))
    })?;
    let (mut lines, mut places, mut total) = (BTreeMap::new(), BTreeMap::new(), None);
    for Numbered { line, value } in rows {
        let twice = match value {
            _ if total.is_some() => {
                let remedy = "put the row TOTAL last: what follows it is not controlled";
                findings.push(Finding::error("after-total", "rows follow the control total", remedy));
                break;
            }
            LedgerRow::Total(pence) => {
                total = Some((line, pence));
                continue;
            }
            LedgerRow::Line(key, pence, description) => {
                places.insert(key.clone(), (line, description));
                lines.insert(key, pence).is_some()
            }
        };
        if twice {
            let problem = "organisation, month, account and cost centre stand twice";
            findings.push(Finding::error("twice", problem, "add the rows up, or keep one").at(line, "", ""));
        }
    }
    match controlled(lines, total, &mut findings) {
        Some(import) if !findings.has_errors() => Ok(LedgerRead { import, places, findings }),
        _ => Err(findings),
    }
}

/// The lines, when they add up to the control total at its line.
fn controlled(
    lines: BTreeMap<LineKey, i64>,
    total: Option<(u64, i64)>,
    findings: &mut Findings,
) -> Option<LedgerImport> {
    let Some((line, pence)) = total else {
        let problem = "the control total is missing: the file may be cut";
        let remedy = "let the last row be TOTAL with the sum of all rows";
        findings.push(Finding::error("no-control-total", problem, remedy));
        return None;
    };
    match LedgerImport::new(lines, pence) {
        Ok(import) => Some(import),
        Err(problem) => {
            let found = Finding::error("control-total", problem.what, problem.remedy);
            findings.push(found.at(line, "amount", &problem.value));
            None
        }
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
