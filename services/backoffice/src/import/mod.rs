//! Readers of outside files: bytes in, rows and findings out. Pure; storing is the use case's work.

mod benchmarks;
mod bridge;
mod business_case;
mod cash_flows;
mod displacement;
mod document;
mod options;
mod savings;
mod share;
mod tariff;
mod tracker;

pub use benchmarks::{BENCHMARKS, benchmark_rows, national_benchmarks, read_benchmarks};
pub use bridge::{BRIDGE, BRIDGE_EXAMPLE, BridgeDocument, Unit, read_bridge, read_bridge_file};
pub use business_case::{BUSINESS_CASE, BUSINESS_CASE_EXAMPLE, read_business_case, read_business_case_file};
pub use cash_flows::{CASH_FLOWS, read_cash_flows};
pub use displacement::{
    ALL_IN_SHARES, DISPLACEMENT_BASELINES, StatedBaseline, all_in_rows, displacement_baseline_rows,
    shipped_all_in,
};
pub use document::At;
pub use options::{OPTIONS_EXAMPLE, read_options};
pub use savings::{
    CLAIMS, ClaimRead, LEDGER, LedgerRead, SCHEME_MONTHS, SCHEMES, SchemeMonth, ledger_lines, read_claims,
    read_ledger, read_scheme_months, read_schemes, scheme_month_rows, scheme_rows,
};
pub use share::{GAIN_SHARING, SHARE_EXAMPLE, Share, read_share, read_share_file};
pub use tariff::{RECHARGE, TARIFF_EXAMPLE, read_tariff, read_tariff_file};
pub use tracker::{
    Field, MappedColumn, Mapping, Measure, PartScheme, Proposal, TRACKER, TRACKER_MAPPING_EXAMPLE,
    ToldColumn, TotalCompared, TrackerRead, Unit as TrackerUnit, as_confirmed, measure_column_names, propose,
    read_mapping, read_tracker, tracker_column_names,
};

use muster_kit::intake::{Cell, Finding, Findings, ImportKind, RawFile, Row, Table};

/// Every kind of file that is stored.
pub const KINDS: &[ImportKind] = &[
    SCHEMES,
    SCHEME_MONTHS,
    LEDGER,
    BENCHMARKS,
    BRIDGE,
    BUSINESS_CASE,
    GAIN_SHARING,
    RECHARGE,
    ALL_IN_SHARES,
    DISPLACEMENT_BASELINES,
];

/// The document to begin from of a kind whose files are documents, not tables; none for the others.
pub fn example_document(kind: &str) -> Option<&'static str> {
    let documents = [
        (BRIDGE, BRIDGE_EXAMPLE),
        (BUSINESS_CASE, BUSINESS_CASE_EXAMPLE),
        (GAIN_SHARING, SHARE_EXAMPLE),
        (RECHARGE, TARIFF_EXAMPLE),
    ];
    documents.into_iter().find(|(it, _)| it.name == kind).map(|(_, text)| text)
}

/// Largest amount of a row, in pence: a million million pounds. Sums of a file's rows then fit in 64 bits.
const MOST_PENCE: i64 = 100_000_000_000_000;

/// Pounds as pence, of either sign, no larger than [`MOST_PENCE`].
fn money(cell: &Cell<'_>) -> Result<i64, Finding> {
    let pence = cell.pence()?;
    if (-MOST_PENCE..=MOST_PENCE).contains(&pence) {
        return Ok(pence);
    }
    Err(cell.error("too-large", "too large to be true", "give pounds, not pence or another unit"))
}

/// A row with its line in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Numbered<T> {
    /// Line in the file, 1 = the header.
    pub line: u64,
    /// What stands there.
    pub value: T,
}

/// Good rows of a file, with what was found in all of them.
#[derive(Clone, Debug)]
pub struct RowsRead<T> {
    /// Good rows, in order.
    pub rows: Vec<Numbered<T>>,
    /// Rows in the file.
    pub read: u64,
    /// Findings; an error is a row that was refused.
    pub findings: Findings,
}

impl<T> RowsRead<T> {
    /// The rows of a file in which no row was refused.
    ///
    /// # Errors
    /// The findings, when one was.
    pub fn strict(self) -> Result<(Vec<T>, Findings), Findings> {
        if self.findings.has_errors() {
            return Err(self.findings);
        }
        Ok((self.rows.into_iter().map(|row| row.value).collect(), self.findings))
    }

    /// Refuses rows whose key stands further up already.
    fn unique<K: Ord>(&mut self, column: &str, problem: &str, key: impl Fn(&T) -> (K, String)) {
        let mut seen = std::collections::BTreeSet::new();
        let findings = &mut self.findings;
        self.rows.retain(|row| {
            let (key, shown) = key(&row.value);
            let first = seen.insert(key);
            if !first {
                let found = Finding::error("twice", problem, "keep one of the rows");
                findings.push(found.at(row.line, column, &shown));
            }
            first
        });
    }
}

/// Reads every row of a kind that can be read.
fn each<T>(
    file: &RawFile,
    kind: &ImportKind,
    read: impl Fn(&Table, &Row<'_>) -> Result<T, Finding>,
) -> Result<RowsRead<T>, Findings> {
    let table = file.table(kind)?;
    let mut findings = Findings::new(&file.name);
    findings.extend(table.findings.clone());
    let mut rows = Vec::new();
    for row in table.rows() {
        let line = row.line;
        rows.extend(findings.keep(read(&table, &row)).map(|value| Numbered { line, value }));
    }
    if rows.is_empty() && !findings.has_errors() {
        let remedy =
            format!("give at least one row; `--template` shows what a `{}` file looks like", kind.name);
        findings.push(Finding::error("no-rows", "no row is there", remedy));
    }
    Ok(RowsRead { rows, read: table.rows_read(), findings })
}

/// Reads every row of a kind; one refused row refuses the file.
fn rows<T>(
    file: &RawFile,
    kind: &ImportKind,
    read: impl Fn(&Table, &Row<'_>) -> Result<T, Finding>,
) -> Result<(Vec<T>, Findings), Findings> {
    each(file, kind, read)?.strict()
}
