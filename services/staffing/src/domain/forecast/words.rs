//! What a reader of a run must know, in sentences.

use std::collections::BTreeSet;

use super::{
    evidence::{AgeGroup, People},
    inputs::{Inputs, PatientBasis, Spec},
};
use crate::domain::{
    role::Role,
    scenario::ScheduledClosure,
    unit_costs::{UnitCost, Zone},
    units::Fte,
};

/// How sentences begin that speak of single practices or of few people: other organisations do not get them.
pub const SINGLE: &str = "Of single places: ";

/// What a reader must know before quoting the numbers, a sentence each.
pub(super) fn caveats(inputs: &Inputs) -> Vec<String> {
    let spec = &inputs.spec;
    let mut sentences = vec![
        format!(
            "Need per {} is held at the ratio of filled FTE to list of {}; the gap says what keeping that ratio would take, not what patients need.",
            if spec.patients == PatientBasis::Resident { "resident" } else { "registered patient" },
            spec.base_year
        ),
        "Intervals hold 80% of the draws; they cover chance, uncertain rates and lists, not a change of policy.".to_owned(),
        "A practice's interval counts the chance that its code closes and its list and staff move to a neighbour.".to_owned(),
    ];
    sentences.extend(of_returns(inputs));
    sentences.push(match (inputs.growth.first(), inputs.growth.last()) {
        (Some(first), Some(last)) => format!(
            "Lists grow as known at the base: {} year(s) of the area's lists, {} to {}, with the population projection as prior.",
            inputs.growth.len(),
            first.year - 1,
            last.year
        ),
        _ => "No earlier lists of the area are known at the base: lists grow by the population projection alone.".to_owned(),
    });
    if !spec.scenario.changes.is_empty() || !spec.scenario.substitutions.is_empty() {
        sentences.push(format!(
            "Scenario {} (version {}) changes do-nothing by {} lever(s) and {} substitution(s); each has its source in the document.",
            spec.scenario.name,
            spec.scenario.version,
            spec.scenario.changes.len(),
            spec.scenario.substitutions.len()
        ));
    }
    if !spec.scenario.substitutions.is_empty() {
        sentences.push("The gap is demand less supply less what other roles take over; it is smaller than the difference of the two.".to_owned());
    }
    sentences.extend(of_closures(spec));
    sentences.extend(of_places(inputs));
    sentences.extend(of_costs(inputs));
    sentences.extend(super::need::weighting_words(inputs));
    let priors = inputs.parameters.list().iter().filter(|parameter| parameter.prior).count();
    sentences.push(format!(
        "{priors} parameters are judgements that no publication gives; the list of parameters marks them."
    ));
    if inputs.nodes.iter().any(|node| node.placeholder) {
        sentences.push(
            "Rows marked as placeholder belong to groupings whose make-up nobody has published.".to_owned(),
        );
    }
    sentences
}

/// What was not returned, and which ages nobody knows.
fn of_returns(inputs: &Inputs) -> Vec<String> {
    let (spec, mut sentences) = (&inputs.spec, Vec::new());
    for (index, role) in spec.roles.iter().enumerate() {
        let missing = inputs.practices.iter().filter(|practice| practice.roles[index].fte.is_none()).count();
        if missing > 0 {
            sentences.push(format!(
                "{missing} of {} practices with patients did not return {} in {} and are filled by {}.",
                inputs.practices.len(),
                role.plural(),
                spec.base_year,
                spec.missing.name()
            ));
        }
        let unknown = inputs.practices.iter().filter(|practice| practice.roles[index].ages.is_none()).count();
        if unknown > 0 {
            sentences.push(format!(
                "The ages of {} are unknown at {unknown} practices; the published age mix stands in, with its uncertainty.",
                role.plural()
            ));
        }
    }
    sentences
}

/// Closures that are decided.
fn of_closures(spec: &Spec) -> Option<String> {
    let of = |of: &ScheduledClosure| match of.to.as_str() {
        "" => format!("{} in {}", of.practice, of.year),
        to => format!("{} in {} (to {to})", of.practice, of.year),
    };
    let to_come =
        spec.scenario.closures.iter().filter(|of| of.year > spec.base_year && of.year <= spec.to_year);
    let all: Vec<String> = to_come.map(of).collect();
    (!all.is_empty()).then(|| {
        format!("{SINGLE}closures and mergers that are decided happen in every draw: {}.", all.join(", "))
    })
}

/// What is known of the heads of the area and of its vacancies.
fn of_places(inputs: &Inputs) -> Vec<String> {
    let mut sentences = Vec::new();
    for (index, role) in inputs.spec.roles.iter().enumerate() {
        let practices = || inputs.practices.iter().map(|practice| &practice.roles[index]);
        let said: Vec<i64> = practices().filter_map(|of| of.vacancies).map(Fte::milli).collect();
        if !said.is_empty() {
            sentences.push(format!(
                "{SINGLE}{} of {} practices said how many posts of {} are vacant ({:.1} FTE); the others are taken to have about as many for a head. Vacancies say where joiners go, not how many come.",
                said.len(),
                inputs.practices.len(),
                role.plural(),
                said.iter().sum::<i64>() as f64 / 1e3
            ));
        }
        let joint: Vec<&str> = practices().flat_map(|of| &of.joint).map(|of| of.person.as_str()).collect();
        if !joint.is_empty() {
            let people: BTreeSet<&str> = joint.iter().copied().collect();
            sentences.push(format!(
                "{SINGLE}{} {} work at several practices ({} of them in this area): each is one head, who leaves them all at once.",
                people.len(),
                role.plural(),
                joint.len()
            ));
        }
        if let Some(people) = &inputs.evidence.roles[index].people {
            sentences.push(of_people(people, *role));
        }
    }
    sentences
}

fn of_people(people: &People, role: Role) -> String {
    let heads = |of: &dyn Fn(&AgeGroup) -> bool| -> u64 {
        people.groups.iter().filter(|group| of(group)).map(|group| u64::from(group.heads)).sum()
    };
    format!(
        "{SINGLE}the ages, sexes and hours of {} {} of the area's commissioners ({} by single year of age) count beside the published mix.",
        heads(&|_| true),
        role.plural(),
        heads(&|group| group.to == Some(group.from))
    )
}

/// What costs are of.
fn of_costs(inputs: &Inputs) -> Vec<String> {
    let spec = &inputs.spec;
    let cost = |role: &Role| {
        let of = UnitCost::of(&inputs.parameters, *role, spec.price_year).ok()?;
        Some(format!(
            "{} {:.0} pounds (published for one {} in prices of {})",
            role.plural(),
            of.pence[1] as f64 / 100.0,
            of.basis.name(),
            of.price_year
        ))
    };
    let all: Vec<String> = spec.roles.iter().filter_map(cost).collect();
    let prices = match spec.price_year {
        0 => "in the prices of the year in which each was published".to_owned(),
        year => format!("in prices of {year} by the GDP deflator"),
    };
    let mut sentences = vec![format!(
        "Costs are what a year of the FTE that lack would cost, {prices}; a unit cost is drawn once a draw: {}.",
        all.join("; ")
    )];
    let unknown =
        inputs.practices.iter().filter(|practice| Zone::of_borough(&practice.borough).is_none()).count();
    if unknown > 0 && unknown < inputs.practices.len() {
        sentences.push(format!(
            "{unknown} of {} practices are in no borough whose pay zone is known; the unit cost stands there as it was published.",
            inputs.practices.len()
        ));
    }
    sentences
}
