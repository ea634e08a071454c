//! Gives one run without its rows.

use muster_kit::{Action, Actor, Resource, Result};

use super::Deps;
use crate::store::runs::{self, Model};

/// A run by id; the latest finished one when the id is empty.
///
/// # Errors
/// Forbidden; not found when there is none within the actor's organisation.
pub(crate) async fn get_forecast(deps: &Deps, actor: &Actor, run_id: &str) -> Result<Model> {
    deps.permit(actor, Action::Read, Resource::new("forecast", run_id)).await?;
    if run_id.is_empty() {
        return runs::latest_finished(deps.db.read(), &actor.scope()).await;
    }
    let mut run = runs::get(deps.db.read(), &actor.scope(), run_id).await?;
    if let Some(handle) = deps.runs.get(run_id).filter(|_| !run.has_ended()) {
        run.progress_ppm = handle.progress_ppm();
    }
    Ok(run)
}
