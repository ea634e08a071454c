//! Arguments of `muster staffing trusts`.

use clap::{Args, Subcommand, ValueEnum};

/// Staff of trusts.
#[derive(Subcommand, Debug)]
pub(crate) enum TrustsCommand {
    /// What was counted, by organisation, group of staff and month
    List {
        /// Only this organisation, by ODS code
        #[arg(long, default_value = "", hide_default_value = true)]
        organisation: String,
    },
    /// Supply of nurses and doctors in the years after the last count, and what is short of a count that grows as you choose
    Forecast(TrustForecastArgs),
}

#[derive(Args, Debug)]
pub(crate) struct TrustForecastArgs {
    /// Only this trust, by ODS code [default: all together and each]
    #[arg(long, default_value = "", hide_default_value = true)]
    pub(crate) organisation: String,
    /// Only this group of staff [default: both]
    #[arg(long, value_enum)]
    pub(crate) group: Option<TrustGroup>,
    /// Years after the last count
    #[arg(long, default_value_t = 5)]
    pub(crate) years: u32,
    /// Growth of need a year in per cent, a choice [default: the count stays what it is]
    #[arg(long, value_name = "PERCENT", allow_hyphen_values = true)]
    pub(crate) need_growth: Option<f64>,
    /// Monte Carlo draws
    #[arg(long, default_value_t = 1024)]
    pub(crate) draws: u32,
    /// Seed of the random numbers
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
}

/// A group of staff of trusts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum TrustGroup {
    /// Nurses and health visitors
    Nurses,
    /// Doctors, those in training among them
    Doctors,
}
