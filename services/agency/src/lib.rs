//! Bank and agency: rates and caps as dated rules, and shift lines and spend files judged by them.
//!
//! So far the two pure rooms: [`domain`] (values and rules) and [`import`] (readers of files). Nothing is stored yet.

pub mod domain;
pub mod import;

/// Name of the service: its database, its schema, its context on the bus.
pub const SERVICE: &str = "agency";
