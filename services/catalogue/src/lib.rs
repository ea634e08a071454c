//! The shared catalogue: items and offers of suppliers, classes, price lists, and electronic catalogues in and out.
//!
//! So far the two pure rooms: [`domain`] (values and rules) and [`import`] (readers and writers of files). Nothing is
//! stored yet.

pub mod domain;
pub mod import;

/// Name of the service: its database, its schema, its context on the bus.
pub const SERVICE: &str = "catalogue";
