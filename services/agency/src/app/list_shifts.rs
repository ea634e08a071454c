//! Lists shift lines.

use muster_kit::{
    Action, Actor, Resource, Result,
    page::{Page, Paged},
};

use super::Deps;
use crate::{
    domain::Priced,
    store::{
        codec,
        lines::{self, Wanted},
        loads,
    },
};

/// Lines that count now, each with its import, in order of coming in.
///
/// # Errors
/// Forbidden, or what the database says.
pub(crate) async fn list_shifts(
    deps: &Deps,
    actor: &Actor,
    wanted: &Wanted,
    page: &Page,
) -> Result<Paged<(Priced, String)>> {
    deps.permit(actor, Action::Read, Resource::all("shift")).await?;
    let scope = actor.scope();
    let imports = loads::imports(deps.db.read(), &scope).await?;
    let found = lines::page(deps.db.read(), &scope, wanted, page).await?;
    let mut rows = Vec::with_capacity(found.rows.len());
    for row in found.rows {
        let import = imports.get(&row.load_id).cloned().unwrap_or_default();
        rows.push((codec::priced(row)?, import));
    }
    Ok(Paged { rows, next_token: found.next_token })
}
