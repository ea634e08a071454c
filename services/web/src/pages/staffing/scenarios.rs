//! `/staffing/scenarios`: levers, the document that they make, and what it makes of the gap.

use askama::Template;
use axum::{
    Extension,
    extract::{Request, State},
    response::{Html, IntoResponse, Redirect},
};
use http::{StatusCode, header};
use muster_kit::{Actor, Error, ErrorCode, Result};
use muster_proto::staffing::v1 as staffing;

use super::form::Fields;
use crate::{
    calls::Caller,
    deps::Deps,
    failure::PageResult,
    model::{
        Role,
        comparison::{self, Compared},
        levers::{self, LEVERS, PROFILES, ROLES, SURE},
    },
    pages::{
        choices::{self, Choice, Problem},
        encode, page,
    },
    shell::Shell,
};

/// One role's slider of a lever.
struct Slider {
    field: String,
    name: &'static str,
    value: String,
}

/// A lever with its sliders.
struct LeverView {
    key: &'static str,
    name: &'static str,
    what: &'static str,
    unit: &'static str,
    ends: (i32, i32, i32),
    sliders: Vec<Slider>,
    from: String,
    to: String,
    profiles: Vec<Choice>,
    open: bool,
}

/// A scenario that is part of the program.
struct Shipped {
    title: String,
    name: String,
    notes: Vec<String>,
}

/// What a comparison says: the whole of it, or without what takes a run each while a slider moves.
#[derive(Template)]
#[template(path = "scenario_outcome.html")]
struct Outcome {
    compared: Option<Compared>,
    problems: Vec<String>,
    quick: bool,
}

#[derive(Template)]
#[template(path = "scenarios.html")]
struct Scenarios {
    shell: Shell,
    problems: Vec<Problem>,
    shipped: Vec<Shipped>,
    areas: Vec<Choice>,
    nodes: Vec<Choice>,
    roles: Vec<Choice>,
    from: Vec<Choice>,
    start: Vec<Choice>,
    lists: Vec<Choice>,
    deprivations: Vec<Choice>,
    bases: Vec<Choice>,
    prices: String,
    sure: Vec<Choice>,
    levers: Vec<LeverView>,
    base_year: String,
    to_year: String,
    draws: String,
    seed: String,
    document: String,
    outcome: String,
    has_data: bool,
}

fn role(fields: &Fields) -> Result<Role> {
    let key = if fields.get("role").is_empty() { "gp" } else { fields.get("role") };
    Role::by_key(key).ok_or_else(|| Error::not_found(format!("there is no role `{key}`")))
}

/// What is asked of the services.
fn request(fields: &Fields, quick: bool) -> Result<staffing::CompareScenariosRequest, Vec<Problem>> {
    let from = if fields.get("from").is_empty() { "do-nothing" } else { fields.get("from") };
    let document = levers::document(fields);
    let spec = fields.spec(from);
    match (spec, document) {
        (Ok(spec), Ok(to_document)) => Ok(staffing::CompareScenariosRequest {
            from: Some(spec),
            to_scenario: String::new(),
            to_document,
            without_steps: quick,
            node: if quick { fields.get("node").to_owned() } else { String::new() },
        }),
        (spec, document) => Err([spec.err(), document.err()].into_iter().flatten().flatten().collect()),
    }
}

/// A refusal of the services, at the field that it is most likely about; other errors stay errors.
fn refusal(error: Error, fields: &Fields) -> Result<Vec<Problem>> {
    match error.code() {
        ErrorCode::BadRequest | ErrorCode::NotFound => {
            let field = if fields.get("document").is_empty() { "area" } else { "document" };
            Ok(vec![Problem { field: field.into(), text: error.message().to_owned() }])
        }
        ErrorCode::Timeout => Ok(vec![Problem {
            field: "area".into(),
            text: format!(
                "The comparison takes longer than a page waits. Choose a smaller area or fewer draws, or download the document and use `muster staffing scenario compare --area {}`",
                fields.get("area")
            ),
        }]),
        _ => Err(error),
    }
}

async fn compared(
    caller: &Caller<'_>,
    fields: &Fields,
    quick: bool,
) -> Result<Result<staffing::CompareScenariosResponse, Vec<Problem>>> {
    Ok(match request(fields, quick) {
        Ok(request) => match caller.compare(request).await {
            Ok(told) => Ok(told),
            Err(error) => Err(refusal(error, fields)?),
        },
        Err(problems) => Err(problems),
    })
}

/// The page, or the part of it that follows the sliders.
pub(crate) async fn scenarios(
    State(deps): State<Deps>,
    Extension(actor): Extension<Actor>,
    request: Request,
) -> PageResult {
    let caller = Caller::new(&deps, &actor);
    let mut fields = Fields::read(request).await?;
    fields.defaults(&caller).await?;
    let (part, role) = (fields.get("part").to_owned(), role(&fields)?);
    if part.is_empty() {
        return whole(&caller, fields, Vec::new()).await;
    }
    let quick = part == "quick";
    let told = compared(&caller, &fields, quick).await?;
    let status = if told.is_ok() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    Ok((status, Html(outcome(told.as_ref(), &fields, role, quick)?)).into_response())
}

fn outcome(
    told: Result<&staffing::CompareScenariosResponse, &Vec<Problem>>,
    fields: &Fields,
    role: Role,
    quick: bool,
) -> Result<String, askama::Error> {
    let problems = told.err().map_or_else(Vec::new, |all| all.iter().map(|one| one.text.clone()).collect());
    let compared = told.ok().map(|told| comparison::read(told, fields.get("node"), role));
    Outcome { compared, problems, quick }.render()
}

async fn whole(caller: &Caller<'_>, fields: Fields, problems: Vec<Problem>) -> PageResult {
    let role = role(&fields)?;
    let has_data = caller.history(fields.get("area"), staffing::MissingReturns::BoroughMean).await?.is_some();
    let told =
        if problems.is_empty() && has_data { compared(caller, &fields, false).await? } else { Err(problems) };
    let outcome = if told.is_ok() { outcome(told.as_ref(), &fields, role, false)? } else { String::new() };
    let nodes = told.as_ref().map_or_else(|_| Vec::new(), |told| nodes(&told.rows, fields.get("node")));
    let problems = told.err().unwrap_or_default();
    let shipped = caller.scenarios().await?;
    let named = |chosen: &str| -> Vec<Choice> {
        let chosen = if chosen.is_empty() { "do-nothing" } else { chosen };
        shipped.iter().map(|of| Choice::new(&of.name, &of.title, chosen)).collect()
    };
    let sure = if fields.get("sure").is_empty() { SURE[0].0 } else { fields.get("sure") };
    let refused = !problems.is_empty();
    let title = if refused { "Error: Scenarios" } else { "Scenarios" };
    let body = page(&Scenarios {
        shell: Shell::staffing(title, "/staffing/scenarios"),
        areas: choices::areas(caller, fields.get("area")).await?,
        nodes,
        roles: ROLES.map(|(key, name)| Choice::new(key, name, role.key())).into(),
        from: named(fields.get("from")),
        start: named(fields.get("start")),
        lists: choices::lists(fields.get("list")),
        deprivations: choices::deprivations(fields.get("deprivation")),
        bases: choices::bases(fields.get("patients")),
        prices: fields.get("prices").into(),
        sure: SURE.map(|(key, words)| Choice::new(key, words, sure)).into(),
        levers: LEVERS.iter().map(|lever| lever_view(lever, &fields)).collect(),
        base_year: fields.get("base_year").into(),
        to_year: fields.get("to_year").into(),
        draws: fields.get("draws").into(),
        seed: fields.get("seed").into(),
        document: fields.get("document").into(),
        shipped: shipped
            .into_iter()
            .map(|of| Shipped { title: of.title, name: of.name, notes: of.notes })
            .collect(),
        problems,
        outcome,
        has_data,
    })?;
    Ok(if refused { (StatusCode::UNPROCESSABLE_ENTITY, body).into_response() } else { body })
}

fn lever_view(lever: &levers::Lever, fields: &Fields) -> LeverView {
    let at = |end: &str| fields.get(&format!("{}-{end}", lever.key)).to_owned();
    let first =
        fields.get("base_year").parse::<i32>().map_or_else(|_| String::new(), |year| (year + 1).to_string());
    let or = |text: String, other: &str| if text.is_empty() { other.to_owned() } else { text };
    let sliders: Vec<Slider> = lever
        .roles()
        .iter()
        .map(|(role, name)| Slider { field: format!("{}-{role}", lever.key), name, value: or(at(role), "0") })
        .collect();
    let profile = or(at("profile"), PROFILES[0].0);
    LeverView {
        key: lever.key,
        name: lever.name,
        what: lever.what,
        unit: lever.unit,
        ends: lever.ends,
        open: lever.key == "leavers" || sliders.iter().any(|slider| slider.value != "0"),
        sliders,
        from: or(at("from"), &first),
        to: or(at("to"), fields.get("to_year")),
        profiles: PROFILES.map(|(key, words)| Choice::new(key, words, &profile)).into(),
    }
}

fn nodes(rows: &[staffing::ComparisonRow], chosen: &str) -> Vec<Choice> {
    let mut seen = std::collections::BTreeSet::new();
    rows.iter()
        .filter(|row| seen.insert(row.node.clone()))
        .map(|row| Choice::new(&row.node, format!("{} ({})", row.name, row.level), chosen))
        .collect()
}

/// The document of the form as a file.
pub(crate) async fn document(
    State(deps): State<Deps>,
    Extension(actor): Extension<Actor>,
    request: Request,
) -> PageResult {
    let caller = Caller::new(&deps, &actor);
    let mut fields = Fields::read(request).await?;
    fields.defaults(&caller).await?;
    match levers::document(&fields) {
        Ok(text) => {
            let head = [
                (header::CONTENT_TYPE, "application/json"),
                (header::CONTENT_DISPOSITION, "attachment; filename=\"muster-scenario.json\""),
            ];
            Ok((head, text + "\n").into_response())
        }
        Err(problems) => whole(&caller, fields, problems).await,
    }
}

/// Starts a run with the document of the form.
pub(crate) async fn start(
    State(deps): State<Deps>,
    Extension(actor): Extension<Actor>,
    request: Request,
) -> PageResult {
    let caller = Caller::new(&deps, &actor);
    let mut fields = Fields::read(request).await?;
    fields.defaults(&caller).await?;
    let problems = match (fields.spec(""), levers::document(&fields)) {
        (Ok(spec), Ok(scenario_document)) => {
            let spec = staffing::ForecastSpec { scenario: String::new(), scenario_document, ..spec };
            match caller.start(spec).await {
                Ok(run) => return Ok(Redirect::to(&format!("/forecasts/{}", encode(&run))).into_response()),
                Err(error) => refusal(error, &fields)?,
            }
        }
        (spec, document) => [spec.err(), document.err()].into_iter().flatten().flatten().collect(),
    };
    whole(&caller, fields, problems).await
}
