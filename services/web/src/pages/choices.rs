//! What a form offers to choose from.

use http::StatusCode;
use muster_kit::{Error, ErrorCode, Result};
use muster_proto::{
    directory::v1::GroupingKind,
    staffing::v1::{ListWeighting, PatientBasis},
};

use crate::{
    calls::Caller,
    model::{self, ENGLAND, SYSTEM},
};

/// One thing to choose.
pub(crate) struct Choice {
    pub(crate) value: String,
    pub(crate) text: String,
    pub(crate) chosen: bool,
}

impl Choice {
    pub(crate) fn new(value: impl Into<String>, text: impl Into<String>, chosen: &str) -> Self {
        let value = value.into();
        Self { chosen: value.eq_ignore_ascii_case(chosen), text: text.into(), value }
    }
}

/// What is wrong with a field of a form.
pub(crate) struct Problem {
    pub(crate) field: String,
    pub(crate) text: String,
}

impl Problem {
    /// What is wrong with a form as a whole, told at a field; nothing where the text is empty.
    pub(crate) fn at(field: &str, text: String) -> Vec<Self> {
        if text.is_empty() { Vec::new() } else { vec![Self { field: field.to_owned(), text }] }
    }
}

/// What a form can mend: the page comes back with what is wrong. Anything else is a page of its own.
pub(crate) fn mended(error: &Error) -> Option<StatusCode> {
    match error.code() {
        ErrorCode::BadRequest => Some(StatusCode::UNPROCESSABLE_ENTITY),
        ErrorCode::Forbidden => Some(StatusCode::FORBIDDEN),
        ErrorCode::AlreadyExists => Some(StatusCode::CONFLICT),
        _ => None,
    }
}

/// Things to choose under one name.
pub(crate) struct Group {
    pub(crate) name: &'static str,
    pub(crate) choices: Vec<Choice>,
}

/// Ways of counting a patient in what a place needs: value and words, the usual one first.
const LISTS: [(&str, &str, ListWeighting); 2] = [
    ("plain", "the same at every age", ListWeighting::Unspecified),
    ("weighted", "by the work that patients of that age and sex make", ListWeighting::Weighted),
];

/// Ways of counting a patient.
pub(crate) fn lists(chosen: &str) -> Vec<Choice> {
    let chosen = if chosen.is_empty() { LISTS[0].0 } else { chosen };
    LISTS.iter().map(|(value, text, _)| Choice::new(*value, *text, chosen)).collect()
}

/// A way of counting a patient by its value; the usual one where it is empty.
pub(crate) fn list(value: &str) -> Option<ListWeighting> {
    let value = if value.is_empty() { LISTS[0].0 } else { value };
    LISTS.iter().find(|(known, ..)| *known == value).map(|(.., way)| *way)
}

/// Does deprivation count: value and words, the usual one first.
const DEPRIVATION: [(&str, &str, bool); 2] =
    [("no", "does not count", false), ("yes", "counts: by the score of the patients of each practice", true)];

/// Whether deprivation counts.
pub(crate) fn deprivations(chosen: &str) -> Vec<Choice> {
    let chosen = if chosen.is_empty() { DEPRIVATION[0].0 } else { chosen };
    DEPRIVATION.iter().map(|(value, text, _)| Choice::new(*value, *text, chosen)).collect()
}

/// Whether deprivation counts, by its value; it does not where that is empty.
pub(crate) fn deprivation(value: &str) -> Option<bool> {
    let value = if value.is_empty() { DEPRIVATION[0].0 } else { value };
    DEPRIVATION.iter().find(|(known, ..)| *known == value).map(|(.., counts)| *counts)
}

/// Who counts as a patient: value and words, the usual one first.
const PATIENTS: [(&str, &str, PatientBasis); 2] = [
    ("registered", "everybody on a list", PatientBasis::Unspecified),
    ("resident", "as many as live in the borough", PatientBasis::Resident),
];

/// Who may count as a patient.
pub(crate) fn bases(chosen: &str) -> Vec<Choice> {
    let chosen = if chosen.is_empty() { PATIENTS[0].0 } else { chosen };
    PATIENTS.iter().map(|(value, text, _)| Choice::new(*value, *text, chosen)).collect()
}

/// Who counts as a patient, by its value; the registered where that is empty.
pub(crate) fn patients(value: &str) -> Option<PatientBasis> {
    let value = if value.is_empty() { PATIENTS[0].0 } else { value };
    PATIENTS.iter().find(|(known, ..)| *known == value).map(|(.., basis)| *basis)
}

/// Areas that can be forecast: systems, boroughs, commissioners and England.
pub(crate) async fn areas(caller: &Caller<'_>, chosen: &str) -> Result<Vec<Choice>> {
    let mut areas = Vec::new();
    for kind in [GroupingKind::System, GroupingKind::Borough, GroupingKind::Commissioner] {
        let words = model::grouping_words(kind as i32).to_lowercase();
        let known = caller.groupings(kind, "").await?;
        areas.extend(known.iter().map(|g| Choice::new(&g.code, format!("{} ({words})", g.name), chosen)));
    }
    if !areas.iter().any(|area| area.value == SYSTEM) {
        areas.insert(0, Choice::new(SYSTEM, "South East London (system)", chosen));
    }
    areas.push(Choice::new(ENGLAND, "England, every practice", chosen));
    Ok(areas)
}
