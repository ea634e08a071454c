//! Tables and repositories of the agency context. Every method takes the scope first: a row of another organisation reads
//! as not found.

pub(crate) mod cells;
pub(crate) mod codec;
pub(crate) mod drifts;
pub(crate) mod entity;
pub(crate) mod gaps;
pub(crate) mod hourly;
pub(crate) mod lines;
pub(crate) mod loads;
mod m0003_cover;
pub(crate) mod merge;
mod migrations;
pub(crate) mod overrides;
pub(crate) mod recharges;
pub(crate) mod returns;
pub(crate) mod rules;
pub(crate) mod runs;
pub(crate) mod spend;
pub(crate) mod staging;
pub(crate) mod unfilled;
pub(crate) mod warnings;

pub use migrations::Migrator;
pub(crate) use muster_kit::versions;
