//! Shows a collective round.

use muster_kit::{Action, Actor, Resource, Result, clock};
use muster_proto::catalogue::v1::Round;

use super::{Deps, round_story::Story};
use crate::proto;

/// A round with everything that happened in it.
///
/// # Errors
/// Forbidden; not found, also where the organisation neither hosts it nor takes part; what the database says.
pub(crate) async fn get_round(deps: &Deps, actor: &Actor, id: &str) -> Result<Round> {
    deps.permit(actor, Action::Read, Resource::new("round", id)).await?;
    let story = Story::read(deps.db.read(), &actor.scope(), id).await?;
    Ok(proto::rounds::round(&story, clock::now_micros(), actor.organisation.as_str()))
}
