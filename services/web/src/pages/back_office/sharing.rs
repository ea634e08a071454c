//! `/back-office/sharing`: gains and how they could be shared: three rules, the core, and who would rather leave.

use askama::Template;
use axum::{
    Extension,
    extract::{Path, State},
};
use muster_kit::{Actor, Error};

use super::document;
use crate::{
    calls::Caller,
    data::files,
    deps::Deps,
    failure::PageResult,
    model::back_office::sharing::{self as words, Unit, View},
    pages::page,
    shell::Shell,
    table::Table,
};

#[derive(Template)]
#[template(path = "back_office/sharings.html")]
struct List {
    shell: Shell,
    /// Nothing came in yet.
    none: bool,
    sharings: Table,
}

#[derive(Template)]
#[template(path = "back_office/sharing.html")]
struct Page {
    shell: Shell,
    title: String,
    place: String,
    view: View,
}

pub(crate) async fn list(State(deps): State<Deps>, Extension(actor): Extension<Actor>) -> PageResult {
    let caller = Caller::new(&deps, &actor);
    let all = caller.sharings().await?;
    page(&List {
        shell: Shell::back_office("Gain sharing", "/back-office/sharing"),
        none: all.is_empty(),
        sharings: words::list(&all).files("/back-office/sharing", ""),
    })
}

pub(crate) async fn csv(State(deps): State<Deps>, Extension(actor): Extension<Actor>) -> PageResult {
    files::either("sharing.csv", &words::list(&Caller::new(&deps, &actor).sharings().await?))
}

pub(crate) async fn xlsx(State(deps): State<Deps>, Extension(actor): Extension<Actor>) -> PageResult {
    files::either("sharing.xlsx", &words::list(&Caller::new(&deps, &actor).sharings().await?))
}

pub(crate) async fn show(
    State(deps): State<Deps>,
    Extension(actor): Extension<Actor>,
    Path(title): Path<String>,
) -> PageResult {
    let caller = Caller::new(&deps, &actor);
    let told = caller.sharing(&title).await?.sharing.unwrap_or_default();
    let place = words::href(&title);
    let mut view = words::view(&told, Unit::Own, "all");
    view.shares = view.shares.files(&format!("{place}/shares"), "");
    view.leavers = view.leavers.files(&format!("{place}/leavers"), "");
    page(&Page {
        shell: Shell::back_office(format!("Sharing: {title}"), "/back-office/sharing"),
        title,
        place,
        view,
    })
}

/// A table of the page as a file, or the document as it was imported.
pub(crate) async fn file(
    State(deps): State<Deps>,
    Extension(actor): Extension<Actor>,
    Path((title, file)): Path<(String, String)>,
) -> PageResult {
    let told = Caller::new(&deps, &actor).sharing(&title).await?;
    if file == "document.json" {
        return Ok(document(&format!("sharing-{title}"), told.document));
    }
    let sharing = told.sharing.unwrap_or_default();
    let table = match files::stem(&file) {
        Some("shares") => words::shares(&sharing, Unit::Own, "all"),
        Some("leavers") => words::leavers(&sharing, Unit::Own, "all"),
        _ => return Err(Error::not_found("there is no such table of a sharing").into()),
    };
    files::either(&format!("sharing-{file}"), &table)
}
