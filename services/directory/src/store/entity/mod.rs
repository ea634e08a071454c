//! One file a table.

pub mod grouping;
pub mod identity;
pub mod list;
pub mod map_state;
pub mod membership;
pub mod organisation;
pub mod stated_membership;
pub mod statement;
pub mod succession;
