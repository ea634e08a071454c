//! Many forecasts, or what decides many gaps, worked off by every process that works on sweeps. Stores no result.

use std::{
    collections::BTreeMap,
    sync::{Arc, atomic::AtomicBool},
};

use bytes::Bytes;
use muster_kit::{Action, Actor, Error, Resource, Result, clock};
use sha2::{Digest, Sha256};

use super::{
    Deps, forecast_task,
    start_forecast::Request,
    sweeps::{Asker, Part, SWEEP, Told, ask, keep},
};
use crate::domain::{
    forecast::{Inputs, Level},
    scenario::Scenario,
    sensitivity,
    sweep::Question,
};

/// Parts of a sweep at most.
const MAX_PARTS: usize = 10_000;

/// What is wanted of each area.
pub(crate) enum Wanted {
    /// Its forecast under each of these scenarios, down to a level.
    Forecasts(Vec<Scenario>, Level),
    /// What decides the gap of the area and of each borough, role by role, in a year.
    Sensitivities(i32),
}

/// What a part was about.
#[derive(Clone, Debug)]
pub(crate) struct About {
    /// Area.
    pub(crate) area: String,
    /// Scenario of its forecast, or of the sensitivity.
    pub(crate) scenario: String,
}

/// How a sweep ended.
pub(crate) struct Ended {
    /// Parts.
    pub(crate) parts: u32,
    /// Those without an answer.
    pub(crate) failed: u32,
    /// Hash over all answers in the order of the parts: equal for equal answers, wherever they were worked out.
    pub(crate) answers_sha256: String,
}

/// Works a sweep off. `request` is what is asked of every area; its own area stands for the first.
///
/// # Errors
/// Forbidden; not found when nobody knows an area; bad request when it cannot be run; unavailable when it was cancelled.
pub(crate) async fn run_sweep(
    deps: &Deps,
    actor: &Actor,
    (request, areas, wanted): (Request, Vec<String>, Wanted),
    cancelled: Arc<AtomicBool>,
    told: impl Fn(&About, Told) + Send,
) -> Result<Ended> {
    request.spec.check().map_err(|problem| Error::bad_request(problem.to_string()))?;
    clock::as_of(&request.groupings_as_of)?;
    let mut permit = None;
    let mut inputs = Vec::with_capacity(areas.len());
    for area in &areas {
        permit = Some(deps.permit(actor, Action::Read, Resource::new("baseline", area.clone())).await?);
        let of_area = Request { area: area.clone(), ..request.clone() };
        inputs.push(forecast_task::inputs(deps, actor, &of_area).await?.inputs);
    }
    let permit = permit.ok_or_else(|| Error::bad_request("name an area at least"))?;
    let (about, parts) = parts(&areas, &inputs, &wanted);
    if parts.len() > MAX_PARTS {
        let (count, most) = (parts.len(), MAX_PARTS);
        return Err(Error::bad_request(format!("a sweep has {most} parts at most, not {count}")));
    }
    let asker = Asker { actor, permit, kind: SWEEP, threads: request.threads, cancelled };
    let mut texts: BTreeMap<u32, Bytes> = BTreeMap::new();
    let mut failed = 0;
    let kept = keep(deps, &asker, Arc::new(inputs)).await?;
    ask(deps, &asker, (&kept, parts), |answer| {
        failed += u32::from(answer.answer.is_err());
        texts.insert(answer.index, Sha256::digest(answer.text()).to_vec().into());
        told(&about[answer.index as usize], answer);
    })
    .await?;
    let mut hash = Sha256::new();
    for text in texts.values() {
        hash.update(text);
    }
    let parts = u32::try_from(texts.len()).unwrap_or(u32::MAX);
    Ok(Ended { parts, failed, answers_sha256: hex::encode(hash.finalize()) })
}

fn parts(areas: &[String], inputs: &[Inputs], wanted: &Wanted) -> (Vec<About>, Vec<Part>) {
    let mut found = Vec::new();
    for (of, (area, inputs)) in areas.iter().zip(inputs).enumerate() {
        let about = |scenario: &str| About { area: area.clone(), scenario: scenario.to_owned() };
        match wanted {
            Wanted::Forecasts(scenarios, down_to) => found.extend(scenarios.iter().map(|scenario| {
                let question = Question::Rows { scenario: Box::new(scenario.clone()), down_to: *down_to };
                (about(&scenario.name), Part { of, question })
            })),
            Wanted::Sensitivities(year) => {
                let nodes = inputs.nodes.iter().filter(|node| node.level <= Level::Borough);
                let asked = nodes.flat_map(|node| {
                    inputs.spec.roles.iter().map(|role| sensitivity::Asked {
                        node: node.code.clone(),
                        role: *role,
                        year: *year,
                    })
                });
                let scenario = &inputs.spec.scenario.name;
                found.extend(
                    asked.map(|asked| (about(scenario), Part { of, question: Question::Sensitivity(asked) })),
                );
            }
        }
    }
    found.into_iter().unzip()
}
