//! The award of a collective round: lots, bids and constraints of one document to the award of least cost.
//!
//! ```
//! let round = muster_award::Round::read(muster_award::EXAMPLE)?;
//! let outcome = muster_award::solve(&round, &mut muster_award::Steps::new(100_000));
//! assert_eq!(outcome.status, muster_award::Status::Optimal);
//! assert!(muster_award::check(&round, &outcome).is_empty());
//! # Ok::<(), muster_award::Problem>(())
//! ```
//!
//! - [`Round::read`]: a text to a round, or the [`Problem`] with its place, value and remedy. The format is published as
//!   [`JSON_SCHEMA`]; [`generate`] makes rounds of any size up.
//! - [`solve`]: which bids are awarded, what nobody can go below, the runner-up, what each constraint costs, or why there is no award.
//!   The [`Budget`] says when to stop: the library has no clock of its own, and no file.
//! - [`check`]: looks at an outcome anew, by other code.
//!
//! A bid is awarded whole or not at all, and each lot exactly once. Bounds come from prices of lots (`relax`), awards from reduced
//! costs (`greedy`) and a solver of mixed-integer programmes (`milp`), the proof from branching (`search`). Whatever found an award, its
//! cost and rules are worked out anew in whole numbers.

mod admit;
mod ascent;
mod budget;
mod check;
mod cursor;
mod document;
mod explain;
mod generate;
mod greedy;
mod milp;
mod outcome;
mod parts;
mod programme;
mod read;
mod relax;
mod report;
pub mod round;
mod rule;
mod search;
mod shape;
mod solve;
mod state;
#[cfg(test)]
mod tests;

pub use budget::{Budget, Steps};
pub use check::check;
pub use document::{Bid, Constraints, Kind, Lot, Price, Round, SCHEMA, Share, ShareOf, Tier, Veto};
pub use generate::{Size, generate};
pub use milp::solver_alone;
pub use muster_document::Problem;
pub use outcome::{Gap, LeftOut, LotRow, Outcome, Priced, RunnerUp, Separate, Status, SupplierRow};
pub use rule::RuleKind;
pub use solve::{award, solve};

/// The format of documents, as JSON Schema 2020-12.
pub const JSON_SCHEMA: &str = include_str!("../schema/award.schema.json");

/// A small document that can be read and solved.
pub const EXAMPLE: &str = include_str!("../documents/example.json");
