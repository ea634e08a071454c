//! `muster staffing override`

use clap::ValueEnum as _;
use muster_proto::{common::v1::PageRequest, staffing::v1 as pb};
use serde_json::{Value, json};

use crate::{
    cli::{OverrideCommand, Shared},
    connect::Clients,
    exit::Failure,
    output,
};

/// Runs a command on overrides.
pub(crate) async fn run(command: OverrideCommand, shared: &Shared, clients: &Clients) -> Result<(), Failure> {
    match command {
        OverrideCommand::Set(args) => {
            let (low, high) = (args.low.unwrap_or(args.value), args.high.unwrap_or(args.value));
            let request = pb::OverrideParameterRequest {
                name: args.name,
                value: args.value,
                low,
                high,
                reason: args.reason,
                valid_from: args.from,
                basis: args
                    .basis
                    .and_then(|basis| basis.to_possible_value())
                    .map_or_else(String::new, |basis| basis.get_name().to_owned()),
                price_year: args.price_year,
            };
            let made = clients.staffing().override_parameter(clients.request(request)).await?.into_inner();
            told(&made.parameter_override.unwrap_or_default(), shared)
        }
        OverrideCommand::Withdraw { id } => {
            let request = pb::WithdrawOverrideRequest { override_id: id };
            let found = clients.staffing().withdraw_override(clients.request(request)).await?.into_inner();
            told(&found.parameter_override.unwrap_or_default(), shared)
        }
        OverrideCommand::List => list(shared, clients).await,
    }
}

fn document(of: &pb::ParameterOverride) -> Value {
    let withdrawn = Some(of).filter(|of| !of.withdrawn_by.is_empty());
    json!({
        "override_id": of.override_id, "name": of.name, "value": of.value, "low": of.low, "high": of.high,
        "basis": Some(&of.basis).filter(|basis| !basis.is_empty()), "price_year": Some(of.price_year).filter(|year| *year != 0),
        "reason": of.reason, "valid_from": of.valid_from, "signed_by": of.signed_by,
        "signed_at_micros": of.signed_at_micros, "withdrawn_by": withdrawn.map(|of| &of.withdrawn_by),
        "withdrawn_at_micros": withdrawn.map(|of| of.withdrawn_at_micros),
    })
}

fn told(of: &pb::ParameterOverride, shared: &Shared) -> Result<(), Failure> {
    if shared.json {
        return Ok(output::json(&document(of))?);
    }
    if !of.withdrawn_by.is_empty() {
        return Ok(output::line(&format!("withdrawn: {} is what it was before", of.name))?);
    }
    output::line(&format!("{} is {} from {} on", of.name, value(of), of.valid_from))?;
    let undo = format!("to undo it: muster staffing override withdraw {}", of.override_id);
    Ok(output::line(&undo)?)
}

/// Value and interval, with what a unit cost is of where the override says so.
fn value(of: &pb::ParameterOverride) -> String {
    let mut text = format!("{} ({} to {})", of.value, of.low, of.high);
    if !of.basis.is_empty() {
        text.push_str(&format!(" for one {}", of.basis));
    }
    if of.price_year != 0 {
        text.push_str(&format!(" in prices of {}", of.price_year));
    }
    text
}

async fn list(shared: &Shared, clients: &Clients) -> Result<(), Failure> {
    let page = PageRequest { size: 1, token: String::new() };
    let request = clients.request(pb::ListParametersRequest { page: Some(page) });
    let overrides = clients.staffing().list_parameters(request).await?.into_inner().overrides;
    if shared.json {
        let rows: Vec<Value> = overrides.iter().map(document).collect();
        return Ok(output::json(&json!({ "overrides": rows }))?);
    }
    if overrides.is_empty() {
        return Ok(output::line("no overrides: sign one with `muster staffing override set`")?);
    }
    let rows: Vec<Vec<String>> = overrides
        .iter()
        .map(|of| {
            let stands = if of.withdrawn_by.is_empty() {
                "stands".to_owned()
            } else {
                format!("withdrawn by {}", of.withdrawn_by)
            };
            vec![
                of.override_id.clone(),
                of.name.clone(),
                value(of),
                of.valid_from.clone(),
                of.signed_by.clone(),
                stands,
                of.reason.clone(),
            ]
        })
        .collect();
    Ok(output::table(&["override", "parameter", "value", "from", "signed by", "state", "reason"], &rows)?)
}
