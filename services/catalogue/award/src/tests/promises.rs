//! What holds in every round.

use proptest::prelude::*;

use super::{brute::any_round, solved};
use crate::{Size, Status, Steps, check, generate, solve};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn a_search_that_is_cut_short_keeps_rules_and_bound(
        lots in 1_usize..14,
        suppliers in 1_usize..6,
        bundles in 0_usize..6,
        steps in 1_u64..400,
        seed in any::<u64>(),
    ) {
        let round = generate(Size { lots, suppliers, tiers: 3, bundles, constrained: true, seed });
        let cut = solve(&round, &mut Steps::new(steps));
        prop_assert_eq!(check(&round, &cut), Vec::<String>::new());
        let long = solve(&round, &mut Steps::new(20_000));
        prop_assert_eq!(check(&round, &long), Vec::<String>::new());
        prop_assert!(cut.status != Status::Infeasible || long.status == Status::Infeasible);
        if let (Some(cost), Some(least)) = (cut.cost_pence, long.cost_pence) {
            prop_assert!(cut.bound_pence <= Some(least) && long.bound_pence <= Some(cost));
        }
        for (short, priced) in cut.constraints.iter().zip(&long.constraints) {
            // measured from its own award, a price is known no better than the award
            if let (Some(most), Some(price), true) = (short.at_most_pence, priced.price_pence, cut.cost_pence == long.cost_pence) {
                prop_assert!(price <= most);
            }
        }
    }

    #[test]
    fn the_order_of_the_document_decides_nothing(round in any_round(), turn in 0_usize..12) {
        let mut turned = round.clone();
        let count = round.bids.len();
        turned.bids.rotate_left(turn % count);
        for bid in &mut turned.bids {
            bid.requires.iter_mut().for_each(|other| *other = (*other + count - turn % count) % count);
        }
        let sorted = |mut ids: Vec<String>| { ids.sort(); ids };
        prop_assert_eq!(sorted(solved(&round).awards), sorted(solved(&turned).awards));
    }
}

#[test]
fn the_same_seed_gives_the_same_outcome() {
    let round = generate(Size { lots: 12, suppliers: 5, tiers: 4, bundles: 4, constrained: true, seed: 3 });
    let once = || solve(&round, &mut Steps::new(3_000));
    assert_eq!(once(), once());
}

#[test]
fn a_round_of_forty_lots_comes_within_a_hundredth_of_its_bound() {
    let round = generate(Size { lots: 40, suppliers: 8, tiers: 4, bundles: 5, constrained: true, seed: 1 });
    let outcome = solve(&round, &mut Steps::new(3_000));
    assert_eq!(check(&round, &outcome), Vec::<String>::new());
    assert!(outcome.gap.unwrap().0 <= 10_000, "{:?}", outcome.gap);
}
