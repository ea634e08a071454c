//! Scores what a scenario document expects against the counts that have come in. Stores nothing.

use muster_kit::{Action, Actor, Error, Resource, Result};

use super::{Deps, area};
use crate::domain::{
    assemble::AreaData,
    expectations::{Scored, observe},
    scenario::Scenario,
};

/// Scores the expectations of a scenario in an area.
///
/// # Errors
/// Forbidden; not found when nobody knows the area; what the database says.
pub(crate) async fn score_scenario(
    deps: &Deps,
    actor: &Actor,
    (scenario, asked): (&Scenario, &str),
) -> Result<Vec<Scored>> {
    deps.permit(actor, Action::Read, Resource::new("baseline", asked.to_owned())).await?;
    if scenario.expectations.is_empty() {
        return Ok(Vec::new());
    }
    let area = area::find(deps, actor, asked, "").await?;
    let rows = area.years(deps, actor).await?;
    let data =
        AreaData { code: area.code, name: area.name, places: area.places, rows, ..AreaData::default() };
    let expectations = scenario.expectations.clone();
    tokio::task::spawn_blocking(move || observe(&data, &expectations))
        .await
        .map_err(|error| Error::internal("scoring failed").with_source(error))
}
