//! Compares what organisations pay, and says what is found.

use std::collections::BTreeMap;

use muster_kit::{OrgCode, OrgScope, Result, UnitOfWork};
use sea_orm::ConnectionTrait;

use super::shown::Shown;
use crate::{
    domain::variance::{Bought, Found, Row, compare},
    events, proto,
    store::{purchases, variance, versions},
};

/// Rows that an event has at most.
const GREATEST: usize = 20;

/// What every organisation pays, compared. It holds prices of all: the caller shows each organisation its own, with quantiles.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(super) async fn compared(conn: &impl ConnectionTrait, scope: &OrgScope) -> Result<Found> {
    let from = purchases::year_from(conn, scope).await?;
    let groups = purchases::bought(conn, scope, &from).await?;
    let mut bought = Vec::with_capacity(groups.len());
    for group in groups {
        let consumables = group.consumables()?;
        bought.push(Bought {
            owner: group.org,
            organisation: group.organisation,
            item: group.item_number,
            cluster: group.cluster,
            channel: group.channel,
            consumables,
            pence: group.net,
        });
    }
    Ok(compare(bought))
}

/// Says anew, organisation by organisation, what each could pay less, where that is something else than was said last. Each hears of its
/// own on its own branch.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn tell(uow: &mut UnitOfWork) -> Result<()> {
    let found = compared(uow.conn(), &uow.scope()).await?;
    let mut of: BTreeMap<(String, String), Vec<Row>> = BTreeMap::new();
    for key in variance::told(uow).await? {
        of.entry(key).or_default();
    }
    for row in found.rows {
        // who has nothing to save any more is told that, too
        let rows = of.entry((row.owner.clone(), row.organisation.clone())).or_default();
        rows.extend(Some(row).filter(|row| row.opportunity > 0));
    }
    for ((owner, organisation), rows) in of {
        let pence = rows.iter().map(|row| row.opportunity).sum();
        let count = i64::try_from(rows.len()).unwrap_or(i64::MAX);
        if !variance::note(uow, (&owner, &organisation), (pence, count)).await? {
            continue;
        }
        let code = OrgCode::new(&owner)?;
        let scope = OrgScope::new(code.clone());
        let greatest: Vec<&Row> = rows.iter().take(GREATEST).collect();
        let numbers: Vec<i64> = greatest.iter().map(|row| row.item).collect();
        let shown = Shown::of(uow.conn(), &scope, &numbers).await?;
        let greatest = greatest.into_iter().map(|row| proto::variance(row, 0, &shown)).collect();
        let version = versions::next_for(uow, &scope, &format!("variance {organisation}")).await?;
        let event = events::variance_found(&organisation, (pence, count), greatest, version);
        uow.publish_for(&code, event)?;
    }
    Ok(())
}
