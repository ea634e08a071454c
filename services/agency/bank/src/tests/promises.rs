//! What holds in every case.

use proptest::prelude::*;

use super::tight;
use crate::{Case, Reason, Settings, Size, Steps, Weights, check, generate, solve};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn rules_sums_and_reasons_hold_in_every_case(
        shifts in 0_usize..120,
        workers in 0_usize..40,
        days in 1_i64..15,
        seed in any::<u64>(),
        steps in 1_u64..2_000,
    ) {
        let case = generate(Size { shifts, workers, organisations: 4, days, seed });
        let outcome = solve(&case, Settings::default(), &mut Steps::new(steps));
        prop_assert_eq!(check(&case, &outcome), Vec::<String>::new());
        let first = &outcome.first_come.cost;
        prop_assert!(outcome.bound.objective_millipence <= first.objective_millipence);
    }

    #[test]
    fn a_search_that_is_cut_short_keeps_rules_and_bound(seed in any::<u64>(), steps in 1_u64..60) {
        let case = tight(60, 20, seed);
        let outcome = solve(&case, Settings { exact: false, ..Settings::default() }, &mut Steps::new(steps));
        prop_assert_eq!(check(&case, &outcome), Vec::<String>::new());
        let longer = solve(&case, Settings { exact: false, ..Settings::default() }, &mut Steps::new(400));
        prop_assert!(outcome.bound.objective_millipence <= longer.cost.objective_millipence);
        prop_assert!(longer.bound.objective_millipence <= outcome.cost.objective_millipence);
    }
}

#[test]
fn the_same_seed_gives_the_same_outcome() {
    let case = generate(Size { shifts: 200, workers: 60, organisations: 3, days: 7, seed: 5 });
    let once = || solve(&case, Settings::default(), &mut Steps::new(600));
    assert_eq!(once(), once());
}

#[test]
fn a_case_of_a_thousand_shifts_comes_within_a_hundredth_of_its_bound() {
    let case = generate(Size { shifts: 1000, workers: 400, organisations: 5, days: 14, seed: 11 });
    let outcome = solve(&case, Settings::default(), &mut Steps::new(4_000));
    assert!(outcome.bound.gap_ppm.unwrap() <= 10_000, "{:?}", outcome.bound);
    assert_eq!(check(&case, &outcome), Vec::<String>::new());
    assert!(outcome.first_come.saved_pence > 0);
}

#[test]
fn what_is_left_says_why_everybody_was_refused() {
    let case = generate(Size { shifts: 300, workers: 60, organisations: 4, days: 10, seed: 3 });
    let outcome = solve(&case, Settings::default(), &mut Steps::new(500));
    assert!(!outcome.unfilled.is_empty());
    let mut seen: Vec<Reason> = outcome.unfilled.iter().flat_map(|it| it.refused.keys().copied()).collect();
    seen.sort_unstable();
    seen.dedup();
    for reason in [Reason::Grade, Reason::Skills, Reason::Consent, Reason::Availability, Reason::Allocated] {
        assert!(seen.contains(&reason), "{reason:?} of {seen:?}");
    }
    for left in &outcome.unfilled {
        let nearest = left.nearest.as_ref().unwrap();
        assert!(nearest.reasons.iter().all(|it| !it.what.is_empty()));
    }
}

#[test]
fn weights_stand_on_their_own_lines_and_steer() {
    let mut case = generate(Size { shifts: 150, workers: 80, organisations: 3, days: 7, seed: 8 });
    case.weights = Weights::default();
    let solved =
        |case: &Case| solve(case, Settings { exact: false, ..Settings::default() }, &mut Steps::new(1_500));
    let plain = solved(&case);
    assert_eq!((plain.cost.continuity_pence, plain.cost.fairness_millipence), (0, 0));
    let strangers = |outcome: &crate::Outcome| outcome.allocations.iter().filter(|it| !it.known_ward).count();
    case.weights = Weights { continuity_pence: 1500, fairness_pence_per_hour: 300, fair_minutes: 12 * 60 };
    let weighed = solved(&case);
    assert!(strangers(&weighed) < strangers(&plain));
    assert!(weighed.fairness.gini_ppm < plain.fairness.gini_ppm);
    let money = |outcome: &crate::Outcome| outcome.cost.all_in_pence + outcome.cost.shortage_pence;
    assert!(money(&weighed) >= weighed.bound.cost_pence);
    assert!(money(&weighed) >= plain.bound.cost_pence);
}
