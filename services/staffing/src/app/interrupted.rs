//! Marks runs as failed whose process is gone.

use std::time::Duration;

use muster_kit::{Actor, OrgCode, Permit, Result, clock};

use super::{Deps, forecast_task::save};
use crate::store::runs::{self, State};

/// A run that gives no sign of life for so long is taken for interrupted. A living one gives one every two seconds.
const SILENCE: Duration = Duration::from_secs(10);

/// Looks for silent runs now and then, until the node stops.
pub(crate) async fn keep_sweeping(deps: Deps) {
    while deps.shutdown.sleep(SILENCE).await {
        if let Err(error) = sweep(&deps).await {
            tracing::warn!(error.chain = %error.chain(), "silent forecasts could not be looked for");
        }
    }
}

/// Marks every open run that has been silent for too long as failed.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn sweep(deps: &Deps) -> Result<()> {
    let silence = i64::try_from(SILENCE.as_micros()).unwrap_or(i64::MAX);
    for mut run in runs::silent_since(&deps.db, clock::now_micros() - silence).await? {
        if deps.runs.get(&run.run_id).is_some() {
            continue;
        }
        let actor = Actor::service("staffing", OrgCode::new(&run.org)?);
        run.state = State::Failed as i32;
        run.failure = "interrupted: the process stopped while the forecast ran; start it again".to_owned();
        tracing::warn!(run.id = %run.run_id, "forecast was interrupted");
        save(deps, &actor, &Permit::system("forecast").on(run.run_id.clone()), &mut run).await?;
    }
    Ok(())
}
