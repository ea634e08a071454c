//! Lists baseline rows.

use muster_kit::{
    Action, Actor, Resource, Result, imports,
    page::{Page, Paged},
};
use muster_proto::common::v1::Provenance;

use super::Deps;
use crate::{
    domain::baseline::Count,
    store::{
        baselines::{self, Wanted},
        counts::count_of,
    },
};

/// A baseline row with what it belongs to.
pub(crate) struct Listed {
    /// The count.
    pub(crate) count: Count,
    /// Date of the count.
    pub(crate) day: String,
    /// Financial year ending, 0 when there is none.
    pub(crate) year: i32,
    /// What is counted.
    pub(crate) definition: String,
    /// Where it comes from.
    pub(crate) provenance: Provenance,
}

/// A page of rows by place, role and date.
///
/// # Errors
/// Forbidden, or what the database says.
pub(crate) async fn list_baselines(
    deps: &Deps,
    actor: &Actor,
    wanted: &Wanted,
    page: &Page,
) -> Result<Paged<Listed>> {
    deps.permit(actor, Action::Read, Resource::all("baseline")).await?;
    let scope = actor.scope();
    let rows = baselines::page(deps.db.read(), &scope, wanted, page).await?;
    let mut sources = std::collections::HashMap::new();
    for (_, set) in &rows.rows {
        if !sources.contains_key(&set.import_id) {
            let import = imports::get(deps.db.read(), &scope, &set.import_id).await?;
            sources.insert(set.import_id.clone(), imports::provenance(&import));
        }
    }
    let listed = rows
        .rows
        .into_iter()
        .map(|(row, set)| {
            Ok(Listed {
                count: count_of(&row)?,
                day: row.day,
                year: row.year,
                provenance: sources.get(&set.import_id).cloned().unwrap_or_default(),
                definition: set.definition,
            })
        })
        .collect::<Result<_>>()?;
    Ok(Paged { rows: listed, next_token: rows.next_token })
}
