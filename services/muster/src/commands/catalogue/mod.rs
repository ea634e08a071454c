//! `muster catalogue ...`: buying together. What works on files opens no data folder and asks no node.

pub(crate) mod award;

use clap::Subcommand;

use crate::{cli::Shared, exit::Failure};

#[derive(Subcommand, Debug)]
pub(crate) enum CatalogueCommand {
    /// Award the lots of a collective round at the least cost: proof or gap, runner-up, and what each constraint costs
    Award(award::AwardArgs),
}

/// Runs the command.
pub(crate) fn run(command: &CatalogueCommand, shared: &Shared) -> Result<(), Failure> {
    match command {
        CatalogueCommand::Award(args) => award::run(args, shared),
    }
}
