//! `muster catalogue ...`: the procurement catalogue from files.

pub(crate) mod matching;
mod records;

use clap::Subcommand;

use crate::{cli::Shared, exit::Failure};

#[derive(Subcommand, Debug)]
pub(crate) enum CatalogueCommand {
    /// Which records of two files, or of one, describe the same item
    Match(matching::MatchArgs),
}

/// Runs the command.
pub(crate) fn run(command: &CatalogueCommand, shared: &Shared) -> Result<(), Failure> {
    match command {
        CatalogueCommand::Match(args) => matching::run(args, shared),
    }
}
