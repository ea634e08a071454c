//! Asks a run to stop. A run that has ended stays as it is.

use muster_kit::{Action, Actor, Resource, Result, audit::AuditEntry};

use super::Deps;
use crate::store::runs::{self, Model};

/// Asks a run to stop; gives it as it stands.
///
/// # Errors
/// Forbidden; not found when there is no such run within the actor's organisation.
pub(crate) async fn cancel_forecast(deps: &Deps, actor: &Actor, run_id: &str) -> Result<Model> {
    let permit = deps.permit(actor, Action::Plan, Resource::new("forecast", run_id)).await?;
    let run = runs::get(deps.db.read(), &actor.scope(), run_id).await?;
    if run.has_ended() {
        return Ok(run);
    }
    let uow = deps.db.begin(actor).await?;
    runs::ask_to_stop(&uow, run_id).await?;
    uow.commit(AuditEntry::new(permit, "cancel=asked")).await?;
    if let Some(handle) = deps.runs.get(run_id) {
        handle.cancel();
    }
    runs::get(deps.db.read(), &actor.scope(), run_id).await
}
