//! Lists pairs that wait for a decision.

use std::cmp::Reverse;

use muster_kit::{
    Action, Actor, Resource, Result,
    page::{Page, Paged},
};
use muster_proto::catalogue::v1::Proposal;

use super::{
    Deps,
    shown::{Shown, cut},
};
use crate::{
    proto,
    store::{proposals, purchases},
};

/// Proposals of an item or of all, most own money at stake first, then the surest. Gives how many there are.
///
/// # Errors
/// Forbidden; bad request on a token that is not ours; what the database says.
pub(crate) async fn list_proposals(
    deps: &Deps,
    actor: &Actor,
    item: Option<i64>,
    page: &Page,
) -> Result<(Paged<Proposal>, u64)> {
    deps.permit(actor, Action::Read, Resource::all("equivalence")).await?;
    let (conn, scope) = (deps.db.read(), actor.scope());
    let from = purchases::year_from(conn, &scope).await?;
    let spent = purchases::spent(conn, &scope, &from).await?;
    let of = |item: i64| spent.get(&item).copied().unwrap_or(0);
    let rows = proposals::waiting(conn, &scope, item).await?;
    let mut rows: Vec<(i64, proposals::Model)> =
        rows.into_iter().map(|row| (of(row.left_item) + of(row.right_item), row)).collect();
    rows.sort_by_key(|(pence, row)| (Reverse(*pence), Reverse(row.score_ppm), row.proposal_id));
    let (found, total) = cut(rows, page)?;
    let numbers: Vec<i64> = found.rows.iter().flat_map(|(_, row)| [row.left_item, row.right_item]).collect();
    let shown = Shown::of(conn, &scope, &numbers).await?;
    Ok((found.map(|(pence, row)| proto::proposal(&row, pence, &shown)), total))
}
