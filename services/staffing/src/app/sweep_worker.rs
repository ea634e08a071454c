//! Works off the parts of sweeps, in the process of staffing or in one that does nothing else.

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use muster_bus::{JobAnswer, JobContext, JobError, JobHandler};
use muster_kit::{Db, OrgCode, OrgScope, Result};

use super::sweeps::{Ticket, pack, unpack};
use crate::{
    domain::{
        forecast::{Control, ENGINE, Inputs, RunError, inputs_sha256},
        sensitivity::SensitivityError,
        sweep::answer,
    },
    store::sweep_inputs,
};

/// Inputs that a worker has at hand; those of England take tens of megabytes.
const AT_HAND: usize = 2;

/// Answers parts of sweeps from the inputs in the database.
pub(crate) struct SweepWorker {
    db: Db,
    at_hand: Mutex<Vec<(Key, Arc<Inputs>)>>,
}

/// Organisation, and hash over every input.
type Key = (String, String);

impl SweepWorker {
    /// A worker on staffing's database.
    pub(crate) fn new(db: Db) -> Self {
        Self { db, at_hand: Mutex::default() }
    }

    async fn inputs(&self, ticket: &Ticket) -> Result<Arc<Inputs>, JobError> {
        let key = (ticket.org.clone(), ticket.inputs_sha256.clone());
        if let Some(inputs) = self.known(&key) {
            return Ok(inputs);
        }
        let scope = OrgScope::new(OrgCode::new(&ticket.org)?);
        let content = sweep_inputs::get(self.db.read(), &scope, &ticket.inputs_sha256).await?;
        let content =
            content.ok_or_else(|| JobError::Permanent("the inputs of the sweep were dropped".into()))?;
        let read = tokio::task::spawn_blocking(move || -> Result<(String, Inputs)> {
            let inputs: Inputs = unpack(&content)?;
            Ok((inputs_sha256(&inputs), inputs))
        });
        let (hash, inputs) = read.await.map_err(|error| JobError::Temporary(error.to_string()))??;
        if hash != ticket.inputs_sha256 {
            return Err(JobError::Temporary(
                "the parameters of this worker are not those of the sweep".into(),
            ));
        }
        let inputs = Arc::new(inputs);
        let mut known = self.at_hand.lock().unwrap_or_else(PoisonError::into_inner);
        known.truncate(AT_HAND - 1);
        known.insert(0, (key, inputs.clone()));
        Ok(inputs)
    }

    fn known(&self, key: &Key) -> Option<Arc<Inputs>> {
        let known = self.at_hand.lock().unwrap_or_else(PoisonError::into_inner);
        known.iter().find(|(of, _)| of == key).map(|(_, inputs)| inputs.clone())
    }
}

#[async_trait]
impl JobHandler for SweepWorker {
    async fn run(&self, job: JobContext) -> JobAnswer {
        let ticket: Ticket = unpack(&job.payload).map_err(|error| JobError::Permanent(error.chain()))?;
        if ticket.engine != ENGINE {
            // a worker of the right version may come by
            let (asked, own) = (&ticket.engine, ENGINE);
            return Err(JobError::Temporary(format!("asked for engine {asked}, this worker has {own}")));
        }
        let inputs = self.inputs(&ticket).await?;
        let cancelled = job.cancelled.clone();
        let made = tokio::task::spawn_blocking(move || {
            let threads = usize::try_from(ticket.threads).unwrap_or_default();
            let control = Control { threads, cancelled: &cancelled, progress: &|_| {} };
            answer(&inputs, &ticket.question, &control)
                .map_err(|error| refused(&error))
                .and_then(|answer| Ok(pack(&answer)?))
        });
        let bytes = made.await.map_err(|error| JobError::Temporary(error.to_string()))??;
        tracing::debug!(
            sweep = job.sweep,
            index = job.index,
            bytes = bytes.len(),
            "part of a sweep answered"
        );
        Ok(bytes.into())
    }
}

fn refused(error: &SensitivityError) -> JobError {
    match error {
        SensitivityError::Run(RunError::Cancelled | RunError::Threads(_)) => {
            JobError::Temporary(error.to_string())
        }
        _ => JobError::Permanent(error.to_string()),
    }
}
