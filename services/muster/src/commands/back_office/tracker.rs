//! `muster back-office tracker`: savings trackers as they are kept.

use std::path::Path;

use futures::stream;
use muster_backoffice::{domain::figure::pounds, import::TRACKER_MAPPING_EXAMPLE};
use muster_kit::Error;
use muster_proto::{
    backoffice::v1::{self as pb, import_tracker_response::Event},
    common::v1::{BadRows, ImportChunk, ImportStart},
};
use serde_json::{Value, json};

use super::words::{TrackerArgs, TrackerCommand};
use crate::{
    cli::Shared,
    commands::import::{document, pieces, read_file, report},
    connect::Clients,
    exit::Failure,
    output,
};

/// Runs the command.
pub(super) async fn run(command: TrackerCommand, shared: &Shared, clients: &Clients) -> Result<(), Failure> {
    match command {
        TrackerCommand::Preview { of, save } => preview(&of, save.as_deref(), shared, clients).await,
        TrackerCommand::Import { of, keep_good_rows } => import(&of, keep_good_rows, shared, clients).await,
        TrackerCommand::Template => Ok(output::line(TRACKER_MAPPING_EXAMPLE.trim_end())?),
    }
}

/// The mapping of a file, or nothing.
fn mapping(path: Option<&Path>) -> Result<String, Failure> {
    let Some(path) = path else { return Ok(String::new()) };
    let (name, bytes) = read_file(path)?;
    let text = String::from_utf8(bytes).map_err(|_| Failure::Usage(format!("`{name}` is no UTF-8 text")))?;
    let text = text.trim_start_matches('\u{feff}');
    if text.trim().is_empty() {
        return Err(Failure::Usage(format!("`{name}` is empty: leave --mapping out to have one proposed")));
    }
    Ok(text.to_owned())
}

fn chunks(of: &TrackerArgs, rows: BadRows) -> Result<Vec<ImportChunk>, Failure> {
    let (file_name, bytes) = read_file(&of.file)?;
    let start = ImportStart { kind: "tracker".into(), file_name, bad_rows: rows.into(), year: None };
    Ok(pieces(start, &bytes))
}

async fn preview(
    of: &TrackerArgs,
    save: Option<&Path>,
    shared: &Shared,
    clients: &Clients,
) -> Result<(), Failure> {
    let mapping = mapping(of.mapping.as_deref())?;
    let request = chunks(of, BadRows::RefuseFile)?
        .into_iter()
        .map(move |chunk| pb::PreviewTrackerRequest { chunk: Some(chunk), mapping: mapping.clone() });
    let request = clients.request(stream::iter(request));
    let answer = clients.backoffice().preview_tracker(request).await?.into_inner();
    let outcome = answer.outcome.clone().unwrap_or_default();
    if let Some(path) = save.filter(|_| !answer.mapping.is_empty()) {
        std::fs::write(path, format!("{}\n", answer.mapping))
            .map_err(|error| Failure::Usage(format!("cannot write `{}`: {error}", path.display())))?;
    }
    if shared.json {
        output::json(&told(&answer)?)?;
    } else {
        print(&answer)?;
        crate::commands::import::findings(&outcome);
    }
    if outcome.refused { Err(Failure::Refused) } else { Ok(()) }
}

fn print(of: &pb::PreviewTrackerResponse) -> Result<(), Failure> {
    if of.mapping.is_empty() {
        return Ok(());
    }
    let columns: Vec<Vec<String>> = of
        .columns
        .iter()
        .map(|it| {
            let what = [it.field.as_str(), &it.measure, &it.month];
            let what: Vec<&str> = what.into_iter().filter(|text| !text.is_empty()).collect();
            vec![
                it.column.to_string(),
                it.header.clone(),
                what.join(" "),
                it.certainty_percent.to_string(),
                it.reason.clone(),
            ]
        })
        .collect();
    output::table(&["column", "header", "read as", "certain %", "why"], &columns)?;
    output::line(&format!("unit: {}", of.unit_reason))?;
    let shown = |pence: Option<i64>| pence.map(pounds).unwrap_or_default();
    let months: Vec<Vec<String>> = of
        .months
        .iter()
        .map(|it| {
            let (plan, forecast) = (shown(it.plan_pence), shown(it.forecast_pence));
            vec![
                it.scheme.clone(),
                it.organisation.clone(),
                it.month.clone(),
                plan,
                forecast,
                shown(it.actual_pence),
            ]
        })
        .collect();
    output::line("")?;
    output::table(&["scheme", "organisation", "month", "plan", "forecast", "actual"], &months)?;
    if !of.totals.is_empty() {
        let agree = of.totals.iter().filter(|it| it.agrees).count();
        output::line(&format!("\n{agree} of {} totals agree with their rows", of.totals.len()))?;
    }
    let outcome = of.outcome.clone().unwrap_or_default();
    let sums: Vec<String> = outcome.totals.iter().map(crate::commands::import::total).collect();
    Ok(output::line(&format!(
        "nothing is stored yet; {} rows, {} lines left out; {}",
        outcome.rows_read,
        of.lines_left_out,
        sums.join(", ")
    ))?)
}

fn told(of: &pb::PreviewTrackerResponse) -> Result<Value, Failure> {
    let mapping: Value = if of.mapping.is_empty() {
        Value::Null
    } else {
        let unreadable = |error| Error::internal("the mapping is no JSON").with_source(error);
        serde_json::from_str(&of.mapping).map_err(unreadable)?
    };
    let columns = of.columns.iter().map(|it| {
        json!({
            "column": it.column, "header": it.header, "field": it.field, "month": it.month, "measure": it.measure,
            "reason": it.reason, "certainty_percent": it.certainty_percent,
        })
    });
    let schemes = of.schemes.iter().map(super::board::scheme_document);
    let months = of.months.iter().map(|it| {
        json!({
            "scheme": it.scheme, "organisation": it.organisation, "month": it.month, "plan_pence": it.plan_pence,
            "forecast_pence": it.forecast_pence, "actual_pence": it.actual_pence,
        })
    });
    let totals = of.totals.iter().map(|it| {
        json!({
            "line": it.line, "column": it.column, "stated_pence": it.stated_pence, "computed_pence": it.computed_pence,
            "of": it.of, "agrees": it.agrees,
        })
    });
    Ok(json!({
        "mapping": mapping, "columns": columns.collect::<Vec<_>>(), "unit_reason": of.unit_reason,
        "schemes": schemes.collect::<Vec<_>>(), "months": months.collect::<Vec<_>>(),
        "totals": totals.collect::<Vec<_>>(), "lines_left_out": of.lines_left_out, "sheets": of.sheets,
        "outcome": document(&of.outcome.clone().unwrap_or_default()),
    }))
}

async fn import(
    of: &TrackerArgs,
    keep_good_rows: bool,
    shared: &Shared,
    clients: &Clients,
) -> Result<(), Failure> {
    let mapping = mapping(of.mapping.as_deref())?;
    let rows = if keep_good_rows { BadRows::KeepGood } else { BadRows::RefuseFile };
    let request = chunks(of, rows)?
        .into_iter()
        .map(move |chunk| pb::ImportTrackerRequest { chunk: Some(chunk), mapping: mapping.clone() });
    let request = clients.request(stream::iter(request));
    let mut answers = clients.backoffice().import_tracker(request).await?.into_inner();
    let mut outcome = None;
    while let Some(answer) = answers.message().await? {
        if let Some(Event::Outcome(last)) = answer.event {
            outcome = Some(last);
        }
    }
    let outcome =
        outcome.ok_or_else(|| Error::unavailable("the import ended without its report: try it again"))?;
    report(&outcome, shared.json)?;
    if shared.json {
        output::json(&document(&outcome))?;
    }
    if outcome.refused { Err(Failure::Refused) } else { Ok(()) }
}
