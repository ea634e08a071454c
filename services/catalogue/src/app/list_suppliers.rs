//! Lists suppliers across organisations.

use std::{cmp::Reverse, collections::BTreeMap};

use muster_kit::{
    Action, Actor, Resource, Result,
    page::{Page, Paged},
};

use super::{Deps, get_spend_cube::recognised, shown::cut};

/// A supplier.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Row {
    /// Id: the first of its names.
    pub(crate) supplier: String,
    /// Names as ledgers have them.
    pub(crate) names: Vec<String>,
    /// Codes of ledgers.
    pub(crate) codes: Vec<String>,
    /// Pence and lines by organisation.
    pub(crate) organisations: BTreeMap<String, (i64, u64)>,
    /// Pence.
    pub(crate) pence: i64,
    /// Lines.
    pub(crate) lines: u64,
}

/// Suppliers that at least so many organisations pay, most money first; and how many there are.
///
/// # Errors
/// Forbidden; bad request on a token that is not ours; what the database says.
pub(crate) async fn list_suppliers(
    deps: &Deps,
    actor: &Actor,
    least: usize,
    page: &Page,
) -> Result<(Paged<Row>, u64)> {
    deps.permit(actor, Action::Read, Resource::all("spend")).await?;
    let (sums, suppliers) = recognised(deps.db.read(), &actor.scope(), ("", "")).await?;
    let mut rows: BTreeMap<&str, Row> = BTreeMap::new();
    for sum in &sums {
        let id = suppliers.id(&sum.supplier).unwrap_or(&sum.supplier);
        let row = rows.entry(id).or_default();
        let lines = u64::try_from(sum.lines).unwrap_or_default();
        let paid = row.organisations.entry(sum.organisation.clone()).or_default();
        paid.0 += sum.pence;
        paid.1 += lines;
        row.pence += sum.pence;
        row.lines += lines;
    }
    let mut found: Vec<Row> = rows
        .into_iter()
        .filter(|(_, row)| row.organisations.len() >= least)
        .map(|(id, row)| {
            let known = suppliers.by_id.get(id);
            Row {
                supplier: id.to_owned(),
                names: known.map(|it| it.names.iter().cloned().collect()).unwrap_or_default(),
                codes: known.map(|it| it.codes.iter().cloned().collect()).unwrap_or_default(),
                ..row
            }
        })
        .collect();
    found.sort_by(|one, other| {
        (Reverse(one.pence), &one.supplier).cmp(&(Reverse(other.pence), &other.supplier))
    });
    cut(found, page)
}
