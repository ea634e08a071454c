//! `/back-office/schemes/X`: one scheme, its claims, and the form by which its owner claims a saving.

use askama::Template;
use axum::{
    Extension,
    extract::{Path, Request, State},
    response::{IntoResponse, Redirect},
};
use http::StatusCode;
use muster_kit::{Actor, Error, Result};
use muster_proto::backoffice::v1::{Claim, ClaimSavingRequest, SchemeLine};

use super::decisions;
use crate::{
    calls::{Caller, ClaimsWanted},
    deps::Deps,
    failure::PageResult,
    model::back_office::{
        board::to_date,
        claims, delivery,
        schemes::{self as words, Fact},
    },
    pages::{
        Fields,
        catalogue::read::wrong,
        choices::{Problem, mended},
        encode, page,
    },
    shell::Shell,
    table::Table,
};

#[derive(Template)]
#[template(path = "back_office/scheme.html")]
struct Page {
    shell: Shell,
    problems: Vec<Problem>,
    id: String,
    title: String,
    facts: Vec<Fact>,
    deceiving: bool,
    unknown_months: u32,
    effect: Table,
    delivery: Table,
    claims: Table,
    fields: Fields,
}

async fn shown(caller: &Caller<'_>, id: &str, fields: Fields, problems: Vec<Problem>) -> Result<Page> {
    let ((all, as_of), claims) =
        futures::try_join!(caller.schemes("", ""), caller.claims(ClaimsWanted::default()))?;
    let line: SchemeLine = all
        .into_iter()
        .find(|line| line.scheme.as_ref().is_some_and(|it| it.scheme == id))
        .ok_or_else(|| Error::not_found(format!("there is no scheme `{id}`")))?;
    let scheme = line.scheme.clone().unwrap_or_default();
    let mut of: Vec<Claim> = claims.into_iter().filter(|claim| claim.scheme == id).collect();
    of.sort_by(|one, other| other.month.cmp(&one.month));
    let error = if problems.is_empty() { "" } else { "Error: " };
    let delivered = line.delivery.unwrap_or_default();
    Ok(Page {
        shell: Shell::back_office(format!("{error}Scheme {id}"), "/back-office/schemes"),
        problems,
        id: id.to_owned(),
        title: scheme.title,
        facts: words::facts(&line),
        deceiving: delivered.green_to_date_red_for_the_year,
        unknown_months: delivered.unknown_months,
        effect: words::effect(&line.effect.unwrap_or_default(), Some(id)),
        delivery: delivery(&delivered, &to_date(&as_of), Some(id)),
        claims: claims::table("claims", "Claims of this scheme, newest first", &of)
            .empty("Nothing of it has been claimed yet.")
            .csv(format!("/back-office/claims.csv?state=all&scheme={}", encode(id))),
        fields,
    })
}

pub(crate) async fn show(
    State(deps): State<Deps>,
    Extension(actor): Extension<Actor>,
    Path(id): Path<String>,
) -> PageResult {
    page(&shown(&Caller::new(&deps, &actor), &id, Fields::default(), Vec::new()).await?)
}

fn request_of(id: &str, fields: &Fields) -> Result<ClaimSavingRequest, Vec<Problem>> {
    let mut problems = Vec::new();
    let month = decisions::month(fields, "month", &mut problems);
    if month.is_empty() && problems.is_empty() {
        problems.push(wrong("month", "Write the month of the saving, such as 2017-10"));
    }
    let pence = decisions::pounds(fields, "amount", &mut problems);
    if pence == 0 && fields.get("amount").is_empty() {
        problems.push(wrong("amount", "Write the amount in pounds, such as 8,500.00"));
    }
    let line = decisions::line(fields, &mut problems);
    if !problems.is_empty() {
        return Err(problems);
    }
    Ok(ClaimSavingRequest { scheme: id.to_owned(), month, pence, line, proposal: String::new() })
}

/// Claims a saving of the scheme; what is wrong is said beside the form with what was typed.
pub(crate) async fn claim(
    State(deps): State<Deps>,
    Extension(actor): Extension<Actor>,
    Path(id): Path<String>,
    request: Request,
) -> PageResult {
    let caller = Caller::new(&deps, &actor);
    let fields = Fields::read(request).await?;
    let wanted = match request_of(&id, &fields) {
        Ok(wanted) => wanted,
        Err(problems) => {
            let body = page(&shown(&caller, &id, fields, problems).await?)?;
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, body).into_response());
        }
    };
    match caller.claim_saving(wanted).await {
        Ok(claim) => {
            let to = format!("/back-office/claims?done=claimed&claim={}", encode(&claim.claim_id));
            Ok(Redirect::to(&to).into_response())
        }
        Err(error) => {
            let Some(status) = mended(&error) else { return Err(error.into()) };
            let problems = vec![wrong("amount", error.message())];
            Ok((status, page(&shown(&caller, &id, fields, problems).await?)?).into_response())
        }
    }
}
