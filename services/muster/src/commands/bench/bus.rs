//! Committed commands through outbox, bus and inbox, on servers of its own that end with the measurement.

use muster_bus::bench::Load;
use serde_json::Value;

use super::failed;
use crate::exit::Failure;

/// Measures both shapes, and PostgreSQL alone in the same run.
pub(super) async fn measure(events: u32) -> Result<Value, Failure> {
    if events == 0 {
        return Err(Failure::Usage("--events must be 1 or more".into()));
    }
    let load = Load { events, steady_events: (events / 4).max(1), ..Load::default() };
    let report = muster_testkit::bench::run(load).await?;
    serde_json::to_value(report).map_err(|_| failed("the figures cannot be written"))
}
