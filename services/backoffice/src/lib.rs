//! Shared back office and savings: business cases, sharing of cost and gain, the savings ledger, the affordability
//! bridge, benchmarks and options.
//!
//! So far the two pure rooms: [`domain`] (values and rules) and [`import`] (readers of files). Nothing is stored yet.

pub mod domain;
pub mod import;

/// Name of the service: its database, its schema, its context on the bus.
pub const SERVICE: &str = "backoffice";
