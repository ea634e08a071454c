//! `muster back-office ...`: the back office of a node. What works on files alone is `muster finance`.

mod benchmarks;
mod board;
mod bridge;
mod cases;
mod claims;
mod plan;
mod recharges;
mod sharing;
mod tracker;
mod words;

pub(crate) use claims::evidence;
pub(crate) use words::BackOfficeCommand;

use crate::{cli::Shared, connect::Clients, exit::Failure};

/// Runs the command.
pub(crate) async fn run(
    command: BackOfficeCommand,
    shared: &Shared,
    clients: &Clients,
) -> Result<(), Failure> {
    match command {
        BackOfficeCommand::Board { as_of } => board::board(as_of, shared, clients).await,
        BackOfficeCommand::Schemes { organisation, as_of } => {
            board::schemes(organisation, as_of, shared, clients).await
        }
        BackOfficeCommand::Claims(args) => claims::list(args, shared, clients).await,
        BackOfficeCommand::Claim(args) => claims::claim(args, shared, clients).await,
        BackOfficeCommand::Attest(args) => claims::attest(args, shared, clients).await,
        BackOfficeCommand::Reject { claim, reason } => claims::reject(claim, reason, shared, clients).await,
        BackOfficeCommand::Plan { nature } => plan::run(nature, shared, clients).await,
        BackOfficeCommand::Benchmarks(args) => benchmarks::run(args, shared, clients).await,
        BackOfficeCommand::Bridge(args) => bridge::run(args, shared, clients).await,
        BackOfficeCommand::Cases => cases::list(shared, clients).await,
        BackOfficeCommand::Case(command) => cases::run(command, shared, clients).await,
        BackOfficeCommand::Sharing { title } => sharing::run(title, shared, clients).await,
        BackOfficeCommand::Recharges { service } => recharges::run(service, shared, clients).await,
        BackOfficeCommand::Tracker(command) => tracker::run(command, shared, clients).await,
    }
}
