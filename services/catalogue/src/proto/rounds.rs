//! Rounds as the contract has them.

use jiff::Timestamp;
use muster_award::round::{
    Phase, Verdict,
    threshold::{Subject, THRESHOLDS, check},
};
use muster_kit::Result;
use muster_proto::catalogue::v1::{self as pb, act_on_round_request::Action};

use crate::{
    app::round_story::Story,
    domain::ratio::decimal,
    store::{
        codec,
        rounds::{Happened, Head},
    },
};

/// A phase.
pub(crate) fn phase(phase: Phase) -> pb::Phase {
    match phase {
        Phase::New => pb::Phase::Unspecified,
        Phase::Pledging => pb::Phase::Pledging,
        Phase::Bidding => pb::Phase::Bidding,
        Phase::Computed => pb::Phase::Computed,
        Phase::Refused => pb::Phase::Refused,
        Phase::Awarded => pb::Phase::Awarded,
        Phase::Cancelled => pb::Phase::Cancelled,
    }
}

/// A round of a list.
///
/// # Errors
/// Internal when what is stored cannot be read back.
pub(crate) fn head(head: &Head) -> Result<pb::Round> {
    let opening: pb::OpenRoundRequest = codec::message(&head.body)?;
    Ok(pb::Round {
        round_id: head.round_id.clone(),
        title: head.title.clone(),
        host: head.org.clone(),
        subject: opening.subject,
        phase: head.phase,
        partners: opening.partners,
        lots: opening.lots,
        pledge_by_micros: opening.pledge_by_micros,
        bids_by_micros: opening.bids_by_micros,
        approve_by_micros: opening.approve_by_micros,
        version: head.version,
        ..pb::Round::default()
    })
}

/// A round as an organisation may see it at an instant: bids only once no more can come, what the host's partners pay today only to
/// the host.
pub(crate) fn round(story: &Story, at: i64, org: &str) -> pb::Round {
    let opening = &story.opening;
    let pledges = story.round.pledges().iter().map(|((organisation, lot_id), quantity)| pb::Pledge {
        organisation: organisation.clone(),
        lot_id: lot_id.clone(),
        quantity: *quantity,
    });
    let verdicts = story.round.verdicts().iter().map(|(organisation, verdict)| pb::AwardVerdict {
        organisation: organisation.clone(),
        approved: *verdict == Verdict::Approved,
        reason: match verdict {
            Verdict::Approved => String::new(),
            Verdict::Refused(reason) => reason.clone(),
        },
    });
    let open = at >= opening.bids_by_micros;
    let award = story.award.clone().map(|award| {
        let baseline_pence = if story.head.org == org { award.baseline_pence } else { 0 };
        pb::Award { baseline_pence, ..award }
    });
    let waits = story.round.phase() == Phase::Computed;
    pb::Round {
        round_id: story.head.round_id.clone(),
        title: story.head.title.clone(),
        host: story.head.org.clone(),
        subject: opening.subject,
        phase: phase(story.round.phase()).into(),
        partners: opening.partners.clone(),
        lots: opening.lots.clone(),
        pledge_by_micros: opening.pledge_by_micros,
        bids_by_micros: opening.bids_by_micros,
        approve_by_micros: opening.approve_by_micros,
        pledges: pledges.collect(),
        bids: if open { story.bids.values().cloned().collect() } else { Vec::new() },
        bid_count: u32::try_from(story.bids.len()).unwrap_or(u32::MAX),
        award,
        verdicts: verdicts.collect(),
        missing: if waits {
            story.round.missing().into_iter().map(str::to_owned).collect()
        } else {
            Vec::new()
        },
        possible: story.round.next(at).into_iter().map(str::to_owned).collect(),
        threshold: threshold(story, at),
        history: story.history.iter().map(|it| happened(it, open)).collect(),
        version: story.head.version,
    }
}

/// The sum of all partners against the threshold of the day of opening.
fn threshold(story: &Story, at: i64) -> Option<pb::Threshold> {
    let subject = match story.opening.subject() {
        pb::Subject::Works => Subject::Works,
        pb::Subject::LightTouch => Subject::LightTouch,
        pb::Subject::Supplies | pb::Subject::Unspecified => Subject::Supplies,
    };
    let opened = if story.head.opened_at > 0 { story.head.opened_at } else { at };
    let day = Timestamp::from_microsecond(opened).ok()?.to_zoned(jiff::tz::TimeZone::UTC).date();
    let found = check(&story.round, THRESHOLDS, subject, day)?;
    Some(pb::Threshold {
        sum_pence: found.sum_pence,
        threshold_pence: found.threshold.pence,
        reached: found.reached,
        alone: found.alone,
        source: found.threshold.source.to_owned(),
    })
}

fn happened(row: &Happened, open: bool) -> pb::RoundEvent {
    pb::RoundEvent {
        number: row.number,
        at_micros: row.at,
        what: row.what.clone(),
        text: text(row, open),
        organisation: row.org.clone(),
        actor: row.actor.clone(),
    }
}

/// What happened, in words. What a bid asks is not told before the deadline for bids.
fn text(row: &Happened, open: bool) -> String {
    let action = codec::message::<pb::ActOnRoundRequest>(&row.body).ok().and_then(|it| it.action);
    match (row.what.as_str(), action) {
        ("open", _) => "the round was opened".to_owned(),
        ("compute", _) => match codec::message::<pb::Award>(&row.body) {
            Ok(award) => format!("an award of {} pounds was put forward", pounds(award.cost_pence)),
            Err(_) => "an award was put forward".to_owned(),
        },
        (_, Some(Action::Pledge(of))) if of.quantity == 0 => {
            format!("{} took its pledge for {} back", of.organisation, of.lot_id)
        }
        (_, Some(Action::Pledge(of))) => {
            format!("{} pledged {} of {}", of.organisation, of.quantity, of.lot_id)
        }
        (_, Some(Action::Close(_))) => "pledging was closed".to_owned(),
        (_, Some(Action::Bid(of))) if open => {
            format!("{} bid for {} ({})", of.supplier, of.lots.join(", "), of.bid_id)
        }
        (_, Some(Action::Bid(_))) => "a bid came in".to_owned(),
        (_, Some(Action::Withdraw(of))) if open => format!("bid {} was taken back", of.bid_id),
        (_, Some(Action::Withdraw(_))) => "a bid was taken back".to_owned(),
        (_, Some(Action::Decide(of))) if of.approve => format!("{} approved the award", of.organisation),
        (_, Some(Action::Decide(of))) => format!("{} refused the award: {}", of.organisation, of.reason),
        (_, Some(Action::Award(_))) => "the award was made".to_owned(),
        (_, Some(Action::Cancel(of))) => format!("the round was cancelled: {}", of.reason),
        (what, _) => what.to_owned(),
    }
}

fn pounds(pence: i64) -> String {
    decimal(pence, 2, 2)
}
