//! `muster agency spend-table` and `muster agency projection`

use muster_agency::domain::pay::pounds;
use muster_proto::{agency::v1 as pb, common::v1::Interval};
use serde_json::{Value, json};

use super::words::ProjectionArgs;
use crate::{cli::Shared, connect::Clients, exit::Failure, output};

/// A share in parts per million as a number from 0 to 1.
#[expect(clippy::cast_precision_loss, reason = "millionths for display")]
fn share(ppm: i64) -> f64 {
    ppm as f64 / 1e6
}

pub(super) fn percent(ppm: Option<i64>) -> String {
    ppm.map_or_else(|| "-".to_owned(), |ppm| format!("{:.1}%", share(ppm) * 100.0))
}

pub(super) fn supply(of: pb::Supply) -> &'static str {
    match of {
        pb::Supply::Bank => "bank",
        pb::Supply::SharedBank => "shared-bank",
        pb::Supply::Agency => "agency",
        pb::Supply::Unfilled => "unfilled",
        pb::Supply::Cancelled => "cancelled",
        pb::Supply::Unspecified => "",
    }
}

/// Prints the spend table.
pub(super) async fn spend_table(
    request: pb::GetSpendTableRequest,
    shared: &Shared,
    clients: &Clients,
) -> Result<(), Failure> {
    let found = clients.agency().get_spend_table(clients.request(request)).await?.into_inner();
    if shared.json { Ok(output::json(&table_document(&found))?) } else { print_table(&found) }
}

fn table_document(found: &pb::GetSpendTableResponse) -> Value {
    let rows: Vec<Value> = found
        .rows
        .iter()
        .map(|row| {
            let it = row.cell.clone().unwrap_or_default();
            json!({
                "month": row.month, "organisation": row.organisation, "staff_group": it.staff_group,
                "supply": supply(it.supply()), "shifts": it.shifts, "without_price": it.without_price,
                "minutes": it.minutes, "pence": it.pence, "over_cap_pence": it.over_cap_pence,
            })
        })
        .collect();
    let measures: Vec<Value> = found
        .measures
        .iter()
        .map(|it| {
            json!({
                "organisation": it.organisation, "month": it.month, "agency_share": it.agency_ppm.map(share),
                "bank_share": {
                    "pounds": it.bank_by_pounds_ppm.map(share), "hours": it.bank_by_hours_ppm.map(share),
                    "shifts": it.bank_by_shifts_ppm.map(share),
                },
                "fill_rate": {
                    "all": it.filled_ppm.map(share), "bank": it.filled_bank_ppm.map(share),
                    "other_organisation": it.filled_shared_ppm.map(share),
                    "agency": it.filled_agency_ppm.map(share), "unfilled": it.unfilled_ppm.map(share),
                    "cancelled": it.cancelled_ppm.map(share),
                },
                "over_cap_pence": it.over_cap_pence, "overrides": it.overrides,
                "substantive_fte_milli": it.substantive_fte_milli,
                "override_intensity_milli": it.override_intensity_milli,
            })
        })
        .collect();
    let changes: Vec<Value> = found
        .changes
        .iter()
        .map(|it| {
            json!({
                "organisation": it.organisation, "staff_group": it.staff_group, "before_from": it.before_from,
                "before_until": it.before_until, "agency_pence": it.agency_pence, "bank_pence": it.bank_pence,
                "displaced_pence": it.displaced_pence, "saved_pence": it.saved_pence,
            })
        })
        .collect();
    json!({ "rows": rows, "measures": measures, "changes": changes })
}

fn print_table(found: &pb::GetSpendTableResponse) -> Result<(), Failure> {
    if found.rows.is_empty() {
        return Ok(output::line("no shift of that time is known: `muster import shifts FILE`")?);
    }
    let rows: Vec<Vec<String>> = found
        .rows
        .iter()
        .map(|row| {
            let it = row.cell.clone().unwrap_or_default();
            vec![
                row.month.clone(),
                row.organisation.clone(),
                it.staff_group.clone(),
                supply(it.supply()).to_owned(),
                it.shifts.to_string(),
                pounds(it.minutes * 100 / 60),
                pounds(it.pence),
                pounds(it.over_cap_pence),
            ]
        })
        .collect();
    let header = ["month", "organisation", "staff group", "supply", "shifts", "hours", "pounds", "above cap"];
    output::table(&header, &rows)?;
    print_measures(found)?;
    print_changes(found)
}

fn print_measures(found: &pb::GetSpendTableResponse) -> Result<(), Failure> {
    let rows: Vec<Vec<String>> = found
        .measures
        .iter()
        .map(|it| {
            let month = if it.month.is_empty() { "all" } else { &it.month };
            let mut row = vec![it.organisation.clone(), month.to_owned()];
            row.extend(
                [
                    it.agency_ppm,
                    it.bank_by_pounds_ppm,
                    it.bank_by_hours_ppm,
                    it.bank_by_shifts_ppm,
                    it.filled_ppm,
                    it.unfilled_ppm,
                ]
                .map(percent),
            );
            row.push(it.overrides.to_string());
            row.push(it.override_intensity_milli.map_or_else(|| "-".to_owned(), output::fte));
            row
        })
        .collect();
    output::line("")?;
    let header = [
        "organisation",
        "month",
        "agency of pay",
        "bank by pounds",
        "by hours",
        "by shifts",
        "filled",
        "unfilled",
        "overrides",
        "per 100 FTE",
    ];
    output::table(&header, &rows)?;
    Ok(())
}

fn print_changes(found: &pb::GetSpendTableResponse) -> Result<(), Failure> {
    let Some(first) = found.changes.first() else { return Ok(()) };
    output::line(&format!(
        "\nagainst {} to {}; what is displaced from agency to bank is no saving\n",
        first.before_from, first.before_until
    ))?;
    let rows: Vec<Vec<String>> = found
        .changes
        .iter()
        .map(|it| {
            let group = if it.staff_group.is_empty() { "all" } else { &it.staff_group };
            let mut row = vec![it.organisation.clone(), group.to_owned()];
            row.extend([it.agency_pence, it.bank_pence, it.displaced_pence, it.saved_pence].map(pounds));
            row
        })
        .collect();
    Ok(output::table(&["organisation", "staff group", "agency", "bank", "displaced", "saved"], &rows)?)
}

/// Prints the projection.
pub(super) async fn projection(
    args: ProjectionArgs,
    shared: &Shared,
    clients: &Clients,
) -> Result<(), Failure> {
    let request = pb::GetProjectionRequest {
        organisation: args.organisation,
        until: args.until,
        threshold_ppm: args.threshold,
        announce: args.announce,
    };
    let found = clients.agency().get_projection(clients.request(request)).await?.into_inner();
    if shared.json { Ok(output::json(&projection_document(&found))?) } else { print_projection(&found) }
}

pub(super) fn interval(of: Option<Interval>) -> Value {
    let of = of.unwrap_or_default();
    json!({ "p10": of.p10, "p50": of.p50, "p90": of.p90 })
}

fn projection_document(of: &pb::GetProjectionResponse) -> Value {
    let models: Vec<Value> = of
        .models
        .iter()
        .map(|it| {
            json!({
                "model": it.name, "year_pence": interval(it.year_pence), "over": it.over_ppm.map(share),
                "tried": it.tried, "off": it.off_ppm.map(share), "held": it.held_ppm.map(share), "blind": it.blind,
            })
        })
        .collect();
    json!({
        "organisation": of.organisation, "year": of.year, "basis": of.basis, "last_month": of.last_month,
        "months_known": of.months_known, "so_far_pence": of.so_far_pence, "year_pence": interval(of.year_pence),
        "ceiling_pence": of.ceiling_pence, "ceiling_source": of.ceiling_source, "over": of.over_ppm.map(share),
        "at_risk": of.at_risk, "models": models, "caveats": of.caveats,
    })
}

fn range(of: Option<Interval>) -> String {
    let of = of.unwrap_or_default();
    format!("{} ({} to {})", pounds(of.p50), pounds(of.p10), pounds(of.p90))
}

fn print_projection(of: &pb::GetProjectionResponse) -> Result<(), Failure> {
    output::line(&format!(
        "agency spending of {} in the year ending {}, from {} up to {}: {} pounds so far\n",
        of.organisation,
        of.year,
        of.basis,
        of.last_month,
        pounds(of.so_far_pence)
    ))?;
    let mut rows: Vec<Vec<String>> = of
        .models
        .iter()
        .map(|it| {
            let tried = it.tried.to_string();
            vec![it.name.clone(), range(it.year_pence), percent(it.over_ppm), tried, percent(it.off_ppm)]
        })
        .collect();
    rows.push(vec![
        "together".into(),
        range(of.year_pence),
        percent(of.over_ppm),
        String::new(),
        String::new(),
    ]);
    output::table(&["model", "whole year (80% interval)", "over the ceiling", "tried", "off by"], &rows)?;
    if let Some(ceiling) = of.ceiling_pence {
        let risk = if of.at_risk { "at risk" } else { "not at risk" };
        output::line(&format!("\nceiling {} pounds: {risk} ({})", pounds(ceiling), of.ceiling_source))?;
    }
    for caveat in &of.caveats {
        output::line(&format!("  note: {caveat}"))?;
    }
    Ok(())
}
