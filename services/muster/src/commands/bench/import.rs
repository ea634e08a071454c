//! Imports of a large made-up file, beside a baseline of the same run.

use clap::{Args, ValueEnum};
use serde_json::Value;

use super::{gp_workforce, shifts};
use crate::exit::Failure;

#[derive(Args, Clone, Debug)]
pub(crate) struct ImportArgs {
    /// Rows of the file
    #[arg(long, default_value_t = 1_000_000, value_parser = clap::value_parser!(u32).range(1..=20_000_000))]
    pub(super) rows: u32,
    /// What the file holds
    #[arg(long, value_enum, default_value_t = Kind::Shifts)]
    pub(super) file: Kind,
    /// PostgreSQL to measure on, in a database of its own that is dropped again [default: a server started for it]
    #[arg(long, value_name = "URL")]
    pub(super) postgres: Option<String>,
    /// Seed of the shift lines
    #[arg(long, default_value_t = 1)]
    pub(super) seed: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Kind {
    /// Shift lines with verdicts, into SQLite and into PostgreSQL, beside a plain COPY of the same rows
    Shifts,
    /// A practice series of England's size, beside plain reading of the same bytes
    GpWorkforce,
}

/// Measures the kind that was asked for.
pub(super) async fn measure(args: &ImportArgs) -> Result<Value, Failure> {
    match args.file {
        Kind::Shifts => shifts::measure(args).await,
        Kind::GpWorkforce => gp_workforce::measure(args.rows).await,
    }
}
