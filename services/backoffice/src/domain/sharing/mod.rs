//! Sharing what a group saves, or what it costs: the Shapley value beside simpler rules, and whether anybody would be
//! better off without the others.

mod core;
mod game;
mod purchase;
mod rules;

pub use core::{CoreCheck, Leaver, check};
pub(crate) use game::check_players;
pub use game::{Coalition, Game, Kind, MOST_PLAYERS};
pub use purchase::{Break, Purchase};
pub use rules::{Allocation, proportional, shapley};
