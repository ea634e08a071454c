//! `/back-office/benchmarks`: cost, volume, people and service level together, beside peers and national figures.

use askama::Template;
use axum::{
    Extension,
    extract::{Path, Query, State},
};
use muster_kit::{Actor, Error};
use muster_proto::backoffice::v1::{ListBenchmarksRequest, ListBenchmarksResponse};
use serde::Deserialize;

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

/// Rows of a page; files have all.
const SIZE: usize = 50;

/// The form as it was filled in; empty is everything.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Wanted {
    function: String,
    organisation: String,
    year: String,
    /// Place of the first row, from 0.
    from: String,
}

#[derive(Template)]
#[template(path = "back_office/benchmarks.html")]
struct Page {
    shell: Shell,
    /// Nothing came in yet.
    none: bool,
    functions: Vec<Choice>,
    organisations: Vec<Choice>,
    years: Vec<Choice>,
    finding: String,
    rows: Table,
    /// Which are shown, and where the others are; empty where there are none.
    shown: String,
    before: String,
    next: String,
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

    fn query(&self) -> String {
        let [function, organisation, year] =
            [&self.function, &self.organisation, &self.year].map(|text| encode(text.trim()));
        format!("function={function}&organisation={organisation}&year={year}")
    }

    /// The same table as files, whole.
    fn files(&self, table: Table, name: &str) -> Table {
        table.files(&format!("/back-office/benchmarks/{name}"), &self.query())
    }
}

pub(crate) async fn benchmarks(
    State(deps): State<Deps>,
    Extension(actor): Extension<Actor>,
    Query(wanted): Query<Wanted>,
) -> PageResult {
    let caller = Caller::new(&deps, &actor);
    let all = caller.benchmarks(ListBenchmarksRequest::default());
    let (all, mut told) = futures::try_join!(all, caller.benchmarks(wanted.request()))?;
    let [functions, organisations, years] = words::choices(&all);
    let choose = |known: Vec<String>, chosen: &str| -> Vec<Choice> {
        known.iter().map(|it| Choice::new(it, it, chosen)).collect()
    };
    let year = |it: &String| {
        Choice::new(it, it.parse().map_or_else(|_| it.clone(), words::year_words), &wanted.year)
    };
    let finding = words::finding(&told);
    let (peers, national) = (words::peers(&told), words::national(&told));
    let count = told.rows.len();
    let from = wanted.from.parse().unwrap_or(0_usize).min(count.saturating_sub(1)) / SIZE * SIZE;
    let until = (from + SIZE).min(count);
    told.rows = told.rows.drain(from..until).collect();
    let at = |place: usize| format!("/back-office/benchmarks?{}&from={place}", wanted.query());
    page(&Page {
        shell: Shell::back_office("Benchmarks", "/back-office/benchmarks"),
        none: all.rows.is_empty(),
        functions: choose(functions, &wanted.function),
        organisations: choose(organisations, &wanted.organisation),
        years: years.iter().map(year).collect(),
        finding,
        rows: wanted.files(words::rows(&told), "benchmarks"),
        shown: if count > SIZE { format!("Rows {} to {until} of {count}.", from + 1) } else { String::new() },
        before: if from == 0 { String::new() } else { at(from - SIZE) },
        next: if until < count { at(until) } else { String::new() },
        questions: words::questions(&told),
        peers: wanted.files(peers, "peers"),
        national: wanted.files(national, "national"),
    })
}

/// A table of the page as a file.
pub(crate) async fn file(
    State(deps): State<Deps>,
    Extension(actor): Extension<Actor>,
    Path(file): Path<String>,
    Query(wanted): Query<Wanted>,
) -> PageResult {
    let table: fn(&ListBenchmarksResponse) -> Table = match files::stem(&file) {
        Some("benchmarks") => words::rows,
        Some("peers") => words::peers,
        Some("national") => words::national,
        _ => return Err(Error::not_found("there is no such table of benchmarks").into()),
    };
    let told = Caller::new(&deps, &actor).benchmarks(wanted.request()).await?;
    files::either(&file, &table(&told))
}
