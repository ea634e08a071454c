//! Imports a file of rules or reference figures.

use std::collections::BTreeMap;

use muster_kit::{
    OrgScope, Result,
    audit::AuditEntry,
    imports::{self, Summary},
    intake::{Finding, Findings, RawFile},
};
use muster_proto::common::v1::ImportOutcome;
use sea_orm::ConnectionTrait;

use super::{damaged, import_file::Import, recharge, reference, reprice};
use crate::{
    domain::{pay::pounds, reconcile, words::Word},
    events,
    import::{RuleKind, RuleRow, whole},
    store::{rules, spend, versions},
};

/// Reads the file and stores its rows; caps that the formula does not give are listed.
pub(super) async fn run(import: Import<'_>, kind: &RuleKind, file: RawFile) -> Result<ImportOutcome> {
    let upload = &import.upload;
    let read = match kind.read(&file) {
        Ok(read) => read,
        Err(findings) => {
            return Ok(imports::outcome(upload, &Summary::unreadable(findings), None));
        }
    };
    let kept = read.rows.len() as u64;
    let mut summary =
        Summary { rows_read: read.read, rows_kept: kept, totals: Vec::new(), findings: read.findings };
    if summary.refused(upload) {
        return Ok(imports::outcome(upload, &summary, None));
    }
    let db = &import.deps.db;
    if kind.kind.name == "rate-card" {
        let (cells, agree) =
            reconciled(db.read(), &import.actor.scope(), &read.rows, &mut summary.findings).await?;
        summary.totals.extend([("caps", cells), ("caps_as_the_formula_says", agree)]);
    }
    import.tell("storing", kept, kept);
    let mut uow = db.begin(import.actor).await?;
    let import_id = imports::record(&uow, upload, &summary).await?;
    let (name, at) = (kind.kind.name, versions::instant(&uow).await?);
    let changed = rules::write(&uow, (name, kind.replaces_all()), (&import_id, at), &read.rows).await?;
    summary.totals.push(("rows_new_or_changed", i64::try_from(changed).unwrap_or(i64::MAX)));
    if name == "spend-rules" {
        let rules = reference(uow.conn(), &uow.scope(), None).await?.reference.spend_rules;
        spend::recognise_again(&uow, &rules).await?;
    }
    if changed > 0 && name == "on-costs" {
        recharge::post_all(&mut uow).await?;
    }
    if changed > 0 && reprice::KINDS.contains(&name) {
        import.tell("judging shifts again", kept, kept);
        let lines = reprice::reprice(&mut uow).await?;
        summary.totals.push(("shifts_judged_otherwise_now", i64::try_from(lines).unwrap_or(i64::MAX)));
    }
    if changed > 0 {
        let version = versions::next(&uow, &format!("rules {name}")).await?;
        let record = imports::get(uow.conn(), &uow.scope(), &import_id).await?;
        uow.publish(events::rate_card_published(
            &record,
            (name, changed),
            earliest(kind, &read.rows),
            version,
        ))?;
    }
    let detail = format!("kind={name} rows={kept} changed={changed} sha256={}", upload.file.sha256);
    uow.commit(AuditEntry::new(import.permit.on(import_id.clone()), detail)).await?;
    Ok(imports::outcome(upload, &summary, Some(import_id)))
}

/// The first day on which any of the rows holds; empty where they have no dates.
fn earliest(kind: &RuleKind, rows: &[RuleRow]) -> String {
    let at = kind.kind.columns.iter().position(|column| column.name == "valid_from");
    at.and_then(|at| rows.iter().map(|row| row.values[at].as_str()).min()).unwrap_or_default().to_owned()
}

/// Compares the caps of the file with the formula, by all rules with these among them. Gives caps and those that agree; each
/// of the others becomes a warning.
async fn reconciled(
    conn: &impl ConnectionTrait,
    scope: &OrgScope,
    rows: &[RuleRow],
    findings: &mut Findings,
) -> Result<(i64, i64)> {
    let mut known: BTreeMap<String, Vec<RuleRow>> = rules::known(conn, scope, None).await?;
    let all = known.entry("rate-card".to_owned()).or_default();
    all.retain(|row| rows.iter().all(|own| own.key != row.key));
    all.extend(rows.iter().cloned());
    let rules =
        whole(|kind| known.get(kind).cloned().unwrap_or_default()).map_err(|found| damaged(&found))?;
    let mut book = rules.reference.book;
    // those of the file were put last
    let at = book.rates.len().saturating_sub(rows.len());
    let mine = book.rates[at..].to_vec();
    let disagree: Vec<_> =
        reconcile(&book).disagreements.into_iter().filter(|it| mine.contains(&it.cell)).collect();
    for it in &disagree {
        let rate = &it.cell.value;
        let problem = match it.computed {
            Some(pence) => format!("the formula gives {}: {}", pounds(pence), it.remark),
            None => format!("the formula gives nothing: {}", it.remark),
        };
        let zone = rate.zone.map_or("", Word::word);
        let value = format!(
            "{} {} {zone} {} {} {}",
            rate.card,
            rate.grade,
            rate.band.word(),
            it.cell.from,
            pounds(rate.pence)
        );
        let remedy = "compare it with its source; the published figure counts";
        findings.push(Finding::warning("cap-not-as-formula", problem, remedy).at(0, "amount", &value));
    }
    book.rates = mine;
    let cells = reconcile(&book).cells;
    let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    Ok((count(cells), count(cells - disagree.len())))
}
