//! Imports a ledger whose lines add up to its control total; another sum refuses it whole.

use muster_kit::{Result, imports::Summary};
use muster_proto::common::v1::ImportOutcome;

use super::{
    import_file::Import,
    savings::{Movement, line_key},
};
use crate::{
    import::{LEDGER, ledger_lines},
    store::records::{self, New},
};

/// Reads the file and stores its lines.
pub(super) async fn run(import: Import<'_>) -> Result<ImportOutcome> {
    let read = match import.read(|upload| ledger_lines(&upload.file)).await? {
        Ok(read) => read,
        Err(findings) => return Ok(import.refused(&Summary::unreadable(findings))),
    };
    let lines = read.import.lines();
    let total = lines.values().fold(0_i64, |sum, pence| sum.saturating_add(*pence));
    let summary = Summary {
        rows_read: lines.len() as u64,
        rows_kept: lines.len() as u64,
        totals: vec![("control_total_pence", total)],
        findings: read.findings.clone(),
    };
    let mut rows = Vec::with_capacity(lines.len());
    for (key, pence) in lines {
        let (line, description) = read.places.get(key).cloned().unwrap_or_default();
        rows.push(New::of(line_key(key), &Movement { pence: *pence, description }, line)?);
    }
    let begun = import.begin(&summary).await?;
    records::write(&begun.uow, LEDGER.name, (&begun.import_id, begun.at), rows).await?;
    import.commit(begun, &summary).await
}
