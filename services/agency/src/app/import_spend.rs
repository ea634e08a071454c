//! Imports a file of published spend.

use std::collections::BTreeMap;

use muster_kit::{
    Error, Result,
    audit::AuditEntry,
    imports::{self, Summary},
    intake::RawFile,
};
use muster_proto::common::v1::ImportOutcome;

use super::{import_file::Import, reference};
use crate::{
    domain::{SpendLine, SpendRule, SpendSupply, recognise, words::Word},
    import::read_spend,
    store::spend,
};

/// Reads the file and stores its lines, each with what the rule table makes of it.
pub(super) async fn run(import: Import<'_>, file: RawFile) -> Result<ImportOutcome> {
    let read = tokio::task::spawn_blocking(move || read_spend(&file))
        .await
        .map_err(|error| Error::internal("reading the file failed").with_source(error))?;
    let read = match read {
        Ok(read) => read,
        Err(refused) => {
            let summary = Summary {
                rows_read: refused.rows,
                rows_kept: 0,
                totals: vec![("total_pence", 0)],
                findings: refused.findings,
            };
            return Ok(imports::outcome(&import.upload, &summary, None));
        }
    };
    let (deps, upload) = (import.deps, &import.upload);
    let rules = reference(deps.db.read(), &import.actor.scope(), None).await?.reference.spend_rules;
    let kept = read.lines.len() as u64;
    let summary = Summary {
        rows_read: kept + read.refused,
        rows_kept: kept,
        totals: totals(&read.lines, &rules),
        findings: read.findings,
    };
    if summary.refused(upload) {
        return Ok(imports::outcome(upload, &summary, None));
    }
    import.tell("storing", kept, kept);
    let uow = deps.db.begin(import.actor).await?;
    let import_id = imports::record(&uow, upload, &summary).await?;
    spend::write(&uow, &import_id, &read.lines, &rules).await?;
    let detail = format!("kind={} rows={kept} sha256={}", upload.kind, upload.file.sha256);
    uow.commit(AuditEntry::new(import.permit.on(import_id.clone()), detail)).await?;
    Ok(imports::outcome(upload, &summary, Some(import_id)))
}

/// Pence of all lines, and of those that are temporary staffing or look like it.
fn totals(lines: &[SpendLine], rules: &[SpendRule]) -> Vec<(&'static str, i64)> {
    let mut sums: BTreeMap<SpendSupply, i64> = BTreeMap::new();
    for line in lines {
        if let Some(rule) = recognise(rules, line) {
            *sums.entry(rule.supply).or_default() += line.pence;
        }
    }
    let name = |supply| match supply {
        SpendSupply::Agency => "agency_pence",
        SpendSupply::Bank => "bank_pence",
        SpendSupply::Locum => "locum_pence",
        SpendSupply::Recharge => "recharge_pence",
        SpendSupply::Unclear => "unclear_pence",
        SpendSupply::Other => "other_pence",
    };
    let mut totals = vec![("total_pence", lines.iter().map(|line| line.pence).sum())];
    totals.extend(
        SpendSupply::WORDS.iter().map(|(_, it)| (name(*it), sums.get(it).copied().unwrap_or_default())),
    );
    totals
}
