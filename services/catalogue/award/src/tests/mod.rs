//! What the library promises: against every award there is, on vectors of the field, and on made-up rounds.

mod brute;
mod promises;
mod refusals;
mod schema;
mod vectors;

use crate::{Outcome, Round, Steps, solve};

fn solved(round: &Round) -> Outcome {
    solve(round, &mut Steps::new(2_000_000))
}

fn read(text: &str) -> Round {
    Round::read(text).unwrap()
}
