//! `muster staffing model run`

use muster_model::{
    Draws, Line, Model, Outcome, Parameter, Problem, Solution, SolveRequest, figure, run_with,
};
use serde::Serialize;
use serde_json::Value;

use super::{counted, document::Document, solve, spread};
use crate::{
    cli::{ModelDraws, ModelRunArgs, Shared},
    exit::Failure,
    output,
};

/// Most years that a table shows, without the first.
const YEARS: usize = 5;

/// A question of the document, with its answer.
struct Answered {
    name: String,
    request: SolveRequest,
    solution: Solution,
}

/// What is printed as JSON.
#[derive(Serialize)]
struct Report<'a> {
    #[serde(flatten)]
    outcome: &'a Outcome,
    source: &'a str,
    draws: usize,
    seed: u64,
    parameters: &'a [Parameter],
    questions: Vec<Value>,
    notes: &'a [String],
}

/// Runs a model and answers its questions.
pub(super) fn run(args: &ModelRunArgs, shared: &Shared) -> Result<(), Failure> {
    let document = Document::read(&args.model)?;
    let model = &document.model;
    let draws = draws(args.draws, Draws::default());
    let outcome = run_with(model, draws).map_err(|problem| document.refuse(&problem))?;
    let answers = answers(model, args.draws).map_err(|problem| document.refuse(&problem))?;
    if !shared.json {
        return print(&outcome, &answers, draws);
    }
    let questions = answers.iter().map(|it| {
        let mut answer = solve::document(model, &it.request, &it.solution);
        answer["question"] = it.name.clone().into();
        answer
    });
    let report = Report {
        outcome: &outcome,
        source: &model.source,
        draws: draws.count,
        seed: draws.seed,
        parameters: &model.parameters,
        questions: questions.collect(),
        notes: &model.notes,
    };
    Ok(output::json(&report)?)
}

/// Draws as the flags say, else as given.
pub(super) fn draws(flags: ModelDraws, given: Draws) -> Draws {
    let count = flags.draws.and_then(|draws| usize::try_from(draws).ok());
    Draws { count: count.unwrap_or(given.count), seed: flags.seed.unwrap_or(given.seed) }
}

fn answers(model: &Model, flags: ModelDraws) -> Result<Vec<Answered>, Problem> {
    let answer = |(name, request): &(String, SolveRequest)| {
        let Draws { count, seed } = draws(flags, Draws { count: request.draws, seed: request.seed });
        let request = SolveRequest { draws: count, seed, ..request.clone() };
        match muster_model::solve(model, &request) {
            Ok(solution) => Ok(Answered { name: name.clone(), request, solution }),
            // the place alone would not say that only this question leads there
            Err(problem) => {
                let what = format!("leads to {}: {}", problem.path, problem.what);
                Err(Problem { path: format!("solve.{name}"), what, ..problem })
            }
        }
    };
    model.solves.iter().map(answer).collect()
}

fn print(outcome: &Outcome, answers: &[Answered], draws: Draws) -> Result<(), Failure> {
    output::line(&format!("{}\n", finding(outcome)))?;
    print_outputs(outcome)?;
    if !answers.is_empty() {
        output::line("")?;
        print_answers(answers)?;
    }
    let mut text = format!("\n{} draws from seed {}", draws.count, draws.seed);
    if outcome.scenarios.len() > 1 {
        text.push_str(" · a scenario shows what differs from the base");
    }
    text.push_str(" · --json has every year");
    Ok(output::line(&text)?)
}

/// The first output of the base, from the first year to the last.
fn finding(outcome: &Outcome) -> String {
    let line = outcome.scenarios.first().and_then(|base| base.outputs.first());
    let years = (outcome.years.first(), outcome.years.last());
    let (Some(line), (Some(first), Some(last))) = (line, years) else { return outcome.title.clone() };
    let end = format!("{} in {last}", spread(line.last, line.low, line.high));
    let course = match line.values.first() {
        Some(start) if first != last => format!("from {} in {first} to {end}", figure(*start)),
        _ => end,
    };
    let unit = match line.unit.as_str() {
        "" => String::new(),
        unit if unit == line.output => String::new(),
        unit => format!(" ({unit})"),
    };
    let others = match outcome.scenarios.len() {
        0 | 1 => String::new(),
        more => format!("; beside it {}", counted(more - 1, "scenario")),
    };
    format!("{}: {}{unit} {course}{others}", outcome.title, line.output)
}

/// Positions of the years that a table has room for: the last one always.
fn shown(years: usize) -> Vec<usize> {
    let last = years.saturating_sub(1);
    let step = last.div_ceil(YEARS).max(1);
    let mut shown: Vec<usize> = (0..last).step_by(step).collect();
    shown.push(last);
    shown
}

fn print_outputs(outcome: &Outcome) -> Result<(), Failure> {
    let Some(base) = outcome.scenarios.first() else { return Ok(()) };
    let places = shown(outcome.years.len());
    let uncertain = outcome.scenarios.iter().flat_map(|one| &one.outputs).any(|line| line.low.is_some());
    let mut header: Vec<String> = ["scenario", "output", "unit"].map(str::to_owned).to_vec();
    header.extend(places.iter().map(|at| outcome.years[*at].to_string()));
    if let (true, Some(last)) = (uncertain, header.last_mut()) {
        last.push_str(" (80% interval)");
    }
    let mut rows = Vec::new();
    for scenario in &outcome.scenarios {
        for (line, of_base) in scenario.outputs.iter().zip(&base.outputs) {
            if std::ptr::eq(line, of_base) || line != of_base {
                rows.push(cells(&scenario.scenario, line, &places));
            }
        }
    }
    let header: Vec<&str> = header.iter().map(String::as_str).collect();
    Ok(output::table(&header, &rows)?)
}

fn cells(scenario: &str, line: &Line, places: &[usize]) -> Vec<String> {
    let mut cells = vec![scenario.to_owned(), line.output.clone(), line.unit.clone()];
    cells.extend(places.iter().map(|at| figure(line.values[*at])));
    if let Some(last) = cells.last_mut() {
        *last = spread(line.last, line.low, line.high);
    }
    cells
}

fn print_answers(answers: &[Answered]) -> Result<(), Failure> {
    let header = ["question", "find", "value (80% interval)", "unit", "so that", "is", "reached", "scenario"];
    let rows: Vec<Vec<String>> = answers
        .iter()
        .map(|Answered { name, request, solution }| {
            vec![
                name.clone(),
                request.find.clone(),
                solve::cell(solution),
                solution.unit.clone(),
                request.output.clone(),
                request.target.to_string(),
                if solution.reached { "yes" } else { "NO" }.to_owned(),
                request.scenario.clone().unwrap_or_else(|| muster_model::BASE.to_owned()),
            ]
        })
        .collect();
    Ok(output::table(&header, &rows)?)
}
