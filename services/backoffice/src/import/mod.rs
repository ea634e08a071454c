//! Readers of outside files: bytes in, rows and findings out. Pure; storing is the use case's work.

mod benchmarks;
mod bridge;
mod cash_flows;
mod document;
mod options;
mod savings;
mod share;
mod tariff;

pub use benchmarks::{BENCHMARKS, national_benchmarks, read_benchmarks};
pub use bridge::{BRIDGE_EXAMPLE, BridgeDocument, Unit, read_bridge};
pub use cash_flows::{CASH_FLOWS, read_cash_flows};
pub use document::At;
pub use options::{OPTIONS_EXAMPLE, read_options};
pub use savings::{
    CLAIMS, ClaimRead, LEDGER, SCHEME_MONTHS, SCHEMES, read_claims, read_ledger, read_scheme_months,
    read_schemes,
};
pub use share::{SHARE_EXAMPLE, Share, read_share};
pub use tariff::{TARIFF_EXAMPLE, read_tariff};

use muster_kit::intake::{Cell, Finding, Findings, ImportKind, RawFile, Row, Table};

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

/// Reads every row of a kind; one refused row refuses the file.
fn rows<T>(
    file: &RawFile,
    kind: &ImportKind,
    read: impl Fn(&Table, &Row<'_>) -> Result<T, Finding>,
) -> Result<(Vec<T>, Findings), Findings> {
    let table = file.table(kind)?;
    let mut findings = Findings::new(&file.name);
    findings.extend(table.findings.clone());
    let mut rows = Vec::new();
    for row in table.rows() {
        rows.extend(findings.keep(read(&table, &row)));
    }
    if rows.is_empty() && !findings.has_errors() {
        let remedy =
            format!("give at least one row; `--template` shows what a `{}` file looks like", kind.name);
        findings.push(Finding::error("no-rows", "no row is there", remedy));
    }
    if findings.has_errors() { Err(findings) } else { Ok((rows, findings)) }
}
