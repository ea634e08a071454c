//! Vectors of the field, and what people are told.

use super::{read, solved};
use crate::{EXAMPLE, Gap, RuleKind, Status, check};

/// Two lots; A asks 100 and 120, B 110 and 100, and 180 for both.
const BUNDLE: &str = r#"{"lots": [{"id": "1", "quantity": 1}, {"id": "2", "quantity": 1}],
    "bids": [{"id": "A1", "supplier": "A", "lots": ["1"], "price_pence": 10000000},
             {"id": "A2", "supplier": "A", "lots": ["2"], "price_pence": 12000000},
             {"id": "B1", "supplier": "B", "lots": ["1"], "price_pence": 11000000},
             {"id": "B2", "supplier": "B", "lots": ["2"], "price_pence": 10000000},
             {"id": "B12", "supplier": "B", "lots": ["1", "2"], "price_pence": 18000000}]}"#;

fn with(constraints: &str) -> String {
    BUNDLE.replacen("\"bids\"", &format!("\"constraints\": {{{constraints}}}, \"bids\""), 1)
}

#[test]
fn a_bundle_at_180_beats_the_separate_best_at_200() {
    let outcome = solved(&read(BUNDLE));
    assert_eq!((outcome.status, outcome.cost_pence), (Status::Optimal, Some(18_000_000)));
    assert_eq!((outcome.awards.as_slice(), outcome.gap), (["B12".to_owned()].as_slice(), Some(Gap(0))));
    let separate = outcome.separate.unwrap();
    assert_eq!((separate.cost_pence, separate.awards), (20_000_000, vec!["A1".to_owned(), "B2".to_owned()]));
    let second = outcome.runner_up.unwrap();
    assert_eq!(
        (second.cost_pence, second.difference_pence, second.instead.len()),
        (20_000_000, 2_000_000, 2)
    );
}

#[test]
fn a_veto_costs_what_the_bundle_saved() {
    let outcome =
        solved(&read(&with(r#""excluded": [{"supplier": "B", "lot": "1", "organisation": "RJ1"}]"#)));
    assert_eq!(outcome.awards, ["A1", "B2"]);
    assert_eq!(outcome.price_of_constraints[&RuleKind::Excluded], Some(2_000_000));
    assert_eq!(outcome.constraints[0].constraint, "veto by RJ1: B not for 1");
    assert_eq!(outcome.left_out.len(), 2);
    assert!(outcome.left_out[1].reason.contains("excluded from 1 by RJ1"), "{:?}", outcome.left_out);
}

#[test]
fn vetoes_that_hold_the_same_bid_cost_nothing_each_and_something_together() {
    let both = r#""excluded": [{"supplier": "B", "lot": "1", "organisation": "RJ1"},
        {"supplier": "B", "lot": "2", "organisation": "RJ1"}, {"supplier": "B", "lot": "1", "organisation": "RJ2"}]"#;
    let outcome = solved(&read(&with(both)));
    assert_eq!(outcome.cost_pence, Some(22_000_000));
    let priced =
        |what: &str| outcome.constraints.iter().find(|it| it.constraint == what).unwrap().price_pence;
    assert_eq!(priced("all 3 vetoes"), Some(4_000_000));
    // without those of RJ1 the second lot is free, and RJ2 still holds the first
    assert_eq!(priced("all 2 vetoes by RJ1"), Some(2_000_000));
    assert_eq!(priced("veto by RJ1: B not for 1"), Some(0));
    assert_eq!(priced("veto by RJ2: B not for 1"), Some(0));
    assert_eq!(priced("veto by RJ1: B not for 2"), Some(2_000_000));
}

#[test]
fn a_share_by_value_counts_prices_and_not_the_cost_of_switching() {
    // A has half of the value with A1 and B2, whatever it costs to switch to A
    let rule = r#""max_share_per_supplier": 0.5, "switching_cost_pence": {"A": 100}"#;
    let outcome = solved(&read(&with(rule)));
    assert_eq!(
        (outcome.awards.as_slice(), outcome.cost_pence),
        (["A1".to_owned(), "B2".to_owned()].as_slice(), Some(20_000_100))
    );
    assert_eq!(outcome.price_of_constraints[&RuleKind::MaxSharePerSupplier], Some(2_000_100));
    assert_eq!(outcome.price_of_constraints[&RuleKind::SwitchingCostPence], Some(100));
    assert_eq!(solved(&read(&with(r#""max_share_per_supplier": 0.499999"#))).status, Status::Infeasible);
}

#[test]
fn switching_is_paid_once_by_who_is_named_and_awarded() {
    let outcome = solved(&read(&with(r#""switching_cost_pence": {"B": 1999999, "Z": 5}"#)));
    assert_eq!((outcome.awards[0].as_str(), outcome.cost_pence), ("B12", Some(19_999_999)));
    assert_eq!((outcome.price_pence, outcome.switching_pence), (Some(18_000_000), Some(1_999_999)));
    let outcome = solved(&read(&with(r#""switching_cost_pence": {"B": 4000001}"#)));
    assert_eq!((outcome.awards.len(), outcome.cost_pence), (2, Some(22_000_000)));
}

#[test]
fn a_condition_holds_a_bid_back() {
    let text = BUNDLE.replace(r#""price_pence": 18000000"#, r#""price_pence": 18000000, "requires": ["A1"]"#);
    let outcome = solved(&read(&text));
    assert_eq!(outcome.cost_pence, Some(20_000_000));
    assert!(outcome.left_out[0].reason.contains("one of the same lots"));
}

#[test]
fn a_tie_is_said() {
    let text = BUNDLE.replace("18000000", "20000000");
    let second = solved(&read(&text)).runner_up.unwrap();
    assert_eq!((second.difference_pence, second.proven), (0, true));
}

#[test]
fn an_impossible_round_says_why() {
    let reasons = |text: &str| {
        let round = read(text);
        let outcome = solved(&round);
        assert_eq!((outcome.status, outcome.cost_pence), (Status::Infeasible, None));
        assert_eq!(check(&round, &outcome), Vec::<String>::new());
        outcome.reasons.join("\n")
    };
    let lot = reasons(&BUNDLE.replacen(
        r#"{"id": "2", "quantity": 1}"#,
        r#"{"id": "2", "quantity": 1}, {"id": "3", "quantity": 1}"#,
        1,
    ));
    assert_eq!(lot, "nobody bids for lot 3");
    let vetoes = r#""excluded": [{"supplier": "A", "lot": "1"}, {"supplier": "B", "lot": "1"}]"#;
    assert!(
        reasons(&with(vetoes)).starts_with("lot 1 has no bid that can be awarded (A1: A is excluded from 1")
    );
    let share = reasons(&with(r#""max_share_per_supplier": 0.4"#));
    assert_eq!(
        share,
        "without \"no supplier above 40% of the value\" alone there is an award for 18000000 pence"
    );
    let both = reasons(&with(
        r#""max_share_per_supplier": 0.4, "max_suppliers": 1, "excluded": [{"supplier": "A", "lot": "1"}, {"supplier": "B", "lot": "2"}]"#,
    ));
    assert!(both.contains("takes two"), "{both}");
    let odd = r#"{"lots": [{"id": "1", "quantity": 1}, {"id": "2", "quantity": 1}, {"id": "3", "quantity": 1}, {"id": "4", "quantity": 1}],
        "bids": [{"id": "x", "supplier": "A", "lots": ["1", "2"], "price_pence": 1},
                 {"id": "y", "supplier": "B", "lots": ["2", "3"], "price_pence": 1},
                 {"id": "w", "supplier": "B", "lots": ["4"], "price_pence": 1}]}"#;
    assert_eq!(reasons(odd), "no choice of bids covers each of these lots exactly once: 1, 3");
}

#[test]
fn the_example_is_solved_to_the_end() {
    let round = read(EXAMPLE);
    let outcome = solved(&round);
    assert_eq!(check(&round, &outcome), Vec::<String>::new());
    assert_eq!(outcome.status, Status::Optimal);
    assert!(outcome.runner_up.is_some() && outcome.separate.is_some());
    assert!(outcome.price_of_constraints.values().all(Option::is_some));
    assert!(outcome.price_of_constraints.values().any(|it| *it > Some(0)));
}
