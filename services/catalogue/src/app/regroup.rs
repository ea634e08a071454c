//! Works out anew which records are one item, after decisions.

use std::collections::{BTreeMap, BTreeSet};

use muster_kit::{Result, UnitOfWork};

use crate::{
    domain::cluster::clusters,
    events,
    store::{decisions, items, versions},
};

/// Brings the groups in line with the decisions that stand, and says which are other than before.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(super) async fn regroup(uow: &mut UnitOfWork) -> Result<()> {
    let scope = uow.scope();
    let links = decisions::same(uow.conn(), &scope).await?;
    let wanted = clusters(links.into_iter().map(|(pair, _)| pair));
    let now = items::groups(uow.conn(), &scope).await?;
    let all: BTreeSet<i64> = wanted.keys().chain(now.keys()).copied().collect();
    let changed: BTreeMap<i64, Option<i64>> = all
        .into_iter()
        .filter(|item| wanted.get(item) != now.get(item))
        .map(|item| (item, wanted.get(&item).copied()))
        .collect();
    if changed.is_empty() {
        return Ok(());
    }
    items::regroup(uow, &changed).await?;
    let groups: BTreeSet<i64> =
        changed.iter().flat_map(|(item, cluster)| [now.get(item).copied(), *cluster]).flatten().collect();
    let version = versions::next(uow, "clusters").await?;
    uow.publish(events::cluster_changed(uow.scope().as_str(), &groups, version))?;
    Ok(())
}
