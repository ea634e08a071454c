//! Lists lines of purchase, also those that the realised prices of a round rest on.

use std::collections::BTreeMap;

use jiff::{Span, civil::Date};
use muster_kit::{
    Action, Actor, Error, OrgScope, Resource, Result,
    page::{Page, Paged},
};
use muster_proto::catalogue::v1::PurchaseLine;
use sea_orm::ConnectionTrait;

use super::{Deps, awarded::awarded, round_story::Story};
use crate::{
    domain::validity::Validity,
    store::{
        codec,
        purchase_lines::{self, Bought, Counted, Wanted},
    },
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
    let text = |day: Option<Date>| day.map_or_else(String::new, |day| day.to_string());
    let mut wanted = Wanted {
        organisation: asked.organisation,
        days: (text(asked.days.0), text(asked.days.1)),
        counted: None,
    };
    let mut lots = BTreeMap::new();
    if !asked.round_id.is_empty() {
        let story = Story::read(conn, &scope, &asked.round_id).await?;
        let counted = counted(conn, &scope, &story, (asked.baseline, &wanted.organisation)).await?;
        let mut clusters: BTreeMap<(String, Validity), Vec<i64>> = BTreeMap::new();
        for of in counted {
            clusters.entry((of.partner, of.days)).or_default().push(of.cluster);
            lots.insert(of.cluster, of.lot);
        }
        let any = clusters.into_iter();
        wanted.counted = Some(
            any.map(|((organisation, days), clusters)| Counted { organisation, clusters, days }).collect(),
        );
    }
    let found = purchase_lines::page(conn, &scope, &wanted, page).await?;
    Ok(found.map(|line| told(line, &lots)))
}

/// What counts for a lot of a round.
struct Counts {
    partner: String,
    days: Validity,
    cluster: i64,
    lot: String,
}

/// What counts for the lots of a round: what each partner, or only the one named, buys on the days on which it counts for this contract
/// and no later one; or what it bought in the year before.
async fn counted(
    conn: &impl ConnectionTrait,
    scope: &OrgScope,
    story: &Story,
    (baseline, only): (bool, &str),
) -> Result<Vec<Counts>> {
    let award = story.award.as_ref().filter(|award| !award.from.is_empty());
    let award =
        award.ok_or_else(|| Error::bad_request("the round is not awarded: no purchase counts yet"))?;
    let from = codec::date(&award.from)?;
    let before = Validity::between(
        from.checked_sub(Span::new().years(1)).unwrap_or(from),
        from.yesterday().unwrap_or(from),
    );
    let mut counted = Vec::new();
    for partner in story.round.pledging().into_iter().filter(|it| only.is_empty() || *it == only) {
        for of in awarded(conn, scope, partner).await? {
            if of.story.head.round_id != story.head.round_id {
                continue;
            }
            for lot in of.lots {
                for days in if baseline { vec![before] } else { lot.days } {
                    let (partner, lot_id) = (partner.to_owned(), lot.id.clone());
                    counted.push(Counts { partner, days, cluster: lot.cluster, lot: lot_id });
                }
            }
        }
    }
    Ok(counted)
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
