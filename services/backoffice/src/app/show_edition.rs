//! Editions as they were frozen: listed, shown, compared, verified.

use muster_kit::{
    Action, Actor, Error, Resource, Result,
    page::{Page, Paged},
};

use super::{Deps, freeze_edition::unwritable};
use crate::{
    domain::edition::{Edition, EditionHead, FigureChange},
    store::editions,
};

/// Editions without their figures, newest first.
///
/// # Errors
/// Forbidden, or what the database says.
pub(crate) async fn list_editions(deps: &Deps, actor: &Actor, page: &Page) -> Result<Paged<EditionHead>> {
    deps.permit(actor, Action::Read, Resource::all("edition")).await?;
    editions::page(deps.db.read(), &actor.scope(), page).await
}

/// An edition by number, or the latest (0).
///
/// # Errors
/// Forbidden; not found; what the database says.
pub(crate) async fn get_edition(deps: &Deps, actor: &Actor, number: i64) -> Result<Edition> {
    deps.permit(actor, Action::Read, Resource::new("edition", number.to_string())).await?;
    editions::get(deps.db.read(), &actor.scope(), number).await
}

/// An edition by number, or the latest (0), with how many figures are left out because not everybody may see them.
///
/// # Errors
/// Forbidden; not found; what the database says.
pub(crate) async fn shown_edition(
    deps: &Deps,
    actor: &Actor,
    (number, public_only): (i64, bool),
) -> Result<(Edition, u64)> {
    let mut edition = get_edition(deps, actor, number).await?;
    let all = edition.figures.len();
    edition.figures.retain(|it| it.public || !public_only);
    let left_out = (all - edition.figures.len()) as u64;
    Ok((edition, left_out))
}

/// What is other between two editions, without what not everybody may see.
pub(crate) fn shown_changes((earlier, later): (&Edition, &Edition), public_only: bool) -> Vec<FigureChange> {
    let mut changes = earlier.changes(later);
    // a figure that was not public before, or is not any more, is a change that nobody outside may see
    changes.retain(|it| !public_only || [&it.before, &it.after].into_iter().flatten().all(|it| it.public));
    changes
}

/// Two editions, the earlier first.
///
/// # Errors
/// Forbidden; bad request when they are not one after the other; not found; what the database says.
pub(crate) async fn two_editions(
    deps: &Deps,
    actor: &Actor,
    (from, to): (i64, i64),
) -> Result<(Edition, Edition)> {
    deps.permit(actor, Action::Read, Resource::all("edition")).await?;
    if from <= 0 {
        return Err(Error::bad_request("name the earlier edition by its number"));
    }
    let (conn, scope) = (deps.db.read(), actor.scope());
    let (earlier, later) = (editions::get(conn, &scope, from).await?, editions::get(conn, &scope, to).await?);
    if earlier.head.number >= later.head.number {
        return Err(Error::bad_request(format!(
            "edition {from} is not earlier than edition {}",
            later.head.number
        )));
    }
    Ok((earlier, later))
}

/// An edition as it is stored, with what its hash comes to now and where the chain up to it is broken first; 0 = nowhere.
///
/// # Errors
/// Forbidden; not found; what the database says.
pub(crate) async fn verify_edition(
    deps: &Deps,
    actor: &Actor,
    number: i64,
) -> Result<(EditionHead, String, i64)> {
    deps.permit(actor, Action::Read, Resource::new("edition", number.to_string())).await?;
    let (conn, scope) = (deps.db.read(), actor.scope());
    let asked = editions::get(conn, &scope, number).await?;
    let computed = asked.head.hash(&asked.figures).map_err(unwritable)?;
    let mut previous = String::new();
    for number in 1..=asked.head.number {
        let Some(edition) = editions::find(conn, &scope, number).await? else {
            return Ok((asked.head, computed, number));
        };
        let hash = edition.head.hash(&edition.figures).map_err(unwritable)?;
        if hash != edition.head.sha256 || edition.head.previous != previous {
            return Ok((asked.head, computed, number));
        }
        previous = hash;
    }
    Ok((asked.head, computed, 0))
}
