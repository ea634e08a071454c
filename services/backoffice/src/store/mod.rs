//! Tables and repositories of the back office. Every method takes the scope first: a row of another organisation reads as not
//! found.

pub(crate) mod claims;
pub(crate) mod editions;
pub(crate) mod entity;
pub(crate) mod heads;
mod migrations;
pub(crate) mod plan_lines;
pub(crate) mod records;
pub(crate) mod spend_months;

pub use migrations::Migrator;
pub(crate) use muster_kit::versions;
