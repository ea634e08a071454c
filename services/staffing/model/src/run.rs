//! Runs a model: every output in every year of every scenario.

use serde::{Serialize, Serializer};

use muster_document::Problem;

use crate::{
    document::{BASE, Model},
    draws::{Draws, differ, draw, interval, uncertain},
    evaluate::{Settings, Values, evaluate},
};

/// What a model gives.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Outcome {
    /// Name of the model.
    pub model: String,
    /// Title of the model.
    pub title: String,
    /// Years, in order.
    pub years: Vec<i32>,
    /// The base first, then the scenarios in the order of the document.
    pub scenarios: Vec<ScenarioOutcome>,
}

/// What a scenario gives.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ScenarioOutcome {
    /// Name; `base` for the one that changes nothing.
    pub scenario: String,
    /// Title for people; empty when not given.
    pub title: String,
    /// Parameters that the scenario sets, with their values; an object in JSON.
    #[serde(serialize_with = "as_object")]
    pub set: Vec<(String, f64)>,
    /// Outputs in the order of the document.
    pub outputs: Vec<Line>,
}

/// An output over the years.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Line {
    /// Output.
    pub output: String,
    /// Unit; empty when not given.
    pub unit: String,
    /// Value in each year.
    pub values: Vec<f64>,
    /// Value in the last year.
    #[serde(rename = "final")]
    pub last: f64,
    /// 10th percentile of the last year's value; none when no uncertain input moves it.
    pub low: Option<f64>,
    /// 90th percentile of the last year's value; none when no uncertain input moves it.
    pub high: Option<f64>,
}

fn as_object<S: Serializer>(set: &[(String, f64)], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(set.iter().map(|(name, value)| (name, value)))
}

/// Runs a model with the standard draws.
///
/// # Errors
/// When a value is not a number, or a share, rate or number of people is impossible.
pub fn run(model: &Model) -> Result<Outcome, Problem> {
    run_with(model, Draws::default())
}

/// Runs a model with draws of one's own choice; with none, no interval is given.
///
/// # Errors
/// As [`run`].
pub fn run_with(model: &Model, draws: Draws) -> Result<Outcome, Problem> {
    let mut scenarios = vec![one(model, BASE, draws)?];
    for scenario in &model.scenarios {
        scenarios.push(one(model, &scenario.name, draws)?);
    }
    Ok(Outcome {
        model: model.name.clone(),
        title: model.title.clone(),
        years: model.years().collect(),
        scenarios,
    })
}

fn one(model: &Model, name: &str, draws: Draws) -> Result<ScenarioOutcome, Problem> {
    let settings = model.settings(Some(name))?;
    let values = evaluate(model, &settings)?;
    let bounds = intervals(model, &settings, draws)?;
    let scenario = model.scenarios.iter().find(|scenario| scenario.name == name);
    let set = scenario.map_or(Vec::new(), |scenario| {
        scenario.set.iter().map(|(at, value)| (model.parameters[*at].name.clone(), *value)).collect()
    });
    Ok(ScenarioOutcome {
        scenario: name.to_owned(),
        title: scenario.map_or(String::new(), |scenario| scenario.title.clone()),
        set,
        outputs: (0..model.outputs.len()).map(|at| line(model, &values, at, bounds[at])).collect(),
    })
}

fn line(model: &Model, values: &Values<'_>, at: usize, bounds: Option<(f64, f64)>) -> Line {
    let output = &model.outputs[at];
    Line {
        output: output.name.clone(),
        unit: output.unit.clone(),
        values: model.years().map(|year| values.item(output.item, year)).collect(),
        last: values.item(output.item, model.last),
        low: bounds.map(|(low, _)| low),
        high: bounds.map(|(_, high)| high),
    }
}

/// 80% interval of each output in the last year.
fn intervals(model: &Model, settings: &Settings, draws: Draws) -> Result<Vec<Option<(f64, f64)>>, Problem> {
    if uncertain(model, settings).is_empty() {
        return Ok(vec![None; model.outputs.len()]);
    }
    let mut seen = vec![Vec::new(); model.outputs.len()];
    for number in 0..draws.count {
        let drawn = draw(model, settings, draws.seed, number);
        let values = evaluate(model, &drawn)?;
        for (seen, output) in seen.iter_mut().zip(&model.outputs) {
            seen.push(values.item(output.item, model.last));
        }
    }
    // what no uncertain input moves has no interval
    Ok(seen.into_iter().map(|seen| interval(seen).filter(|(low, high)| differ(*low, *high))).collect())
}
