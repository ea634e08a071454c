//! The do-nothing forecast on the sample: one thread against all of them, and against the random numbers alone.

use std::time::Instant;

use muster_proto::staffing::v1 as pb;
use serde_json::{Value, json};

use super::Bench;
use crate::{commands::forecast::start_and_wait, exit::Failure, sample};

/// Runs the forecast twice and compares.
pub(super) async fn measure(draws: u32) -> Result<Value, Failure> {
    let bench = Bench::open().await?;
    sample::load(&bench.clients).await?;
    let one = seconds(&bench, draws, 1).await?;
    let all = seconds(&bench, draws, 0).await?;
    bench.close().await?;
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    Ok(json!({
        "draws": draws, "cores": cores, "one_thread_seconds": one.engine, "all_threads_seconds": all.engine,
        "speedup": one.engine / all.engine, "whole_command_seconds": all.whole,
        "draws_per_second": f64::from(draws) / all.engine,
    }))
}

struct Taken {
    engine: f64,
    whole: f64,
}

#[expect(clippy::cast_precision_loss, reason = "microseconds of a run")]
async fn seconds(bench: &Bench, draws: u32, threads: u32) -> Result<Taken, Failure> {
    let spec = pb::ForecastSpec {
        scenario: "do-nothing".into(),
        area: "SEL".into(),
        base_year: 2016,
        to_year: 2021,
        draws,
        seed: 1,
        threads,
        ..pb::ForecastSpec::default()
    };
    let begun = Instant::now();
    let run = start_and_wait(spec, &bench.clients).await?;
    Ok(Taken { engine: run.elapsed_micros as f64 / 1e6, whole: begun.elapsed().as_secs_f64() })
}
