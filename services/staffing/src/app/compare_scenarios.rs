//! Two scenarios of an area side by side. Stores nothing.

use std::sync::atomic::AtomicBool;

use muster_kit::{Action, Actor, Error, Resource, Result, clock};

use super::{Deps, forecast_task, start_forecast::Request};
use crate::domain::{
    compare::{Comparison, Wanted, compare},
    forecast::Control,
    scenario::Scenario,
};

/// Compares the scenario of the request with another, from the same draws.
///
/// # Errors
/// Forbidden; not found when nobody knows the area; bad request when a run cannot be made; what the database says.
pub(crate) async fn compare_scenarios(
    deps: &Deps,
    actor: &Actor,
    request: Request,
    to: Scenario,
    what: Wanted,
) -> Result<Comparison> {
    deps.permit(actor, Action::Read, Resource::new("baseline", request.area.clone())).await?;
    request.spec.check().map_err(|problem| Error::bad_request(problem.to_string()))?;
    clock::as_of(&request.groupings_as_of)?;
    let inputs = forecast_task::inputs(deps, actor, &request).await?.inputs;
    let threads = usize::try_from(request.threads).unwrap_or_default();
    forecast_task::engine(move || {
        let never = AtomicBool::new(false);
        compare(&inputs, (&to, &what), &Control { threads, cancelled: &never, progress: &|_| {} })
    })
    .await
}
