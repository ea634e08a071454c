//! `/staffing/runs/{id}.csv`, `.xlsx` and `.json`: a finished run as a file, passed on as it comes.

use axum::{
    Extension,
    body::Body,
    extract::{Path, State},
    response::IntoResponse,
};
use futures::{StreamExt, stream};
use http::header;
use muster_kit::{Actor, Error};

use crate::{calls::Caller, deps::Deps, failure::PageResult};

/// Ends of an address and what a browser is told of the file.
const FORMATS: [(&str, &str); 3] = [
    ("csv", "text/csv; charset=utf-8"),
    ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ("json", "application/json"),
];

pub(crate) async fn export(
    State(deps): State<Deps>,
    Extension(actor): Extension<Actor>,
    Path(file): Path<String>,
) -> PageResult {
    let unknown = || Error::not_found("a run is given as `.csv`, `.xlsx` or `.json`");
    let (run, end) = file.rsplit_once('.').ok_or_else(unknown)?;
    let (format, kind) = FORMATS.into_iter().find(|(known, _)| *known == end).ok_or_else(unknown)?;
    let mut pieces = Caller::new(&deps, &actor).export(run, format).await?;
    // the first piece is waited for: what is wrong with the run is a page then, not a broken file
    let first = pieces.message().await?.unwrap_or_default();
    let fits = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let mut name: String = first.file_name.chars().filter(fits).collect();
    if name.is_empty() {
        name = format!("muster-run.{format}");
    }
    let rest = pieces.map(|piece| piece.map(|piece| piece.content).map_err(std::io::Error::other));
    let body = Body::from_stream(deps.shutdown.until(stream::iter([Ok(first.content)]).chain(rest)));
    let head = [
        (header::CONTENT_TYPE, kind.to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
    ];
    Ok((head, body).into_response())
}
