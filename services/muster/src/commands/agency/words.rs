//! Words and flags of `muster agency`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use jiff::civil::Date;
use muster_agency::domain::{
    CapClass, Supply, TimeBand, Zone,
    words::{Word, plain},
};
use muster_kit::intake::Cell;

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
    /// The weekly return of an organisation: as it is now, as it was closed, or counted again by what was known then
    #[command(args_conflicts_with_subcommands = true)]
    Return(ReturnArgs),
    /// Break glass: leave to book a shift that the rules forbid
    #[command(subcommand)]
    Override(OverrideCommand),
    /// Months of shifts by organisation, group of staff and supply: hours, pounds, pounds above cap, shares, fill rate, displacement
    SpendTable(MonthsOf),
    /// The bank and agency cover that the latest forecast gaps would need, what it would cost, and the cover that was used
    Cover(CoverArgs),
    /// Grades, sites and times at which the bank costs as much all-in as agencies, or more
    Inversions(MonthsOf),
    /// Steps in the rates of partners, and what it would cost if all matched them
    Drift,
    /// Who of the bank workers could fill the unfilled shifts at the least all-in cost; books nothing
    Propose(ProposeArgs),
    /// What homes recharge to hosts for shared-bank shifts that were worked, by month
    Recharges(MonthsOf),
    /// What agency spending comes to at the end of the financial year, against the ceiling
    Projection(ProjectionArgs),
    /// Rows of a kind of rules as CSV, to look at, edit, and import again
    Rules {
        /// Kind: rate-card, cap-phases, verdict-rules, frameworks, ceilings, spend-rules and so on
        kind: String,
        /// The rows that the program brings along instead of the imported ones
        #[arg(long)]
        shipped: bool,
    },
}

impl AgencyCommand {
    /// Does it work on files alone, without a node?
    pub(crate) fn is_of_files(&self) -> bool {
        matches!(
            self,
            Self::Cap(_)
                | Self::Reconcile { .. }
                | Self::Verdicts { .. }
                | Self::SharedBank(_)
                | Self::Spend { .. }
        )
    }
}

/// Months of an organisation.
#[derive(Args, Debug)]
pub(crate) struct MonthsOf {
    /// ODS code [default: all]
    #[arg(long, default_value = "", hide_default_value = true)]
    pub(crate) organisation: String,
    /// First month, YYYY-MM [default: the first that is known; for inversions the last twelve]
    #[arg(long, default_value = "", hide_default_value = true)]
    pub(crate) from: String,
    /// Last month, YYYY-MM [default: the last that is known]
    #[arg(long, default_value = "", hide_default_value = true)]
    pub(crate) until: String,
}

#[derive(Args, Debug)]
pub(crate) struct CoverArgs {
    /// Scenario of the forecast
    #[arg(long, default_value = "do-nothing")]
    pub(crate) scenario: String,
    /// Level of the nodes: system, borough, federation, lcn, pcn or practice
    #[arg(long, default_value = "borough")]
    pub(crate) level: String,
    /// Only this node, by code
    #[arg(long, default_value = "", hide_default_value = true)]
    pub(crate) node: String,
    /// Only this role, in the words of the cover rules: gp, nurse and so on
    #[arg(long, default_value = "", hide_default_value = true)]
    pub(crate) role: String,
    /// Financial year ending [default: the last that is forecast]
    #[arg(long, default_value_t = 0, hide_default_value = true)]
    pub(crate) year: i32,
}

#[derive(Args, Debug)]
pub(crate) struct ProposeArgs {
    /// First day of the shifts, YYYY-MM-DD [default: that of the last month that has unfilled shifts]
    #[arg(long, default_value = "", hide_default_value = true)]
    pub(crate) from: String,
    /// Last day, YYYY-MM-DD [default: the last of that month]
    #[arg(long, default_value = "", hide_default_value = true)]
    pub(crate) until: String,
    /// Seconds until the best allocation found is printed
    #[arg(long, value_name = "SECONDS", default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=20))]
    pub(crate) deadline: u32,
    /// Write the case to a file that `muster agency shared-bank` reads
    #[arg(long, value_name = "FILE")]
    pub(crate) document: Option<PathBuf>,
}

#[derive(Args, Debug)]
pub(crate) struct ProjectionArgs {
    /// ODS code
    #[arg(long)]
    pub(crate) organisation: String,
    /// Last month to count, YYYY-MM [default: the last that is known]
    #[arg(long, default_value = "", hide_default_value = true)]
    pub(crate) until: String,
    /// Chance of being over the ceiling from which it is said to be at risk, 0 to 1
    #[arg(long, default_value = "0.5", value_parser = chance)]
    pub(crate) threshold: i64,
    /// Say so on the bus when it is at risk
    #[arg(long)]
    pub(crate) announce: bool,
}

/// A chance from 0 to 1, as parts per million.
fn chance(text: &str) -> Result<i64, String> {
    Cell { text, line: 0, column: "" }
        .share_ppm()
        .map_err(|found| format!("{}; {}", found.problem, found.remedy))
}

#[derive(Args, Debug)]
pub(crate) struct ReturnArgs {
    #[command(subcommand)]
    pub(crate) command: Option<ReturnCommand>,
    #[command(flatten)]
    pub(crate) of: Option<ReturnOf>,
    /// Number of a stored version [default: as it is now]
    #[arg(long, value_parser = clap::value_parser!(i64).range(1..))]
    pub(crate) number: Option<i64>,
    /// Count the version again by the rules, shifts and overrides that were known when it was made
    #[arg(long, requires = "number")]
    pub(crate) recompute: bool,
    /// Print it as CSV
    #[arg(long, conflicts_with_all = ["recompute", "xlsx"])]
    pub(crate) csv: bool,
    /// Write it as a workbook
    #[arg(long, conflicts_with = "recompute")]
    pub(crate) xlsx: bool,
    /// File to write to [default: standard output for CSV, a name of its own for a workbook]
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
}

#[derive(Args, Debug)]
pub(crate) struct ReturnOf {
    /// ODS code
    #[arg(long)]
    pub(crate) organisation: String,
    /// Week as 2020-W14, or its Monday as 2020-03-30
    #[arg(long)]
    pub(crate) week: String,
}

#[derive(Subcommand, Debug)]
pub(crate) enum ReturnCommand {
    /// Stand for the figures of a week as they are now
    Attest(ReturnOf),
    /// Submit what was attested; what comes in later makes a numbered correction
    Close(ReturnOf),
    /// Versions of returns, newest week first
    List {
        /// ODS code [default: all]
        #[arg(long, default_value = "", hide_default_value = true)]
        organisation: String,
    },
}

#[derive(Subcommand, Debug)]
pub(crate) enum OverrideCommand {
    /// Ask for leave, before the shift begins
    Request(Box<OverrideArgs>),
    /// Give or refuse leave, as the signatory that the verdict demands; nobody decides on a request of their own
    Decide {
        /// Id of the override
        id: String,
        /// Give leave
        #[arg(long, conflicts_with = "refuse", required_unless_present = "refuse")]
        approve: bool,
        /// Refuse leave
        #[arg(long)]
        refuse: bool,
    },
    /// Overrides, newest first
    List {
        /// ODS code [default: all]
        #[arg(long, default_value = "", hide_default_value = true)]
        organisation: String,
    },
}

#[derive(Args, Debug)]
pub(crate) struct OverrideArgs {
    /// ODS code
    #[arg(long)]
    pub(crate) organisation: String,
    /// Reference of the shift
    #[arg(long)]
    pub(crate) shift: String,
    /// Site, by whose zone it is paid
    #[arg(long)]
    pub(crate) site: String,
    /// Group of staff
    #[arg(long)]
    pub(crate) staff_group: String,
    /// Grade: band-1 to band-9 (8a to 8d), consultant and so on
    #[arg(long)]
    pub(crate) grade: String,
    /// Start, local time, YYYY-MM-DDTHH:MM
    #[arg(long)]
    pub(crate) start: String,
    /// End, local time, YYYY-MM-DDTHH:MM
    #[arg(long)]
    pub(crate) end: String,
    /// Unpaid break, minutes
    #[arg(long, default_value_t = 0)]
    pub(crate) break_minutes: i64,
    /// Who is to work it: bank, shared-bank or agency
    #[arg(long, default_value = "agency", value_parser = word::<Supply>)]
    pub(crate) supply: Supply,
    /// Booked on an approved framework: Y or N [default: as the list of frameworks says]
    #[arg(long, value_parser = ["Y", "N"])]
    pub(crate) framework: Option<String>,
    /// Agency
    #[arg(long, default_value = "", hide_default_value = true)]
    pub(crate) agency: String,
    /// Reason: vacancy, sickness, parental leave, annual leave, study leave, enhanced observation, escalation beds,
    /// additional clinics, carer leave, restricted duties or industrial action
    #[arg(long)]
    pub(crate) reason: String,
    /// Price of an hour in pounds, without VAT
    #[arg(long, value_parser = pence)]
    pub(crate) price: i64,
    /// Until when leave holds, local time [default: until the shift ends]
    #[arg(long, default_value = "", hide_default_value = true)]
    pub(crate) expires: String,
}

/// Pounds with at most two decimals, as pence.
fn pence(text: &str) -> Result<i64, String> {
    Cell { text, line: 0, column: "" }.pence().map_err(|found| format!("{}; {}", found.problem, found.remedy))
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
