//! `muster import KIND FILE...`

use std::{fs, io::IsTerminal, path::Path};

use futures::stream;
use indicatif::{ProgressBar, ProgressStyle};
use muster_kit::{Error, intake::ImportKind};
use muster_proto::{common::v1 as common, directory::v1 as directory, staffing::v1 as staffing};
use serde_json::{Value, json};
use tonic::Streaming;

use crate::{
    cli::{ImportArgs, Shared},
    connect::Clients,
    exit::Failure,
    output,
};

/// Bytes of an upload's piece.
const PIECE: usize = 256 << 10;

/// Which service reads a kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reader {
    Directory,
    Staffing,
}

fn kinds() -> impl Iterator<Item = (Reader, &'static ImportKind)> {
    let directory = muster_directory::KINDS.iter().map(|kind| (Reader::Directory, kind));
    directory.chain(muster_staffing::KINDS.iter().map(|kind| (Reader::Staffing, kind)))
}

fn kind_named(name: &str) -> Result<(Reader, &'static ImportKind), Failure> {
    kinds().find(|(_, kind)| kind.name == name).ok_or_else(|| {
        let known: Vec<&str> = kinds().map(|(_, kind)| kind.name).collect();
        Failure::Usage(format!("no kind `{name}`: choose one of {}", known.join(", ")))
    })
}

/// Every kind with its columns, for the help text.
pub(crate) fn kinds_help() -> String {
    let mut text = String::from("Kinds:\n");
    for (_, kind) in kinds() {
        text.push_str(&format!("\n  {}: {}\n    published by {}\n", kind.name, kind.summary, kind.publisher));
        for column in kind.columns {
            let optional = if column.required { "" } else { "?" };
            text.push_str(&format!("      {}{optional}: {}\n", column.name, column.help));
        }
    }
    text.push_str("\nColumns marked ? may be missing. `muster import --template KIND` prints a header with an example row.");
    text
}

/// Runs the command.
pub(crate) async fn run(args: ImportArgs, shared: &Shared, clients: &Clients) -> Result<(), Failure> {
    let kind = args.kind.clone().unwrap_or_default();
    let (reader, kind) = kind_named(&kind)?;
    let mut refused = false;
    let mut documents = Vec::new();
    for path in &args.files {
        let outcome = import_file(reader, kind, path, &args, clients).await?;
        refused |= outcome.refused;
        report(&outcome, shared.json)?;
        documents.push(document(&outcome));
    }
    if shared.json {
        output::json(&json!({ "files": documents }))?;
    }
    if refused { Err(Failure::Refused) } else { Ok(()) }
}

/// Prints the template of a kind; needs no node.
pub(crate) fn template(name: &str) -> Result<(), Failure> {
    let (_, kind) = kind_named(name)?;
    Ok(output::line(kind.template().trim_end())?)
}

async fn import_file(
    reader: Reader,
    kind: &ImportKind,
    path: &Path,
    args: &ImportArgs,
    clients: &Clients,
) -> Result<common::ImportOutcome, Failure> {
    let (name, bytes) = read_file(path)?;
    let rows = if args.keep_good_rows { common::BadRows::KeepGood } else { common::BadRows::RefuseFile };
    let start = common::ImportStart {
        kind: kind.name.to_owned(),
        file_name: name,
        bad_rows: rows.into(),
        year: args.year,
    };
    upload(reader, start, bytes, clients).await
}

/// Name and content of a file of the user's.
pub(crate) fn read_file(path: &Path) -> Result<(String, Vec<u8>), Failure> {
    let shown = path.display();
    let bytes = fs::read(path).map_err(|error| Failure::Usage(format!("cannot read `{shown}`: {error}")))?;
    let name = path.file_name().map_or_else(|| shown.to_string(), |name| name.to_string_lossy().into_owned());
    Ok((name, bytes))
}

/// Sends a file that the program itself made, such as the sample.
pub(crate) async fn upload_text(
    kind: &str,
    name: &str,
    year: Option<i32>,
    text: String,
    clients: &Clients,
) -> Result<common::ImportOutcome, Failure> {
    let (reader, kind) = kind_named(kind)?;
    let rows = common::BadRows::RefuseFile.into();
    let start =
        common::ImportStart { kind: kind.name.to_owned(), file_name: name.to_owned(), bad_rows: rows, year };
    upload(reader, start, text.into_bytes(), clients).await
}

async fn upload(
    reader: Reader,
    start: common::ImportStart,
    bytes: Vec<u8>,
    clients: &Clients,
) -> Result<common::ImportOutcome, Failure> {
    let bar = bar(&start.file_name);
    let pieces: Vec<common::ImportChunk> = pieces(start, &bytes);
    let outcome = match reader {
        Reader::Directory => {
            let pieces = pieces.into_iter().map(|chunk| directory::ImportFileRequest { chunk: Some(chunk) });
            let answers =
                clients.directory().import_file(clients.request(stream::iter(pieces))).await?.into_inner();
            follow(answers, &bar, |answer: directory::ImportFileResponse| match answer.event {
                Some(directory::import_file_response::Event::Progress(progress)) => {
                    Answer::Progress(progress)
                }
                Some(directory::import_file_response::Event::Outcome(outcome)) => Answer::Outcome(outcome),
                None => Answer::Nothing,
            })
            .await
        }
        Reader::Staffing => {
            let pieces = pieces.into_iter().map(|chunk| staffing::ImportFileRequest { chunk: Some(chunk) });
            let answers =
                clients.staffing().import_file(clients.request(stream::iter(pieces))).await?.into_inner();
            follow(answers, &bar, |answer: staffing::ImportFileResponse| match answer.event {
                Some(staffing::import_file_response::Event::Progress(progress)) => Answer::Progress(progress),
                Some(staffing::import_file_response::Event::Outcome(outcome)) => Answer::Outcome(outcome),
                None => Answer::Nothing,
            })
            .await
        }
    };
    bar.finish_and_clear();
    outcome
}

pub(crate) fn pieces(start: common::ImportStart, bytes: &[u8]) -> Vec<common::ImportChunk> {
    let first = common::ImportChunk { part: Some(common::import_chunk::Part::Start(start)) };
    let rest = bytes
        .chunks(PIECE)
        .map(|piece| common::ImportChunk { part: Some(common::import_chunk::Part::Data(piece.to_vec())) });
    std::iter::once(first).chain(rest).collect()
}

enum Answer {
    Progress(common::ImportProgress),
    Outcome(common::ImportOutcome),
    Nothing,
}

async fn follow<T>(
    mut answers: Streaming<T>,
    bar: &ProgressBar,
    read: impl Fn(T) -> Answer,
) -> Result<common::ImportOutcome, Failure> {
    while let Some(answer) = answers.message().await? {
        match read(answer) {
            Answer::Progress(progress) => {
                bar.set_length(progress.rows_total.max(progress.rows_read));
                bar.set_position(progress.rows_read);
                bar.set_message(progress.phase);
            }
            Answer::Outcome(outcome) => return Ok(outcome),
            Answer::Nothing => {}
        }
    }
    Err(Error::unavailable("the import ended without its report: look at `muster import` again").into())
}

/// A bar on a terminal, nothing in a pipe.
fn bar(name: &str) -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(0).with_prefix(name.to_owned());
    let style = ProgressStyle::with_template("{prefix} {bar:30} {pos}/{len} rows {msg}");
    if let Ok(style) = style { bar.with_style(style) } else { bar }
}

/// Says on stderr what was found, and on stdout, unless JSON goes there, what became of the file.
#[expect(clippy::print_stderr, reason = "refusals and warnings are for people, on stderr")]
pub(crate) fn report(outcome: &common::ImportOutcome, json: bool) -> Result<(), Failure> {
    for finding in &outcome.findings {
        eprintln!("{}", describe(finding));
    }
    let hidden = outcome.findings_total.saturating_sub(outcome.findings.len() as u64);
    if hidden > 0 && !outcome.already_imported {
        eprintln!("{}: and {hidden} more findings", outcome.file_name);
    }
    if json {
        return Ok(());
    }
    let name = &outcome.file_name;
    if outcome.refused {
        eprintln!("{name}: refused; nothing was stored (--keep-good-rows stores the rows that are good)");
    } else if outcome.already_imported {
        output::line(&format!("{name}: imported before, nothing changed"))?;
    } else {
        let refused = if outcome.rows_refused > 0 {
            format!(", {} refused", outcome.rows_refused)
        } else {
            String::new()
        };
        let totals: Vec<String> = outcome.totals.iter().map(total).collect();
        output::line(&format!("{name}: {} rows stored{refused}; {}", outcome.rows_kept, totals.join(", ")))?;
    }
    Ok(())
}

fn total(total: &common::ImportTotal) -> String {
    match total.name.strip_suffix("_milli") {
        Some(name) => format!("{} {}", name.replace('_', " "), output::fte(total.value)),
        None => format!("{} {}", total.name.replace('_', " "), total.value),
    }
}

fn severity(finding: &common::ImportFinding) -> &'static str {
    match finding.severity() {
        common::Severity::Error => "error",
        common::Severity::Warning => "warning",
        _ => "note",
    }
}

fn describe(finding: &common::ImportFinding) -> String {
    let mut text = format!("{}: {}: ", severity(finding), finding.file);
    if finding.line > 0 {
        text.push_str(&format!("line {}: ", finding.line));
    }
    if !finding.column.is_empty() {
        text.push_str(&format!("column `{}`: ", finding.column));
    }
    if !finding.value.is_empty() {
        text.push_str(&format!("value `{}`: ", finding.value));
    }
    text.push_str(&finding.problem);
    if !finding.remedy.is_empty() {
        text.push_str("; ");
        text.push_str(&finding.remedy);
    }
    text
}

fn document(outcome: &common::ImportOutcome) -> Value {
    let findings: Vec<Value> = outcome
        .findings
        .iter()
        .map(|f| {
            json!({
                "severity": severity(f), "line": f.line, "column": f.column, "value": f.value,
                "problem": f.problem, "remedy": f.remedy, "rule": f.rule,
            })
        })
        .collect();
    let totals: serde_json::Map<String, Value> =
        outcome.totals.iter().map(|total| (total.name.clone(), total.value.into())).collect();
    json!({
        "file": outcome.file_name, "kind": outcome.kind, "sha256": outcome.sha256, "import_id": outcome.import_id,
        "refused": outcome.refused, "already_imported": outcome.already_imported, "rows_read": outcome.rows_read,
        "rows_kept": outcome.rows_kept, "rows_refused": outcome.rows_refused,
        "findings_total": outcome.findings_total, "findings": findings, "totals": totals,
    })
}
