//! Sensitivity and plans as the contract has them.

use std::str::FromStr as _;

use muster_kit::{Error, Result};
use muster_proto::staffing::v1 as pb;

use super::{interval, role, scenario::scenario_of, wanted_role};
use crate::{
    app::start_forecast::Request,
    domain::{
        planner::{self, Plan, PlanLever, Planned, ShortageChance},
        role::Role,
        scenario::{Lever, document},
        sensitivity::{self, Influence, Kind, Sensitivity},
    },
};

/// What counts as a shortage where nothing is said: 10% of the demand.
const SHORTAGE_PPM: i64 = 100_000;
/// Chance that is accepted where nothing is said.
const CHANCE_PPM: i64 = 200_000;

/// The request of a run whose roles, where none are named, are the one that is asked about and who takes over work of it.
fn run_of(mut spec: pb::ForecastSpec, asked: Role, others: &[Role]) -> Result<Request> {
    if spec.roles.is_empty() {
        let scenario = scenario_of(&spec.scenario, &spec.scenario_document)?;
        let takes_over = scenario.substitutions.iter().filter(|of| of.instead_of == asked).map(|of| of.role);
        let mut roles = vec![asked];
        for other in takes_over.chain(others.iter().copied()) {
            if !roles.contains(&other) {
                roles.push(other);
            }
        }
        spec.roles = roles.into_iter().map(|of| role(of).into()).collect();
    }
    super::request(spec)
}

/// What is asked of a sensitivity analysis.
///
/// # Errors
/// Bad request when scenario or role are not known.
pub(crate) fn sensitivity_request(
    request: pb::GetSensitivityRequest,
) -> Result<(Request, sensitivity::Asked)> {
    let role = wanted_role(request.role)?.unwrap_or(Role::Gp);
    // the scenarios that are shown beside let direct patient care take over work of GPs
    let run = run_of(request.spec.unwrap_or_default(), role, &[Role::DirectPatientCare])?;
    let year = if request.year == 0 { run.spec.to_year } else { request.year };
    Ok((run, sensitivity::Asked { node: request.node, role, year }))
}

fn influence(of: Influence) -> pb::Influence {
    let kind = match of.kind {
        Kind::Knowledge => pb::InfluenceKind::Knowledge,
        Kind::Chance => pb::InfluenceKind::Chance,
    };
    pb::Influence {
        parameter: of.parameter,
        title: of.title,
        kind: kind.into(),
        first_order_ppm: of.first_order_ppm,
        total_ppm: of.total_ppm,
        total_low_ppm: of.total_interval_ppm[0],
        total_high_ppm: of.total_interval_ppm[1],
        gap_at_low_milli: of.ends_milli.map(|ends| ends[0]),
        gap_at_high_milli: of.ends_milli.map(|ends| ends[1]),
        worth_milli: of.worth_milli,
        worth_pence: of.worth_pence,
        source: of.source,
    }
}

/// The answer of a sensitivity analysis.
pub(crate) fn sensitivity(of: Sensitivity, elapsed_micros: i64) -> pb::GetSensitivityResponse {
    let caveats = vec![
        "Shares are of the variance of the gap; a total share counts interactions, so totals may add up to a little more than all.".to_owned(),
        "What is worth knowing is priced as the mean FTE by which a plan for the middle misses, at the unit cost of the role; it is no saving by itself.".to_owned(),
        "Choice has no probability and therefore no share: the scenarios stand beside each other.".to_owned(),
    ];
    let choices = of.choices.into_iter().map(|choice| pb::ScenarioEffect {
        scenario: choice.scenario,
        title: choice.title,
        gap_milli: Some(interval(choice.gap)),
    });
    pb::GetSensitivityResponse {
        node: of.node,
        level: of.level.name().to_owned(),
        name: of.name,
        role: role(of.role).into(),
        year: of.year,
        gap_milli: Some(interval(of.gap)),
        expected_miss_milli: of.miss_milli,
        influences: of.influences.into_iter().map(influence).collect(),
        choices: choices.collect(),
        findings: of.findings,
        caveats,
        elapsed_micros,
    }
}

/// What is asked of a plan.
///
/// # Errors
/// Bad request when scenario, role or lever are not known.
pub(crate) fn plan_request(request: pb::PlanLeversRequest) -> Result<(Request, planner::Asked, bool)> {
    let asked_role = wanted_role(request.role)?.unwrap_or(Role::Gp);
    let levers =
        request.levers.into_iter().map(|of| plan_lever(of, asked_role)).collect::<Result<Vec<_>>>()?;
    let roles: Vec<Role> = levers.iter().map(|lever| lever.role).collect();
    let run = run_of(request.spec.unwrap_or_default(), asked_role, &roles)?;
    let or = |value: i64, otherwise: i64| if value == 0 { otherwise } else { value };
    let asked = planner::Asked {
        role: asked_role,
        levers,
        shortage_ppm: or(request.shortage_ppm, SHORTAGE_PPM),
        chance_ppm: or(request.chance_ppm, CHANCE_PPM),
        from_year: request.from_year,
    };
    Ok((run, asked, request.everywhere))
}

fn plan_lever(of: pb::PlanLever, otherwise: Role) -> Result<PlanLever> {
    let lever = Lever::from_str(&of.lever).map_err(|()| {
        Error::bad_request(format!(
            "lever `{}` is not known: a plan has leavers, joiners, posts and hours",
            of.lever
        ))
    })?;
    Ok(PlanLever {
        lever,
        role: wanted_role(of.role)?.unwrap_or(otherwise),
        place: of.place,
        cap_micro: of.cap_micro,
        shared_micro: of.shared_cap_micro,
        unit_cost_pence: of.unit_cost_pence,
        starts_in: of.starts_in,
        source: of.source,
    })
}

fn planned(of: Planned) -> pb::PlannedLever {
    let lever = pb::PlanLever {
        lever: of.lever.lever.name().to_owned(),
        role: role(of.lever.role).into(),
        cap_micro: of.lever.cap_micro,
        unit_cost_pence: of.lever.unit_cost_pence,
        starts_in: of.lever.starts_in,
        source: of.lever.source,
        place: of.lever.place,
        shared_cap_micro: of.lever.shared_micro,
    };
    pb::PlannedLever { lever: Some(lever), by_micro: of.by_micro, cost_pence: of.cost_pence }
}

fn chance(of: ShortageChance) -> pb::ShortageChance {
    pb::ShortageChance {
        node: of.node,
        name: of.name,
        year: of.year,
        before_ppm: of.before_ppm,
        after_ppm: of.after_ppm,
        counts: of.counts,
    }
}

/// A plan.
pub(crate) fn plan(of: Plan, elapsed_micros: i64) -> pb::LeverPlan {
    pb::LeverPlan {
        kept: of.kept,
        cost_pence: of.cost_pence,
        scenario_document: document(&of.scenario),
        levers: of.levers.into_iter().map(planned).collect(),
        chances: of.chances.into_iter().map(chance).collect(),
        findings: of.findings,
        elapsed_micros,
    }
}
