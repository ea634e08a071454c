//! `muster staffing model solve`

use muster_model::{BASE, Draws, Model, Parameter, Problem, Solution, SolveRequest, figure, run_with, solve};
use serde_json::{Value, json};

use super::{document::Document, run::draws, spread};
use crate::{
    cli::{ModelSolveArgs, Shared},
    exit::Failure,
    output,
};

/// Finds the value of a parameter.
pub(super) fn run(args: &ModelSolveArgs, shared: &Shared) -> Result<(), Failure> {
    let document = Document::read(&args.model)?;
    let Draws { count, seed } = draws(args.draws, Draws::default());
    let request = SolveRequest {
        scenario: args.scenario.clone(),
        year: args.year,
        draws: count,
        seed,
        ..SolveRequest::new(&args.find, &args.output, args.target, bounds(&document.model, args)?)
    };
    let solution =
        solve(&document.model, &request).map_err(|problem| failure(&document, &request, &problem))?;
    if shared.json {
        return Ok(output::json(&self::document(&document.model, &request, &solution))?);
    }
    print(&document.model, &request, &solution)
}

/// Where to look: as the flags say; else where the document's own questions look; else within what the document says of the
/// parameter, with ten times its value for a limit that it does not give.
fn bounds(model: &Model, args: &ModelSolveArgs) -> Result<(f64, f64), Failure> {
    if let (Some(low), Some(high)) = (args.low, args.high) {
        return Ok((low, high));
    }
    let asked = || model.solves.iter().map(|(_, request)| request).filter(|own| own.find == args.find);
    let own = asked().find(|own| own.output == args.output).or_else(|| asked().next());
    let parameter = model.parameters.iter().find(|parameter| parameter.name == args.find);
    let (low, high) = match (own, parameter) {
        (Some(own), _) => (Some(own.bounds.0), Some(own.bounds.1)),
        (None, Some(parameter)) => limits(parameter),
        // the answer will be that there is no such parameter, and which there are
        (None, None) => (Some(0.0), Some(1.0)),
    };
    match (args.low.or(low), args.high.or(high)) {
        (Some(low), Some(high)) => Ok((low, high)),
        _ => Err(Failure::Usage(format!(
            "the document does not say where to look for `{}`: give --low and --high",
            args.find
        ))),
    }
}

fn limits(parameter: &Parameter) -> (Option<f64>, Option<f64>) {
    let (least, most) = parameter.limits;
    let value = parameter.value.filter(|value| *value != 0.0);
    let low = least.or(value.map(|value| (10.0 * value).min(0.0)));
    let high = most.or(value.map(|value| (10.0 * value).max(0.0)));
    (low, high)
}

/// Was the command called wrongly, or is the document wrong?
fn failure(document: &Document, request: &SolveRequest, problem: &Problem) -> Failure {
    let flag = match problem.path.as_str() {
        "solve.find" => "--find",
        "solve.output" => "--output",
        "solve.bounds" => "--low and --high",
        "solve.year" => "--year",
        "scenario" => "--scenario",
        _ => return not_computed(document, request, problem),
    };
    Failure::Usage(format!("{flag}: {}; {}", problem.what, problem.remedy))
}

/// A model that can be computed as it is written, but not within the bounds, was asked wrongly.
fn not_computed(document: &Document, request: &SolveRequest, problem: &Problem) -> Failure {
    let bare = Draws { count: 0, ..Draws::default() };
    let undrawn = SolveRequest { draws: 0, ..request.clone() };
    if run_with(&document.model, bare).is_err() || solve(&document.model, &undrawn).is_ok() {
        return document.refuse(problem);
    }
    let (low, high) = request.bounds;
    Failure::Usage(format!(
        "the model cannot be computed with every `{}` from {low} to {high}: {}: {}; give closer bounds with --low and --high",
        request.find, problem.path, problem.what
    ))
}

/// The answer as JSON. What only comes nearest to the target stands apart from what meets it.
pub(super) fn document(model: &Model, request: &SolveRequest, solution: &Solution) -> Value {
    let unit = model.outputs.iter().find(|output| output.name == request.output).map(|output| &output.unit);
    let met = |value: Option<f64>| value.filter(|_| solution.reached);
    json!({
        "model": model.name, "find": request.find, "unit": solution.unit, "reached": solution.reached,
        "value": met(Some(solution.value)), "low": met(solution.low), "high": met(solution.high),
        "nearest": solution.value, "output": request.output, "output_unit": unit,
        "output_value": solution.output, "target": request.target,
        "scenario": request.scenario.as_deref().unwrap_or(BASE), "year": request.year.unwrap_or(model.last),
        "bounds": [request.bounds.0, request.bounds.1], "draws": request.draws, "seed": request.seed,
        "draws_without": solution.draws_without, "uncertain": solution.uncertain, "remark": solution.remark,
    })
}

/// The value with its interval; what only comes nearest to the target has none.
pub(super) fn cell(solution: &Solution) -> String {
    let met = |bound: Option<f64>| bound.filter(|_| solution.reached);
    spread(solution.value, met(solution.low), met(solution.high))
}

fn print(model: &Model, request: &SolveRequest, solution: &Solution) -> Result<(), Failure> {
    let scenario = request.scenario.as_deref().unwrap_or(BASE);
    let year = request.year.unwrap_or(model.last);
    output::line(&format!("{}\n", solution.remark))?;
    let header = ["find", "value (80% interval)", "unit", "output", "target", "reached", "year", "scenario"];
    let row = vec![
        request.find.clone(),
        cell(solution),
        solution.unit.clone(),
        request.output.clone(),
        request.target.to_string(),
        if solution.reached { "yes".to_owned() } else { format!("NO: {}", figure(solution.output)) },
        year.to_string(),
        scenario.to_owned(),
    ];
    output::table(&header, &[row])?;
    let (low, high) = request.bounds;
    Ok(output::line(&format!(
        "\n{}: searched from {low} to {high} · {} draws from seed {}",
        model.name, request.draws, request.seed
    ))?)
}
