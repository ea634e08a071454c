//! A run at work: loads, draws, stores its rows and says that it was published.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use muster_kit::{Action, Actor, Error, Permit, Result, audit::AuditEntry, clock};

use super::{
    Deps, area,
    export_forecast::node_rows,
    need_facts::{Wanted, load},
    registry::Handle,
    start_forecast::Request,
};
use crate::{
    domain::{
        assemble::assemble,
        crossing::{Crossing, crossings},
        forecast::{Control, Inputs, Outcome, Row, RunError, run},
        overrides::{in_force, overridden},
        parameters::ParameterSet,
    },
    events,
    store::{
        counts, overrides, rows,
        runs::{self, Model, State},
    },
};

/// How often a run gives a sign of life.
const SIGN_OF_LIFE: Duration = Duration::from_secs(2);

/// Why a run ends without rows.
enum End {
    Cancelled,
    Failed(String),
}

impl From<Error> for End {
    fn from(error: Error) -> Self {
        tracing::warn!(error.chain = %error.chain(), "forecast failed");
        Self::Failed(error.message().to_owned())
    }
}

/// Works a run off.
pub(crate) async fn work(deps: Deps, actor: Actor, permit: Permit, job: (Request, Model, Handle)) {
    let (request, mut run, handle) = job;
    let run_id = run.run_id.clone();
    let ended = attempt(&deps, &actor, &permit, (&request, &mut run, &handle)).await;
    if let Err(end) = ended {
        match end {
            End::Cancelled => run.state = State::Cancelled as i32,
            End::Failed(why) => {
                run.state = State::Failed as i32;
                run.failure = why;
            }
        }
        run.elapsed_micros = clock::now_micros() - run.started_at;
        if let Err(error) = save(&deps, &actor, &permit, &mut run).await {
            // a later start finds the run silent and marks it
            tracing::error!(run.id = %run_id, error.chain = %error.chain(), "the end of a forecast could not be stored");
        }
    }
    // whoever hears of the end must not find it still at work
    deps.runs.remove(&run_id);
    handle.say(&run);
}

async fn attempt(
    deps: &Deps,
    actor: &Actor,
    permit: &Permit,
    job: (&Request, &mut Model, &Handle),
) -> Result<(), End> {
    let (request, run, handle) = job;
    run.state = State::Running as i32;
    save(deps, actor, permit, run).await?;
    handle.say(run);
    let made_from = inputs(deps, actor, request).await?;
    let (unplaced, overrides, weighing) = (made_from.unplaced, made_from.overrides, made_from.weighing);
    let of_years = counts::imports_of_years(deps.db.read(), &actor.scope(), run.base_year).await?;
    let imports: BTreeSet<String> = of_years.into_iter().chain(made_from.list_imports).collect();
    let (inputs, outcome) = compute(deps, actor, (made_from.inputs, request.threads), (run, handle)).await?;
    run.state = State::Finished as i32;
    run.progress_ppm = 1_000_000;
    run.inputs_sha256.clone_from(&outcome.inputs_sha256);
    let mut caveats = overrides;
    caveats.extend(outcome.caveats.iter().cloned());
    caveats.extend(weighing);
    if unplaced > 0 {
        caveats.push(format!("{unplaced} codes of the workforce files are in no area that is known."));
    }
    run.caveats = caveats.join("\n");
    run.sources = imports.into_iter().collect::<Vec<_>>().join(",");
    publish(deps, actor, permit, (run, &inputs, &outcome)).await?;
    Ok(())
}

/// What a run is made from.
pub(crate) struct MadeFrom {
    /// Everything that the engine reads.
    pub(crate) inputs: Inputs,
    /// Codes of the workforce files that are in no area.
    pub(crate) unplaced: usize,
    /// Overrides of its parameters, a line each.
    pub(crate) overrides: Vec<String>,
    /// What a reader must know of the ages, scores and residents that patients count by.
    pub(crate) weighing: Vec<String>,
    /// Imports that these came with, and people, vacancies and joint posts.
    pub(crate) list_imports: Vec<String>,
}

/// Everything that a run is made from.
pub(crate) async fn inputs(deps: &Deps, actor: &Actor, request: &Request) -> Result<MadeFrom> {
    let area = area::find(deps, actor, &request.area, &request.groupings_as_of).await?;
    let unplaced = area.unplaced.len();
    let mut data = area.data(deps, actor, request.spec.base_year).await?;
    let spec = request.spec.clone();
    let facts = load(deps, actor, (&mut data, spec.base_year), Wanted::of(&spec)).await?;
    let (weighing, mut list_imports) = (facts.caveats(), facts.imports);
    for role in &spec.roles {
        list_imports.extend(data.imports.remove(role).unwrap_or_default());
    }
    let signed = overrides::all(deps.db.read(), &actor.scope()).await?;
    let holding = in_force(&signed, request.known_at, clock::date_of(request.known_at));
    let (parameters, overrides) = overridden(ParameterSet::shipped(), &holding);
    let inputs = tokio::task::spawn_blocking(move || assemble(&data, spec, &parameters))
        .await
        .map_err(|error| Error::internal("assembling the inputs failed").with_source(error))?;
    Ok(MadeFrom { inputs, unplaced, overrides, weighing, list_imports })
}

/// Asks the engine for something short, off the threads that serve calls; nothing of it is stored.
///
/// # Errors
/// Bad request when it cannot be made; unavailable when it was cancelled; internal when the engine fails.
pub(crate) async fn engine<T: Send + 'static>(
    work: impl FnOnce() -> std::result::Result<T, RunError> + Send + 'static,
) -> Result<T> {
    let made = tokio::task::spawn_blocking(work).await;
    let made = made.map_err(|error| Error::internal("the engine stopped").with_source(error))?;
    made.map_err(|error| match error {
        RunError::Cancelled => Error::unavailable("it was cancelled"),
        RunError::Inputs(problem) => Error::bad_request(problem.to_string()),
        RunError::Threads(_) => Error::internal(error.to_string()),
    })
}

/// Runs the engine on threads of its own, with signs of life meanwhile.
async fn compute(
    deps: &Deps,
    actor: &Actor,
    what: (Inputs, u32),
    of: (&mut Model, &Handle),
) -> Result<(Inputs, Outcome), End> {
    let ((inputs, threads), (run_row, handle)) = (what, of);
    let (flag, teller) = (handle.flag(), handle.clone());
    let threads = usize::try_from(threads).unwrap_or_default();
    let mut engine = tokio::task::spawn_blocking(move || {
        let progress = |ppm| teller.say_progress(ppm);
        let outcome = run(&inputs, &Control { threads, cancelled: &flag, progress: &progress });
        (inputs, outcome)
    });
    let stop = Arc::new(handle.clone());
    loop {
        tokio::select! {
            ended = &mut engine => {
                let (inputs, outcome) =
                    ended.map_err(|error| Error::internal("the engine stopped").with_source(error))?;
                return match outcome {
                    Ok(outcome) => Ok((inputs, outcome)),
                    Err(RunError::Cancelled) if deps.shutdown.has_begun() => {
                        Err(End::Failed("interrupted: the node was stopped while the forecast ran".into()))
                    }
                    Err(RunError::Cancelled) => Err(End::Cancelled),
                    Err(error) => Err(End::Failed(error.to_string())),
                };
            }
            () = deps.shutdown.begun(), if !deps.shutdown.has_begun() => stop.cancel(),
            () = tokio::time::sleep(SIGN_OF_LIFE) => {
                let scope = actor.scope();
                if runs::touch(&deps.db, &scope, &run_row.run_id, stop.progress_ppm()).await? {
                    stop.cancel();
                }
            }
        }
    }
}

/// Rows, state, event and audit in one transaction.
async fn publish(
    deps: &Deps,
    actor: &Actor,
    permit: &Permit,
    result: (&mut Model, &Inputs, &Outcome),
) -> Result<()> {
    let (run, inputs, outcome) = result;
    let sources: Vec<String> =
        run.sources.split(',').filter(|id| !id.is_empty()).map(str::to_owned).collect();
    let sources = deps.provenance(actor, &sources).await?;
    let crossed = crossed(deps, actor, run, &outcome.rows).await?;
    let mut uow = deps.db.begin(actor).await?;
    run.version = runs::finished(&uow, &run.scenario, &run.area).await? + 1;
    rows::write(&uow, &run.run_id, &outcome.rows).await?;
    let now = clock::now_micros();
    (run.elapsed_micros, run.touched_at) = (now - run.started_at, now);
    runs::update(&uow, run).await?;
    uow.publish(events::forecast_published(run, &outcome.rows, sources))?;
    if let Some((before, crossings)) = crossed {
        uow.publish(events::gap_crossed(run, &before, crossings))?;
    }
    let detail = format!(
        "state=finished rows={} practices={} inputs_sha256={}",
        outcome.rows.len(),
        inputs.practices.len(),
        run.inputs_sha256
    );
    uow.commit(AuditEntry::new(permit.clone(), detail)).await
}

/// Shortages that came or went since the run before of the scenario and area; none without one.
async fn crossed(
    deps: &Deps,
    actor: &Actor,
    run: &Model,
    rows: &[Row],
) -> Result<Option<(Model, Vec<Crossing>)>> {
    let of = (run.scenario.as_str(), run.area.as_str());
    let Some(before) = runs::latest_of(deps.db.read(), &actor.scope(), of).await? else { return Ok(None) };
    let earlier = node_rows(deps, actor, &before.run_id).await?;
    let draws = |run: &Model| u32::try_from(run.draws).unwrap_or(1);
    let found = crossings((&earlier, draws(&before)), (rows, draws(run)));
    Ok((!found.is_empty()).then_some((before, found)))
}

/// Stores the state of a run.
pub(crate) async fn save(deps: &Deps, actor: &Actor, permit: &Permit, run: &mut Model) -> Result<()> {
    run.touched_at = clock::now_micros();
    let uow = deps.db.begin(actor).await?;
    runs::update(&uow, run).await?;
    let detail = format!("action={} state={} failure={}", Action::Plan.as_str(), run.state, run.failure);
    uow.commit(AuditEntry::new(permit.clone(), detail)).await
}
