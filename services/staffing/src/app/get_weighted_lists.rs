//! Lists weighted by the work that patients make and by residents: what each makes of the need of each place. Stores nothing.

use std::collections::BTreeMap;

use jiff::civil::Date;
use muster_kit::{Action, Actor, Resource, Result};
use muster_proto::common::v1::Provenance;

use super::{
    Deps, area,
    need_facts::{Asked, Facts, Wanted, load},
};
use crate::domain::{
    assemble::assemble,
    forecast::{Inputs, ListWeighting, PatientBasis, Spec, boroughs_by_need, mean_score, relative_weights},
    missing::MissingReturns,
    parameters::ParameterSet,
    residents::key,
    role::Role,
    scenario::Scenario,
    units::{Patients, millionths, whole},
};

/// One place with what weighting makes of its need.
pub(crate) struct Listed {
    /// ODS code, or name of the borough.
    pub(crate) place: String,
    /// Is it a borough?
    pub(crate) borough: bool,
    /// Name.
    pub(crate) name: String,
    /// Registered patients.
    pub(crate) list: Patients,
    /// The same weighted.
    pub(crate) weighted: Patients,
    /// Date of its ages; none where its borough's mean stands in.
    pub(crate) ages_of: Option<Date>,
    /// Deprivation score in 1/1000 of a point; of a borough, the mean by list.
    pub(crate) deprivation_milli: Option<i64>,
    /// Year of the score.
    pub(crate) deprivation_of: Option<i32>,
    /// Registered patients for each resident, in parts per million; of boroughs.
    pub(crate) ratio_ppm: Option<i64>,
    /// Day of the count of residents.
    pub(crate) residents_of: Option<Date>,
}

/// Lists of an area.
pub(crate) struct WeightedLists {
    /// Area as it was understood.
    pub(crate) area: String,
    /// Financial year ending.
    pub(crate) year: i32,
    /// Do ages count?
    pub(crate) by_age: bool,
    /// Does deprivation count?
    pub(crate) by_deprivation: bool,
    /// What patients count by, in words: `age and sex`, `deprivation`, `residents`.
    pub(crate) by: Vec<&'static str>,
    /// What each of these alone makes of the need of boroughs, in per cent, the most first.
    pub(crate) alone: Vec<(&'static str, Vec<(String, f64)>)>,
    /// Boroughs, then practices.
    pub(crate) lists: Vec<Listed>,
    /// What a reader must know, a sentence each.
    pub(crate) caveats: Vec<String>,
    /// Files that ages, scores and residents come from.
    pub(crate) sources: Vec<Provenance>,
}

/// What is asked.
pub(crate) struct Question {
    /// Area.
    pub(crate) area: String,
    /// Financial year ending, 0 for the newest that is known.
    pub(crate) year: i32,
    /// By deprivation too.
    pub(crate) deprivation: bool,
    /// Who counts as a patient.
    pub(crate) patients: PatientBasis,
}

/// Weighs the lists of an area in a year: by ages where they are known or nothing else is asked for, and by what is asked for.
///
/// # Errors
/// Forbidden; not found when nobody knows the area; bad request without what is asked for; what the database says.
pub(crate) async fn get_weighted_lists(deps: &Deps, actor: &Actor, of: &Question) -> Result<WeightedLists> {
    deps.permit(actor, Action::Read, Resource::new("baseline", of.area.clone())).await?;
    let area = area::find(deps, actor, &of.area, "").await?;
    let newest = area.years(deps, actor).await?.iter().map(|row| row.year).max();
    let year = if of.year == 0 { newest.unwrap_or(0) } else { of.year };
    let mut data = area.data(deps, actor, year).await?;
    let residents = of.patients == PatientBasis::Resident;
    let ages = if of.deprivation || residents { Asked::IfKnown } else { Asked::Yes };
    let wanted = Wanted { ages, deprivation: of.deprivation, residents };
    let facts = load(deps, actor, (&mut data, year), wanted).await?;
    let by_age = !facts.ages.is_empty();
    let inputs = assemble(&data, spec(year, by_age, of), ParameterSet::shipped());
    let mut caveats = facts.caveats();
    if !by_age {
        caveats.push(
            "Ages are not in it: no list by age and sex is imported (`muster import gp-reg-pat-prac-quin-age FILE`)."
                .to_owned(),
        );
    }
    caveats.push(
        "Weighted patients are scaled so that the area has as many as patients: weighting moves need between places, and leaves the area's at the base."
            .to_owned(),
    );
    if !of.deprivation {
        caveats.push("Deprivation is not in it: ask for it with --deprivation.".to_owned());
    }
    let alone = alone(&inputs);
    Ok(WeightedLists {
        area: data.code.clone(),
        year,
        by_age,
        by_deprivation: of.deprivation,
        by: alone.iter().map(|(by, _)| *by).collect(),
        alone,
        lists: listed(&inputs, &facts),
        caveats,
        sources: deps.provenance(actor, &facts.imports).await?,
    })
}

fn spec(year: i32, by_age: bool, of: &Question) -> Spec {
    Spec {
        scenario: Scenario::do_nothing(),
        base_year: year,
        to_year: year + 1,
        draws: crate::domain::forecast::MIN_DRAWS,
        seed: 0,
        missing: MissingReturns::LeaveOut,
        roles: vec![Role::Gp],
        list_weighting: if by_age { ListWeighting::Weighted } else { ListWeighting::Plain },
        deprivation: of.deprivation,
        patients: of.patients,
        price_year: 0,
    }
}

/// What each thing that patients count by makes of the need of boroughs alone.
fn alone(inputs: &Inputs) -> Vec<(&'static str, Vec<(String, f64)>)> {
    let spec = &inputs.spec;
    let (plain, registered) = (ListWeighting::Plain, PatientBasis::Registered);
    let each = [
        ("age and sex", (spec.list_weighting, false, registered)),
        ("deprivation", (plain, spec.deprivation, registered)),
        ("residents", (plain, false, spec.patients)),
    ];
    let asked = each.into_iter().filter(|(_, of)| *of != (plain, false, registered));
    let found = asked.map(|(name, of)| {
        let mut one = inputs.clone();
        (one.spec.list_weighting, one.spec.deprivation, one.spec.patients) = of;
        (name, boroughs_by_need(&one, &relative_weights(&one)))
    });
    found.collect()
}

fn listed(inputs: &Inputs, facts: &Facts) -> Vec<Listed> {
    let mut boroughs: BTreeMap<&str, (i64, f64)> = BTreeMap::new();
    let mut practices = Vec::new();
    let relative = relative_weights(inputs);
    for (practice, weight) in inputs.practices.iter().zip(relative).filter(|(of, _)| of.list.is_positive()) {
        let weighted = practice.list.milli() as f64 * weight;
        let sum = boroughs.entry(&practice.borough).or_default();
        *sum = (sum.0 + practice.list.milli(), sum.1 + weighted);
        practices.push(Listed {
            place: practice.code.clone(),
            borough: false,
            name: practice.name.clone(),
            list: practice.list,
            weighted: Patients::from_milli(whole(weighted)),
            ages_of: facts.ages.get(&practice.code).map(|list| list.day),
            deprivation_milli: practice.deprivation_milli,
            deprivation_of: facts.scores.get(&practice.code).map(|of| of.year),
            ratio_ppm: None,
            residents_of: None,
        });
    }
    let named = boroughs.into_iter().filter(|(name, _)| !name.is_empty());
    let mut all: Vec<Listed> = named.map(|of| borough(inputs, facts, of)).collect();
    all.extend(practices);
    all
}

fn borough(inputs: &Inputs, facts: &Facts, (name, (list, weighted)): (&str, (i64, f64))) -> Listed {
    let counted = inputs.registration.boroughs.iter().find(|of| of.borough == name);
    Listed {
        place: name.to_owned(),
        borough: true,
        name: name.to_owned(),
        list: Patients::from_milli(list),
        weighted: Patients::from_milli(whole(weighted)),
        ages_of: None,
        deprivation_milli: mean_score(inputs, name).map(whole),
        deprivation_of: None,
        ratio_ppm: inputs.registration.ratio(&key(name)).map(millionths),
        residents_of: counted.and_then(|of| facts.counted_on(name, of.year)),
    }
}
