//! The award of a made-up round, beside the cheapest bid for each lot and the solver of mixed-integer programmes alone.

use std::time::Instant;

use muster_award::{Size, award, check, generate, solve, solver_alone};
use serde_json::{Value, json};

use crate::commands::catalogue::award::{BenchArgs, Deadline};

/// Awards a made-up round and says what was reached, and in what time.
pub(super) fn measure(asked: BenchArgs) -> Value {
    let round = generate(Size {
        lots: asked.lots as usize,
        suppliers: asked.suppliers as usize,
        tiers: asked.tiers as usize,
        bundles: asked.bundles as usize,
        constrained: !asked.unconstrained,
        seed: asked.seed,
    });
    let begun = Instant::now();
    let alone = award(&round, &mut Deadline { begun, seconds: asked.deadline });
    let award_seconds = begun.elapsed().as_secs_f64();
    let begun = Instant::now();
    let outcome = solve(&round, &mut Deadline { begun, seconds: asked.deadline });
    let seconds = begun.elapsed().as_secs_f64();
    let begun = Instant::now();
    let solver = solver_alone(&round, f64::from(u32::try_from(asked.deadline).unwrap_or(u32::MAX)));
    let solver_seconds = begun.elapsed().as_secs_f64();
    let separate = outcome.separate.as_ref();
    json!({
        "lots": asked.lots, "suppliers": asked.suppliers, "tiers": asked.tiers, "bids": round.bids.len(),
        "constrained": !asked.unconstrained, "seed": asked.seed, "deadline_seconds": asked.deadline,
        "seconds": award_seconds, "award_alone": { "status": alone.status, "gap": alone.gap, "cost_pence": alone.cost_pence },
        "seconds_with_runner_up_and_prices": seconds, "status": outcome.status, "gap": outcome.gap,
        "cost_pence": outcome.cost_pence, "bound_pence": outcome.bound_pence, "nodes": outcome.nodes,
        "runner_up_difference_pence": outcome.runner_up.as_ref().map(|it| it.difference_pence),
        "price_of_constraints": outcome.price_of_constraints,
        "prices_proven": outcome.constraints.iter().all(|it| it.proven),
        "rules_broken": check(&round, &outcome).len(),
        "baseline": {
            "cheapest_bid_for_each_lot": {
                "cost_pence": separate.map(|it| it.cost_pence), "breaks": separate.map(|it| &it.breaks),
            },
            "solver_alone": { "cost_pence": solver, "seconds": solver_seconds },
        },
    })
}
