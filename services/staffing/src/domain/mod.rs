//! Values and rules of staffing: no I/O, no async, no database or transport types.
//!
//! FTE is counted in 1/1000, lists in 1/1000 patients, rates in parts per million and money in pence, all as `i64`;
//! floating point appears only inside the forecast engine's draws and never in a stored figure.

pub mod age_lists;
pub mod assemble;
pub mod backtest;
pub mod baseline;
pub mod calendar;
pub mod compare;
pub mod crossing;
pub mod deprivation;
pub mod disclosure;
pub mod expectations;
pub mod forecast;
pub mod history;
pub mod missing;
pub mod overrides;
pub mod parameters;
pub mod planner;
pub mod posts;
pub mod residents;
pub mod role;
pub mod scenario;
pub mod sensitivity;
pub mod snapshots;
pub mod sweep;
pub mod trusts;
pub mod unit_costs;
pub mod units;
