//! Lists by age and sex, weighted by the work that patients make: what weighting makes of the need of each place. Stores nothing.

use std::collections::{BTreeMap, HashMap};

use jiff::civil::Date;
use muster_kit::{Action, Actor, Error, Resource, Result};
use muster_proto::common::v1::Provenance;

use super::{Deps, area};
use crate::{
    domain::{
        age_lists::AgeList,
        assemble::{AreaData, assemble},
        forecast::{Inputs, ListWeighting, PatientBasis, Spec, relative_weights},
        missing::MissingReturns,
        parameters::ParameterSet,
        role::Role,
        scenario::Scenario,
        units::Patients,
    },
    store::age_lists::{self, Found},
};

/// Ages of the practices of an area around a base year.
pub(crate) struct Weights {
    lists: BTreeMap<String, AgeList>,
    /// Last day of the base year.
    until: Date,
    /// Imports that they came with.
    pub(crate) imports: Vec<String>,
}

impl Weights {
    /// Work that a patient makes on average, in 1/1000, by practice.
    pub(crate) fn by_practice(&self) -> HashMap<String, i64> {
        let weight = |(place, list): (&String, &AgeList)| Some((place.clone(), list.weight_milli()?));
        self.lists.iter().filter_map(weight).collect()
    }

    /// What a reader must know of their dates, a sentence each.
    pub(crate) fn caveats(&self) -> Vec<String> {
        let later = self.lists.values().filter(|list| list.day > self.until).count();
        let days = || self.lists.values().map(|list| list.day);
        let mut sentences = Vec::new();
        if let (Some(first), Some(last)) = (days().min(), days().max()) {
            let when = if first == last { first.to_string() } else { format!("{first} to {last}") };
            sentences.push(format!("Ages are those of lists of {when}."));
        }
        if later > 0 {
            sentences.push(format!(
                "The ages of {later} practices come from lists after the base year, which nobody knew then: import an earlier file to leave them out."
            ));
        }
        sentences
    }
}

/// Ages of an area's practices: of the last list before the end of the base year, or the first after it.
///
/// # Errors
/// Bad request where no practice has any; what the database says.
pub(crate) async fn weights(deps: &Deps, actor: &Actor, (data, base): (&AreaData, i32)) -> Result<Weights> {
    let codes: Vec<String> = data.places.keys().cloned().collect();
    let year = i16::try_from(base).ok();
    let until = year.and_then(|year| Date::new(year, 3, 31).ok());
    let until = until.ok_or_else(|| Error::bad_request(format!("year {base} is out of range")))?;
    let found = age_lists::around(deps.db.read(), &actor.scope(), (&codes, until)).await?;
    let Found { lists, imports } = found;
    if lists.is_empty() {
        return Err(Error::bad_request(format!(
            "no list by age and sex of `{}` is known: import one with `muster import gp-reg-pat-prac-quin-age FILE`, or count each patient alike (--list plain)",
            data.code
        )));
    }
    Ok(Weights { lists, until, imports })
}

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
}

/// Lists of an area.
pub(crate) struct WeightedLists {
    /// Area as it was understood.
    pub(crate) area: String,
    /// Financial year ending.
    pub(crate) year: i32,
    /// Boroughs, then practices.
    pub(crate) lists: Vec<Listed>,
    /// What a reader must know, a sentence each.
    pub(crate) caveats: Vec<String>,
    /// Files that the ages come from.
    pub(crate) sources: Vec<Provenance>,
}

/// Weighs the lists of an area in a year, 0 for the newest that is known.
///
/// # Errors
/// Forbidden; not found when nobody knows the area; bad request without ages; what the database says.
pub(crate) async fn get_weighted_lists(
    deps: &Deps,
    actor: &Actor,
    asked: &str,
    year: i32,
) -> Result<WeightedLists> {
    deps.permit(actor, Action::Read, Resource::new("baseline", asked.to_owned())).await?;
    let area = area::find(deps, actor, asked, "").await?;
    let newest = area.years(deps, actor).await?.iter().map(|row| row.year).max();
    let year = if year == 0 { newest.unwrap_or(0) } else { year };
    let mut data = area.data(deps, actor, year).await?;
    let weights = weights(deps, actor, (&data, year)).await?;
    data.weights = weights.by_practice();
    let spec = Spec {
        scenario: Scenario::do_nothing(),
        base_year: year,
        to_year: year + 1,
        draws: crate::domain::forecast::MIN_DRAWS,
        seed: 0,
        missing: MissingReturns::LeaveOut,
        roles: vec![Role::Gp],
        list_weighting: ListWeighting::Weighted,
        deprivation: false,
        patients: PatientBasis::Registered,
        price_year: 0,
    };
    let inputs = assemble(&data, spec, ParameterSet::shipped());
    let sources = deps.provenance(actor, &weights.imports).await?;
    let mut caveats = weights.caveats();
    caveats.push(
        "Weighted patients are scaled so that the area has as many as patients: weighting moves need between places, and leaves the area's at the base."
            .to_owned(),
    );
    caveats.push("Deprivation is not in it: no score of practices is imported.".to_owned());
    Ok(WeightedLists { area: data.code.clone(), year, lists: listed(&inputs, &weights), caveats, sources })
}

fn listed(inputs: &Inputs, weights: &Weights) -> Vec<Listed> {
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
            ages_of: weights.lists.get(&practice.code).map(|list| list.day),
        });
    }
    let borough = |(name, (list, weighted)): (&str, (i64, f64))| Listed {
        place: name.to_owned(),
        borough: true,
        name: name.to_owned(),
        list: Patients::from_milli(list),
        weighted: Patients::from_milli(whole(weighted)),
        ages_of: None,
    };
    let mut all: Vec<Listed> =
        boroughs.into_iter().filter(|(name, _)| !name.is_empty()).map(borough).collect();
    all.extend(practices);
    all
}

fn whole(value: f64) -> i64 {
    #[expect(clippy::cast_possible_truncation, reason = "patients in 1/1000 are far below")]
    let value = value.round() as i64;
    value
}
