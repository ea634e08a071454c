//! `/catalogue/export/items.csv` and the like: the own part of the catalogue as a file, passed on as it comes.

use axum::{
    Extension,
    body::Body,
    extract::{Path, Query, State},
    response::IntoResponse,
};
use futures::{StreamExt, stream};
use http::header;
use muster_kit::{Actor, Error};
use muster_proto::catalogue::v1::ExportCatalogueRequest;
use serde::Deserialize;

use crate::{
    calls::{Caller, without_catalogue},
    deps::Deps,
    failure::PageResult,
};

/// Ends of an address, which are the formats that the service knows, and what a browser is told of the file.
const FORMATS: [(&str, &str); 2] = [
    ("csv", "text/csv; charset=utf-8"),
    ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
];

/// Whose part; empty = of every organisation of the account.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Wanted {
    organisation: String,
}

pub(crate) async fn export(
    State(deps): State<Deps>,
    Extension(actor): Extension<Actor>,
    Path(file): Path<String>,
    Query(wanted): Query<Wanted>,
) -> PageResult {
    let unknown = || {
        Error::not_found("the catalogue is given as `items.csv`, `items.xlsx`, `offers.csv` or `offers.xlsx`")
    };
    let (kind, end) = file.rsplit_once('.').ok_or_else(unknown)?;
    let (format, media) = FORMATS.into_iter().find(|(known, _)| *known == end).ok_or_else(unknown)?;
    if !matches!(kind, "items" | "offers") {
        return Err(unknown().into());
    }
    let request = ExportCatalogueRequest {
        kind: kind.to_owned(),
        format: format.to_owned(),
        organisation: wanted.organisation.trim().to_ascii_uppercase(),
    };
    let mut pieces = Caller::new(&deps, &actor).export_catalogue(request).await?;
    // the first piece is waited for: what is wrong with the catalogue is a page then, not a broken file
    let first = pieces.message().await.map_err(without_catalogue)?.unwrap_or_default();
    let fits = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let mut name: String = first.file_name.chars().filter(fits).collect();
    if name.is_empty() {
        name = format!("muster-{file}");
    }
    let rest = pieces.map(|piece| piece.map(|piece| piece.content).map_err(std::io::Error::other));
    let body = Body::from_stream(deps.shutdown.until(stream::iter([Ok(first.content)]).chain(rest)));
    let head = [
        (header::CONTENT_TYPE, media.to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
    ];
    Ok((head, body).into_response())
}
