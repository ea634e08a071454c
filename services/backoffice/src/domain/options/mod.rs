//! Stay, share or buy: the least-cost assignment of organisations to options for one function, under rules the user sets,
//! and what each rule costs.

mod assign;
mod choose;
mod setting;

pub use choose::{Choice, Plan, Priced, SEARCH, choose, price_of_rules};
pub use setting::{MOST_ORGANISATIONS, MOST_PROVIDERS, Organisation, Provider, Rule, Rules, Setting};
