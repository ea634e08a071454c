//! Arguments of the commands that help to decide.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::{ForecastRole, Missing};

/// The run that a question is about.
#[derive(Args, Debug)]
pub(crate) struct RunOf {
    /// Scenario: a shipped one, or a document (a path with a dot or slash)
    #[arg(long, default_value = "do-nothing")]
    pub(crate) scenario: String,
    #[command(flatten)]
    pub(crate) years: YearsOf,
}

/// Area, years and draws of a run.
#[derive(Args, Debug)]
pub(crate) struct YearsOf {
    /// System, borough or commissioner by code or name, or ENGLAND
    #[arg(long, default_value = "SEL")]
    pub(crate) area: String,
    /// Financial year ending to start from
    #[arg(long, default_value_t = 2016)]
    pub(crate) base: i32,
    /// Last financial year ending
    #[arg(long = "to", id = "until", default_value_t = 2021)]
    pub(crate) until: i32,
    /// Monte Carlo draws
    #[arg(long, default_value_t = 1024)]
    pub(crate) draws: u32,
    /// Seed of the random numbers
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    /// What stands in for practices that did not return
    #[arg(long, value_enum, default_value_t = Missing::BoroughMean)]
    pub(crate) missing: Missing,
    #[command(flatten)]
    pub(crate) need: NeedOf,
    /// Financial year ending in whose prices costs are given [default: the year of each unit cost]
    #[arg(long, value_name = "YEAR", default_value_t = 0, hide_default_value = true)]
    pub(crate) prices: i32,
}

/// What patients count for in demand.
#[derive(Args, Clone, Copy, Debug)]
pub(crate) struct NeedOf {
    /// How patients count in demand
    #[arg(long, value_enum, default_value_t = Lists::Plain)]
    pub(crate) list: Lists,
    /// Patients count by the deprivation of those of their practice too; needs scores (`muster import deprivation`)
    #[arg(long)]
    pub(crate) deprivation: bool,
    /// Who counts as a patient
    #[arg(long, value_enum, default_value_t = PatientsBy::Registered)]
    pub(crate) patients: PatientsBy,
}

/// Who counts as a patient.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum PatientsBy {
    /// Everybody on a practice's list
    Registered,
    /// As many as live in the borough; needs counts of residents (`muster import residents`)
    Resident,
}

/// How patients count in demand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Lists {
    /// Each alike
    Plain,
    /// By the work that patients of their age and sex make; needs lists by age and sex
    Weighted,
}

#[derive(Args, Debug)]
pub(crate) struct ScoresArgs {
    /// Scenario: a document with `expectations` (a path with a dot or slash), or a shipped one
    pub(crate) scenario: String,
    /// System, borough or commissioner by code or name, or ENGLAND
    #[arg(long, default_value = "SEL")]
    pub(crate) area: String,
}

#[derive(Args, Debug)]
pub(crate) struct ListsArgs {
    /// System, borough or commissioner by code or name, or ENGLAND
    #[arg(long, default_value = "SEL")]
    pub(crate) area: String,
    /// Financial year ending [default: the newest that is known]
    #[arg(long, default_value_t = 0, hide_default_value = true)]
    pub(crate) year: i32,
    /// By the deprivation of the patients of practices too; needs scores (`muster import deprivation`)
    #[arg(long)]
    pub(crate) deprivation: bool,
    /// Who counts as a patient
    #[arg(long, value_enum, default_value_t = PatientsBy::Registered)]
    pub(crate) patients: PatientsBy,
}

#[derive(Args, Debug)]
pub(crate) struct SensitivityArgs {
    #[command(flatten)]
    pub(crate) run: RunOf,
    /// Code of a node or practice [default: the whole area]
    #[arg(long, default_value = "", hide_default_value = true)]
    pub(crate) node: String,
    /// Role
    #[arg(long, value_enum, default_value_t = ForecastRole::Gp)]
    pub(crate) role: ForecastRole,
    /// Financial year ending [default: the last year]
    #[arg(long, default_value_t = 0, hide_default_value = true)]
    pub(crate) year: i32,
}

#[derive(Args, Debug)]
pub(crate) struct PlanArgs {
    #[command(flatten)]
    pub(crate) run: RunOf,
    /// Role whose shortage is to be kept small
    #[arg(long, value_enum, default_value_t = ForecastRole::Gp)]
    pub(crate) role: ForecastRole,
    /// A lever as LEVER:CAP:POUNDS[:YEAR], as posts:150:99300 or leavers:-0.2:180000:2018; repeat for more [default: posts, leavers
    /// and hours within judged limits]
    #[arg(long, allow_hyphen_values = true)]
    pub(crate) lever: Vec<String>,
    /// What counts as a shortage: gap over demand
    #[arg(long, default_value_t = 0.1)]
    pub(crate) shortage: f64,
    /// Chance of it that is accepted
    #[arg(long, default_value_t = 0.2)]
    pub(crate) chance: f64,
    /// Levers act everywhere alike [default: each in every borough by itself, as far as it needs]
    #[arg(long)]
    pub(crate) everywhere: bool,
    /// First year that must be kept [default: the third after the base]
    #[arg(long, default_value_t = 0, hide_default_value = true)]
    pub(crate) from: i32,
}

#[derive(Args, Debug)]
pub(crate) struct ExportArgs {
    /// Id of the run [default: the latest finished one]
    #[arg(default_value = "", hide_default_value = true)]
    pub(crate) run: String,
    /// csv, xlsx or json [default: by the name of the file, else xlsx]
    #[arg(long)]
    pub(crate) format: Option<String>,
    /// For other organisations: without practices, and without roles of a level where one place has 1 to 4 people
    #[arg(long)]
    pub(crate) for_others: bool,
    /// File to write [default: a name made of area, scenario and run, here]
    #[arg(long)]
    pub(crate) out: Option<PathBuf>,
}

#[derive(Args, Debug)]
pub(crate) struct SweepArgs {
    /// Areas, with commas: systems, boroughs or commissioners by code or name, or ENGLAND
    #[arg(long, value_delimiter = ',', default_value = "SEL")]
    pub(crate) area: Vec<String>,
    /// Scenarios, with commas: shipped ones, or documents (paths with a dot or slash) [default: every shipped one]
    #[arg(long, value_delimiter = ',')]
    pub(crate) scenario: Vec<String>,
    /// What decides the gap of each area and borough, instead of forecasts; under the first scenario
    #[arg(long)]
    pub(crate) sensitivity: bool,
    /// Lowest level of the rows: system, borough, federation, lcn or pcn
    #[arg(long, default_value = "borough", conflicts_with = "sensitivity")]
    pub(crate) level: String,
    /// Financial year ending to start from
    #[arg(long, default_value_t = 2016)]
    pub(crate) base: i32,
    /// Last financial year ending; the year that a sensitivity is about
    #[arg(long = "to", id = "until", default_value_t = 2021)]
    pub(crate) until: i32,
    /// Monte Carlo draws
    #[arg(long, default_value_t = 1024)]
    pub(crate) draws: u32,
    /// Seed of the random numbers
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    #[command(flatten)]
    pub(crate) need: NeedOf,
    /// Financial year ending in whose prices costs are given [default: the year of each unit cost]
    #[arg(long, value_name = "YEAR", default_value_t = 0, hide_default_value = true)]
    pub(crate) prices: i32,
    /// Threads of a part, 0 = one a core; the figures do not depend on it
    #[arg(long, default_value_t = 0)]
    pub(crate) threads: u32,
}

/// Overrides of parameters.
#[derive(Subcommand, Debug)]
pub(crate) enum OverrideCommand {
    /// Sign another value for a parameter; forecasts from now on use it and say so
    Set(OverrideArgs),
    /// Withdraw one: what held before holds again
    Withdraw {
        /// Id of the override
        id: String,
    },
    /// All of them, also those that were withdrawn
    List,
}

#[derive(Args, Debug)]
pub(crate) struct OverrideArgs {
    /// Parameter, by its dotted name (see `muster staffing parameters`)
    pub(crate) name: String,
    /// Value, a whole number in the unit of the parameter
    #[arg(allow_hyphen_values = true)]
    pub(crate) value: i64,
    /// Why, and where the value comes from
    #[arg(long)]
    pub(crate) reason: String,
    /// Lower end of the 80% interval [default: the value]
    #[arg(long, allow_hyphen_values = true)]
    pub(crate) low: Option<i64>,
    /// Upper end [default: the value]
    #[arg(long, allow_hyphen_values = true)]
    pub(crate) high: Option<i64>,
    /// First day it holds, YYYY-MM-DD [default: today]
    #[arg(long, default_value = "", hide_default_value = true)]
    pub(crate) from: String,
    /// Of a unit cost, what the value buys [default: as shipped]
    #[arg(long, value_enum)]
    pub(crate) basis: Option<CostBasis>,
    /// Of a unit cost, the financial year ending in whose prices the value is [default: as shipped]
    #[arg(long, value_name = "YEAR", default_value_t = 0, hide_default_value = true)]
    pub(crate) price_year: i32,
}

/// What a unit cost buys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum CostBasis {
    /// A year of one FTE
    FteYear,
    /// An hour of work
    WorkingHour,
    /// An hour with patients
    ContactHour,
}
