//! Invariants of the engine on a small made-up area.

use std::sync::atomic::AtomicBool;

use super::*;
use crate::domain::{
    missing::MissingReturns,
    parameters::{Parameter, ParameterSet},
    role::Role,
    units::{Fte, Patients},
};

const YEARS: i32 = 5;

fn practice(index: usize) -> Practice {
    let list = 4_000_000 + 700_000 * i64::try_from(index % 7).unwrap();
    let role = |per_patient: i64, missing: bool| PracticeRole {
        fte: (!missing).then(|| Fte::from_milli(list / per_patient + 100 * (list / 700_000 % 5))),
        ..PracticeRole::default()
    };
    Practice {
        code: format!("G99{index:03}"),
        name: format!("Practice {index}"),
        borough: if index.is_multiple_of(2) { "East".into() } else { "West".into() },
        list: Patients::from_milli(list),
        roles: vec![role(2_200, index % 13 == 5), role(5_000, index % 9 == 4)],
        nodes: vec![0, 1 + index % 2],
    }
}

fn inputs(draws: u32, seed: u64) -> Inputs {
    let node = |level, code: &str| Node { level, code: code.into(), name: code.into(), placeholder: false };
    Inputs {
        area: "TEST".into(),
        spec: Spec {
            scenario: Scenario::do_nothing(),
            base_year: 2016,
            to_year: 2016 + YEARS,
            draws,
            seed,
            missing: MissingReturns::BoroughMean,
            roles: vec![Role::Gp, Role::Nurse],
        },
        nodes: vec![node(Level::System, "TEST"), node(Level::Borough, "East"), node(Level::Borough, "West")],
        practices: (0..60).map(practice).collect(),
        growth: vec![ListGrowth {
            year: 2016,
            before: Patients::from_milli(360_000_000),
            after: Patients::from_milli(365_000_000),
        }],
        parameters: ParameterSet::shipped().clone(),
    }
}

fn run_with(inputs: &Inputs, threads: usize) -> Outcome {
    let control = Control { threads, cancelled: &AtomicBool::new(false), progress: &|_| {} };
    run(inputs, &control).unwrap()
}

fn row<'a>(outcome: &'a Outcome, node: &str, role: Role, year: i32) -> &'a Row {
    outcome.rows.iter().find(|row| row.node == node && row.role == role && row.year == year).unwrap()
}

#[test]
fn one_thread_and_many_give_the_same_numbers() {
    let inputs = inputs(96, 7);
    let one = run_with(&inputs, 1);
    assert_eq!(one, run_with(&inputs, 4));
    let mut other = inputs.clone();
    other.spec.seed = 8;
    let other = run_with(&other, 2);
    assert_ne!(one.rows, other.rows);
    assert_ne!(one.inputs_sha256, other.inputs_sha256);
}

#[test]
fn every_input_moves_the_hash() {
    let hash = |change: &dyn Fn(&mut Inputs)| {
        let mut inputs = inputs(16, 1);
        change(&mut inputs);
        hash::inputs_sha256(&inputs)
    };
    let base = hash(&|_| {});
    assert_eq!(base, hash(&|_| {}));
    let changes: [&dyn Fn(&mut Inputs); 7] = [
        &|inputs| inputs.practices[3].list = Patients::from_milli(1),
        &|inputs| inputs.practices[3].roles[1].fte = None,
        &|inputs| inputs.practices[3].nodes = vec![0],
        &|inputs| inputs.spec.draws = 17,
        &|inputs| inputs.spec.missing = MissingReturns::LeaveOut,
        &|inputs| inputs.growth.clear(),
        &|inputs| {
            let mut parameter = inputs.parameters.get("gp.joiner-rate").unwrap().clone();
            parameter.value += 1;
            inputs.parameters.set(parameter);
        },
    ];
    for change in changes {
        assert_ne!(base, hash(change));
    }
}

#[test]
fn the_base_year_is_what_was_returned_and_do_nothing_starts_without_a_gap() {
    let inputs = inputs(128, 1);
    let outcome = run_with(&inputs, 2);
    let returned = inputs.practices[0].roles[0].fte.unwrap().milli();
    let supply = row(&outcome, "G99000", Role::Gp, 2016).supply;
    assert_eq!((supply.p10, supply.p50, supply.p90), (returned, returned, returned));
    // A practice that did not return has an interval already at the base.
    let missing = row(&outcome, "G99005", Role::Gp, 2016).supply;
    assert!(missing.p10 < missing.p50 && missing.p50 < missing.p90);
    let gap = row(&outcome, "TEST", Role::Gp, 2016).gap;
    // What is left is the rounding of sixty practices to 1/1000.
    assert!(gap.p10.abs() < 60 && gap.p90.abs() < 60, "{gap:?}");
}

#[test]
fn intervals_widen_with_the_horizon() {
    let outcome = run_with(&inputs(512, 3), 0);
    for (node, role) in
        [("TEST", Role::Gp), ("TEST", Role::Nurse), ("East", Role::Gp), ("G99001", Role::Nurse)]
    {
        let widths: Vec<i64> = (2016..=2016 + YEARS)
            .map(|year| row(&outcome, node, role, year).gap)
            .map(|gap| gap.p90 - gap.p10)
            .collect();
        assert!(widths.windows(2).all(|pair| pair[0] < pair[1]), "{node} {role}: {widths:?}");
    }
}

/// With every other driver at rest, closures conserve lists and staff. Ageing goes on, which moves hours by under 1%.
#[test]
fn closures_alone_change_no_total() {
    let mut inputs = inputs(64, 5);
    inputs.growth.clear();
    let still: Vec<Parameter> = inputs
        .parameters
        .list()
        .into_iter()
        .filter(|parameter| inputs.parameters.get(&parameter.name).is_ok())
        .filter(|parameter| !parameter.name.ends_with("unit-cost"))
        .map(|mut parameter| {
            let value = match parameter.name.as_str() {
                "practice.closure-rate" => 300_000,
                "missing-return.level" => 1_000_000,
                name if name.ends_with("participation.overall") => parameter.value,
                name if name.ends_with("observation-sd") => 1_000,
                _ => 0,
            };
            (parameter.low, parameter.value, parameter.high) = (value, value, value);
            if parameter.name == "list.growth.prior" {
                (parameter.low, parameter.high) = (-1, 1);
            }
            parameter
        })
        .collect();
    for parameter in still {
        inputs.parameters.set(parameter);
    }
    let outcome = run_with(&inputs, 2);
    let (base, last) = (row(&outcome, "TEST", Role::Gp, 2016), row(&outcome, "TEST", Role::Gp, 2016 + YEARS));
    assert!((base.supply.p50 - last.supply.p50).abs() < base.supply.p50 / 100, "{base:?} {last:?}");
    assert!((base.list.p50 - last.list.p50).abs() < 20_000, "{base:?} {last:?}");
    // Three in ten close each year: most practices have gone.
    assert_eq!(row(&outcome, "G99001", Role::Gp, 2016 + YEARS).list.p50, 0);
}

/// Nodes are sums of practices in every draw: with one draw's worth of spread taken away, medians add up too.
#[test]
fn a_node_of_one_practice_is_that_practice() {
    let mut inputs = inputs(64, 11);
    inputs.nodes.push(Node { level: Level::Lcn, code: "L1".into(), name: "L1".into(), placeholder: true });
    inputs.practices[8].nodes.push(3);
    let outcome = run_with(&inputs, 2);
    let (lcn, practice) = (row(&outcome, "L1", Role::Gp, 2021), row(&outcome, "G99008", Role::Gp, 2021));
    assert_eq!(
        (lcn.supply, lcn.demand, lcn.gap, lcn.list),
        (practice.supply, practice.demand, practice.gap, practice.list)
    );
    assert!(lcn.placeholder);
    let cost = 2 * practice.gap.p50 * 4_965;
    assert_eq!(practice.cost_pence.p50, cost, "99.3k a year is 9,930 pence for 1/1000 FTE");
}

#[test]
fn a_run_can_be_cancelled_and_refuses_what_it_cannot_do() {
    let control = Control { threads: 1, cancelled: &AtomicBool::new(true), progress: &|_| {} };
    assert_eq!(run(&inputs(64, 1), &control), Err(RunError::Cancelled));
    let refused = |change: &dyn Fn(&mut Inputs)| {
        let mut inputs = inputs(64, 1);
        change(&mut inputs);
        inputs.check().unwrap_err()
    };
    assert_eq!(refused(&|inputs| inputs.spec.draws = 15), InputsProblem::Draws(15));
    assert_eq!(refused(&|inputs| inputs.spec.to_year = 2016), InputsProblem::Years(2016, 2016));
    assert_eq!(refused(&|inputs| inputs.practices.clear()), InputsProblem::NoPractices(2016));
    assert_eq!(
        refused(&|inputs| inputs.spec.roles = vec![Role::GpLocum]),
        InputsProblem::NoParameters(Role::GpLocum)
    );
    assert_eq!(
        refused(&|inputs| inputs.practices.iter_mut().for_each(|practice| practice.roles[1].fte = None)),
        InputsProblem::NothingReturned(Role::Nurse)
    );
}
