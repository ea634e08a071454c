//! Lists the staff of trusts as it was counted.

use std::collections::BTreeSet;

use muster_kit::{
    Action, Actor, OrgScope, Resource, Result,
    page::{Page, Paged},
};
use muster_proto::common::v1::Provenance;
use sea_orm::ConnectionTrait;

use super::Deps;
use crate::{
    domain::{
        trusts::{TrustCount, months, totals, unknown_groups},
        units::Fte,
    },
    store::trusts::{self, Count},
};

/// Counts, and what all of them come to, not only those of the page.
pub(crate) struct Workforce {
    /// The page, by organisation, group of staff and month.
    pub(crate) page: Paged<Count>,
    /// Groups that no published table knows, with their FTE.
    pub(crate) unknown_groups: Vec<String>,
    /// Months that are known.
    pub(crate) months: Vec<String>,
    /// FTE of all counts of the newest month.
    pub(crate) newest: Fte,
    /// Where the counts come from.
    pub(crate) sources: Vec<Provenance>,
}

/// A page of counts, of one organisation or of all where the code is empty.
///
/// # Errors
/// Forbidden, or what the database says.
pub(crate) async fn list_trust_workforce(
    deps: &Deps,
    actor: &Actor,
    organisation: &str,
    page: &Page,
) -> Result<Workforce> {
    deps.permit(actor, Action::Read, Resource::all("baseline")).await?;
    let (mut rows, counts) = stored(deps.db.read(), &actor.scope()).await?;
    let sources = sources(deps, actor, &rows).await?;
    let months = months(&counts);
    let newest = months.last().map_or(Fte::ZERO, |month| totals(&counts, *month).into_values().sum());
    let key = |row: &Count| format!("{}\t{}\t{}", row.organisation, row.staff_group, row.month);
    rows.retain(|row| (organisation.is_empty() || row.organisation == organisation) && key(row) > page.after);
    rows.sort_by_key(key);
    rows.truncate(usize::try_from(page.size).unwrap_or(usize::MAX - 1) + 1);
    Ok(Workforce {
        page: page.cut(rows, key),
        unknown_groups: unknown_groups(&counts),
        months: months.iter().map(ToString::to_string).collect(),
        newest,
        sources,
    })
}

/// Rows as they are stored, and as the domain has them.
pub(super) async fn stored(
    conn: &impl ConnectionTrait,
    scope: &OrgScope,
) -> Result<(Vec<Count>, Vec<TrustCount>)> {
    let rows = trusts::all(conn, scope).await?;
    let counts = rows.iter().filter_map(|row| {
        Some(TrustCount {
            month: row.month.parse().ok()?,
            organisation: row.organisation.clone(),
            name: row.name.clone(),
            staff_group: row.staff_group.clone(),
            fte: Fte::from_milli(row.fte_milli),
        })
    });
    let counts = counts.collect();
    Ok((rows, counts))
}

/// Where counts come from.
pub(super) async fn sources(deps: &Deps, actor: &Actor, rows: &[Count]) -> Result<Vec<Provenance>> {
    let imports: BTreeSet<&str> = rows.iter().map(|row| row.import_id.as_str()).collect();
    let imports: Vec<String> = imports.into_iter().map(str::to_owned).collect();
    deps.provenance(actor, &imports).await
}
