//! `muster directory groupings` and `muster directory show`

use muster_proto::directory::v1 as pb;
use serde_json::{Value, json};

use crate::{
    cli::{DirectoryCommand, Shared},
    connect::Clients,
    exit::Failure,
    output,
};

/// Runs a directory command.
pub(crate) async fn run(
    command: DirectoryCommand,
    shared: &Shared,
    clients: &Clients,
) -> Result<(), Failure> {
    match command {
        DirectoryCommand::Groupings(when) => groupings(when.as_of, shared, clients).await,
        DirectoryCommand::Show { code, when } => show(code, when.as_of, shared, clients).await,
    }
}

fn kind_word(kind: pb::GroupingKind) -> &'static str {
    match kind {
        pb::GroupingKind::System => "system",
        pb::GroupingKind::Borough => "borough",
        pb::GroupingKind::Lcn => "lcn",
        pb::GroupingKind::Federation => "federation",
        pb::GroupingKind::Pcn => "pcn",
        pb::GroupingKind::Neighbourhood => "neighbourhood",
        pb::GroupingKind::Locality => "locality",
        pb::GroupingKind::Commissioner => "commissioner",
        pb::GroupingKind::Unspecified => "",
    }
}

async fn groupings(as_of: String, shared: &Shared, clients: &Clients) -> Result<(), Failure> {
    let page = Some(muster_proto::common::v1::PageRequest { size: 5_000, token: String::new() });
    let request = clients.request(pb::ListGroupingsRequest { page, as_of, kind: 0 });
    let groupings = clients.directory().list_groupings(request).await?.into_inner().groupings;
    if shared.json {
        let rows: Vec<Value> = groupings
            .iter()
            .map(|g| {
                json!({
                    "kind": kind_word(g.kind()), "code": g.code, "name": g.name, "practices": g.practices,
                    "registered_patients": g.registered_patients, "placeholder": g.placeholder, "warning": g.warning,
                })
            })
            .collect();
        return Ok(output::json(&json!({ "groupings": rows }))?);
    }
    if groupings.is_empty() {
        return Ok(output::line("no groupings on that date: import gp-payments or groupings first")?);
    }
    let rows: Vec<Vec<String>> = groupings
        .iter()
        .map(|g| {
            vec![
                kind_word(g.kind()).to_owned(),
                g.code.clone(),
                g.name.clone(),
                g.practices.to_string(),
                g.registered_patients.to_string(),
                g.warning.clone(),
            ]
        })
        .collect();
    Ok(output::table(&["kind", "code", "name", "practices", "patients", "look at"], &rows)?)
}

async fn show(code: String, as_of: String, shared: &Shared, clients: &Clients) -> Result<(), Failure> {
    let request = clients.request(pb::GetOrganisationRequest { ods_code: code, as_of });
    let found = clients.directory().get_organisation(request).await?.into_inner();
    let organisation = found.organisation.unwrap_or_default();
    let memberships: Vec<Value> = found
        .memberships
        .iter()
        .map(|m| {
            json!({
                "kind": kind_word(m.kind()), "code": m.code, "name": m.name, "valid_from": m.valid_from,
                "valid_to": m.valid_to, "placeholder": m.placeholder,
            })
        })
        .collect();
    let successions: Vec<Value> = found
        .successions
        .iter()
        .map(|s| {
            json!({ "predecessor": s.predecessor, "successor": s.successor, "share_ppm": s.share_ppm, "on": s.on })
        })
        .collect();
    if shared.json {
        return Ok(output::json(&json!({
            "ods_code": organisation.ods_code, "name": organisation.name, "postcode": organisation.postcode,
            "borough": organisation.borough, "opened": organisation.opened, "closed": organisation.closed,
            "registered_patients": organisation.registered_patients, "sample": organisation.sample,
            "memberships": memberships, "successions": successions,
        }))?);
    }
    let closed = if organisation.closed.is_empty() {
        "open".into()
    } else {
        format!("closed {}", organisation.closed)
    };
    output::line(&format!(
        "{} {} · {} · {} · {closed}",
        organisation.ods_code, organisation.name, organisation.postcode, organisation.borough
    ))?;
    for m in &found.memberships {
        let to = if m.valid_to.is_empty() { "now" } else { &m.valid_to };
        output::line(&format!(
            "  {} {} {} from {} to {to}",
            kind_word(m.kind()),
            m.code,
            m.name,
            m.valid_from
        ))?;
    }
    for s in &found.successions {
        output::line(&format!(
            "  {} became {} on {} ({} ppm)",
            s.predecessor, s.successor, s.on, s.share_ppm
        ))?;
    }
    Ok(())
}
