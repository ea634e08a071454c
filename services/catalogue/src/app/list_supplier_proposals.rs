//! Lists pairs of suppliers that might be one.

use std::{cmp::Reverse, collections::HashMap};

use muster_kit::{
    Action, Actor, Resource, Result,
    page::{Page, Paged},
};
use muster_proto::catalogue::v1::{SupplierDecision, SupplierProposal};

use super::{Deps, get_spend_cube::recognised, shown::cut};
use crate::{proto, store::suppliers};

/// Pairs, most money first; the decisions in force; and how many pairs there are.
///
/// # Errors
/// Forbidden; bad request on a token that is not ours; what the database says.
pub(crate) async fn list_supplier_proposals(
    deps: &Deps,
    actor: &Actor,
    page: &Page,
) -> Result<(Paged<SupplierProposal>, Vec<SupplierDecision>, u64)> {
    deps.permit(actor, Action::Read, Resource::all("spend")).await?;
    let (conn, scope) = (deps.db.read(), actor.scope());
    let (sums, found) = recognised(conn, &scope, ("", "")).await?;
    let mut paid: HashMap<&str, i64> = HashMap::new();
    for sum in &sums {
        *paid.entry(found.id(&sum.supplier).unwrap_or(&sum.supplier)).or_default() += sum.pence;
    }
    let of = |id: &str| paid.get(id).copied().unwrap_or(0);
    let mut rows: Vec<SupplierProposal> = found
        .proposals
        .iter()
        .map(|(one, other, why)| SupplierProposal {
            one: one.clone(),
            other: other.clone(),
            why: why.text().to_owned(),
            pence: of(one) + of(other),
        })
        .collect();
    rows.sort_by(|a, b| (Reverse(a.pence), &a.one, &a.other).cmp(&(Reverse(b.pence), &b.one, &b.other)));
    let decisions = suppliers::standing(conn, &scope).await?;
    let decisions = decisions.iter().rev().map(proto::supplier_decision).collect();
    let (rows, total) = cut(rows, page)?;
    Ok((rows, decisions, total))
}
