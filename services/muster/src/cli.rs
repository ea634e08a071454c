//! The command line: words, flags and help.

mod decide;
mod finance;
mod model;
mod trusts;

use std::{net::SocketAddr, path::PathBuf};

use clap::{Args, Parser, Subcommand, ValueEnum};

pub(crate) use decide::{
    ExportArgs, Lists, ListsArgs, NeedOf, OverrideCommand, PatientsBy, PlanArgs, RunOf, ScoresArgs,
    SensitivityArgs, SweepArgs, YearsOf,
};
pub(crate) use finance::{BenchmarkArgs, BridgeArgs, DocumentArgs, FinanceCommand, NpvArgs, SavingsArgs};
pub(crate) use model::{ModelCommand, ModelDraws, ModelRunArgs, ModelSolveArgs};
pub(crate) use trusts::{TrustForecastArgs, TrustGroup, TrustsCommand};

/// Workforce and federation planning for health systems.
#[derive(Parser, Debug)]
#[command(name = "muster", version, about, propagate_version = true, max_term_width = 120)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) shared: Shared,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Flags that every command takes.
#[derive(Args, Debug, Clone, Default)]
pub(crate) struct Shared {
    /// Folder of the node's data [default: muster in the user's data folder]
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// Configuration file [default: muster.toml of the working folder, when there]
    #[arg(long, global = true, value_name = "FILE", env = "MUSTER_CONFIG")]
    pub(crate) config: Option<PathBuf>,
    /// Address of a running node, such as http://127.0.0.1:8080 [default: the data folder itself, or the node that has it open]
    #[arg(long, global = true, value_name = "URL", env = "MUSTER_SERVER")]
    pub(crate) server: Option<String>,
    /// File that holds the token to call the node with
    #[arg(long, global = true, value_name = "FILE", env = "MUSTER_TOKEN_FILE")]
    pub(crate) token_file: Option<PathBuf>,
    /// Print one JSON document on stdout instead of text
    #[arg(long, global = true)]
    pub(crate) json: bool,
}

#[derive(Subcommand, Debug)]
pub(crate) enum Command {
    /// Run everything in one process on this machine: pages, JSON and gRPC on one port
    Up(UpArgs),
    /// Run some of the services, for a system of several processes
    Serve(ServeArgs),
    /// Import files; `muster import --help` lists every kind with its columns
    Import(ImportArgs),
    /// Organisations and how practices are grouped
    #[command(subcommand)]
    Directory(DirectoryCommand),
    /// Baselines, history and forecasts of staff, and published models
    #[command(subcommand)]
    Staffing(StaffingCommand),
    /// Bank and agency: price caps as dated rules, and shifts and spend judged by them
    #[command(subcommand)]
    Agency(crate::commands::agency::AgencyCommand),
    /// The back office: savings that owners claim and finance attests, benchmarks, the affordability bridge
    #[command(subcommand)]
    BackOffice(crate::commands::back_office::BackOfficeCommand),
    /// Numbered, frozen versions of every figure: freeze, show, diff, verify, export
    #[command(subcommand)]
    Edition(crate::commands::edition::EditionCommand),
    /// The back office from files: business cases, sharing, savings, the bridge, benchmarks; needs no data folder
    #[command(subcommand)]
    Finance(FinanceCommand),
    /// The shared catalogue and collective rounds and collective rounds: from files, and as the node has them
    #[command(subcommand)]
    Catalogue(crate::commands::catalogue::CatalogueCommand),
    /// The log of events, and the events that a consumer gave up on
    #[command(subcommand)]
    Events(EventsCommand),
    /// The audit chain
    #[command(subcommand)]
    Audit(AuditCommand),
    /// Measure whole paths on this machine, beside a baseline of the same run
    #[command(subcommand)]
    Bench(BenchCommand),
    /// Print every configuration key with its default and meaning
    Config,
    /// Ask a running node whether it is well; exit 0 when it is
    Health,
}

#[derive(Args, Debug)]
pub(crate) struct UpArgs {
    /// Address of pages, JSON and gRPC [default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) listen: Option<SocketAddr>,
    /// Start with nothing instead of the sample
    #[arg(long)]
    pub(crate) no_sample: bool,
}

#[derive(Args, Debug)]
pub(crate) struct ServeArgs {
    /// Services to run in this process
    #[arg(long, value_delimiter = ',', required = true, value_enum)]
    pub(crate) services: Vec<Service>,
    /// Address of pages, JSON and gRPC [default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) listen: Option<SocketAddr>,
}

/// A service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Service {
    /// Organisations and groupings
    Directory,
    /// Baselines and forecasts
    Staffing,
    /// Works off parts of sweeps: any number of processes beside staffing, on its database
    StaffingWorker,
    /// Bank and agency
    Agency,
    /// The shared catalogue
    Catalogue,
    /// Shared back office
    Backoffice,
    /// The pages
    Web,
}

impl Service {
    /// What one process runs when it runs Muster whole.
    pub(crate) const IN_ONE: [Self; 6] =
        [Self::Directory, Self::Staffing, Self::Agency, Self::Catalogue, Self::Backoffice, Self::Web];
}

#[derive(Args, Debug)]
#[command(after_long_help = crate::commands::import::kinds_help())]
pub(crate) struct ImportArgs {
    /// Kind of file
    #[arg(required_unless_present = "template")]
    pub(crate) kind: Option<String>,
    /// Files, CSV (also .gz) or XLSX
    #[arg(required_unless_present = "template", value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// Store the good rows although others are refused [default: one refused row refuses its file]
    #[arg(long)]
    pub(crate) keep_good_rows: bool,
    /// Financial year ending that the file covers (2016 = 2015-16), when its name does not say
    #[arg(long)]
    pub(crate) year: Option<i32>,
    /// Print a header with an example row of this kind, and stop
    #[arg(long, value_name = "KIND")]
    pub(crate) template: Option<String>,
}

#[derive(Subcommand, Debug)]
pub(crate) enum DirectoryCommand {
    /// Groupings of practices on a date, with practices and patients in each
    Groupings(AsOfArgs),
    /// One organisation on a date, with its groupings and successions
    Show {
        /// ODS code
        code: String,
        #[command(flatten)]
        when: AsOfArgs,
    },
}

#[derive(Args, Debug)]
pub(crate) struct AsOfArgs {
    /// Date, YYYY-MM-DD [default: today]
    #[arg(long, default_value = "", hide_default_value = true)]
    pub(crate) as_of: String,
}

#[derive(Subcommand, Debug)]
pub(crate) enum StaffingCommand {
    /// What happened: a row a year, with what the first year's ratio of filled FTE to list would need
    History {
        /// System, borough or commissioner by code or name, or ENGLAND
        #[arg(long, default_value = "SEL")]
        area: String,
        /// What stands in for practices that did not return
        #[arg(long, value_enum, default_value_t = Missing::BoroughMean)]
        missing: Missing,
    },
    /// Run a forecast and print its rows
    Forecast(ForecastArgs),
    /// Score forecasts of earlier years, made from what was known then, against what came
    Backtest(BacktestArgs),
    /// Scenarios: what is shipped, their documents, and two side by side
    #[command(subcommand)]
    Scenario(ScenarioCommand),
    /// Make a finished run again and compare it with what was published, to the bit
    Reproduce {
        /// Id of the run [default: the latest finished one]
        #[arg(default_value = "", hide_default_value = true)]
        run: String,
    },
    /// What decides one gap: knowledge, chance and choice apart, and what finding out would be worth
    Sensitivity(SensitivityArgs),
    /// The least-cost mix of levers that keeps the chance of a shortage small in every borough and year
    Plan(PlanArgs),
    /// Many forecasts, or what decides many gaps, worked off by every process that works on sweeps
    Sweep(SweepArgs),
    /// Write a finished run to a file: CSV, XLSX (a sheet a level) or JSON (the full document)
    Export(ExportArgs),
    /// Put another value in the place of a parameter: dated, signed, and shown on a line of its own
    #[command(subcommand)]
    Override(OverrideCommand),
    /// Bank and agency cover that organisations used, by month and group of staff, as whole-time staff and pounds
    ObservedCover(crate::commands::agency::MonthsOf),
    /// Forecasts made, newest first
    Runs,
    /// Parameters of the forecast with their sources
    Parameters,
    /// Lists by age and sex, deprivation and residents: what counting patients by them does to the need of each place
    Lists(ListsArgs),
    /// Nurses and doctors of trusts: what was counted, and where their numbers may go
    #[command(subcommand)]
    Trusts(TrustsCommand),
    /// Published workforce models as files: run, check, solve; needs no data folder
    #[command(subcommand)]
    Model(ModelCommand),
}

#[derive(Subcommand, Debug)]
pub(crate) enum ScenarioCommand {
    /// Shipped scenarios
    List,
    /// Print the document of a shipped scenario
    Show {
        /// Name
        name: String,
    },
    /// Print the JSON Schema of a scenario document
    Schema,
    /// Two scenarios side by side, and the steps from one to the other
    Compare(Box<CompareArgs>),
    /// What a document expects of counts to come, scored against those that came: hit or miss, interval score, pinball score
    Scores(ScoresArgs),
}

#[derive(Args, Debug)]
pub(crate) struct CompareArgs {
    /// Scenario: a shipped one, or a document (a path with a dot or slash)
    pub(crate) from: String,
    /// The other
    pub(crate) to: String,
    #[command(flatten)]
    pub(crate) years: YearsOf,
    /// Only rows of this node, by code
    #[arg(long, default_value = "", hide_default_value = true)]
    pub(crate) node: String,
    /// Leave out the steps, which take a run each
    #[arg(long)]
    pub(crate) without_steps: bool,
}

#[derive(Args, Debug)]
pub(crate) struct ForecastArgs {
    /// Scenario: a shipped one (see `muster staffing scenario list`), or a document (a path with a dot or slash)
    #[arg(long, default_value = "do-nothing")]
    pub(crate) scenario: String,
    /// System, borough or commissioner by code or name, or ENGLAND
    #[arg(long, default_value = "SEL")]
    pub(crate) area: String,
    /// Financial year ending to start from
    #[arg(long, default_value_t = 2016)]
    pub(crate) base: i32,
    /// Last financial year ending
    #[arg(long, default_value_t = 2021)]
    pub(crate) to: i32,
    /// Monte Carlo draws
    #[arg(long, default_value_t = 1024)]
    pub(crate) draws: u32,
    /// Seed of the random numbers: the same seed and inputs give the same figures
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    /// What stands in for practices that did not return
    #[arg(long, value_enum, default_value_t = Missing::BoroughMean)]
    pub(crate) missing: Missing,
    /// Threads, 0 = one a core; the figures do not depend on it
    #[arg(long, default_value_t = 0)]
    pub(crate) threads: u32,
    #[command(flatten)]
    pub(crate) need: NeedOf,
    /// Financial year ending in whose prices costs are given [default: the year of each unit cost]
    #[arg(long, value_name = "YEAR", default_value_t = 0, hide_default_value = true)]
    pub(crate) prices: i32,
    /// Only rows of this level: practice, lcn, federation, pcn, borough, system
    #[arg(long)]
    pub(crate) level: Option<String>,
    /// Roles [default: gp,nurse; there are also direct-patient-care and administration]
    #[arg(long, value_delimiter = ',', value_enum)]
    pub(crate) roles: Vec<ForecastRole>,
}

/// A role that there are parameters for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ForecastRole {
    /// Fully qualified GPs
    Gp,
    /// Practice nurses
    Nurse,
    /// Direct patient care other than GPs and nurses
    DirectPatientCare,
    /// Administration
    Administration,
}

#[derive(Args, Debug)]
pub(crate) struct BacktestArgs {
    /// Financial year ending to forecast from; may be given several times [default: every year that the data allow]
    #[arg(long, value_delimiter = ',')]
    pub(crate) origin: Vec<i32>,
    /// A practice series with later years to score against; it is read, not stored
    #[arg(long, value_name = "FILE")]
    pub(crate) truth: Option<PathBuf>,
    /// System, borough or commissioner by code or name, or ENGLAND
    #[arg(long, default_value = "SEL")]
    pub(crate) area: String,
    /// Monte Carlo draws
    #[arg(long, default_value_t = 1024)]
    pub(crate) draws: u32,
    /// Seed of the random numbers
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    /// Threads, 0 = one a core; the scores do not depend on it
    #[arg(long, default_value_t = 0)]
    pub(crate) threads: u32,
}

/// What stands in for practices that did not return.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Missing {
    /// Nothing: they count as no staff
    LeaveOut,
    /// Their list times the FTE per patient of their borough
    BoroughMean,
    /// Their own last value, else the borough mean
    LastValue,
}

#[derive(Subcommand, Debug)]
pub(crate) enum EventsCommand {
    /// Print the log of events
    Tail {
        /// Position to start from
        #[arg(long, default_value_t = 1)]
        from: u64,
        /// Subject filter, with * for one token and > for the rest
        #[arg(long, default_value = "")]
        filter: String,
        /// Wait for new events instead of stopping at the end
        #[arg(long)]
        follow: bool,
    },
    /// List the events that a consumer gave up on, with the reason
    DeadLetters {
        /// Only of this consumer
        #[arg(long, default_value = "")]
        consumer: String,
    },
    /// Deliver dead letters again to the consumer that gave up on them
    Replay {
        /// Ids of dead letters [default: all of the consumer]
        ids: Vec<String>,
        /// Only of this consumer
        #[arg(long, default_value = "")]
        consumer: String,
        /// Every dead letter of every consumer
        #[arg(long)]
        all: bool,
    },
}

#[derive(Subcommand, Debug)]
pub(crate) enum AuditCommand {
    /// Walk every audit chain and compare each link with its row
    Verify,
}

#[derive(Subcommand, Debug)]
pub(crate) enum BenchCommand {
    /// The do-nothing forecast: on the sample, one thread against all; with --practices the engine alone, beside its innermost loop
    Forecast {
        /// Monte Carlo draws
        #[arg(long, default_value_t = 1024)]
        draws: u32,
        /// The engine alone on so many made-up practices, every role, fifteen years (246 as South East London, 6300 as England)
        #[arg(long)]
        practices: Option<u32>,
    },
    /// Committed commands through outbox, bus and inbox, beside PostgreSQL's own rate
    Bus {
        /// Commands
        #[arg(long, default_value_t = 20_000)]
        events: u32,
    },
    /// A million shift lines through the import, into SQLite and into PostgreSQL, beside a plain COPY; or a practice series
    Import(crate::commands::bench::ImportArgs),
    /// A made-up shared bank, beside first-come and the bound that nobody can go below
    SharedBank(crate::commands::shared_bank::BenchArgs),
    /// The award of a made-up round, beside the cheapest bid for each lot and the mixed-integer solver alone
    Award(crate::commands::catalogue::award::BenchArgs),
    /// The whole catalogue of a node: items imported, searched and matched, variance, and the award of a round
    Catalogue(crate::commands::bench::CatalogueArgs),
    /// A made-up catalogue matched with itself, beside joins on descriptions and codes
    CatalogueMatch(crate::commands::catalogue::matching::BenchArgs),
    /// Searches of a made-up catalogue whose right answer is known: time, share found, memory, building and changing the index
    CatalogueSearch(crate::commands::bench::CatalogueSearchArgs),
}
