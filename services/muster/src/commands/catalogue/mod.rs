//! `muster catalogue ...`: the shared catalogue. What works on files opens no data folder and asks no node.

mod asked;
pub(crate) mod award;
mod check;
mod files;
mod gtin;
pub(crate) mod matching;
mod peppol;
mod price;
mod records;
mod suppliers;

use clap::Subcommand;

use crate::{cli::Shared, connect::Clients, exit::Failure};

#[derive(Subcommand, Debug)]
pub(crate) enum CatalogueCommand {
    /// Read a file and report what is wrong with it: items, offers, classes, the Drug Tariff, electronic catalogues
    Check(check::CheckArgs),
    /// The price in force of an item for an organisation, a quantity and a day, from files
    Price(Box<price::PriceArgs>),
    /// Electronic catalogues of Peppol (UBL 2.1): write, read, answer
    #[command(subcommand)]
    Peppol(peppol::PeppolCommand),
    /// Which names of published spend are one supplier, and the spend cube: supplier, organisation, expense type, month
    Suppliers(suppliers::SuppliersArgs),
    /// Is a number of a trade item or a place valid, and what is its check digit?
    Gtin(gtin::GtinArgs),
    /// Award the lots of a collective round at the least cost: proof or gap, runner-up, and what each constraint costs
    Award(award::AwardArgs),
    /// Which records of two files, or of one, describe the same item
    Match(matching::MatchArgs),
    #[command(flatten)]
    Asked(asked::AskedCommand),
}

impl CatalogueCommand {
    /// Does it work on files alone?
    pub(crate) fn is_of_files(&self) -> bool {
        match self {
            Self::Asked(_) => false,
            Self::Peppol(command) => command.is_of_files(),
            _ => true,
        }
    }
}

/// Runs a command that asks a node.
pub(crate) async fn ask(
    command: CatalogueCommand,
    shared: &Shared,
    clients: &Clients,
) -> Result<(), Failure> {
    match command {
        CatalogueCommand::Asked(command) => asked::run(command, shared, clients).await,
        CatalogueCommand::Peppol(command) if !command.is_of_files() => peppol::ask(&command, clients).await,
        files => run(&files, shared),
    }
}

/// Runs the command.
pub(crate) fn run(command: &CatalogueCommand, shared: &Shared) -> Result<(), Failure> {
    match command {
        CatalogueCommand::Check(args) => check::run(args, shared),
        CatalogueCommand::Price(args) => price::run(args, shared),
        CatalogueCommand::Peppol(command) => peppol::run(command, shared),
        CatalogueCommand::Suppliers(args) => suppliers::run(args, shared),
        CatalogueCommand::Gtin(args) => gtin::run(args, shared),
        CatalogueCommand::Award(args) => award::run(args, shared),
        CatalogueCommand::Match(args) => matching::run(args, shared),
        CatalogueCommand::Asked(_) => Ok(()),
    }
}
