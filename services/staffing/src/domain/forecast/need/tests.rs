//! What weights and places make of need, on the small made-up area.

use std::sync::atomic::AtomicBool;

use super::{
    super::{
        At, BoroughResidents, Control, Interval, Pair, RatioGrowth, Registration, differences, inputs_sha256,
        known, mean_flows,
        registration::Outgrowth,
        tests::{inputs, run_with},
    },
    *,
};
use crate::domain::{
    forecast::Row,
    scenario::{Change, Lever, Profile, Uncertain},
    units::Patients,
};

fn change(lever: Lever, place: &str, by: [i64; 3]) -> Change {
    Change {
        lever,
        roles: vec![Role::Gp],
        places: if place.is_empty() { Vec::new() } else { vec![place.into()] },
        from: 2017,
        to: 2019,
        profile: Profile::Linear,
        by: Uncertain { low: by[0], value: by[1], high: by[2] },
        source: "a test".into(),
    }
}

fn pairs(from: &Inputs, to: &Inputs) -> Vec<Pair> {
    let never = AtomicBool::new(false);
    let control = Control { threads: 2, cancelled: &never, progress: &|_| {} };
    differences(from, &to.spec.scenario, &|_| true, &control).unwrap()
}

fn pair<'a>(all: &'a [Pair], node: &str, role: Role, year: i32) -> &'a Pair {
    all.iter().find(|of| &*of.from.node == node && of.from.role == role && of.from.year == year).unwrap()
}

/// Need that grows at one borough moves that borough and the area by the same draws, and nothing else.
#[test]
fn need_at_one_borough_moves_it_and_the_levels_above_by_the_same_draws() {
    for lever in [Lever::Need, Lever::Productivity] {
        let usual = inputs(256, 3);
        let mut placed = usual.clone();
        placed.spec.scenario.changes.push(change(lever, "east", [50_000, 100_000, 200_000]));
        let all = pairs(&usual, &placed);
        for year in 2016..=2021 {
            let of = |node: &str| pair(&all, node, Role::Gp, year).gap_change;
            let (east, area) = (of("East"), of("TEST"));
            let apart = [east.p10 - area.p10, east.p50 - area.p50, east.p90 - area.p90];
            // sums are rounded once
            assert!(apart.iter().all(|apart| apart.abs() <= 2), "{lever:?} {year} {east:?} {area:?}");
            assert_eq!(of("West"), Interval::default(), "{lever:?} {year}");
            let moved = east.p10.abs() > 500 && (east.p10 > 0) == (lever == Lever::Need);
            assert_eq!(moved, year > 2016, "{lever:?} {year} {east:?}");
            assert_eq!(pair(&all, "East", Role::Nurse, year).gap_change, Interval::default());
        }
        assert_eq!(run_with(&placed, 1), run_with(&placed, 3), "threads do not matter");
    }
}

/// What acts at every borough by name does what it does over the whole area.
#[test]
fn every_place_by_name_is_the_whole_area() {
    let with = |places: &[&str]| {
        let mut inputs = inputs(128, 3);
        let mut of = change(Lever::Need, "", [50_000, 100_000, 200_000]);
        of.places = places.iter().map(|place| (*place).to_owned()).collect();
        inputs.spec.scenario.changes.push(of);
        run_with(&inputs, 2).rows
    };
    for (whole, named) in with(&[]).iter().zip(with(&["East", "West"])) {
        let apart = [whole.gap.p10 - named.gap.p10, whole.gap.p90 - named.gap.p90];
        // patients are counted in tenths before they are multiplied, or after
        assert!(apart.iter().all(|apart| apart.abs() <= 8), "{whole:?} {named:?}");
    }
}

fn weighted(mut inputs: Inputs) -> Inputs {
    inputs.spec.list_weighting = ListWeighting::Weighted;
    // ages are known in the East, but of its first practice; of the West nobody knows any
    for (index, practice) in inputs.practices.iter_mut().enumerate().skip(2) {
        practice.weight_milli = index.is_multiple_of(2).then_some([1_400, 1_500, 1_600][index % 3]);
    }
    inputs
}

fn gap(rows: &[Row], node: &str, year: i32) -> i64 {
    rows.iter().find(|row| &*row.node == node && row.role == Role::Gp && row.year == year).unwrap().gap.p50
}

#[test]
fn weights_move_need_between_places_and_leave_the_area_at_the_base() {
    let plain = inputs(128, 3);
    let weighted = weighted(plain.clone());
    let weights = relative_weights(&weighted);
    let lists: Vec<f64> = plain.practices.iter().map(|of| of.list.milli() as f64).collect();
    let sum: f64 = lists.iter().zip(&weights).map(|(list, weight)| list * weight).sum();
    assert!((sum / lists.iter().sum::<f64>() - 1.0).abs() < 1e-12);
    // without ages of its own: the mean of its borough; without any there: that of the area
    assert!(weights[0] > 0.93 && weights[0] < 1.07 && (weights[1] - weights[3]).abs() < 1e-12);
    assert!(weights[2] > weights[4] && weights[4] > weights[6]);
    let (before, after) = (run_with(&plain, 2), run_with(&weighted, 2));
    assert_ne!(before.inputs_sha256, after.inputs_sha256);
    assert_eq!(run_with(&weighted, 1), after);
    let moved = |node: &str, year| gap(&after.rows, node, year) - gap(&before.rows, node, year);
    assert!(moved("TEST", 2016).abs() < 20, "{}", moved("TEST", 2016));
    assert!(moved("G99002", 2016) > 50 && moved("G99006", 2016) < -50);
    let supply = |of: &[Row]| of.iter().map(|row| row.supply).collect::<Vec<_>>();
    assert_eq!(supply(&before.rows), supply(&after.rows), "only demand is weighted");
}

/// Mean flows follow the same weights and places as a run.
#[test]
fn mean_flows_weigh_and_place_alike() {
    let mut both = weighted(inputs(512, 3));
    both.spec.scenario.changes.push(change(Lever::Need, "East", [100_000, 100_000, 100_000]));
    let never = AtomicBool::new(false);
    let control = Control { threads: 2, cancelled: &never, progress: &|_| {} };
    let (run, mean) = (run_with(&both, 2).rows, mean_flows(&both, &control).unwrap());
    for (run, mean) in run.iter().zip(&mean).filter(|(row, _)| !row.node.starts_with('G')) {
        let middle = |row: &Row| (row.demand.p10 + row.demand.p50 + row.demand.p90) as f64;
        let apart = middle(mean) / middle(run) - 1.0;
        assert!(run.node == mean.node && apart.abs() < 0.015, "{run:?} {mean:?}");
    }
}

/// The same with scores, residents or both: the East is more deprived, the West has more on its lists than live there.
fn counting(mut inputs: Inputs, deprivation: bool, residents: bool) -> Inputs {
    inputs.spec.deprivation = deprivation;
    if deprivation {
        for (index, practice) in (0_i64..).zip(&mut inputs.practices).filter(|(index, _)| index % 5 != 4) {
            practice.deprivation_milli = Some(if index % 2 == 0 { 900 } else { -400 } + 10 * (index % 7));
        }
    }
    if residents {
        inputs.spec.patients = PatientBasis::Resident;
        let of = |borough: &str, residents| BoroughResidents {
            borough: borough.into(),
            year: 2016,
            residents,
            lists_of: 2016,
            registered: Patients::from_milli(180_000_000),
        };
        let year = |year: i32, residents| RatioGrowth {
            years: [year, year + 1],
            registered: [Patients::from_milli(355_000_000), Patients::from_milli(360_000_000)],
            residents,
        };
        inputs.registration = Registration {
            boroughs: vec![of("East", 175_000), of("west", 160_000)],
            growth: vec![year(2014, [350_000, 351_000]), year(2015, [350_000, 351_000])],
        };
    }
    inputs
}

fn sum_of_need(inputs: &Inputs) -> f64 {
    let lists = || inputs.practices.iter().map(|of| of.list.milli() as f64);
    let needs = relative_weights(inputs);
    lists().zip(needs).map(|(list, weight)| list * weight).sum::<f64>() / lists().sum::<f64>()
}

/// Each switch alone, and all together: the area's need of the base year stays, boroughs gain and lose as they should, threads do not
/// matter, and every one moves the hash.
#[test]
fn each_switch_moves_need_between_places_and_leaves_the_area_at_the_base() {
    let plain = inputs(128, 3);
    let before = run_with(&plain, 2);
    let mut hashes = vec![before.inputs_sha256.clone()];
    for (ages, deprivation, residents) in
        [(false, true, false), (false, false, true), (true, true, false), (true, true, true)]
    {
        let counted = counting(plain.clone(), deprivation, residents);
        let counted = if ages { weighted(counted) } else { counted };
        assert!((sum_of_need(&counted) - 1.0).abs() < 1e-12);
        let after = run_with(&counted, 2);
        assert_eq!(after, run_with(&counted, 1));
        let moved = |node: &str, year| gap(&after.rows, node, year) - gap(&before.rows, node, year);
        assert!(moved("TEST", 2016).abs() < 20, "{}", moved("TEST", 2016));
        // the deprived East gains, and so it does where more of its patients live there
        assert!(moved("East", 2016) > 500 && moved("West", 2016) < -500, "{}", moved("East", 2016));
        assert_eq!(moved("TEST", 2021) < -500, residents, "{}", moved("TEST", 2021));
        let supply = |of: &[Row]| of.iter().map(|row| (row.supply, row.list)).collect::<Vec<_>>();
        assert_eq!(supply(&before.rows), supply(&after.rows), "only demand is weighted");
        hashes.push(after.inputs_sha256);
    }
    hashes.sort();
    hashes.dedup();
    assert_eq!(hashes.len(), 5);
}

/// What only runs by residents are made from moves their hash, and leaves that of all others.
#[test]
fn parameters_of_residents_are_no_input_of_other_runs() {
    let hash = |mut inputs: Inputs, by: i64| {
        let mut parameter = inputs.parameters.get("list.registered-to-resident.growth").unwrap().clone();
        parameter.value += by;
        inputs.parameters.set(parameter);
        inputs_sha256(&inputs)
    };
    let (plain, counted) = (inputs(16, 1), counting(inputs(16, 1), false, true));
    assert_eq!(hash(plain.clone(), 0), hash(plain, 1));
    assert_ne!(hash(counted.clone(), 0), hash(counted.clone(), 1));
    let mut other = counted.clone();
    other.registration.boroughs[1].residents += 1;
    assert_ne!(hash(counted, 0), hash(other, 0));
}

/// Whoever is more deprived never needs less than before, and never less than who is not.
#[test]
fn need_rises_with_deprivation() {
    let even = counting(inputs(16, 1), true, false);
    let usual = relative_weights(&even);
    for more in [1, 100, 1_000, 4_000] {
        let mut other = even.clone();
        other.practices[7].deprivation_milli = Some(even.practices[7].deprivation_milli.unwrap() + more);
        let weights = relative_weights(&other);
        let ratio = (weights[7] / weights[11]) / (usual[7] / usual[11]);
        assert!((ratio - 1.054_f64.powf(more as f64 / 1e3)).abs() < 1e-9, "{more} {ratio}");
        assert!(weights[7] > usual[7] && weights[8] < usual[8]);
    }
    // without a score: the mean of those of the borough
    let own = even.practices.iter().filter(|of| of.borough == "East");
    let known = own.filter_map(|of| Some((of.list.milli() as f64, of.deprivation_milli? as f64)));
    let (sum, lists) = known.fold((0.0, 0.0), |of, (list, score)| (of.0 + list * score, of.1 + list));
    assert!(even.practices[4].deprivation_milli.is_none() && even.practices[4].borough == "East");
    assert!((usual[4] / usual[0] - 1.054_f64.powf((sum / lists - 900.0) / 1e3)).abs() < 1e-9);
    // a score for all alike changes nothing
    let mut alike = even;
    alike.practices.iter_mut().for_each(|of| of.deprivation_milli = Some(1_234));
    assert!(relative_weights(&alike).iter().all(|weight| (weight - 1.0).abs() < 1e-12));
}

/// Need by residents grows by what lists outgrow them less, as far as that is known.
#[test]
fn what_lists_outgrow_residents_by_is_taken_off_need() {
    let counted = counting(inputs(512, 3), false, true);
    let Some(growth) = Outgrowth::of(&counted).unwrap() else { panic!("residents count") };
    // 1.0056 of growth a year, twice observed, pulled a little to the prior
    let observed = (360_000.0_f64 / 355_000.0 * 350_000.0 / 351_000.0).ln();
    assert!(growth.mean > observed.min(0.005) && growth.mean < observed.max(0.005), "{growth:?} {observed}");
    let mut alone = counted.clone();
    alone.registration.growth.clear();
    let Some(prior) = Outgrowth::of(&alone).unwrap() else { panic!("residents count") };
    assert!((prior.mean - 0.005).abs() < 1e-12 && prior.sd > growth.sd && (prior.sd - 0.0078).abs() < 1e-4);
    let demand = |inputs: &Inputs| {
        let rows = run_with(inputs, 2).rows;
        let row =
            rows.iter().find(|row| &*row.node == "TEST" && row.role == Role::Gp && row.year == 2021).unwrap();
        row.demand
    };
    let (registered, residents) = (demand(&inputs(512, 3)), demand(&counted));
    let off = (residents.p50 as f64 / registered.p50 as f64).ln() / 5.0;
    assert!((off + growth.mean).abs() < 0.002, "{off} {growth:?}");
    // what nobody knows of it makes the interval wider, the more so the less is known
    let width = |of: Interval| (of.p90 - of.p10) as f64 / of.p50 as f64;
    let wide = demand(&alone);
    assert!(width(residents) > width(registered) && width(wide) > width(residents));
    // and it has a name among the unknowns
    let named = known(&counted, At::Node(0), 0, 5).unwrap().unknowns;
    let own = named.iter().find(|of| of.name == "list.registered-to-resident.growth").unwrap();
    assert!(own.knowable && (own.steps[0] - 5.0 * growth.sd).abs() < 1e-12 && own.steps[1] < 0.0);
    let named = known(&inputs(64, 3), At::Node(0), 0, 5).unwrap().unknowns;
    assert!(named.iter().all(|of| !of.name.starts_with("list.registered-to-resident")));
}

#[test]
fn mean_flows_and_differences_follow_deprivation_and_residents() {
    let both = counting(weighted(inputs(512, 3)), true, true);
    let never = AtomicBool::new(false);
    let control = Control { threads: 2, cancelled: &never, progress: &|_| {} };
    let (run, mean) = (run_with(&both, 2).rows, mean_flows(&both, &control).unwrap());
    for (run, mean) in run.iter().zip(&mean).filter(|(row, _)| !row.node.starts_with('G')) {
        let middle = |row: &Row| (row.demand.p10 + row.demand.p50 + row.demand.p90) as f64;
        let apart = middle(mean) / middle(run) - 1.0;
        assert!(run.node == mean.node && apart.abs() < 0.015, "{run:?} {mean:?}");
    }
    let same = pairs(&both, &both);
    assert!(same.iter().all(|of| of.gap_change == Interval::default() && of.from == of.to));
    let from: Vec<Row> = same.iter().map(|of| of.from.clone()).collect();
    assert!(from.iter().all(|row| run.contains(row)), "a comparison has the rows of a run");
}

/// Sentences name who lacks what, and say how need grows.
#[test]
fn caveats_say_what_stands_in_for_what() {
    let mut counted = counting(inputs(16, 1), true, true);
    counted.registration.boroughs.pop();
    let words = weighting_words(&counted).join("\n");
    for part in [
        "by the deprivation of those of their practice, and by the residents for each registered patient",
        "12 of 60 practices have no score of deprivation",
        "No residents of West are known in 2016 or before",
        "lists are taken to outgrow them by",
    ] {
        assert!(words.contains(part), "{part}: {words}");
    }
}
