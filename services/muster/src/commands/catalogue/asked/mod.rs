//! `muster catalogue ...` as a node has it: what was imported, decided, opened and paid.

mod documents;
mod purchases;
mod review;
mod rounds;
mod spending;
mod stock;

pub(super) use stock::exported;

use clap::Subcommand;

use crate::{cli::Shared, connect::Clients, exit::Failure};

/// Commands that ask a node.
#[derive(Subcommand, Debug)]
pub(crate) enum AskedCommand {
    /// Items by words, codes, class and supplier, with mistakes forgiven
    Search(stock::SearchArgs),
    /// One item: how it is described, its price in force, its offers, what it is the same as
    Item(stock::ItemArgs),
    /// Write the own items or offers to a file that can be imported again
    Export(stock::ExportArgs),
    /// Look for records of the same item and put them up for review
    Propose(review::ProposeArgs),
    /// Pairs that wait for a decision, most own money first
    Proposals(review::ProposalsArgs),
    /// Decide what two items are to each other
    Decide(review::DecideArgs),
    /// Take a decision back
    Revoke(review::RevokeArgs),
    /// Decisions on items, newest first
    Decisions,
    /// Published spend along sides of the cube
    Spend(spending::SpendArgs),
    /// Suppliers that several organisations pay, pairs that might be one, and decisions on them
    #[command(subcommand)]
    Supplier(spending::SupplierCommand),
    /// Own lines of purchase with file line and price, also those that the realised prices of a round rest on
    Purchases(purchases::PurchasesArgs),
    /// What own purchases cost against what others pay for the same
    Variance(spending::VarianceArgs),
    /// What was paid after awards against baseline and award, and pledges that are not being bought
    Realised(spending::RealisedArgs),
    /// Collective rounds: open, pledge, bid, compute, approve, award
    #[command(subcommand)]
    Round(rounds::RoundCommand),
}

/// Runs the command.
pub(crate) async fn run(command: AskedCommand, shared: &Shared, clients: &Clients) -> Result<(), Failure> {
    match command {
        AskedCommand::Search(args) => stock::search(args, shared, clients).await,
        AskedCommand::Item(args) => stock::item(args, shared, clients).await,
        AskedCommand::Export(args) => stock::export(args, clients).await,
        AskedCommand::Propose(args) => review::propose(args, shared, clients).await,
        AskedCommand::Proposals(args) => review::proposals(args, shared, clients).await,
        AskedCommand::Decide(args) => review::decide(args, shared, clients).await,
        AskedCommand::Revoke(args) => review::revoke(args, shared, clients).await,
        AskedCommand::Decisions => review::decisions(shared, clients).await,
        AskedCommand::Spend(args) => spending::spend(args, shared, clients).await,
        AskedCommand::Supplier(command) => spending::supplier(command, shared, clients).await,
        AskedCommand::Purchases(args) => purchases::purchases(args, shared, clients).await,
        AskedCommand::Variance(args) => spending::variance(args, shared, clients).await,
        AskedCommand::Realised(args) => spending::realised(args, shared, clients).await,
        AskedCommand::Round(command) => rounds::run(command, shared, clients).await,
    }
}
