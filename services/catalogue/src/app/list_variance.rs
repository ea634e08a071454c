//! Lists what own purchases cost against what others pay.

use std::collections::{BTreeMap, HashMap};

use muster_kit::{
    Action, Actor, Resource, Result,
    page::{Page, Paged},
};
use muster_proto::catalogue::v1 as pb;

use super::{
    Deps,
    find_variance::compared,
    shown::{Shown, cut},
};
use crate::{
    domain::{
        ratio::Ratio,
        variance::{Aside, Found, Row},
    },
    proto,
    store::{decisions, items, proposals, purchases},
};

/// Lines that stand aside, told at most.
const MOST_ASIDE: usize = 500;

/// What is listed.
pub(crate) struct Listed {
    /// Confirmed, most opportunity first.
    pub(crate) rows: Paged<pb::Variance>,
    /// How many there are.
    pub(crate) total: u64,
    /// Sum of their opportunity, pence.
    pub(crate) opportunity: i64,
    /// Of undecided pairs, each weighed by its score, pence.
    pub(crate) unconfirmed: i64,
    /// Undecided pairs in it.
    pub(crate) unconfirmed_pairs: u64,
    /// What stands aside.
    pub(crate) quarantine: Vec<pb::Quarantined>,
}

/// Own variance of an organisation or of all; others show as quantiles only.
///
/// # Errors
/// Forbidden; bad request on a token that is not ours; what the database says.
pub(crate) async fn list_variance(
    deps: &Deps,
    actor: &Actor,
    organisation: &str,
    page: &Page,
) -> Result<Listed> {
    deps.permit(actor, Action::Read, Resource::all("variance")).await?;
    let (conn, scope) = (deps.db.read(), actor.scope());
    let mine =
        |owner: &str, of: &str| owner == scope.as_str() && (organisation.is_empty() || organisation == of);
    let found = compared(conn, &scope).await?;
    let (unconfirmed, unconfirmed_pairs) = unconfirmed(deps, actor, &found).await?;
    let Found { rows, aside } = found;
    let rows: Vec<Row> = rows.into_iter().filter(|row| mine(&row.owner, &row.organisation)).collect();
    let aside: Vec<Aside> = aside
        .into_iter()
        .filter(|it| mine(&it.bought.owner, &it.bought.organisation))
        .take(MOST_ASIDE)
        .collect();
    let opportunity = rows.iter().map(|row| row.opportunity).sum();
    let (rows, total) = cut(rows, page)?;
    let mut numbers: Vec<i64> = rows.rows.iter().map(|row| row.item).collect();
    numbers.extend(aside.iter().map(|it| it.bought.item));
    let shown = Shown::of(conn, &scope, &numbers).await?;
    let confidence = confidence(deps, actor).await?;
    let sure = |row: &Row| confidence.get(&row.cluster).copied().unwrap_or(1_000_000);
    Ok(Listed {
        rows: rows.map(|row| proto::variance(&row, sure(&row), &shown)),
        total,
        opportunity,
        unconfirmed,
        unconfirmed_pairs,
        quarantine: aside.iter().map(|it| proto::quarantined(it, &shown)).collect(),
    })
}

/// Least score of the decisions that each group rests on; people alone count as sure.
async fn confidence(deps: &Deps, actor: &Actor) -> Result<BTreeMap<i64, i64>> {
    let (conn, scope) = (deps.db.read(), actor.scope());
    let groups = items::groups(conn, &scope).await?;
    let mut least: BTreeMap<i64, i64> = BTreeMap::new();
    for ((left, _), score) in decisions::same(conn, &scope).await? {
        let (Some(cluster), true) = (groups.get(&left), score > 0) else { continue };
        let entry = least.entry(*cluster).or_insert(1_000_000);
        *entry = (*entry).min(score);
    }
    Ok(least)
}

/// What undecided pairs would be worth if they were confirmed, each weighed by its score. A sum only, and only against groups of which
/// three other organisations or more are known, so that no price of another can be read from it.
async fn unconfirmed(deps: &Deps, actor: &Actor, found: &Found) -> Result<(i64, u64)> {
    let (conn, scope) = (deps.db.read(), actor.scope());
    let waiting = proposals::waiting(conn, &scope, None).await?;
    if waiting.is_empty() {
        return Ok((0, 0));
    }
    let groups = items::groups(conn, &scope).await?;
    let from = purchases::year_from(conn, &scope).await?;
    let mut paid: HashMap<i64, (i64, i64)> = HashMap::new();
    for group in purchases::own(conn, &scope, &from).await? {
        if let Ok(many) = group.consumables()? {
            let entry = paid.entry(group.item_number).or_default();
            entry.0 += many;
            entry.1 += group.net;
        }
    }
    let mut quartile: HashMap<i64, i64> = HashMap::new();
    for row in &found.rows {
        if let Some(peers) = row.peers {
            // the others of somebody else's row may be too few without this organisation
            if row.owner == scope.as_str() {
                quartile.entry(row.cluster).or_insert(peers.lower_quartile);
            }
        }
    }
    let (mut sum, mut pairs) = (0, 0);
    for row in &waiting {
        let sides = [(row.left_item, row.right_item), (row.right_item, row.left_item)];
        let worth: i64 = sides
            .into_iter()
            .filter_map(|(own, other)| {
                let (many, pence) = paid.get(&own).filter(|(many, _)| *many > 0)?;
                let quartile = quartile.get(groups.get(&other)?)?;
                let at_quartile = Ratio::new(i128::from(*quartile) * i128::from(*many), 100_000_000)?;
                Some((pence - at_quartile.rounded(1)).max(0))
            })
            .sum();
        if worth > 0 {
            let weighed = Ratio::new(i128::from(worth) * i128::from(row.score_ppm), 1_000_000);
            sum += weighed.map_or(0, |it| it.rounded(1));
            pairs += 1;
        }
    }
    Ok((sum, pairs))
}
