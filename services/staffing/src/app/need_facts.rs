//! What need can be weighted by, as far as a run asks for it: ages, deprivation and residents of an area around its base year.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use muster_kit::{Actor, Error, Result};

use super::Deps;
use crate::{
    domain::{
        age_lists::AgeList,
        assemble::AreaData,
        deprivation::DeprivationScore,
        forecast::{ListWeighting, PatientBasis, Spec},
        residents::{Residents, financial_year, key, last_day},
    },
    store::{age_lists, deprivation, residents},
};

/// Is something asked for?
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asked {
    /// No.
    No,
    /// Where it is known.
    IfKnown,
    /// Yes: without it there is no answer.
    Yes,
}

/// What patients are to count by.
#[derive(Clone, Copy)]
pub(crate) struct Wanted {
    /// Their ages and sexes.
    pub(crate) ages: Asked,
    /// The deprivation of those of their practice.
    pub(crate) deprivation: bool,
    /// The residents of their borough.
    pub(crate) residents: bool,
}

impl Wanted {
    /// What a run is made from.
    pub(crate) fn of(spec: &Spec) -> Self {
        Self {
            ages: if spec.list_weighting == ListWeighting::Weighted { Asked::Yes } else { Asked::No },
            deprivation: spec.deprivation,
            residents: spec.patients == PatientBasis::Resident,
        }
    }
}

/// What was found. What is not asked for is empty.
pub(crate) struct Facts {
    /// Lists by age and sex, by practice.
    pub(crate) ages: BTreeMap<String, AgeList>,
    /// Scores by practice.
    pub(crate) scores: BTreeMap<String, DeprivationScore>,
    /// Residents of boroughs, the earliest first.
    pub(crate) residents: Vec<Residents>,
    /// Imports that all of it came with.
    pub(crate) imports: Vec<String>,
    base: i32,
    /// Last day of the base year.
    until: Date,
}

/// Loads what is asked for and puts it into the data of the area.
///
/// # Errors
/// Bad request, naming the file to import, where nothing of what is asked for is known; what the database says.
pub(crate) async fn load(
    deps: &Deps,
    actor: &Actor,
    (data, base): (&mut AreaData, i32),
    wanted: Wanted,
) -> Result<Facts> {
    let until = last_day(base).ok_or_else(|| Error::bad_request(format!("year {base} is out of range")))?;
    let mut facts = Facts {
        ages: BTreeMap::new(),
        scores: BTreeMap::new(),
        residents: Vec::new(),
        imports: Vec::new(),
        base,
        until,
    };
    let codes: Vec<String> = data.places.keys().cloned().collect();
    let (conn, scope) = (deps.db.read(), actor.scope());
    if wanted.ages != Asked::No {
        let found = age_lists::around(conn, &scope, (&codes, until)).await?;
        if found.lists.is_empty() && wanted.ages == Asked::Yes {
            return Err(no_ages(&data.code));
        }
        let weight = |(place, list): (&String, &AgeList)| Some((place.clone(), list.weight_milli()?));
        data.weights = found.lists.iter().filter_map(weight).collect();
        (facts.ages, facts.imports) = (found.lists, found.imports);
    }
    if wanted.deprivation {
        let found = deprivation::around(conn, &scope, (&codes, base)).await?;
        if found.scores.is_empty() {
            return Err(no_scores(&data.code));
        }
        data.deprivation = found.scores.iter().map(|(place, of)| (place.clone(), of.score_milli)).collect();
        facts.scores = found.scores;
        facts.imports.extend(found.imports);
    }
    if wanted.residents {
        let boroughs: BTreeSet<String> = data.places.values().map(|place| key(&place.borough)).collect();
        let found = residents::until(conn, &scope, (&boroughs, until)).await?;
        if found.residents.is_empty() {
            return Err(no_residents(&data.code, until));
        }
        data.residents.clone_from(&found.residents);
        facts.residents = found.residents;
        facts.imports.extend(found.imports);
    }
    Ok(facts)
}

fn no_ages(area: &str) -> Error {
    Error::bad_request(format!(
        "no list by age and sex of `{area}` is known: import one with `muster import gp-reg-pat-prac-quin-age FILE`, or count each patient alike (--list plain)"
    ))
}

fn no_scores(area: &str) -> Error {
    Error::bad_request(format!(
        "no deprivation score of a practice of `{area}` is known: import them with `muster import deprivation FILE`, or leave deprivation out (no --deprivation)"
    ))
}

fn no_residents(area: &str, until: Date) -> Error {
    Error::bad_request(format!(
        "no residents of a borough of `{area}` are known on or before {until}: import them with `muster import residents FILE`, or count everybody on a list (--patients registered)"
    ))
}

impl Facts {
    /// What a reader must know of their dates, a sentence each.
    pub(crate) fn caveats(&self) -> Vec<String> {
        let mut sentences = Vec::new();
        let days = || self.ages.values().map(|list| list.day);
        if let (Some(first), Some(last)) = (days().min(), days().max()) {
            sentences.push(format!("Ages are those of lists of {}.", span(first, last)));
        }
        let later = days().filter(|day| *day > self.until).count();
        if later > 0 {
            sentences.push(format!(
                "The ages of {later} practices come from lists after the base year, which nobody knew then: import an earlier file to leave them out."
            ));
        }
        let years = || self.scores.values().map(|of| of.year);
        if let (Some(first), Some(last)) = (years().min(), years().max()) {
            sentences.push(format!("Deprivation is that of the indices of {}.", span(first, last)));
        }
        let later = years().filter(|year| *year > self.base).count();
        if later > 0 {
            sentences.push(format!(
                "The scores of {later} practices come from indices after the base year, which nobody knew then: import earlier ones to leave them out."
            ));
        }
        if let Some((first, last)) = self.residents.first().zip(self.residents.last()) {
            sentences.push(format!(
                "Residents are those of {}; estimates are published about a year after their day, and revised.",
                span(first.day, last.day)
            ));
        }
        sentences
    }

    /// Day of the last count of a borough's residents in a financial year ending.
    pub(crate) fn counted_on(&self, borough: &str, year: i32) -> Option<Date> {
        let of_year = self.residents.iter().rev().filter(|of| financial_year(of.day) == year);
        of_year.clone().find(|of| key(&of.borough) == key(borough)).map(|of| of.day)
    }
}

fn span<T: PartialEq + ToString + Copy>(first: T, last: T) -> String {
    if first == last { first.to_string() } else { format!("{} to {}", first.to_string(), last.to_string()) }
}
