//! Imports a file of shift lines, of any length, in one reading: lines are judged as they are read and stored a batch at a time,
//! and count once the whole file was good. A file that is not is taken back.

use std::{
    collections::VecDeque,
    sync::{Arc, mpsc::Receiver},
};

use muster_kit::{
    Action, Error, Resource, Result, UnitOfWork,
    audit::AuditEntry,
    imports::{self, Progress, Summary},
};
use muster_proto::common::v1::ImportOutcome;
use tokio::{sync::mpsc, task::JoinHandle};

use super::{
    import_file::{Import, spool_failed, tell},
    london, reference,
    reprice::post_month,
    shift_sums::Sums,
    weekly::correct,
};
use crate::{
    domain::{Judge, London, Priced, Reference, Shift},
    events,
    import::{ShiftsRead, Spooled, read_shifts_while},
    store::{
        cells,
        entity::shift_load,
        lines::Touched,
        loads, merge,
        staging::{self, Batch, Stored},
        versions,
    },
};

/// Lines of one batch: some 4 MiB, of which four are in memory at a time.
const BATCH: usize = 16_384;
/// Lines that go from reading to judging together, and how many such pieces may wait.
const PIECE: usize = 512;
const PIECES: usize = 4;
/// Batches that are stored at a time: of one, PostgreSQL keeps one processor busy.
const AT_ONCE: usize = 2;
/// Lines between two words on how far it is.
const TOLD: u64 = 20_000;

/// Imports the file.
pub(super) async fn run(mut import: Import<'_>, file: Spooled) -> Result<ImportOutcome> {
    let scope = import.actor.scope();
    let rules = reference(import.deps.db.read(), &scope, None).await?;
    let mut staging = Staging::begun(&import, rules.sha256).await?;
    let reading = Reading {
        file: Arc::new(file),
        london: london()?,
        reference: rules.reference,
        stored: staging.load.as_ref().map_or(0, |load| u64::try_from(load.lines).unwrap_or_default()),
        keep_good: import.upload.keep_good,
        progress: import.progress.clone(),
    };
    let (sender, batches) = mpsc::channel(1);
    let reader = tokio::task::spawn_blocking(move || reading.batches(&sender));
    let stored = staging.store(&import, batches).await;
    let read = reader.await.map_err(|error| Error::internal("reading the file failed").with_source(error))?;
    stored?;
    let (read, sums) = read?;
    let rows_kept = read.rows - read.refused;
    let summary = Summary { rows_read: read.rows, rows_kept, totals: sums.totals(), findings: read.findings };
    if rows_kept == 0 || summary.refused(&import.upload) {
        staging.discard(&import).await?;
        return Ok(imports::outcome(&import.upload, &Summary { totals: Vec::new(), ..summary }, None));
    }
    let Some(load) = staging.load else { return Err(Error::internal("no line of the file was stored")) };
    import.tell("putting in place", rows_kept, rows_kept);
    let import_id = complete(&mut import, &summary, (&load, &sums)).await?;
    Ok(imports::outcome(&import.upload, &summary, Some(import_id)))
}

/// The load of the file: the one that was begun before, where its lines were judged by the same rules, or a new one, which is
/// made when the first batch is to be stored.
struct Staging {
    rules_sha256: String,
    load: Option<shift_load::Model>,
}

impl Staging {
    async fn begun(import: &Import<'_>, rules_sha256: String) -> Result<Self> {
        let db = &import.deps.db;
        let found = loads::begun(db.read(), &import.actor.scope(), &import.upload.file.sha256).await?;
        let Some(found) = found else { return Ok(Self { rules_sha256, load: None }) };
        let uow = db.begin(import.actor).await?;
        if found.rules_sha256 == rules_sha256 {
            let mut load = found;
            staging::take_over(&uow, &mut load).await?;
            commit_part(import, uow, format!("load={} resumed lines={}", load.load_id, load.lines)).await?;
            return Ok(Self { rules_sha256, load: Some(load) });
        }
        loads::discard(&uow, &found).await?;
        commit_part(import, uow, format!("load={} discarded: other rules", found.load_id)).await?;
        Ok(Self { rules_sha256, load: None })
    }

    /// Stores batches as they come, two at a time, and notes them one after the other.
    async fn store(&mut self, import: &Import<'_>, mut batches: mpsc::Receiver<Batch>) -> Result<()> {
        let mut storing: VecDeque<JoinHandle<Result<Stored>>> = VecDeque::new();
        let mut behind = self.load.as_ref().map_or(0, |load| load.lines);
        while let Some(batch) = batches.recv().await {
            let load = match &mut self.load {
                Some(load) => load,
                empty => empty.insert(begin(import, &self.rules_sha256).await?),
            };
            let (lines, place) = (batch.len(), (load.load_id, behind));
            behind += i64::try_from(lines).unwrap_or_default();
            let store = staging::store(import.deps.db.clone(), import.actor.scope(), place, batch);
            storing.push_back(tokio::spawn(store));
            if storing.len() == AT_ONCE {
                note(import, load, storing.pop_front()).await?;
            }
        }
        while let (Some(load), Some(first)) = (&mut self.load, storing.pop_front()) {
            note(import, load, Some(first)).await?;
        }
        Ok(())
    }

    /// Takes back what was stored of a file that is refused.
    async fn discard(self, import: &Import<'_>) -> Result<()> {
        let Some(load) = self.load else { return Ok(()) };
        let uow = import.deps.db.begin(import.actor).await?;
        loads::discard(&uow, &load).await?;
        commit_part(import, uow, format!("load={} discarded: the file is refused", load.load_id)).await
    }
}

async fn begin(import: &Import<'_>, rules_sha256: &str) -> Result<shift_load::Model> {
    let sha256 = &import.upload.file.sha256;
    let uow = import.deps.db.begin(import.actor).await?;
    let load = loads::begin(&uow, sha256, rules_sha256).await?;
    commit_part(import, uow, format!("begun sha256={sha256}")).await?;
    Ok(load)
}

/// Waits for a batch and notes it: from here on, whoever goes on with the file begins behind it.
async fn note(
    import: &Import<'_>,
    load: &mut shift_load::Model,
    storing: Option<JoinHandle<Result<Stored>>>,
) -> Result<()> {
    let Some(storing) = storing else { return Ok(()) };
    let stored =
        storing.await.map_err(|error| Error::internal("storing a batch failed").with_source(error))??;
    let uow = import.deps.db.begin(import.actor).await?;
    staging::note(&uow, load, stored).await?;
    commit_part(import, uow, format!("load={} lines={}", load.load_id, load.lines)).await
}

/// Commits a part of the import; what it stored counts for nothing yet.
async fn commit_part(import: &Import<'_>, uow: UnitOfWork, detail: String) -> Result<()> {
    let resource = Resource::new("import", import.upload.kind.clone());
    let permit = import.deps.permit(import.actor, Action::Import, resource).await?;
    uow.commit(AuditEntry::new(permit, detail)).await
}

/// What reads, judges and hands over.
struct Reading {
    file: Arc<Spooled>,
    london: London,
    reference: Reference,
    /// Lines that an earlier attempt stored.
    stored: u64,
    keep_good: bool,
    progress: Progress,
}

impl Reading {
    /// Reads on this thread and judges on another.
    fn batches(self, sender: &mpsc::Sender<Batch>) -> Result<(ShiftsRead, Sums)> {
        let judging = Judging {
            judge: Judge::new(self.reference.book, self.reference.lists, self.london.clone()),
            skip: self.stored,
            sums: Sums::default(),
            batch: Batch::default(),
        };
        let source = self.file.reader().map_err(spool_failed)?;
        let (pieces, shifts) = std::sync::mpsc::sync_channel(PIECES);
        let (read, gone, judged) = std::thread::scope(|scope| {
            let judging = scope.spawn(move || judging.run(&shifts, sender));
            let (mut piece, mut lines, mut gone) = (Vec::with_capacity(PIECE), 0_u64, false);
            let read = read_shifts_while(&self.file.name, source, &self.london, |shift, all_good| {
                lines += 1;
                if lines.is_multiple_of(TOLD) {
                    tell(&self.progress, "storing", lines, 0);
                }
                // of a file that will be refused, only what else is wrong is of interest
                gone |= !all_good && !self.keep_good;
                if gone {
                    return;
                }
                piece.push(shift);
                if piece.len() == PIECE {
                    let full = std::mem::replace(&mut piece, Vec::with_capacity(PIECE));
                    gone = pieces.send(full).is_err();
                }
            });
            gone |= read.findings.has_errors() && !self.keep_good;
            if !gone {
                // when nobody takes it, storing has failed and says so itself
                gone = pieces.send(piece).is_err();
            }
            drop(pieces);
            (read, gone, judging.join())
        });
        let judged = judged.map_err(|_| Error::internal("judging the lines failed"))?;
        if !gone && judged.batch.len() > 0 {
            let _ = sender.blocking_send(judged.batch);
        }
        Ok((read, judged.sums))
    }
}

/// What judges, sums and encodes.
struct Judging {
    judge: Judge,
    /// Lines that an earlier attempt stored.
    skip: u64,
    sums: Sums,
    /// Lines that no batch was full with.
    batch: Batch,
}

impl Judging {
    /// Judges what comes, hands full batches over, and keeps the last one.
    fn run(mut self, shifts: &Receiver<Vec<Shift>>, sender: &mpsc::Sender<Batch>) -> Self {
        for shift in shifts.iter().flatten() {
            let judged = self.judge.judge(&shift);
            let line = Priced::new(shift, &judged);
            self.sums.add(&line, &judged);
            if self.skip > 0 {
                self.skip -= 1;
                continue;
            }
            self.batch.push(&line);
            if self.batch.len() == BATCH && sender.blocking_send(std::mem::take(&mut self.batch)).is_err() {
                break;
            }
        }
        self
    }
}

/// Puts the lines in place of those they replace, sums the months that they touch, and says so, all in one transaction.
async fn complete(
    import: &mut Import<'_>,
    summary: &Summary,
    (load, sums): (&shift_load::Model, &Sums),
) -> Result<String> {
    let upload = &import.upload;
    let mut uow = import.deps.db.begin(import.actor).await?;
    // the instant first: who completes another load at the same time waits here, and sees these lines then
    let at = versions::instant(&uow).await?;
    let merged = merge::merge(&uow, load.load_id).await?;
    let import_id = imports::record(&uow, upload, summary).await?;
    loads::complete(&uow, load, &import_id, at).await?;
    let touched = if merged.only_new() {
        let touched = sums.touched();
        post_added(&mut uow, &touched, sums).await?;
        touched
    } else {
        let touched = merge::touched(&uow, load.load_id).await?;
        for one in &touched {
            post_month(&mut uow, &one.organisation, &one.month).await?;
        }
        touched
    };
    say(&mut uow, &import_id, &touched).await?;
    let mut corrections = 0;
    for one in &touched {
        corrections += correct(&mut uow, &one.organisation, (&one.first_day, &one.last_day), at).await?;
    }
    let detail = format!(
        "kind={} rows={} unchanged={} corrections={corrections} sha256={}",
        upload.kind, summary.rows_kept, merged.unchanged, upload.file.sha256
    );
    uow.commit(AuditEntry::new(import.permit.clone().on(import_id.clone()), detail)).await?;
    Ok(import_id)
}

/// Posts months to which lines were added and nothing else.
async fn post_added(uow: &mut UnitOfWork, touched: &[Touched], sums: &Sums) -> Result<()> {
    let mut numbers = Vec::with_capacity(touched.len());
    for one in touched {
        // the version's lock before the sums, as wherever a month is summed
        numbers.push(versions::next(uow, &format!("spend {} {}", one.organisation, one.month)).await?);
    }
    cells::add(uow, sums.cells()).await?;
    for (one, version) in touched.iter().zip(numbers) {
        let (organisation, month) = (one.organisation.as_str(), one.month.as_str());
        let wanted = cells::Wanted { organisation: Some(organisation.to_owned()), from: month, until: month };
        let cells = cells::list(uow.conn(), &uow.scope(), &wanted).await?;
        uow.publish(events::spend_posted((organisation, month), &cells, version)?)?;
    }
    Ok(())
}

/// Says what came in for each organisation.
async fn say(uow: &mut UnitOfWork, import_id: &str, touched: &[Touched]) -> Result<()> {
    let record = imports::get(uow.conn(), &uow.scope(), import_id).await?;
    for months in touched.chunk_by(|one, next| one.organisation == next.organisation) {
        let version = versions::next(uow, &format!("shifts {}", months[0].organisation)).await?;
        uow.publish(events::shifts_recorded(&record, months, version))?;
    }
    Ok(())
}
