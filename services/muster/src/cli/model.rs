//! Words and flags of `muster staffing model`.

use std::path::PathBuf;

use clap::{Args, Subcommand, value_parser};

/// Most draws of the uncertain inputs, as in a document.
const MAX_DRAWS: i64 = 65_536;

#[derive(Subcommand, Debug)]
pub(crate) enum ModelCommand {
    /// Run a model: its outputs over the years in every scenario, and the answers to its own questions
    Run(ModelRunArgs),
    /// Compare what models give with what their sources printed; exit 1 when a row is not as its document says
    Check {
        /// Model documents, or names of shipped models [default: every shipped model]
        #[arg(value_name = "FILE")]
        models: Vec<PathBuf>,
    },
    /// Find the value of one parameter that makes an output meet a target, with its 80% interval
    Solve(ModelSolveArgs),
    /// The shipped models
    List,
    /// Print the document of a shipped model
    Show {
        /// Name of a shipped model
        name: String,
    },
    /// Print the format of model documents as JSON Schema
    Schema,
}

#[derive(Args, Debug)]
pub(crate) struct ModelRunArgs {
    /// Model document, or the name of a shipped model
    #[arg(value_name = "FILE")]
    pub(crate) model: PathBuf,
    #[command(flatten)]
    pub(crate) draws: ModelDraws,
}

/// Draws that intervals are made from.
#[derive(Args, Debug, Clone, Copy)]
pub(crate) struct ModelDraws {
    /// Draws of the uncertain inputs, 0 for no intervals [default: 400, or what a question of the document says]
    #[arg(long, value_parser = value_parser!(u32).range(0..=MAX_DRAWS))]
    pub(crate) draws: Option<u32>,
    /// Seed of the draws: the same document and seed give the same figures [default: 1, or what a question says]
    #[arg(long)]
    pub(crate) seed: Option<u64>,
}

#[derive(Args, Debug)]
pub(crate) struct ModelSolveArgs {
    /// Model document, or the name of a shipped model
    #[arg(value_name = "FILE")]
    pub(crate) model: PathBuf,
    /// Parameter to search
    #[arg(long, value_name = "PARAMETER")]
    pub(crate) find: String,
    /// Output that is to meet the target
    #[arg(long, value_name = "OUTPUT")]
    pub(crate) output: String,
    /// Target, in the unit of the output
    #[arg(long, value_name = "VALUE", allow_negative_numbers = true, value_parser = finite)]
    pub(crate) target: f64,
    /// Lowest value to try, in the unit of the parameter [default: what the document says of the parameter]
    #[arg(long, value_name = "VALUE", allow_negative_numbers = true, value_parser = finite)]
    pub(crate) low: Option<f64>,
    /// Highest value to try, in the unit of the parameter [default: what the document says of the parameter]
    #[arg(long, value_name = "VALUE", allow_negative_numbers = true, value_parser = finite)]
    pub(crate) high: Option<f64>,
    /// Year of the output [default: the last]
    #[arg(long)]
    pub(crate) year: Option<i32>,
    /// Scenario [default: base]
    #[arg(long)]
    pub(crate) scenario: Option<String>,
    #[command(flatten)]
    pub(crate) draws: ModelDraws,
}

/// A number that can be computed with: words such as `nan` and `inf` parse as numbers, too.
fn finite(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(value) if value.is_finite() => Ok(value),
        _ => Err("write a number such as 0.07".to_owned()),
    }
}
