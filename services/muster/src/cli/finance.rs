//! Words and flags of `muster finance`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use muster_backoffice::domain::{Month, Word, discount::Terms, figure};

#[derive(Subcommand, Debug)]
pub(crate) enum FinanceCommand {
    /// Net present value, payback, peak cash and switching values of flows by year, or of a case by organisation and month
    Npv(NpvArgs),
    /// Share what a group saves: Shapley value, proportional and equal price, and whether anybody would rather leave
    Share(DocumentArgs),
    /// What members of a shared service pay: fixed shares, running cost by use, settled for a quarter
    Tariff(DocumentArgs),
    /// The affordability bridge: how published figures come from each other, what does not add up, what may be compared
    Bridge(BridgeArgs),
    /// Savings from files: part-year and full-year effect, delivery, and what finance attested in the ledger
    Savings(SavingsArgs),
    /// Cost per driver, drivers per FTE and service level together, with peer quartiles and national figures
    Benchmark(BenchmarkArgs),
    /// Stay, share or buy: the cheapest assignment of organisations under your rules, and what each rule costs
    Options(DocumentArgs),
}

#[derive(Args, Debug)]
pub(crate) struct NpvArgs {
    /// Cash flows by organisation and month, CSV (also .gz) or XLSX with a sheet `cash-flows`
    #[arg(value_name = "FILE", conflicts_with = "flows", required_unless_present_any = ["flows", "template"])]
    pub(crate) file: Option<PathBuf>,
    /// Flows of years 0, 1, 2 ... in any unit, costs negative: -600,250,250
    #[arg(long, value_name = "LIST", allow_hyphen_values = true)]
    pub(crate) flows: Option<String>,
    /// Discount rate a year, as a share [default: 0.035, the Green Book's real rate for years 0 to 30]
    #[arg(long, value_name = "SHARE", allow_negative_numbers = true, value_parser = share)]
    pub(crate) rate: Option<i64>,
    /// Terms of the rate: real, nominal
    #[arg(long, value_name = "TERMS", default_value = "real", value_parser = word::<Terms>)]
    pub(crate) rate_is: Terms,
    /// Terms of the flows: real, nominal; nominal flows are not discounted at a real rate
    #[arg(long, value_name = "TERMS", default_value = "real", value_parser = word::<Terms>)]
    pub(crate) flows_are: Terms,
    /// General inflation a year that takes nominal flows to real terms, as a share
    #[arg(long, value_name = "SHARE", allow_negative_numbers = true, value_parser = share)]
    pub(crate) inflation: Option<i64>,
    /// Optimism bias: costs turn out this share higher
    #[arg(long, value_name = "SHARE", default_value = "0", value_parser = share)]
    pub(crate) optimism_bias: i64,
    /// Optimism bias of benefits: they turn out this share lower
    #[arg(long, value_name = "SHARE", default_value = "0", value_parser = share)]
    pub(crate) benefit_shortfall: i64,
    /// Print a file of cash flows to begin from, and stop
    #[arg(long)]
    pub(crate) template: bool,
}

#[derive(Args, Debug)]
pub(crate) struct DocumentArgs {
    /// JSON document; --example shows one
    #[arg(value_name = "FILE", required_unless_present = "example")]
    pub(crate) file: Option<PathBuf>,
    /// Print a document to begin from, and stop
    #[arg(long)]
    pub(crate) example: bool,
}

#[derive(Args, Debug)]
pub(crate) struct BridgeArgs {
    /// JSON document [default: the published figures of South East London]
    #[arg(value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,
    /// Compare only these two figures, by their ids; exit 3 when they may not be compared
    #[arg(long, value_name = "ONE,OTHER")]
    pub(crate) compare: Option<String>,
    /// Print the shipped document, and stop
    #[arg(long)]
    pub(crate) example: bool,
}

#[derive(Args, Debug)]
pub(crate) struct SavingsArgs {
    /// Schemes, CSV (also .gz) or XLSX with a sheet `schemes`
    #[arg(long, value_name = "FILE", required_unless_present = "template")]
    pub(crate) schemes: Vec<PathBuf>,
    /// Plan, forecast and actual by month, CSV or XLSX with a sheet `scheme-months`
    #[arg(long, value_name = "FILE")]
    pub(crate) months: Vec<PathBuf>,
    /// Movements of the ledger with their control total, CSV or XLSX with a sheet `ledger`; a later file stands above an earlier
    #[arg(long, value_name = "FILE")]
    pub(crate) ledger: Vec<PathBuf>,
    /// Claims and what finance decided, CSV or XLSX with a sheet `claims`; of two claims to a line the first attested counts
    #[arg(long, value_name = "FILE")]
    pub(crate) claims: Vec<PathBuf>,
    /// Last month that is over, YYYY-MM [default: the last with an actual]
    #[arg(long, value_name = "MONTH", value_parser = month)]
    pub(crate) as_of: Option<Month>,
    /// Print a file of a kind to begin from, and stop: schemes, scheme-months, ledger, claims
    #[arg(long, value_name = "KIND")]
    pub(crate) template: Option<String>,
}

#[derive(Args, Debug)]
pub(crate) struct BenchmarkArgs {
    /// Benchmarks, CSV (also .gz) or XLSX with a sheet `benchmarks`
    #[arg(value_name = "FILE", required_unless_present = "template")]
    pub(crate) file: Option<PathBuf>,
    /// Print a file to begin from, and stop
    #[arg(long)]
    pub(crate) template: bool,
}

/// A month.
fn month(text: &str) -> Result<Month, String> {
    Month::read(text).ok_or_else(|| "write it as 2017-04".to_owned())
}

/// A share in ppm.
fn share(text: &str) -> Result<i64, String> {
    figure::parse(text, 6).ok_or_else(|| "write a share with at most six decimals, such as 0.035".to_owned())
}

/// One word of a closed list.
fn word<T: Word>(text: &str) -> Result<T, String> {
    T::of(text).ok_or_else(|| format!("choose one of {}", T::list()))
}
