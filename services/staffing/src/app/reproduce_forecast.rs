//! Makes a finished run again and compares it with what was published, to the bit.

use std::sync::atomic::AtomicBool;

use muster_kit::{Action, Actor, Error, Resource, Result};

use super::{Deps, export_forecast::all_rows, forecast_task, get_forecast::get_forecast};
use crate::{
    domain::forecast::{Control, ENGINE, run},
    proto,
    store::runs::{Model, State},
};

/// What came of it.
pub(crate) struct Reproduction {
    /// The run as it was published.
    pub(crate) run: Model,
    /// Hash over the inputs of now.
    pub(crate) inputs_sha256: String,
    /// Rows compared.
    pub(crate) compared: usize,
    /// Rows that differ.
    pub(crate) different: usize,
}

impl Reproduction {
    /// Is everything the same?
    pub(crate) fn reproduced(&self) -> bool {
        self.different == 0 && self.inputs_sha256 == self.run.inputs_sha256 && self.run.engine == ENGINE
    }

    /// In words.
    pub(crate) fn finding(&self) -> String {
        if self.reproduced() {
            return format!("the same to the bit: {} rows, engine {ENGINE}, the same inputs", self.compared);
        }
        let mut said = Vec::new();
        if self.run.engine != ENGINE {
            said.push(format!("it was made by engine {}, this program has {ENGINE}", self.run.engine));
        }
        if self.inputs_sha256 != self.run.inputs_sha256 {
            said.push(
                "its inputs have changed since: files, groupings or parameters are not what they were".into(),
            );
        }
        said.push(format!("{} of {} rows differ", self.different, self.compared));
        said.join("; ")
    }
}

/// Makes a run again; the latest finished one when the id is empty.
///
/// # Errors
/// Forbidden; not found when there is no such run; bad request when it has not finished.
pub(crate) async fn reproduce_forecast(deps: &Deps, actor: &Actor, run_id: &str) -> Result<Reproduction> {
    deps.permit(actor, Action::Read, Resource::new("forecast", run_id)).await?;
    let published = get_forecast(deps, actor, run_id).await?;
    if published.state != State::Finished as i32 {
        return Err(Error::bad_request("the forecast has not finished: there is nothing to make again"));
    }
    let request = proto::request_of(&published)?;
    let inputs = forecast_task::inputs(deps, actor, &request).await?.inputs;
    let made = forecast_task::engine(move || {
        let never = AtomicBool::new(false);
        run(&inputs, &Control { threads: 0, cancelled: &never, progress: &|_| {} })
    })
    .await?;
    let before = all_rows(deps, actor, &published.run_id).await?;
    let same = before.iter().zip(&made.rows).filter(|(before, now)| before == now).count();
    let compared = before.len().max(made.rows.len());
    Ok(Reproduction {
        run: published,
        inputs_sha256: made.inputs_sha256,
        compared,
        different: compared - same,
    })
}
