//! What the library promises, on made-up cases and on vectors of the field.

mod exact;
mod promises;
mod refusals;
mod schema;
mod validate;
mod vectors;

use crate::{Case, Settings, Size, Steps, generate, solve};

/// A small made-up case in which much collides.
fn tight(shifts: usize, workers: usize, seed: u64) -> Case {
    let mut case = generate(Size { shifts, workers, organisations: 2, days: 3, seed });
    for (at, worker) in case.workers.iter_mut().enumerate() {
        worker.grades.extend(["band-2", "band-3", "band-5", "band-6"].map(str::to_owned));
        worker.consents.extend([0, 1]);
        worker.available = vec![(i64::MIN / 4, i64::MAX / 4)];
        if at % 2 == 0 {
            worker.skills.extend(["critical-care", "emergency", "theatres"].map(str::to_owned));
        }
    }
    case
}

/// Small cases to the end, larger ones for a while.
fn solved(case: &Case) -> crate::Outcome {
    solve(case, Settings::default(), &mut Steps::new(3_000))
}
