//! Mean flows beside whole runs.

use std::sync::atomic::AtomicBool;

use super::{
    super::Interval,
    super::tests::{inputs, posts_at, run_with},
    *,
};
use crate::domain::role::Role;

fn flows(inputs: &Inputs, threads: usize) -> Vec<Row> {
    let control = Control { threads, cancelled: &AtomicBool::new(false), progress: &|_| {} };
    mean_flows(inputs, &control).unwrap()
}

#[test]
fn medians_of_the_whole_are_those_of_a_run() {
    let inputs = inputs(2_048, 3);
    let (run, mean) = (run_with(&inputs, 2).rows, flows(&inputs, 2));
    assert_eq!(mean, flows(&inputs, 1));
    let key = |row: &Row| (row.level, row.node.clone(), row.role, row.year);
    assert!(run.iter().map(key).eq(mean.iter().map(key)));
    for (run, mean) in run.iter().zip(&mean).filter(|(row, _)| row.level == Level::System) {
        // the middle is held to the base: what is compared lies between the ends
        let middle = |of: Interval| (of.p10 + of.p50 + of.p90) as f64 / 3.0;
        for [run, mean] in [[run.supply, mean.supply], [run.demand, mean.demand], [run.list, mean.list]] {
            let apart = middle(mean) / middle(run) - 1.0;
            assert!(apart.abs() < 0.015, "{run:?} {mean:?} {apart}");
        }
    }
}

#[test]
fn percentiles_of_a_practice_are_those_of_its_draws() {
    let inputs = inputs(256, 3);
    let cancelled = AtomicBool::new(false);
    let control = Control { threads: 1, cancelled: &cancelled, progress: &|_| {} };
    let rows = Rows { inputs: &inputs, costs: Costs::of(&inputs).unwrap(), practices: true };
    let direct = Mean::<8>::new(&inputs, &control).unwrap().rows_of(&rows, At::Practice(8));
    let shared: Vec<Row> = flows(&inputs, 1).into_iter().filter(|row| row.node == "G99008").collect();
    assert_eq!(direct.len(), shared.len());
    for (direct, shared) in direct.iter().zip(&shared) {
        let figures = |row: &Row| [row.supply, row.demand, row.gap, row.list.map(|list| list / 100)];
        for (direct, shared) in figures(direct).into_iter().zip(figures(shared)) {
            let apart = [direct.p10 - shared.p10, direct.p50 - shared.p50, direct.p90 - shared.p90];
            assert!(apart.iter().all(|apart| apart.abs() <= 2), "{direct:?} {shared:?}");
        }
        let apart = direct.shortfall_ppm.p10 - shared.shortfall_ppm.p10;
        // supply and demand of a thousand are rounded to whole numbers each before they are compared
        assert!(apart.abs() <= 1_000, "{direct:?} {shared:?}");
    }
}

#[test]
fn gaps_of_one_node_have_the_percentiles_of_its_row() {
    let inputs = inputs(96, 3);
    let control = Control { threads: 1, cancelled: &AtomicBool::new(false), progress: &|_| {} };
    let mut gaps = mean_gaps(&inputs, &control, (0, 1, 4)).unwrap();
    gaps.sort_unstable();
    let rows = flows(&inputs, 1);
    let row = rows.iter().find(|row| row.role == inputs.spec.roles[1] && row.year == 2020).unwrap();
    assert_eq!((row.node.as_str(), row.gap.p50), ("TEST", i64::from(gaps[48])));
}

#[test]
fn a_change_of_one_place_moves_that_place_alone() {
    let usual = inputs(128, 3);
    let mut placed = usual.clone();
    placed.spec.scenario.changes.push(posts_at("East", 10_000_000));
    let (before, after) = (flows(&usual, 2), flows(&placed, 2));
    let moved = |node: &str| {
        let of_node = before.iter().zip(&after).filter(|(row, _)| row.node == node && row.role == Role::Gp);
        of_node.map(|(before, after)| before.gap.p50 - after.gap.p50).collect::<Vec<_>>()
    };
    assert!(moved("West").iter().all(|more| *more == 0), "{:?}", moved("West"));
    assert!((8_000..12_000).contains(&moved("East")[1]), "{:?}", moved("East"));
}
