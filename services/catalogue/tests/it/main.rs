//! The catalogue against the vectors of its sources, brute force and real files, and its calls against both databases.

// helpers of tests are tests too
#![allow(clippy::unwrap_used)]

mod invoices;
mod made;
mod node;
mod peppol;
mod prices;
mod privacy;
mod review;
mod rounds;
mod spend;
mod stock;
mod tables;
