//! `/forecasts`: the runs, and the form that starts one.

use askama::Template;
use axum::{
    Extension, Form,
    extract::State,
    response::{IntoResponse, Redirect},
};
use http::StatusCode;
use muster_kit::{Actor, Error, ErrorCode, Result, rpc::unary};
use muster_proto::staffing::v1 as staffing;
use serde::Deserialize;

use super::{
    choices::{self, Choice, Problem},
    encode, page,
};
use crate::{
    calls::Caller,
    deps::Deps,
    failure::PageResult,
    model::{self, SYSTEM, WAYS, run},
    shell::Shell,
    table::Table,
};

/// The form as it was filled in: text, so that a wrong value comes back to be mended.
#[derive(Clone, Deserialize)]
pub(crate) struct Filled {
    #[serde(default)]
    pub(crate) scenario: String,
    #[serde(default)]
    pub(crate) area: String,
    #[serde(default)]
    pub(crate) base_year: String,
    #[serde(default)]
    pub(crate) to_year: String,
    #[serde(default)]
    pub(crate) draws: String,
    #[serde(default)]
    pub(crate) seed: String,
    #[serde(default)]
    pub(crate) missing_returns: String,
    #[serde(default)]
    pub(crate) list: String,
    #[serde(default)]
    pub(crate) deprivation: String,
    #[serde(default)]
    pub(crate) patients: String,
    #[serde(default)]
    pub(crate) prices: String,
}

#[derive(Template)]
#[template(path = "forecasts.html")]
struct Forecasts {
    shell: Shell,
    runs: Table,
    running: bool,
    filled: Filled,
    areas: Vec<Choice>,
    ways: Vec<Choice>,
    scenarios: Vec<Choice>,
    lists: Vec<Choice>,
    deprivations: Vec<Choice>,
    bases: Vec<Choice>,
    years: String,
    problems: Vec<Problem>,
}

impl Forecasts {
    /// What is wrong with a field; empty when nothing is.
    fn problem(&self, field: &str) -> &str {
        self.problems
            .iter()
            .find(|problem| problem.field == field)
            .map_or("", |problem| problem.text.as_str())
    }
}

pub(crate) async fn list(State(deps): State<Deps>, Extension(actor): Extension<Actor>) -> PageResult {
    let caller = Caller::new(&deps, &actor);
    let years = years(&caller).await?;
    let filled = Filled {
        scenario: "do-nothing".into(),
        area: SYSTEM.into(),
        base_year: years.map_or_else(|| "2016".into(), |(first, _)| first.to_string()),
        to_year: years.map_or_else(|| "2021".into(), |(first, _)| (first + 5).to_string()),
        draws: "1024".into(),
        seed: "1".into(),
        missing_returns: String::new(),
        list: String::new(),
        deprivation: String::new(),
        patients: String::new(),
        prices: String::new(),
    };
    page(&form(&caller, filled, years, Vec::new()).await?)
}

/// First and last year with a baseline.
async fn years(caller: &Caller<'_>) -> Result<Option<(i32, i32)>> {
    let history = caller.history(SYSTEM, staffing::MissingReturns::BoroughMean).await?;
    Ok(history.and_then(|history| Some((history.rows.first()?.year, history.rows.last()?.year))))
}

async fn form(
    caller: &Caller<'_>,
    filled: Filled,
    years: Option<(i32, i32)>,
    problems: Vec<Problem>,
) -> Result<Forecasts> {
    let runs: Vec<run::RunView> = caller.runs().await?.iter().map(run::RunView::read).collect();
    let areas = choices::areas(caller, &filled.area).await?;
    let ways = WAYS
        .iter()
        .enumerate()
        .map(|(place, (value, text, _))| Choice {
            value: (*value).into(),
            text: (*text).into(),
            chosen: filled.missing_returns == *value || (filled.missing_returns.is_empty() && place == 0),
        })
        .collect();
    let years = years.map_or_else(
        || "No baseline is recorded yet: import one first.".to_owned(),
        |(first, last)| format!("Baselines are recorded for {first} to {last}."),
    );
    let chosen = if filled.scenario.is_empty() { "do-nothing" } else { &filled.scenario };
    let shipped = caller.scenarios().await?;
    let scenarios = shipped.iter().map(|of| Choice::new(&of.name, &of.title, chosen)).collect();
    let title = if problems.is_empty() { "Forecasts" } else { "Error: Forecasts" };
    Ok(Forecasts {
        shell: Shell::new(title, "/forecasts"),
        running: runs.iter().any(|run| run.running),
        runs: run::table(&runs),
        areas,
        ways,
        scenarios,
        lists: choices::lists(&filled.list),
        deprivations: choices::deprivations(&filled.deprivation),
        bases: choices::bases(&filled.patients),
        filled,
        years,
        problems,
    })
}

pub(crate) async fn start(
    State(deps): State<Deps>,
    Extension(actor): Extension<Actor>,
    Form(filled): Form<Filled>,
) -> PageResult {
    let caller = Caller::new(&deps, &actor);
    let problems = match read(&filled) {
        Ok(spec) => {
            let request = unary(&actor, staffing::StartForecastRequest { spec: Some(spec) });
            match deps.staffing.clone().start_forecast(request).await.map_err(Error::from) {
                Ok(answer) => {
                    let run = answer.into_inner().run.unwrap_or_default();
                    return Ok(Redirect::to(&format!("/forecasts/{}", encode(&run.run_id))).into_response());
                }
                Err(error) if matches!(error.code(), ErrorCode::BadRequest | ErrorCode::NotFound) => {
                    vec![Problem { field: "area".into(), text: error.message().to_owned() }]
                }
                Err(error) => return Err(error.into()),
            }
        }
        Err(problems) => problems,
    };
    let years = years(&caller).await?;
    let body = form(&caller, filled, years, problems).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page(&body)?).into_response())
}

/// What is asked of the engine, or everything that is wrong with the form.
pub(crate) fn read(filled: &Filled) -> Result<staffing::ForecastSpec, Vec<Problem>> {
    let mut problems = Vec::new();
    let base_year = number(&mut problems, ("base_year", "Base year"), &filled.base_year, 2000, 2100);
    let to_year = number(&mut problems, ("to_year", "Last year"), &filled.to_year, 2000, 2100);
    let draws = number(&mut problems, ("draws", "Draws"), &filled.draws, 16, 65_536);
    let seed = number(&mut problems, ("seed", "Seed"), &filled.seed, 0, i64::MAX);
    if problems.is_empty() && to_year <= base_year {
        problems.push(Problem {
            field: "to_year".into(),
            text: format!("Last year must come after the base year, {base_year}"),
        });
    }
    if filled.area.trim().is_empty() {
        problems.push(Problem { field: "area".into(), text: "Choose an area".into() });
    }
    let Some(way) = model::way(&filled.missing_returns) else {
        problems.push(Problem {
            field: "missing_returns".into(),
            text: "Choose what stands in for missing returns".into(),
        });
        return Err(problems);
    };
    let Some(list) = choices::list(&filled.list) else {
        problems.push(Problem { field: "list".into(), text: "Choose how patients are counted".into() });
        return Err(problems);
    };
    // empty: costs as they were published
    let price_year = match filled.prices.trim() {
        "" => 0,
        year => number(&mut problems, ("prices", "Prices of"), year, 2000, 2100),
    };
    let (deprivation, patients) = need(filled, &mut problems);
    if !problems.is_empty() {
        return Err(problems);
    }
    Ok(staffing::ForecastSpec {
        scenario: if filled.scenario.trim().is_empty() {
            "do-nothing".into()
        } else {
            filled.scenario.trim().into()
        },
        area: filled.area.trim().into(),
        base_year: i32::try_from(base_year).unwrap_or_default(),
        to_year: i32::try_from(to_year).unwrap_or_default(),
        draws: u32::try_from(draws).unwrap_or_default(),
        seed: u64::try_from(seed).unwrap_or_default(),
        missing_returns: way as i32,
        list_weighting: list as i32,
        deprivation,
        patients: patients as i32,
        price_year: i32::try_from(price_year).unwrap_or_default(),
        ..Default::default()
    })
}

/// Whether deprivation counts, and who counts as a patient.
fn need(filled: &Filled, problems: &mut Vec<Problem>) -> (bool, staffing::PatientBasis) {
    let mut choose =
        |field: &str, text: &str| problems.push(Problem { field: field.into(), text: text.into() });
    let deprivation = choices::deprivation(&filled.deprivation);
    if deprivation.is_none() {
        choose("deprivation", "Choose whether deprivation counts");
    }
    let patients = choices::patients(&filled.patients);
    if patients.is_none() {
        choose("patients", "Choose who counts as a patient");
    }
    (deprivation.unwrap_or_default(), patients.unwrap_or_default())
}

fn number(problems: &mut Vec<Problem>, field: (&'static str, &str), text: &str, low: i64, high: i64) -> i64 {
    match text.trim().replace(',', "").parse::<i64>() {
        Ok(value) if (low..=high).contains(&value) => value,
        _ => {
            let bounds =
                if high == i64::MAX { "0 or more".to_owned() } else { format!("from {low} to {high}") };
            problems.push(Problem {
                field: field.0.into(),
                text: format!("{} must be a whole number {bounds}", field.1),
            });
            0
        }
    }
}
