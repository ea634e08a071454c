//! What the back office computes, against the vectors of its sources.

mod benchmarks;
mod bridge;
mod options;
mod savings;
mod sharing;
