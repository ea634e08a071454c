//! Lots of awarded rounds as one partner buys them, with the days on which what it buys counts for each.
//!
//! Contracts of two rounds may hold for one item at the same time. A purchase counts for one of them, the one that began last: a saving
//! that two rounds claimed would be counted twice.

use muster_kit::{OrgScope, Result};
use muster_proto::catalogue::v1 as pb;
use sea_orm::ConnectionTrait;

use super::round_story::Story;
use crate::{
    domain::validity::Validity,
    store::{codec, items, rounds},
};

/// An awarded round.
pub(super) struct Awarded {
    /// The round.
    pub(super) story: Story,
    /// Its award, with first and last day.
    pub(super) award: pb::Award,
    /// Lots that the partner pledged for.
    pub(super) lots: Vec<Lot>,
}

/// A lot of an awarded round.
pub(super) struct Lot {
    /// Its id.
    pub(super) id: String,
    /// Number of the group of same items.
    pub(super) cluster: i64,
    /// Consumable units in one unit of the lot.
    pub(super) consumables: i64,
    /// Days on which purchases of the group count for the lot.
    pub(super) days: Vec<Validity>,
}

/// Number of the group that an item is of; none = there is no such item.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(super) async fn cluster(conn: &impl ConnectionTrait, scope: &OrgScope, item: i64) -> Result<Option<i64>> {
    if item == 0 {
        return Ok(None);
    }
    Ok(items::by_numbers(conn, scope, &[item]).await?.get(&item).map(items::Stored::group))
}

/// First and last day of a contract.
///
/// # Errors
/// Internal when they cannot be read back.
pub(super) fn term(award: &pb::Award) -> Result<Validity> {
    Ok(Validity::between(codec::date(&award.from)?, codec::date(&award.until)?))
}

/// Awarded rounds of a partner of whose purchases the scope keeps records: rounds that the scope hosts, or takes part in itself. The one
/// that began last comes last.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(super) async fn awarded(
    conn: &impl ConnectionTrait,
    scope: &OrgScope,
    partner: &str,
) -> Result<Vec<Awarded>> {
    let mut all = Vec::new();
    for head in rounds::awarded_to(conn, scope, partner).await? {
        let award: pb::Award = codec::message(&head.award)?;
        let may = head.org == scope.as_str() || partner == scope.as_str();
        if award.from.is_empty() || !may {
            continue;
        }
        let history = rounds::history(conn, scope, &head.round_id).await?;
        let story = Story::of(head, history)?;
        let lots = lots(conn, scope, (&story, &award), partner).await?;
        all.push(Awarded { story, award, lots });
    }
    all.sort_by(|one, other| {
        let begun = |it: &Awarded| (it.award.from.clone(), it.story.head.round_id.clone());
        begun(one).cmp(&begun(other))
    });
    give_way(&mut all)?;
    Ok(all)
}

/// Lots of an award that a partner pledged for. Lots that were found to be one item later: a purchase is of the first.
async fn lots(
    conn: &impl ConnectionTrait,
    scope: &OrgScope,
    (story, award): (&Story, &pb::Award),
    partner: &str,
) -> Result<Vec<Lot>> {
    let mut lots: Vec<Lot> = Vec::new();
    for asked in &story.opening.lots {
        let pledged = story.round.pledges().contains_key(&(partner.to_owned(), asked.lot_id.clone()));
        if !pledged || !award.lots.iter().any(|it| it.lot_id == asked.lot_id) {
            continue;
        }
        let Some(cluster) = cluster(conn, scope, asked.item).await? else { continue };
        if lots.iter().all(|it| it.cluster != cluster) {
            let consumables = asked.consumables.max(1);
            lots.push(Lot { id: asked.lot_id.clone(), cluster, consumables, days: Vec::new() });
        }
    }
    Ok(lots)
}

/// Gives every lot its days: those of the contract, less those of contracts for the same that began later.
fn give_way(all: &mut [Awarded]) -> Result<()> {
    for place in 0..all.len() {
        let (earlier, later) = all.split_at_mut(place + 1);
        let Some(round) = earlier.last_mut() else { continue };
        let own = term(&round.award)?;
        for lot in &mut round.lots {
            let has = |it: &&Awarded| it.lots.iter().any(|other| other.cluster == lot.cluster);
            let taken: Result<Vec<Validity>> = later.iter().filter(has).map(|it| term(&it.award)).collect();
            lot.days = own.without_all(&taken?);
        }
    }
    Ok(())
}
