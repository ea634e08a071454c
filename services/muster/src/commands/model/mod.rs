//! `muster staffing model ...`: published workforce models as files. None of these opens the data folder or asks a node.

mod check;
pub(crate) mod document;
mod run;
mod solve;

use muster_model::figure;
use serde_json::{Value, json};

use crate::{
    cli::{ModelCommand, Shared},
    exit::Failure,
    output,
};

/// Runs a command on models.
pub(crate) fn run(command: &ModelCommand, shared: &Shared) -> Result<(), Failure> {
    match command {
        ModelCommand::Run(args) => run::run(args, shared),
        ModelCommand::Check { models } => check::run(models, shared),
        ModelCommand::Solve(args) => solve::run(args, shared),
        ModelCommand::List => list(shared),
        // what these two print is one JSON document already
        ModelCommand::Show { name } => Ok(output::line(document::shipped(name)?.trim_end())?),
        ModelCommand::Schema => Ok(output::line(muster_model::JSON_SCHEMA.trim_end())?),
    }
}

fn list(shared: &Shared) -> Result<(), Failure> {
    let documents = document::all_shipped()?;
    if shared.json {
        let rows: Vec<Value> = documents
            .iter()
            .map(|document::Document { model, .. }| {
                json!({
                    "name": model.name, "title": model.title, "source": model.source,
                    "first": model.first, "last": model.last, "parameters": model.parameters,
                    "outputs": model.outputs, "expected": model.expected.len(),
                    "scenarios": model.scenarios.iter().map(|scenario| &scenario.name).collect::<Vec<_>>(),
                    "questions": model.solves.iter().map(|(name, _)| name).collect::<Vec<_>>(),
                })
            })
            .collect();
        return Ok(output::json(&json!({ "models": rows }))?);
    }
    output::line(&format!("{}\n", counted(documents.len(), "shipped model")))?;
    let rows: Vec<Vec<String>> = documents
        .iter()
        .map(|document::Document { model, .. }| {
            let years = format!("{}-{}", model.first, model.last);
            vec![model.name.clone(), years, model.expected.len().to_string(), model.title.clone()]
        })
        .collect();
    Ok(output::table(&["model", "years", "expected figures", "title"], &rows)?)
}

/// `1 model`, `2 models`.
fn counted(number: usize, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}

/// A figure, with its 80% interval where it has one.
fn spread(value: f64, low: Option<f64>, high: Option<f64>) -> String {
    match (low, high) {
        (Some(low), Some(high)) => format!("{} ({} to {})", figure(value), figure(low), figure(high)),
        _ => figure(value),
    }
}
