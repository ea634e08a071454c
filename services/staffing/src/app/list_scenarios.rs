//! Lists the shipped scenarios.

use muster_kit::{
    Action, Actor, Resource, Result,
    page::{Page, Paged},
};

use super::Deps;
use crate::domain::scenario::{Scenario, shipped};

/// A page of scenarios with their documents, in the order in which they are shown.
///
/// # Errors
/// Forbidden.
pub(crate) async fn list_scenarios(
    deps: &Deps,
    actor: &Actor,
    page: &Page,
) -> Result<Paged<(Scenario, &'static str)>> {
    deps.permit(actor, Action::Read, Resource::all("scenario")).await?;
    let size = usize::try_from(page.size).unwrap_or(usize::MAX - 1);
    let after = shipped().iter().position(|(scenario, _)| scenario.name == page.after).map_or(0, |at| at + 1);
    let rows: Vec<(Scenario, &'static str)> = shipped().iter().skip(after).take(size + 1).cloned().collect();
    Ok(page.cut(rows, |(scenario, _)| scenario.name.clone()))
}
