//! Tables and repositories of staffing. Every method takes the scope first: a row of another organisation reads as not found.

pub(crate) mod age_lists;
pub(crate) mod backtests;
pub(crate) mod baselines;
pub(crate) mod codec;
pub(crate) mod counts;
pub(crate) mod deprivation;
pub(crate) mod entity;
mod m0005_observed_cover;
mod m0006_trust_workforce;
mod m0007_age_lists;
mod m0008_backtests;
mod m0009_demand;
mod m0010_need;
mod m0011_override_costs;
mod migrations;
pub(crate) mod observed;
pub(crate) mod overrides;
pub(crate) mod people;
pub(crate) mod posts;
mod replaced;
pub(crate) mod residents;
pub(crate) mod rows;
pub(crate) mod runs;
pub(crate) mod snapshots;
pub(crate) mod sweep_inputs;
pub(crate) mod trusts;

pub use migrations::Migrator;
