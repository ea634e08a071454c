//! `/catalogue/variance`: what own purchases cost against what others pay for the same, and what is kept out of it.

use askama::Template;
use axum::{
    Extension,
    extract::{Path, Query, State},
};
use muster_kit::{Actor, Error};
use serde::Deserialize;

use crate::{
    calls::Caller,
    data::files,
    deps::Deps,
    failure::PageResult,
    model::catalogue::variance::{self as words, ChartView},
    pages::{encode, page},
    shell::Shell,
    table::Table,
};

/// Rows of a page; the file has all.
const SIZE: u32 = 100;

/// Whose purchases, and where the page starts.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Wanted {
    organisation: String,
    token: String,
}

impl Wanted {
    fn organisation(&self) -> String {
        self.organisation.trim().to_ascii_uppercase()
    }
}

#[derive(Template)]
#[template(path = "catalogue/variance.html")]
struct Page {
    shell: Shell,
    organisation: String,
    /// Nothing can be said of any purchase.
    none: bool,
    finding: String,
    unconfirmed: Option<String>,
    chart: Option<ChartView>,
    rows: Table,
    /// Address of the page after; empty on the last.
    next: String,
    withheld: Table,
    quarantine: Table,
}

pub(crate) async fn variance(
    State(deps): State<Deps>,
    Extension(actor): Extension<Actor>,
    Query(wanted): Query<Wanted>,
) -> PageResult {
    let organisation = wanted.organisation();
    let told = Caller::new(&deps, &actor).variance(&organisation, (SIZE, &wanted.token)).await?;
    let next = told.page.as_ref().map(|page| page.next_token.clone()).filter(|token| !token.is_empty());
    let csv = |table: &str| words::csv(table, &organisation);
    page(&Page {
        shell: Shell::catalogue("Price variance", "/catalogue/variance"),
        none: told.rows.is_empty() && told.quarantine.is_empty() && told.unconfirmed_pairs == 0,
        finding: words::finding(&told),
        unconfirmed: words::unconfirmed(&told),
        chart: words::chart(&told.rows).filter(|_| wanted.token.is_empty()),
        rows: words::rows(&told.rows).csv(csv("variance")),
        next: next.map_or_else(String::new, |token| {
            let (organisation, token) = (encode(&organisation), encode(&token));
            format!("/catalogue/variance?organisation={organisation}&token={token}#rows-heading")
        }),
        withheld: words::withheld(&told.rows).csv(csv("withheld")),
        quarantine: words::quarantine(&told.quarantine).csv(csv("quarantine")),
        organisation,
    })
}

/// A table of the page as a file, with all its rows.
pub(crate) async fn file(
    State(deps): State<Deps>,
    Extension(actor): Extension<Actor>,
    Path(file): Path<String>,
    Query(wanted): Query<Wanted>,
) -> PageResult {
    if !matches!(file.as_str(), "variance.csv" | "withheld.csv" | "quarantine.csv") {
        return Err(Error::not_found("there is no such table of variance").into());
    }
    let told = Caller::new(&deps, &actor).all_variance(&wanted.organisation()).await?;
    let table = match file.as_str() {
        "variance.csv" => words::rows(&told.rows),
        "withheld.csv" => words::withheld(&told.rows),
        _ => words::quarantine(&told.quarantine),
    };
    files::file(&format!("price-{}", file.trim_end_matches(".csv")), &table)
}
