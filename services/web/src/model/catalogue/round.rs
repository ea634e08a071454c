//! Collective rounds: where one is, what was pledged and bid, and everything that happened in it.

use std::collections::BTreeMap;

use muster_proto::catalogue::v1::{Bid, Lot, Phase, Round, RoundEvent, Threshold};

use super::{ended, item_href, phase_words, subject_words};
use crate::{
    figures,
    model::agency::counted,
    pages::encode,
    table::{Cell, Table},
};

/// Where a round is shown.
pub(crate) fn href(round_id: &str) -> String {
    format!("/catalogue/rounds/{}", encode(round_id))
}

/// The deadline that a round waits for: what for, and the instant; nothing once it has ended.
fn next_deadline(round: &Round) -> Option<(&'static str, i64)> {
    match Phase::try_from(round.phase).unwrap_or_default() {
        Phase::Pledging => Some(("pledges", round.pledge_by_micros)),
        Phase::Bidding => Some(("bids", round.bids_by_micros)),
        Phase::Computed | Phase::Refused => Some(("approvals", round.approve_by_micros)),
        Phase::Unspecified | Phase::Awarded | Phase::Cancelled => None,
    }
}

/// What is open, in a sentence.
pub(crate) fn list_finding(rounds: &[Round]) -> String {
    let open: Vec<&Round> = rounds.iter().filter(|round| !ended(round.phase)).collect();
    let verb = if open.len() == 1 { "is" } else { "are" };
    let next = open
        .iter()
        .filter_map(|round| next_deadline(round).map(|next| (next.1, next.0, *round)))
        .min_by_key(|it| it.0);
    let next = next.map_or_else(String::new, |(at, what, round)| {
        format!(" The next deadline is that for {what} of {}: {}.", round.title, figures::instant(at))
    });
    format!("{} {verb} open.{next}", counted(open.len() as u64, "round"))
}

/// Rounds, newest first.
pub(crate) fn list(rounds: &[Round]) -> Table {
    let table = Table::new("rounds", "Collective rounds, newest first")
        .text("Round", "title")
        .text("Host", "host")
        .text("Where it is", "phase")
        .text("What is bought", "subject")
        .number("Partners", "partners")
        .number("Lots", "lots")
        .number("Bids", "bids")
        .text("Next deadline", "next_deadline")
        .empty("No round is known.");
    let rows = rounds.iter().map(|round| {
        let next = next_deadline(round).map_or_else(
            || Cell::text(""),
            |(what, at)| {
                Cell::text(format!("{what} {}", figures::plain_instant(at)))
                    .shown(format!("{what}: {}", figures::instant(at)))
            },
        );
        vec![
            Cell::link(round.title.clone(), href(&round.round_id)),
            Cell::text(round.host.clone()),
            Cell::text(phase_words(round.phase)),
            Cell::text(subject_words(round.subject)),
            Cell::number(round.partners.len().to_string(), round.partners.len().to_string()),
            Cell::number(round.lots.len().to_string(), round.lots.len().to_string()),
            Cell::count(round.bid_count.into()),
            next,
        ]
    });
    table.rows(rows.collect::<Vec<_>>())
}

/// A step of a round.
pub(crate) struct Step {
    pub(crate) name: &'static str,
    /// `done`, `now`, `to come` or `never`.
    pub(crate) state: &'static str,
    pub(crate) when: String,
}

/// The steps from opening to award.
pub(crate) fn steps(round: &Round) -> Vec<Step> {
    let phase = Phase::try_from(round.phase).unwrap_or_default();
    let at = match phase {
        Phase::Unspecified | Phase::Pledging => 0,
        Phase::Bidding => 1,
        Phase::Refused | Phase::Computed => 2,
        Phase::Awarded => 4,
        // where it was cancelled is in its history
        Phase::Cancelled => round.history.iter().fold(0, |at, event| match event.what.as_str() {
            "close" => at.max(1),
            "compute" => at.max(2),
            _ => at,
        }),
    };
    let by = |micros| format!("until {}", figures::instant(micros));
    let names = [
        ("Pledges", by(round.pledge_by_micros)),
        ("Bids", by(round.bids_by_micros)),
        ("Award put forward and approved", by(round.approve_by_micros)),
        ("Awarded", String::new()),
    ];
    let step = |(place, (name, when)): (usize, (&'static str, String))| {
        let state = match place.cmp(&at) {
            std::cmp::Ordering::Less => "done",
            std::cmp::Ordering::Equal if phase != Phase::Cancelled => "now",
            _ if phase == Phase::Cancelled => "never: the round was cancelled",
            _ => "to come",
        };
        Step { name, state, when }
    };
    names.into_iter().enumerate().map(step).collect()
}

/// Where a round is, in a sentence.
pub(crate) fn finding(round: &Round) -> String {
    let by = |micros| figures::instant(micros);
    match Phase::try_from(round.phase).unwrap_or_default() {
        Phase::Pledging => format!("Partners pledge quantities until {}.", by(round.pledge_by_micros)),
        Phase::Bidding => {
            let known = match round.bid_count {
                0 => "No bid stands yet".to_owned(),
                1 => "1 bid stands".to_owned(),
                many => format!("{many} bids stand"),
            };
            format!("{known}; bids are taken before {}.", by(round.bids_by_micros))
        }
        Phase::Computed => match round.missing.len() {
            0 => "Every partner with a pledge has approved the award; it can be made.".into(),
            _ => format!(
                "An award is put forward; {} still {} to approve before {}.",
                round.missing.join(", "),
                if round.missing.len() == 1 { "has" } else { "have" },
                by(round.approve_by_micros)
            ),
        },
        Phase::Refused => "The award was refused; another can be computed with other constraints.".into(),
        Phase::Awarded => {
            let award = round.award.clone().unwrap_or_default();
            let term = match (award.from.as_str(), award.until.as_str()) {
                ("", "") => String::new(),
                (from, until) => format!(", from {} to {}", figures::date(from), figures::date(until)),
            };
            format!("The round is awarded for {}{term}.", figures::exact_pounds(award.cost_pence))
        }
        Phase::Cancelled => "The round was cancelled.".into(),
        Phase::Unspecified => "Where the round is, is not known.".into(),
    }
}

/// What procurement law says of the sum of the partners.
pub(crate) fn threshold(of: &Threshold) -> String {
    let (sum, limit) = (figures::exact_pounds(of.sum_pence), figures::exact_pounds(of.threshold_pence));
    let reached = if of.reached {
        let alone = match of.alone.as_slice() {
            [] => " No partner would reach it alone: it is the sum that counts.".to_owned(),
            some => format!(" {} would reach it alone.", some.join(", ")),
        };
        format!(
            "The partners’ pledges together are worth {sum} with VAT, at or above the threshold of {limit}: a procedure of the act is needed.{alone}"
        )
    } else {
        format!("The partners’ pledges together are worth {sum} with VAT, below the threshold of {limit}.")
    };
    if of.source.is_empty() { reached } else { format!("{reached} Source: {}.", of.source) }
}

/// Lots.
pub(crate) fn lots(round: &Round) -> Table {
    let table = Table::new("lots", "Lots")
        .text("Lot", "lot_id")
        .text("What is bought", "description")
        .number("Estimated price of one unit, with VAT", "estimated_unit_price_pounds")
        .number("Consumable units in one", "consumables")
        .text("Item", "item");
    let row = |lot: &Lot| {
        vec![
            Cell::text(lot.lot_id.clone()),
            Cell::text(lot.description.clone()),
            Cell::unit_price(lot.estimated_unit_price_hundredths),
            Cell::count(lot.consumables.max(1)),
            if lot.item == 0 {
                Cell::text("none named")
            } else {
                Cell::link(format!("item {}", lot.item), item_href(lot.item))
            },
        ]
    };
    table.rows(round.lots.iter().map(row).collect::<Vec<_>>())
}

/// What was pledged, by partner and lot, with the sum of each lot.
pub(crate) fn pledges(round: &Round) -> Table {
    let mut table = Table::new("pledges", "Pledges, units of each lot").text("Partner", "organisation");
    for lot in &round.lots {
        table = table.number(lot.lot_id.clone(), lot.lot_id.clone());
    }
    if round.pledges.is_empty() {
        return table.empty("No partner has pledged yet.");
    }
    let mut known: BTreeMap<(&str, &str), i64> = BTreeMap::new();
    for pledge in &round.pledges {
        *known.entry((&pledge.organisation, &pledge.lot_id)).or_default() += pledge.quantity;
    }
    let of = |organisation: &str, lot: &Lot| {
        known.get(&(organisation, lot.lot_id.as_str())).copied().unwrap_or_default()
    };
    let mut rows: Vec<Vec<Cell>> = Vec::new();
    for partner in &round.partners {
        let mut row = vec![Cell::text(partner.organisation.clone())];
        row.extend(round.lots.iter().map(|lot| match of(&partner.organisation, lot) {
            0 => Cell::none(),
            quantity => Cell::count(quantity),
        }));
        rows.push(row);
    }
    let mut sum = vec![Cell::text("All partners")];
    let total = |lot: &Lot| round.partners.iter().map(|partner| of(&partner.organisation, lot)).sum::<i64>();
    sum.extend(round.lots.iter().map(|lot| Cell::count(total(lot))));
    rows.push(sum);
    table.rows(rows)
}

fn kind(bid: &Bid) -> &'static str {
    match (bid.tiers.is_empty(), bid.incremental, bid.lots.len()) {
        (true, _, 0 | 1) => "one lot",
        (true, ..) => "bundle: all lots or none",
        (false, true, _) => "tiers, each unit at its own",
        (false, false, _) => "tiers, all units at the one reached",
    }
}

fn price(bid: &Bid) -> String {
    if bid.tiers.is_empty() {
        return figures::exact_pounds(bid.price_pence);
    }
    let tier = |tier: &muster_proto::catalogue::v1::Tier| {
        format!(
            "from {}: {}",
            figures::count(tier.min_quantity),
            figures::unit_price(tier.unit_price_hundredths)
        )
    };
    bid.tiers.iter().map(tier).collect::<Vec<_>>().join("; ")
}

/// What is said of bids where they cannot be read.
pub(crate) fn sealed(round: &Round) -> String {
    match round.bid_count {
        0 => "No bid stands.".into(),
        count => format!(
            "{} {}. Nobody reads what they say before the deadline: {}.",
            counted(count.into(), "bid"),
            if count == 1 { "stands" } else { "stand" },
            figures::instant(round.bids_by_micros)
        ),
    }
}

/// Bids that stand.
pub(crate) fn bids(round: &Round) -> Table {
    let table = Table::new("bids", "Bids that stand")
        .text("Bid", "bid_id")
        .text("Supplier", "supplier")
        .text("Lots", "lots")
        .text("Kind", "kind")
        .text("Price", "price")
        .text("Only together with", "requires")
        .text("Awarded", "awarded")
        .empty(sealed(round));
    let awarded = |bid: &Bid| {
        round.award.as_ref().is_some_and(|award| award.lots.iter().any(|lot| lot.bid_id == bid.bid_id))
    };
    let rows = round.bids.iter().map(|bid| {
        vec![
            Cell::text(bid.bid_id.clone()),
            Cell::text(bid.supplier.clone()),
            Cell::text(bid.lots.join(", ")),
            Cell::text(kind(bid)),
            Cell::text(price(bid)),
            Cell::text(bid.requires.join(", ")),
            Cell::text(if awarded(bid) { "yes" } else { "" }),
        ]
    });
    table.rows(rows.collect::<Vec<_>>())
}

fn what_words(what: &str) -> &str {
    match what {
        "open" => "opened",
        "pledge" => "pledge",
        "close" => "pledging closed",
        "bid" => "bid",
        "withdraw" => "bid taken back",
        "compute" => "award computed",
        "approve" => "award approved",
        "refuse" => "award refused",
        "award" => "awarded",
        "cancel" => "cancelled",
        other => other,
    }
}

/// Everything that happened, newest first.
pub(crate) fn history(events: &[RoundEvent]) -> Table {
    let table = Table::new("history", "Everything that happened, newest first")
        .text("When", "at")
        .text("What", "what")
        .text("In words", "text")
        .text("Organisation", "organisation")
        .text("By", "actor")
        .empty("Nothing has happened yet.");
    let rows = events.iter().rev().map(|of| {
        vec![
            Cell::text(figures::plain_instant(of.at_micros)).shown(figures::instant(of.at_micros)),
            Cell::text(of.what.clone()).shown(what_words(&of.what)),
            Cell::text(of.text.clone()),
            Cell::text(of.organisation.clone()),
            Cell::text(of.actor.clone()),
        ]
    });
    table.rows(rows.collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use muster_proto::catalogue::v1::{Partner, Pledge};

    use super::*;

    fn round(phase: Phase) -> Round {
        let partner = |code: &str| Partner { organisation: code.into(), central: true };
        let lot = |id: &str| Lot { lot_id: id.into(), ..Lot::default() };
        let pledge = |code: &str, lot: &str, quantity| Pledge {
            organisation: code.into(),
            lot_id: lot.into(),
            quantity,
        };
        Round {
            phase: phase as i32,
            partners: vec![partner("RJ1"), partner("RJZ")],
            lots: vec![lot("GLV"), lot("SYR")],
            pledges: vec![pledge("RJ1", "GLV", 1_200), pledge("RJZ", "GLV", 800), pledge("RJZ", "SYR", 5)],
            ..Round::default()
        }
    }

    #[test]
    fn the_sum_of_the_pledges_is_the_order() {
        let csv = String::from_utf8(pledges(&round(Phase::Pledging)).to_csv().unwrap()).unwrap();
        assert_eq!(csv, "organisation,GLV,SYR\nRJ1,1200,\nRJZ,800,5\nAll partners,2000,5\n");
    }

    #[test]
    fn steps_show_what_is_done_and_a_cancelled_round_goes_no_further() {
        let states = |round: &Round| steps(round).iter().map(|step| step.state).collect::<Vec<_>>();
        assert_eq!(states(&round(Phase::Bidding)), ["done", "now", "to come", "to come"]);
        assert_eq!(states(&round(Phase::Awarded)), ["done"; 4]);
        let mut cancelled = round(Phase::Cancelled);
        cancelled.history.push(RoundEvent { what: "close".into(), ..RoundEvent::default() });
        let never = "never: the round was cancelled";
        assert_eq!(states(&cancelled), ["done", never, never, never]);
    }

    #[test]
    fn a_threshold_counts_the_sum_of_the_partners() {
        let of = Threshold {
            sum_pence: 20_000_000,
            threshold_pence: 13_501_800,
            reached: true,
            ..Threshold::default()
        };
        assert!(threshold(&of).contains("£200,000.00 with VAT, at or above the threshold of £135,018.00"));
        assert!(threshold(&of).contains("No partner would reach it alone"));
        assert!(threshold(&Threshold { reached: false, ..of }).contains("below the threshold"));
    }
}
