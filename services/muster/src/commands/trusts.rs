//! `muster staffing trusts`

use muster_proto::{common::v1::PageRequest, staffing::v1 as pb};
use serde_json::{Value, json};

use super::forecast::{interval, spread};
use crate::{
    cli::{Shared, TrustForecastArgs, TrustGroup, TrustsCommand},
    connect::Clients,
    exit::Failure,
    output::{self, fte, milli},
};

/// Rows of one page.
const PAGE: u32 = 5_000;

/// Runs a command about trusts.
pub(crate) async fn run(command: TrustsCommand, shared: &Shared, clients: &Clients) -> Result<(), Failure> {
    match command {
        TrustsCommand::List { organisation } => list(organisation, shared, clients).await,
        TrustsCommand::Forecast(args) => forecast(args, shared, clients).await,
    }
}

fn group_word(group: pb::TrustGroup) -> &'static str {
    match group {
        pb::TrustGroup::Nurses => "nurses",
        pb::TrustGroup::Doctors => "doctors",
        pb::TrustGroup::Unspecified => "",
    }
}

#[expect(clippy::cast_precision_loss, reason = "a share for display")]
fn share(ppm: i64) -> f64 {
    ppm as f64 / 1e6
}

fn percent(ppm: i64) -> String {
    format!("{:.1}%", share(ppm) * 100.0)
}

async fn list(organisation: String, shared: &Shared, clients: &Clients) -> Result<(), Failure> {
    let (mut counts, mut token) = (Vec::new(), String::new());
    let told = loop {
        let page = Some(PageRequest { size: PAGE, token });
        let request = pb::ListTrustWorkforceRequest { page, organisation: organisation.clone() };
        let told = clients.staffing().list_trust_workforce(clients.request(request)).await?.into_inner();
        counts.extend(told.counts.clone());
        token = told.page.clone().unwrap_or_default().next_token;
        if token.is_empty() {
            break told;
        }
    };
    if shared.json {
        let rows: Vec<Value> = counts
            .iter()
            .map(|of| {
                json!({
                    "organisation": of.organisation, "name": of.name, "staff_group": of.staff_group,
                    "group": Some(group_word(of.group())).filter(|word| !word.is_empty()), "month": of.month,
                    "fte": milli(of.fte_milli), "import_id": of.import_id,
                })
            })
            .collect();
        return Ok(output::json(&json!({
            "counts": rows, "months": told.months, "newest_fte": milli(told.newest_fte_milli),
            "unknown_groups": told.unknown_groups, "units": { "fte": "FTE" },
        }))?);
    }
    if counts.is_empty() {
        return Ok(output::line(
            "no staff of trusts yet: import a file with `muster import trust-workforce FILE`",
        )?);
    }
    let rows: Vec<Vec<String>> = counts
        .iter()
        .map(|of| {
            let forecast = Some(group_word(of.group())).filter(|word| !word.is_empty()).unwrap_or("-");
            vec![
                of.organisation.clone(),
                of.name.clone(),
                of.staff_group.clone(),
                of.month.clone(),
                fte(of.fte_milli),
                forecast.to_owned(),
            ]
        })
        .collect();
    output::table(&["code", "name", "staff group", "month", "FTE", "forecast as"], &rows)?;
    for group in &told.unknown_groups {
        output::line(&format!("  in no published table of groups: {group}"))?;
    }
    Ok(())
}

#[expect(clippy::cast_possible_truncation, reason = "the service checks the range")]
fn ppm_of(percent: f64) -> i64 {
    (percent * 10_000.0).round() as i64
}

async fn forecast(args: TrustForecastArgs, shared: &Shared, clients: &Clients) -> Result<(), Failure> {
    let group = match args.group {
        None => pb::TrustGroup::Unspecified,
        Some(TrustGroup::Nurses) => pb::TrustGroup::Nurses,
        Some(TrustGroup::Doctors) => pb::TrustGroup::Doctors,
    };
    let request = pb::ForecastTrustsRequest {
        organisation: args.organisation,
        group: group.into(),
        years: args.years,
        draws: args.draws,
        seed: args.seed,
        need_growth_ppm: args.need_growth.map(ppm_of),
    };
    let made = clients.staffing().forecast_trusts(clients.request(request)).await?.into_inner();
    if shared.json { Ok(output::json(&document(&made))?) } else { print(&made) }
}

fn document(of: &pb::ForecastTrustsResponse) -> Value {
    let rows: Vec<Value> = of
        .rows
        .iter()
        .map(|row| {
            json!({
                "organisation": row.organisation, "level": row.level, "name": row.name, "group": group_word(row.group()),
                "month": row.month, "supply": interval(row.supply_milli), "wanted": milli(row.wanted_milli),
                "shortfall": interval(row.shortfall_milli), "share_of_draws_short": share(row.short_ppm),
            })
        })
        .collect();
    let evidence: Vec<Value> = of
        .evidence
        .iter()
        .map(|of| {
            json!({
                "organisation": of.organisation, "group": group_word(of.group()), "counts": of.counts,
                "first_month": of.first_month, "last_month": of.last_month, "first": milli(of.first_milli),
                "last": milli(of.last_milli), "observed_growth": share(of.observed_ppm),
                "observed_growth_sd": share(of.observed_sd_ppm), "growth": share(of.growth_ppm),
                "growth_sd": share(of.growth_sd_ppm), "weight_of_observation": share(of.weight_ppm),
            })
        })
        .collect();
    let parameters: Vec<Value> = of
        .parameters
        .iter()
        .map(|of| {
            json!({
                "name": of.name, "value": of.value, "low": of.low, "high": of.high, "unit": of.unit,
                "source": of.source, "prior": of.prior,
            })
        })
        .collect();
    json!({
        "rows": rows, "evidence": evidence, "parameters": parameters, "findings": of.findings, "caveats": of.caveats,
        "left_out": of.left_out, "need_growth": share(of.need_growth_ppm), "engine": of.engine,
        "inputs_sha256": of.inputs_sha256,
        "units": { "supply, wanted, shortfall": "FTE", "growth, need_growth": "a year" },
    })
}

fn print(of: &pb::ForecastTrustsResponse) -> Result<(), Failure> {
    for finding in &of.findings {
        output::line(finding)?;
    }
    output::line("\nSupply and shortfall, FTE (80% interval)\n")?;
    let name = |level: &str, code: &str, name: &str| {
        if level == "together" { name.to_owned() } else { format!("{code} {name}") }
    };
    let rows: Vec<Vec<String>> = of
        .rows
        .iter()
        .map(|row| {
            vec![
                group_word(row.group()).to_owned(),
                name(&row.level, &row.organisation, &row.name),
                row.month.clone(),
                spread(row.supply_milli),
                fte(row.wanted_milli),
                spread(row.shortfall_milli),
                percent(row.short_ppm),
            ]
        })
        .collect();
    let head = ["group", "trust", "month", "supply", "wanted", "short", "of the draws"];
    output::table(&head, &rows)?;
    output::line("\nGrowth a year: what was observed, and what is made of it\n")?;
    let rows: Vec<Vec<String>> = of
        .evidence
        .iter()
        .map(|of| {
            let whose = if of.organisation.is_empty() { "together" } else { of.organisation.as_str() };
            vec![
                group_word(of.group()).to_owned(),
                whose.to_owned(),
                format!("{} to {}", of.first_month, of.last_month),
                format!("{} (sd {})", percent(of.observed_ppm), percent(of.observed_sd_ppm)),
                format!("{} (sd {})", percent(of.growth_ppm), percent(of.growth_sd_ppm)),
                percent(of.weight_ppm),
            ]
        })
        .collect();
    output::table(
        &["group", "trust", "counts", "observed", "taken for true", "weight of the counts"],
        &rows,
    )?;
    for group in &of.left_out {
        output::line(&format!("  in no forecast: {group}"))?;
    }
    for caveat in &of.caveats {
        output::line(&format!("  note: {caveat}"))?;
    }
    Ok(())
}
