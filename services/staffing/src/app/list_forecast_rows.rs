//! Lists the rows of a finished run.

use muster_kit::{
    Action, Actor, Error, Resource, Result,
    page::{Page, Paged},
};

use super::{Deps, get_forecast::get_forecast};
use crate::{
    domain::forecast::Row,
    store::{
        rows::{self, Wanted},
        runs::State,
    },
};

/// A page of rows; of the latest finished run when the id is empty.
///
/// # Errors
/// Forbidden; not found when there is no such run; bad request when it has not finished.
pub(crate) async fn list_forecast_rows(
    deps: &Deps,
    actor: &Actor,
    run_id: &str,
    wanted: &Wanted,
    page: &Page,
) -> Result<Paged<Row>> {
    deps.permit(actor, Action::Read, Resource::new("forecast", run_id)).await?;
    let run = get_forecast(deps, actor, run_id).await?;
    if run.state != State::Finished as i32 {
        return Err(Error::bad_request(
            "the forecast has no rows: it has not finished, or was cancelled, or failed",
        ));
    }
    rows::page(deps.db.read(), &actor.scope(), &run.run_id, wanted, page).await
}
