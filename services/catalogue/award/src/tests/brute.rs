//! Small rounds against every set of bids there is.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::solved;
use crate::{
    Bid, Constraints, Kind, Lot, Price, Round, RuleKind, Share, ShareOf, Status, Tier, Veto, check,
    solver_alone,
};

/// Every award that keeps the rules, cheapest first: prices and rules are worked out anew here.
fn by_hand(round: &Round) -> Vec<(i64, BTreeSet<String>)> {
    let mut awards = Vec::new();
    'sets: for set in 0_u32..1 << round.bids.len() {
        let chosen: Vec<&Bid> =
            round.bids.iter().enumerate().filter(|(at, _)| set >> at & 1 == 1).map(|(_, bid)| bid).collect();
        let mut lots: Vec<usize> = chosen.iter().flat_map(|bid| bid.lots.clone()).collect();
        lots.sort_unstable();
        if lots != (0..round.lots.len()).collect::<Vec<_>>() {
            continue;
        }
        let rules = &round.constraints;
        let mut cost = 0;
        let mut of = vec![0_i64; round.suppliers.len()];
        for bid in &chosen {
            let quantity: i64 = bid.lots.iter().map(|lot| round.lots[*lot].quantity).sum();
            let Some(price) = price(&bid.price, quantity) else { continue 'sets };
            let vetoed =
                rules.excluded.iter().any(|it| it.supplier == bid.supplier && bid.lots.contains(&it.lot));
            if vetoed || bid.requires.iter().any(|other| set >> other & 1 == 0) {
                continue 'sets;
            }
            cost += price;
            of[bid.supplier] += match rules.max_share.map(|it| it.of) {
                Some(ShareOf::Quantity) => quantity,
                Some(ShareOf::Lots) => i64::try_from(bid.lots.len()).unwrap(),
                _ => price,
            };
        }
        let there: BTreeSet<usize> = chosen.iter().map(|bid| bid.supplier).collect();
        let all: i64 = of.iter().sum();
        if rules.max_suppliers.is_some_and(|most| there.len() > most)
            || rules.max_share.is_some_and(|it| of.iter().any(|own| own * 1_000_000 > all * it.ppm))
        {
            continue;
        }
        cost += rules.switching.iter().filter(|it| there.contains(&it.0)).map(|it| it.1).sum::<i64>();
        awards.push((cost, chosen.iter().map(|bid| bid.id.clone()).collect()));
    }
    awards.sort();
    awards
}

/// Unit by unit.
fn price(price: &Price, quantity: i64) -> Option<i64> {
    let (kind, tiers) = match price {
        Price::Total(pence) => return Some(*pence),
        Price::Tiers(kind, tiers) => (*kind, tiers),
    };
    let at = |unit: i64| {
        tiers.iter().filter(|tier| tier.min_quantity <= unit).map(|tier| tier.unit_price).next_back()
    };
    let reached = at(quantity)?;
    let first = tiers[0];
    let sum: i64 = match kind {
        Kind::AllUnits => reached * quantity,
        // the first tier begins at 1 in these rounds, so that a tier begins with the unit of its number
        Kind::Incremental => (1..=quantity).map(|unit| at(unit).unwrap_or(first.unit_price)).sum(),
    };
    Some((sum + 50) / 100)
}

fn any_price() -> impl Strategy<Value = Price> {
    let tiers =
        (any::<bool>(), prop::collection::vec((1_i64..12, 100_i64..3_000), 1..4)).prop_map(|(all, tiers)| {
            let mut least = 1;
            let tiers = tiers.into_iter().enumerate().map(|(number, (more, unit_price))| {
                least += if number == 0 { 0 } else { more };
                Tier { min_quantity: least, unit_price }
            });
            Price::Tiers(if all { Kind::AllUnits } else { Kind::Incremental }, tiers.collect())
        });
    // few prices, so that there are ties
    prop_oneof![2 => (1_i64..40).prop_map(|it| Price::Total(it * 5)), 1 => (0_i64..40_000).prop_map(Price::Total), 1 => tiers]
}

fn any_constraints(lots: usize) -> impl Strategy<Value = Constraints> {
    let of = prop_oneof![Just(ShareOf::Value), Just(ShareOf::Quantity), Just(ShareOf::Lots)];
    let share = (300_000_i64..1_000_000, of).prop_map(|(ppm, of)| Share { ppm, of });
    let veto =
        (0_usize..4, 0..lots).prop_map(|(supplier, lot)| Veto { supplier, lot, organisation: String::new() });
    (
        prop::option::of(1_usize..4),
        prop::option::of(share),
        prop::collection::vec(veto, 0..3),
        prop::collection::btree_map(0_usize..4, 0_i64..60, 0..3),
    )
        .prop_map(|(max_suppliers, max_share, excluded, switching)| Constraints {
            max_suppliers,
            max_share,
            excluded,
            switching: switching.into_iter().collect(),
        })
}

pub(super) fn any_round() -> impl Strategy<Value = Round> {
    (1_usize..=5).prop_flat_map(|lots| {
        let chosen = prop_oneof![2 => prop::collection::btree_set(0..lots, 1), 1 => prop::collection::btree_set(0..lots, 1..=lots)];
        let bid = (0_usize..4, chosen, any_price(), prop::option::weighted(0.15, any::<prop::sample::Index>()));
        let quantities = prop::collection::vec(1_i64..20, lots);
        (quantities, prop::collection::vec(bid, 4..=12), any_constraints(lots)).prop_map(|(quantities, bids, constraints)| {
            let count = bids.len();
            let bid = |(at, (supplier, lots, price, other)): (usize, (usize, BTreeSet<usize>, Price, Option<prop::sample::Index>))| {
                let other = other.map(|it| it.index(count)).filter(|other| *other != at);
                Bid { id: format!("b{at}"), supplier, lots: lots.into_iter().collect(), price, requires: other.into_iter().collect() }
            };
            Round {
                title: String::new(),
                lots: quantities.into_iter().enumerate().map(|(at, quantity)| Lot { id: format!("l{at}"), quantity }).collect(),
                suppliers: (0..4).map(|at| format!("s{at}")).collect(),
                bids: bids.into_iter().enumerate().map(bid).collect(),
                constraints,
            }
        })
    })
}

fn least(round: &Round) -> Option<i64> {
    by_hand(round).first().map(|it| it.0)
}

/// The round without the constraints of a kind.
fn without(round: &Round, kind: RuleKind) -> Round {
    let mut round = round.clone();
    match kind {
        RuleKind::MaxSuppliers => round.constraints.max_suppliers = None,
        RuleKind::MaxSharePerSupplier => round.constraints.max_share = None,
        RuleKind::Excluded => round.constraints.excluded.clear(),
        RuleKind::SwitchingCostPence => round.constraints.switching.clear(),
    }
    round
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn award_runner_up_and_prices_are_those_of_every_set_of_bids(round in any_round()) {
        let awards = by_hand(&round);
        let outcome = solved(&round);
        prop_assert_eq!(solver_alone(&round, 5.0), awards.first().map(|it| it.0));
        prop_assert_eq!(check(&round, &outcome), Vec::<String>::new());
        prop_assert_eq!(outcome.cost_pence, awards.first().map(|it| it.0));
        prop_assert_eq!(outcome.status, if awards.is_empty() { Status::Infeasible } else { Status::Optimal });
        let second = outcome.runner_up.as_ref();
        prop_assert_eq!(second.map(|it| it.cost_pence), awards.get(1).map(|it| it.0));
        prop_assert!(second.is_none_or(|it| it.proven));
        for (kind, price) in &outcome.price_of_constraints {
            let free = least(&without(&round, *kind));
            prop_assert_eq!(*price, outcome.cost_pence.zip(free).map(|(with, without)| with - without), "{:?}", kind);
        }
        for (at, priced) in outcome.constraints.iter().filter(|it| it.kind == RuleKind::Excluded && !it.together).enumerate() {
            let mut free = round.clone();
            free.constraints.excluded.remove(at);
            prop_assert_eq!(priced.without_pence, least(&free));
        }
    }
}
