//! What patients count for in demand: by the work that those of their practice make, by residents for each registered patient of their
//! borough, and by changes of need that act there.
//!
//! Where neither is asked for, demand follows the list itself. Otherwise there is a second count of patients beside it, in the same
//! tenths: each counts with the weight of the practice that it came from, and with what the changes at the practice where it is now make
//! of it. Weights average to one over the area, so that the area's need in the base year is what it was.

#[cfg(test)]
mod tests;
mod words;

use std::collections::BTreeMap;

use super::{
    inputs::{Inputs, ListWeighting, PatientBasis, Practice, Spec},
    prepare::Prepared,
    sets::acts_at,
};
use crate::domain::{deprivation::work, residents::key, role::Role};

pub(super) use words::weighting_words;

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
        let columns = Self::columns_of(&inputs.spec);
        let own = |role: usize| columns.iter().position(|of| of.placed == Some(role));
        let shared = columns.iter().position(|of| of.placed.is_none());
        let of_role = (0..inputs.spec.roles.len()).map(|role| own(role).or(shared)).collect();
        let weights =
            if weighs(&inputs.spec) { relative_weights(inputs) } else { vec![1.0; inputs.practices.len()] };
        Self { columns, of_role, weights }
    }

    /// The counts that a run keeps: one for all roles where patients are weighted, and one of each role whose changes act at places.
    pub(super) fn columns_of(spec: &Spec) -> Vec<Column> {
        let weighted = weighs(spec);
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

/// Do patients count by anything but their number?
fn weighs(spec: &Spec) -> bool {
    spec.list_weighting == ListWeighting::Weighted
        || spec.deprivation
        || spec.patients == PatientBasis::Resident
}

/// Weight of each practice's patients, 1 on average over the area: the product of what the run counts by (their ages and sexes, their
/// deprivation, the residents for each registered patient of their borough).
pub(crate) fn relative_weights(inputs: &Inputs) -> Vec<f64> {
    let spec = &inputs.spec;
    let mut raw = if spec.list_weighting == ListWeighting::Weighted {
        filled(inputs, |practice| practice.weight_milli.map(|weight| weight as f64 / 1e3), 1.0)
    } else {
        vec![1.0; inputs.practices.len()]
    };
    let mut times = |factors: Vec<f64>| raw.iter_mut().zip(factors).for_each(|(raw, factor)| *raw *= factor);
    if spec.deprivation {
        times(filled(inputs, score, 0.0).into_iter().map(work).collect());
    }
    if spec.patients == PatientBasis::Resident {
        times(residents_for_each(inputs));
    }
    let lists = || inputs.practices.iter().map(|practice| practice.list.milli() as f64);
    let weighted: f64 = lists().zip(&raw).map(|(list, weight)| list * weight).sum();
    let whole = lists().sum::<f64>() / weighted.max(1e-9);
    raw.into_iter().map(|weight| if weighted > 0.0 { weight * whole } else { 1.0 }).collect()
}

fn score(practice: &Practice) -> Option<f64> {
    practice.deprivation_milli.map(|score| score as f64)
}

/// A value of each practice: its own, or the mean by list of its borough, or of the area, where its own is not known.
fn filled(inputs: &Inputs, own: impl Fn(&Practice) -> Option<f64>, otherwise: f64) -> Vec<f64> {
    let mut of_borough: BTreeMap<&str, (f64, f64)> = BTreeMap::new();
    let mut of_area = (0.0, 0.0);
    let known = inputs.practices.iter().filter_map(|of| Some((of, own(of)?)));
    for (practice, value) in known {
        let list = practice.list.milli() as f64;
        for sum in [of_borough.entry(practice.borough.as_str()).or_default(), &mut of_area] {
            *sum = (sum.0 + list * value, sum.1 + list);
        }
    }
    let mean = |of: (f64, f64)| (of.1 > 0.0).then(|| of.0 / of.1);
    inputs
        .practices
        .iter()
        .map(|practice| {
            let borough = || of_borough.get(practice.borough.as_str()).copied().and_then(mean);
            own(practice).or_else(borough).or_else(|| mean(of_area)).unwrap_or(otherwise)
        })
        .collect()
}

/// Residents for each registered patient of each practice's borough, or of the area where nobody counted them.
fn residents_for_each(inputs: &Inputs) -> Vec<f64> {
    let of = &inputs.registration;
    let area = of.ratio("");
    let ratio = |practice: &Practice| {
        let borough = key(&practice.borough);
        let own = if borough.is_empty() { None } else { of.ratio(&borough) };
        1.0 / own.or(area).unwrap_or(1.0)
    };
    inputs.practices.iter().map(ratio).collect()
}

/// Mean deprivation score by list, in 1/1000 of a point, of those practices of a borough whose score is known.
pub(crate) fn mean_score(inputs: &Inputs, borough: &str) -> Option<f64> {
    let of = inputs.practices.iter().filter(|practice| practice.borough == borough);
    let known = of.filter_map(|practice| Some((practice.list.milli() as f64, score(practice)?)));
    let (sum, lists) = known.fold((0.0, 0.0), |sum, (list, score)| (sum.0 + list * score, sum.1 + list));
    (lists > 0.0).then(|| sum / lists)
}

/// What weighting makes of each borough's need in per cent, the most first.
pub(crate) fn boroughs_by_need(inputs: &Inputs, weights: &[f64]) -> Vec<(String, f64)> {
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
