//! The only binary: wiring, and the command line.

mod cli;
mod commands;
mod connect;
mod exit;
mod lock;
mod node;
mod output;
mod probe;
mod sample;
mod up;

use std::{path::PathBuf, process::ExitCode};

use clap::{Parser, ValueEnum as _};
use muster_kit::{
    config::{self, Config, Flags},
    telemetry,
};

use crate::{
    cli::{AuditCommand, Cli, Command, Shared, StaffingCommand},
    connect::Connection,
    exit::Failure,
};

/// Large pages where the system has them: a forecast is a tenth quicker in them (docs/staffing.md, "Speed").
#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = Cli::parse();
    match start(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}

fn start(cli: Cli) -> Result<(), Failure> {
    // what needs neither configuration nor node
    match &cli.command {
        Command::Config => return Ok(output::line(config::reference().trim_end())?),
        Command::Import(args) if args.template.is_some() => {
            return commands::import::template(args.template.as_deref().unwrap_or_default());
        }
        Command::Staffing(StaffingCommand::Model(command)) => {
            return commands::model::run(command, &cli.shared);
        }
        Command::Agency(command) if command.is_of_files() => {
            return commands::agency::run(command, &cli.shared);
        }
        Command::Catalogue(command) if command.is_of_files() => {
            return commands::catalogue::run(command, &cli.shared);
        }
        Command::Finance(command) => return commands::finance::run(command, &cli.shared),
        _ => {}
    }
    let mut config = configuration(&cli)?;
    let long_running = matches!(cli.command, Command::Up(_) | Command::Serve(_));
    if !long_running && config.telemetry.log == "info" {
        // a command's own output matters; what the node below it does is of interest only when it goes wrong
        config.telemetry.log = "warn".into();
    }
    if matches!(cli.command, Command::Health) {
        // whether the node is well must not depend on whether a collector answers
        config.telemetry.otlp_endpoint.clear();
    }
    let runtime = tokio::runtime::Runtime::new()?;
    let guard = {
        let _inside = runtime.enter();
        telemetry::start(&config.telemetry, &process_name(&cli.command))?
    };
    let ended = runtime.block_on(run(cli, config));
    guard.close();
    runtime.shutdown_timeout(std::time::Duration::from_secs(2));
    ended
}

/// What traces and measurements call this process: the services it runs.
fn process_name(command: &Command) -> String {
    match command {
        Command::Up(_) => "up".into(),
        Command::Serve(args) => {
            let name =
                |service: &cli::Service| service.to_possible_value().map(|of| of.get_name().to_owned());
            args.services.iter().filter_map(name).collect::<Vec<_>>().join("-")
        }
        _ => "command".into(),
    }
}

fn configuration(cli: &Cli) -> Result<Config, Failure> {
    let listen = match &cli.command {
        Command::Up(args) => args.listen,
        Command::Serve(args) => args.listen,
        _ => None,
    };
    let flags = Flags { data: cli.shared.data.clone(), listen };
    Ok(Config::load(cli.shared.config.clone(), std::env::vars(), &flags, default_data())?)
}

fn default_data() -> PathBuf {
    directories::ProjectDirs::from("", "", "muster")
        .map_or_else(|| PathBuf::from(".muster"), |folders| folders.data_dir().to_owned())
}

async fn run(cli: Cli, config: Config) -> Result<(), Failure> {
    match cli.command {
        Command::Up(args) => up::up(args, config).await,
        Command::Serve(args) => up::serve(args, config).await,
        Command::Health => commands::health::run(&cli.shared, &config).await,
        Command::Bench(command) => commands::bench::run(command, &cli.shared).await,
        command => with_node(command, &cli.shared, &config).await,
    }
}

async fn with_node(command: Command, shared: &Shared, config: &Config) -> Result<(), Failure> {
    let connection = Connection::open(shared, config).await?;
    let clients = &connection.clients;
    let ended = match command {
        Command::Import(args) => commands::import::run(args, shared, clients).await,
        Command::Directory(command) => commands::directory::run(command, shared, clients).await,
        Command::Staffing(command) => commands::staffing::run(command, shared, clients).await,
        Command::Agency(command) => commands::agency::ask(command, shared, clients).await,
        Command::Catalogue(command) => commands::catalogue::ask(command, shared, clients).await,
        Command::BackOffice(command) => commands::back_office::run(command, shared, clients).await,
        Command::Edition(command) => commands::edition::run(command, shared, clients).await,
        Command::Events(command) => commands::events::run(command, shared, clients).await,
        Command::Audit(AuditCommand::Verify) => commands::audit::verify(shared, clients).await,
        Command::Up(_)
        | Command::Serve(_)
        | Command::Health
        | Command::Bench(_)
        | Command::Finance(_)
        | Command::Config => Ok(()),
    };
    connection.close().await?;
    ended
}
