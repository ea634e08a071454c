//! Sums published spend along sides of the cube.

use std::{cmp::Reverse, collections::BTreeMap};

use muster_kit::{Action, Actor, OrgScope, Resource, Result};
use sea_orm::ConnectionTrait;

use super::Deps;
use crate::{
    domain::{cube::Side, supplier::Suppliers},
    store::{
        spend::{self, Sum},
        suppliers,
    },
};

/// What is asked.
pub(crate) struct Asked {
    /// Sides that are kept apart.
    pub(crate) by: Vec<Side>,
    /// Only this supplier, by id; empty = all.
    pub(crate) supplier: String,
    /// Only this organisation; empty = all.
    pub(crate) organisation: String,
    /// First and last month; empty = no bound.
    pub(crate) months: (String, String),
}

/// A cell. Sides that were summed up are empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Cell {
    pub(crate) supplier: String,
    pub(crate) organisation: String,
    pub(crate) expense_type: String,
    pub(crate) month: String,
}

/// Cells with pence and lines, most money first.
pub(crate) type Cells = Vec<(Cell, (i64, u64))>;

/// Sums with suppliers as they were recognised.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn recognised(
    conn: &impl ConnectionTrait,
    scope: &OrgScope,
    (from, until): (&str, &str),
) -> Result<(Vec<Sum>, Suppliers)> {
    let sums = spend::sums(conn, scope, (from, until)).await?;
    let decisions = suppliers::decisions(&suppliers::standing(conn, scope).await?);
    let recognise = move || {
        let found = Suppliers::recognise(sums.iter().map(|sum| sum.supplier.as_str()), &decisions);
        (sums, found)
    };
    tokio::task::spawn_blocking(recognise)
        .await
        .map_err(|error| muster_kit::Error::internal("recognising suppliers failed").with_source(error))
}

/// Published spend along some sides. Sums of its cells are those of the lines, to the penny.
///
/// # Errors
/// Forbidden; what the database says.
pub(crate) async fn get_spend_cube(deps: &Deps, actor: &Actor, asked: Asked) -> Result<Cells> {
    deps.permit(actor, Action::Read, Resource::all("spend")).await?;
    let months = (asked.months.0.as_str(), asked.months.1.as_str());
    let (sums, suppliers) = recognised(deps.db.read(), &actor.scope(), months).await?;
    let mut cells: BTreeMap<Cell, (i64, u64)> = BTreeMap::new();
    for sum in &sums {
        let supplier = suppliers.id(&sum.supplier).unwrap_or(&sum.supplier);
        let other = |asked: &str, is: &str| !asked.is_empty() && asked != is;
        if other(&asked.supplier, supplier) || other(&asked.organisation, &sum.organisation) {
            continue;
        }
        let side = |side: Side, text: &str| {
            if asked.by.contains(&side) { text.to_owned() } else { String::new() }
        };
        let cell = Cell {
            supplier: side(Side::Supplier, supplier),
            organisation: side(Side::Organisation, &sum.organisation),
            expense_type: side(Side::ExpenseType, &sum.expense_type),
            month: side(Side::Month, &sum.month),
        };
        let entry = cells.entry(cell).or_default();
        entry.0 += sum.pence;
        entry.1 += u64::try_from(sum.lines).unwrap_or_default();
    }
    let mut cells: Cells = cells.into_iter().collect();
    cells.sort_by(|one, other| (Reverse(one.1.0), &one.0).cmp(&(Reverse(other.1.0), &other.0)));
    Ok(cells)
}
