//! `/back-office/plan`: pressures of forecasts and planned savings of awards, with their intervals, netted with nothing.

use askama::Template;
use axum::{
    Extension,
    extract::{Path, State},
};
use muster_kit::{Actor, Error};

use crate::{
    calls::Caller,
    data::files,
    deps::Deps,
    failure::PageResult,
    model::back_office::plan::{self as words, NATURES},
    pages::page,
    shell::Shell,
    table::Table,
};

#[derive(Template)]
#[template(path = "back_office/plan.html")]
struct Page {
    shell: Shell,
    none: bool,
    finding: String,
    pressures: Table,
    savings: Table,
}

pub(crate) async fn plan(State(deps): State<Deps>, Extension(actor): Extension<Actor>) -> PageResult {
    let caller = Caller::new(&deps, &actor);
    let all = caller.plan_lines("").await?;
    page(&Page {
        shell: Shell::back_office("Pressures and planned savings", "/back-office/plan"),
        none: all.is_empty(),
        finding: words::finding(&all),
        pressures: words::table(
            "pressures",
            "Pressures: what the forecast gaps would cost",
            &words::of(&all, "pressure"),
        )
        .empty("No forecast has been published yet.")
        .csv("/back-office/plan/pressure.csv"),
        savings: words::table(
            "savings",
            "Planned savings: what awards are to save",
            &words::of(&all, "planned-saving"),
        )
        .empty("No award of a collective round has been approved yet.")
        .csv("/back-office/plan/planned-saving.csv"),
    })
}

/// Lines of one nature as a file.
pub(crate) async fn file(
    State(deps): State<Deps>,
    Extension(actor): Extension<Actor>,
    Path(file): Path<String>,
) -> PageResult {
    let nature = file.trim_end_matches(".csv");
    if !NATURES.iter().any(|(known, _)| *known == nature) {
        return Err(Error::not_found("lines of the plan are `pressure.csv` or `planned-saving.csv`").into());
    }
    let all = Caller::new(&deps, &actor).plan_lines(nature).await?;
    files::file(&format!("plan-{nature}"), &words::table("plan", "", &words::of(&all, nature)))
}
