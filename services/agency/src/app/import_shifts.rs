//! Imports a file of shift lines, of any length: it is checked first, then stored in batches, and counts once it is complete.

use std::sync::Arc;

use muster_kit::{
    Action, Error, Resource, Result, UnitOfWork,
    audit::AuditEntry,
    imports::{self, Summary},
};
use muster_proto::common::v1::ImportOutcome;
use tokio::sync::mpsc;

use super::{
    import_file::{Import, Progress, spool_failed, tell},
    london, reference,
    reprice::post_month,
    weekly::correct,
};
use crate::{
    domain::{Judge, Judged, London, Priced, Reference, Supply},
    events,
    import::{ShiftsRead, Spooled, read_shifts},
    store::{entity::shift_load, lines, loads, versions},
};

/// Lines of one batch, which is one transaction.
const BATCH: usize = 4_000;
/// Lines between two words on how far it is.
const TOLD: u64 = 20_000;

/// Imports the file.
pub(super) async fn run(mut import: Import<'_>, file: Spooled) -> Result<ImportOutcome> {
    let (file, london) = (Arc::new(file), london()?);
    let read = check(&file, &london, &import.progress).await?;
    let rows_kept = read.rows - read.refused;
    let mut summary =
        Summary { rows_read: read.rows, rows_kept, totals: Vec::new(), findings: read.findings };
    if rows_kept == 0 || summary.refused(&import.upload) {
        return Ok(imports::outcome(&import.upload, &summary, None));
    }
    let scope = import.actor.scope();
    let rules = reference(import.deps.db.read(), &scope, None).await?;
    let mut load = open(&import, &rules.sha256).await?;
    let reading = Reading {
        file,
        london,
        reference: rules.reference,
        stored: usize::try_from(load.lines).unwrap_or(usize::MAX),
    };
    let (sender, batches) = mpsc::channel(2);
    let reader = tokio::task::spawn_blocking(move || reading.batches(&sender));
    let stored = stage(&import, &mut load, batches, rows_kept).await;
    let totals =
        reader.await.map_err(|error| Error::internal("reading the file failed").with_source(error))?;
    stored?;
    summary.totals = totals?.list();
    import.tell("putting in place", rows_kept, rows_kept);
    let import_id = complete(&mut import, &summary, &load).await?;
    Ok(imports::outcome(&import.upload, &summary, Some(import_id)))
}

/// Reads the file once without storing anything.
async fn check(file: &Arc<Spooled>, london: &London, progress: &Progress) -> Result<ShiftsRead> {
    let (file, london, progress) = (file.clone(), london.clone(), progress.clone());
    tokio::task::spawn_blocking(move || {
        let mut good = 0;
        let source = file.reader().map_err(spool_failed)?;
        Ok(read_shifts(&file.name, source, &london, |_| {
            good += 1;
            if good % TOLD == 0 {
                tell(&progress, "checking", good, 0);
            }
        }))
    })
    .await
    .map_err(|error| Error::internal("reading the file failed").with_source(error))?
}

/// The load of the file: the one that was begun before, where its lines were judged by the same rules, or a new one.
async fn open(import: &Import<'_>, rules_sha256: &str) -> Result<shift_load::Model> {
    let (db, sha256) = (&import.deps.db, &import.upload.file.sha256);
    let begun = loads::begun(db.read(), &import.actor.scope(), sha256).await?;
    if let Some(load) = begun.as_ref().filter(|load| load.rules_sha256 == rules_sha256) {
        return Ok(load.clone());
    }
    let uow = db.begin(import.actor).await?;
    if let Some(old) = begun {
        loads::discard(&uow, &old).await?;
    }
    let load = loads::begin(&uow, sha256, rules_sha256).await?;
    commit_part(import, uow, format!("begun sha256={sha256}")).await?;
    Ok(load)
}

/// Commits a part of the import; what it stored counts for nothing yet.
async fn commit_part(import: &Import<'_>, uow: UnitOfWork, detail: String) -> Result<()> {
    let resource = Resource::new("import", import.upload.kind.clone());
    let permit = import.deps.permit(import.actor, Action::Import, resource).await?;
    uow.commit(AuditEntry::new(permit, detail)).await
}

/// Stores batches as they come.
async fn stage(
    import: &Import<'_>,
    load: &mut shift_load::Model,
    mut batches: mpsc::Receiver<Vec<Priced>>,
    total: u64,
) -> Result<()> {
    while let Some(batch) = batches.recv().await {
        let uow = import.deps.db.begin(import.actor).await?;
        lines::stage(&uow, load.load_id, &batch).await?;
        loads::advance(&uow, load, batch.len()).await?;
        commit_part(import, uow, format!("load={} lines={}", load.load_id, load.lines)).await?;
        import.tell("storing", u64::try_from(load.lines).unwrap_or_default(), total);
    }
    Ok(())
}

/// What reads, judges and hands over.
struct Reading {
    file: Arc<Spooled>,
    london: London,
    reference: Reference,
    /// Lines that an earlier attempt stored.
    stored: usize,
}

impl Reading {
    fn batches(self, sender: &mpsc::Sender<Vec<Priced>>) -> Result<Totals> {
        let mut judge = Judge::new(self.reference.book, self.reference.lists, self.london.clone());
        let (mut totals, mut batch, mut skip, mut gone) =
            (Totals::default(), Vec::with_capacity(BATCH), self.stored, false);
        let source = self.file.reader().map_err(spool_failed)?;
        read_shifts(&self.file.name, source, &self.london, |shift| {
            if gone {
                return;
            }
            let judged = judge.judge(&shift);
            let line = Priced::new(shift, &judged);
            totals.add(&line, &judged);
            if skip > 0 {
                skip -= 1;
                return;
            }
            batch.push(line);
            if batch.len() == BATCH {
                gone = sender.blocking_send(std::mem::take(&mut batch)).is_err();
            }
        });
        if !gone && !batch.is_empty() {
            // when nobody takes it, storing has failed and says so itself
            let _ = sender.blocking_send(batch);
        }
        Ok(totals)
    }
}

/// Sums for a person to compare.
#[derive(Default)]
struct Totals {
    worked: i64,
    minutes: i64,
    over_cap: i64,
    over_cap_pence: i64,
    cost_pence: i64,
    without_price: i64,
    framework_unknown: i64,
    not_judged: i64,
}

impl Totals {
    fn add(&mut self, line: &Priced, judged: &Judged) {
        if !line.shift.supply.worked() {
            return;
        }
        self.worked += 1;
        self.minutes += line.minutes.total();
        self.over_cap += i64::from(line.over_cap.is_some_and(|pence| pence > 0));
        self.over_cap_pence += line.over_cap.unwrap_or_default();
        self.cost_pence += line.cost.unwrap_or_default();
        self.without_price += i64::from(line.cost.is_none());
        let agency = line.shift.supply == Supply::Agency;
        self.framework_unknown += i64::from(agency && judged.framework.is_none());
        self.not_judged += i64::from(line.verdicts.is_empty());
    }

    fn list(&self) -> Vec<(&'static str, i64)> {
        vec![
            ("shifts_worked", self.worked),
            ("minutes_worked", self.minutes),
            ("cost_pence", self.cost_pence),
            ("shifts_above_cap", self.over_cap),
            ("above_cap_pence", self.over_cap_pence),
            ("shifts_without_price", self.without_price),
            ("agency_shifts_with_framework_unknown", self.framework_unknown),
            ("shifts_not_judged", self.not_judged),
        ]
    }
}

/// Puts the lines in place of those they replace, sums the months that they touch, and says so, all in one transaction.
async fn complete(import: &mut Import<'_>, summary: &Summary, load: &shift_load::Model) -> Result<String> {
    let upload = &import.upload;
    let mut uow = import.deps.db.begin(import.actor).await?;
    let unchanged = lines::merge(&uow, load.load_id).await?;
    let import_id = imports::record(&uow, upload, summary).await?;
    let at = versions::instant(&uow).await?;
    loads::complete(&uow, load, &import_id, at).await?;
    let touched = lines::touched(&uow, load.load_id).await?;
    post(&mut uow, &import_id, &touched).await?;
    let mut corrections = 0;
    for one in &touched {
        corrections += correct(&mut uow, &one.organisation, (&one.first_day, &one.last_day), at).await?;
    }
    let detail = format!(
        "kind={} rows={} unchanged={unchanged} corrections={corrections} sha256={}",
        upload.kind, summary.rows_kept, upload.file.sha256
    );
    uow.commit(AuditEntry::new(import.permit.clone().on(import_id.clone()), detail)).await?;
    Ok(import_id)
}

/// Posts the months that were touched, and what came in for each organisation.
async fn post(uow: &mut UnitOfWork, import_id: &str, touched: &[lines::Touched]) -> Result<()> {
    for one in touched {
        post_month(uow, &one.organisation, &one.month).await?;
    }
    let record = imports::get(uow.conn(), &uow.scope(), import_id).await?;
    for months in touched.chunk_by(|one, next| one.organisation == next.organisation) {
        let version = versions::next(uow, &format!("shifts {}", months[0].organisation)).await?;
        uow.publish(events::shifts_recorded(&record, months, version))?;
    }
    Ok(())
}
