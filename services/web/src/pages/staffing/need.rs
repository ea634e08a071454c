//! `/staffing/need`: what counting patients by age and sex, deprivation or residents makes of the need of boroughs and practices.

use askama::Template;
use axum::{
    Extension,
    extract::{Query, State},
    response::IntoResponse,
};
use http::StatusCode;
use muster_kit::Actor;
use muster_proto::staffing::v1 as staffing;
use serde::Deserialize;

use super::sensitivity::asked_wrongly;
use crate::{
    calls::Caller,
    deps::Deps,
    failure::{Failure, PageResult},
    figures,
    model::SYSTEM,
    pages::{
        choices::{self, Choice, Problem},
        page,
    },
    shell::Shell,
    table::{Cell, Table},
};

/// The form as it was filled in; empty is the system, the newest year, ages alone.
#[derive(Default, Deserialize)]
pub(crate) struct Wanted {
    #[serde(default)]
    area: String,
    #[serde(default)]
    year: String,
    #[serde(default)]
    deprivation: String,
    #[serde(default)]
    patients: String,
}

#[derive(Template)]
#[template(path = "need.html")]
struct Need {
    shell: Shell,
    problems: Vec<Problem>,
    areas: Vec<Choice>,
    year: String,
    deprivations: Vec<Choice>,
    bases: Vec<Choice>,
    shown: Option<Shown>,
}

/// What was answered.
struct Shown {
    findings: Vec<String>,
    caveats: Vec<String>,
    boroughs: Table,
    practices: Table,
    source: String,
    files: Vec<String>,
    sample: bool,
}

impl Wanted {
    fn request(&self) -> Result<staffing::GetWeightedListsRequest, Vec<Problem>> {
        let mut problems = Vec::new();
        let mut wrong = |field: &str, text: &str| {
            problems.push(Problem { field: field.into(), text: text.into() });
        };
        let year = match self.year.trim() {
            "" => Some(0),
            text => text.parse::<i32>().ok().filter(|year| (2000..=2100).contains(year)),
        };
        if year.is_none() {
            wrong("year", "Year must be a financial year ending, from 2000 to 2100, or empty for the newest");
        }
        let deprivation = choices::deprivation(&self.deprivation);
        if deprivation.is_none() {
            wrong("deprivation", "Choose whether deprivation counts");
        }
        let patients = choices::patients(&self.patients);
        if patients.is_none() {
            wrong("patients", "Choose who counts as a patient");
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        Ok(staffing::GetWeightedListsRequest {
            area: self.area.trim().into(),
            year: year.unwrap_or_default(),
            deprivation: deprivation.unwrap_or_default(),
            patients: patients.unwrap_or_default().into(),
        })
    }
}

pub(crate) async fn need(
    State(deps): State<Deps>,
    Extension(actor): Extension<Actor>,
    Query(mut wanted): Query<Wanted>,
) -> PageResult {
    let caller = Caller::new(&deps, &actor);
    let (mut problems, mut shown) = (Vec::new(), None);
    let asked = !(wanted.year.is_empty() && wanted.deprivation.is_empty() && wanted.patients.is_empty());
    if !asked {
        shown = first(&caller, &mut wanted).await?;
    }
    match wanted.request() {
        Ok(_) if !asked => {}
        Ok(request) => match caller.weighted_lists(request).await {
            Ok(found) => shown = Some(read(found)),
            Err(error) if asked_wrongly(&error) => {
                problems.push(Problem { field: "area".into(), text: error.message().to_owned() });
            }
            Err(error) => return Err(error.into()),
        },
        Err(wrong) => problems = wrong,
    }
    let area = if wanted.area.trim().is_empty() { SYSTEM } else { wanted.area.trim() };
    let refused = !problems.is_empty();
    let title = if refused { "Error: What patients count for" } else { "What patients count for" };
    let status = if refused { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let body = page(&Need {
        shell: Shell::staffing(title, "/staffing/need"),
        areas: choices::areas(&caller, area).await?,
        deprivations: choices::deprivations(&wanted.deprivation),
        bases: choices::bases(&wanted.patients),
        year: wanted.year,
        problems,
        shown,
    })?;
    Ok((status, body).into_response())
}

/// What a first visit sees: by ages where they are known, else by whatever is; nothing where nothing is imported, which is no mistake
/// of the reader's.
async fn first(caller: &Caller<'_>, wanted: &mut Wanted) -> Result<Option<Shown>, Failure> {
    for (deprivation, patients) in [("", ""), ("yes", "resident"), ("yes", ""), ("", "resident")] {
        (wanted.deprivation, wanted.patients) = (deprivation.into(), patients.into());
        let Ok(request) = wanted.request() else { break };
        match caller.weighted_lists(request).await {
            Ok(found) => return Ok(Some(read(found))),
            Err(error) if asked_wrongly(&error) => {}
            Err(error) => return Err(error.into()),
        }
    }
    (wanted.deprivation, wanted.patients) = (String::new(), String::new());
    Ok(None)
}

fn read(of: staffing::GetWeightedListsResponse) -> Shown {
    let (boroughs, practices): (Vec<_>, Vec<_>) = of.lists.iter().partition(|row| row.level == "borough");
    let files: Vec<String> = of.sources.iter().map(|source| source.source.clone()).collect();
    Shown {
        boroughs: table("need-boroughs", &format!("Need of boroughs in {}", of.year), &boroughs),
        practices: table("need-practices", &format!("Need of practices in {}", of.year), &practices),
        findings: of.findings,
        caveats: of.caveats,
        source: of.weights_source,
        sample: files.iter().any(|name| name.to_lowercase().contains("sample")),
        files,
    }
}

fn table(id: &str, caption: &str, rows: &[&staffing::WeightedList]) -> Table {
    let signed = |ppm: i64| {
        let sign = if ppm > 0 { "+" } else { "" };
        Cell::number(format!("{sign}{}", figures::percent(ppm)), figures::plain_milli(ppm / 10))
    };
    let milli = |value: Option<i64>| {
        value.map_or_else(Cell::none, |of| Cell::number(figures::plain_milli(of), figures::plain_milli(of)))
    };
    let words = |text: &str| if text.is_empty() { Cell::none() } else { Cell::text(figures::date(text)) };
    Table::new(id.to_owned(), caption.to_owned())
        .text("Place", "place")
        .number("Patients", "patients")
        .number("Weighted", "weighted")
        .number("Need, %", "need_percent")
        .text("Ages of", "ages_of")
        .number("Deprivation score", "deprivation")
        .number("Registered for each resident", "registered_per_resident")
        .text("Residents of", "residents_of")
        .rows(rows.iter().map(|row| {
            vec![
                Cell::text(row.name.clone()),
                Cell::count(row.list_milli / 1_000),
                Cell::count(row.weighted_milli / 1_000),
                signed(row.relative_ppm - 1_000_000),
                words(&row.ages_of),
                milli(row.deprivation_milli),
                milli(row.registered_per_resident_ppm.map(|ppm| ppm / 1_000)),
                words(&row.residents_of),
            ]
        }))
}
