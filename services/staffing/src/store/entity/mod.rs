//! Rows as the tables hold them.

// The derive makes public items; the modules themselves stay inside the crate.
#![allow(unreachable_pub)]

pub(crate) mod age_list;
pub(crate) mod age_list_day;
pub(crate) mod backtest;
pub(crate) mod baseline;
pub(crate) mod count_set;
pub(crate) mod deprivation_score;
pub(crate) mod deprivation_year;
pub(crate) mod forecast_row;
pub(crate) mod forecast_run;
pub(crate) mod observed_cover;
pub(crate) mod observed_month;
pub(crate) mod parameter_override;
pub(crate) mod place_list;
pub(crate) mod post_part;
pub(crate) mod resident;
pub(crate) mod resident_day;
pub(crate) mod snapshot;
pub(crate) mod sweep_input;
pub(crate) mod trust_count;
pub(crate) mod trust_month;
