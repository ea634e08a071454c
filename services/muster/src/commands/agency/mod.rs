//! `muster agency ...`: caps and files judged by them, which need no data folder; returns, overrides and spend, which do.

mod bank;
mod cap;
mod cover;
mod drift;
mod overrides;
mod returns;
mod rules;
mod spend;
mod table;
mod verdicts;
mod words;

use muster_agency::{domain::Rulebook, import};
use muster_kit::{
    Error,
    intake::{Findings, RawFile},
};

use muster_proto::agency::v1 as pb;
pub(crate) use words::{AgencyCommand, MonthsOf, SharedBankArgs};

use crate::{
    cli::Shared,
    commands::{import::read_file, shared_bank},
    connect::Clients,
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
        _ => Ok(()),
    }
}

/// Runs a command that asks a node.
pub(crate) async fn ask(command: AgencyCommand, shared: &Shared, clients: &Clients) -> Result<(), Failure> {
    match command {
        AgencyCommand::Return(args) => returns::run(args, shared, clients).await,
        AgencyCommand::Override(command) => overrides::run(command, shared, clients).await,
        AgencyCommand::SpendTable(MonthsOf { organisation, from, until }) => {
            let request = pb::GetSpendTableRequest { organisation, from, until };
            table::spend_table(request, shared, clients).await
        }
        AgencyCommand::Cover(args) => cover::cover(args, shared, clients).await,
        AgencyCommand::Inversions(of) => cover::inversions(of, shared, clients).await,
        AgencyCommand::Drift => drift::run(shared, clients).await,
        AgencyCommand::Propose(args) => bank::propose(args, shared, clients).await,
        AgencyCommand::Recharges(of) => bank::recharges(of, shared, clients).await,
        AgencyCommand::Projection(args) => table::projection(args, shared, clients).await,
        AgencyCommand::Rules { kind, shipped } => rules::run((&kind, shipped), shared, clients).await,
        _ => Ok(()),
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
