//! `muster staffing model check`

use std::{collections::BTreeMap, path::PathBuf};

use muster_kit::Error;
use muster_model::{CheckRow, Draws, Verdict, check, figure, run_with};

use super::{counted, document, document::Document, spread};
use crate::{cli::Shared, exit::Failure, output};

/// Compares every published figure; fails when one is not as its document says.
pub(super) fn run(models: &[PathBuf], shared: &Shared) -> Result<(), Failure> {
    let documents = if models.is_empty() { document::all_shipped()? } else { read_all(models)? };
    let mut rows = Vec::new();
    for document in &documents {
        // what cannot be computed at all is a wrong document, not a figure that differs
        let bare = Draws { count: 0, ..Draws::default() };
        run_with(&document.model, bare).map_err(|problem| document.refuse(&problem))?;
        rows.extend(check(&document.model));
    }
    if shared.json {
        // not `json!`, which would sort the fields
        output::json(&BTreeMap::from([("rows", &rows)]))?;
    } else {
        print(&rows, documents.len())?;
    }
    let wrong: Vec<&CheckRow> = rows.iter().filter(|row| !row.ok).collect();
    let Some(first) = wrong.first() else { return Ok(()) };
    Err(Failure::Failed(Error::internal(format!(
        "{} of {} not as the documents say, first {} of {}: {}",
        wrong.len(),
        counted(rows.len(), "figure"),
        first.output,
        first.model,
        first.note
    ))))
}

/// Reads every document, so that each wrong one is named.
fn read_all(models: &[PathBuf]) -> Result<Vec<Document>, Failure> {
    let (mut documents, mut refused) = (Vec::new(), false);
    for model in models {
        match Document::read(model) {
            Ok(document) => documents.push(document),
            Err(Failure::Refused) => refused = true,
            Err(other) => return Err(other),
        }
    }
    if refused { Err(Failure::Refused) } else { Ok(documents) }
}

fn print(rows: &[CheckRow], models: usize) -> Result<(), Failure> {
    output::line(&format!("{}\n", finding(rows, models)))?;
    let header = [
        "model",
        "output",
        "scenario",
        "year",
        "expected",
        "got (80% interval)",
        "tolerance",
        "unit",
        "verdict",
        "ok",
    ];
    let cells: Vec<Vec<String>> = rows.iter().map(cells).collect();
    output::table(&header, &cells)?;
    let remarks: Vec<&CheckRow> = rows.iter().filter(|row| row.verdict != Verdict::Agrees).collect();
    if !remarks.is_empty() {
        output::line("")?;
    }
    for row in remarks {
        let computed = row.got.map_or(String::new(), |got| format!(", computed {}", figure(got)));
        output::line(&format!(
            "  {} {} ({}, {}): printed {}{computed}; {}",
            row.model, row.output, row.scenario, row.year, row.expected, row.note
        ))?;
    }
    Ok(())
}

fn cells(row: &CheckRow) -> Vec<String> {
    vec![
        row.model.clone(),
        row.output.clone(),
        row.scenario.clone(),
        row.year.to_string(),
        row.expected.to_string(),
        row.got.map_or(String::new(), |got| spread(got, row.low, row.high)),
        if row.got.is_some() { row.tolerance.to_string() } else { String::new() },
        row.unit.clone(),
        word(row.verdict).to_owned(),
        if row.ok { "yes" } else { "NO" }.to_owned(),
    ]
}

fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Agrees => "agrees",
        Verdict::DoesNotReconcile => "does not reconcile",
        Verdict::CannotBeRecomputed => "cannot be recomputed",
        Verdict::Differs => "differs",
        Verdict::ReconcilesAfterAll => "reconciles after all",
        Verdict::NotReached => "not reached",
    }
}

/// How the figures stand, in a line.
fn finding(rows: &[CheckRow], models: usize) -> String {
    if rows.is_empty() {
        return format!("{} without expected figures: nothing to compare", counted(models, "model"));
    }
    let of = |verdict| rows.iter().filter(move |row| row.verdict == verdict);
    let mut text = format!(
        "{} of {} expected figures of {} agree with what the inputs give",
        of(Verdict::Agrees).count(),
        rows.len(),
        counted(models, "model"),
    );
    let apart: Vec<String> =
        of(Verdict::DoesNotReconcile).map(|row| format!("{} of {}", row.output, row.model)).collect();
    if !apart.is_empty() {
        text.push_str(&format!("; {} do not reconcile ({})", apart.len(), distinct(apart).join(", ")));
    }
    let hidden = of(Verdict::CannotBeRecomputed).count();
    if hidden > 0 {
        text.push_str(&format!("; {hidden} rest on inputs that are not published"));
    }
    let wrong = rows.iter().filter(|row| !row.ok).count();
    if wrong > 0 {
        text.push_str(&format!("; {wrong} NOT as the documents say"));
    }
    text
}

fn distinct(mut names: Vec<String>) -> Vec<String> {
    names.dedup();
    names
}
