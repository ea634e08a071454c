//! What partners paid before an award, and what they pay after it.

use std::collections::BTreeMap;

use jiff::civil::Date;
use muster_award::round::CollectiveRound;
use muster_kit::{Error, OrgCode, OrgScope, Result, UnitOfWork, clock::today};
use muster_proto::catalogue::v1 as pb;
use sea_orm::ConnectionTrait;

use super::{
    awarded::{Awarded, awarded, cluster},
    round_story::Story,
};
use crate::{
    domain::{
        legal_name::LegalName,
        ratio::Ratio,
        realised::{self, Paid, cost},
    },
    events,
    store::{
        codec, purchases,
        realised::{Ground, Month, grounds as stored_grounds, keep_grounds, months as stored_months, put},
        versions,
    },
};

/// A supplier as purchases and bids may both spell it.
fn supplier(name: &str) -> String {
    LegalName::read(name).key()
}

/// First and last day of the contract.
///
/// # Errors
/// Bad request when a day is none or they stand the wrong way round.
pub(super) fn with_term(mut award: pb::Award, terms: &pb::MakeAward) -> Result<pb::Award> {
    let day = |text: &str, otherwise: Date| -> Result<Date> {
        if text.is_empty() {
            return Ok(otherwise);
        }
        text.parse().map_err(|_| Error::bad_request(format!("`{text}` is no day: write it as 2020-04-01")))
    };
    let from = day(&terms.from, today())?;
    let year = from.checked_add(jiff::Span::new().years(1)).and_then(Date::yesterday);
    let until = day(&terms.until, year.unwrap_or(from))?;
    if until < from {
        return Err(Error::bad_request("the contract ends before it begins"));
    }
    award.from = from.to_string();
    award.until = until.to_string();
    Ok(award)
}

/// What one unit of a lot cost an organisation in the year before a day, 1/100 pence; none = it was not bought.
async fn baseline(
    conn: &impl ConnectionTrait,
    scope: &OrgScope,
    (organisation, lot): (&str, &pb::Lot),
    before: Date,
) -> Result<Option<i64>> {
    let Some(cluster) = cluster(conn, scope, lot.item).await? else { return Ok(None) };
    let from = before.checked_sub(jiff::Span::new().years(1)).unwrap_or(before).to_string();
    let until = before.yesterday().unwrap_or(before).to_string();
    let groups = purchases::of_cluster(conn, scope, (organisation, cluster), (&from, &until)).await?;
    let (mut consumables, mut pence) = (0_i128, 0_i128);
    for group in &groups {
        if let Ok(many) = group.consumables()? {
            consumables += i128::from(many);
            pence += i128::from(group.net);
        }
    }
    if consumables <= 0 || pence <= 0 {
        return Ok(None);
    }
    let each = Ratio::new(pence * 100_000 * i128::from(lot.consumables.max(1)), consumables);
    Ok(each.map(|it| it.rounded(1)))
}

/// An award with what the partners of whom the host keeps records paid for the same in the year before its contract, or before today where
/// that has no first day yet.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(super) async fn with_baseline(
    uow: &UnitOfWork,
    opening: &pb::OpenRoundRequest,
    host: &str,
    round: &CollectiveRound,
    mut award: pb::Award,
) -> Result<pb::Award> {
    let scope = OrgScope::new(OrgCode::new(host)?);
    let before = codec::date(&award.from).unwrap_or_else(|_| today());
    let mut sum = Some(0);
    for ((organisation, lot_id), quantity) in round.pledges() {
        let Some(lot) = opening.lots.iter().find(|it| it.lot_id == *lot_id) else { continue };
        let price = baseline(uow.conn(), &scope, (organisation, lot), before).await?;
        // a part is not set against the whole award
        sum = sum.zip(price).map(|(sum, price)| sum + cost(price, quantity.saturating_mul(1_000)));
    }
    award.baseline_pence = sum.unwrap_or_default();
    Ok(award)
}

/// Who keeps the records of a partner: itself or the host; the host where nobody has any yet.
async fn owners(uow: &UnitOfWork, host: &str, organisation: &str) -> Result<Vec<String>> {
    let all = purchases::owners(uow.conn(), &uow.scope(), organisation).await?;
    let mut owners: Vec<String> = all.into_iter().filter(|it| it == host || it == organisation).collect();
    if owners.is_empty() {
        owners.push(host.to_owned());
    }
    Ok(owners)
}

/// Keeps what the award says of the lots of each partner; gives for each who keeps its records with what it may plan with.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(super) async fn grounds(uow: &mut UnitOfWork, story: &Story) -> Result<Vec<(String, pb::AwardApproved)>> {
    let partners: Vec<String> = story.round.pledging().into_iter().map(str::to_owned).collect();
    let mut approved = Vec::new();
    for organisation in partners {
        for owner in owners(uow, &story.head.org, &organisation).await? {
            let (rows, _) = ground(uow, story, (&owner, &organisation)).await?;
            approved.push((owner, told(story, &organisation, &rows)));
        }
    }
    Ok(approved)
}

/// What the award says of the lots of a partner, and whether something else, or nothing, was kept of it before.
async fn ground(
    uow: &UnitOfWork,
    story: &Story,
    (owner, organisation): (&str, &str),
) -> Result<(Vec<Ground>, bool)> {
    let scope = OrgScope::new(OrgCode::new(owner)?);
    let id = story.head.round_id.as_str();
    let there = stored_grounds(uow.conn(), &scope, id, organisation).await?;
    let Some(award) = &story.award else { return Ok((there, false)) };
    // what was bought before may come in after the award; what is known stays
    if !there.is_empty() && there.iter().all(|row| row.baseline.is_some()) {
        return Ok((there, false));
    }
    let from = codec::date(&award.from)?;
    let mut rows = Vec::new();
    for lot in &award.lots {
        let pledged = story.round.pledges().get(&(organisation.to_owned(), lot.lot_id.clone()));
        let asked = story.opening.lots.iter().find(|it| it.lot_id == lot.lot_id);
        let (Some(pledged), Some(asked)) = (pledged, asked) else { continue };
        rows.push(Ground {
            org: owner.to_owned(),
            round_id: id.to_owned(),
            organisation: organisation.to_owned(),
            lot_id: lot.lot_id.clone(),
            baseline: match there.iter().find(|row| row.lot_id == lot.lot_id).and_then(|row| row.baseline) {
                Some(known) => Some(known),
                None => baseline(uow.conn(), &scope, (organisation, asked), from).await?,
            },
            award: lot.unit_price_hundredths,
            supplier: lot.supplier.clone(),
            pledged: *pledged,
        });
    }
    rows.sort_by(|one: &Ground, other| one.lot_id.cmp(&other.lot_id));
    if rows == there {
        return Ok((rows, false));
    }
    keep_grounds(uow, &scope, (id, organisation), rows.clone()).await?;
    Ok((rows, true))
}

fn told(story: &Story, organisation: &str, rows: &[Ground]) -> pb::AwardApproved {
    let award = story.award.clone().unwrap_or_default();
    let with = rows.iter().filter_map(|row| Some((row, row.baseline?)));
    let of = |price: i64, row: &Ground| cost(price, row.pledged.saturating_mul(1_000));
    pb::AwardApproved {
        round_id: story.head.round_id.clone(),
        title: story.head.title.clone(),
        organisation: organisation.to_owned(),
        from: award.from,
        until: award.until,
        baseline_pence: with.clone().map(|(row, price)| of(price, row)).sum(),
        award_pence: with.map(|(row, _)| of(row.award, row)).sum(),
        without_baseline: rows
            .iter()
            .filter(|row| row.baseline.is_none())
            .map(|row| row.lot_id.clone())
            .collect(),
        version: story.head.version,
    }
}

/// Works out what an organisation paid for the lots of its awarded rounds, and says so of every month that is other than before, to who
/// keeps its records: the scope, which need not be that of the transaction.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn realise(uow: &mut UnitOfWork, scope: &OrgScope, organisation: &str) -> Result<()> {
    for of in awarded(uow.conn(), scope, organisation).await? {
        let (rows, changed) = ground(uow, &of.story, (scope.as_str(), organisation)).await?;
        if changed {
            tell_anew(uow, scope, told(&of.story, organisation, &rows)).await?;
        }
        round(uow, (scope, &of), organisation, &rows).await?;
    }
    Ok(())
}

/// Says what may be planned with once more: what was bought before the award came in after it, or came to somebody who kept nothing then.
async fn tell_anew(uow: &mut UnitOfWork, scope: &OrgScope, mut approved: pb::AwardApproved) -> Result<()> {
    let aggregate = format!("award {} {}", approved.round_id, approved.organisation);
    approved.version += versions::next_for(uow, scope, &aggregate).await?;
    uow.publish_for(&OrgCode::new(scope.as_str())?, events::award_approved(&approved))?;
    Ok(())
}

async fn round(
    uow: &mut UnitOfWork,
    (scope, of): (&OrgScope, &Awarded),
    organisation: &str,
    rows: &[Ground],
) -> Result<()> {
    let paid = paid(uow, (scope, of), organisation, rows).await?;
    let story = &of.story;
    let grounds: BTreeMap<String, realised::Ground> = rows
        .iter()
        .map(|row| {
            let ground = realised::Ground {
                baseline: row.baseline,
                award: row.award,
                supplier: supplier(&row.supplier),
            };
            (row.lot_id.clone(), ground)
        })
        .collect();
    let mut now: BTreeMap<String, Vec<Month>> = BTreeMap::new();
    for ((month, lot_id), of) in realised::months(&grounds, &paid) {
        now.entry(month.clone()).or_default().push(Month {
            org: scope.as_str().to_owned(),
            round_id: story.head.round_id.clone(),
            organisation: organisation.to_owned(),
            month,
            lot_id,
            quantity: of.quantity,
            baseline_pence: of.baseline,
            award_pence: of.award,
            paid_pence: of.paid,
            off_award_pence: of.off_award,
            off_award_quantity: of.off_award_quantity,
        });
    }
    let id = story.head.round_id.as_str();
    let mut before: BTreeMap<String, Vec<Month>> = BTreeMap::new();
    for row in stored_months(uow.conn(), scope, id, organisation).await? {
        before.entry(row.month.clone()).or_default().push(row);
    }
    let gone: Vec<String> = before.keys().filter(|month| !now.contains_key(*month)).cloned().collect();
    now.extend(gone.into_iter().map(|month| (month, Vec::new())));
    for (month, rows) in now {
        if before.get(&month).is_some_and(|known| *known == rows) {
            continue;
        }
        put(uow, scope, (id, organisation, &month), rows.clone()).await?;
        let version =
            versions::next_for(uow, scope, &format!("realised {id} {organisation} {month}")).await?;
        let event = events::price_realised((&story.head, organisation, &month), &rows, version);
        uow.publish_for(&OrgCode::new(scope.as_str())?, event)?;
    }
    Ok(())
}

/// Purchases of the lots of an award on the days on which they count for it.
async fn paid(
    uow: &UnitOfWork,
    (scope, of): (&OrgScope, &Awarded),
    organisation: &str,
    rows: &[Ground],
) -> Result<Vec<Paid>> {
    let mut paid = Vec::new();
    for lot in of.lots.iter().filter(|lot| rows.iter().any(|row| row.lot_id == lot.id)) {
        for days in &lot.days {
            let day = |day: Option<Date>| day.map(|it| it.to_string()).unwrap_or_default();
            let (from, until) = (day(days.from), day(days.to));
            let who = (organisation, lot.cluster);
            for group in purchases::of_cluster(uow.conn(), scope, who, (&from, &until)).await? {
                let Ok(consumables) = group.consumables()? else { continue };
                let units = Ratio::new(consumables.into(), lot.consumables.into());
                paid.push(Paid {
                    month: group.month,
                    lot: lot.id.clone(),
                    supplier: supplier(&group.supplier),
                    quantity: units.map_or(0, |it| it.rounded(1)),
                    pence: group.net,
                });
            }
        }
    }
    Ok(paid)
}

/// Share of a contract's days that are over on a day, ppm.
pub(super) fn elapsed_ppm(award: &pb::Award, on: Date) -> Result<i64> {
    let (from, until) = (codec::date(&award.from)?, codec::date(&award.until)?);
    let days = |to: Date| from.until(to).map_or(0, |span| i64::from(span.get_days()) + 1);
    Ok((days(on.min(until)).max(0) * 1_000_000 / days(until).max(1)).min(1_000_000))
}
