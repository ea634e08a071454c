//! Works out the award of a round.

use std::time::{Duration, Instant};

use muster_award::{Bid, Budget, Constraints, Outcome, Round, Status, solve};
use muster_kit::{Error, Result};
use muster_proto::catalogue::v1 as pb;

use super::round_story::{Story, constraints};
use crate::domain::ratio::Ratio;

/// Seconds of a search when nobody says how many, and at most: a call has thirty.
const SECONDS: (u32, u32) = (10, 20);

/// Time for a search.
struct Until {
    begun: Instant,
    seconds: u32,
}

impl Budget for Until {
    fn used_ppm(&mut self) -> u64 {
        let whole = Duration::from_secs(u64::from(self.seconds)).as_micros().max(1);
        u64::try_from(self.begun.elapsed().as_micros() * 1_000_000 / whole)
            .unwrap_or(1_000_000)
            .min(1_000_000)
    }

    fn seconds_left(&mut self) -> Option<f64> {
        Some((f64::from(self.seconds) - self.begun.elapsed().as_secs_f64()).max(0.0))
    }
}

/// The best award that is found in time, with its runner-up and the price of each constraint.
///
/// # Errors
/// Bad request when a constraint names what the round has not, the seconds are too many, or there is no award.
pub(super) async fn compute(story: &Story, asked: &pb::ComputeAward) -> Result<pb::Award> {
    let wanted = asked.constraints.clone().unwrap_or_default();
    let plain = story.round.document(Constraints::default());
    known(&plain, &wanted)?;
    let seconds = if asked.seconds == 0 { SECONDS.0 } else { asked.seconds };
    if seconds > SECONDS.1 {
        return Err(Error::bad_request(format!("a search takes {} seconds at most", SECONDS.1)));
    }
    let document = story.round.document(constraints(&plain, &wanted));
    let searched = document.clone();
    let search = move || solve(&searched, &mut Until { begun: Instant::now(), seconds });
    let outcome = tokio::task::spawn_blocking(search)
        .await
        .map_err(|error| Error::internal("computing the award failed").with_source(error))?;
    award(story, &document, &outcome, wanted)
}

/// Are the names there?
fn known(document: &Round, wanted: &pb::Constraints) -> Result<()> {
    let supplier = |name: &str| {
        if document.suppliers.iter().any(|it| it == name) {
            Ok(())
        } else {
            Err(Error::bad_request(format!("nobody called `{name}` has bid in this round")))
        }
    };
    let lot = |id: &str| {
        if document.lots.iter().any(|it| it.id == id) {
            Ok(())
        } else {
            Err(Error::bad_request(format!("nothing is pledged of a lot `{id}`")))
        }
    };
    wanted.vetoes.iter().try_for_each(|veto| supplier(&veto.supplier).and_then(|()| lot(&veto.lot_id)))?;
    wanted.switching.iter().try_for_each(|it| supplier(&it.supplier))
}

fn award(story: &Story, document: &Round, outcome: &Outcome, wanted: pb::Constraints) -> Result<pb::Award> {
    let Some(cost_pence) = outcome.cost_pence else {
        let why = if outcome.reasons.is_empty() {
            "none was found in time".to_owned()
        } else {
            outcome.reasons.join("; ")
        };
        return Err(Error::bad_request(format!("there is no award: {why}")));
    };
    let lots = outcome.lots.iter().map(|lot| pb::AwardedLot {
        lot_id: lot.id.clone(),
        quantity: lot.quantity,
        bid_id: lot.bid.clone(),
        supplier: lot.supplier.clone(),
        unit_price_hundredths: unit_price(story, document, (&lot.bid, &lot.id)),
    });
    let prices = outcome.constraints.iter().map(|it| pb::ConstraintPrice {
        constraint: it.constraint.clone(),
        price_pence: it.price_pence,
        proven: it.proven,
    });
    Ok(pb::Award {
        optimal: outcome.status == Status::Optimal,
        cost_pence,
        switching_pence: outcome.switching_pence.unwrap_or(0),
        gap_ppm: outcome.gap.map_or(0, |gap| i64::try_from(gap.0).unwrap_or(i64::MAX)),
        lots: lots.collect(),
        runner_up_difference_pence: outcome.runner_up.as_ref().map_or(0, |it| it.difference_pence),
        runner_up: outcome.runner_up.as_ref().map(|it| it.instead.clone()).unwrap_or_default(),
        constraint_prices: prices.collect(),
        separate_pence: outcome.separate.as_ref().map_or(0, |it| it.cost_pence),
        baseline_pence: 0,
        from: String::new(),
        until: String::new(),
        constraints: Some(wanted),
    })
}

/// Price of one unit of a lot in 1/100 pence. The price of a bundle is shared out by estimated value, by quantity where nothing is
/// estimated.
fn unit_price(story: &Story, document: &Round, (bid, lot): (&str, &str)) -> i64 {
    let Some(bid) = document.bids.iter().find(|it| it.id == bid) else { return 0 };
    let Some(place) = document.lots.iter().position(|it| it.id == lot) else { return 0 };
    let Some(pence) = document.price(bid) else { return 0 };
    let (weight, all) = weights(story, document, bid, place);
    let quantity = document.lots[place].quantity;
    let share = Ratio::new(i128::from(pence) * 100 * weight, all * i128::from(quantity));
    share.map_or(0, |it| it.rounded(1))
}

fn weights(story: &Story, document: &Round, bid: &Bid, place: usize) -> (i128, i128) {
    let estimate = |at: usize| {
        let lot = &document.lots[at];
        let asked = story.opening.lots.iter().find(|it| it.lot_id == lot.id);
        i128::from(lot.quantity) * i128::from(asked.map_or(0, |it| it.estimated_unit_price_hundredths))
    };
    let quantity = |at: usize| i128::from(document.lots[at].quantity);
    if bid.lots.iter().all(|at| estimate(*at) > 0) {
        (estimate(place), bid.lots.iter().map(|at| estimate(*at)).sum())
    } else {
        (quantity(place), bid.lots.iter().map(|at| quantity(*at)).sum())
    }
}
