//! Values and rules of the shared back office. Nothing here reads a file, a table or a clock.
//!
//! Money is integers: pence, or units of 10^-6 where a caller may use any unit. A figure is rounded once, when it is
//! shown, and half goes away from zero. What cannot be computed honestly is refused with a [`Problem`] that names the
//! place, the value and what helps.

pub mod appraisal;
pub mod benchmark;
pub mod bridge;
pub mod business_case;
pub mod case;
pub mod claim;
pub mod discount;
pub mod displacement;
pub mod edition;
pub mod figure;
pub mod month;
pub mod options;
pub mod plan;
pub mod problem;
pub mod savings;
pub mod sharing;
pub mod tariff;
pub mod trace;
pub mod words;

pub use appraisal::{Appraisal, Bias, Switching, appraise};
pub use discount::{Discount, Terms};
pub use month::Month;
pub use problem::Problem;
pub use words::Word;
