//! The do-nothing forecast on the sample, one thread against all of them; and the engine alone beside its innermost loop.

use std::time::Instant;

use muster_proto::staffing::v1 as pb;
use muster_staffing::domain::forecast::{RunError, compare_speed, speed};
use serde_json::{Value, json};

use super::{Bench, failed, memory};
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

/// Runs of the engine alone: more of them the fewer practices, so that the 95th percentile of a short one is not its worst.
const RUNS_OF: u32 = 25_000;

/// Measures the engine on made-up practices, without database and contract.
#[expect(clippy::cast_precision_loss, reason = "figures for display")]
pub(super) async fn engine(practices: u32, draws: u32) -> Result<Value, Failure> {
    let (count, runs) = (practices as usize, (RUNS_OF / practices.max(1)).clamp(3, 100) as usize);
    let measured = tokio::task::spawn_blocking(move || {
        let speed = speed(count, draws, runs)?;
        // a comparison keeps the draws of one scenario beside the other's: its memory is told apart
        let peak = memory::peak_mib();
        Ok::<_, RunError>((speed, peak, compare_speed(count, draws, runs)?))
    });
    let (speed, peak, compared) = measured
        .await
        .map_err(|_| failed("the measurement stopped"))?
        .map_err(|error| Failure::Usage(error.to_string()))?;
    let of = |seconds: &[f64], share: usize| seconds[(seconds.len() * share / 100).min(seconds.len() - 1)];
    let at = |share: usize| of(&speed.seconds, share);
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let rate = speed.person_years as f64 / at(50);
    Ok(json!({
        "practices": practices, "draws": draws, "rows": speed.rows, "runs": runs, "cores": cores,
        "first_seconds": speed.first_seconds, "full_seconds": at(50), "full_seconds_p95": at(95), "mean_seconds": speed.mean_seconds,
        "compare_seconds": of(&compared, 50), "compare_seconds_p95": of(&compared, 95),
        "person_years": speed.person_years,
        "person_years_per_second": rate,
        "share_of_peak": rate / (speed.kernel_per_second * cores as f64),
        "peak_rss_mib": peak, "compare_peak_rss_mib": memory::peak_mib(),
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
