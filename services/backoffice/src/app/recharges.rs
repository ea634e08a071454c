//! What members of shared services pay, by quarter.

use muster_kit::{
    Action, Actor, OrgScope, Resource, Result,
    page::{Page, Paged},
};
use muster_proto::backoffice::v1::RechargeQuarter;
use sea_orm::ConnectionTrait;

use super::{Deps, cases::unreadable};
use crate::{
    domain::tariff::Quarter,
    import::{RECHARGE, read_tariff},
    proto,
    store::{
        records::{self, Record, key},
        versions,
    },
};

/// The key of a quarter: services by name, the newest quarter of each first.
pub(crate) fn key_of(of: &Quarter) -> String {
    key(&[&of.service, &of.start.to_string()])
}

/// A quarter that was stored.
pub(crate) struct KnownQuarter {
    /// Its row.
    pub(crate) record: Record,
    /// The quarter.
    pub(crate) quarter: Quarter,
}

/// Every quarter, of a service or of all (empty): by service, newest first.
///
/// # Errors
/// What the database says.
pub(crate) async fn all(
    conn: &impl ConnectionTrait,
    scope: &OrgScope,
    service: &str,
) -> Result<Vec<KnownQuarter>> {
    let mut all = Vec::new();
    for record in records::known(conn, scope, RECHARGE.name, None).await? {
        let quarter = read_tariff(&record.body).map_err(unreadable)?;
        if service.is_empty() || quarter.service == service {
            all.push(KnownQuarter { record, quarter });
        }
    }
    all.sort_by(|one, other| {
        (&one.quarter.service, other.quarter.start).cmp(&(&other.quarter.service, one.quarter.start))
    });
    Ok(all)
}

/// A page of quarters.
///
/// # Errors
/// Forbidden; what the database says.
pub(crate) async fn list_recharges(
    deps: &Deps,
    actor: &Actor,
    service: &str,
    page: &Page,
) -> Result<Paged<RechargeQuarter>> {
    deps.permit(actor, Action::Read, Resource::all("recharge")).await?;
    let (conn, scope) = (deps.db.read(), actor.scope());
    let all = all(conn, &scope, service).await?;
    let after = all.iter().position(|it| it.record.row_key == page.after).map_or(0, |at| at + 1);
    let most = usize::try_from(page.size + 1).unwrap_or(usize::MAX);
    let found: Vec<KnownQuarter> = all.into_iter().skip(after).take(most).collect();
    let found = page.cut(found, |it| it.record.row_key.clone());
    let mut rows = Vec::new();
    for KnownQuarter { record, quarter } in &found.rows {
        let version = versions::current(conn, &scope, &format!("recharge {}", record.row_key)).await?;
        rows.push(proto::cases::quarter(quarter, (&record.import_id, version)).map_err(unreadable)?);
    }
    Ok(Paged { rows, next_token: found.next_token })
}
