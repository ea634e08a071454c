//! Documents of an edition, passed on as they come: the board update to read and to print, the tables, everything as JSON.

use askama::Template;
use axum::{
    Extension,
    body::Body,
    extract::{Path, Query, State},
    response::IntoResponse,
};
use futures::{StreamExt, stream};
use http::header;
use muster_kit::{Actor, Error};
use muster_proto::backoffice::v1::{ExportEditionRequest, GetEditionRequest};
use serde::Deserialize;

use super::number;
use crate::{
    calls::{Answered, Caller},
    data::files,
    deps::Deps,
    failure::PageResult,
    guard,
    model::back_office::editions as words,
    pages::page,
    shell::Shell,
};

/// Files: name, format of the contract, what a browser is told of it.
const FILES: [(&str, &str, &str); 4] = [
    ("board-update.html", "html", "text/html; charset=utf-8"),
    ("board-update.pdf", "pdf", "application/pdf"),
    ("edition.xlsx", "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ("edition.json", "json", "application/json"),
];

/// The variant, and for the table of figures how their keys begin.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Wanted {
    public: String,
    prefix: String,
}

#[derive(Template)]
#[template(path = "editions/board_update.html")]
struct Page {
    shell: Shell,
    number: i64,
    public: bool,
    query: &'static str,
    /// Can the service make it?
    made: bool,
}

fn request(number: i64, format: &str, public: bool) -> ExportEditionRequest {
    ExportEditionRequest { number, format: format.to_owned(), public_only: public }
}

/// The board update in a frame of the page, and the ways to take it away.
pub(crate) async fn board_update(
    State(deps): State<Deps>,
    Extension(actor): Extension<Actor>,
    Path(text): Path<String>,
    Query(wanted): Query<Wanted>,
) -> PageResult {
    let caller = Caller::new(&deps, &actor);
    let public = !wanted.public.is_empty();
    // a number that is none is a page of its own, and `latest` gets its number
    let of =
        GetEditionRequest { number: number(&text)?, public_only: true, prefix: "savings/attested".into() };
    let number = caller.edition(of).await?.edition.unwrap_or_default().number;
    let made = matches!(caller.export_edition(request(number, "html", public)).await?, Answered::Told(_));
    page(&Page {
        shell: Shell::back_office(format!("Board update of edition {number}"), "/editions"),
        number,
        public,
        query: if public { "?public=1" } else { "" },
        made,
    })
}

/// A document as it comes, or the figures as a table.
pub(crate) async fn file(
    State(deps): State<Deps>,
    Extension(actor): Extension<Actor>,
    Path((text, file)): Path<(String, String)>,
    Query(wanted): Query<Wanted>,
) -> PageResult {
    let caller = Caller::new(&deps, &actor);
    let (number, public) = (number(&text)?, !wanted.public.is_empty());
    if file == "figures.csv" {
        let prefix = wanted.prefix.trim().to_owned();
        let told = caller.edition(GetEditionRequest { number, public_only: public, prefix }).await?;
        let head = told.edition.unwrap_or_default();
        let table = words::file(head.number, &told.figures);
        return files::file(&format!("edition-{}", head.number), &table);
    }
    let (_, format, media) = FILES.into_iter().find(|(name, ..)| *name == file).ok_or_else(|| {
        Error::not_found(
            "an edition is given as `board-update.html`, `board-update.pdf`, `edition.xlsx`, `edition.json` or `figures.csv`",
        )
    })?;
    let (first, rest) = match caller.export_edition(request(number, format, public)).await? {
        Answered::Told(pieces) => pieces,
        Answered::NotYet => {
            return Err(Error::not_found(format!(
                "this node cannot make the {format} document of an edition yet; its figures are given as `figures.csv`"
            ))
            .into());
        }
    };
    let fits = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let mut name: String = first.file_name.chars().filter(fits).collect();
    if name.is_empty() {
        name = format!("muster-edition-{text}-{file}");
    }
    let rest = rest.map(|piece| piece.map(|piece| piece.content).map_err(std::io::Error::other));
    let body = Body::from_stream(deps.shutdown.until(stream::iter([Ok(first.content)]).chain(rest)));
    let disposition = if format == "html" { "inline" } else { "attachment" };
    let head = [
        (header::CONTENT_TYPE, media.to_owned()),
        (header::CONTENT_DISPOSITION, format!("{disposition}; filename=\"{name}\"")),
        (header::CONTENT_SECURITY_POLICY, guard::DOCUMENT_POLICY.to_owned()),
    ];
    Ok((head, body).into_response())
}
