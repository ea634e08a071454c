//! `muster import KIND FILE...`

use std::{
    fs::{self, File},
    io::{self, IsTerminal, Read},
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

use futures::stream;
use indicatif::{ProgressBar, ProgressStyle};
use muster_agency::domain::pay::pounds;
use muster_kit::{Error, ErrorCode, intake::ImportKind};
use muster_proto::{
    agency::v1 as agency, backoffice::v1 as backoffice, catalogue::v1 as catalogue, common::v1 as common,
    directory::v1 as directory, staffing::v1 as staffing,
};
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
    Agency,
    Catalogue,
    Backoffice,
}

fn kinds() -> impl Iterator<Item = (Reader, &'static ImportKind)> {
    let directory = muster_directory::KINDS.iter().map(|kind| (Reader::Directory, kind));
    let staffing = muster_staffing::KINDS.iter().map(|kind| (Reader::Staffing, kind));
    let agency = muster_agency::KINDS.iter().map(|kind| (Reader::Agency, kind));
    let catalogue = muster_catalogue::KINDS.iter().map(|kind| (Reader::Catalogue, kind));
    let backoffice = muster_backoffice::KINDS.iter().map(|kind| (Reader::Backoffice, kind));
    directory.chain(staffing).chain(agency).chain(catalogue).chain(backoffice)
}

/// A kind, and who reads it: published spend is read for temporary staffing and for suppliers.
fn kind_named(name: &str) -> Result<(Vec<Reader>, &'static ImportKind), Failure> {
    let mut found = kinds().filter(|(_, kind)| kind.name == name).peekable();
    let Some((_, kind)) = found.peek().copied() else {
        return Err(Failure::Usage(format!("no kind `{name}`: choose one of {}", names().join(", "))));
    };
    Ok((found.map(|(reader, _)| reader).collect(), kind))
}

/// Names of kinds, each once.
fn names() -> Vec<&'static str> {
    let mut names: Vec<&str> = Vec::new();
    for (_, kind) in kinds() {
        if !names.contains(&kind.name) {
            names.push(kind.name);
        }
    }
    names
}

/// Every kind with its columns, for the help text.
pub(crate) fn kinds_help() -> String {
    let mut text = String::from("Kinds:\n");
    let mut told = names();
    for (_, kind) in kinds() {
        // one that several read is told once
        let Some(at) = told.iter().position(|name| *name == kind.name) else { continue };
        told.remove(at);
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
    let (readers, kind) = kind_named(&kind)?;
    let mut refused = false;
    let mut documents = Vec::new();
    for path in &args.files {
        let mut outcome = import_file(readers[0], kind, path, &args, clients).await?;
        for reader in readers[1..].iter().filter(|_| !outcome.refused) {
            let Some(other) = beside(import_file(*reader, kind, path, &args, clients).await, kind)? else {
                continue;
            };
            // one that was away when the file first came takes it now
            outcome.already_imported &= other.already_imported;
            refused |= other.refused;
        }
        refused |= outcome.refused;
        report(&outcome, shared.json)?;
        documents.push(document(&outcome));
    }
    if shared.json {
        output::json(&json!({ "files": documents }))?;
    }
    if refused { Err(Failure::Refused) } else { Ok(()) }
}

/// What a further reader made of a file; none where it does not run: the first has it, and the file can come again.
#[expect(clippy::print_stderr, reason = "what is missing is for people, on stderr")]
fn beside(
    outcome: Result<common::ImportOutcome, Failure>,
    kind: &ImportKind,
) -> Result<Option<common::ImportOutcome>, Failure> {
    match outcome {
        Err(Failure::Failed(error)) if error.code() == ErrorCode::Unavailable => {
            eprintln!(
                "warning: not every service that reads `{}` is here ({}): import the file again where it is",
                kind.name,
                error.message()
            );
            Ok(None)
        }
        other => other.map(Some),
    }
}

/// Says of an answer whether anybody was there to give it.
fn there(status: tonic::Status) -> Failure {
    if status.code() == tonic::Code::Unimplemented {
        return Error::unavailable("the service that reads this kind of file does not run here").into();
    }
    status.into()
}

/// Prints the template of a kind; needs no node.
pub(crate) fn template(name: &str) -> Result<(), Failure> {
    let (_, kind) = kind_named(name)?;
    if let Some(text) = muster_backoffice::import::example_document(kind.name) {
        return Ok(output::line(text.trim_end())?);
    }
    Ok(output::line(kind.template().trim_end())?)
}

async fn import_file(
    reader: Reader,
    kind: &ImportKind,
    path: &Path,
    args: &ImportArgs,
    clients: &Clients,
) -> Result<common::ImportOutcome, Failure> {
    let cannot = |error: io::Error| Failure::Usage(format!("cannot read `{}`: {error}", path.display()));
    let file = File::open(path).map_err(cannot)?;
    if file.metadata().map_err(cannot)?.is_dir() {
        return Err(Failure::Usage(format!("`{}` is a folder: give its files", path.display())));
    }
    let rows = if args.keep_good_rows { common::BadRows::KeepGood } else { common::BadRows::RefuseFile };
    let start = common::ImportStart {
        kind: kind.name.to_owned(),
        file_name: name_of(path),
        bad_rows: rows.into(),
        year: args.year,
    };
    let broken = Broken::default();
    let outcome = upload(reader, start, Pieces::of(file, broken.clone()), clients).await;
    match broken.take() {
        Some(error) => Err(cannot(error)),
        None => outcome,
    }
}

/// What went wrong while a file was read on its way out.
#[derive(Clone, Default)]
struct Broken(Arc<Mutex<Option<io::Error>>>);

impl Broken {
    fn set(&self, error: io::Error) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
    }

    fn take(&self) -> Option<io::Error> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// The pieces of a file, read as they are sent, so that its size costs no memory.
struct Pieces<R> {
    source: Option<R>,
    broken: Broken,
}

impl<R: Read> Pieces<R> {
    fn of(source: R, broken: Broken) -> Self {
        Self { source: Some(source), broken }
    }
}

impl<R: Read> Iterator for Pieces<R> {
    type Item = common::ImportChunk;

    fn next(&mut self) -> Option<common::ImportChunk> {
        let mut bytes = Vec::with_capacity(PIECE);
        let read = self.source.as_mut()?.by_ref().take(PIECE as u64).read_to_end(&mut bytes);
        match read {
            Ok(0) => {
                self.source = None;
                None
            }
            Ok(_) => Some(common::ImportChunk { part: Some(common::import_chunk::Part::Data(bytes)) }),
            Err(error) => {
                // an empty piece is refused, so that half a file is never taken for a whole one
                self.broken.set(error);
                self.source = None;
                Some(common::ImportChunk { part: None })
            }
        }
    }
}

fn name_of(path: &Path) -> String {
    path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned())
}

/// Name and content of a file of the user's.
pub(crate) fn read_file(path: &Path) -> Result<(String, Vec<u8>), Failure> {
    let shown = path.display();
    let bytes = fs::read(path).map_err(|error| Failure::Usage(format!("cannot read `{shown}`: {error}")))?;
    Ok((name_of(path), bytes))
}

/// Sends a file that the program itself made, such as the sample.
pub(crate) async fn upload_text(
    kind: &str,
    name: &str,
    year: Option<i32>,
    text: String,
    clients: &Clients,
) -> Result<common::ImportOutcome, Failure> {
    let (readers, kind) = kind_named(kind)?;
    let rows = common::BadRows::RefuseFile.into();
    let start =
        common::ImportStart { kind: kind.name.to_owned(), file_name: name.to_owned(), bad_rows: rows, year };
    let mut first = None;
    for reader in readers {
        let pieces = Pieces::of(io::Cursor::new(text.clone().into_bytes()), Broken::default());
        let outcome = upload(reader, start.clone(), pieces, clients).await;
        let outcome = if first.is_some() { beside(outcome, kind)? } else { Some(outcome?) };
        first = first.or(outcome);
    }
    first.ok_or_else(|| Failure::Usage(format!("nobody reads `{}`", kind.name)))
}

async fn upload(
    reader: Reader,
    start: common::ImportStart,
    pieces: Pieces<impl Read + Send + 'static>,
    clients: &Clients,
) -> Result<common::ImportOutcome, Failure> {
    let bar = bar(&start.file_name);
    let first = common::ImportChunk { part: Some(common::import_chunk::Part::Start(start)) };
    let pieces = std::iter::once(first).chain(pieces);
    // each context has messages of its own around the same piece, progress and outcome
    macro_rules! send {
        ($client:expr, $context:ident) => {{
            let pieces = pieces.map(|chunk| $context::ImportFileRequest { chunk: Some(chunk) });
            let answers =
                $client.import_file(clients.request(stream::iter(pieces))).await.map_err(there)?.into_inner();
            follow(answers, &bar, |answer: $context::ImportFileResponse| match answer.event {
                Some($context::import_file_response::Event::Progress(progress)) => Answer::Progress(progress),
                Some($context::import_file_response::Event::Outcome(outcome)) => Answer::Outcome(outcome),
                None => Answer::Nothing,
            })
            .await
        }};
    }
    let outcome = match reader {
        Reader::Directory => send!(clients.directory(), directory),
        Reader::Staffing => send!(clients.staffing(), staffing),
        Reader::Agency => send!(clients.agency(), agency),
        Reader::Catalogue => send!(clients.catalogue(), catalogue),
        Reader::Backoffice => send!(clients.backoffice(), backoffice),
    };
    bar.finish_and_clear();
    outcome
}

/// The pieces of a file that is in memory.
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
    while let Some(answer) = answers.message().await.map_err(there)? {
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
    if !io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(0).with_prefix(name.to_owned());
    let style = ProgressStyle::with_template("{prefix} {bar:30} {pos}/{len} rows {msg}");
    if let Ok(style) = style { bar.with_style(style) } else { bar }
}

/// Says on stderr what was found, and on stdout, unless JSON goes there, what became of the file.
#[expect(clippy::print_stderr, reason = "refusals and warnings are for people, on stderr")]
pub(crate) fn report(outcome: &common::ImportOutcome, json: bool) -> Result<(), Failure> {
    findings(outcome);
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

/// Says on stderr what was found.
#[expect(clippy::print_stderr, reason = "refusals and warnings are for people, on stderr")]
pub(crate) fn findings(outcome: &common::ImportOutcome) {
    for finding in &outcome.findings {
        eprintln!("{}", describe(finding));
    }
    let hidden = outcome.findings_total.saturating_sub(outcome.findings.len() as u64);
    if hidden > 0 && !outcome.already_imported {
        eprintln!("{}: and {hidden} more findings", outcome.file_name);
    }
}

/// A total with its unit.
pub(crate) fn total(total: &common::ImportTotal) -> String {
    if let Some(name) = total.name.strip_suffix("_milli") {
        return format!("{} {}", name.replace('_', " "), output::fte(total.value));
    }
    match total.name.strip_suffix("_pence") {
        Some(name) => format!("{} {} pounds", name.replace('_', " "), pounds(total.value)),
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

/// An outcome as JSON.
pub(crate) fn document(outcome: &common::ImportOutcome) -> Value {
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
    let mut totals: serde_json::Map<String, Value> =
        outcome.totals.iter().map(|total| (total.name.clone(), total.value.into())).collect();
    let mut document = json!({
        "file": outcome.file_name, "kind": outcome.kind, "sha256": outcome.sha256, "import_id": outcome.import_id,
        "refused": outcome.refused, "already_imported": outcome.already_imported, "rows_read": outcome.rows_read,
        "rows_kept": outcome.rows_kept, "rows_refused": outcome.rows_refused,
        "findings_total": outcome.findings_total, "findings": findings,
    });
    if outcome.kind == muster_agency::import::SPEND.name {
        // the names under which spend is reported everywhere; whether anything was stored is `refused_whole`
        let rows = if outcome.refused { 0 } else { outcome.rows_kept };
        let stored = totals.get("total_pence").filter(|_| !outcome.refused);
        let pence = stored.cloned().unwrap_or_else(|| 0.into());
        for (name, value) in [
            ("rows", rows.into()),
            ("refused", outcome.rows_refused.into()),
            ("refused_whole", outcome.refused.into()),
            ("total_pence", pence),
        ] {
            document[name] = value;
        }
    }
    document["totals"] = std::mem::take(&mut totals).into();
    document
}
