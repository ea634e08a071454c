//! Lists steps in rates.

use muster_kit::{
    Action, Actor, Error, Resource, Result,
    page::{Page, Paged},
};
use muster_proto::agency::v1::RateDrift;
use prost::Message as _;

use super::Deps;
use crate::store::drifts;

/// Steps, newest first. Those of others name who shared them.
///
/// # Errors
/// Forbidden; bad request on a token that is not ours; internal when a step cannot be read back; what the database says.
pub(crate) async fn list_drifts(deps: &Deps, actor: &Actor, page: &Page) -> Result<Paged<RateDrift>> {
    deps.permit(actor, Action::Read, Resource::all("rate-drift")).await?;
    let found = drifts::page(deps.db.read(), &actor.scope(), page).await?;
    let next_token = found.next_token;
    let rows: Result<Vec<_>> = found.rows.into_iter().map(|(own, row)| read(own, &row)).collect();
    Ok(Paged { rows: rows?, next_token })
}

fn read(own: bool, row: &drifts::Drift) -> Result<RateDrift> {
    let damaged = || Error::internal("a stored step in rates is unreadable");
    let bytes = hex::decode(&row.message).map_err(|error| damaged().with_source(error))?;
    let mut drift = RateDrift::decode(bytes.as_slice()).map_err(|error| damaged().with_source(error))?;
    if !own {
        drift.shared_by.clone_from(&row.org);
        drift.by_partner.clear();
    }
    Ok(drift)
}
