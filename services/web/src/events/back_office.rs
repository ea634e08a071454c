//! What the feed says of the back office: schemes, claims and what finance made of them, bridges, editions, business cases,
//! recharges.

use muster_bus::HandlerError;
use muster_kit::Event;
use muster_proto::backoffice::v1 as pb;

use super::{Told, read};
use crate::{
    figures,
    model::{
        agency::{counted, month_words},
        back_office::{cases, claims, money, recharges, schemes},
    },
};

/// What it hears of.
pub(super) const FILTERS: [&str; 1] = ["muster.v1.*.*.backoffice.>"];

/// How its kinds begin.
pub(super) const KINDS: &str = "muster.backoffice.";

/// What an event of the back office is told as; none = of an event that is not known yet.
pub(super) fn told(event: &Event) -> Result<Option<Told>, HandlerError> {
    Ok(Some(match event.kind.as_str() {
        "muster.backoffice.scheme.registered.v1" => registered(&read(event)?),
        "muster.backoffice.scheme.gated.v1" => gated(&read(event)?),
        "muster.backoffice.saving.claimed.v1" => claimed(&read(event)?),
        "muster.backoffice.saving.attested.v1" => attested(&read(event)?),
        "muster.backoffice.saving.rejected.v1" => rejected(&read(event)?),
        "muster.backoffice.bridge.published.v1" => published(&read(event)?),
        "muster.backoffice.edition.frozen.v1" => frozen(&read(event)?),
        "muster.backoffice.case.published.v1" => case_published(&read(event)?),
        "muster.backoffice.case.decided.v1" => case_decided(&read(event)?),
        "muster.backoffice.recharge.settled.v1" => settled(&read(event)?),
        _ => return Ok(None),
    }))
}

fn registered(of: &pb::SchemeRegistered) -> Told {
    let scheme = of.scheme.clone().unwrap_or_default();
    let how = if of.version > 1 { "has new particulars" } else { "registered" };
    Told {
        headline: format!("Savings scheme {} of {} {how}", scheme.scheme, scheme.organisation),
        detail: scheme.title.clone(),
        link: schemes::href(&scheme.scheme),
    }
}

fn gated(of: &pb::SchemeGated) -> Told {
    let scheme = of.scheme.clone().unwrap_or_default();
    Told {
        headline: format!("Savings scheme {} of {} moved on", scheme.scheme, scheme.organisation),
        detail: format!("from {} to {}", schemes::gate_words(of.before), schemes::gate_words(scheme.gate)),
        link: schemes::href(&scheme.scheme),
    }
}

fn saving(claim: &pb::Claim, what: &str, pence: i64) -> Told {
    Told {
        headline: format!("Saving of {} {what}: {}", claim.organisation, money(pence)),
        detail: format!("{}, {}", month_words(&claim.month), claims::about(claim)),
        link: claims::href(&claim.claim_id),
    }
}

fn claimed(of: &pb::SavingClaimed) -> Told {
    let claim = of.claim.clone().unwrap_or_default();
    let what = match claim.state() {
        pb::ClaimState::Proposed => "proposed by events",
        pb::ClaimState::Lapsed => "no longer proposed",
        _ => "claimed",
    };
    saving(&claim, what, claim.claimed_pence)
}

fn attested(of: &pb::SavingAttested) -> Told {
    let claim = of.claim.clone().unwrap_or_default();
    saving(&claim, "attested", claim.attested_pence.unwrap_or_default())
}

fn rejected(of: &pb::SavingRejected) -> Told {
    let claim = of.claim.clone().unwrap_or_default();
    let told = saving(&claim, "rejected", claim.claimed_pence);
    Told { detail: format!("{}: {}", told.detail, claim.reason), ..told }
}

fn published(of: &pb::BridgePublished) -> Told {
    let bridge = of.bridge.clone().unwrap_or_default();
    Told {
        headline: format!("Affordability bridge published: {}", bridge.title),
        detail: format!("version {}", of.version),
        link: "/back-office/bridge".into(),
    }
}

fn frozen(of: &pb::EditionFrozen) -> Told {
    let edition = of.edition.clone().unwrap_or_default();
    Told {
        headline: format!("Edition {} frozen, signed as {}", edition.number, edition.signed_as),
        detail: format!(
            "{} figures, {} attested; hash {}",
            figures::count(i64::try_from(edition.figures).unwrap_or(i64::MAX)),
            money(of.attested_pence),
            edition.sha256
        ),
        link: format!("/editions/{}", edition.number),
    }
}

fn case_published(of: &pb::CasePublished) -> Told {
    let case = of.case.clone().unwrap_or_default();
    let how = if case.version > 1 { "published anew" } else { "published" };
    Told {
        headline: format!("Business case {} {how}", case.case_id),
        detail: format!(
            "{}; {}: {} over {} months, {} after the correction for optimism",
            case.title,
            case.option,
            money(case.npv_pence),
            case.months,
            money(case.biased_pence)
        ),
        link: cases::href(&case.case_id),
    }
}

fn case_decided(of: &pb::CaseDecided) -> Told {
    let case = of.case.clone().unwrap_or_default();
    let headline = match &case.approval {
        Some(by) => format!("Business case {}: {} approved", case.case_id, by.option),
        None => format!("Business case {}: approval taken back", case.case_id),
    };
    Told { headline, detail: format!("{}: {}", case.title, of.reason), link: cases::href(&case.case_id) }
}

fn settled(of: &pb::RechargeSettled) -> Told {
    let quarter = of.quarter.clone().unwrap_or_default();
    let how = if of.version > 1 { "settled anew" } else { "settled" };
    let true_up: i64 = quarter.bills.iter().map(|bill| bill.true_up_pence).sum();
    let rest = if true_up < 0 { "goes back to members" } else { "more is to be paid" };
    Told {
        headline: format!(
            "Recharge of {}, {}, {how}",
            quarter.service,
            recharges::quarter_words(&quarter.quarter)
        ),
        detail: format!("{}: {} {rest}", counted(quarter.bills.len() as u64, "member"), money(true_up.abs())),
        link: recharges::href(&quarter.service, &quarter.quarter),
    }
}
