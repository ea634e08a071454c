//! What each part of a document does.

use proptest::prelude::*;

use super::read;
use crate::{Draws, Model, Outcome, SolveRequest, figure, run, run_with, solve};

fn line(outcome: &Outcome, output: &str) -> Vec<f64> {
    let lines = &outcome.scenarios[0].outputs;
    lines.iter().find(|line| line.output == output).unwrap().values.clone()
}

fn values(parts: &str) -> Vec<f64> {
    line(&run(&read(parts).unwrap()).unwrap(), "x")
}

fn near(got: f64, wanted: f64) -> bool {
    (got - wanted).abs() < 1e-9 * (1.0 + wanted.abs())
}

#[test]
fn series_follow_their_profile_and_hold_outside_their_anchors() {
    for (profile, in_2023) in
        [("linear", 14.0), ("step", 10.0), ("front-loaded", 16.4), ("back-loaded", 11.6)]
    {
        let values = values(&format!(
            r#""series": {{"s": {{"profile": "{profile}", "anchors": [
                {{"year": 2021, "value": 10}}, {{"year": 2026, "value": 20}}]}}}},
               "outputs": {{"x": {{"formula": "s"}}}}"#
        ));
        assert!(near(values[3], in_2023), "{profile}: {values:?}");
        assert_eq!((values[0], values[6], values[10]), (10.0, 20.0, 20.0), "{profile}");
    }
}

#[test]
fn a_pipeline_delivers_after_its_lag_what_is_left_of_its_intake() {
    let values = values(
        r#""stocks": {"gps": {"cohorts": {"all": {"start": 0, "fte_per_head": 0.8, "fte_trend": -0.01}},
             "pipelines": {"p": {"intake": "year - 2000", "first_year": 2019, "last_year": 2021, "lag_years": 3,
                                 "completion": 0.9, "active": 0.5}}}},
           "outputs": {"x": {"formula": "gps.heads"}, "y": {"formula": "gps.fte"}}"#,
    );
    // places of 2019 join in the step of 2022 and are counted in 2023
    let wanted = [0.0, 0.0, 0.0, 19.0, 39.0, 60.0, 60.0].map(|heads| heads * 0.45);
    assert!(values.iter().zip(wanted).all(|(got, wanted)| near(*got, wanted)), "{values:?}");
}

#[test]
fn who_joins_first_is_exposed_to_the_rates_of_the_year() {
    let after_a_year = |order: &str| {
        values(&format!(
            r#""stocks": {{"gps": {{"order": "{order}", "cohorts": {{"all": {{"start": 100}}}},
                 "outflows": {{"fixed": {{"per_year": 10}}, "rate": {{"rate": 0.1}}}},
                 "inflows": {{"a": {{"per_year": 20}}}}}}}}, "outputs": {{"x": {{"formula": "gps.heads"}}}}"#
        ))[1]
    };
    assert!(near(after_a_year("leave-then-join"), 101.0));
    assert!(near(after_a_year("join-then-leave"), 99.0));
}

#[test]
fn heads_balance_over_cohorts_that_age_leave_and_join() {
    let model = read(
        r#""stocks": {"gps": {
             "cohorts": {"young": {"start": 50, "ageing": 0.2}, "old": {"start": 30}},
             "outflows": {"leavers": {"rate": {"cohorts": {"young": 0.05, "old": 0.2}}}},
             "inflows": {"new": {"over_window": 40, "profile": "front-loaded", "mix": {"young": 0.75, "old": 0.25}},
                         "back": {"rate": {"cohorts": {"young": 0, "old": 0.01}}}}}},
           "outputs": {"x": {"formula": "gps.heads"}, "joined": {"formula": "gps.joined"},
                       "left": {"formula": "gps.left"}, "old": {"formula": "gps.heads.old"}}"#,
    )
    .unwrap();
    let outcome = run(&model).unwrap();
    let (heads, joined, left) = (line(&outcome, "x"), line(&outcome, "joined"), line(&outcome, "left"));
    for year in 1..heads.len() {
        assert!(near(heads[year - 1] + joined[year] - left[year], heads[year]), "{year}");
    }
    // 30 x 0.8 stay, 50 x 0.95 x 0.2 move up, a quarter of the first year's 7.6 and 0.3 of those away join
    assert!(near(line(&outcome, "old")[1], 24.0 + 9.5 + 1.9 + 0.3));
}

#[test]
fn growth_adds_or_compounds_as_the_source_has_it() {
    let last = |growth: &str| {
        values(&format!(
            r#""demand": {{"d": {{"base": {{"level": 100}}, "growth": [{growth}]}}}},
               "outputs": {{"x": {{"formula": "d"}}}}"#
        ))[10]
    };
    let factors = r#""factors": {"a": 0.02, "b": 0.03}"#;
    assert!(near(last(&format!(r#"{{{factors}, "per": "window"}}"#)), 105.0));
    assert!(near(last(&format!(r#"{{{factors}, "per": "window", "combine": "compound"}}"#)), 105.06));
    assert!(near(last(&format!(r#"{{{factors}, "per": "year"}}"#)), 150.0));
    let compound = 100.0 * (1.02_f64 * 1.03).powi(10);
    assert!(near(last(&format!(r#"{{{factors}, "per": "year", "combine": "compound"}}"#)), compound));
    assert!(near(
        last(&format!(r#"{{{factors}, "per": "window"}}, {{{factors}, "per": "window"}}"#)),
        110.25
    ));
}

#[test]
fn substitution_counts_supervision_and_capacity_counts_allowances() {
    let values = values(
        r#""substitution": {"s": {"staff": 10, "share": 0.25, "supervision": 0.05}},
           "capacity": {"c": {"workload": 1000, "available": 200, "category_allowance": 40, "individual_allowance": 0.5}},
           "outputs": {"x": {"formula": "s + c.staff + c.factor + c.staff_with_allowance"}}"#,
    );
    assert!(near(values[0], 2.0 + 5.0 + 1.25 + 6.75), "{values:?}");
}

fn uncertain() -> Model {
    read(
        r#""parameters": {"rate": {"value": 0.5, "low": 0.4, "high": 0.7, "at_most": 0.8}, "places": 100},
           "scenarios": {"known": {"set": {"rate": 0.5}}},
           "outputs": {"x": {"formula": "places * rate"}}"#,
    )
    .unwrap()
}

fn request(target: f64) -> SolveRequest {
    SolveRequest {
        find: "places".into(),
        output: "x".into(),
        target,
        bounds: (0.0, 1000.0),
        scenario: None,
        year: None,
        draws: 400,
        seed: 7,
    }
}

#[test]
fn an_answer_says_how_uncertain_it_is() {
    let solution = solve(&uncertain(), &request(60.0)).unwrap();
    assert!(solution.reached && near(solution.value, 120.0), "{solution:?}");
    // the answer is 60 / rate: its interval is that of the rate, turned round
    let (low, high) = (solution.low.unwrap(), solution.high.unwrap());
    assert!((low - 60.0 / 0.7).abs() < 5.0 && (high - 150.0).abs() < 8.0, "{low} to {high}");
    assert_eq!(solution.uncertain, ["rate"]);
    let known =
        solve(&uncertain(), &SolveRequest { scenario: Some("known".into()), ..request(60.0) }).unwrap();
    assert_eq!((known.low, known.high), (None, None));
    assert!(known.remark.ends_with("no uncertain input moves it"), "{}", known.remark);
    let undrawn = solve(&uncertain(), &SolveRequest { draws: 0, ..request(60.0) }).unwrap();
    assert_eq!(undrawn.remark, "`places` = 120; without draws of rate there is no interval");
    let outcome = run(&uncertain()).unwrap();
    let line = &outcome.scenarios[0].outputs[0];
    assert!((line.low.unwrap() - 40.0).abs() < 2.0 && (line.high.unwrap() - 70.0).abs() < 2.0, "{line:?}");
    let bare = run_with(&uncertain(), Draws { count: 0, seed: 1 }).unwrap();
    assert_eq!(bare.scenarios[0].outputs[0].low, None);
}

#[test]
fn figures_are_shown_to_five_digits() {
    for (value, text) in [
        (12_245.999_999_999_998, "12246"),
        (8184.15, "8184.1"),
        (-0.075_163_2, "-0.075163"),
        (0.5, "0.5"),
        (-0.0, "0"),
        (1_234_567.8, "1234568"),
    ] {
        assert_eq!(figure(value), text);
    }
}

#[test]
fn no_solution_is_said_with_the_nearest() {
    let solution = solve(&uncertain(), &request(600.0)).unwrap();
    assert!(
        !solution.reached && near(solution.value, 1000.0) && near(solution.output, 500.0),
        "{solution:?}"
    );
    assert!(solution.remark.contains("no solution in the bounds 0 to 1000"), "{}", solution.remark);
    assert!(solution.draws_without > 200 && solution.draws_without < 400);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_higher_target_takes_more(target in 1.0..400.0_f64, more in 1.0..50.0_f64) {
        let model = uncertain();
        let ask = |target| solve(&model, &SolveRequest { draws: 8, bounds: (0.0, 1e5), ..request(target) }).unwrap();
        let (one, two) = (ask(target), ask(target + more));
        prop_assert!(one.reached && (one.output - target).abs() < 1e-5);
        prop_assert!(two.value > one.value && two.low > one.low && two.high > one.high);
    }
}
