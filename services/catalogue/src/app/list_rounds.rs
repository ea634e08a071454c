//! Lists collective rounds.

use muster_kit::{
    Action, Actor, Resource, Result,
    page::{Page, Paged},
};
use muster_proto::catalogue::v1::Round;

use super::Deps;
use crate::{proto, store::rounds};

/// Rounds that the organisation hosts or takes part in, newest first, without history, bids and award.
///
/// # Errors
/// Forbidden; what the database says.
pub(crate) async fn list_rounds(deps: &Deps, actor: &Actor, page: &Page) -> Result<Paged<Round>> {
    deps.permit(actor, Action::Read, Resource::all("round")).await?;
    let found = rounds::page(deps.db.read(), &actor.scope(), page).await?;
    let next_token = found.next_token;
    let rows: Result<Vec<Round>> = found.rows.into_iter().map(|head| proto::rounds::head(&head)).collect();
    Ok(Paged { rows: rows?, next_token })
}
