//! Starts a forecast and returns at once; the run goes on by itself.

use muster_kit::{Action, Actor, Error, Resource, Result, audit::AuditEntry, clock, trace};
use uuid::Uuid;

use super::{Deps, forecast_task};
use crate::{
    domain::{
        forecast::{ENGINE, ListWeighting, PatientBasis, Spec},
        missing::MissingReturns,
    },
    store::runs::{self, Model, State},
};

/// What a forecast is asked for.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    /// What the engine is asked.
    pub(crate) spec: Spec,
    /// Area.
    pub(crate) area: String,
    /// Date whose groupings the result is added up along; empty = today.
    pub(crate) groupings_as_of: String,
    /// Threads, 0 = as many as there are cores.
    pub(crate) threads: u32,
    /// Scenario document of one's own, empty for a shipped scenario.
    pub(crate) document: String,
    /// Overrides of parameters are those that held at this instant, in microseconds.
    pub(crate) known_at: i64,
}

/// Number of a way of filling, as the contract and the table have it.
pub(crate) fn missing_number(how: MissingReturns) -> i32 {
    match how {
        MissingReturns::LeaveOut => 1,
        MissingReturns::BoroughMean => 2,
        MissingReturns::LastValue => 3,
    }
}

/// Number of a way of weighting, as the contract and the table have it.
fn weighting_number(of: ListWeighting) -> i32 {
    match of {
        ListWeighting::Plain => 1,
        ListWeighting::Weighted => 2,
    }
}

/// Number of a basis of patients, as the contract and the table have it.
fn patients_number(of: PatientBasis) -> i32 {
    match of {
        PatientBasis::Registered => 1,
        PatientBasis::Resident => 2,
    }
}

/// Starts a run.
///
/// # Errors
/// Forbidden; bad request when it cannot be made whatever the data; what the database says.
pub(crate) async fn start_forecast(deps: &Deps, actor: &Actor, mut request: Request) -> Result<Model> {
    let permit = deps.permit(actor, Action::Plan, Resource::all("forecast")).await?;
    request.spec.check().map_err(|problem| Error::bad_request(problem.to_string()))?;
    // the day is kept: made again later, the run must find the groupings of today
    request.groupings_as_of = clock::as_of(&request.groupings_as_of)?.to_string();
    let run = queued(actor, &request);
    let permit = permit.on(run.run_id.clone());
    let uow = deps.db.begin(actor).await?;
    runs::insert(&uow, &run).await?;
    let detail = format!(
        "scenario={} area={} base={} to={} draws={} seed={}",
        run.scenario, run.area, run.base_year, run.to_year, run.draws, run.seed
    );
    uow.commit(AuditEntry::new(permit.clone(), detail)).await?;
    let handle = deps.runs.add(run.clone());
    trace::spawn(forecast_task::work(deps.clone(), actor.clone(), permit, (request, run.clone(), handle)));
    Ok(run)
}

fn queued(actor: &Actor, request: &Request) -> Model {
    let spec = &request.spec;
    let roles: Vec<String> = spec.roles.iter().map(|role| role.number().to_string()).collect();
    let now = request.known_at;
    Model {
        run_id: Uuid::now_v7().to_string(),
        org: actor.organisation.to_string(),
        scenario: spec.scenario.name.clone(),
        area: request.area.clone(),
        base_year: spec.base_year,
        to_year: spec.to_year,
        draws: i64::from(spec.draws),
        seed: spec.seed.to_string(),
        missing: missing_number(spec.missing),
        roles: roles.join(","),
        groupings_as_of: request.groupings_as_of.clone(),
        threads: i64::from(request.threads),
        state: State::Queued as i32,
        progress_ppm: 0,
        engine: ENGINE.to_owned(),
        inputs_sha256: String::new(),
        elapsed_micros: 0,
        actor: actor.id.clone(),
        started_at: now,
        touched_at: now,
        cancel_asked: false,
        failure: String::new(),
        caveats: String::new(),
        sources: String::new(),
        version: 0,
        scenario_document: request.document.clone(),
        list_weighting: weighting_number(spec.list_weighting),
        deprivation: spec.deprivation,
        patients: patients_number(spec.patients),
        price_year: spec.price_year,
    }
}
