//! Readers of outside files: bytes in, rows and findings out. Pure; storing is the use case's work.

mod costs;
mod figures;
mod lists;
mod rates;
mod rules;
mod shifts;
mod shipped;
mod spend;
mod spool;
mod workers;

pub use lists::shipped_lists;
pub use rates::read;
pub use rules::{RULE_KINDS, RuleKind, RuleRow, RulesRead, Whole, whole};
pub(crate) use shifts::read_shifts_while;
pub use shifts::{SHIFTS, ShiftsRead, read_shifts};
pub use shipped::shipped;
pub use spend::{
    SPEND, SPEND_RULES, SpendRead, SpendRefused, read_spend, read_spend_rules, shipped_spend_rules,
};
pub use spool::{Spool, Spooled};

use muster_kit::intake::ImportKind;

/// Every kind of file.
pub const KINDS: &[ImportKind] = &[
    SHIFTS,
    SPEND,
    rates::KINDS[0],
    rates::KINDS[1],
    rates::KINDS[2],
    rates::KINDS[3],
    rates::KINDS[4],
    lists::SITES,
    lists::GROUPS,
    lists::HOLIDAYS,
    lists::RULES,
    lists::FRAMEWORKS,
    SPEND_RULES,
    figures::CEILINGS,
    figures::PAY_BILL,
    figures::SIGNATORIES,
    costs::ON_COSTS,
    costs::COVER_RULES,
    costs::DRIFT_RULES,
    workers::WORKERS,
];
