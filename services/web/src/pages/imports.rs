//! `/imports`: what came in, and the form that takes a file and reports on it.

use askama::Template;
use axum::{
    Extension,
    extract::{Multipart, Path, State},
    response::IntoResponse,
};
use http::{StatusCode, header};
use muster_kit::{Actor, Error, ErrorCode, Result, intake::ImportKind};
use muster_proto::common::v1 as common;

use super::{choices::Problem, page};
use crate::{
    calls::{Caller, Reader, Upload},
    deps::Deps,
    failure::PageResult,
    figures,
    shell::Shell,
    table::{Cell, Table},
};

struct KindView {
    name: &'static str,
    summary: &'static str,
    publisher: &'static str,
    columns: Table,
    /// Name of the file of its template; empty for documents of another standard, which have none.
    template: String,
    chosen: bool,
}

pub(crate) struct Total {
    pub(crate) name: String,
    pub(crate) value: String,
}

/// What became of a file.
pub(crate) struct Report {
    pub(crate) file: String,
    pub(crate) refused: bool,
    pub(crate) again: bool,
    pub(crate) headline: String,
    pub(crate) counts: String,
    pub(crate) sha256: String,
    /// Address and words of what comes next.
    pub(crate) next: (&'static str, &'static str),
    pub(crate) totals: Vec<Total>,
    pub(crate) findings: Table,
    pub(crate) more: String,
}

#[derive(Template)]
#[template(path = "imports.html")]
struct Imports {
    shell: Shell,
    kinds: Vec<KindView>,
    report: Option<Report>,
    problems: Vec<Problem>,
    made: Table,
    /// Contexts that cannot be reached: their imports are not listed.
    away: Vec<&'static str>,
}

pub(crate) async fn list(State(deps): State<Deps>, Extension(actor): Extension<Actor>) -> PageResult {
    page(&shown(&Caller::new(&deps, &actor), "", None, String::new()).await?)
}

async fn shown(caller: &Caller<'_>, kind: &str, report: Option<Report>, problem: String) -> Result<Imports> {
    let mut once: Vec<KindView> = Vec::new();
    for (of, _) in kinds(caller.deps) {
        if once.iter().all(|known| known.name != of.name) {
            once.push(view(of, kind));
        }
    }
    let bad = !problem.is_empty() || report.as_ref().is_some_and(|report| report.refused);
    let title = if bad { "Error: Imports" } else { "Imports" };
    let (made, away) = table(caller).await?;
    let shell = Shell::new(title, "/imports");
    Ok(Imports { shell, kinds: once, report, problems: Problem::at("kind", problem), made, away })
}

/// The kinds of files, and who reads them.
fn kinds(deps: &Deps) -> impl Iterator<Item = (&'static ImportKind, Reader)> {
    let of = |kinds: &'static [ImportKind], reader| kinds.iter().map(move |kind| (kind, reader));
    of(deps.directory_kinds, Reader::Directory)
        .chain(of(deps.staffing_kinds, Reader::Staffing))
        .chain(of(deps.agency_kinds, Reader::Agency))
        .chain(of(deps.catalogue_kinds, Reader::Catalogue))
        .chain(of(deps.backoffice_kinds, Reader::BackOffice))
}

/// Who reads a kind: published spend is read for temporary staffing and for suppliers.
fn readers(deps: &Deps, wanted: &str) -> Vec<Reader> {
    kinds(deps).filter(|(kind, _)| kind.name == wanted).map(|(_, reader)| reader).collect()
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
        chosen: kind.name == chosen,
        name: kind.name,
        summary: kind.summary,
        publisher: kind.publisher,
        template: match kind.columns {
            [] => String::new(),
            _ => format!("{}.{}", kind.name, if is_document(kind) { "json" } else { "csv" }),
        },
        columns: table.rows(rows),
    }
}

/// The imports of every context, newest first, and the contexts that are away.
pub(crate) async fn table(caller: &Caller<'_>) -> Result<(Table, Vec<&'static str>)> {
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
    let (imports, away) = caller.all_imports().await?;
    let rows: Vec<Vec<Cell>> = imports.iter().map(row).collect();
    Ok((table.csv("/csv/imports.csv").rows(rows), away))
}

pub(crate) async fn upload(
    State(deps): State<Deps>,
    Extension(actor): Extension<Actor>,
    form: Multipart,
) -> PageResult {
    let caller = Caller::new(&deps, &actor);
    let upload = read(form).await?;
    let readers = readers(&deps, &upload.kind);
    let problem = match readers.first() {
        None => "Choose what kind of file it is",
        Some(_) if upload.file_name.is_empty() => "Choose a file",
        Some(_) => "",
    };
    let (Some(first), true) = (readers.first(), problem.is_empty()) else {
        let body = page(&shown(&caller, &upload.kind, None, problem.to_owned()).await?)?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, body).into_response());
    };
    let chosen = upload.kind.clone();
    let next = next_step(*first, &chosen);
    let mut outcome = caller.upload(*first, upload.clone()).await?;
    let mut missing = String::new();
    for reader in readers[1..].iter().filter(|_| !outcome.refused) {
        match caller.upload(*reader, upload.clone()).await {
            // one that was away when the file first came takes it now
            Ok(other) => outcome.already_imported &= other.already_imported,
            Err(error) if error.code() == ErrorCode::Unavailable => {
                missing = format!("{}: send the file again once it runs", error.message());
            }
            Err(error) => return Err(error.into()),
        }
    }
    let status = if outcome.refused { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let body = page(&shown(&caller, &chosen, Some(report(outcome, next)), missing).await?)?;
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

/// What a reader does after a good import: address and words.
fn next_step(reader: Reader, kind: &str) -> (&'static str, &'static str) {
    match (reader, kind) {
        (Reader::Directory | Reader::Staffing, _) => ("/forecasts", "Next step: run a forecast"),
        (Reader::Agency, _) => ("/agency", "Next step: look at bank and agency"),
        (Reader::Catalogue, "purchases" | "invoice") => {
            ("/catalogue/variance", "Next step: look at what others pay for the same")
        }
        (Reader::Catalogue, _) => ("/catalogue", "Next step: look at the catalogue"),
        (Reader::BackOffice, "business-case") => {
            ("/back-office/cases", "Next step: look at the business cases")
        }
        (Reader::BackOffice, "gain-sharing") => {
            ("/back-office/sharing", "Next step: look at how it could be shared")
        }
        (Reader::BackOffice, "recharge") => ("/back-office/recharges", "Next step: look at the bills"),
        (Reader::BackOffice, _) => ("/back-office", "Next step: look at the board"),
    }
}

/// A report of an outcome, with what comes next.
pub(crate) fn report(outcome: common::ImportOutcome, next: (&'static str, &'static str)) -> Report {
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

/// Findings with place, value, problem and remedy.
pub(crate) fn findings(findings: &[common::ImportFinding]) -> Table {
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

/// Is a file of this kind one JSON document? Its only column then holds an example of it, whole.
fn is_document(kind: &ImportKind) -> bool {
    !kind.header && kind.columns.len() == 1 && kind.columns[0].name == "document"
}

/// `/imports/templates/{kind}`: a file with the header and an example row, or an example of a document.
pub(crate) async fn template(State(deps): State<Deps>, Path(file): Path<String>) -> PageResult {
    let name = file.trim_end_matches(".csv").trim_end_matches(".json");
    let Some((kind, _)) = kinds(&deps).find(|(kind, _)| kind.name == name) else {
        return Err(Error::not_found(format!("there is no kind of file `{name}`")).into());
    };
    if kind.columns.is_empty() {
        let why = format!("a file of kind `{name}` follows a standard of its own and has no template");
        return Err(Error::not_found(why).into());
    }
    let (end, of, text) = if is_document(kind) {
        ("json", "application/json", format!("{}\n", kind.columns[0].example.trim_end()))
    } else {
        ("csv", "text/csv; charset=utf-8", kind.template())
    };
    let disposition = format!("attachment; filename=\"{}.{end}\"", kind.name);
    let head = [(header::CONTENT_TYPE, of.to_owned()), (header::CONTENT_DISPOSITION, disposition)];
    Ok((head, text).into_response())
}
