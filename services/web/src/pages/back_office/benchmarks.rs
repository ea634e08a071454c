//! `/back-office/benchmarks`: cost, volume, people and service level together, beside peers and national figures.

use askama::Template;
use axum::{
    Extension,
    extract::{Path, Query, State},
};
use muster_kit::{Actor, Error};
use muster_proto::backoffice::v1::{ListBenchmarksRequest, ListBenchmarksResponse};
use serde::Deserialize;

use super::is_sample;
use crate::{
    calls::Caller,
    data::files,
    deps::Deps,
    failure::PageResult,
    model::back_office::benchmarks as words,
    pages::{choices::Choice, encode, page},
    shell::Shell,
    table::Table,
};

/// The form as it was filled in; empty is everything.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Wanted {
    function: String,
    organisation: String,
    year: String,
}

#[derive(Template)]
#[template(path = "back_office/benchmarks.html")]
struct Page {
    shell: Shell,
    sample: bool,
    /// Nothing came in yet.
    none: bool,
    functions: Vec<Choice>,
    organisations: Vec<Choice>,
    years: Vec<Choice>,
    finding: String,
    rows: Table,
    questions: Vec<String>,
    peers: Table,
    national: Table,
}

impl Wanted {
    fn request(&self) -> ListBenchmarksRequest {
        ListBenchmarksRequest {
            function: self.function.trim().to_owned(),
            organisation: self.organisation.trim().to_ascii_uppercase(),
            year: self.year.trim().parse().unwrap_or(0),
        }
    }

    fn csv(&self, table: &str) -> String {
        let [function, organisation, year] =
            [&self.function, &self.organisation, &self.year].map(|text| encode(text.trim()));
        format!(
            "/back-office/benchmarks/{table}.csv?function={function}&organisation={organisation}&year={year}"
        )
    }
}

pub(crate) async fn benchmarks(
    State(deps): State<Deps>,
    Extension(actor): Extension<Actor>,
    Query(wanted): Query<Wanted>,
) -> PageResult {
    let caller = Caller::new(&deps, &actor);
    let all = caller.benchmarks(ListBenchmarksRequest::default());
    let (all, told) = futures::try_join!(all, caller.benchmarks(wanted.request()))?;
    let [functions, organisations, years] = words::choices(&all);
    let choose = |known: Vec<String>, chosen: &str| -> Vec<Choice> {
        known.iter().map(|it| Choice::new(it, it, chosen)).collect()
    };
    let year = |it: &String| {
        Choice::new(it, it.parse().map_or_else(|_| it.clone(), words::year_words), &wanted.year)
    };
    page(&Page {
        shell: Shell::back_office("Benchmarks", "/back-office/benchmarks"),
        sample: is_sample(&caller).await,
        none: all.rows.is_empty(),
        functions: choose(functions, &wanted.function),
        organisations: choose(organisations, &wanted.organisation),
        years: years.iter().map(year).collect(),
        finding: words::finding(&told),
        rows: words::rows(&told).csv(wanted.csv("benchmarks")),
        questions: words::questions(&told),
        peers: words::peers(&told).csv(wanted.csv("peers")),
        national: words::national(&told).csv(wanted.csv("national")),
    })
}

/// A table of the page as a file.
pub(crate) async fn file(
    State(deps): State<Deps>,
    Extension(actor): Extension<Actor>,
    Path(file): Path<String>,
    Query(wanted): Query<Wanted>,
) -> PageResult {
    let table: fn(&ListBenchmarksResponse) -> Table = match file.as_str() {
        "benchmarks.csv" => words::rows,
        "peers.csv" => words::peers,
        "national.csv" => words::national,
        _ => return Err(Error::not_found("there is no such table of benchmarks").into()),
    };
    let told = Caller::new(&deps, &actor).benchmarks(wanted.request()).await?;
    files::file(file.trim_end_matches(".csv"), &table(&told))
}
