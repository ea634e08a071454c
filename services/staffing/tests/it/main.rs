//! Staffing against real files, and its calls against both databases.

// helpers of tests are tests too
#![allow(clippy::unwrap_used, clippy::print_stdout)]

mod calls;
mod england;
mod figures;
mod forecasts;
mod lists;
mod need;
mod node;
mod people;
mod real_files;
mod shared;
mod trusts;
mod upgrades;
