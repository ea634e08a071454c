//! Imports purchases, published spend, decisions and lists of classes.

use muster_kit::{
    Result,
    imports::{self, Summary},
    intake::Finding,
};
use muster_proto::common::v1::ImportOutcome;

use super::{
    decide_equivalence::{Pair, decide},
    import_file::{Import, beside, count, summary},
};
use crate::{
    domain::{
        class::{Entry, Scheme},
        purchase::Purchase,
    },
    events,
    import::{
        Equivalence, Read, read_classes, read_cpv, read_decisions, read_equivalences, read_purchases,
        read_spend,
    },
    store::{classes, items, purchases, spend as lines, suppliers, versions},
};

/// Reads purchases and stores them; variance and realised prices follow from the event.
pub(super) async fn purchases(import: Import<'_>) -> Result<ImportOutcome> {
    let read = match beside(&import.upload, read_purchases).await? {
        Ok(read) => read,
        Err(findings) => return Ok(import.refused(&Summary::unreadable(findings))),
    };
    bought(import, read).await
}

/// Stores lines of purchase, from whatever file they were read.
pub(super) async fn bought(import: Import<'_>, read: Read<Purchase>) -> Result<ImportOutcome> {
    let net = read.rows.iter().map(|line| line.net).sum();
    let mut summary = summary(&read, vec![("net_pence", net)]);
    if summary.refused(&import.upload) {
        return Ok(import.refused(&summary));
    }
    let mut storing = import.store(&summary).await?;
    let uow = &mut storing.uow;
    let written = purchases::write(uow, (&storing.import_id, storing.at), &read.rows).await?;
    let record = imports::get(uow.conn(), &uow.scope(), &storing.import_id).await?;
    for (organisation, done) in &written {
        let version = versions::next(uow, &format!("purchases {organisation}")).await?;
        uow.publish(events::purchases_recorded(&record, organisation, done, version))?;
    }
    let changed = written.values().map(|it| it.changed).sum();
    summary.totals.push(("lines_new_or_changed", count(changed)));
    import.done(storing, &summary).await
}

/// Reads published spend.
pub(super) async fn spend(import: Import<'_>) -> Result<ImportOutcome> {
    let read = match beside(&import.upload, read_spend).await? {
        Ok(read) => read,
        Err(refused) => {
            let totals = vec![("total_pence", 0)];
            let summary =
                Summary { rows_read: refused.rows, rows_kept: 0, totals, findings: refused.findings };
            return Ok(import.refused(&summary));
        }
    };
    let kept = read.lines.len() as u64;
    let summary = Summary {
        rows_read: kept + read.refused,
        rows_kept: kept,
        totals: vec![("total_pence", read.lines.iter().map(|line| line.pence).sum())],
        findings: read.findings,
    };
    if summary.refused(&import.upload) {
        return Ok(import.refused(&summary));
    }
    let storing = import.store(&summary).await?;
    lines::write(&storing.uow, &storing.import_id, &read.lines).await?;
    import.done(storing, &summary).await
}

/// Reads decisions on pairs of own items.
pub(super) async fn equivalences(import: Import<'_>) -> Result<ImportOutcome> {
    let mut read = match beside(&import.upload, read_equivalences).await? {
        Ok(read) => read,
        Err(findings) => return Ok(import.refused(&Summary::unreadable(findings))),
    };
    let pairs = known_pairs(&import, &mut read).await?;
    let summary = summary(&read, Vec::new());
    if summary.refused(&import.upload) {
        return Ok(import.refused(&summary));
    }
    let mut storing = import.store(&summary).await?;
    let judged: Vec<(Pair, _)> = pairs.into_iter().zip(read.rows.into_iter().map(|row| row.judged)).collect();
    decide(&mut storing.uow, judged, storing.at).await?;
    import.done(storing, &summary).await
}

/// Numbers of the items of every row; rows whose items are not there are refused.
async fn known_pairs(import: &Import<'_>, read: &mut Read<Equivalence>) -> Result<Vec<Pair>> {
    let organisations = read.rows.iter().flat_map(|row| [row.one.0.as_str(), row.other.0.as_str()]).collect();
    let known = items::numbers(import.deps.db.read(), &import.actor.scope(), &organisations).await?;
    let rows = std::mem::take(&mut read.rows);
    let mut pairs = Vec::with_capacity(rows.len());
    for row in rows {
        let missing = [("item_ref", &row.one), ("other_item_ref", &row.other)]
            .into_iter()
            .find(|(_, key)| !known.contains_key(*key));
        if let Some((column, (organisation, reference))) = missing {
            let problem = format!("{organisation} has no item of this reference");
            let finding =
                Finding::error("unknown-item", problem, "import its items first, or mend the reference");
            read.findings.push(finding.at(row.line, column, reference));
            continue;
        }
        pairs.push(Pair::new(known[&row.one], known[&row.other]));
        read.rows.push(row);
    }
    Ok(pairs)
}

/// Reads decisions on suppliers.
pub(super) async fn supplier_decisions(import: Import<'_>) -> Result<ImportOutcome> {
    let read = match beside(&import.upload, read_decisions).await? {
        Ok(read) => read,
        Err(findings) => return Ok(import.refused(&Summary::unreadable(findings))),
    };
    let summary = summary(&read, Vec::new());
    if summary.refused(&import.upload) {
        return Ok(import.refused(&summary));
    }
    let storing = import.store(&summary).await?;
    let reason = format!("imported from {}", import.upload.file.name);
    for decision in &read.rows {
        suppliers::revoke(&storing.uow, (&decision.one, &decision.other), storing.at).await?;
        suppliers::keep(&storing.uow, decision, &reason, storing.at).await?;
    }
    import.done(storing, &summary).await
}

/// Reads the Common Procurement Vocabulary.
pub(super) async fn cpv(import: Import<'_>) -> Result<ImportOutcome> {
    match beside(&import.upload, read_cpv).await? {
        Ok((_, read)) => list(import, Scheme::Cpv, read).await,
        Err(findings) => Ok(import.refused(&Summary::unreadable(findings))),
    }
}

/// Reads classes of any scheme.
pub(super) async fn classes(import: Import<'_>) -> Result<ImportOutcome> {
    match beside(&import.upload, read_classes).await? {
        Ok((scheme, _, read)) => list(import, scheme, read).await,
        Err(findings) => Ok(import.refused(&Summary::unreadable(findings))),
    }
}

async fn list(import: Import<'_>, scheme: Scheme, read: Read<Entry>) -> Result<ImportOutcome> {
    let summary = summary(&read, Vec::new());
    if summary.refused(&import.upload) {
        return Ok(import.refused(&summary));
    }
    let storing = import.store(&summary).await?;
    classes::replace(&storing.uow, scheme, &read.rows).await?;
    import.done(storing, &summary).await
}
