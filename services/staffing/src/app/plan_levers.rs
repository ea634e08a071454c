//! The least-cost mix of levers for an area. Stores nothing.

use std::sync::{Arc, atomic::AtomicBool};

use muster_kit::{Action, Actor, Error, Resource, Result, clock};

use tokio::sync::{mpsc, oneshot};

use super::{
    Deps, forecast_task,
    start_forecast::Request,
    sweeps::{Asker, Kept, PLAN, Part, ask, keep},
};
use crate::domain::{
    forecast::{Inputs, RunError},
    parameters::ParameterSet,
    planner::{Asked, Plan, PlanLever, Table, by_borough, most_runs, plan_with},
    role::Role,
    scenario::{Lever, Scenario},
    sweep::{Answer, Question},
    unit_costs::{BadUnitCost, UnitCost},
};

/// Finds a mix; levers are the usual ones of the role where none are given, and act in each borough by itself unless they are to act
/// everywhere alike. It stops when `cancelled` is set.
///
/// # Errors
/// Forbidden; not found when nobody knows the area; bad request when what is asked cannot be.
pub(crate) async fn plan_levers(
    deps: &Deps,
    actor: &Actor,
    (request, mut asked, everywhere): (Request, Asked, bool),
    progress: impl Fn(i64) + Send + Sync + 'static,
    cancelled: Arc<AtomicBool>,
) -> Result<Plan> {
    let permit = deps.permit(actor, Action::Read, Resource::new("baseline", request.area.clone())).await?;
    request.spec.check().map_err(|problem| Error::bad_request(problem.to_string()))?;
    clock::as_of(&request.groupings_as_of)?;
    let inputs = forecast_task::inputs(deps, actor, &request).await?.inputs;
    if asked.from_year == 0 {
        asked.from_year = (inputs.spec.base_year + 3).min(inputs.spec.to_year);
    }
    if asked.levers.is_empty() {
        asked.levers =
            usual_levers(&inputs, asked.role).map_err(|error| Error::bad_request(error.to_string()))?;
    }
    if !everywhere {
        asked.levers = by_borough(&inputs, &asked.levers);
    }
    let asker = Asker { actor, permit, kind: PLAN, threads: request.threads, cancelled };
    made(deps, &asker, (inputs, asked), progress).await
}

/// Plans on a thread of its own; the runs are asked for from there.
async fn made(
    deps: &Deps,
    asker: &Asker<'_>,
    (inputs, asked): (Inputs, Asked),
    progress: impl Fn(i64) + Send + Sync + 'static,
) -> Result<Plan> {
    let (ask_for, mut asked_for) = mpsc::channel::<(Vec<Scenario>, oneshot::Sender<Result<Vec<Table>>>)>(1);
    let inputs = Arc::new(vec![inputs]);
    let kept = keep(deps, asker, inputs.clone()).await?;
    let (of, wanted) = (inputs, asked.clone());
    let mut planned = tokio::task::spawn_blocking(move || {
        let mut failure = None;
        let plan = plan_with(&of[0], &wanted, &mut |scenarios| {
            let (answer, answered) = oneshot::channel();
            let said =
                ask_for.blocking_send((scenarios, answer)).ok().and_then(|()| answered.blocking_recv().ok());
            said.unwrap_or_else(|| Err(Error::unavailable("it was cancelled"))).map_err(|error| {
                failure = Some(error);
                RunError::Cancelled
            })
        });
        plan.map_err(|error| failure.unwrap_or_else(|| Error::bad_request(error.to_string())))
    });
    let mut done = 0;
    loop {
        tokio::select! {
            Some((scenarios, answer)) = asked_for.recv() => {
                let made = tables(deps, asker, &kept, (&asked, scenarios), || {
                    done += 1;
                    progress(i64::try_from(1_000_000 * done / most_runs(&asked)).unwrap_or_default());
                });
                let _ = answer.send(made.await);
            }
            plan = &mut planned => {
                return plan.map_err(|error| Error::internal("the planner stopped").with_source(error))?;
            }
        }
    }
}

/// Runs of scenarios, wherever somebody works on them, in their order.
async fn tables(
    deps: &Deps,
    asker: &Asker<'_>,
    kept: &Kept,
    (asked, scenarios): (&Asked, Vec<Scenario>),
    mut one_more: impl FnMut(),
) -> Result<Vec<Table>> {
    let mut made: Vec<Option<Table>> = vec![None; scenarios.len()];
    let mut failure = None;
    let part = |scenario| Part {
        of: 0,
        question: Question::Shortages { scenario: Box::new(scenario), asked: Box::new(asked.clone()) },
    };
    let parts = scenarios.into_iter().map(part).collect();
    ask(deps, asker, (kept, parts), |told| {
        one_more();
        match told.answer {
            Ok(Answer::Shortages(table)) => made[told.index as usize] = Some(table),
            Ok(_) => failure = Some("another question was answered".to_owned()),
            Err(why) => failure = Some(why),
        }
    })
    .await?;
    let made: Option<Vec<Table>> = made.into_iter().collect();
    made.ok_or_else(|| Error::bad_request(failure.unwrap_or_else(|| "a run has no answer".into())))
}

/// What keeping one FTE who would have left costs a year, in pence: no publication gives it.
const KEPT_FTE_PENCE: i64 = 2_500_000;

/// The levers that a plan begins with: posts at the unit cost of the role, leavers, hours. Limits are judgements, for the user to set.
fn usual_levers(inputs: &Inputs, role: Role) -> Result<Vec<PlanLever>, BadUnitCost> {
    let parameters: &ParameterSet = &inputs.parameters;
    let unit_cost = UnitCost::of(parameters, role, inputs.spec.price_year)?.pence[1];
    let leaver_ppm = parameters.of_role(role, "leaver-rate.overall")?.value;
    let place = inputs.spec.roles.iter().position(|other| *other == role);
    let fte_milli = place.map_or(0, |place| inputs.evidence.roles[place].total_milli);
    let starts_in = inputs.spec.base_year + 1;
    let percent_of_fte = |ppm: i64, pence: i64| {
        let pence = i128::from(fte_milli) * i128::from(ppm) * i128::from(pence) / 100_000_000_000;
        i64::try_from(pence).unwrap_or(i64::MAX).max(1)
    };
    let lever = |lever: Lever, cap_micro: i64, unit_cost_pence: i64, source: &str| PlanLever {
        lever,
        role,
        place: String::new(),
        cap_micro,
        shared_micro: 0,
        unit_cost_pence,
        starts_in,
        source: source.to_owned(),
    };
    Ok(vec![
        lever(
            Lever::Posts,
            (fte_milli / 5 / 1_000).max(1) * 1_000_000,
            unit_cost,
            "limit: a fifth of the FTE of the base year, a judgement; cost: the unit cost of the role",
        ),
        lever(
            Lever::Leavers,
            -200_000,
            percent_of_fte(leaver_ppm, KEPT_FTE_PENCE),
            "limit: a fifth fewer leavers, the far end of what the 2023 plan hopes for; cost: 25 thousand pounds a year for each FTE that stays, a judgement",
        ),
        lever(
            Lever::Hours,
            50_000,
            percent_of_fte(1_000_000, unit_cost),
            "limit: 5% more hours a head, a judgement; cost: hours at the unit cost of the role",
        ),
    ])
}
