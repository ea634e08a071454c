//! The affordability bridge, worked out.

use muster_kit::{
    Action, Actor, Error, Resource, Result,
    imports::{self, Model},
    page::Page,
};

use super::{Deps, savings::Savings};
use crate::{
    domain::{
        Problem, Word as _,
        plan::{PlanLine, PlanNature},
    },
    import::{BRIDGE, BRIDGE_EXAMPLE, BridgeDocument, read_bridge},
    store::{plan_lines, records, versions},
};

/// A bridge with where it is from, and the pressures that stand beside it.
pub(crate) struct Found {
    /// The document.
    pub(crate) document: BridgeDocument,
    /// The import and how often its title was published; none for the shipped example.
    pub(crate) published: Option<(Model, i64)>,
    /// Pressures of the latest forecasts.
    pub(crate) pressures: Vec<PlanLine>,
}

/// The bridge of a title, the one published last (empty), or the shipped example where none was or when it is asked for.
///
/// # Errors
/// Forbidden; not found when none of that title was published; what the database says.
pub(crate) async fn get_bridge(deps: &Deps, actor: &Actor, (title, shipped): (&str, bool)) -> Result<Found> {
    deps.permit(actor, Action::Read, Resource::all("bridge")).await?;
    let (conn, scope) = (deps.db.read(), actor.scope());
    let record = match (shipped, title) {
        (true, _) => None,
        (false, "") => records::newest(conn, &scope, BRIDGE.name).await?,
        (false, title) => {
            let found = records::of_keys(conn, &scope, BRIDGE.name, &[title.to_owned()]).await?;
            let found = found.into_values().next();
            Some(found.ok_or_else(|| Error::not_found(format!("no bridge `{title}` was published")))?)
        }
    };
    let text = record.as_ref().map_or(BRIDGE_EXAMPLE, |record| &record.body);
    let mut document = read_bridge(text)
        .map_err(|problem: Problem| Error::internal("a stored bridge is unreadable").with_source(problem))?;
    if document.bridge.rolls.iter().any(|roll| roll.attested_year.is_some()) {
        let savings = Savings::load(conn, &scope).await?;
        document.bridge.attest(|year| savings.attested_in(year));
    }
    let published = match &record {
        None => None,
        Some(record) => {
            let version = versions::current(conn, &scope, &format!("bridge {}", record.row_key)).await?;
            Some((imports::get(conn, &scope, &record.import_id).await?, version))
        }
    };
    let pressure = PlanNature::Pressure.word();
    let pressures =
        plan_lines::page(conn, &scope, pressure, &Page::first(muster_kit::page::MAX_SIZE)).await?;
    Ok(Found { document, published, pressures: pressures.rows })
}
