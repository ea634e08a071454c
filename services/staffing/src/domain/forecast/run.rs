//! A run: draws in parallel, then percentiles.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use rayon::prelude::*;

use super::{
    hash::inputs_sha256,
    inputs::{Inputs, InputsProblem},
    prepare::Prepared,
    results::{Draws, Row, caveats},
    simulate::{Record, simulate},
};

/// How a run is steered from outside. None of it changes a number.
pub struct Control<'a> {
    /// Threads, 0 = as many as there are cores.
    pub threads: usize,
    /// Set to stop the run.
    pub cancelled: &'a AtomicBool,
    /// Called now and then with the progress in parts per million, from any thread.
    pub progress: &'a (dyn Fn(i64) + Sync),
}

/// What a run gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// Rows by level (system first), node, role and year.
    pub rows: Vec<Row>,
    /// Hash over every input.
    pub inputs_sha256: String,
    /// What a reader must know, a sentence each.
    pub caveats: Vec<String>,
}

/// Why a run ended without rows.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RunError {
    /// It was asked to stop.
    #[error("the run was cancelled")]
    Cancelled,
    /// It cannot be made.
    #[error(transparent)]
    Inputs(#[from] InputsProblem),
    /// The machine has no threads to give.
    #[error("no threads for the run: {0}")]
    Threads(String),
}

/// Runs a forecast. The same inputs give the same rows to the bit, whatever the number of threads.
pub fn run(inputs: &Inputs, control: &Control<'_>) -> Result<Outcome, RunError> {
    inputs.check()?;
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(control.threads)
        .thread_name(|index| format!("forecast-{index}"))
        .build()
        .map_err(|error| RunError::Threads(error.to_string()))?;
    pool.install(|| {
        let prepared = Prepared::new(inputs)?;
        let draws = draw_all(&prepared, control);
        if control.cancelled.load(Ordering::Relaxed) {
            return Err(RunError::Cancelled);
        }
        let rows = draws.rows(&prepared);
        (control.progress)(1_000_000);
        Ok(Outcome { rows, inputs_sha256: inputs_sha256(inputs), caveats: caveats(inputs) })
    })
}

fn draw_all(prepared: &Prepared<'_>, control: &Control<'_>) -> Draws {
    let spec = &prepared.inputs.spec;
    let (roles, years, count) = (spec.roles.len(), spec.years(), spec.draws as usize);
    let practice_row = prepared.inputs.practices.len() * years * (1 + roles);
    let node_row = prepared.inputs.nodes.len() * years * (1 + 2 * roles);
    let mut draws = Draws {
        practices: vec![0; practice_row * count],
        nodes: vec![0; node_row * count],
        ratios: vec![0.0; roles * count],
    };
    let done = AtomicU32::new(0);
    let step = (spec.draws / 100).max(1);
    draws
        .practices
        .par_chunks_exact_mut(practice_row)
        .zip(draws.nodes.par_chunks_exact_mut(node_row.max(1)))
        .zip(draws.ratios.par_chunks_exact_mut(roles))
        .enumerate()
        .for_each(|(draw, ((practices, nodes), ratios))| {
            if control.cancelled.load(Ordering::Relaxed) {
                return;
            }
            let mut record = Record { practices, nodes, ratios };
            simulate(prepared, u32::try_from(draw).unwrap_or(u32::MAX), &mut record);
            let done = done.fetch_add(1, Ordering::Relaxed) + 1;
            if done.is_multiple_of(step) {
                // The last part is left for the percentiles.
                (control.progress)(i64::from(done) * 950_000 / i64::from(spec.draws));
            }
        });
    draws
}
