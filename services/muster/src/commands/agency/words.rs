//! Words and flags of `muster agency`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use jiff::civil::Date;
use muster_agency::domain::{
    CapClass, TimeBand, Zone,
    words::{Word, plain},
};

#[derive(Subcommand, Debug)]
pub(crate) enum AgencyCommand {
    /// The price cap of a grade on a day, with its rule, source and formula
    Cap(CapArgs),
    /// Compare every published cap with the formula and list what disagrees
    Reconcile {
        /// Rate cards and rule files, CSV or XLSX, on top of the shipped ones
        #[arg(value_name = "FILE")]
        files: Vec<PathBuf>,
    },
    /// Price a file of shifts by the rules of their own dates; stores nothing
    Verdicts {
        /// Shift lines, CSV (also .gz) or XLSX with a sheet `shifts`
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// Rate cards and rule files, CSV or XLSX, on top of the shipped ones
        #[arg(long, value_name = "FILE")]
        rates: Vec<PathBuf>,
    },
    /// Fill the shifts of several organisations from their banks at the least all-in cost; stores nothing
    SharedBank(SharedBankArgs),
    /// Read "spend over 25 thousand" files and say what of it is temporary staffing; stores nothing
    Spend {
        /// Published files, CSV (also .gz) or XLSX
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
        /// Rule table instead of the shipped one: expense_type, supplier, supply, reason
        #[arg(long, value_name = "FILE")]
        rules: Option<PathBuf>,
    },
}

#[derive(Args, Debug)]
pub(crate) struct SharedBankArgs {
    /// Document, JSON (docs/shared-bank.md)
    #[arg(value_name = "FILE", required_unless_present_any = ["example", "schema"])]
    pub(crate) file: Option<PathBuf>,
    /// Print a small document that can be changed and solved
    #[arg(long, conflicts_with_all = ["file", "schema"])]
    pub(crate) example: bool,
    /// Print the format of documents as JSON Schema
    #[arg(long, conflicts_with = "file")]
    pub(crate) schema: bool,
    /// Seconds until the best allocation found is printed
    #[arg(long, value_name = "SECONDS", default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..=86_400))]
    pub(crate) deadline: u64,
    /// Gap to the bound to stop at, in ppm [default: go on to the end]
    #[arg(long, value_name = "PPM", default_value_t = 0, hide_default_value = true)]
    pub(crate) enough: u64,
    /// Seed of who answers first in the comparison
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
}

#[derive(Args, Debug)]
pub(crate) struct CapArgs {
    /// Grade: band-1 to band-9 (8a to 8d), consultant and so on
    #[arg(long)]
    pub(crate) grade: String,
    /// Day of the shift, YYYY-MM-DD
    #[arg(long, value_name = "DATE")]
    pub(crate) on: Date,
    /// High-cost zone of the site: inner, outer, fringe [default: none]
    #[arg(long, value_parser = word::<Zone>)]
    pub(crate) zone: Option<Zone>,
    /// Time band: core, saturday-night, sunday-holiday
    #[arg(long, default_value = "core", value_parser = word::<TimeBand>)]
    pub(crate) time_band: TimeBand,
    /// Group of staff: junior-doctor, clinical, non-clinical [default: that of the grade]
    #[arg(long, value_parser = word::<CapClass>)]
    pub(crate) class: Option<CapClass>,
    /// Rate cards and rule files, CSV or XLSX, on top of the shipped ones
    #[arg(long, value_name = "FILE")]
    pub(crate) rates: Vec<PathBuf>,
}

/// One word of a closed list.
fn word<T: Word>(text: &str) -> Result<T, String> {
    let known = || T::WORDS.iter().map(|(word, _)| *word).collect::<Vec<_>>().join(", ");
    let found = T::WORDS.iter().find(|(word, _)| plain(word) == plain(text));
    found.map(|(_, value)| *value).ok_or_else(|| format!("choose one of {}", known()))
}
