//! The collective round itself: who may do what when, from opening to the award.
//!
//! [`CollectiveRound`] is what its history makes of it. [`CollectiveRound::decide`] looks at a command and says what happens, or why it may
//! not and what may come next; [`CollectiveRound::record`] takes what happened. Nothing in a history is changed or taken out: a
//! later pledge stands behind the earlier one.
//!
//! ```text
//! open -> pledges -> close -> bids -> compute -> approve by each -> award
//!                                        ^            | refuse
//!                                        +------------+             cancel: any time before the award
//! ```
//!
//! [`threshold`] checks the sum of all partners against the dated procurement thresholds; [`clawback`] says what a shortfall of pledges
//! costs each of them. Instants are microseconds since 1970 UTC; whoever asks has the clock.

pub mod clawback;
mod command;
mod decide;
mod refusal;
mod state;
#[cfg(test)]
mod tests;
pub mod threshold;

pub use command::{Command, Computed, Event, LotAsked, Offer, Partner, Recorded, Terms};
pub use refusal::Refusal;
pub use state::{CollectiveRound, Phase, Verdict};
