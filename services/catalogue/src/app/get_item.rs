//! Shows one item with everything that belongs to it.

use muster_kit::{Action, Actor, Resource, Result};
use muster_proto::catalogue::v1::{GetItemResponse, PurchaseSum};

use super::{Deps, shown::Shown};
use crate::{
    proto,
    store::{decisions, items, offers, purchases},
};

/// Records of one group that are shown at most.
const MOST_OF_GROUP: u32 = 500;

/// An item with its earlier descriptions, own offers and purchases, links and group.
///
/// # Errors
/// Forbidden; not found; what the database says.
pub(crate) async fn get_item(deps: &Deps, actor: &Actor, number: i64) -> Result<GetItemResponse> {
    deps.permit(actor, Action::Read, Resource::new("item", number.to_string())).await?;
    let (conn, scope) = (deps.db.read(), actor.scope());
    let item = items::get(conn, &scope, number).await?;
    let history = items::history(conn, &scope, number).await?;
    let group = match item.cluster {
        Some(cluster) => items::group(conn, &scope, cluster, MOST_OF_GROUP).await?,
        None => Vec::new(),
    };
    let links = decisions::of_item(conn, &scope, number).await?;
    let own = item.org == scope.as_str();
    let (mut prices, mut bought) = (Vec::new(), None);
    if own {
        prices = offers::of_item(conn, &scope, &item.organisation, &item.item_ref).await?;
        bought = purchased(deps, actor, number).await?;
    }
    let mut numbers = vec![number];
    numbers.extend(group.iter().map(|row| row.item_number));
    numbers.extend(links.iter().flat_map(|row| [row.left_item, row.right_item]));
    let shown = Shown::of(conn, &scope, &numbers).await?;
    let imports = proto::provenances(conn, &scope, prices.iter().map(|row| row.import_id.as_str())).await?;
    Ok(GetItemResponse {
        item: shown.item(number),
        earlier: history.iter().filter(|row| row.ended_at.is_some()).map(|row| shown.row(row)).collect(),
        offers: prices.iter().rev().map(|row| proto::offer(row, &imports)).collect(),
        cluster: group
            .iter()
            .filter(|row| row.item_number != number)
            .filter_map(|row| shown.item(row.item_number))
            .collect(),
        links: links.iter().map(|row| proto::decision(row, &shown)).collect(),
        bought,
    })
}

/// Own purchases of the last twelve months that have any.
async fn purchased(deps: &Deps, actor: &Actor, number: i64) -> Result<Option<PurchaseSum>> {
    let (conn, scope) = (deps.db.read(), actor.scope());
    let from = purchases::year_from(conn, &scope).await?;
    let groups = purchases::of_item(conn, &scope, number, &from).await?;
    let mut sum = PurchaseSum::default();
    for group in &groups {
        sum.lines += u64::try_from(group.lines).unwrap_or_default();
        sum.pence += group.net;
        sum.consumables_milli += group.consumables()?.unwrap_or(0);
        if sum.first_month.is_empty() || group.month < sum.first_month {
            sum.first_month.clone_from(&group.month);
        }
        if group.month > sum.last_month {
            sum.last_month.clone_from(&group.month);
        }
    }
    Ok((sum.lines > 0).then_some(sum))
}
