//! Looks at an outcome anew, from the round alone and by other code than the search's.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    document::{Bid, Round, ShareOf},
    outcome::{Outcome, Status},
};

/// Everything that an outcome breaks; empty when its awards keep every rule and its sums agree.
pub fn check(round: &Round, outcome: &Outcome) -> Vec<String> {
    let mut wrong = Vec::new();
    let has = outcome.cost_pence.is_some();
    if has != matches!(outcome.status, Status::Optimal | Status::Feasible) {
        wrong.push("status and cost do not agree".to_owned());
    }
    let Some(cost) = outcome.cost_pence else {
        if outcome.status == Status::Infeasible && outcome.reasons.is_empty() {
            wrong.push("no award, and no reason".to_owned());
        }
        return wrong;
    };
    wrong.extend(award(round, &outcome.awards, cost).into_iter().map(|what| format!("award: {what}")));
    if outcome.price_pence.unwrap_or(0) + outcome.switching_pence.unwrap_or(0) != cost {
        wrong.push("prices and switching do not add up to the cost".to_owned());
    }
    if outcome
        .bound_pence
        .is_none_or(|bound| bound > cost || (bound == cost) != (outcome.status == Status::Optimal))
    {
        wrong.push("bound and status do not agree".to_owned());
    }
    if let Some(second) = &outcome.runner_up {
        wrong.extend(
            award(round, &second.awards, second.cost_pence)
                .into_iter()
                .map(|what| format!("runner-up: {what}")),
        );
        if second.awards == outcome.awards || second.cost_pence < cost {
            wrong.push("the runner-up is no runner-up".to_owned());
        }
    }
    if outcome.constraints.iter().any(|it| it.price_pence.is_some_and(|pence| pence < 0)) {
        wrong.push("a constraint saves money".to_owned());
    }
    let value: i64 = outcome.suppliers.iter().map(|it| it.value_pence).sum();
    if Some(value) != outcome.price_pence || outcome.lots.len() != round.lots.len() {
        wrong.push("lots or suppliers are not those of the award".to_owned());
    }
    wrong
}

/// What a set of bids breaks as an award of a certain cost.
fn award(round: &Round, ids: &[String], cost: i64) -> Vec<String> {
    let mut wrong = Vec::new();
    let bids: Vec<&Bid> = round.bids.iter().filter(|bid| ids.contains(&bid.id)).collect();
    if bids.len() != ids.len() {
        wrong.push("a bid that is not there, or one twice".to_owned());
    }
    let mut lots: Vec<usize> = bids.iter().flat_map(|bid| bid.lots.iter().copied()).collect();
    lots.sort_unstable();
    if !lots.into_iter().eq(0..round.lots.len()) {
        wrong.push("not every lot exactly once".to_owned());
    }
    let chosen: BTreeSet<&str> = ids.iter().map(String::as_str).collect();
    if bids
        .iter()
        .any(|bid| bid.requires.iter().any(|other| !chosen.contains(round.bids[*other].id.as_str())))
    {
        wrong.push("a condition is not met".to_owned());
    }
    let rules = &round.constraints;
    if rules
        .excluded
        .iter()
        .any(|veto| bids.iter().any(|bid| bid.supplier == veto.supplier && bid.lots.contains(&veto.lot)))
    {
        wrong.push("a veto is broken".to_owned());
    }
    let of = rules.max_share.map_or(ShareOf::Value, |share| share.of);
    let mut held: BTreeMap<usize, i128> = BTreeMap::new();
    let mut price = 0;
    for bid in &bids {
        price += round.price(bid).unwrap_or(i64::MIN / 2);
        *held.entry(bid.supplier).or_default() += i128::from(match of {
            ShareOf::Value => round.price(bid).unwrap_or(0),
            ShareOf::Quantity => bid.lots.iter().map(|lot| round.lots[*lot].quantity).sum(),
            ShareOf::Lots => i64::try_from(bid.lots.len()).unwrap_or(0),
        });
    }
    if rules.max_suppliers.is_some_and(|most| held.len() > most) {
        wrong.push("too many suppliers".to_owned());
    }
    let all: i128 = held.values().sum();
    if rules
        .max_share
        .is_some_and(|share| held.values().any(|own| own * 1_000_000 > all * i128::from(share.ppm)))
    {
        wrong.push("a share is too large".to_owned());
    }
    let switching: i64 = rules
        .switching
        .iter()
        .filter(|(supplier, _)| held.contains_key(supplier))
        .map(|(_, pence)| pence)
        .sum();
    if price + switching != cost {
        wrong.push(format!("it costs {}, not {cost}", price + switching));
    }
    wrong
}
