//! `/staffing/sensitivity`: what decides the answer.

use std::time::Duration;

use askama::Template;
use axum::{
    Extension,
    extract::{Request, State},
    response::IntoResponse,
};
use http::StatusCode;
use muster_kit::{Actor, Error, ErrorCode};
use muster_proto::staffing::v1 as staffing;

use super::form::Fields;
use crate::{
    calls::Caller,
    deps::Deps,
    failure::PageResult,
    model::{
        LEVELS, Role,
        decides::{self, Decides},
        levers::ROLES,
    },
    pages::{
        choices::{self, Choice, Group, Problem},
        page,
    },
    shell::Shell,
};

/// The longest that the page waits.
const DEADLINE: Duration = Duration::from_secs(25);

#[derive(Template)]
#[template(path = "sensitivity.html")]
struct Sensitivity {
    shell: Shell,
    problems: Vec<Problem>,
    areas: Vec<Choice>,
    nodes: Vec<Group>,
    practice: String,
    roles: Vec<Choice>,
    scenarios: Vec<Choice>,
    lists: Vec<Choice>,
    deprivations: Vec<Choice>,
    bases: Vec<Choice>,
    year: String,
    fields: Fields,
    decides: Option<Decides>,
    /// What to run where the page cannot wait.
    command: String,
    has_data: bool,
}

pub(crate) async fn sensitivity(
    State(deps): State<Deps>,
    Extension(actor): Extension<Actor>,
    request: Request,
) -> PageResult {
    let caller = Caller::new(&deps, &actor);
    let mut fields = Fields::read(request).await?;
    fields.defaults(&caller).await?;
    fields.fill("role", "gp");
    fields.fill("scenario", "do-nothing");
    let year =
        if fields.get("year").is_empty() { fields.get("to_year") } else { fields.get("year") }.to_owned();
    let has_data = caller.history(fields.get("area"), staffing::MissingReturns::BoroughMean).await?.is_some();
    let (mut told, mut problems, mut command) = (None, Vec::new(), String::new());
    if has_data {
        match request_of(&fields, &year) {
            Err(found) => problems = found,
            Ok(request) => match tokio::time::timeout(DEADLINE, caller.sensitivity(request)).await {
                Ok(Ok(answer)) => told = Some(answer),
                Ok(Err(error)) if error.code() == ErrorCode::Timeout => command = command_of(&fields, &year),
                Ok(Err(error)) if asked_wrongly(&error) => {
                    problems.push(Problem { field: "node".into(), text: error.message().to_owned() });
                }
                Ok(Err(error)) => return Err(error.into()),
                Err(_) => command = command_of(&fields, &year),
            },
        }
    }
    let shipped = caller.scenarios().await?;
    let status = match (problems.is_empty(), command.is_empty()) {
        (false, _) => StatusCode::UNPROCESSABLE_ENTITY,
        (true, false) => StatusCode::GATEWAY_TIMEOUT,
        _ => StatusCode::OK,
    };
    let body = page(&Sensitivity {
        shell: Shell::staffing("What decides the answer", "/staffing/sensitivity"),
        problems,
        areas: choices::areas(&caller, fields.get("area")).await?,
        nodes: nodes(&caller, fields.get("node")).await?,
        practice: fields.get("practice").into(),
        roles: ROLES.map(|(key, name)| Choice::new(key, name, fields.get("role"))).into(),
        scenarios: shipped
            .iter()
            .map(|of| Choice::new(&of.name, &of.title, fields.get("scenario")))
            .collect(),
        lists: choices::lists(fields.get("list")),
        deprivations: choices::deprivations(fields.get("deprivation")),
        bases: choices::bases(fields.get("patients")),
        year,
        fields,
        decides: told.as_ref().map(decides::read),
        command,
        has_data,
    })?;
    Ok((status, body).into_response())
}

/// Groupings to choose from, by level.
async fn nodes(caller: &Caller<'_>, chosen: &str) -> muster_kit::Result<Vec<Group>> {
    let mut groups = Vec::new();
    for level in LEVELS.iter().filter(|level| !matches!(level.key, "system" | "practice")) {
        let known = caller.groupings(level.kind, "").await?;
        if !known.is_empty() {
            let choices = known.iter().map(|of| Choice::new(&of.code, &of.name, chosen)).collect();
            groups.push(Group { name: level.many, choices });
        }
    }
    Ok(groups)
}

fn node_of(fields: &Fields) -> String {
    let practice = fields.get("practice");
    if practice.is_empty() { fields.get("node").to_owned() } else { practice.to_uppercase() }
}

fn request_of(fields: &Fields, year: &str) -> Result<staffing::GetSensitivityRequest, Vec<Problem>> {
    let spec = fields.spec(fields.get("scenario"))?;
    let wrong = |field: &str, text: String| vec![Problem { field: field.into(), text }];
    let role = Role::by_key(fields.get("role")).ok_or_else(|| {
        wrong("role", format!("There is no role `{}`: choose one of the list", fields.get("role")))
    })?;
    let years = spec.base_year + 1..=spec.to_year;
    let year = year.parse::<i32>().ok().filter(|year| years.contains(year)).ok_or_else(|| {
        wrong("year", format!("Year: `{year}` must be a year from {} to {}", years.start(), years.end()))
    })?;
    Ok(staffing::GetSensitivityRequest { spec: Some(spec), node: node_of(fields), role: role.number(), year })
}

fn command_of(fields: &Fields, year: &str) -> String {
    let node = node_of(fields);
    let node = if node.is_empty() { String::new() } else { format!(" --node '{}'", node.replace('\'', "")) };
    format!("{}{node} --year {year}", fields.command("sensitivity"))
}

/// What a plan or a sensitivity is refused for, where it is no refusal of the request itself.
pub(crate) fn asked_wrongly(error: &Error) -> bool {
    matches!(error.code(), ErrorCode::BadRequest | ErrorCode::NotFound)
}
