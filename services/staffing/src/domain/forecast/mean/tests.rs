//! Mean flows beside whole runs.

use std::sync::atomic::AtomicBool;

use super::{
    super::Interval,
    super::tests::{inputs, posts_at, run_with},
    *,
};
use crate::domain::{
    forecast::Level,
    role::Role,
    units::{Fte, Patients},
};

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
    let rows = Rows::new(&inputs, true).unwrap();
    let direct = Mean::<8>::new(&inputs, &control).unwrap().rows_of(&rows, At::Practice(8));
    let shared: Vec<Row> = flows(&inputs, 1).into_iter().filter(|row| &*row.node == "G99008").collect();
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
fn gaps_of_practices_between_others_are_nearly_those_of_their_draws() {
    let mut inputs = inputs(512, 3);
    for (place, practice) in inputs.practices.iter_mut().enumerate() {
        for role in &mut practice.roles {
            let usual = practice.list.milli() / 2_200;
            role.fte = Some(Fte::from_milli(usual * (6 + i64::try_from(place * 7 % 23).unwrap()) / 17));
        }
        // hardly anybody on the list, and nobody there or many
        if place % 9 == 4 {
            practice.list = Patients::from_milli(3_000 + 40_000 * i64::from(place > 30));
            practice.roles[1].fte = Some(Fte::from_milli(if place > 30 { 0 } else { 20 }));
        }
    }
    let control = Control { threads: 1, cancelled: &AtomicBool::new(false), progress: &|_| {} };
    let rows = Rows::new(&inputs, true).unwrap();
    let mean = Mean::<8>::new(&inputs, &control).unwrap();
    let all = flows(&inputs, 2);
    let places = (0..60).map(At::Practice).chain((0..3).map(At::Node));
    let mut farthest = (0.0_f64, String::new());
    for direct in places.flat_map(|at| mean.rows_of(&rows, at)) {
        let same = |row: &&Row| (&row.node, row.role, row.year) == (&direct.node, direct.role, direct.year);
        let shared = all.iter().find(same).unwrap();
        for (direct, shared, scale) in
            [(direct.gap, shared.gap, 1.0), (direct.cost_pence, shared.cost_pence, PENCE)]
        {
            let width = (direct.p90 - direct.p10) as f64;
            let ends = [direct.p10 - shared.p10, direct.p50 - shared.p50, direct.p90 - shared.p90];
            for apart in ends.map(|apart| apart.abs() as f64) {
                let part = (apart - 2.0 * scale) / width.max(1.0);
                if part > farthest.0 {
                    farthest = (part, format!("{direct:?} {shared:?}"));
                }
            }
        }
        let exact = direct.level != Level::Practice;
        let apart =
            (direct.gap.p10 - shared.gap.p10).abs().max((direct.demand.p90 - shared.demand.p90).abs());
        assert!(!exact || apart <= 3, "{direct:?} {shared:?}");
    }
    // the standard error of a tenth percentile of 512 draws is 3% of the width
    assert!(farthest.0 < 0.03, "{farthest:?}");
}

#[test]
fn gaps_of_one_node_have_the_percentiles_of_its_row() {
    let inputs = inputs(96, 3);
    let control = Control { threads: 1, cancelled: &AtomicBool::new(false), progress: &|_| {} };
    let mut gaps = mean_gaps(&inputs, &control, (0, 1, 4)).unwrap();
    gaps.sort_unstable();
    let rows = flows(&inputs, 1);
    let row = rows.iter().find(|row| row.role == inputs.spec.roles[1] && row.year == 2020).unwrap();
    assert_eq!((&*row.node, row.gap.p50), ("TEST", i64::from(gaps[48])));
}

#[test]
fn a_change_of_one_place_moves_that_place_alone() {
    let usual = inputs(128, 3);
    let mut placed = usual.clone();
    placed.spec.scenario.changes.push(posts_at("East", 10_000_000));
    let (before, after) = (flows(&usual, 2), flows(&placed, 2));
    let moved = |node: &str| {
        let of_node = before.iter().zip(&after).filter(|(row, _)| &*row.node == node && row.role == Role::Gp);
        of_node.map(|(before, after)| before.gap.p50 - after.gap.p50).collect::<Vec<_>>()
    };
    assert!(moved("West").iter().all(|more| *more == 0), "{:?}", moved("West"));
    assert!((8_000..12_000).contains(&moved("East")[1]), "{:?}", moved("East"));
}

/// Pence that a thousandth of an FTE costs at most.
const PENCE: f64 = 20_000.0;
