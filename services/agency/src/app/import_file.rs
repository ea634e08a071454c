//! Imports one file: shift lines, published spend, or rules.

use std::io;

use muster_kit::{
    Action, Actor, Error, Permit, Resource, Result,
    imports::{self, Progress, Upload},
    intake::RawFile,
};
use muster_proto::common::v1::{ImportOutcome, ImportProgress, ImportTotal};

use super::{Deps, import_rules, import_shifts, import_spend};
use crate::{
    import::{RuleKind, SHIFTS, SPEND, Spooled},
    store::spend,
};

/// A file that came in, and how its sender wants it taken.
pub(crate) struct Incoming {
    /// Kind of file.
    pub(crate) kind: String,
    /// The file.
    pub(crate) file: Spooled,
    /// Keep good rows although others are refused.
    pub(crate) keep_good: bool,
}

impl Incoming {
    /// What the kit's records of imports want to know of it; the bytes stay on the disk.
    pub(super) fn upload(&self) -> Upload {
        let file =
            RawFile { name: self.file.name.clone(), sha256: self.file.sha256.clone(), bytes: Vec::new() };
        Upload { kind: self.kind.clone(), file, keep_good: self.keep_good, year: None }
    }
}

/// An import that was allowed.
pub(super) struct Import<'a> {
    pub(super) deps: &'a Deps,
    pub(super) actor: &'a Actor,
    pub(super) permit: Permit,
    pub(super) upload: Upload,
    pub(super) progress: Progress,
}

impl Import<'_> {
    /// Says how far it is.
    pub(super) fn tell(&self, phase: &str, rows_read: u64, rows_total: u64) {
        tell(&self.progress, phase, rows_read, rows_total);
    }
}

/// Says how far an import is.
pub(super) fn tell(progress: &Progress, phase: &str, rows_read: u64, rows_total: u64) {
    progress(ImportProgress { rows_read, rows_total, phase: phase.to_owned() });
}

/// The temporary file of an upload failed.
pub(super) fn spool_failed(error: io::Error) -> Error {
    Error::internal("the temporary file of the import failed").with_source(error)
}

/// Imports a file. The same file, by its hash, changes nothing a second time.
///
/// # Errors
/// Forbidden; bad request when there is no such kind; what the database says. A file that is refused is an outcome, not an
/// error.
pub(crate) async fn import_file(
    deps: &Deps,
    actor: &Actor,
    incoming: Incoming,
    progress: Progress,
) -> Result<ImportOutcome> {
    let resource = Resource::new("import", incoming.kind.clone());
    // who names signatories could otherwise name themselves
    let action = if incoming.kind == "signatories" { Action::Operate } else { Action::Import };
    let permit = deps.permit(actor, action, resource).await?;
    let upload = incoming.upload();
    let found = imports::find(deps.db.read(), &actor.scope(), &upload.kind, &upload.file.sha256).await?;
    if let Some(before) = found {
        let mut outcome = imports::outcome_before(&upload, &before);
        if upload.kind == SPEND.name {
            let value = spend::total(deps.db.read(), &actor.scope(), &before.import_id).await?;
            outcome.totals.push(ImportTotal { name: "total_pence".to_owned(), value });
        }
        return Ok(outcome);
    }
    let import = Import { deps, actor, permit, upload, progress };
    import.tell("reading", 0, 0);
    if incoming.kind == SHIFTS.name {
        return import_shifts::run(import, incoming.file).await;
    }
    let file = incoming.file.raw().map_err(spool_failed)?;
    if incoming.kind == SPEND.name {
        return import_spend::run(import, file).await;
    }
    match RuleKind::named(&incoming.kind) {
        Some(kind) => import_rules::run(import, kind, file).await,
        None => {
            Err(Error::bad_request(format!("no kind `{}`: `muster import --help` lists them", incoming.kind)))
        }
    }
}
