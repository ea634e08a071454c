//! Readers of outside files: bytes in, rows and findings out. Pure; storing is the use case's work.

mod rates;
mod shipped;
mod spend;

pub use rates::{KINDS, read};
pub use shipped::shipped;
pub use spend::{
    SPEND, SPEND_RULES, SpendRead, SpendRefused, read_spend, read_spend_rules, shipped_spend_rules,
};
