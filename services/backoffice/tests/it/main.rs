//! Tests of the back office: what it computes, against the vectors of its sources, and its calls against both databases.

// helpers of tests are tests too
#![allow(clippy::unwrap_used)]

mod attestation;
mod benchmarks;
mod bridge;
mod cases;
mod editions;
mod exports;
mod imports;
mod invariant;
mod node;
mod options;
mod proposals;
mod sample;
mod savings;
mod sharing;
mod stored;
mod tracker;
