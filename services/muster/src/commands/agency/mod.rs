//! `muster agency ...`: caps, and files judged by them. None of these opens the data folder or asks a node.

mod cap;
mod spend;
mod verdicts;
mod words;

use muster_agency::{domain::Rulebook, import};
use muster_kit::{
    Error,
    intake::{Findings, RawFile},
};

pub(crate) use words::{AgencyCommand, SharedBankArgs};

use crate::{
    cli::Shared,
    commands::{import::read_file, shared_bank},
    exit::Failure,
};

/// Runs the command.
pub(crate) fn run(command: &AgencyCommand, shared: &Shared) -> Result<(), Failure> {
    match command {
        AgencyCommand::Cap(args) => cap::cap(args, shared),
        AgencyCommand::Reconcile { files } => cap::reconcile(files, shared),
        AgencyCommand::Verdicts { file, rates } => verdicts::run(file, rates, shared),
        AgencyCommand::SharedBank(args) => shared_bank::run(args, shared),
        AgencyCommand::Spend { files, rules } => spend::run(files, rules.as_ref(), shared),
    }
}

/// The shipped rules, and those of the user's files on top.
fn rules(files: &[std::path::PathBuf]) -> Result<Rulebook, Failure> {
    let mut rules = import::shipped()
        .map_err(|found| Error::internal(format!("a shipped rule file is damaged: {}", found.file())))?;
    let mut refused = false;
    for path in files {
        let (name, bytes) = read_file(path)?;
        match import::read(&RawFile::new(name, bytes)) {
            Ok(more) => rules.extend(more),
            Err(findings) => {
                say(&findings);
                refused = true;
            }
        }
    }
    if refused { Err(Failure::Refused) } else { Ok(rules) }
}

/// Says on stderr what was found in a file.
#[expect(clippy::print_stderr, reason = "refusals and warnings are for people, on stderr")]
fn say(findings: &Findings) {
    for finding in findings.sorted() {
        eprintln!("{}: {finding}", findings.file());
    }
}
