//! `/agency/drift`: steps in the rates of partners, and what it would cost if all matched them.

use askama::Template;
use axum::{
    Extension,
    extract::{Path, State},
};
use muster_kit::{Actor, Error};

use crate::{
    calls::Caller, data::files, deps::Deps, failure::PageResult, model::agency::drift as words, pages::page,
    shell::Shell, table::Table,
};

#[derive(Template)]
#[template(path = "agency/drift.html")]
struct Drift {
    shell: Shell,
    /// Nothing where no step is known.
    finding: Option<String>,
    steps: Table,
    partners: Table,
    shared: Table,
}

pub(crate) async fn drift(State(deps): State<Deps>, Extension(actor): Extension<Actor>) -> PageResult {
    let all = Caller::new(&deps, &actor).drifts().await?;
    page(&Drift {
        shell: Shell::agency("Rate drift", "/agency/drift"),
        finding: words::finding(&all),
        steps: words::table(&all, false).csv("/agency/drift/steps.csv"),
        partners: words::partners(&all).csv("/agency/drift/partners.csv"),
        shared: words::table(&all, true).csv("/agency/drift/shared.csv"),
    })
}

/// A table of the page as a file.
pub(crate) async fn file(
    State(deps): State<Deps>,
    Extension(actor): Extension<Actor>,
    Path(file): Path<String>,
) -> PageResult {
    let all = Caller::new(&deps, &actor).drifts().await?;
    let table = match file.as_str() {
        "steps.csv" => words::table(&all, false),
        "partners.csv" => words::partners(&all),
        "shared.csv" => words::table(&all, true),
        _ => return Err(Error::not_found("there is no such table of steps in rates").into()),
    };
    files::file("rate-drift", &table)
}
