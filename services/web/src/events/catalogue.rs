//! What the feed says of the catalogue. Decisions on items and realised prices come by the hundred: the feed has what moved them.

use muster_bus::HandlerError;
use muster_kit::Event;
use muster_proto::catalogue::v1 as pb;

use super::{Told, read};
use crate::figures;

/// What it hears of.
pub(super) const FILTERS: [&str; 6] = [
    "muster.v1.*.*.catalogue.offer.>",
    "muster.v1.*.*.catalogue.purchases.>",
    "muster.v1.*.*.catalogue.equivalence.proposed",
    "muster.v1.*.*.catalogue.variance.>",
    "muster.v1.*.*.catalogue.round.>",
    "muster.v1.*.*.catalogue.award.>",
];

/// What an event of the catalogue is told as; none = of an event that is not known yet.
pub(super) fn told(event: &Event) -> Result<Option<Told>, HandlerError> {
    let last = event.kind.trim_end_matches(".v1").rsplit('.').next().unwrap_or_default();
    Ok(Some(match event.kind.as_str() {
        "muster.catalogue.offer.changed.v1" => offers(&read(event)?),
        "muster.catalogue.purchases.recorded.v1" => purchases(&read(event)?),
        "muster.catalogue.equivalence.proposed.v1" => proposed(&read(event)?),
        "muster.catalogue.variance.found.v1" => variance(&read(event)?),
        "muster.catalogue.award.approved.v1" => approved(&read(event)?),
        kind if kind.starts_with("muster.catalogue.award.") => award(last, &read(event)?),
        kind if kind.starts_with("muster.catalogue.round.") => round(last, &read(event)?),
        _ => return Ok(None),
    }))
}

fn count(n: u64) -> String {
    figures::count(i64::try_from(n).unwrap_or(i64::MAX))
}

fn offers(of: &pb::OfferChanged) -> Told {
    let back =
        if of.withdrawn == 0 { String::new() } else { format!(", {} taken back", count(of.withdrawn)) };
    Told {
        headline: format!("Prices for {} came in", of.organisation),
        detail: format!("{} new or changed{back}", count(of.recorded)),
        link: "/catalogue".into(),
    }
}

fn purchases(of: &pb::PurchasesRecorded) -> Told {
    Told {
        headline: format!("Purchases of {} came in", of.organisation),
        detail: format!(
            "{} lines, {} to {}",
            count(of.changed),
            figures::date(&of.first_day),
            figures::date(&of.last_day)
        ),
        link: "/catalogue/variance".into(),
    }
}

fn proposed(of: &pb::EquivalenceProposed) -> Told {
    Told {
        headline: format!("{} pairs of items wait for review", count(of.new_proposals)),
        detail: format!("{} items compared", count(of.items)),
        link: "/catalogue/review".into(),
    }
}

fn variance(of: &pb::VarianceFound) -> Told {
    Told {
        headline: format!(
            "{} could pay {} less for what others buy too",
            of.organisation,
            figures::pounds(of.opportunity_pence)
        ),
        detail: format!("{} groups of items", count(of.rows)),
        link: "/catalogue/variance".into(),
    }
}

fn round(what: &str, of: &pb::RoundOpened) -> Told {
    let round = of.round.clone().unwrap_or_default();
    Told {
        headline: format!("Collective round {what}: {}", round.title),
        detail: format!("{} partners, {} lots", round.partners.len(), round.lots.len()),
        link: format!("/catalogue/rounds/{}", round.round_id),
    }
}

fn award(what: &str, of: &pb::AwardComputed) -> Told {
    let cost = of.award.as_ref().map(|it| figures::pounds(it.cost_pence)).unwrap_or_default();
    Told {
        headline: format!("Award {what}: {}", of.title),
        detail: cost,
        link: format!("/catalogue/rounds/{}", of.round_id),
    }
}

fn approved(of: &pb::AwardApproved) -> Told {
    let saving = of.baseline_pence - of.award_pence;
    Told {
        headline: format!("Award made: {} for {}", of.title, of.organisation),
        detail: format!(
            "{} less than before for what is pledged, where that is known",
            figures::pounds(saving)
        ),
        link: format!("/catalogue/rounds/{}", of.round_id),
    }
}
