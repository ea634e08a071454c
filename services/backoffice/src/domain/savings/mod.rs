//! Savings schemes, and the ledger in which only attested money counts.
//!
//! The owner of a scheme claims, finance attests against a line of the ledger (organisation, account, month), and a line
//! supports one claim only. [`SavingsLedger`] keeps events as a set: the [`Board`] made of it does not depend on the order
//! in which they came, nor on how often.

mod board;
mod effect;
mod event;
mod ledger;
mod scheme;

pub use board::{Board, ClaimRow, Held, Standing};
pub use effect::{Delivery, Effect, MonthFigures, Rag, SchemeMonths, Weights, delivery, effect};
pub use event::{Claim, Decision, Event, LedgerImport, LineKey, Recorded};
pub use ledger::{Applied, SavingsLedger};
pub use scheme::{Category, Gate, Risk, SavingType, Scheme};
