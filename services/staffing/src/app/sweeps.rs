//! Asks many questions to the engine at once: the inputs go to the database, a job for each question onto the queue, and
//! whoever works there answers.

use std::{
    io::{Read, Write},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use flate2::{Compression, read::GzDecoder, write::GzEncoder};
use futures::StreamExt as _;
use muster_bus::{Job, News, Outcome, Progress};
use muster_kit::{Actor, Error, Permit, Result, audit::AuditEntry, clock};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use uuid::Uuid;

use super::Deps;
use crate::{
    domain::{
        forecast::{ENGINE, Inputs, inputs_sha256},
        sweep::{Answer, Question},
    },
    store::sweep_inputs,
};

/// Jobs of sweeps, which may take hours.
pub(crate) const SWEEP: &str = "staffing-sweep";
/// Jobs of a plan, whose asker waits for it.
pub(crate) const PLAN: &str = "staffing-plan";

/// How often it is looked whether the asker has gone.
const LOOK: Duration = Duration::from_millis(200);

/// What a worker is told.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Ticket {
    /// Organisation whose inputs they are.
    pub(super) org: String,
    /// Engine that is asked: another one would give other numbers.
    pub(super) engine: String,
    /// Inputs.
    pub(super) inputs_sha256: String,
    /// Threads, 0 = as many as there are cores.
    pub(super) threads: u32,
    /// The question.
    pub(super) question: Question,
}

/// A question about one of the inputs that are kept.
pub(crate) struct Part {
    /// Position of the inputs.
    pub(crate) of: usize,
    /// What is asked about them.
    pub(crate) question: Question,
}

/// An answer as it comes: in any order.
pub(crate) struct Told {
    /// Sweep it belongs to.
    pub(crate) sweep_id: String,
    /// Position of the part.
    pub(crate) index: u32,
    /// The answer, or why there is none.
    pub(crate) answer: Result<Answer, String>,
    /// Parts that have ended, this one among them.
    pub(crate) done: u32,
    /// All parts.
    pub(crate) total: u32,
}

/// Who asks, and how.
pub(crate) struct Asker<'a> {
    /// Actor.
    pub(crate) actor: &'a Actor,
    /// Leave that was given.
    pub(crate) permit: Permit,
    /// Kind of the jobs.
    pub(crate) kind: &'static str,
    /// Threads of a job, 0 = as many as its worker has cores.
    pub(crate) threads: u32,
    /// Set when nobody waits any more.
    pub(crate) cancelled: Arc<AtomicBool>,
}

/// Inputs that are in the database for the workers: their hashes, in order.
pub(crate) struct Kept(Vec<String>);

/// Keeps inputs for the workers, and drops those of sweeps that the queue has forgotten.
///
/// # Errors
/// What the database says.
pub(crate) async fn keep(deps: &Deps, asker: &Asker<'_>, inputs: Arc<Vec<Inputs>>) -> Result<Kept> {
    let packed = tokio::task::spawn_blocking(move || packed(&inputs))
        .await
        .map_err(|error| Error::internal("packing the inputs failed").with_source(error))??;
    let hashes: Vec<String> = packed.iter().map(|(hash, _)| hash.clone()).collect();
    let now = clock::now_micros();
    let kept_for = i64::try_from(deps.jobs.options().max_age.as_micros()).unwrap_or(i64::MAX / 2);
    let detail = format!("kind={} inputs_sha256={}", asker.kind, hashes.join(","));
    let uow = deps.db.begin(asker.actor).await?;
    sweep_inputs::keep(&uow, packed, (now, now.saturating_sub(kept_for))).await?;
    uow.commit(AuditEntry::new(asker.permit.clone(), detail)).await?;
    Ok(Kept(hashes))
}

/// Has the parts answered; tells each answer as it comes.
///
/// # Errors
/// Unavailable when it was cancelled or the queue is away.
pub(crate) async fn ask(
    deps: &Deps,
    asker: &Asker<'_>,
    (Kept(hashes), parts): (&Kept, Vec<Part>),
    mut told: impl FnMut(Told),
) -> Result<()> {
    let sweep_id = Uuid::now_v7().to_string();
    let jobs = jobs(asker, hashes, parts)?;
    deps.jobs.submit(&sweep_id, asker.kind, &jobs).await?;
    drop(jobs);
    let mut follow = deps.jobs.follow(&sweep_id).await?;
    loop {
        if asker.cancelled.load(Ordering::Relaxed) || deps.shutdown.has_begun() {
            deps.jobs.cancel(&sweep_id).await?;
            return Err(Error::unavailable("it was cancelled"));
        }
        let progress = tokio::select! {
            progress = follow.next() => progress,
            () = tokio::time::sleep(LOOK) => continue,
        };
        let Some(progress) = progress else {
            return Err(Error::unavailable("the queue ended before the sweep"));
        };
        let Progress { done, total, news } = progress?;
        let News::Result(result) = news else { return Err(Error::unavailable("it was cancelled")) };
        let answer = match result.outcome {
            Outcome::Done(bytes) => Ok(unpack(&bytes)?),
            Outcome::Failed(why) => Err(why),
        };
        told(Told { sweep_id: sweep_id.clone(), index: result.index, answer, done, total });
        if done == total {
            return Ok(());
        }
    }
}

fn jobs(asker: &Asker<'_>, hashes: &[String], parts: Vec<Part>) -> Result<Vec<Job>> {
    let org = asker.actor.organisation.to_string();
    let numbered = (0..).zip(parts);
    numbered
        .map(|(index, part)| {
            let ticket = Ticket {
                org: org.clone(),
                engine: ENGINE.to_owned(),
                inputs_sha256: hashes[part.of].clone(),
                threads: asker.threads,
                question: part.question,
            };
            Ok(Job { index, payload: pack(&ticket)?.into() })
        })
        .collect()
}

fn packed(inputs: &[Inputs]) -> Result<Vec<(String, Vec<u8>)>> {
    inputs.iter().map(|inputs| Ok((inputs_sha256(inputs), pack(inputs)?))).collect()
}

/// JSON, compressed.
pub(super) fn pack(what: &impl Serialize) -> Result<Vec<u8>> {
    let failed = |error: std::io::Error| Error::internal("a value cannot be packed").with_source(error);
    let mut packer = GzEncoder::new(Vec::new(), Compression::fast());
    serde_json::to_writer(&mut packer, what).map_err(|error| failed(error.into()))?;
    packer.flush().and_then(|()| packer.finish()).map_err(failed)
}

/// The value that [`pack`] packed.
pub(super) fn unpack<T: DeserializeOwned>(bytes: &[u8]) -> Result<T> {
    let mut text = Vec::new();
    let read = GzDecoder::new(bytes).read_to_end(&mut text).map_err(serde_json::Error::io);
    read.and_then(|_| serde_json::from_slice(&text))
        .map_err(|error| Error::internal("a packed value cannot be read").with_source(error))
}

impl Told {
    /// The answer packed, for a hash over it.
    pub(crate) fn text(&self) -> Bytes {
        let text = match &self.answer {
            Ok(answer) => serde_json::to_vec(answer).unwrap_or_default(),
            Err(why) => why.clone().into_bytes(),
        };
        text.into()
    }
}
