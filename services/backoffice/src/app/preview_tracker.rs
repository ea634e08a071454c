//! Looks at a tracker without storing anything of it.

use muster_kit::{
    Action, Actor, Error, Resource, Result,
    imports::{self, Summary, Upload},
};
use muster_proto::common::v1::ImportOutcome;

use super::{
    Deps,
    tracker::{self, Prepared, Read},
};

/// What was found; no reading where the file, the mapping or the header cannot be read.
pub(crate) struct Found {
    /// How it is read, and what it comes to.
    pub(crate) read: Option<(Read, Prepared)>,
    /// What an import would say.
    pub(crate) outcome: ImportOutcome,
}

/// Reads a tracker by a mapping (empty = the proposed one) and completes it with what is stored.
///
/// # Errors
/// Forbidden, or what the database says.
pub(crate) async fn preview_tracker(
    deps: &Deps,
    actor: &Actor,
    (upload, mapping): (Upload, String),
) -> Result<Found> {
    deps.permit(actor, Action::Read, Resource::all("scheme")).await?;
    let (read, upload) = tokio::task::spawn_blocking(move || (tracker::read(&upload, &mapping), upload))
        .await
        .map_err(|error| Error::internal("reading the file failed").with_source(error))?;
    let read = match read {
        Ok(read) => read,
        Err(findings) => {
            let outcome = imports::outcome(&upload, &Summary::unreadable(findings), None);
            return Ok(Found { read: None, outcome });
        }
    };
    let prepared = tracker::prepare(deps.db.read(), &actor.scope(), &read).await?;
    let mut outcome = imports::outcome(&upload, &prepared.summary, None);
    outcome.refused = prepared.summary.findings.has_errors();
    outcome.rows_kept = prepared.summary.rows_kept;
    Ok(Found { read: Some((read, prepared)), outcome })
}
