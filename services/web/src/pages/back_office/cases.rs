//! `/back-office/cases`: business cases, what was approved of them and what they are worth by now.

use askama::Template;
use axum::{Extension, extract::State};
use muster_kit::Actor;

use crate::{
    calls::Caller, data::files, deps::Deps, failure::PageResult, model::back_office::cases as words,
    pages::page, shell::Shell, table::Table,
};

#[derive(Template)]
#[template(path = "back_office/cases.html")]
struct Page {
    shell: Shell,
    /// Nothing came in yet.
    none: bool,
    finding: String,
    cases: Table,
}

pub(crate) async fn list(State(deps): State<Deps>, Extension(actor): Extension<Actor>) -> PageResult {
    let caller = Caller::new(&deps, &actor);
    let all = caller.cases().await?;
    page(&Page {
        shell: Shell::back_office("Business cases", "/back-office/cases"),
        none: all.is_empty(),
        finding: words::finding(&all),
        cases: words::table(&all).files("/back-office/cases", ""),
    })
}

pub(crate) async fn csv(State(deps): State<Deps>, Extension(actor): Extension<Actor>) -> PageResult {
    files::either("cases.csv", &words::table(&Caller::new(&deps, &actor).cases().await?))
}

pub(crate) async fn xlsx(State(deps): State<Deps>, Extension(actor): Extension<Actor>) -> PageResult {
    files::either("cases.xlsx", &words::table(&Caller::new(&deps, &actor).cases().await?))
}
