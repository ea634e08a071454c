//! What weighting makes of need, in sentences.

use super::{
    super::{
        inputs::{Inputs, ListWeighting, PatientBasis, Practice},
        random::Z90,
        registration::Outgrowth,
    },
    boroughs_by_need, relative_weights, weighs,
};
use crate::domain::residents::key;

/// What weighting makes of need, a sentence each; nothing where each registered patient counts alike.
pub(in super::super) fn weighting_words(inputs: &Inputs) -> Vec<String> {
    let spec = &inputs.spec;
    if !weighs(spec) {
        return Vec::new();
    }
    let by_age = spec.list_weighting == ListWeighting::Weighted;
    let mut sentences = vec![counted(inputs)];
    if by_age {
        sentences.extend(unknown(inputs, "list by age and sex", |practice| practice.weight_milli.is_none()));
    }
    if spec.deprivation {
        sentences
            .extend(unknown(inputs, "score of deprivation", |practice| practice.deprivation_milli.is_none()));
    }
    if spec.patients == PatientBasis::Resident {
        sentences.extend(residents(inputs));
    }
    sentences.extend(match (by_age, spec.deprivation) {
        (true, true) => Some("Each practice keeps its mix of ages and its deprivation over the years: ageing is not in it."),
        (true, false) => {
            Some("Each practice keeps its mix of ages over the years: ageing is not in it, and neither is deprivation.")
        }
        (false, true) => Some("Each practice keeps its deprivation over the years; the ages of its patients are not in it."),
        (false, false) => None,
    }
    .map(str::to_owned));
    sentences
}

/// What patients count by, and the boroughs whose need that moves the most and the least.
fn counted(inputs: &Inputs) -> String {
    let spec = &inputs.spec;
    let by = [
        (spec.list_weighting == ListWeighting::Weighted, "by the work that those of their age and sex make"),
        (spec.deprivation, "by the deprivation of those of their practice"),
        (
            spec.patients == PatientBasis::Resident,
            "by the residents for each registered patient of their borough",
        ),
    ];
    let by: Vec<&str> = by.into_iter().filter_map(|(asked, words)| asked.then_some(words)).collect();
    let boroughs = boroughs_by_need(inputs, &relative_weights(inputs));
    let moved = match (boroughs.first(), boroughs.last()) {
        (Some((most, by)), Some((least, less))) if most != least => {
            format!(", that of {most} {by:+.1}%, that of {least} {less:+.1}%.")
        }
        _ => ".".to_owned(),
    };
    format!(
        "Patients count {}; the area's need in the base year is what plain lists make it{moved}",
        by.join(", and ")
    )
}

/// How many practices lack what patients count by.
fn unknown(inputs: &Inputs, what: &str, lacks: impl Fn(&Practice) -> bool) -> Option<String> {
    let listed = || inputs.practices.iter().filter(|practice| practice.list.is_positive());
    let unknown = listed().filter(|practice| lacks(practice)).count();
    let all = listed().count();
    (unknown > 0)
        .then(|| format!("{unknown} of {all} practices have no {what}: they take their borough's mean."))
}

/// Whose residents nobody counted, whose were counted long ago, and how need grows.
fn residents(inputs: &Inputs) -> Vec<String> {
    let of = &inputs.registration;
    let mut boroughs: Vec<&str> = inputs.practices.iter().map(|practice| practice.borough.as_str()).collect();
    boroughs.sort_unstable();
    boroughs.dedup();
    let missing: Vec<&str> =
        boroughs.into_iter().filter(|name| !name.is_empty() && of.ratio(&key(name)).is_none()).collect();
    let mut sentences = Vec::new();
    if !missing.is_empty() {
        sentences.push(format!(
            "No residents of {} are known in {} or before: what the area has for each registered patient stands in.",
            missing.join(", "),
            inputs.spec.base_year
        ));
    }
    let apart: Vec<&str> =
        of.boroughs.iter().filter(|of| of.year != of.lists_of).map(|of| of.borough.as_str()).collect();
    if !apart.is_empty() {
        sentences.push(format!(
            "Residents of {} were counted in a year without lists: those of {} stand beside them.",
            apart.join(", "),
            inputs.spec.base_year
        ));
    }
    if let Ok(Some(growth)) = Outgrowth::of(inputs) {
        let percent = |z: f64| (growth.mean + z * growth.sd) * 100.0;
        let known = match (of.growth.first(), of.growth.last()) {
            (Some(first), Some(last)) => format!(
                "{:.3} of them in {} and {:.3} in {} updated what England's lists say",
                first.ratio(0),
                first.years[0],
                last.ratio(1),
                last.years[1]
            ),
            _ => "no two years of both are known at the base, so that is what England's lists say".to_owned(),
        };
        sentences.push(format!(
            "Need grows as residents do, not as lists: lists are taken to outgrow them by {:.1}% a year over the horizon (80% interval {:.1} to {:.1}%); {known}.",
            percent(0.0), percent(-Z90), percent(Z90)
        ));
    }
    sentences
}
