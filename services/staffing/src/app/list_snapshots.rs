//! Lists what became of monthly snapshots.

use muster_kit::{
    Action, Actor, Resource, Result,
    page::{Page, Paged},
};

use super::Deps;
use crate::store::{codec, entity::snapshot, snapshots};

/// A snapshot with the FTE of the same month a year earlier.
pub(crate) struct Listed {
    /// The row.
    pub(crate) row: snapshot::Model,
    /// FTE of the same month a year earlier, in 1/1000.
    pub(crate) fte_year_before: Option<i64>,
}

/// A page of snapshots, newest month first.
///
/// # Errors
/// Forbidden, or what the database says.
pub(crate) async fn list_snapshots(
    deps: &Deps,
    actor: &Actor,
    organisation: &str,
    page: &Page,
) -> Result<Paged<Listed>> {
    deps.permit(actor, Action::Read, Resource::new("snapshot", organisation)).await?;
    let scope = actor.scope();
    let rows = snapshots::page(deps.db.read(), &scope, organisation, page).await?;
    let mut listed = Vec::with_capacity(rows.rows.len());
    for row in rows.rows {
        let month_end = codec::date(&row.month_end)?;
        let before = snapshots::fte_year_before(deps.db.read(), &scope, &row.organisation, month_end).await?;
        listed.push(Listed { row, fte_year_before: before });
    }
    Ok(Paged { rows: listed, next_token: rows.next_token })
}
