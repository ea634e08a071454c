//! `/imports`: what came in, and the form that takes a file and reports on it.

use askama::Template;
use axum::{
    Extension,
    body::Bytes,
    extract::{Multipart, Path, State},
    response::IntoResponse,
};
use futures::stream;
use http::{StatusCode, header};
use muster_kit::{Actor, Error, Result, intake::ImportKind, rpc::on_behalf};
use muster_proto::{
    agency::v1 as agency,
    common::v1::{self as common, import_chunk::Part},
    directory::v1 as directory,
    staffing::v1 as staffing,
};

use super::page;
use crate::{
    calls::{Caller, without_agency},
    deps::Deps,
    failure::PageResult,
    figures,
    shell::Shell,
    table::{Cell, Table},
};

/// Bytes of one piece of an upload.
const PIECE: usize = 512 * 1024;

struct KindView {
    name: &'static str,
    summary: &'static str,
    publisher: &'static str,
    columns: Table,
    chosen: bool,
}

struct Total {
    name: String,
    value: String,
}

/// What became of a file.
struct Report {
    file: String,
    refused: bool,
    again: bool,
    headline: String,
    counts: String,
    sha256: String,
    /// Address and words of what comes next.
    next: (&'static str, &'static str),
    totals: Vec<Total>,
    findings: Table,
    more: String,
}

#[derive(Template)]
#[template(path = "imports.html")]
struct Imports {
    shell: Shell,
    kinds: Vec<KindView>,
    report: Option<Report>,
    problem: String,
    made: Table,
    /// Bank and agency are away: their imports are not listed.
    without_agency: bool,
}

/// A file as the form sent it.
#[derive(Default)]
struct Upload {
    kind: String,
    keep_good: bool,
    year: Option<i32>,
    file_name: String,
    bytes: Bytes,
}

pub(crate) async fn list(State(deps): State<Deps>, Extension(actor): Extension<Actor>) -> PageResult {
    page(&shown(&Caller::new(&deps, &actor), "", None, String::new()).await?)
}

async fn shown(caller: &Caller<'_>, kind: &str, report: Option<Report>, problem: String) -> Result<Imports> {
    let kinds = kinds(caller.deps);
    let kinds = kinds.map(|(kind_of, _)| view(kind_of, kind)).collect();
    let bad = !problem.is_empty() || report.as_ref().is_some_and(|report| report.refused);
    let title = if bad { "Error: Imports" } else { "Imports" };
    let (made, told) = table(caller).await?;
    let shell = Shell::new(title, "/imports");
    Ok(Imports { shell, kinds, report, problem, made, without_agency: !told })
}

/// Who reads a kind of file.
#[derive(Clone, Copy)]
enum Reader {
    Directory,
    Staffing,
    Agency,
}

/// The kinds of files, and who reads them.
fn kinds(deps: &Deps) -> impl Iterator<Item = (&'static ImportKind, Reader)> {
    let of = |kinds: &'static [ImportKind], reader| kinds.iter().map(move |kind| (kind, reader));
    of(deps.directory_kinds, Reader::Directory)
        .chain(of(deps.staffing_kinds, Reader::Staffing))
        .chain(of(deps.agency_kinds, Reader::Agency))
}

fn view(kind: &'static ImportKind, chosen: &str) -> KindView {
    let table = Table::new("columns", format!("Columns of {}", kind.name))
        .text("Column", "column")
        .text("Needed", "needed")
        .text("What it holds", "help")
        .text("Example", "example");
    let rows = kind.columns.iter().map(|column| {
        vec![
            Cell::text(column.name),
            Cell::text(if column.required { "yes" } else { "no" }),
            Cell::text(column.help),
            Cell::text(column.example),
        ]
    });
    KindView {
        name: kind.name,
        summary: kind.summary,
        publisher: kind.publisher,
        columns: table.rows(rows),
        chosen: kind.name == chosen,
    }
}

/// The imports of every context, newest first, and whether bank and agency told theirs.
pub(crate) async fn table(caller: &Caller<'_>) -> Result<(Table, bool)> {
    let table = Table::new("imports", "Imports, newest first")
        .text("When", "imported_at")
        .text("File", "file_name")
        .text("Kind", "kind")
        .number("Rows kept", "rows_kept")
        .number("Rows refused", "rows_refused")
        .number("Findings", "findings")
        .text("By", "actor")
        .text("SHA-256", "sha256")
        .empty("Nothing has been imported yet.");
    let row = |import: &common::ImportRecord| {
        let count = |n: u64| Cell::count(i64::try_from(n).unwrap_or(i64::MAX));
        vec![
            Cell::text(figures::plain_instant(import.imported_at_micros))
                .shown(figures::instant(import.imported_at_micros)),
            Cell::text(import.file_name.clone()),
            Cell::text(import.kind.clone()),
            count(import.rows_kept),
            count(import.rows_refused),
            count(import.findings_total),
            Cell::text(import.actor.clone()),
            Cell::text(import.sha256.clone()).shown(import.sha256.chars().take(12).collect::<String>()),
        ]
    };
    let (imports, told) = caller.all_imports().await?;
    let rows: Vec<Vec<Cell>> = imports.iter().map(row).collect();
    Ok((table.csv("/csv/imports.csv").rows(rows), told))
}

pub(crate) async fn upload(
    State(deps): State<Deps>,
    Extension(actor): Extension<Actor>,
    form: Multipart,
) -> PageResult {
    let caller = Caller::new(&deps, &actor);
    let upload = read(form).await?;
    let kind = kinds(&deps).find(|(kind, _)| kind.name == upload.kind);
    let problem = match kind {
        None => "Choose what kind of file it is",
        Some(_) if upload.file_name.is_empty() => "Choose a file",
        Some(_) => "",
    };
    let (Some((_, reader)), true) = (kind, problem.is_empty()) else {
        let body = page(&shown(&caller, &upload.kind, None, problem.to_owned()).await?)?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, body).into_response());
    };
    let chosen = upload.kind.clone();
    let next = next_step(reader);
    let outcome = match reader {
        Reader::Directory => to_directory(&caller, upload).await?,
        Reader::Staffing => to_staffing(&caller, upload).await?,
        Reader::Agency => to_agency(&caller, upload).await?,
    };
    let status = if outcome.refused { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let body = page(&shown(&caller, &chosen, Some(report(outcome, next)), String::new()).await?)?;
    Ok((status, body).into_response())
}

async fn read(mut form: Multipart) -> Result<Upload> {
    let failed = |error: axum::extract::multipart::MultipartError| {
        Error::bad_request("the form could not be read to its end").with_source(error)
    };
    let mut upload = Upload::default();
    while let Some(field) = form.next_field().await.map_err(failed)? {
        match field.name().unwrap_or_default() {
            "file" => {
                upload.file_name = field.file_name().unwrap_or_default().to_owned();
                upload.bytes = field.bytes().await.map_err(failed)?;
            }
            "kind" => upload.kind = field.text().await.map_err(failed)?,
            "bad_rows" => upload.keep_good = field.text().await.map_err(failed)? == "keep-good",
            "year" => upload.year = field.text().await.map_err(failed)?.trim().parse().ok(),
            _ => {}
        }
    }
    Ok(upload)
}

fn pieces(upload: Upload) -> Vec<common::ImportChunk> {
    let bad_rows = if upload.keep_good { common::BadRows::KeepGood } else { common::BadRows::RefuseFile };
    let start = common::ImportStart {
        kind: upload.kind,
        file_name: upload.file_name,
        bad_rows: bad_rows as i32,
        year: upload.year,
    };
    let mut pieces = vec![common::ImportChunk { part: Some(Part::Start(start)) }];
    let data = upload
        .bytes
        .chunks(PIECE)
        .map(|piece| common::ImportChunk { part: Some(Part::Data(piece.to_vec())) });
    pieces.extend(data);
    pieces
}

async fn to_directory(caller: &Caller<'_>, upload: Upload) -> Result<common::ImportOutcome> {
    use directory::import_file_response::Event;
    let pieces = pieces(upload).into_iter().map(|chunk| directory::ImportFileRequest { chunk: Some(chunk) });
    let request = on_behalf(caller.actor, stream::iter(pieces.collect::<Vec<_>>()));
    let mut told = caller.deps.directory.clone().import_file(request).await?.into_inner();
    while let Some(message) = told.message().await? {
        if let Some(Event::Outcome(outcome)) = message.event {
            return Ok(outcome);
        }
    }
    Err(Error::unavailable("the import ended without a report"))
}

async fn to_staffing(caller: &Caller<'_>, upload: Upload) -> Result<common::ImportOutcome> {
    use staffing::import_file_response::Event;
    let pieces = pieces(upload).into_iter().map(|chunk| staffing::ImportFileRequest { chunk: Some(chunk) });
    let request = on_behalf(caller.actor, stream::iter(pieces.collect::<Vec<_>>()));
    let mut told = caller.deps.staffing.clone().import_file(request).await?.into_inner();
    while let Some(message) = told.message().await? {
        if let Some(Event::Outcome(outcome)) = message.event {
            return Ok(outcome);
        }
    }
    Err(Error::unavailable("the import ended without a report"))
}

async fn to_agency(caller: &Caller<'_>, upload: Upload) -> Result<common::ImportOutcome> {
    use agency::import_file_response::Event;
    let pieces = pieces(upload).into_iter().map(|chunk| agency::ImportFileRequest { chunk: Some(chunk) });
    let request = on_behalf(caller.actor, stream::iter(pieces.collect::<Vec<_>>()));
    let told = caller.deps.agency.clone().import_file(request).await;
    let mut told = told.map_err(without_agency)?.into_inner();
    while let Some(message) = told.message().await.map_err(without_agency)? {
        if let Some(Event::Outcome(outcome)) = message.event {
            return Ok(outcome);
        }
    }
    Err(Error::unavailable("the import ended without a report"))
}

/// What a reader does after a good import: address and words.
fn next_step(reader: Reader) -> (&'static str, &'static str) {
    match reader {
        Reader::Directory | Reader::Staffing => ("/forecasts", "Next step: run a forecast"),
        Reader::Agency => ("/agency", "Next step: look at bank and agency"),
    }
}

fn report(outcome: common::ImportOutcome, next: (&'static str, &'static str)) -> Report {
    let count = |n: u64| figures::count(i64::try_from(n).unwrap_or(i64::MAX));
    let file = outcome.file_name;
    let headline = if outcome.refused {
        format!("{file} was refused: nothing was stored")
    } else if outcome.already_imported {
        format!("{file} had been imported before: nothing was changed")
    } else {
        format!("{file} was imported")
    };
    let shown = u64::try_from(outcome.findings.len()).unwrap_or_default();
    let more = if outcome.findings_total > shown {
        format!("The first {} of {} findings are shown.", count(shown), count(outcome.findings_total))
    } else {
        String::new()
    };
    Report {
        refused: outcome.refused,
        again: outcome.already_imported,
        headline,
        counts: format!(
            "{} rows read, {} kept, {} refused.",
            count(outcome.rows_read),
            count(outcome.rows_kept),
            count(outcome.rows_refused)
        ),
        sha256: outcome.sha256,
        next,
        totals: outcome.totals.iter().map(total).collect(),
        findings: findings(&outcome.findings),
        more,
        file,
    }
}

/// The unit is how the name ends.
fn total(total: &common::ImportTotal) -> Total {
    let (name, value) = match total.name.rsplit_once('_') {
        Some((name, "milli")) => (name, figures::tenths(total.value)),
        Some((name, "pence")) => (name, figures::pounds(total.value)),
        _ => (total.name.as_str(), figures::count(total.value)),
    };
    let words = name.replace('_', " ").replace("fte", "FTE");
    let words = if let Some(rest) = words.strip_prefix("gp ") { format!("GP {rest}") } else { words };
    Total { name: words, value }
}

fn findings(findings: &[common::ImportFinding]) -> Table {
    let table = Table::new("findings", "What was found in the file")
        .text("Where", "where")
        .text("Value", "value")
        .text("Problem", "problem")
        .text("What to do", "remedy")
        .text("How bad", "severity")
        .empty("Nothing was found in it.");
    let row = |finding: &common::ImportFinding| {
        let place = match (finding.line, finding.column.as_str()) {
            (0, "") => "whole file".to_owned(),
            (0, column) => format!("column {column}"),
            (line, "") => format!("line {line}"),
            (line, column) => format!("line {line}, {column}"),
        };
        let severity = match common::Severity::try_from(finding.severity).unwrap_or_default() {
            common::Severity::Error => "refused",
            common::Severity::Warning => "kept, to be looked at",
            _ => "note",
        };
        vec![
            Cell::text(place),
            Cell::text(finding.value.clone()),
            Cell::text(finding.problem.clone()),
            Cell::text(finding.remedy.clone()),
            Cell::text(severity),
        ]
    };
    table.rows(findings.iter().map(row).collect::<Vec<_>>())
}

/// `/imports/templates/{kind}`: a file with the header and an example row.
pub(crate) async fn template(State(deps): State<Deps>, Path(file): Path<String>) -> PageResult {
    let name = file.trim_end_matches(".csv");
    let Some((kind, _)) = kinds(&deps).find(|(kind, _)| kind.name == name) else {
        return Err(Error::not_found(format!("there is no kind of file `{name}`")).into());
    };
    let disposition = format!("attachment; filename=\"{}.csv\"", kind.name);
    let head = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, disposition),
    ];
    Ok((head, kind.template()).into_response())
}
