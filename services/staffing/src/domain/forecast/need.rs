//! What patients count for in demand: by the work that those of their practice make, and by changes of need that act there.
//!
//! Where neither is asked for, demand follows the list itself. Otherwise there is a second count of patients beside it, in the same
//! tenths: each counts with the weight of the practice that it came from, and with what the changes at the practice where it is now make
//! of it. Weights average to one over the area, so that the area's need in the base year is what it was.

use std::collections::BTreeMap;

use super::{
    inputs::{Inputs, ListWeighting, Spec},
    prepare::Prepared,
    sets::acts_at,
};
use crate::domain::role::Role;

/// A count of patients beside the list.
pub(super) struct Column {
    /// Patients count with the weight of their practice.
    pub(super) weighted: bool,
    /// Role whose changes of need act at single places.
    pub(super) placed: Option<usize>,
}

/// Which count each role's demand follows.
pub(super) struct Needs {
    /// The counts beside the list.
    pub(super) columns: Vec<Column>,
    /// By role: its count; none for the list itself.
    of_role: Vec<Option<usize>>,
    /// By practice: weight of its patients, 1 on average over the area.
    pub(super) weights: Vec<f64>,
}

impl Needs {
    pub(super) fn of(inputs: &Inputs) -> Self {
        let weighted = inputs.spec.list_weighting == ListWeighting::Weighted;
        let columns = Self::columns_of(&inputs.spec);
        let own = |role: usize| columns.iter().position(|of| of.placed == Some(role));
        let shared = columns.iter().position(|of| of.placed.is_none());
        let of_role = (0..inputs.spec.roles.len()).map(|role| own(role).or(shared)).collect();
        let weights = if weighted { relative_weights(inputs) } else { vec![1.0; inputs.practices.len()] };
        Self { columns, of_role, weights }
    }

    /// The counts that a run keeps: one for all roles where patients are weighted, and one of each role whose changes act at places.
    pub(super) fn columns_of(spec: &Spec) -> Vec<Column> {
        let weighted = spec.list_weighting == ListWeighting::Weighted;
        let placed = |role: Role| {
            spec.scenario.changes.iter().any(|change| {
                change.lever.on_demand() && change.acts_on(change.lever, role) && !change.places.is_empty()
            })
        };
        let shared = weighted.then_some(Column { weighted, placed: None });
        let own = spec.roles.iter().enumerate().filter(|(_, role)| placed(**role));
        shared.into_iter().chain(own.map(|(role, _)| Column { weighted, placed: Some(role) })).collect()
    }

    /// Is the demand of every role that of the list?
    pub(super) fn plain(&self) -> bool {
        self.columns.is_empty()
    }

    /// The patients that a role's demand follows.
    pub(super) fn pick<'a>(&self, role: usize, list: &'a [i32], needs: &[&'a [i32]]) -> &'a [i32] {
        self.of_role[role].and_then(|column| needs.get(column).copied()).unwrap_or(list)
    }
}

/// What the changes at a practice make of a role's need, against those of the whole area alone.
#[inline(always)]
pub(super) fn placed_factor<const W: usize>(
    prepared: &Prepared<'_, W>,
    (role, practice): (usize, usize),
    (draw, year): (usize, usize),
) -> f64 {
    prepared.world(role, practice).demand[draw][year] / prepared.roles[role].demand[draw][year]
}

/// Weight of each practice's patients, 1 on average over the area: its own, or the mean of its borough, or of the area, where its ages are
/// not known.
pub(crate) fn relative_weights(inputs: &Inputs) -> Vec<f64> {
    let mut of_borough: BTreeMap<&str, (f64, f64)> = BTreeMap::new();
    let mut of_area = (0.0, 0.0);
    let known = inputs.practices.iter().filter_map(|of| Some((of, of.weight_milli? as f64 / 1e3)));
    for (practice, weight) in known {
        let list = practice.list.milli() as f64;
        for sum in [of_borough.entry(practice.borough.as_str()).or_default(), &mut of_area] {
            *sum = (sum.0 + list * weight, sum.1 + list);
        }
    }
    let mean = |of: (f64, f64)| (of.1 > 0.0).then(|| of.0 / of.1);
    let raw: Vec<f64> = inputs
        .practices
        .iter()
        .map(|practice| {
            let own = practice.weight_milli.map(|weight| weight as f64 / 1e3);
            let borough = || of_borough.get(practice.borough.as_str()).copied().and_then(mean);
            own.or_else(borough).or_else(|| mean(of_area)).unwrap_or(1.0)
        })
        .collect();
    let lists = || inputs.practices.iter().map(|practice| practice.list.milli() as f64);
    let weighted: f64 = lists().zip(&raw).map(|(list, weight)| list * weight).sum();
    let whole = lists().sum::<f64>() / weighted.max(1e-9);
    raw.into_iter().map(|weight| if weighted > 0.0 { weight * whole } else { 1.0 }).collect()
}

/// What weighting makes of need, in a sentence each; nothing where each patient counts alike.
pub(super) fn weighting_words(inputs: &Inputs) -> Vec<String> {
    if inputs.spec.list_weighting == ListWeighting::Plain {
        return Vec::new();
    }
    let boroughs = of_boroughs(inputs, &relative_weights(inputs));
    let listed = || inputs.practices.iter().filter(|practice| practice.list.is_positive());
    let unknown = listed().filter(|practice| practice.weight_milli.is_none()).count();
    let mut sentences = vec![format!(
        "Patients count by the work that those of their age and sex make; the area's need in the base year is what plain lists make it{}",
        match (boroughs.first(), boroughs.last()) {
            (Some((most, by)), Some((least, less))) if most != least =>
                format!(", that of {most} {by:+.1}%, that of {least} {less:+.1}%."),
            _ => ".".to_owned(),
        }
    )];
    if unknown > 0 {
        sentences.push(format!(
            "{unknown} of {} practices have no list by age and sex: they take their borough's mean.",
            listed().count()
        ));
    }
    sentences.push(
        "Each practice keeps its mix of ages over the years: ageing is not in it, and neither is deprivation.".to_owned(),
    );
    sentences
}

/// What weighting makes of each borough's need in per cent, the most first.
fn of_boroughs(inputs: &Inputs, weights: &[f64]) -> Vec<(String, f64)> {
    let mut sums: BTreeMap<&str, (f64, f64)> = BTreeMap::new();
    for (practice, weight) in inputs.practices.iter().zip(weights) {
        let list = practice.list.milli() as f64;
        let sum = sums.entry(practice.borough.as_str()).or_default();
        *sum = (sum.0 + list, sum.1 + list * weight);
    }
    let sums = sums.into_iter().filter(|(borough, (list, _))| !borough.is_empty() && *list > 0.0);
    let mut found: Vec<(String, f64)> = sums
        .map(|(borough, (list, weighted))| (borough.to_owned(), (weighted / list - 1.0) * 100.0))
        .collect();
    found.sort_by(|a, b| b.1.total_cmp(&a.1));
    found
}

/// Share of the patients of some practices where a change acts.
pub(super) fn share_of_list(inputs: &Inputs, practices: &[usize], change: usize) -> f64 {
    let change = &inputs.spec.scenario.changes[change];
    let list = |practice: &usize| inputs.practices[*practice].list.milli() as f64;
    let there = practices.iter().filter(|practice| acts_at(inputs, &inputs.practices[**practice], change));
    there.map(list).sum::<f64>() / practices.iter().map(list).sum::<f64>().max(1e-9)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicBool;

    use super::{
        super::{
            Control, Interval, Pair, differences, mean_flows,
            tests::{inputs, run_with},
        },
        *,
    };
    use crate::domain::{
        forecast::Row,
        scenario::{Change, Lever, Profile, Uncertain},
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
        all.iter().find(|of| of.from.node == node && of.from.role == role && of.from.year == year).unwrap()
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
        rows.iter().find(|row| row.node == node && row.role == Role::Gp && row.year == year).unwrap().gap.p50
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
}
