//! `muster agency return`

use std::{fs, path::PathBuf};

use muster_agency::domain::pay::pounds;
use muster_proto::agency::v1 as pb;
use serde_json::{Value, json};

use super::words::{ReturnArgs, ReturnCommand, ReturnOf};
use crate::{cli::Shared, connect::Clients, exit::Failure, output};

/// Runs the command.
pub(super) async fn run(args: ReturnArgs, shared: &Shared, clients: &Clients) -> Result<(), Failure> {
    match args.command {
        Some(ReturnCommand::Attest(of)) => {
            let request = clients.request(pb::AttestReturnRequest { key: Some(key(of)) });
            let answer = clients.agency().attest_return(request).await?.into_inner();
            done(&answer.head.unwrap_or_default(), shared)
        }
        Some(ReturnCommand::Close(of)) => {
            let request = clients.request(pb::CloseReturnRequest { key: Some(key(of)) });
            let answer = clients.agency().close_return(request).await?.into_inner();
            done(&answer.head.unwrap_or_default(), shared)
        }
        Some(ReturnCommand::List { organisation }) => list(organisation, shared, clients).await,
        None => show(args, shared, clients).await,
    }
}

fn key(of: ReturnOf) -> pb::ReturnKey {
    pb::ReturnKey { organisation: of.organisation, week: of.week }
}

fn state(of: &pb::ReturnHead) -> &'static str {
    match of.state() {
        pb::ReturnState::Unspecified => "draft",
        pb::ReturnState::Open => "open",
        pb::ReturnState::Attested => "attested",
        pb::ReturnState::Closed => "closed",
    }
}

fn head(of: &pb::ReturnHead) -> Value {
    json!({
        "organisation": of.organisation, "week_commencing": of.week_commencing, "version": of.version,
        "correction": of.correction, "state": state(of), "template_version": of.template_version,
        "attested_by": of.attested_by, "attested_at_micros": of.attested_at_micros,
        "submitted_by": of.submitted_by, "closed_at_micros": of.closed_at_micros,
        "known_at_micros": of.known_at_micros, "rules_sha256": of.rules_sha256, "engine": of.engine,
    })
}

fn done(of: &pb::ReturnHead, shared: &Shared) -> Result<(), Failure> {
    if shared.json {
        return Ok(output::json(&head(of))?);
    }
    Ok(output::line(&format!(
        "return of {} for the week of {}: version {} is {}",
        of.organisation,
        of.week_commencing,
        of.version,
        state(of)
    ))?)
}

async fn list(organisation: String, shared: &Shared, clients: &Clients) -> Result<(), Failure> {
    let request = clients.request(pb::ListReturnsRequest { organisation, page: None });
    let found = clients.agency().list_returns(request).await?.into_inner().returns;
    if shared.json {
        let rows: Vec<Value> = found.iter().map(head).collect();
        return Ok(output::json(&json!({ "returns": rows }))?);
    }
    let rows: Vec<Vec<String>> = found
        .iter()
        .map(|of| {
            vec![
                of.organisation.clone(),
                of.week_commencing.clone(),
                of.version.to_string(),
                state(of).to_owned(),
                of.attested_by.clone(),
                of.submitted_by.clone(),
            ]
        })
        .collect();
    Ok(output::table(&["organisation", "week of", "version", "state", "attested by", "submitted by"], &rows)?)
}

async fn show(args: ReturnArgs, shared: &Shared, clients: &Clients) -> Result<(), Failure> {
    let Some(of) = args.of else {
        return Err(Failure::Usage("give --organisation and --week, or attest, close or list".into()));
    };
    let (key, version) = (Some(key(of)), args.number.unwrap_or(0));
    if args.csv || args.xlsx {
        let format = if args.csv { "csv" } else { "xlsx" }.to_owned();
        return export(pb::ExportReturnRequest { key, version, format }, args.out, clients).await;
    }
    let request = clients.request(pb::GetReturnRequest { key, version, recompute: args.recompute });
    let found = clients.agency().get_return(request).await?.into_inner();
    if shared.json { Ok(output::json(&document(&found))?) } else { print(&found) }
}

async fn export(
    request: pb::ExportReturnRequest,
    out: Option<PathBuf>,
    clients: &Clients,
) -> Result<(), Failure> {
    let csv = request.format == "csv";
    let mut pieces = clients.agency().export_return(clients.request(request)).await?.into_inner();
    let (mut name, mut bytes) = (String::new(), Vec::new());
    while let Some(piece) = pieces.message().await? {
        if !piece.file_name.is_empty() {
            name = piece.file_name;
        }
        bytes.extend(piece.content);
    }
    if csv && out.is_none() {
        return Ok(output::line(String::from_utf8_lossy(&bytes).trim_end())?);
    }
    let path = out.unwrap_or_else(|| PathBuf::from(name));
    fs::write(&path, &bytes)
        .map_err(|error| Failure::Usage(format!("cannot write `{}`: {error}", path.display())))?;
    Ok(output::line(&format!("wrote {} ({} bytes)", path.display(), bytes.len()))?)
}

/// Counts of shifts with their names, in the order of the form.
fn counts(of: &pb::ReturnCounts) -> [(&'static str, u64); 17] {
    [
        ("shifts_worked", of.worked),
        ("bank", of.bank),
        ("agency", of.agency),
        ("unfilled", of.unfilled),
        ("cancelled", of.cancelled),
        ("price_cap_overrides", of.price_cap),
        ("wage_cap_overrides", of.wage_cap),
        ("off_framework", of.off_framework),
        ("both", of.both),
        ("either", of.either),
        ("over_50", of.over_50),
        ("over_threshold", of.over_threshold),
        ("sign_offs", of.sign_offs),
        ("without_sign_off", of.without_sign_off),
        ("band_2_3_agency", of.band_2_3),
        ("admin_estates", of.admin_estates),
        ("not_judged", of.not_judged),
    ]
}

fn group(of: &pb::ReturnCounts) -> Value {
    let mut row: serde_json::Map<String, Value> =
        counts(of).into_iter().map(|(name, count)| (name.to_owned(), count.into())).collect();
    row.insert("staff_group".into(), of.staff_group.clone().into());
    row.insert("minutes".into(), of.minutes.into());
    row.insert("over_cap_pence".into(), of.over_cap_pence.into());
    row.into()
}

fn document(found: &pb::GetReturnResponse) -> Value {
    let figures = found.figures.clone().unwrap_or_default();
    let off: Vec<Value> = figures
        .off_framework
        .iter()
        .map(|it| {
            json!({
                "date": it.date, "staff_type": it.staff_group, "shift": it.shift_ref, "reason": it.reason,
                "price_pence": it.price_pence, "agency": it.agency,
            })
        })
        .collect();
    let break_glass: Vec<Value> = figures
        .break_glass
        .iter()
        .map(|it| {
            json!({
                "date": it.date, "staff_type": it.staff_group, "shift": it.shift_ref, "reason": it.reason,
                "price_pence": it.price_pence, "agency": it.agency, "demanded": it.demanded, "state": it.state,
            })
        })
        .collect();
    json!({
        "head": head(&found.head.clone().unwrap_or_default()),
        "groups": figures.groups.iter().map(group).collect::<Vec<_>>(),
        "total": figures.total.as_ref().map(group), "off_framework": off, "break_glass": break_glass,
        "same_figures": found.same_figures, "same_rules": found.same_rules,
        "versions": found.versions.iter().map(head).collect::<Vec<_>>(),
    })
}

fn print(found: &pb::GetReturnResponse) -> Result<(), Failure> {
    let (of, figures) = (found.head.clone().unwrap_or_default(), found.figures.clone().unwrap_or_default());
    output::line(&format!(
        "weekly return of {}, week commencing {} ({}, {})\n",
        of.organisation,
        of.week_commencing,
        state(&of),
        of.template_version
    ))?;
    let groups = figures.groups.iter().chain(figures.total.as_ref());
    let columns: Vec<&pb::ReturnCounts> = groups.collect();
    let mut header = vec!["shifts"];
    header.extend(columns.iter().map(|it| if it.staff_group.is_empty() { "all" } else { &it.staff_group }));
    let mut rows: Vec<Vec<String>> = Vec::new();
    for (place, (name, _)) in counts(&pb::ReturnCounts::default()).into_iter().enumerate() {
        let mut row = vec![name.replace('_', " ")];
        row.extend(columns.iter().map(|it| counts(it)[place].1.to_string()));
        rows.push(row);
    }
    let mut hours = vec!["hours".to_owned()];
    hours.extend(columns.iter().map(|it| pounds(it.minutes * 100 / 60)));
    let mut above = vec!["pounds above cap".to_owned()];
    above.extend(columns.iter().map(|it| pounds(it.over_cap_pence)));
    rows.extend([hours, above]);
    output::table(&header, &rows)?;
    let (off, asked) = (figures.off_framework.len(), figures.break_glass.len());
    output::line(&format!(
        "\n{off} shifts off framework and {asked} overrides are listed in --json, --csv and --xlsx"
    ))?;
    if let (Some(figures), Some(rules)) = (found.same_figures, found.same_rules) {
        let word = |same| if same { "the same" } else { "not the same" };
        output::line(&format!("counted again: figures {}, rules {}", word(figures), word(rules)))?;
    }
    for it in &found.versions {
        output::line(&format!("version {} is {}", it.version, state(it)))?;
    }
    Ok(())
}
