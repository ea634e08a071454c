//! `muster agency override`

use muster_agency::domain::{Supply, pay::pounds};
use muster_proto::agency::v1 as pb;
use serde_json::{Value, json};

use super::words::{OverrideArgs, OverrideCommand};
use crate::{cli::Shared, connect::Clients, exit::Failure, output};

/// Runs the command.
pub(super) async fn run(command: OverrideCommand, shared: &Shared, clients: &Clients) -> Result<(), Failure> {
    match command {
        OverrideCommand::Request(args) => {
            let request = Some(request(*args));
            let request = clients.request(pb::RequestOverrideRequest { request });
            let answer = clients.agency().request_override(request).await?.into_inner();
            one(&answer.r#override.unwrap_or_default(), shared)
        }
        OverrideCommand::Decide { id, approve, .. } => {
            let request = clients.request(pb::DecideOverrideRequest { override_id: id, approve });
            let answer = clients.agency().decide_override(request).await?.into_inner();
            one(&answer.r#override.unwrap_or_default(), shared)
        }
        OverrideCommand::List { organisation } => {
            let request = clients.request(pb::ListOverridesRequest { organisation, page: None });
            list(&clients.agency().list_overrides(request).await?.into_inner().overrides, shared)
        }
    }
}

fn request(args: OverrideArgs) -> pb::OverrideRequest {
    let supply = match args.supply {
        Supply::Bank => pb::Supply::Bank,
        Supply::SharedBank => pb::Supply::SharedBank,
        Supply::Agency => pb::Supply::Agency,
        Supply::Unfilled => pb::Supply::Unfilled,
        Supply::Cancelled => pb::Supply::Cancelled,
    };
    pb::OverrideRequest {
        organisation: args.organisation,
        shift_ref: args.shift,
        site: args.site,
        staff_group: args.staff_group,
        grade: args.grade,
        start: args.start,
        end: args.end,
        break_minutes: args.break_minutes,
        supply: supply.into(),
        framework: args.framework.map(|word| word == "Y"),
        agency: args.agency,
        reason: args.reason,
        price_pence: args.price,
        expires: args.expires,
    }
}

fn state(of: &pb::Override) -> &'static str {
    match of.state() {
        pb::OverrideState::Approved => "approved",
        pb::OverrideState::Refused => "refused",
        pb::OverrideState::Expired => "expired",
        _ => "requested",
    }
}

fn document(of: &pb::Override) -> Value {
    let asked = of.request.clone().unwrap_or_default();
    let verdicts: Vec<String> = of
        .verdicts()
        .map(|it| it.as_str_name().trim_start_matches("VERDICT_").replace('_', "-").to_lowercase())
        .collect();
    json!({
        "override_id": of.override_id, "state": state(of), "demanded": of.demanded, "verdicts": verdicts,
        "organisation": asked.organisation, "shift": asked.shift_ref, "staff_type": asked.staff_group,
        "grade": asked.grade, "site": asked.site, "start": asked.start, "end": asked.end, "reason": asked.reason,
        "price_pence": asked.price_pence, "agency": asked.agency, "expires": asked.expires,
        "requested_by": of.requested_by, "requested_at_micros": of.requested_at_micros,
        "decided_by": of.decided_by, "decided_at_micros": of.decided_at_micros, "version": of.version,
    })
}

fn one(of: &pb::Override, shared: &Shared) -> Result<(), Failure> {
    if shared.json {
        return Ok(output::json(&document(of))?);
    }
    Ok(output::line(&format!(
        "override {} is {}; to be signed off as {}",
        of.override_id,
        state(of),
        of.demanded
    ))?)
}

fn list(found: &[pb::Override], shared: &Shared) -> Result<(), Failure> {
    if shared.json {
        let rows: Vec<Value> = found.iter().map(document).collect();
        return Ok(output::json(&json!({ "overrides": rows }))?);
    }
    let rows: Vec<Vec<String>> = found
        .iter()
        .map(|of| {
            let asked = of.request.clone().unwrap_or_default();
            vec![
                of.override_id.clone(),
                state(of).to_owned(),
                of.demanded.clone(),
                asked.organisation,
                asked.shift_ref,
                asked.start,
                asked.reason,
                pounds(asked.price_pence),
                of.decided_by.clone(),
            ]
        })
        .collect();
    let header =
        ["override", "state", "demanded", "organisation", "shift", "start", "reason", "price", "decided by"];
    Ok(output::table(&header, &rows)?)
}
