//! Imports one file: schemes, their months, a ledger, benchmarks, a bridge, a business case, a gain to be shared, a quarter of a
//! shared service, or what displacement is worked out with.

use std::sync::Arc;

use muster_kit::{
    Action, Actor, Error, Permit, Resource, Result, UnitOfWork,
    audit::AuditEntry,
    imports::{self, Progress, Summary, Upload},
    intake::Findings,
};
use muster_proto::common::v1::{ImportOutcome, ImportProgress};

use super::{
    Deps, import_bridge, import_case, import_ledger, import_months, import_recharge, import_rows,
    import_schemes, import_sharing,
};
use crate::{
    import::{
        BRIDGE, BUSINESS_CASE, GAIN_SHARING, KINDS, LEDGER, RECHARGE, RowsRead, SCHEME_MONTHS, SCHEMES,
    },
    store::versions,
};

/// An import that was allowed.
pub(super) struct Import<'a> {
    pub(super) deps: &'a Deps,
    pub(super) actor: &'a Actor,
    pub(super) permit: Permit,
    pub(super) upload: Arc<Upload>,
    pub(super) progress: Progress,
}

/// A transaction that an import is recorded in.
pub(super) struct Begun {
    /// The transaction.
    pub(super) uow: UnitOfWork,
    /// Id of the import.
    pub(super) import_id: String,
    /// The instant from which its rows are known, microseconds UTC.
    pub(super) at: i64,
}

impl Import<'_> {
    /// Says how far it is.
    pub(super) fn tell(&self, phase: &str, rows_read: u64, rows_total: u64) {
        (self.progress)(ImportProgress { rows_read, rows_total, phase: phase.to_owned() });
    }

    /// Reads the file on a thread of its own.
    ///
    /// # Errors
    /// Internal when the thread failed. A file that is refused is the inner error.
    pub(super) async fn read<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Upload) -> Result<T, Findings> + Send + 'static,
    ) -> Result<Result<T, Findings>> {
        self.tell("reading", 0, 0);
        let upload = self.upload.clone();
        tokio::task::spawn_blocking(move || read(&upload))
            .await
            .map_err(|error| Error::internal("reading the file failed").with_source(error))
    }

    /// Begins the transaction of rows that are to be stored.
    ///
    /// # Errors
    /// Already exists when the same file is being imported by somebody else; what the database says.
    pub(super) async fn begin(&self, summary: &Summary) -> Result<Begun> {
        self.tell("storing", summary.rows_kept, summary.rows_read);
        let uow = self.deps.db.begin(self.actor).await?;
        let at = versions::instant(&uow).await?;
        let import_id = imports::record(&uow, &self.upload, summary).await?;
        Ok(Begun { uow, import_id, at })
    }

    /// Commits it.
    ///
    /// # Errors
    /// What the database says.
    pub(super) async fn commit(self, begun: Begun, summary: &Summary) -> Result<ImportOutcome> {
        let Begun { uow, import_id, .. } = begun;
        let detail = format!(
            "kind={} rows={} sha256={}",
            self.upload.kind, summary.rows_kept, self.upload.file.sha256
        );
        uow.commit(AuditEntry::new(self.permit.on(import_id.clone()), detail)).await?;
        Ok(imports::outcome(&self.upload, summary, Some(import_id)))
    }

    /// The outcome of a file of which nothing is stored.
    pub(super) fn refused(&self, summary: &Summary) -> ImportOutcome {
        imports::outcome(&self.upload, summary, None)
    }
}

/// What the kit wants to know of rows that were read.
pub(super) fn summary<T>(read: &RowsRead<T>) -> Summary {
    Summary {
        rows_read: read.read,
        rows_kept: read.rows.len() as u64,
        totals: Vec::new(),
        findings: read.findings.clone(),
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
        return Ok(imports::outcome_before(&upload, &before));
    }
    let Some(kind) = KINDS.iter().find(|kind| kind.name == upload.kind) else {
        let known = format!("no kind `{}`: `muster import --help` lists them", upload.kind);
        return Err(Error::bad_request(known));
    };
    let import = Import { deps, actor, permit, upload: Arc::new(upload), progress };
    match kind.name {
        name if name == SCHEMES.name => import_schemes::run(import).await,
        name if name == SCHEME_MONTHS.name => import_months::run(import).await,
        name if name == LEDGER.name => import_ledger::run(import).await,
        name if name == BRIDGE.name => import_bridge::run(import).await,
        name if name == BUSINESS_CASE.name => import_case::run(import).await,
        name if name == GAIN_SHARING.name => import_sharing::run(import).await,
        name if name == RECHARGE.name => import_recharge::run(import).await,
        name => import_rows::run(import, name).await,
    }
}
