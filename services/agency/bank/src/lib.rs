//! The shared bank: unfilled shifts and bank workers of several organisations, allocated at the least all-in cost that the
//! rules allow.
//!
//! ```
//! let case = muster_shared_bank::Case::read(muster_shared_bank::EXAMPLE)?;
//! let outcome = muster_shared_bank::solve(&case, Default::default(), &mut muster_shared_bank::Steps::new(10_000));
//! assert!(outcome.bound.optimal);
//! assert!(muster_shared_bank::check(&case, &outcome).is_empty());
//! # Ok::<(), muster_shared_bank::Problem>(())
//! ```
//!
//! - [`Case::read`]: a text to a case, or the [`Problem`] with its place, value and remedy. The format is published as
//!   [`JSON_SCHEMA`]; [`generate`] makes cases of any size up.
//! - [`solve`]: who fills what, what it costs, the bound that nobody can go below, why every other worker was refused every
//!   shift that is left, what first-come would have given, and who recharges whom. The [`Budget`] says when to stop: the
//!   library has no clock of its own, and no file.
//! - [`check`]: looks at an outcome anew, by other code.
//!
//! What is made small is the price of what is left, plus all-in cost of the bank, plus two weights that are no money and stand
//! on lines of their own: one for shifts worked by somebody who does not know the ward, one for hours above the fair ones.
//!
//! The bound comes from prices of shifts (`relax`), the allocation from matching and courses (`search`), exactness in small
//! cases from branching (`branch`). The same case, settings and number of steps give the same outcome.

mod assign;
mod bill;
mod branch;
mod budget;
mod check;
mod clock;
mod cursor;
mod document;
mod first_come;
mod generate;
mod outcome;
mod paths;
mod pool;
mod read;
mod recharge;
mod refuse;
mod relax;
mod report;
mod roster;
mod search;
mod shape;
mod solve;
#[cfg(test)]
mod tests;

pub use bill::Bill;
pub use budget::{Budget, Steps};
pub use check::check;
pub use document::{Case, Organisation, Rate, Rules, SCHEMA, Shift, Unfilled, Weights, Worker};
pub use generate::{Size, generate};
pub use muster_document::Problem;
pub use outcome::{
    Against, Allocation, Bound, Cost, Fairness, FirstCome, Left, Nearest, Outcome, Position, Posting,
    Recharge, Share, Side,
};
pub use refuse::Reason;
pub use solve::{Settings, solve};

/// The format of documents, as JSON Schema 2020-12.
pub const JSON_SCHEMA: &str = include_str!("../schema/shared-bank.schema.json");

/// A small document that can be read and solved.
pub const EXAMPLE: &str = include_str!("../documents/example.json");
