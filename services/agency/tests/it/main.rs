//! Tests of the agency context: its rules, and its calls against both databases.

// helpers of tests are tests too
#![allow(clippy::unwrap_used, clippy::print_stdout)]

mod bank;
mod break_glass;
mod calls;
mod caps;
mod cover;
mod drift;
mod loads;
mod measures;
mod node;
mod returns;
mod spend;
mod verdicts;
mod weekly;
