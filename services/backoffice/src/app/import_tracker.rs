//! Imports a tracker by a confirmed mapping: schemes, their months and the mapping itself in one transaction.

use std::sync::Arc;

use muster_kit::{
    Action, Actor, Error, Resource, Result,
    imports::{self, Progress, Summary, Upload},
};
use muster_proto::common::v1::ImportOutcome;
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use super::{
    Deps,
    import_file::Import,
    import_schemes,
    savings::month_key,
    tracker::{self, Read},
};
use crate::{
    import::{Mapping, SCHEME_MONTHS, SCHEMES, TRACKER},
    store::records::{self, New},
};

/// Kind of the record that keeps how a tracker was read.
const MAPPING: &str = "tracker-mapping";

/// How a tracker was read: the provenance of its rows.
#[derive(Serialize)]
struct Provenance<'a> {
    file_name: &'a str,
    file_sha256: &'a str,
    mapping: &'a Mapping,
}

/// Imports a tracker. The same file by the same mapping changes nothing a second time; by another mapping it is another import.
///
/// # Errors
/// Forbidden; bad request without a mapping; what the database says. A tracker that is refused is an outcome, not an error.
pub(crate) async fn import_tracker(
    deps: &Deps,
    actor: &Actor,
    (mut upload, mapping): (Upload, String),
    progress: Progress,
) -> Result<ImportOutcome> {
    let permit = deps.permit(actor, Action::Import, Resource::new("import", TRACKER.name)).await?;
    if mapping.trim().is_empty() {
        let remedy = "`muster back-office tracker preview` proposes one: look at it, save it and give it";
        return Err(Error::bad_request(format!(
            "a tracker is imported by a mapping that somebody confirmed; {remedy}"
        )));
    }
    upload.kind = TRACKER.name.to_owned();
    let (read, mut upload) = tokio::task::spawn_blocking(move || (tracker::read(&upload, &mapping), upload))
        .await
        .map_err(|error| Error::internal("reading the file failed").with_source(error))?;
    let read = match read {
        Ok(read) => read,
        Err(findings) => return Ok(imports::outcome(&upload, &Summary::unreadable(findings), None)),
    };
    let file_sha256 = upload.file.sha256.clone();
    upload.file.sha256 = hash(&file_sha256, &records::json(&read.proposal.mapping)?);
    if let Some(before) =
        imports::find(deps.db.read(), &actor.scope(), TRACKER.name, &upload.file.sha256).await?
    {
        return Ok(imports::outcome_before(&upload, &before));
    }
    let import = Import { deps, actor, permit, upload: Arc::new(upload), progress };
    store(import, &read, &file_sha256).await
}

/// What an import of a tracker is known by: the file and how it was read.
fn hash(file_sha256: &str, mapping: &str) -> String {
    hex::encode(Sha256::digest(format!("{file_sha256}\n{mapping}")))
}

async fn store(import: Import<'_>, read: &Read, file_sha256: &str) -> Result<ImportOutcome> {
    let prepared = tracker::prepare(import.deps.db.read(), &import.actor.scope(), read).await?;
    let summary = &prepared.summary;
    // good rows of a tracker whose totals differ are not known to be good
    let uncontrolled = !read.tracker.controlled() && !read.proposal.mapping.accept_differences;
    if summary.refused(&import.upload) || uncontrolled {
        return Ok(import.refused(summary));
    }
    let schemes: Result<Vec<New>> =
        prepared.schemes.iter().map(|it| New::of(it.value.id.clone(), &it.value, it.line)).collect();
    let months: Result<Vec<New>> = prepared
        .months
        .iter()
        .map(|it| New::of(month_key(&it.value.scheme, it.value.month), &it.value, it.line))
        .collect();
    let mapping =
        Provenance { file_name: &import.upload.file.name, file_sha256, mapping: &read.proposal.mapping };
    let mapping = records::json(&mapping)?;
    let mut begun = import.begin(summary).await?;
    let of = (begun.import_id.as_str(), begun.at);
    let kept = New { key: begun.import_id.clone(), body: mapping, line: 0 };
    records::write(&begun.uow, MAPPING, of, vec![kept]).await?;
    let changed = records::write(&begun.uow, SCHEMES.name, of, schemes?).await?;
    records::write(&begun.uow, SCHEME_MONTHS.name, of, months?).await?;
    let rows = prepared.schemes.iter().map(|it| &it.value);
    import_schemes::tell(&mut begun.uow, &begun.import_id, &changed, rows).await?;
    import.commit(begun, summary).await
}
