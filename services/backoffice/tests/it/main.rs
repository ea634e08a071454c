//! What the back office computes, against the vectors of its sources.

mod bridge;
mod savings;
mod sharing;
