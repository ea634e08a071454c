//! `/agency/overrides`: break glass. Requests that wait for leave, a form to decide on each, and a form to ask.

use askama::Template;
use axum::{
    Extension,
    extract::{Path, Request, State},
    response::{IntoResponse, Redirect},
};
use http::StatusCode;
use muster_kit::{Actor, Error, Result};
use muster_proto::agency::v1::{OverrideRequest, Supply};

use super::mended;
use crate::{
    calls::Caller,
    data::files,
    deps::Deps,
    failure::PageResult,
    model::agency::{
        REASONS,
        glass::{self as model, Pending},
    },
    pages::{
        Fields,
        choices::{Choice, Problem},
        page,
    },
    shell::Shell,
    table::Table,
};

#[derive(Template)]
#[template(path = "agency/overrides.html")]
struct Overrides {
    shell: Shell,
    problems: Vec<Problem>,
    pending: Vec<Pending>,
    fields: Fields,
    supplies: Vec<Choice>,
    frameworks: Vec<Choice>,
    reasons: Vec<Choice>,
    all: Table,
}

pub(crate) async fn list(State(deps): State<Deps>, Extension(actor): Extension<Actor>) -> PageResult {
    page(&shown(&Caller::new(&deps, &actor), Fields::default(), Vec::new()).await?)
}

async fn shown(caller: &Caller<'_>, mut fields: Fields, problems: Vec<Problem>) -> Result<Overrides> {
    fields.fill("organisation", caller.actor.organisation.to_string());
    fields.fill("break_minutes", "60");
    let all = caller.overrides().await?;
    let title = if problems.is_empty() { "Break glass" } else { "Error: Break glass" };
    let choice = |value: &str, text: &str, name: &str| Choice::new(value, text, fields.get(name));
    Ok(Overrides {
        shell: Shell::agency(title, "/agency/overrides"),
        problems,
        pending: model::pending(&all),
        supplies: [("agency", "agency"), ("bank", "bank"), ("shared-bank", "shared bank")]
            .map(|(value, text)| choice(value, text, "supply"))
            .into(),
        frameworks: [("", "as the list of frameworks says"), ("yes", "yes"), ("no", "no")]
            .map(|(value, text)| choice(value, text, "framework"))
            .into(),
        reasons: REASONS.map(|reason| choice(reason, reason, "reason")).into(),
        all: model::table(&all).csv("/agency/overrides.csv"),
        fields,
    })
}

pub(crate) async fn file(State(deps): State<Deps>, Extension(actor): Extension<Actor>) -> PageResult {
    files::file("overrides", &model::table(&Caller::new(&deps, &actor).overrides().await?))
}

/// Pence of an amount in pounds, such as `61.50`.
fn pence(text: &str) -> Option<i64> {
    let (whole, part) =
        text.trim_start_matches('£').split_once('.').unwrap_or((text.trim_start_matches('£'), "0"));
    let digits = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_digit());
    if !digits(whole) || !digits(part) || part.len() > 2 || whole.len() > 6 {
        return None;
    }
    let tenfold = if part.len() == 1 { 10 } else { 1 };
    Some(whole.parse::<i64>().ok()? * 100 + part.parse::<i64>().ok()? * tenfold)
}

/// What is asked for, or what is wrong with the form. The service knows the rest of what may be wrong.
fn request_of(fields: &Fields) -> Result<OverrideRequest, Vec<Problem>> {
    let mut problems = Vec::new();
    let mut wrong =
        |field: &str, text: &str| problems.push(Problem { field: field.into(), text: text.into() });
    for (field, text) in [
        ("organisation", "Write the ODS code of the organisation"),
        ("shift_ref", "Write the reference of the shift"),
        ("site", "Write the site: the shift is paid by its zone"),
        ("staff_group", "Write the group of staff, such as nursing"),
        ("grade", "Write the grade, such as band-5"),
        ("start", "Write when the shift starts, such as 2026-12-24T19:30"),
        ("end", "Write when the shift ends, such as 2026-12-25T08:00"),
    ] {
        if fields.get(field).is_empty() {
            wrong(field, text);
        }
    }
    let price_pence = pence(fields.get("price")).unwrap_or_else(|| {
        wrong("price", "Write the price of an hour in pounds, such as 61.50");
        0
    });
    let break_minutes = fields.get("break_minutes").parse().unwrap_or_else(|_| {
        wrong("break_minutes", "Write the unpaid break in minutes, such as 60");
        0
    });
    if !problems.is_empty() {
        return Err(problems);
    }
    let text = |name: &str| fields.get(name).to_owned();
    let supply = match fields.get("supply") {
        "bank" => Supply::Bank,
        "shared-bank" => Supply::SharedBank,
        _ => Supply::Agency,
    };
    Ok(OverrideRequest {
        organisation: fields.get("organisation").to_ascii_uppercase(),
        shift_ref: text("shift_ref"),
        site: text("site"),
        staff_group: text("staff_group"),
        grade: text("grade"),
        start: text("start"),
        end: text("end"),
        break_minutes,
        supply: supply.into(),
        framework: match fields.get("framework") {
            "yes" => Some(true),
            "no" => Some(false),
            _ => None,
        },
        agency: text("agency"),
        reason: text("reason"),
        price_pence,
        expires: text("expires"),
    })
}

/// Asks for leave; a form that cannot be sent on comes back to be mended.
pub(crate) async fn ask(
    State(deps): State<Deps>,
    Extension(actor): Extension<Actor>,
    request: Request,
) -> PageResult {
    let caller = Caller::new(&deps, &actor);
    let fields = Fields::read(request).await?;
    let wanted = match request_of(&fields) {
        Ok(wanted) => wanted,
        Err(problems) => {
            let body = page(&shown(&caller, fields, problems).await?)?;
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, body).into_response());
        }
    };
    match caller.request_override(wanted).await {
        Ok(()) => Ok(Redirect::to("/agency/overrides").into_response()),
        Err(error) => refused(&caller, fields, ("shift_ref", &error)).await?.ok_or_else(|| error.into()),
    }
}

/// Gives or refuses leave; why the account cannot is said above the requests.
pub(crate) async fn decide(
    State(deps): State<Deps>,
    Extension(actor): Extension<Actor>,
    Path(id): Path<String>,
    request: Request,
) -> PageResult {
    let caller = Caller::new(&deps, &actor);
    let done = match Fields::read(request).await?.get("decision") {
        "approve" => caller.decide_override(&id, true).await,
        "refuse" => caller.decide_override(&id, false).await,
        other => Err(Error::bad_request(format!("leave is given or refused, not `{other}`"))),
    };
    match done {
        Ok(()) => Ok(Redirect::to("/agency/overrides").into_response()),
        Err(error) => refused(&caller, Fields::default(), ("pending-heading", &error))
            .await?
            .ok_or_else(|| error.into()),
    }
}

/// The page with what was refused; nothing where it is no matter of the form.
async fn refused(
    caller: &Caller<'_>,
    fields: Fields,
    (field, error): (&str, &Error),
) -> Result<Option<axum::response::Response>, crate::failure::Failure> {
    let Some(status) = mended(error) else { return Ok(None) };
    let problem = Problem { field: field.into(), text: error.message().to_owned() };
    let body = page(&shown(caller, fields, vec![problem]).await?)?;
    Ok(Some((status, body).into_response()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pounds_are_read_to_the_penny() {
        let read = ["61.50", "£61.5", "61", "61.505", "", "-3", "a"].map(pence);
        assert_eq!(read, [Some(6_150), Some(6_150), Some(6_100), None, None, None, None]);
    }
}
