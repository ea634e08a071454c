//! Answers: which value of a parameter makes an output meet a target?

use serde::Serialize;

use muster_document::{Problem, one_of};

use crate::{
    document::{Model, SolveRequest},
    draws::{differ, draw, interval, uncertain},
    evaluate::{Settings, evaluate},
    root::{self, Found},
};

/// An answer.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Solution {
    /// Parameter that was searched.
    pub find: String,
    /// Its unit; empty when not given.
    pub unit: String,
    /// Value that meets the target or, where none does, comes nearest.
    pub value: f64,
    /// 10th percentile over the draws of the uncertain inputs; none when none moves the output.
    pub low: Option<f64>,
    /// 90th percentile over the draws of the uncertain inputs; none when none moves the output.
    pub high: Option<f64>,
    /// The target is met.
    pub reached: bool,
    /// The output at the value, in its unit.
    pub output: f64,
    /// Uncertain inputs that move the output.
    pub uncertain: Vec<String>,
    /// Draws in which nothing within the bounds meets the target; they count with the value that comes nearest.
    pub draws_without: usize,
    /// The answer in a sentence.
    pub remark: String,
}

/// Where to look, resolved.
struct Question<'a> {
    model: &'a Model,
    request: &'a SolveRequest,
    parameter: usize,
    item: usize,
    year: i32,
}

/// Answers a request.
///
/// Where several values meet the target, one of them is given. Uncertain inputs are drawn together and the request is answered
/// in each draw: the interval says how far the answer moves with them.
///
/// # Errors
/// When the request names what the model does not have, or the model cannot be computed within the bounds.
pub fn solve(model: &Model, request: &SolveRequest) -> Result<Solution, Problem> {
    let question = Question::of(model, request)?;
    let settings = model.settings(request.scenario.as_deref())?;
    let found = question.answer(&settings)?;
    let mut fixed = settings.clone();
    // what is searched has no uncertainty of its own
    fixed[question.parameter] = Some(found.at);
    let uncertain = question.moving(&fixed)?;
    let (mut answers, mut draws_without) = (Vec::new(), 0);
    if !uncertain.is_empty() {
        for number in 0..request.draws {
            let answer = question.answer(&draw(model, &fixed, request.seed, number))?;
            draws_without += usize::from(!answer.zero);
            answers.push(answer.at);
        }
    }
    let bounds = interval(answers);
    let mut solution = Solution {
        find: request.find.clone(),
        unit: model.parameters[question.parameter].unit.clone(),
        value: found.at,
        low: bounds.map(|(low, _)| low),
        high: bounds.map(|(_, high)| high),
        reached: found.zero,
        output: found.value + request.target,
        uncertain: uncertain.into_iter().map(|at| model.parameters[at].name.clone()).collect(),
        draws_without,
        remark: String::new(),
    };
    solution.remark = remark(request, &solution);
    Ok(solution)
}

fn remark(request: &SolveRequest, solution: &Solution) -> String {
    let (low, high) = request.bounds;
    if !solution.reached {
        return format!(
            "no solution in the bounds {low} to {high}: the nearest to {} that `{}` comes is {}, at `{}` = {}",
            request.target,
            request.output,
            figure(solution.output),
            solution.find,
            figure(solution.value)
        );
    }
    let without = if solution.draws_without > 0 {
        format!("; no solution in the bounds in {} of {} draws", solution.draws_without, request.draws)
    } else {
        String::new()
    };
    match (solution.low, solution.high) {
        (Some(low), Some(high)) => format!(
            "`{}` = {} (80% interval {} to {}, from {}){without}",
            solution.find,
            figure(solution.value),
            figure(low),
            figure(high),
            solution.uncertain.join(", ")
        ),
        _ if solution.uncertain.is_empty() => {
            format!("`{}` = {}; no uncertain input moves it", solution.find, figure(solution.value))
        }
        _ => format!(
            "`{}` = {}; without draws of {} there is no interval",
            solution.find,
            figure(solution.value),
            solution.uncertain.join(", ")
        ),
    }
}

/// A figure to five digits, for people: 8184.1, 0.07516, 12246.
#[allow(clippy::cast_possible_truncation)] // the exponent of a float
pub fn figure(value: f64) -> String {
    if value == 0.0 {
        // also where a formula gives minus nought
        return "0".to_owned();
    }
    let digits = 4 - value.abs().log10().floor() as i32;
    let text = format!("{value:.*}", usize::try_from(digits).unwrap_or(0));
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

impl<'a> Question<'a> {
    fn of(model: &'a Model, request: &'a SolveRequest) -> Result<Self, Problem> {
        let names = || model.parameters.iter().map(|parameter| parameter.name.as_str());
        let Some(parameter) = names().position(|name| name == request.find) else {
            let what = format!("`{}` is no parameter", request.find);
            return Err(Problem::new("solve.find", what, one_of(&request.find, names())));
        };
        let Some(output) = model.outputs.iter().find(|output| output.name == request.output) else {
            let names = model.outputs.iter().map(|output| output.name.as_str());
            let what = format!("`{}` is no output", request.output);
            return Err(Problem::new("solve.output", what, one_of(&request.output, names)));
        };
        let (low, high) = request.bounds;
        if !(low < high && low.is_finite() && high.is_finite() && request.target.is_finite()) {
            let what = format!("{low} to {high} are no bounds");
            return Err(Problem::new("solve.bounds", what, "give the lowest and the highest value to try"));
        }
        let year = request.year.unwrap_or(model.last);
        if !(model.first..=model.last).contains(&year) {
            let what = format!("{year} is outside the window");
            let remedy = format!("use a year from {} to {}", model.first, model.last);
            return Err(Problem::new("solve.year", what, remedy));
        }
        Ok(Self { model, request, parameter, item: output.item, year })
    }

    /// Uncertain inputs that move the output, at the answer or at the bounds.
    fn moving(&self, fixed: &Settings) -> Result<Vec<usize>, Problem> {
        let (low, high) = self.request.bounds;
        let mut moving = Vec::new();
        for at in uncertain(self.model, fixed) {
            let Some((least, most)) = self.model.parameters[at].interval else { continue };
            let mut settings = fixed.clone();
            for searched in [fixed[self.parameter], Some(low), Some(high)] {
                settings[self.parameter] = searched;
                settings[at] = Some(least);
                let one = self.output(&settings)?;
                settings[at] = Some(most);
                if differ(self.output(&settings)?, one) {
                    moving.push(at);
                    break;
                }
            }
        }
        Ok(moving)
    }

    fn output(&self, settings: &Settings) -> Result<f64, Problem> {
        evaluate(self.model, settings).map(|values| values.item(self.item, self.year))
    }

    /// The value that meets the target, other inputs as set.
    fn answer(&self, settings: &Settings) -> Result<Found, Problem> {
        let mut settings = settings.clone();
        let target = self.request.target;
        let difference = |value: f64| {
            settings[self.parameter] = Some(value);
            self.output(&settings).map(|output| output - target)
        };
        root::find(difference, self.request.bounds, target)
    }
}
