//! Readers of outside files: bytes in, rows and findings out. Pure; storing is the use case's work.

mod lists;
mod rates;
mod shifts;
mod shipped;
mod spend;

pub use lists::shipped_lists;
pub use rates::{KINDS, read};
pub use shifts::{SHIFTS, ShiftsRead, read_shifts};
pub use shipped::shipped;
pub use spend::{
    SPEND, SPEND_RULES, SpendRead, SpendRefused, read_spend, read_spend_rules, shipped_spend_rules,
};
