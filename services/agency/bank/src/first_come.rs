//! What happens without a plan: each shift in the order of the document goes to whoever answers first.

use rand::{SeedableRng as _, seq::SliceRandom as _};
use rand_chacha::ChaCha8Rng;

use crate::{document::Case, pool::Pool, roster::Roster};

/// The host's own bank is asked before the others, and nobody looks at the price; who answers first is drawn.
pub(crate) fn first_come<'a>(case: &Case, pool: &'a Pool, seed: u64) -> Roster<'a> {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut roster = Roster::empty(pool);
    for (shift, takers) in case.shifts.iter().zip(&pool.takers) {
        let mut answers = takers.clone();
        answers.shuffle(&mut random);
        answers.sort_by_key(|(worker, _)| case.workers[*worker as usize].home != shift.organisation);
        let first = answers.into_iter().find(|(worker, place)| roster.fits(*worker, *place));
        if let Some((worker, place)) = first {
            roster.give(worker, place);
        }
    }
    roster
}
