//! Imports one file.

use muster_kit::{
    Action, Actor, Error, Permit, Resource, Result, UnitOfWork,
    audit::AuditEntry,
    imports::{self, Progress, Summary, Upload},
};
use muster_proto::common::v1::{ImportOutcome, ImportProgress, ImportTotal};

use super::{Deps, import_invoice, import_items, import_offers, import_peppol, import_rows};
use crate::{
    import::{
        CLASSES, CPV, DECISIONS, DRUG_TARIFF, EQUIVALENCES, ITEMS, OFFERS, PEPPOL, PURCHASES, SPEND,
        ubl::INVOICE,
    },
    store::{spend, versions},
};

/// An import that was allowed.
pub(super) struct Import<'a> {
    pub(super) deps: &'a Deps,
    pub(super) actor: &'a Actor,
    pub(super) permit: Permit,
    pub(super) upload: Upload,
    pub(super) progress: Progress,
}

/// A transaction that stores the rows of a file.
pub(super) struct Storing {
    pub(super) uow: UnitOfWork,
    /// Id of the import.
    pub(super) import_id: String,
    /// Instant of what it stores.
    pub(super) at: i64,
}

impl Import<'_> {
    /// Says how far it is.
    pub(super) fn tell(&self, phase: &str, rows: u64) {
        (self.progress)(ImportProgress { rows_read: rows, rows_total: rows, phase: phase.to_owned() });
    }

    /// A file that was refused, or could not be read at all.
    pub(super) fn refused(&self, summary: &Summary) -> ImportOutcome {
        imports::outcome(&self.upload, summary, None)
    }

    /// Begins to store what was read.
    pub(super) async fn store(&self, summary: &Summary) -> Result<Storing> {
        self.tell("storing", summary.rows_kept);
        let uow = self.deps.db.begin(self.actor).await?;
        let import_id = imports::record(&uow, &self.upload, summary).await?;
        let at = versions::instant(&uow).await?;
        Ok(Storing { uow, import_id, at })
    }

    /// Commits it.
    pub(super) async fn done(self, storing: Storing, summary: &Summary) -> Result<ImportOutcome> {
        let Storing { uow, import_id, .. } = storing;
        let upload = &self.upload;
        let detail = format!("kind={} rows={} sha256={}", upload.kind, summary.rows_kept, upload.file.sha256);
        uow.commit(AuditEntry::new(self.permit.on(import_id.clone()), detail)).await?;
        self.deps.index(self.actor.scope());
        Ok(imports::outcome(upload, summary, Some(import_id)))
    }
}

/// Imports a file. The same file, by its hash, changes nothing a second time.
///
/// # Errors
/// Forbidden; bad request when there is no such kind; what the database says. A file that is refused is an outcome, not an
/// error.
pub(crate) async fn import_file(
    deps: &Deps,
    actor: &Actor,
    upload: Upload,
    progress: Progress,
) -> Result<ImportOutcome> {
    let permit = deps.permit(actor, Action::Import, Resource::new("import", upload.kind.clone())).await?;
    let found = imports::find(deps.db.read(), &actor.scope(), &upload.kind, &upload.file.sha256).await?;
    if let Some(before) = found {
        let mut outcome = imports::outcome_before(&upload, &before);
        if upload.kind == SPEND.name {
            let value = spend::total(deps.db.read(), &actor.scope(), &before.import_id).await?;
            outcome.totals.push(ImportTotal { name: "total_pence".to_owned(), value });
        }
        return Ok(outcome);
    }
    let kind = upload.kind.clone();
    let import = Import { deps, actor, permit, upload, progress };
    import.tell("reading", 0);
    read_kind(import, &kind).await
}

/// Hands a file to the reader of its kind.
async fn read_kind(import: Import<'_>, kind: &str) -> Result<ImportOutcome> {
    match kind {
        it if it == ITEMS.name => import_items::items(import).await,
        it if it == OFFERS.name => import_offers::offers(import).await,
        it if it == DRUG_TARIFF.name => import_offers::tariff(import).await,
        it if it == PEPPOL.name => import_peppol::peppol(import).await,
        it if it == PURCHASES.name => import_rows::purchases(import).await,
        it if it == INVOICE.name => import_invoice::invoice(import).await,
        it if it == SPEND.name => import_rows::spend(import).await,
        _ => read_decided(import, kind).await,
    }
}

/// The same of decisions and lists.
async fn read_decided(import: Import<'_>, kind: &str) -> Result<ImportOutcome> {
    match kind {
        it if it == EQUIVALENCES.name => import_rows::equivalences(import).await,
        it if it == DECISIONS.name => import_rows::supplier_decisions(import).await,
        it if it == CPV.name => import_rows::cpv(import).await,
        it if it == CLASSES.name => import_rows::classes(import).await,
        _ => Err(Error::bad_request(format!("no kind `{kind}`: `muster import --help` lists them"))),
    }
}

/// Reads a file beside the worker threads.
pub(super) async fn beside<T: Send + 'static>(
    upload: &Upload,
    read: impl FnOnce(&muster_kit::intake::RawFile) -> T + Send + 'static,
) -> Result<T> {
    let file = upload.file.clone();
    tokio::task::spawn_blocking(move || read(&file))
        .await
        .map_err(|error| Error::internal("reading the file failed").with_source(error))
}

/// What a table that was read says of itself.
pub(super) fn summary<T>(read: &crate::import::Read<T>, totals: Vec<(&'static str, i64)>) -> Summary {
    Summary {
        rows_read: read.lines,
        rows_kept: read.rows.len() as u64,
        totals,
        findings: read.findings.clone(),
    }
}

/// A count for a total.
pub(super) fn count(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}
