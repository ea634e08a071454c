//! The shared bank on a made-up case.

use std::time::Instant;

use muster_shared_bank::{Settings, Size, check, generate, solve};
use serde_json::{Value, json};

use crate::commands::shared_bank::{BenchArgs, until};

/// Solves a made-up case and says what was reached.
pub(super) fn measure(asked: BenchArgs) -> Value {
    let case = generate(Size {
        shifts: asked.shifts as usize,
        workers: asked.workers as usize,
        organisations: asked.organisations as usize,
        days: i64::from(asked.days),
        seed: asked.seed,
    });
    let begun = Instant::now();
    let settings = Settings { enough_ppm: asked.enough, ..Settings::default() };
    let outcome = solve(&case, settings, &mut until(begun, asked.deadline));
    let seconds = begun.elapsed().as_secs_f64();
    let first = &outcome.first_come;
    json!({
        "shifts": asked.shifts, "workers": asked.workers, "organisations": asked.organisations,
        "days": asked.days, "seed": asked.seed, "deadline_seconds": asked.deadline, "seconds": seconds,
        "gap_ppm": outcome.bound.gap_ppm, "optimal": outcome.bound.optimal, "steps": outcome.bound.steps,
        "rules_broken": check(&case, &outcome).len(),
        "cost": outcome.cost, "bound": outcome.bound, "gini_ppm": outcome.fairness.gini_ppm,
        "first_come": { "cost": first.cost, "gini_ppm": first.fairness.gini_ppm, "saved_pence": first.saved_pence },
    })
}
