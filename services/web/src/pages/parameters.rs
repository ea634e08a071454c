//! `/parameters`: what the forecast assumes, each value with its source, and the overrides that people have signed, each a line of its
//! own.

use askama::Template;
use axum::{
    Extension, Form,
    extract::State,
    response::{IntoResponse as _, Redirect},
};
use http::StatusCode;
use muster_kit::{Actor, Error, ErrorCode, Result, rpc::unary};
use muster_proto::staffing::v1 as staffing;
use serde::Deserialize;

use super::{
    choices::{Choice, Problem},
    page,
};
use crate::{
    calls::Caller,
    deps::Deps,
    failure::PageResult,
    figures,
    shell::Shell,
    table::{Cell, Table},
};

#[derive(Template)]
#[template(path = "parameters.html")]
struct Parameters {
    shell: Shell,
    table: Table,
    standing: Vec<Standing>,
    names: Vec<Choice>,
    bases: Vec<Choice>,
    filled: Filled,
    problems: Vec<Problem>,
}

/// An override that can be withdrawn.
struct Standing {
    id: String,
    text: String,
}

/// The form of an override, as it was filled in.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Filled {
    name: String,
    value: String,
    low: String,
    high: String,
    valid_from: String,
    basis: String,
    price_year: String,
    reason: String,
}

/// What a unit cost may buy: value and words, that of the shipped one first.
const BASES: [(&str, &str); 4] = [
    ("", "as shipped"),
    ("fte-year", "a year of one FTE"),
    ("working-hour", "an hour of work"),
    ("contact-hour", "an hour with patients"),
];

/// The form that withdraws one.
#[derive(Debug, Deserialize)]
pub(crate) struct Withdrawn {
    id: String,
}

impl Parameters {
    fn problem(&self, field: &str) -> &str {
        self.problems.iter().find(|problem| problem.field == field).map_or("", |problem| &problem.text)
    }
}

pub(crate) async fn parameters(State(deps): State<Deps>, Extension(actor): Extension<Actor>) -> PageResult {
    page(&filled_page(&Caller::new(&deps, &actor), Filled::default(), Vec::new()).await?)
}

/// Signs an override.
pub(crate) async fn sign(
    State(deps): State<Deps>,
    Extension(actor): Extension<Actor>,
    Form(filled): Form<Filled>,
) -> PageResult {
    let problems = match read(&filled) {
        Ok(request) => {
            let asked = deps.staffing.clone().override_parameter(unary(&actor, request)).await;
            match asked.map_err(Error::from) {
                Ok(_) => return Ok(Redirect::to("/parameters#overrides").into_response()),
                Err(error) if error.code() == ErrorCode::BadRequest => {
                    vec![Problem { field: "name".into(), text: error.message().to_owned() }]
                }
                Err(error) => return Err(error.into()),
            }
        }
        Err(problems) => problems,
    };
    let body = filled_page(&Caller::new(&deps, &actor), filled, problems).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page(&body)?).into_response())
}

/// Withdraws an override.
pub(crate) async fn withdraw(
    State(deps): State<Deps>,
    Extension(actor): Extension<Actor>,
    Form(Withdrawn { id }): Form<Withdrawn>,
) -> PageResult {
    let request = staffing::WithdrawOverrideRequest { override_id: id };
    deps.staffing.clone().withdraw_override(unary(&actor, request)).await.map_err(Error::from)?;
    Ok(Redirect::to("/parameters#overrides").into_response())
}

fn read(filled: &Filled) -> Result<staffing::OverrideParameterRequest, Vec<Problem>> {
    let mut problems = Vec::new();
    let price_year = match filled.price_year.trim() {
        "" => 0,
        text => text.parse().unwrap_or_else(|_| {
            let text = format!("Price year: `{text}` must be a financial year ending, such as 2024");
            problems.push(Problem { field: "price_year".into(), text });
            0
        }),
    };
    let mut whole = |field: &str, label: &str, text: &str| {
        text.trim().replace(',', "").parse::<i64>().unwrap_or_else(|_| {
            problems.push(Problem {
                field: field.into(),
                text: format!("{label} must be a whole number in the unit of the parameter, such as 80000"),
            });
            0
        })
    };
    let value = whole("value", "Value", &filled.value);
    let low = if filled.low.trim().is_empty() { value } else { whole("low", "Lower end", &filled.low) };
    let high = if filled.high.trim().is_empty() { value } else { whole("high", "Upper end", &filled.high) };
    if problems.is_empty() {
        return Ok(staffing::OverrideParameterRequest {
            name: filled.name.clone(),
            value,
            low,
            high,
            reason: filled.reason.clone(),
            valid_from: filled.valid_from.trim().to_owned(),
            basis: filled.basis.clone(),
            price_year,
        });
    }
    Err(problems)
}

async fn filled_page(caller: &Caller<'_>, filled: Filled, problems: Vec<Problem>) -> Result<Parameters> {
    let known = caller.parameters().await?;
    let standing = known
        .overrides
        .iter()
        .filter(|of| of.withdrawn_by.is_empty())
        .map(|of| Standing { id: of.override_id.clone(), text: format!("{}, {}", of.name, signed(of)) })
        .collect();
    // the parts of an age mix cannot be overridden one by one
    let names = known
        .parameters
        .iter()
        .filter(|of| !of.name.contains("age-mix") && !of.name.contains(".participation."));
    let names = names
        .map(|of| Choice {
            value: of.name.clone(),
            text: format!("{} ({} {})", of.name, of.value, of.unit),
            chosen: of.name == filled.name,
        })
        .collect();
    let shell = Shell::new("What a forecast assumes", "/forecasts");
    let bases = BASES.map(|(value, text)| Choice::new(value, text, &filled.basis)).into();
    Ok(Parameters { shell, table: table_of(&known), standing, names, bases, filled, problems })
}

/// The parameters as a table.
pub(crate) async fn table(caller: &Caller<'_>) -> Result<Table> {
    Ok(table_of(&caller.parameters().await?))
}

fn table_of(known: &staffing::ListParametersResponse) -> Table {
    let table = Table::new("parameters", "Parameters")
        .text("Parameter", "name")
        .number("Value", "value")
        .number("80% interval", "80_percent_interval")
        .text("Source", "source")
        .text("From", "valid_from")
        .empty("No parameter is known.");
    let mut rows = Vec::with_capacity(known.parameters.len() + known.overrides.len());
    for of in &known.parameters {
        let name = Cell::text(of.name.clone()).tagged(of.prior.then_some("judgement"));
        let source = cost_of(&of.basis, of.price_year) + &of.source;
        rows.push(line(name, (of.value, of.low, of.high, &of.unit), &source, &of.valid_from));
        for signed_one in known.overrides.iter().filter(|signed| signed.name == of.name) {
            let tag = if signed_one.withdrawn_by.is_empty() { "override" } else { "withdrawn" };
            let name = Cell::text(signed_one.name.clone()).tagged(Some(tag));
            let values = (signed_one.value, signed_one.low, signed_one.high, &of.unit);
            let source = cost_of(&signed_one.basis, signed_one.price_year) + &signed(signed_one);
            rows.push(line(name, values, &source, &signed_one.valid_from));
        }
    }
    table.csv("/csv/parameters.csv").rows(rows)
}

fn line(
    name: Cell,
    (value, low, high, unit): (i64, i64, i64, &String),
    source: &str,
    from: &str,
) -> Vec<Cell> {
    let shown = |value: i64| in_unit(value, unit);
    vec![
        name,
        Cell::number(shown(value), format!("{value} {unit}")),
        Cell::number(format!("{} to {}", shown(low), shown(high)), format!("{low} to {high} {unit}")),
        Cell::text(source.to_owned()),
        Cell::text(figures::date(from)),
    ]
}

/// What a unit cost is of, as a sentence before its source; nothing where nothing is said.
fn cost_of(basis: &str, price_year: i32) -> String {
    match (basis, price_year) {
        ("", 0) => String::new(),
        ("", year) => format!("In prices of {year}. "),
        (basis, 0) => format!("For one {basis}. "),
        (basis, year) => format!("For one {basis}, in prices of {year}. "),
    }
}

fn signed(of: &staffing::ParameterOverride) -> String {
    let day = |micros: i64| figures::date(&muster_kit::clock::date_of(micros).to_string());
    let mut text = format!("signed by {} on {}: {}", of.signed_by, day(of.signed_at_micros), of.reason);
    if !of.withdrawn_by.is_empty() {
        text.push_str(&format!("; withdrawn by {} on {}", of.withdrawn_by, day(of.withdrawn_at_micros)));
    }
    text
}

fn in_unit(value: i64, unit: &str) -> String {
    match unit {
        "ppm" => figures::percent(value),
        "milli" => figures::plain_milli(value),
        "pence" => figures::pounds(value),
        other => format!("{} {other}", figures::count(value)),
    }
}
