//! History of an area: a row a year, with what the first year's ratio would need.

use muster_kit::{Action, Actor, Error, Resource, Result};
use muster_proto::common::v1::Provenance;

use super::{Deps, area};
use crate::{
    domain::{
        history::{self, Effect, HistoryYear},
        missing::MissingReturns,
    },
    store::counts,
};

/// Unplaced codes that are listed; more are counted.
const LISTED: usize = 1_000;

/// What happened in an area.
pub(crate) struct History {
    /// Area as it was understood.
    pub(crate) area: String,
    /// By year.
    pub(crate) years: Vec<HistoryYear>,
    /// The last year's gap under every way of filling.
    pub(crate) effects: Vec<Effect>,
    /// Where the figures come from.
    pub(crate) sources: Vec<Provenance>,
    /// What a reader must know.
    pub(crate) caveats: Vec<String>,
    /// Codes that nobody places in any area.
    pub(crate) unplaced: Vec<String>,
}

/// Gives the history of an area.
///
/// # Errors
/// Forbidden; not found when nobody knows the area; what the directory or the database says.
pub(crate) async fn get_history(
    deps: &Deps,
    actor: &Actor,
    area: &str,
    how: MissingReturns,
) -> Result<History> {
    deps.permit(actor, Action::Read, Resource::new("baseline", area)).await?;
    let area = area::find(deps, actor, area, "").await?;
    let rows = area.years(deps, actor).await?;
    let (years, effects) =
        tokio::task::spawn_blocking(move || (history::history(&rows, how), history::effects(&rows)))
            .await
            .map_err(|error| Error::internal("working the history out failed").with_source(error))?;
    let last = years.last().map_or(0, |year| year.year);
    let imports = counts::imports_of_years(deps.db.read(), &actor.scope(), last).await?;
    let mut caveats = history::caveats(&years, how);
    let mut unplaced = area.unplaced;
    if !unplaced.is_empty() {
        caveats.push(format!(
            "{} codes of the workforce files are in no borough that the directory or the file knows; they count in `ENGLAND` only.",
            unplaced.len()
        ));
        unplaced.truncate(LISTED);
    }
    Ok(History {
        area: area.code,
        years,
        effects,
        sources: deps.provenance(actor, &imports).await?,
        caveats,
        unplaced,
    })
}
