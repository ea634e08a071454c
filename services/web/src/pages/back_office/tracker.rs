//! `/back-office/tracker`: a savings tracker as it is kept is looked at, how it is read is mended, and then it is imported.

use askama::Template;
use axum::{
    Extension,
    body::Bytes,
    extract::{Multipart, State, multipart::MultipartError},
    response::IntoResponse,
};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use http::StatusCode;
use muster_kit::{Actor, Error, Result};
use muster_proto::backoffice::v1::PreviewTrackerResponse;

use crate::{
    calls::{Caller, Upload},
    deps::Deps,
    failure::PageResult,
    model::back_office::tracker as words,
    pages::{
        choices::{Problem, mended},
        imports::{Report, findings, report},
        page,
    },
    shell::Shell,
    table::Table,
};

/// Files up to this many bytes travel with the page, so that nobody has to choose them again to import them.
const CARRIED: usize = 1 << 20;

/// What comes after an import.
const NEXT: (&str, &str) = ("/back-office/schemes", "Next step: look at the schemes");

/// How a tracker would be read.
struct Preview {
    refused: bool,
    finding: String,
    unit: String,
    columns: Table,
    schemes: Table,
    months: Table,
    totals: Table,
    findings: Table,
}

#[derive(Template)]
#[template(path = "back_office/tracker.html")]
struct Page {
    shell: Shell,
    problems: Vec<Problem>,
    report: Option<Report>,
    preview: Option<Preview>,
    /// Trackers that were imported, on the page that one begins with.
    before: Option<Table>,
    file_name: String,
    /// The file in base64; empty = it has to be chosen again.
    content: String,
    mapping: String,
}

/// The form as it was sent.
#[derive(Default)]
struct Sent {
    file_name: String,
    bytes: Bytes,
    mapping: String,
    import: bool,
}

pub(crate) async fn show(State(deps): State<Deps>, Extension(actor): Extension<Actor>) -> PageResult {
    let Some(imports) = Caller::new(&deps, &actor).back_office_imports().await? else {
        return Err(
            Error::unavailable("the back office cannot be reached: no tracker can be looked at").into()
        );
    };
    page(&Page { before: Some(words::before(&imports)), ..Page::of(&Sent::default(), String::new()) })
}

/// Looks at the file, or imports it by the mapping that stands in the form.
pub(crate) async fn send(
    State(deps): State<Deps>,
    Extension(actor): Extension<Actor>,
    form: Multipart,
) -> PageResult {
    let caller = Caller::new(&deps, &actor);
    let sent = read(form).await?;
    let problem = match (sent.bytes.is_empty(), sent.import && sent.mapping.is_empty()) {
        (true, _) => "Choose the file of the tracker",
        (_, true) => "Look at the file first: an import goes by a mapping that somebody has seen",
        _ => "",
    };
    if !problem.is_empty() {
        let body = page(&Page::of(&sent, problem.to_owned()))?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, body).into_response());
    }
    let (status, answer) = match answer(&caller, &sent).await {
        Ok(answer) => answer,
        Err(error) => {
            let Some(status) = mended(&error) else { return Err(error.into()) };
            (status, Page::of(&sent, error.message().to_owned()))
        }
    };
    Ok((status, page(&answer)?).into_response())
}

async fn answer(caller: &Caller<'_>, sent: &Sent) -> Result<(StatusCode, Page)> {
    let mut answer = Page::of(sent, String::new());
    if sent.import {
        let outcome = caller.import_tracker(sent.upload(), &sent.mapping).await?;
        let refused = outcome.refused;
        answer.report = Some(report(outcome, NEXT));
        if !refused {
            return Ok((StatusCode::OK, Page { content: String::new(), ..answer }));
        }
    }
    let told = caller.preview_tracker(sent.upload(), &sent.mapping).await?;
    if !told.mapping.is_empty() {
        answer.mapping.clone_from(&told.mapping);
    }
    answer.preview = Some(preview(&told));
    let status = if sent.import { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Ok((status, answer))
}

impl Sent {
    fn upload(&self) -> Upload {
        Upload {
            kind: "tracker".into(),
            file_name: self.file_name.clone(),
            bytes: self.bytes.clone(),
            ..Upload::default()
        }
    }
}

impl Page {
    fn of(sent: &Sent, problem: String) -> Self {
        let error = if problem.is_empty() { "" } else { "Error: " };
        let content =
            if sent.bytes.len() > CARRIED { String::new() } else { BASE64_STANDARD.encode(&sent.bytes) };
        Self {
            shell: Shell::back_office(format!("{error}Savings tracker"), "/back-office/schemes"),
            problems: Problem::at("file", problem),
            report: None,
            preview: None,
            before: None,
            file_name: sent.file_name.clone(),
            content,
            mapping: sent.mapping.clone(),
        }
    }
}

fn preview(told: &PreviewTrackerResponse) -> Preview {
    let outcome = told.outcome.clone().unwrap_or_default();
    Preview {
        refused: outcome.refused,
        finding: words::finding(told),
        unit: told.unit_reason.clone(),
        columns: words::columns(told),
        schemes: words::schemes(told),
        months: words::months(told),
        totals: words::totals(told),
        findings: findings(&outcome.findings),
    }
}

async fn read(mut form: Multipart) -> Result<Sent> {
    let failed = |error: MultipartError| {
        Error::bad_request("the form could not be read to its end").with_source(error)
    };
    let mut sent = Sent::default();
    let (mut carried, mut carried_name) = (String::new(), String::new());
    while let Some(field) = form.next_field().await.map_err(failed)? {
        match field.name().unwrap_or_default() {
            "file" => {
                sent.file_name = field.file_name().unwrap_or_default().to_owned();
                sent.bytes = field.bytes().await.map_err(failed)?;
            }
            "content" => carried = field.text().await.map_err(failed)?,
            "file_name" => carried_name = field.text().await.map_err(failed)?,
            "mapping" => sent.mapping = field.text().await.map_err(failed)?.trim().to_owned(),
            "act" => sent.import = field.text().await.map_err(failed)? == "import",
            _ => {}
        }
    }
    if sent.bytes.is_empty() {
        let damaged = |error| Error::bad_request("choose the file again").with_source(error);
        sent.bytes = BASE64_STANDARD.decode(carried.trim()).map_err(damaged)?.into();
        sent.file_name = carried_name;
    }
    Ok(sent)
}
