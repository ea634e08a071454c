//! `/catalogue/realised`: what was paid after awards, and pledges that are not being bought.

use askama::Template;
use axum::{
    Extension,
    extract::{Path, Query, State},
};
use muster_kit::{Actor, Error};
use muster_proto::catalogue::v1::Phase;
use serde::Deserialize;

use crate::{
    calls::Caller,
    data::files,
    deps::Deps,
    failure::PageResult,
    model::catalogue::{realised as words, variance::ChartView},
    pages::{choices::Choice, encode, page},
    shell::Shell,
    table::Table,
};

/// Of which round; empty = of all.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Wanted {
    round: String,
}

#[derive(Template)]
#[template(path = "catalogue/realised.html")]
struct Page {
    shell: Shell,
    rounds: Vec<Choice>,
    /// Nothing where nothing was paid yet.
    finding: Option<String>,
    chart: Option<ChartView>,
    months: Table,
    lots: Table,
    short: String,
    shortfalls: Table,
}

pub(crate) async fn realised(
    State(deps): State<Deps>,
    Extension(actor): Extension<Actor>,
    Query(wanted): Query<Wanted>,
) -> PageResult {
    let caller = Caller::new(&deps, &actor);
    let (told, rounds) = futures::try_join!(caller.realised_prices(&wanted.round), caller.rounds())?;
    let csv = |table: &str| format!("/catalogue/realised/{table}.csv?round={}", encode(&wanted.round));
    page(&Page {
        shell: Shell::catalogue("Realised prices", "/catalogue/realised"),
        rounds: rounds
            .iter()
            .filter(|round| round.phase == Phase::Awarded as i32)
            .map(|round| Choice::new(&round.round_id, &round.title, &wanted.round))
            .collect(),
        finding: words::finding(&told),
        chart: words::chart(&told.rows),
        months: words::months(&told.rows).csv(csv("months")),
        lots: words::lots(&told.rows).csv(csv("lots")),
        short: words::short(&told.shortfalls),
        shortfalls: words::shortfalls(&told).csv(csv("shortfalls")),
    })
}

/// A table of the page as a file.
pub(crate) async fn file(
    State(deps): State<Deps>,
    Extension(actor): Extension<Actor>,
    Path(file): Path<String>,
    Query(wanted): Query<Wanted>,
) -> PageResult {
    let told = Caller::new(&deps, &actor).realised_prices(&wanted.round).await?;
    let table = match file.as_str() {
        "months.csv" => words::months(&told.rows),
        "lots.csv" => words::lots(&told.rows),
        "shortfalls.csv" => words::shortfalls(&told),
        _ => return Err(Error::not_found("there is no such table of realised prices").into()),
    };
    files::file(&format!("realised-{}", file.trim_end_matches(".csv")), &table)
}
