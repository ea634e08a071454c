//! `/trace`: what made a figure: figures, events, decisions, rules, lines and files, each with what it rests on.

use askama::Template;
use axum::{
    Extension,
    extract::{Query, State},
    response::IntoResponse,
};
use muster_kit::{Actor, Error, ErrorCode};
use muster_proto::backoffice::v1::{TraceFigureRequest, TraceFigureResponse};
use serde::Deserialize;

use super::{encode, page};
use crate::{
    calls::{Answered, Caller},
    data::files,
    deps::Deps,
    failure::PageResult,
    model::back_office::trace::{self as words, Trace},
    shell::Shell,
};

/// Which figure, of which edition; empty = as it stands.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Wanted {
    figure: String,
    edition: String,
}

#[derive(Template)]
#[template(path = "trace.html")]
struct Page {
    shell: Shell,
    figure: String,
    edition: i64,
    /// The same as the form has it; empty = as it stands.
    of: String,
    /// Why there is no trace; empty where there is one.
    none: String,
    trace: Trace,
    gaps: Vec<String>,
    csv: String,
}

impl Wanted {
    fn request(&self) -> Result<TraceFigureRequest, Error> {
        let edition = match self.edition.trim() {
            "" | "0" => 0,
            text => text.parse().ok().filter(|it| *it > 0).ok_or_else(|| {
                Error::bad_request(format!("`{text}` is no edition: they count from 1; empty = as it stands"))
            })?,
        };
        Ok(TraceFigureRequest { key: self.figure.trim().to_owned(), edition })
    }
}

pub(crate) async fn trace(
    State(deps): State<Deps>,
    Extension(actor): Extension<Actor>,
    Query(wanted): Query<Wanted>,
) -> PageResult {
    let request = wanted.request()?;
    let edition = request.edition;
    let mut status = http::StatusCode::OK;
    let mut told = TraceFigureResponse::default();
    let mut none = String::new();
    if !request.key.is_empty() {
        match Caller::new(&deps, &actor).trace_figure(request.clone()).await {
            Ok(Answered::Told(found)) => told = found,
            Ok(Answered::NotYet) => none = "This node cannot follow figures yet.".into(),
            Err(error) if error.code() == ErrorCode::NotFound => {
                status = http::StatusCode::NOT_FOUND;
                none = format!("There is nothing to follow: {}.", error.message());
            }
            Err(error) => return Err(error.into()),
        }
    }
    let title = if request.key.is_empty() {
        "What made a figure".to_owned()
    } else {
        format!("What made {}", request.key)
    };
    let body = page(&Page {
        shell: Shell::back_office(title, "/trace"),
        csv: format!("/trace.csv?figure={}&edition={edition}", encode(&request.key)),
        figure: request.key,
        of: if edition > 0 { edition.to_string() } else { String::new() },
        edition,
        none,
        trace: words::trace(&told.steps, edition),
        gaps: told.gaps,
    })?;
    Ok((status, body).into_response())
}

/// The steps as a file.
pub(crate) async fn file(
    State(deps): State<Deps>,
    Extension(actor): Extension<Actor>,
    Query(wanted): Query<Wanted>,
) -> PageResult {
    match Caller::new(&deps, &actor).trace_figure(wanted.request()?).await? {
        Answered::Told(told) => files::file("trace", &words::table(&told.steps)),
        Answered::NotYet => Err(Error::not_found("this node cannot follow figures yet").into()),
    }
}
