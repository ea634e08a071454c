//! What the board sees.

use muster_kit::{Action, Actor, Resource, Result};

use super::{Deps, savings::Savings};
use crate::domain::Month;

/// Schemes, claims and the board, with the month at whose end schemes stand.
///
/// # Errors
/// Forbidden; bad request when the month is none; what the database says.
pub(crate) async fn get_board(deps: &Deps, actor: &Actor, as_of: &str) -> Result<(Savings, Option<Month>)> {
    deps.permit(actor, Action::Read, Resource::all("board")).await?;
    let savings = Savings::load(deps.db.read(), &actor.scope()).await?;
    let at = savings.as_of(as_of)?;
    Ok((savings, at))
}
