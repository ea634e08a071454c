//! `muster bench`: whole paths, beside a baseline of the same run, in a folder that is thrown away.

mod award;
mod bus;
mod catalogue;
mod catalogue_search;
mod forecast;
mod gp_workforce;
mod import;
mod memory;
mod shared_bank;
mod shift_lines;
mod shifts;

pub(crate) use catalogue::CatalogueArgs;
pub(crate) use catalogue_search::CatalogueSearchArgs;
pub(crate) use import::ImportArgs;

use muster_kit::{Actor, Error, config::Config, config::Flags};
use tempfile::TempDir;

use crate::{
    cli::{BenchCommand, Service, Shared},
    connect::Clients,
    exit::Failure,
    node::Node,
    output,
};

/// Runs a benchmark and prints its figures.
pub(crate) async fn run(command: BenchCommand, shared: &Shared) -> Result<(), Failure> {
    let figures = match command {
        BenchCommand::Forecast { draws, practices: Some(practices) } => {
            forecast::engine(practices, draws).await?
        }
        BenchCommand::Forecast { draws, practices: None } => forecast::measure(draws).await?,
        BenchCommand::Bus { events } => bus::measure(events).await?,
        BenchCommand::Import(args) => import::measure(&args).await?,
        BenchCommand::SharedBank(asked) => shared_bank::measure(asked),
        BenchCommand::Award(asked) => award::measure(asked),
        BenchCommand::CatalogueMatch(asked) => crate::commands::catalogue::matching::measure(asked),
        BenchCommand::Catalogue(asked) => catalogue::measure(asked).await?,
        BenchCommand::CatalogueSearch(asked) => catalogue_search::measure(asked)?,
    };
    if shared.json {
        return Ok(output::json(&figures)?);
    }
    print(&figures, "")
}

fn print(figures: &serde_json::Value, indent: &str) -> Result<(), Failure> {
    let Some(object) = figures.as_object() else { return Ok(()) };
    for (name, value) in object {
        let name = name.replace('_', " ");
        if value.is_object() {
            output::line(&format!("{indent}{name}"))?;
            print(value, &format!("{indent}  "))?;
        } else {
            output::line(&format!("{indent}{name}: {value}"))?;
        }
    }
    Ok(())
}

/// A node with everything on embedded defaults in a folder that goes away with it.
pub(super) struct Bench {
    node: Node,
    pub(super) clients: Clients,
    _folder: TempDir,
}

impl Bench {
    pub(super) async fn open() -> Result<Self, Failure> {
        let folder = tempfile::tempdir()?;
        let flags = Flags { data: Some(folder.path().to_owned()), listen: None };
        let config = Config::load(None, std::iter::empty(), &flags, folder.path().to_owned())
            .map_err(Failure::from)?;
        let actor = Actor::local(config.organisation.clone());
        let node = Node::open(config, &Service::IN_ONE, None).await?;
        let clients = Clients::of_node(&node, actor);
        Ok(Self { node, clients, _folder: folder })
    }

    pub(super) async fn close(self) -> Result<(), Failure> {
        Ok(self.node.stop().await?)
    }
}

/// A failure of the measurement itself.
pub(super) fn failed(what: &str) -> Failure {
    Failure::Failed(Error::internal(what.to_owned()))
}
