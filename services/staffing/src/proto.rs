//! Values of the domain as the contract has them, and back.

pub(crate) mod backtest;
pub(crate) mod decide;
pub(crate) mod lists;
pub(crate) mod observed;
pub(crate) mod scenario;
pub(crate) mod scores;
pub(crate) mod sweep;
pub(crate) mod trusts;

use muster_kit::{Error, Result, clock};
use muster_proto::{
    common::v1::{self as common, Provenance},
    staffing::v1 as pb,
};

use crate::{
    app::{
        get_history::History,
        list_baselines, list_snapshots,
        start_forecast::{Request, missing_number},
    },
    domain::{
        baseline::{AgeBand, Sex},
        forecast::{Interval, Level, ListWeighting, PatientBasis, Row, Spec},
        history::{HistoryYear, RoleHistory},
        missing::MissingReturns,
        overrides::Override,
        parameters::Parameter,
        posts::PostInForce,
        role::Role,
        scenario::Scenario,
        units::Fte,
    },
    store::runs::Model,
};

/// Draws of a run that names none.
const DEFAULT_DRAWS: u32 = 1_024;

/// A role.
pub(crate) fn role(role: Role) -> pb::Role {
    pb::Role::try_from(role.number()).unwrap_or(pb::Role::Unspecified)
}

/// A role of a request; none for all.
pub(crate) fn wanted_role(number: i32) -> Result<Option<Role>> {
    if number == 0 {
        return Ok(None);
    }
    Role::from_number(number)
        .map(Some)
        .ok_or_else(|| Error::bad_request(format!("role {number} is not known")))
}

/// A level of a request; none for all.
pub(crate) fn wanted_level(name: &str) -> Result<Option<Level>> {
    if name.is_empty() {
        return Ok(None);
    }
    Level::named(name).map(Some).ok_or_else(|| {
        let known = Level::ALL.map(Level::name).join(", ");
        Error::bad_request(format!("level `{name}` is not known: one of {known}"))
    })
}

/// A way of filling of a request.
pub(crate) fn missing_of(number: i32) -> Result<MissingReturns> {
    match number {
        0 | 2 => Ok(MissingReturns::BoroughMean),
        1 => Ok(MissingReturns::LeaveOut),
        3 => Ok(MissingReturns::LastValue),
        _ => Err(Error::bad_request(format!("way {number} of filling missing returns is not known"))),
    }
}

/// How patients count, of a request.
fn weighting_of(number: i32) -> Result<ListWeighting> {
    match number {
        0 | 1 => Ok(ListWeighting::Plain),
        2 => Ok(ListWeighting::Weighted),
        _ => Err(Error::bad_request(format!("way {number} of weighting lists is not known"))),
    }
}

/// Who counts as a patient, of a request.
pub(crate) fn patients_of(number: i32) -> Result<PatientBasis> {
    match number {
        0 | 1 => Ok(PatientBasis::Registered),
        2 => Ok(PatientBasis::Resident),
        _ => Err(Error::bad_request(format!("basis {number} of patients is not known"))),
    }
}

/// Roles of a request, each once; empty for all.
fn wanted_roles(numbers: &[i32]) -> Result<Vec<Role>> {
    let mut roles = Vec::with_capacity(numbers.len());
    for number in numbers {
        let role = wanted_role(*number)?;
        if let Some(role) = role.filter(|role| !roles.contains(role)) {
            roles.push(role);
        }
    }
    Ok(roles)
}

/// What a forecast is asked for.
pub(crate) fn request(spec: pb::ForecastSpec) -> Result<Request> {
    let scenario = scenario::scenario_of(&spec.scenario, &spec.scenario_document)?;
    if !(1990..=2100).contains(&spec.base_year) {
        return Err(Error::bad_request(format!(
            "the base year must be a financial year ending from 1990 to 2100, not {}",
            spec.base_year
        )));
    }
    let mut roles = wanted_roles(&spec.roles)?;
    if roles.is_empty() {
        roles = vec![Role::Gp, Role::Nurse];
        // who takes over work must be drawn too
        for of in &scenario.substitutions {
            if roles.contains(&of.instead_of) && !roles.contains(&of.role) {
                roles.push(of.role);
            }
        }
    }
    let area = if spec.area.trim().is_empty() { "SEL" } else { spec.area.trim() };
    Ok(Request {
        area: area.to_owned(),
        groupings_as_of: spec.groupings_as_of,
        threads: spec.threads,
        document: spec.scenario_document,
        known_at: clock::now_micros(),
        spec: Spec {
            scenario,
            base_year: spec.base_year,
            to_year: spec.to_year,
            draws: if spec.draws == 0 { DEFAULT_DRAWS } else { spec.draws },
            seed: spec.seed,
            missing: missing_of(spec.missing_returns)?,
            list_weighting: weighting_of(spec.list_weighting)?,
            deprivation: spec.deprivation,
            patients: patients_of(spec.patients)?,
            price_year: spec.price_year,
            roles,
        },
    })
}

/// What a comparison is asked for: every role that either scenario needs.
///
/// # Errors
/// As [`request`].
pub(crate) fn compared(mut spec: pb::ForecastSpec, to: &Scenario) -> Result<Request> {
    if spec.roles.is_empty() {
        spec.roles = [Role::Gp, Role::Nurse].map(|of| role(of).into()).to_vec();
        let from = scenario::scenario_of(&spec.scenario, &spec.scenario_document)?;
        for of in from.substitutions.iter().chain(&to.substitutions) {
            let number: i32 = role(of.role).into();
            if !spec.roles.contains(&number) {
                spec.roles.push(number);
            }
        }
    }
    request(spec)
}

/// What a stored run was asked.
///
/// # Errors
/// Bad request when its scenario is not known any more.
pub(crate) fn request_of(run: &Model) -> Result<Request> {
    let known_at = run.started_at;
    Ok(Request { known_at, ..request(forecast_run(run, Vec::new()).spec.unwrap_or_default())? })
}

/// A run.
pub(crate) fn forecast_run(run: &Model, sources: Vec<Provenance>) -> pb::ForecastRun {
    let spec = pb::ForecastSpec {
        scenario: run.scenario.clone(),
        area: run.area.clone(),
        base_year: run.base_year,
        to_year: run.to_year,
        draws: u32::try_from(run.draws).unwrap_or_default(),
        seed: run.seed.parse().unwrap_or_default(),
        missing_returns: run.missing,
        roles: run.roles.split(',').filter_map(|number| number.parse().ok()).collect(),
        groupings_as_of: run.groupings_as_of.clone(),
        threads: u32::try_from(run.threads).unwrap_or_default(),
        scenario_document: run.scenario_document.clone(),
        list_weighting: run.list_weighting,
        deprivation: run.deprivation,
        patients: run.patients,
        price_year: run.price_year,
    };
    pb::ForecastRun {
        run_id: run.run_id.clone(),
        spec: Some(spec),
        state: run.state,
        progress_ppm: run.progress_ppm,
        engine: run.engine.clone(),
        inputs_sha256: run.inputs_sha256.clone(),
        elapsed_micros: run.elapsed_micros,
        actor: run.actor.clone(),
        started_at_micros: run.started_at,
        failure: run.failure.clone(),
        caveats: run.caveats.lines().map(str::to_owned).collect(),
        sources,
    }
}

pub(crate) fn interval(interval: Interval) -> common::Interval {
    common::Interval { p10: interval.p10, p50: interval.p50, p90: interval.p90 }
}

/// A row of a run.
pub(crate) fn forecast_row(row: &Row) -> pb::ForecastRow {
    pb::ForecastRow {
        node: row.node.to_string(),
        level: row.level.name().to_owned(),
        name: row.name.to_string(),
        role: role(row.role).into(),
        year: row.year,
        supply_milli: Some(interval(row.supply)),
        demand_milli: Some(interval(row.demand)),
        gap_milli: Some(interval(row.gap)),
        shortfall_ppm: Some(interval(row.shortfall_ppm)),
        cost_pence: Some(interval(row.cost_pence)),
        list_milli: Some(interval(row.list)),
        placeholder: row.placeholder,
    }
}

/// History of an area.
pub(crate) fn history(history: History, how: MissingReturns) -> pb::GetHistoryResponse {
    pb::GetHistoryResponse {
        area: history.area,
        missing_returns: missing_number(how),
        rows: history.years.iter().map(history_row).collect(),
        effects: history
            .effects
            .iter()
            .map(|effect| pb::MissingReturnsEffect {
                missing_returns: missing_number(effect.how),
                gp_gap_milli: effect.gp_gap.milli(),
                nurse_gap_milli: effect.nurse_gap.milli(),
                gp_filled_milli: effect.gp_filled.milli(),
                nurse_filled_milli: effect.nurse_filled.milli(),
            })
            .collect(),
        sources: history.sources,
        caveats: history.caveats,
        unplaced: history.unplaced,
    }
}

fn history_row(year: &HistoryYear) -> pb::HistoryRow {
    pb::HistoryRow {
        year: year.year,
        practices: year.practices,
        practices_with_patients: year.with_patients,
        list_milli: year.list.milli(),
        gp: Some(role_history(&year.gp)),
        nurse: Some(role_history(&year.nurse)),
        direct_patient_care_fte_milli: year.direct_patient_care.milli(),
        administration_fte_milli: year.administration.milli(),
        gp_trainee_or_locum_fte_milli: year.gp_trainee_or_locum.milli(),
    }
}

fn role_history(role: &RoleHistory) -> pb::RoleHistory {
    pb::RoleHistory {
        fte_milli: role.fte.milli(),
        fte_without_patients_milli: role.fte_without_patients.milli(),
        fte_filled_milli: role.filled.milli(),
        missing_returns: role.missing,
        needed_milli: role.needed.milli(),
        gap_milli: role.gap.milli(),
    }
}

/// A baseline row.
pub(crate) fn baseline(row: list_baselines::Listed) -> pb::Baseline {
    pb::Baseline {
        place: row.count.place,
        role: role(row.count.role).into(),
        detailed_role: row.count.detailed_role,
        date: row.day,
        year: row.year,
        fte_milli: row.count.fte.map(Fte::milli),
        heads: row.count.heads,
        sex: row.count.sex.map_or("", Sex::name).to_owned(),
        age_band: row.count.age_band.map(|band: AgeBand| band.to_string()).unwrap_or_default(),
        vacancies_milli: row.count.vacancies.map(Fte::milli),
        definition: row.definition,
        estimated: row.count.estimated,
        provenance: Some(row.provenance),
    }
}

/// A snapshot.
pub(crate) fn snapshot(listed: list_snapshots::Listed) -> pb::Snapshot {
    let row = listed.row;
    pb::Snapshot {
        organisation: row.organisation,
        month_end: row.month_end,
        received_at_micros: row.received_at,
        late: row.late,
        duplicate: row.duplicate,
        missing_practices: row
            .missing
            .split(',')
            .filter(|code| !code.is_empty())
            .map(str::to_owned)
            .collect(),
        fte_milli: row.fte_milli,
        fte_year_before_milli: listed.fte_year_before,
        import_id: row.import_id,
    }
}

/// A post.
pub(crate) fn post(row: PostInForce) -> pb::Post {
    pb::Post {
        post_ref: row.part.post_ref,
        person_ref: row.part.person_ref,
        role: role(row.part.role).into(),
        employer: row.part.employer,
        works_at: row.part.works_at,
        share_ppm: row.part.share_ppm,
        fte_milli: row.fte.milli(),
        valid_from: row.part.valid_from.to_string(),
        valid_to: row.part.valid_to.map(|day| day.to_string()).unwrap_or_default(),
        joint: row.joint,
    }
}

/// A parameter.
pub(crate) fn parameter(parameter: Parameter) -> pb::Parameter {
    pb::Parameter {
        name: parameter.name,
        value: parameter.value,
        unit: parameter.unit,
        low: parameter.low,
        high: parameter.high,
        source: parameter.source,
        valid_from: parameter.valid_from,
        prior: parameter.prior,
        basis: parameter.basis,
        price_year: parameter.price_year,
    }
}

/// An override.
pub(crate) fn parameter_override(of: &Override) -> pb::ParameterOverride {
    let (withdrawn_by, withdrawn_at_micros) = of.withdrawn.clone().unwrap_or_default();
    let (basis, price_year) = of.cost.said();
    pb::ParameterOverride {
        override_id: of.override_id.clone(),
        name: of.name.clone(),
        value: of.value,
        low: of.low,
        high: of.high,
        reason: of.reason.clone(),
        valid_from: of.valid_from.to_string(),
        signed_by: of.signed_by.clone(),
        signed_at_micros: of.signed_at,
        withdrawn_by,
        withdrawn_at_micros,
        basis: basis.to_owned(),
        price_year,
    }
}

/// A date of a request, none when it is empty.
pub(crate) fn optional_date(text: &str) -> Result<Option<jiff::civil::Date>> {
    if text.is_empty() { Ok(None) } else { clock::as_of(text).map(Some) }
}
