//! Lists what was paid after awards, and pledges that are not being bought.

use std::collections::BTreeMap;

use jiff::civil::Date;
use muster_award::{
    Kind, Tier,
    round::clawback::{Buying, forecast},
};
use muster_kit::{Action, Actor, Resource, Result};
use muster_proto::catalogue::v1 as pb;

use super::{Deps, realise::elapsed_ppm, round_story::Story};
use crate::store::{
    codec,
    realised::{Ground, Month, grounds, months},
};

/// Rows by round, organisation, month and lot, and shortfalls of pledges.
///
/// # Errors
/// Forbidden; not found when the round is named and not the organisation's; what the database says.
pub(crate) async fn list_realised_prices(
    deps: &Deps,
    actor: &Actor,
    round_id: &str,
) -> Result<pb::ListRealisedPricesResponse> {
    deps.permit(actor, Action::Read, Resource::all("realised-price")).await?;
    let (conn, scope) = (deps.db.read(), actor.scope());
    let rows = months(conn, &scope, round_id, "").await?;
    let grounds = grounds(conn, &scope, round_id, "").await?;
    let mut by_round: BTreeMap<&str, Vec<&Ground>> = BTreeMap::new();
    for ground in &grounds {
        by_round.entry(&ground.round_id).or_default().push(ground);
    }
    let mut titles: BTreeMap<String, String> = BTreeMap::new();
    let mut shortfalls = Vec::new();
    for (id, grounds) in by_round {
        let story = Story::read(conn, &scope, id).await?;
        titles.insert(id.to_owned(), story.head.title.clone());
        let of: Vec<&Month> = rows.iter().filter(|row| row.round_id == id).collect();
        shortfalls.extend(short(&story, &grounds, &of)?);
    }
    let row = |row: &Month| crate::proto::realised(row, titles.get(&row.round_id).map_or("", String::as_str));
    Ok(pb::ListRealisedPricesResponse { rows: rows.iter().map(row).collect(), shortfalls })
}

/// Pledges that will not be bought at the pace of the months known. Partners of whom nothing is known here count as buying what they
/// pledged.
fn short(story: &Story, grounds: &[&Ground], months: &[&Month]) -> Result<Vec<pb::PledgeShortfall>> {
    let (Some(award), Some(last)) = (&story.award, months.iter().map(|row| row.month.as_str()).max()) else {
        return Ok(Vec::new());
    };
    let on: Date = codec::date(&format!("{last}-01"))?.last_of_month();
    let elapsed = elapsed_ppm(award, on)?;
    let mut found = Vec::new();
    for lot in &award.lots {
        let buyings: Vec<Buying> = story
            .round
            .pledges()
            .iter()
            .filter(|((_, id), _)| *id == lot.lot_id)
            .map(|((organisation, _), pledged)| {
                let known =
                    grounds.iter().any(|it| it.organisation == *organisation && it.lot_id == lot.lot_id);
                let milli: i64 = months
                    .iter()
                    .filter(|row| row.organisation == *organisation && row.lot_id == lot.lot_id)
                    // what is bought elsewhere keeps no pledge
                    .map(|row| row.quantity - row.off_award_quantity)
                    .sum();
                let at_pace = (i128::from(*pledged) * i128::from(elapsed) + 999_999) / 1_000_000;
                let bought = if known { milli / 1_000 } else { i64::try_from(at_pace).unwrap_or(*pledged) };
                Buying { organisation: organisation.clone(), pledged: *pledged, bought }
            })
            .collect();
        let (kind, tiers) = tiers(story, lot);
        let Some(forecast) = forecast(kind, &tiers, &buyings, elapsed) else { continue };
        for row in forecast.shortfalls.into_iter().filter(|row| row.short > 0) {
            let bought =
                buyings.iter().find(|it| it.organisation == row.organisation).map_or(0, |it| it.bought);
            if grounds.iter().any(|it| it.organisation == row.organisation) {
                found.push(pb::PledgeShortfall {
                    round_id: story.head.round_id.clone(),
                    organisation: row.organisation,
                    lot_id: lot.lot_id.clone(),
                    pledged: row.pledged,
                    bought,
                    expected: row.expected,
                    clawback_pence: row.clawback_pence,
                });
            }
        }
    }
    Ok(found)
}

/// Tiers of the bid that a lot went to; a bid without tiers has one.
fn tiers(story: &Story, lot: &pb::AwardedLot) -> (Kind, Vec<Tier>) {
    let bid = story.bids.get(&lot.bid_id).filter(|bid| bid.lots.len() == 1 && !bid.tiers.is_empty());
    match bid {
        Some(bid) => {
            let tier =
                |it: &pb::Tier| Tier { min_quantity: it.min_quantity, unit_price: it.unit_price_hundredths };
            let kind = if bid.incremental { Kind::Incremental } else { Kind::AllUnits };
            (kind, bid.tiers.iter().map(tier).collect())
        }
        None => (Kind::AllUnits, vec![Tier { min_quantity: 0, unit_price: lot.unit_price_hundredths }]),
    }
}
