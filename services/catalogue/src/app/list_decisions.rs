//! Lists decisions on pairs of items.

use muster_kit::{
    Action, Actor, Resource, Result,
    page::{Page, Paged},
};
use muster_proto::catalogue::v1::Decision;

use super::{Deps, shown::Shown};
use crate::{proto, store::decisions};

/// Decisions, newest first, those taken back among them.
///
/// # Errors
/// Forbidden; what the database says.
pub(crate) async fn list_decisions(deps: &Deps, actor: &Actor, page: &Page) -> Result<Paged<Decision>> {
    deps.permit(actor, Action::Read, Resource::all("equivalence")).await?;
    let found = decisions::page(deps.db.read(), &actor.scope(), page).await?;
    let numbers: Vec<i64> = found.rows.iter().flat_map(|row| [row.left_item, row.right_item]).collect();
    let shown = Shown::of(deps.db.read(), &actor.scope(), &numbers).await?;
    Ok(found.map(|row| proto::decision(&row, &shown)))
}

/// One decision as it is shown.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn shown(deps: &Deps, actor: &Actor, row: &decisions::Model) -> Result<Decision> {
    let shown = Shown::of(deps.db.read(), &actor.scope(), &[row.left_item, row.right_item]).await?;
    Ok(proto::decision(row, &shown))
}
