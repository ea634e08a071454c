//! `muster finance ...`: the back office from files. None of these opens the data folder or asks a node.

mod benchmark;
mod bridge;
mod npv;
mod options;
mod savings;
mod share;
mod tariff;

use std::path::Path;

use muster_backoffice::domain::Problem;
use muster_kit::intake::{Findings, RawFile};
use serde_json::{Value, json};

use crate::{
    cli::{DocumentArgs, FinanceCommand, Shared},
    commands::import::read_file,
    exit::Failure,
};

/// Runs the command.
pub(crate) fn run(command: &FinanceCommand, shared: &Shared) -> Result<(), Failure> {
    match command {
        FinanceCommand::Npv(args) => npv::run(args, shared),
        FinanceCommand::Bridge(args) => bridge::run(args, shared),
        FinanceCommand::Savings(args) => savings::run(args, shared),
        FinanceCommand::Benchmark(args) => benchmark::run(args, shared),
        FinanceCommand::Tariff(args) => tariff::run(args, shared),
        FinanceCommand::Options(args) => options::run(args, shared),
        FinanceCommand::Share(args) => share::run(args, shared),
    }
}

/// Reads a file from the disk.
fn open(path: &Path) -> Result<RawFile, Failure> {
    let (name, bytes) = read_file(path)?;
    Ok(RawFile::new(name, bytes))
}

/// Reads the document of a command.
fn document<T>(args: &DocumentArgs, read: impl Fn(&str) -> Result<T, Problem>) -> Result<T, Failure> {
    match args.file.as_deref() {
        Some(path) => document_or(Some(path), "", read).map(|(_, it)| it),
        None => Err(Failure::Usage("give a FILE, or --example to see one".into())),
    }
}

/// Reads a document, or the shipped one, with the name to speak of it.
fn document_or<T>(
    path: Option<&Path>,
    shipped: &str,
    read: impl Fn(&str) -> Result<T, Problem>,
) -> Result<(String, T), Failure> {
    let (name, text) = match path {
        None => ("the shipped example".to_owned(), shipped.to_owned()),
        Some(path) => {
            let (name, bytes) = read_file(path)?;
            let text = String::from_utf8(bytes).map_err(|_| {
                let problem = Problem::new("document", "is no UTF-8 text", "save it as UTF-8");
                refused_document(&name, &problem)
            })?;
            (name, text.trim_start_matches('\u{feff}').to_owned())
        }
    };
    let it = read(&text).map_err(|problem| refused_document(&name, &problem))?;
    Ok((name, it))
}

/// Says on stderr what was found in a file.
#[expect(clippy::print_stderr, reason = "refusals and warnings are for people, on stderr")]
fn say(findings: &Findings) {
    for finding in findings.sorted() {
        eprintln!("{}: {finding}", findings.file());
    }
}

/// A file that is refused for its rows.
fn refused(findings: &Findings) -> Failure {
    say(findings);
    Failure::Refused
}

/// What was asked with flags and cannot be computed.
fn usage(problem: &Problem) -> Failure {
    Failure::Usage(problem.to_string())
}

/// A document that is refused for what stands at one of its places.
#[expect(clippy::print_stderr, reason = "refusals and warnings are for people, on stderr")]
fn refused_document(file: &str, problem: &Problem) -> Failure {
    eprintln!("{file}: {problem}");
    Failure::Refused
}

/// An integer of 10^-places as a JSON number.
fn number(value: i64, places: i32) -> Value {
    if places == 0 { json!(value) } else { json!(scaled(value, places)) }
}

/// The float nearest to an integer of 10^-places: whole numbers divided once, so that 528763 gives 528.763.
#[expect(clippy::cast_precision_loss, reason = "for display; figures stay below 2^53")]
fn scaled(value: i64, places: i32) -> f64 {
    value as f64 / 10_f64.powi(places)
}
