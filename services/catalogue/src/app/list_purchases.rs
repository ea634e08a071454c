//! Lists lines of purchase, also those that the realised prices of a round rest on.

use std::collections::BTreeMap;

use jiff::{Span, civil::Date};
use muster_kit::{
    Action, Actor, Error, OrgScope, Resource, Result,
    page::{Page, Paged},
};
use muster_proto::catalogue::v1::PurchaseLine;
use sea_orm::ConnectionTrait;

use super::{Deps, realise::cluster, round_story::Story};
use crate::store::{
    codec,
    purchase_lines::{self, Bought, Wanted},
};

/// Which lines are asked for.
pub(crate) struct Asked {
    /// ODS code; empty = all.
    pub(crate) organisation: String,
    /// First and last day; none = no limit.
    pub(crate) days: (Option<Date>, Option<Date>),
    /// Awarded round whose lots they count for; empty = all.
    pub(crate) round_id: String,
    /// With a round: the year before its contract.
    pub(crate) baseline: bool,
}

/// Own lines by day.
///
/// # Errors
/// Forbidden; not found when there is no such round; bad request when it is not awarded; what the database says.
pub(crate) async fn list_purchases(
    deps: &Deps,
    actor: &Actor,
    asked: Asked,
    page: &Page,
) -> Result<Paged<PurchaseLine>> {
    deps.permit(actor, Action::Read, Resource::all("purchase")).await?;
    let (conn, scope) = (deps.db.read(), actor.scope());
    let (mut days, mut lots) = (asked.days, BTreeMap::new());
    if !asked.round_id.is_empty() {
        let story = Story::read(conn, &scope, &asked.round_id).await?;
        days = within(days, term(&story, asked.baseline)?);
        lots = lots_of(conn, &scope, &story).await?;
    }
    let text = |day: Option<Date>| day.map_or_else(String::new, |day| day.to_string());
    let wanted = Wanted {
        organisation: asked.organisation,
        days: (text(days.0), text(days.1)),
        clusters: (!asked.round_id.is_empty()).then(|| lots.keys().copied().collect()),
    };
    let found = purchase_lines::page(conn, &scope, &wanted, page).await?;
    Ok(found.map(|line| told(line, &lots)))
}

/// The days that count for a round: those of its contract, or of the year before it.
fn term(story: &Story, baseline: bool) -> Result<(Date, Date)> {
    let award = story.award.as_ref().filter(|award| !award.from.is_empty());
    let award =
        award.ok_or_else(|| Error::bad_request("the round is not awarded: no purchase counts yet"))?;
    let (from, until) = (codec::date(&award.from)?, codec::date(&award.until)?);
    if !baseline {
        return Ok((from, until));
    }
    Ok((from.checked_sub(Span::new().years(1)).unwrap_or(from), from.yesterday().unwrap_or(from)))
}

fn within(asked: (Option<Date>, Option<Date>), term: (Date, Date)) -> (Option<Date>, Option<Date>) {
    let from = asked.0.map_or(term.0, |day| day.max(term.0));
    let until = asked.1.map_or(term.1, |day| day.min(term.1));
    (Some(from), Some(until))
}

/// Lots by group of same items. Lots that were found to be one item later: a purchase is of the first.
async fn lots_of(
    conn: &impl ConnectionTrait,
    scope: &OrgScope,
    story: &Story,
) -> Result<BTreeMap<i64, String>> {
    let mut lots = BTreeMap::new();
    for lot in &story.opening.lots {
        if let Some(cluster) = cluster(conn, scope, lot.item).await? {
            lots.entry(cluster).or_insert_with(|| lot.lot_id.clone());
        }
    }
    Ok(lots)
}

fn told(of: Bought, lots: &BTreeMap<i64, String>) -> PurchaseLine {
    PurchaseLine {
        lot_id: of.cluster.and_then(|cluster| lots.get(&cluster)).cloned().unwrap_or_default(),
        line_ref: of.line_ref,
        organisation: of.organisation,
        date: of.day,
        supplier: of.supplier,
        item_ref: of.item_ref,
        description: of.description,
        quantity_milli: of.quantity,
        unit: of.unit,
        pack_size: (of.pack_size > 0).then_some(of.pack_size),
        unit_price_hundredths: of.unit_price,
        net_pence: of.net,
        po_number: of.po_number,
        channel: of.channel,
        import_id: of.import_id,
        line: of.line,
    }
}
