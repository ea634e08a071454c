//! `/editions`: editions so far, and the form that freezes the next.

use askama::Template;
use axum::{
    Extension,
    extract::{Request, State},
    response::{IntoResponse, Redirect},
};
use http::StatusCode;
use muster_kit::{Actor, Result};
use muster_proto::backoffice::v1::FreezeEditionRequest;

use crate::{
    calls::Caller,
    data::files,
    deps::Deps,
    failure::PageResult,
    model::back_office::editions as words,
    pages::{
        Fields,
        catalogue::read::wrong,
        choices::{Choice, Problem, mended},
        page,
    },
    shell::Shell,
    table::Table,
};

/// Contexts that an edition may be frozen without: name in the contract, words.
const CONTEXTS: [(&str, &str); 3] =
    [("agency", "bank and agency"), ("catalogue", "procurement"), ("staffing", "staffing forecasts")];

/// A context, and whether the edition is to be frozen without it.
struct Without {
    name: &'static str,
    words: &'static str,
    ticked: bool,
}

#[derive(Template)]
#[template(path = "editions/list.html")]
struct Page {
    shell: Shell,
    problems: Vec<Problem>,
    table: Table,
    fields: Fields,
    without: Vec<Without>,
    /// Two or more: what may be compared.
    froms: Vec<Choice>,
    tos: Vec<Choice>,
}

async fn shown(caller: &Caller<'_>, fields: Fields, problems: Vec<Problem>) -> Result<Page> {
    let editions = caller.editions().await?;
    let error = if problems.is_empty() { "" } else { "Error: " };
    let choices = |chosen: Option<i64>| -> Vec<Choice> {
        let chosen = chosen.map(|it| it.to_string()).unwrap_or_default();
        editions
            .iter()
            .map(|it| Choice::new(it.number.to_string(), format!("Edition {}", it.number), &chosen))
            .collect()
    };
    let without = CONTEXTS.map(|(name, words)| Without {
        name,
        words,
        ticked: !fields.get(&format!("without_{name}")).is_empty(),
    });
    Ok(Page {
        shell: Shell::back_office(format!("{error}Editions"), "/editions"),
        problems,
        table: words::list(&editions).csv("/editions.csv"),
        without: without.into(),
        fields,
        froms: choices(editions.get(1).map(|it| it.number)),
        tos: choices(editions.first().map(|it| it.number)),
    })
}

pub(crate) async fn list(State(deps): State<Deps>, Extension(actor): Extension<Actor>) -> PageResult {
    page(&shown(&Caller::new(&deps, &actor), Fields::default(), Vec::new()).await?)
}

pub(crate) async fn file(State(deps): State<Deps>, Extension(actor): Extension<Actor>) -> PageResult {
    files::file("editions", &words::list(&Caller::new(&deps, &actor).editions().await?))
}

/// Freezes the next edition and leads to it; what is wrong is said at the form.
pub(crate) async fn freeze(
    State(deps): State<Deps>,
    Extension(actor): Extension<Actor>,
    request: Request,
) -> PageResult {
    let caller = Caller::new(&deps, &actor);
    let fields = Fields::read(request).await?;
    if fields.get("signed_as").is_empty() {
        let problem = wrong("signed_as", "Write as what you sign it, such as programme director");
        let body = page(&shown(&caller, fields, vec![problem]).await?)?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, body).into_response());
    }
    let text = |name: &str| fields.get(name).to_owned();
    let left = CONTEXTS.iter().filter(|(name, _)| !fields.get(&format!("without_{name}")).is_empty());
    let wanted = FreezeEditionRequest {
        signed_as: text("signed_as"),
        note: text("note"),
        as_of: text("as_of"),
        without: left.map(|(name, _)| (*name).to_owned()).collect(),
    };
    match caller.freeze_edition(wanted).await {
        Ok(head) => Ok(Redirect::to(&format!("/editions/{}?frozen=1", head.number)).into_response()),
        Err(error) => {
            let Some(status) = mended(&error) else { return Err(error.into()) };
            let problem = wrong("signed_as", error.message());
            Ok((status, page(&shown(&caller, fields, vec![problem]).await?)?).into_response())
        }
    }
}
