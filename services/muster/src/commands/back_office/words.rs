//! Words and flags of `muster back-office`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use muster_backoffice::domain::figure;

#[derive(Subcommand, Debug)]
pub(crate) enum BackOfficeCommand {
    /// What the board sees: attested money in the headline, by organisation, and how delivery stands
    Board {
        /// Month at whose end schemes stand, YYYY-MM [default: the last month with an actual]
        #[arg(long, default_value = "", hide_default_value = true)]
        as_of: String,
    },
    /// Savings schemes with part-year and full-year effect, risk-adjusted value and delivery
    Schemes {
        /// Only of this organisation, by ODS code
        #[arg(long, default_value = "", hide_default_value = true)]
        organisation: String,
        /// Month at whose end they stand, YYYY-MM [default: the last month with an actual]
        #[arg(long, default_value = "", hide_default_value = true)]
        as_of: String,
    },
    /// Claims, newest first; --undecided is the inbox of finance
    Claims(ClaimsArgs),
    /// Claim a saving of a scheme, or take a proposed claim on
    Claim(ClaimArgs),
    /// Attest a claim against a line of the ledger, as finance; nobody attests a claim of their own
    Attest(AttestArgs),
    /// Reject a claim, or take an attestation back, as finance
    Reject {
        /// Name of the claim
        claim: String,
        /// Why
        #[arg(long)]
        reason: String,
    },
    /// Plan lines that came by themselves: pressures of forecasts, planned savings of awards
    Plan {
        /// Only of this nature: pressure, planned-saving
        #[arg(long, default_value = "", hide_default_value = true)]
        nature: String,
    },
    /// Benchmarks beside their peers and the national figures
    Benchmarks(BenchmarksArgs),
    /// The affordability bridge that was published last, or the shipped example
    Bridge(BridgeArgs),
    /// Business cases: what the approved option of each is worth, as planned and as finance's attestations leave it
    Cases,
    /// Show a business case, approve an option of it, or take the approval back
    #[command(subcommand)]
    Case(CaseCommand),
    /// Gains to be shared, or one of them worked out: Shapley value, proportional, equal price, and who would rather leave
    Sharing {
        /// Title [default: list them]
        #[arg(default_value = "", hide_default_value = true)]
        title: String,
    },
    /// What members of shared services pay, settled by quarter
    Recharges {
        /// Only of this service
        #[arg(long, default_value = "", hide_default_value = true)]
        service: String,
    },
    /// Savings trackers as they are kept, with columns of other names: look first, then import
    #[command(subcommand)]
    Tracker(TrackerCommand),
}

#[derive(Subcommand, Debug)]
pub(crate) enum CaseCommand {
    /// Options side by side, the cheapest assignment, what each rule costs, and the re-forecast
    Show(CaseShowArgs),
    /// Approve an option; nobody approves a case that they published
    Approve {
        /// Name of the case
        case: String,
        /// Name of the option
        #[arg(value_parser = clap::builder::NonEmptyStringValueParser::new())]
        option: String,
        /// Why
        #[arg(long)]
        reason: String,
        /// Version of the case that was looked at (`show --json` has it): if another stands by now, nothing is decided
        #[arg(long, value_name = "VERSION", default_value_t = 0, hide_default_value = true)]
        seen: i64,
    },
    /// Take the approval back
    Withdraw {
        /// Name of the case
        case: String,
        /// Why
        #[arg(long)]
        reason: String,
        /// Version of the case that was looked at (`show --json` has it): if another stands by now, nothing is decided
        #[arg(long, value_name = "VERSION", default_value_t = 0, hide_default_value = true)]
        seen: i64,
    },
}

#[derive(Args, Debug)]
pub(crate) struct CaseShowArgs {
    /// Name of the case
    pub(crate) case: String,
    /// Option whose months and sharing are shown with --json [default: the approved one, or the best]
    #[arg(long, default_value = "", hide_default_value = true)]
    pub(crate) option: String,
    /// Last month that the re-forecast may know, YYYY-MM [default: the last with something attested]
    #[arg(long, default_value = "", hide_default_value = true)]
    pub(crate) as_of: String,
}

#[derive(Subcommand, Debug)]
pub(crate) enum TrackerCommand {
    /// How the columns of a tracker would be read, and what would be stored; nothing is
    Preview {
        #[command(flatten)]
        of: TrackerArgs,
        /// Write the mapping to this file, to be looked at and given to `import`
        #[arg(long, value_name = "MAPPING")]
        save: Option<PathBuf>,
    },
    /// Import a tracker by a mapping that somebody looked at: schemes and months, all or nothing
    Import {
        #[command(flatten)]
        of: TrackerArgs,
        /// Keep what is good although other cells are refused; totals must agree all the same
        #[arg(long)]
        keep_good_rows: bool,
    },
    /// Print a mapping to begin from
    Template,
}

/// A tracker and how it is to be read.
#[derive(Args, Debug)]
pub(crate) struct TrackerArgs {
    /// The tracker: CSV or XLSX
    pub(crate) file: PathBuf,
    /// The mapping of its columns, a JSON document [default for preview: the one that is proposed]
    #[arg(long, value_name = "MAPPING")]
    pub(crate) mapping: Option<PathBuf>,
}

/// A state of a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum State {
    /// It came by itself from an event
    Proposed,
    /// The owner claims it
    Claimed,
    /// Finance found it in the ledger
    Attested,
    /// Finance did not
    Rejected,
    /// It came by itself, and later events left nothing of it
    Lapsed,
}

#[derive(Args, Debug)]
pub(crate) struct ClaimsArgs {
    /// Only of this organisation, by ODS code
    #[arg(long, default_value = "", hide_default_value = true)]
    pub(crate) organisation: String,
    /// Only in this state
    #[arg(long, value_enum, conflicts_with = "undecided")]
    pub(crate) state: Option<State>,
    /// Only those that wait for a decision
    #[arg(long)]
    pub(crate) undecided: bool,
}

#[derive(Args, Debug)]
pub(crate) struct ClaimArgs {
    /// Name of the scheme
    #[arg(long)]
    pub(crate) scheme: String,
    /// Month of the saving, YYYY-MM
    #[arg(long, required_unless_present = "proposal", conflicts_with = "proposal")]
    pub(crate) month: Option<String>,
    /// Pounds [default with --proposal: all that is proposed]
    #[arg(long, value_name = "POUNDS", required_unless_present = "proposal", value_parser = pounds)]
    pub(crate) amount: Option<i64>,
    #[command(flatten)]
    pub(crate) line: LineArgs,
    /// Take this proposed claim on instead of making a new one
    #[arg(long, value_name = "CLAIM")]
    pub(crate) proposal: Option<String>,
}

#[derive(Args, Debug)]
pub(crate) struct AttestArgs {
    /// Name of the claim
    pub(crate) claim: String,
    #[command(flatten)]
    pub(crate) line: LineArgs,
    /// Pounds found in the ledger [default: all that is claimed]
    #[arg(long, value_name = "POUNDS", value_parser = pounds)]
    pub(crate) amount: Option<i64>,
    /// Scheme of a proposed claim that has none
    #[arg(long, default_value = "", hide_default_value = true)]
    pub(crate) scheme: String,
}

/// A line of the ledger.
#[derive(Args, Debug)]
pub(crate) struct LineArgs {
    /// Account of the line of the ledger that supports it
    #[arg(long, default_value = "", hide_default_value = true)]
    pub(crate) account: String,
    /// Its cost centre, where it has one
    #[arg(long, default_value = "", hide_default_value = true, requires = "account")]
    pub(crate) cost_centre: String,
    /// Its month, YYYY-MM [default: the month of the claim]
    #[arg(long, default_value = "", hide_default_value = true, requires = "account")]
    pub(crate) line_month: String,
}

#[derive(Args, Debug)]
pub(crate) struct BenchmarksArgs {
    /// Only of this function, such as payroll
    #[arg(long, default_value = "", hide_default_value = true)]
    pub(crate) function: String,
    /// Only of this organisation, by ODS code
    #[arg(long, default_value = "", hide_default_value = true)]
    pub(crate) organisation: String,
    /// Only of this financial year ending
    #[arg(long, default_value_t = 0, hide_default_value = true)]
    pub(crate) year: i32,
}

#[derive(Args, Debug)]
pub(crate) struct BridgeArgs {
    /// Title [default: the one published last]
    #[arg(long, default_value = "", hide_default_value = true)]
    pub(crate) title: String,
    /// The shipped example, whatever was published
    #[arg(long, conflicts_with = "title")]
    pub(crate) shipped: bool,
    /// Compare two figures by their ids: one,other; ends with 3 where they may not be compared
    #[arg(long, value_name = "ONE,OTHER")]
    pub(crate) compare: Option<String>,
}

/// Pounds as pence.
fn pounds(text: &str) -> Result<i64, String> {
    let pence = figure::parse(text, 2).filter(|pence| *pence > 0);
    pence.ok_or_else(|| "write pounds above zero with at most two decimals, for instance 8500.00".to_owned())
}
