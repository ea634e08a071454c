//! Tests of the agency context.

mod caps;
mod spend;
mod verdicts;
