//! Brings in one file: read it, add it to the evidence, redraw the map, store and tell the difference.

use std::sync::Arc;

use muster_kit::{
    Action, Actor, Error, Resource, Result, UnitOfWork,
    audit::AuditEntry,
    authz, clock,
    imports::{self, Summary, Upload},
    intake::Findings,
};

use super::{Deps, import_report};
use crate::{
    domain::{Addition, Change, Evidence, Map, Successions},
    events,
    import::{self, successions::fault_at},
    store,
};

/// What became of a file.
#[derive(Clone, Debug)]
pub enum Imported {
    /// Stored, under this id.
    Stored(Summary, String),
    /// Refused whole: nothing was changed.
    Refused(Summary),
    /// The same file had been imported before: nothing was changed.
    Before(imports::Model),
}

/// Told how far the import has come: phase, rows read, rows in all.
pub type Progress<'a> = &'a (dyn Fn(&'static str, u64, u64) + Send + Sync);

/// Imports a file.
///
/// # Errors
/// Forbidden, a kind that is not the directory's, or the database is away. A file that is refused is no error.
pub async fn run(
    deps: &Deps,
    actor: &Actor,
    upload: Arc<Upload>,
    progress: Progress<'_>,
) -> Result<Imported> {
    let resource = Resource::new("import", upload.kind.clone());
    let permit = authz::permit(&deps.db, deps.authorizer.as_ref(), actor, Action::Import, resource).await?;
    let scope = actor.scope();
    if let Some(before) = imports::find(deps.db.read(), &scope, &upload.kind, &upload.file.sha256).await? {
        return Ok(Imported::Before(before));
    }
    progress("reading", 0, 0);
    let read = match read(upload.clone()).await? {
        Ok(read) => read,
        Err(findings) => return Ok(Imported::Refused(Summary::unreadable(findings))),
    };
    let import::Read { evidence, rows_read, rows_kept, totals, findings } = read;
    let mut summary = Summary { rows_read, rows_kept, totals, findings };
    if summary.refused(&upload) {
        return Ok(Imported::Refused(summary));
    }
    progress("checking", rows_kept, rows_read);
    let uow = deps.db.begin(actor).await?;
    let outdated = store::map::lock(&uow, &scope).await?;
    let known = store::evidence::load(uow.conn(), &scope).await?;
    if let Some(findings) = broken_successions(&upload, &known, &evidence) {
        summary.findings.extend(findings);
        return Ok(Imported::Refused(summary));
    }
    let drawn = Drawn { outdated, ..draw(known, evidence).await? };
    import_report::add(&drawn, &mut summary);
    progress("storing", rows_kept, rows_read);
    let import_id = write(uow, &drawn, &upload, &summary, permit).await?;
    Ok(Imported::Stored(summary, import_id))
}

/// The map before and after a file.
#[derive(Debug)]
pub(super) struct Drawn {
    /// What the file added to the evidence.
    pub(super) addition: Addition,
    /// The map before, by today's rules.
    pub(super) before: Map,
    /// What is stored, when it was drawn by other rules and must be replaced whole.
    pub(super) outdated: Option<Map>,
    /// The map after.
    pub(super) after: Map,
}

/// Reads the file on a thread of its own: a large one takes a second.
async fn read(upload: Arc<Upload>) -> Result<Result<import::Read, Findings>> {
    let read =
        tokio::task::spawn_blocking(move || import::read(&upload.kind, &upload.file, upload.year)).await;
    read.map_err(|error| Error::internal("reading the file failed").with_source(error))?
}

/// Draws both maps on a thread of its own: all of England takes a while.
async fn draw(mut known: Evidence, file: Evidence) -> Result<Drawn> {
    let drawn = tokio::task::spawn_blocking(move || {
        let before = Map::draw(&known);
        let addition = known.absorb(file);
        let after = if addition.is_empty() { before.clone() } else { Map::draw(&known) };
        Drawn { addition, before, outdated: None, after }
    });
    drawn.await.map_err(|error| Error::internal("drawing the map failed").with_source(error))
}

/// Successions that hold together in the file may still close a circle with those known.
fn broken_successions(upload: &Upload, known: &Evidence, file: &Evidence) -> Option<Findings> {
    let restated = |code| file.successions.iter().any(|row| &row.predecessor == code);
    let kept = known.successions.iter().filter(|row| !restated(&row.predecessor));
    let faults = Successions::new(kept.chain(&file.successions).cloned()).err()?;
    let mut findings = Findings::new(&upload.file.name);
    for fault in &faults {
        findings.push(fault_at(fault, 0));
    }
    Some(findings)
}

/// Stores rows, events and audit, or nothing.
async fn write(
    mut uow: UnitOfWork,
    drawn: &Drawn,
    upload: &Upload,
    summary: &Summary,
    permit: muster_kit::Permit,
) -> Result<String> {
    let scope = uow.scope();
    let import_id = imports::record(&uow, upload, summary).await?;
    let stored = drawn.outdated.as_ref().unwrap_or(&drawn.before);
    let change = Change::between(stored, &drawn.after, &drawn.addition.successions);
    store::evidence::write(&uow, &scope, &import_id, &drawn.addition).await?;
    let versions = store::map::write(&uow, &scope, &import_id, &change).await?;
    let import = imports::get(uow.conn(), &scope, &import_id).await?;
    let told = events::Told { map: &drawn.after, change: &change, versions: &versions, import: &import };
    told.publish(&mut uow, clock::today())?;
    let detail = format!(
        "kind={} sha256={} rows_read={} rows_kept={} organisations={} groupings={}",
        upload.kind,
        upload.file.sha256,
        summary.rows_read,
        summary.rows_kept,
        change.organisations.len(),
        change.groupings.len()
    );
    uow.commit(AuditEntry::new(permit.on(&import_id), detail)).await?;
    Ok(import_id)
}
