//! Lists claims.

use muster_kit::{
    Action, Actor, Resource, Result,
    page::{Page, Paged},
};

use super::{Deps, savings::Savings};
use crate::{
    domain::claim::SavingClaim,
    store::claims::{self, Wanted},
};

/// A page of claims, newest first, with all that says whether they count.
///
/// # Errors
/// Forbidden, or what the database says.
pub(crate) async fn list_claims(
    deps: &Deps,
    actor: &Actor,
    wanted: &Wanted,
    page: &Page,
) -> Result<(Paged<SavingClaim>, Savings)> {
    deps.permit(actor, Action::Read, Resource::all("saving")).await?;
    let (conn, scope) = (deps.db.read(), actor.scope());
    let savings = Savings::load(conn, &scope).await?;
    Ok((claims::page(conn, &scope, wanted, page).await?, savings))
}
