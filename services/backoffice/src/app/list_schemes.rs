//! Lists schemes.

use muster_kit::{
    Action, Actor, Resource, Result,
    page::{Page, Paged},
};

use super::{Deps, savings::Savings};
use crate::domain::Month;

/// Names of a page of schemes, of an organisation or of all (empty), with what they are looked up in and the month at whose end they
/// stand.
///
/// # Errors
/// Forbidden; bad request when the month is none; what the database says.
pub(crate) async fn list_schemes(
    deps: &Deps,
    actor: &Actor,
    (organisation, as_of): (&str, &str),
    page: &Page,
) -> Result<(Paged<String>, Savings, Option<Month>)> {
    deps.permit(actor, Action::Read, Resource::all("scheme")).await?;
    let savings = Savings::load(deps.db.read(), &actor.scope()).await?;
    let at = savings.as_of(as_of)?;
    let of =
        |it: &&super::savings::KnownScheme| organisation.is_empty() || it.scheme.organisation == organisation;
    let after = |name: &&String| page.after.is_empty() || **name > page.after;
    let names = savings.schemes.values().filter(of).map(|it| &it.scheme.id).filter(after);
    let most = usize::try_from(page.size + 1).unwrap_or(usize::MAX);
    let names: Vec<String> = names.take(most).cloned().collect();
    let names = page.cut(names, Clone::clone);
    Ok((names, savings, at))
}
