//! What decides one gap of an area. Stores nothing.

use std::sync::{Arc, atomic::AtomicBool};

use muster_kit::{Action, Actor, Error, Resource, Result, clock};

use super::{Deps, forecast_task, start_forecast::Request};
use crate::domain::{
    forecast::{Control, RunError},
    sensitivity::{Asked, Sensitivity, SensitivityError, sensitivity},
};

/// Says what decides a gap. It stops when `cancelled` is set.
///
/// # Errors
/// Forbidden; not found when nobody knows the area or the node; bad request when role or year are not those of the run.
pub(crate) async fn get_sensitivity(
    deps: &Deps,
    actor: &Actor,
    request: Request,
    asked: Asked,
    cancelled: Arc<AtomicBool>,
) -> Result<Sensitivity> {
    deps.permit(actor, Action::Read, Resource::new("baseline", request.area.clone())).await?;
    request.spec.check().map_err(|problem| Error::bad_request(problem.to_string()))?;
    clock::as_of(&request.groupings_as_of)?;
    let inputs = forecast_task::inputs(deps, actor, &request).await?.inputs;
    let threads = usize::try_from(request.threads).unwrap_or_default();
    let made = forecast_task::engine(move || {
        let control = Control { threads, cancelled: &cancelled, progress: &|_| {} };
        match sensitivity(&inputs, &asked, &control) {
            Err(SensitivityError::Run(error)) => Err(error),
            other => Ok::<_, RunError>(other),
        }
    });
    made.await?.map_err(|error| match error {
        SensitivityError::NoNode(_) => Error::not_found(error.to_string()),
        _ => Error::bad_request(error.to_string()),
    })
}
