//! Compares what a model gives with what its source printed.

use serde::Serialize;

use muster_document::Problem;

use crate::{
    document::{Claim, Expected, Model},
    evaluate::evaluate,
    solve::solve,
};

/// Slack for the last digits of floating point, relative; far below any printed digit.
const DIGITS: f64 = 1e-9;

/// How a printed figure and the model's stand to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// They agree within the tolerance.
    Agrees,
    /// They do not, as the document says.
    DoesNotReconcile,
    /// The source does not print what it takes, as the document says.
    CannotBeRecomputed,
    /// They do not, although the document says that they do.
    Differs,
    /// They do, although the document says that they do not.
    ReconcilesAfterAll,
    /// The model gives no figure.
    NotReached,
}

/// A printed figure beside the model's.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CheckRow {
    /// Name of the model.
    pub model: String,
    /// Output or solve request.
    pub output: String,
    /// Scenario.
    pub scenario: String,
    /// Year.
    pub year: i32,
    /// Unit; empty when not given.
    pub unit: String,
    /// Printed, in the unit.
    pub expected: f64,
    /// Computed, in the unit; none when there is no such figure.
    pub got: Option<f64>,
    /// 10th percentile of a solved figure; none when no uncertain input moves it.
    pub low: Option<f64>,
    /// 90th percentile of a solved figure; none when no uncertain input moves it.
    pub high: Option<f64>,
    /// Greatest difference that still agrees, in the unit.
    pub tolerance: f64,
    /// How the two stand to each other.
    pub verdict: Verdict,
    /// The document says so too.
    pub ok: bool,
    /// Where it is printed.
    pub source: String,
    /// The verdict in words where it is not agreement, and the document's remark.
    pub note: String,
}

/// A computed figure.
#[derive(Default)]
struct Got {
    unit: String,
    value: Option<f64>,
    interval: (Option<f64>, Option<f64>),
    said: String,
}

/// Compares every expected figure of a document, in its order.
pub fn check(model: &Model) -> Vec<CheckRow> {
    model.expected.iter().map(|expected| row(model, expected)).collect()
}

fn row(model: &Model, expected: &Expected) -> CheckRow {
    let mut row = CheckRow {
        model: model.name.clone(),
        output: expected.output.clone(),
        scenario: expected.scenario.clone(),
        year: expected.year,
        unit: String::new(),
        expected: expected.value,
        got: None,
        low: None,
        high: None,
        tolerance: expected.tolerance,
        verdict: Verdict::CannotBeRecomputed,
        ok: true,
        source: expected.source.clone(),
        note: expected.note.clone(),
    };
    let got = if expected.claim == Claim::CannotBeRecomputed {
        Got::default()
    } else {
        let got = if expected.solved { solved(model, &mut row) } else { computed(model, expected) };
        got.unwrap_or_else(|problem| Got { said: problem.to_string(), ..Got::default() })
    };
    row.verdict = verdict(expected, got.value);
    row.ok = matches!(row.verdict, Verdict::Agrees | Verdict::DoesNotReconcile | Verdict::CannotBeRecomputed);
    row.note = note(expected, &row, &got.said);
    row.unit = got.unit;
    row.got = got.value;
    (row.low, row.high) = got.interval;
    row
}

fn computed(model: &Model, expected: &Expected) -> Result<Got, Problem> {
    let settings = model.settings(Some(&expected.scenario))?;
    let values = evaluate(model, &settings)?;
    let output = model.outputs.iter().find(|output| output.name == expected.output);
    Ok(output.map_or_else(Got::default, |output| Got {
        unit: output.unit.clone(),
        value: Some(values.item(output.item, expected.year)),
        ..Got::default()
    }))
}

fn solved(model: &Model, row: &mut CheckRow) -> Result<Got, Problem> {
    let Some((_, request)) = model.solves.iter().find(|(name, _)| *name == row.output) else {
        return Ok(Got::default());
    };
    row.scenario = request.scenario.clone().unwrap_or_else(|| crate::BASE.to_owned());
    row.year = request.year.unwrap_or(model.last);
    let solution = solve(model, request)?;
    Ok(Got {
        unit: solution.unit,
        value: solution.reached.then_some(solution.value),
        interval: (solution.low, solution.high),
        said: if solution.reached { String::new() } else { solution.remark },
    })
}

fn verdict(expected: &Expected, got: Option<f64>) -> Verdict {
    if expected.claim == Claim::CannotBeRecomputed {
        return Verdict::CannotBeRecomputed;
    }
    let Some(got) = got else { return Verdict::NotReached };
    let near = (got - expected.value).abs() <= expected.tolerance + DIGITS * expected.value.abs().max(1e-3);
    match (expected.claim, near) {
        (Claim::DoesNotReconcile, false) => Verdict::DoesNotReconcile,
        (Claim::DoesNotReconcile, true) => Verdict::ReconcilesAfterAll,
        (_, true) => Verdict::Agrees,
        (_, false) => Verdict::Differs,
    }
}

fn note(expected: &Expected, row: &CheckRow, said: &str) -> String {
    let verdict = match row.verdict {
        Verdict::Agrees => "",
        Verdict::DoesNotReconcile => "does not reconcile",
        Verdict::CannotBeRecomputed => "cannot be recomputed",
        Verdict::Differs => "differs by more than the tolerance",
        Verdict::ReconcilesAfterAll => "reconciles, although the document says that it does not",
        Verdict::NotReached => "not reached",
    };
    let parts: Vec<&str> =
        [verdict, said, &expected.note].into_iter().filter(|part| !part.is_empty()).collect();
    parts.join(": ")
}
