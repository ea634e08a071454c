//! Imports one file: counts of a publisher, a monthly snapshot, or posts.

use muster_kit::{
    Action, Actor, Error, Permit, Resource, Result, UnitOfWork,
    audit::AuditEntry,
    imports::{self, Summary, Upload},
};
use muster_proto::common::v1::{ImportOutcome, ImportProgress};

use super::{Deps, import_snapshot};
use crate::{
    domain::{
        age_lists::AgeList, baseline::CountSet, deprivation::DeprivationScore, residents::Residents,
        trusts::TrustCount,
    },
    events,
    import::{self, Content, ReadFile},
    store::{age_lists, counts, deprivation, posts, residents, trusts},
};

/// Is told how far an import has come.
pub(crate) type Progress = dyn Fn(ImportProgress) + Send + Sync;

/// Imports a file. The same file, by its hash, changes nothing a second time.
///
/// # Errors
/// Forbidden, or what the database says; a file that is refused is an outcome, not an error.
pub(crate) async fn import_file(
    deps: &Deps,
    actor: &Actor,
    upload: Upload,
    progress: &Progress,
) -> Result<ImportOutcome> {
    let permit = deps.permit(actor, Action::Import, Resource::new("import", upload.kind.clone())).await?;
    let scope = actor.scope();
    if let Some(before) = imports::find(deps.db.read(), &scope, &upload.kind, &upload.file.sha256).await? {
        return Ok(imports::outcome_before(&upload, &before));
    }
    tell(progress, "reading", 0, 0);
    let (upload, read) = read_file(upload).await?;
    let read = match read {
        Ok(read) => read,
        Err(findings) => return Ok(imports::outcome(&upload, &Summary::unreadable(findings), None)),
    };
    tell(progress, "checking", read.rows_read, read.rows_read);
    let (content, summary) = split(read);
    if summary.refused(&upload) {
        return Ok(imports::outcome(&upload, &summary, None));
    }
    tell(progress, "storing", summary.rows_read, summary.rows_read);
    let import_id = store(deps, actor, permit, (&upload, &summary, content)).await?;
    Ok(imports::outcome(&upload, &summary, Some(import_id)))
}

fn tell(progress: &Progress, phase: &str, rows_read: u64, rows_total: u64) {
    progress(ImportProgress { rows_read, rows_total, phase: phase.to_owned() });
}

async fn read_file(upload: Upload) -> Result<(Upload, Result<ReadFile, muster_kit::intake::Findings>)> {
    // a file of all England keeps a core busy for a second
    tokio::task::spawn_blocking(move || {
        let read = import::read(&upload.kind, &upload.file, upload.year);
        (upload, read)
    })
    .await
    .map_err(|error| Error::internal("reading the file failed").with_source(error))
}

fn split(read: ReadFile) -> (Content, Summary) {
    let summary = Summary {
        rows_read: read.rows_read,
        rows_kept: read.rows_kept,
        totals: read.totals,
        findings: read.findings,
    };
    (read.content, summary)
}

async fn store(
    deps: &Deps,
    actor: &Actor,
    permit: Permit,
    file: (&Upload, &Summary, Content),
) -> Result<String> {
    let (upload, summary, content) = file;
    // asked before the transaction begins: no call to another service while it is open
    let federations = match &content {
        Content::Snapshots(_) => import_snapshot::federations(deps, actor).await?,
        _ => import_snapshot::Federations::default(),
    };
    let mut uow = deps.db.begin(actor).await?;
    let import_id = imports::record(&uow, upload, summary).await?;
    match content {
        Content::Counts(sets) => write_sets(&mut uow, upload, &import_id, &sets).await?,
        Content::Snapshots(sets) => {
            write_sets(&mut uow, upload, &import_id, &sets).await?;
            import_snapshot::write(&uow, &import_id, &sets, &federations).await?;
        }
        Content::Posts(parts) => posts::write(&uow, &import_id, &parts).await?,
        Content::AgeLists(lists) => write_lists(&mut uow, &import_id, &lists).await?,
        Content::Deprivation(scores) => write_deprivation(&mut uow, &import_id, &scores).await?,
        Content::Residents(of) => write_residents(&mut uow, &import_id, &of).await?,
        Content::Trusts(counts) => write_trusts(&mut uow, &import_id, &counts).await?,
    }
    let detail = format!("kind={} rows={} sha256={}", upload.kind, summary.rows_kept, upload.file.sha256);
    uow.commit(AuditEntry::new(permit.on(import_id.clone()), detail)).await?;
    Ok(import_id)
}

/// Writes the staff of trusts and says of each month what was recorded.
async fn write_trusts(uow: &mut UnitOfWork, import_id: &str, of: &[TrustCount]) -> Result<()> {
    let import = imports::get(uow.conn(), &uow.scope(), import_id).await?;
    for (month, version) in trusts::write(uow, import_id, of).await? {
        uow.publish(events::trust_workforce_recorded(&import, of, (month, version)))?;
    }
    Ok(())
}

/// Writes lists by age and sex and says of each day what was recorded.
async fn write_lists(uow: &mut UnitOfWork, import_id: &str, of: &[AgeList]) -> Result<()> {
    let import = imports::get(uow.conn(), &uow.scope(), import_id).await?;
    for (day, version) in age_lists::write(uow, import_id, of).await? {
        uow.publish(events::age_lists_recorded(&import, of, (day, version)))?;
    }
    Ok(())
}

/// Writes scores of deprivation and says of each year what was recorded.
async fn write_deprivation(uow: &mut UnitOfWork, import_id: &str, of: &[DeprivationScore]) -> Result<()> {
    let import = imports::get(uow.conn(), &uow.scope(), import_id).await?;
    for (year, version) in deprivation::write(uow, import_id, of).await? {
        uow.publish(events::deprivation_recorded(&import, of, (year, version)))?;
    }
    Ok(())
}

/// Writes residents and says of each day what was recorded.
async fn write_residents(uow: &mut UnitOfWork, import_id: &str, of: &[Residents]) -> Result<()> {
    let import = imports::get(uow.conn(), &uow.scope(), import_id).await?;
    for (day, version) in residents::write(uow, import_id, of).await? {
        uow.publish(events::residents_recorded(&import, of, (day, version)))?;
    }
    Ok(())
}

/// Writes the sets and says of each what was recorded.
async fn write_sets(uow: &mut UnitOfWork, upload: &Upload, import_id: &str, sets: &[CountSet]) -> Result<()> {
    let import = imports::get(uow.conn(), &uow.scope(), import_id).await?;
    for set in sets {
        let version = counts::write(uow, import_id, &upload.kind, set).await?;
        uow.publish(events::baseline_recorded(&import, set, version))?;
    }
    Ok(())
}
