//! What is known of single practices: decided closures, vacancies, people who work at several.

use std::sync::atomic::AtomicBool;

use super::*;
use crate::domain::scenario::ScheduledClosure;

fn control(cancelled: &AtomicBool) -> Control<'_> {
    Control { threads: 2, cancelled, progress: &|_| {} }
}

/// Nothing moves but that people leave and others take up their posts.
fn staff_turns_over(inputs: &mut Inputs) {
    at_rest(inputs, &[]);
    let shipped = ParameterSet::shipped();
    for parameter in shipped.list() {
        let part = ["leaver-rate", "vacancy"].iter().any(|part| parameter.name.contains(part));
        if part && shipped.get(&parameter.name).is_ok() {
            inputs.parameters.set(parameter);
        }
    }
}

fn closing(practice: &str, to: &str, staff: Option<i64>) -> ScheduledClosure {
    ScheduledClosure {
        practice: practice.into(),
        to: to.into(),
        year: 2018,
        staff,
        source: "a board paper".into(),
    }
}

fn with(closure: ScheduledClosure) -> Scenario {
    Scenario { closures: vec![closure], ..Scenario::do_nothing() }
}

fn pair<'a>(pairs: &'a [Pair], node: &str, year: i32) -> &'a Pair {
    let of = |of: &&Pair| &*of.from.node == node && of.from.role == Role::Gp && of.from.year == year;
    pairs.iter().find(of).unwrap()
}

#[test]
fn a_decided_merger_moves_patients_and_staff_across_boroughs_and_changes_no_total() {
    let mut inputs = inputs(256, 3);
    at_rest(&mut inputs, &[]);
    let never = AtomicBool::new(false);
    let merger = with(closing("G99000", "g99003", Some(1_000_000)));
    let pairs = differences(&inputs, &merger, &|_| true, &control(&never)).unwrap();
    let own = inputs.practices[0].roles[0].fte.unwrap().milli();
    for year in 2016..=2021 {
        let of = |node: &str| pair(&pairs, node, year);
        assert_eq!(of("TEST").supply_change, Interval::default(), "{year}");
        let moved = [of("West").to.list.p50 - of("West").from.list.p50, of("West").supply_change.p50];
        // the rank of a median is rounded the other way on the other side
        assert!((of("East").supply_change.p50 + moved[1]).abs() < 20, "{year}");
        assert!(year < 2018 || (moved[0] - 4_000_000).abs() < 200_000, "{year} {moved:?}");
        assert!(year < 2018 || (moved[1] - own).abs() < own / 2, "{year} {moved:?} {own}");
        assert!(year >= 2018 || moved == [0, 0], "{year} {moved:?}");
    }
    inputs.spec.scenario = merger;
    let outcome = run_with(&inputs, 1);
    assert_eq!(outcome, run_with(&inputs, 3));
    let gone = row(&outcome, "G99000", Role::Gp, 2018);
    assert_eq!((gone.list, gone.supply, gone.demand), Default::default());
    assert!(row(&outcome, "G99000", Role::Gp, 2017).list.p10 > 3_000_000);
    let mean = mean_flows(&inputs, &control(&never)).unwrap();
    for (run, mean) in outcome.rows.iter().zip(&mean).filter(|(of, _)| !of.node.starts_with("G99")) {
        assert_eq!((&run.node, run.year), (&mean.node, mean.year));
        let apart = mean.list.p50 as f64 / run.list.p50 as f64 - 1.0;
        assert!(apart.abs() < 0.005, "{run:?} {mean:?}");
    }
}

#[test]
fn a_decided_closure_without_a_heir_goes_nearby_and_loses_staff() {
    let mut inputs = inputs(256, 3);
    at_rest(&mut inputs, &[]);
    let never = AtomicBool::new(false);
    let lost = |staff: Option<i64>| {
        let pairs =
            differences(&inputs, &with(closing("G99006", "", staff)), &|_| true, &control(&never)).unwrap();
        let [before, after] = [pair(&pairs, "TEST", 2019), pair(&pairs, "East", 2019)];
        assert_eq!(before.from.list, before.to.list);
        assert_eq!(after.from.list, after.to.list, "it stays in its borough");
        -before.supply_change.p50
    };
    let own = inputs.practices[6].roles[0].fte.unwrap().milli();
    let [all, half, usual, none] = [Some(1_000_000), Some(500_000), None, Some(0)].map(lost);
    assert!(
        all == 0 && half > own / 5 && usual > 0 && none > own / 2,
        "{all} {half} {usual} {none} of {own}"
    );
    let mut wrong = inputs.clone();
    wrong.spec.scenario = with(closing("G99006", "X00001", None));
    assert_eq!(wrong.check(), Err(InputsProblem::NoPractice("X00001".into())));
    wrong.spec.scenario.closures[0].year = 2016;
    assert_eq!(wrong.check(), Ok(()), "what has happened is in the counts");
}

#[test]
fn vacancies_say_where_joiners_go_and_not_how_many() {
    let mut inputs = inputs(512, 3);
    staff_turns_over(&mut inputs);
    let before = run_with(&inputs, 2);
    for practice in &mut inputs.practices[..20] {
        let vacant = if practice.code == "G99002" { 2_000 } else { 0 };
        practice.roles[0].vacancies = Some(Fte::from_milli(vacant));
    }
    let after = run_with(&inputs, 2);
    assert_ne!(before.inputs_sha256, after.inputs_sha256);
    let mean = |of: &Outcome, node: &str, year| {
        let supply = row(of, node, Role::Gp, year).supply;
        i64::midpoint(supply.p10, supply.p90)
    };
    let change = |node: &str, year| mean(&after, node, year) - mean(&before, node, year);
    assert!(change("G99002", 2018) > 500, "{}", change("G99002", 2018));
    assert!(change("G99004", 2020) < 0, "it has none, the others have some");
    for year in 2016..=2021 {
        let share = change("TEST", year) as f64 / mean(&before, "TEST", year) as f64;
        assert!(share.abs() < 0.01, "{year} {share}");
    }
}

#[test]
fn one_practice_with_many_vacancies_does_not_make_the_area_grow() {
    let mut inputs = inputs(512, 3);
    staff_turns_over(&mut inputs);
    let before = run_with(&inputs, 2);
    inputs.practices[2].roles[0].vacancies = Some(Fte::from_milli(2_000));
    let after = run_with(&inputs, 2);
    let mean = |of: &Outcome, year| {
        let supply = row(of, "TEST", Role::Gp, year).supply;
        i64::midpoint(supply.p10, supply.p90) as f64
    };
    for year in 2016..=2021 {
        let share = mean(&after, year) / mean(&before, year) - 1.0;
        assert!(share.abs() < 0.01, "{year} {share}");
    }
}

#[test]
fn a_merger_leaves_neighbours_of_others_and_of_other_years_alone() {
    let mut inputs = inputs(256, 3);
    at_rest(&mut inputs, &[("practice.closure-rate", 200_000), ("gp.closure.transfer", 700_000)]);
    let never = AtomicBool::new(false);
    for year in [2015, 2016, 2031] {
        let past = ScheduledClosure { year, ..closing("G99000", "G99003", Some(1_000_000)) };
        let pairs = differences(&inputs, &with(past), &|_| true, &control(&never)).unwrap();
        assert!(pairs.iter().all(|of| of.supply_change == Interval::default()), "{year}");
    }
    let merger = with(closing("G99000", "G99003", Some(1_000_000)));
    let (one, mut other) = (run_with(&inputs, 2), inputs.clone());
    other.spec.scenario = merger;
    let other = run_with(&other, 2);
    let lists = |of: &Outcome, node: &str| row(of, node, Role::Gp, 2017).list;
    for index in 0..60 {
        let node = format!("G99{index:03}");
        // whoever stands beside the one that takes over does not get its list, as it would have in some draws
        let west = index % 2 == 1;
        assert!(west || lists(&one, &node) == lists(&other, &node), "{node}: before the merger");
    }
    // whoever takes over is there to do so
    assert!(row(&other, "G99003", Role::Gp, 2018).list.p10 > 4_000_000);
}

#[test]
fn who_works_at_several_practices_leaves_them_all_at_once() {
    let mut inputs = inputs(512, 3);
    staff_turns_over(&mut inputs);
    for practice in &mut inputs.practices {
        practice.roles[0].fte = Some(Fte::from_milli(400));
        practice.roles[0].heads = Some(1);
        // some lose their people more often than others
        let milli = if practice.list.milli() % 2_000 == 0 { 4_000 } else { 0 };
        practice.roles[0].lost = Fte::from_milli(milli);
        practice.roles[0].exposure = Fte::from_milli(20_000);
    }
    let width = |inputs: &Inputs| {
        let outcome = run_with(inputs, 2);
        let supply = row(&outcome, "TEST", Role::Gp, 2019).supply;
        (supply.p90 - supply.p10, supply.p50)
    };
    let alone = width(&inputs);
    for (index, practice) in inputs.practices.iter_mut().enumerate() {
        let person = format!("p-{}", index / 6);
        practice.roles[0].joint = vec![JointPost { person, fte: Fte::from_milli(400) }];
    }
    let together = width(&inputs);
    // ten people of six practices each instead of sixty: those who leave spread the square root of six times as far, joiners as before
    let wider = together.0 as f64 / alone.0 as f64;
    assert!((1.4..2.6).contains(&wider), "{alone:?} {together:?}");
    assert!((together.1 as f64 / alone.1 as f64 - 1.0).abs() < 0.15, "{alone:?} {together:?}");
    assert_eq!(run_with(&inputs, 1), run_with(&inputs, 3));
}
