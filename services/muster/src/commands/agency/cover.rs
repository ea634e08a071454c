//! `muster agency cover` and `muster agency inversions`

use muster_agency::domain::pay::pounds;
use muster_proto::{agency::v1 as pb, common::v1::Interval};
use serde_json::{Value, json};

use super::{
    table::{interval, percent},
    words::{CoverArgs, MonthsOf},
};
use crate::{cli::Shared, connect::Clients, exit::Failure, output};

/// Prints the cover that the forecast gaps would need.
pub(super) async fn cover(args: CoverArgs, shared: &Shared, clients: &Clients) -> Result<(), Failure> {
    let CoverArgs { scenario, level, node, role, year } = args;
    let request = pb::ListCoverRequest { scenario, level, node, role, year };
    let found = clients.agency().list_cover(clients.request(request)).await?.into_inner();
    if shared.json { Ok(output::json(&cover_document(&found))?) } else { print_cover(&found) }
}

fn observed(of: &pb::CoverObserved) -> Value {
    json!({
        "organisation": of.organisation, "from": of.from, "until": of.until, "bank_hours": of.bank_hours,
        "agency_hours": of.agency_hours, "unfilled_hours": of.unfilled_hours, "bank_pence": of.bank_pence,
        "agency_pence": of.agency_pence,
    })
}

fn cover_document(found: &pb::ListCoverResponse) -> Value {
    let rows: Vec<Value> = found
        .rows
        .iter()
        .map(|it| {
            json!({
                "run_id": it.run_id, "scenario": it.scenario, "area": it.area, "node": it.node, "level": it.level,
                "name": it.name, "role": it.role, "year": it.year, "gap_milli": interval(it.gap_milli),
                "staff_group": it.staff_group, "fill_ppm": interval(it.fill_ppm), "bank_ppm": interval(it.bank_ppm),
                "hours": interval(it.hours), "unfilled_hours": interval(it.unfilled_hours),
                "bank_hours": interval(it.bank_hours), "agency_hours": interval(it.agency_hours),
                "cost_pence": interval(it.cost_pence), "bank_hour_pence": it.bank_hour_pence,
                "agency_hour_pence": it.agency_hour_pence, "basis": it.basis,
                "observed": it.observed.as_ref().map(observed), "caveats": it.caveats,
            })
        })
        .collect();
    json!({ "rows": rows, "years": found.years, "scenarios": found.scenarios, "caveats": found.caveats })
}

/// An interval with its middle first.
fn ends(of: Option<Interval>, show: fn(i64) -> String) -> String {
    let of = of.unwrap_or_default();
    format!("{} ({} to {})", show(of.p50), show(of.p10), show(of.p90))
}

fn middle(of: Option<Interval>) -> String {
    of.unwrap_or_default().p50.to_string()
}

fn print_cover(found: &pb::ListCoverResponse) -> Result<(), Failure> {
    let Some(first) = found.rows.first() else {
        output::line(if found.scenarios.is_empty() {
            "no forecast has been published: `muster staffing forecast`"
        } else {
            "no forecast says anything of that: ask for another scenario, level, node, role or year"
        })?;
        return note(found.caveats.iter());
    };
    output::line(&format!(
        "cover that the gaps of {} would need in the year ending {}; 80% intervals\n",
        first.scenario, first.year
    ))?;
    let rows: Vec<Vec<String>> = found
        .rows
        .iter()
        .map(|it| {
            vec![
                it.node.clone(),
                it.name.clone(),
                it.role.clone(),
                ends(it.gap_milli, output::fte),
                middle(it.bank_hours),
                middle(it.agency_hours),
                middle(it.unfilled_hours),
                ends(it.cost_pence, pounds),
                pounds(it.bank_hour_pence),
                pounds(it.agency_hour_pence),
                it.basis.clone(),
            ]
        })
        .collect();
    let header = [
        "node",
        "name",
        "role",
        "gap, FTE",
        "bank hours",
        "agency hours",
        "unfilled hours",
        "pounds a year",
        "bank an hour",
        "agency an hour",
        "from",
    ];
    output::table(&header, &rows)?;
    let mut caveats: Vec<&String> =
        found.caveats.iter().chain(found.rows.iter().flat_map(|it| &it.caveats)).collect();
    caveats.sort();
    caveats.dedup();
    note(caveats.into_iter())
}

/// What to bear in mind, a line each.
pub(super) fn note<'a>(caveats: impl Iterator<Item = &'a String>) -> Result<(), Failure> {
    for caveat in caveats {
        output::line(&format!("  note: {caveat}"))?;
    }
    Ok(())
}

/// Prints where the bank is no cheaper than agencies.
pub(super) async fn inversions(of: MonthsOf, shared: &Shared, clients: &Clients) -> Result<(), Failure> {
    let MonthsOf { organisation, from, until } = of;
    let request = pb::ListInversionsRequest { organisation, from, until };
    let found = clients.agency().list_inversions(clients.request(request)).await?.into_inner();
    if shared.json {
        return Ok(output::json(&inversions_document(&found))?);
    }
    if found.rows.is_empty() {
        return Ok(output::line(&format!(
            "{} grades, sites and times compared: at none is the bank as dear as agencies",
            found.compared
        ))?);
    }
    let rows: Vec<Vec<String>> = found
        .rows
        .iter()
        .map(|it| {
            vec![
                it.organisation.clone(),
                it.site.clone(),
                it.grade.clone(),
                it.time_band.clone(),
                pounds(it.bank_minutes * 100 / 60),
                pounds(it.agency_minutes * 100 / 60),
                pounds(it.bank_hour_pence),
                pounds(it.agency_hour_pence),
                percent((it.agency_hour_pence > 0).then(|| {
                    (it.bank_hour_pence - it.agency_hour_pence).saturating_mul(1_000_000)
                        / it.agency_hour_pence
                })),
                pounds(it.excess_pence),
            ]
        })
        .collect();
    let header = [
        "organisation",
        "site",
        "grade",
        "time",
        "bank hours",
        "agency hours",
        "bank an hour",
        "agency an hour",
        "dearer by",
        "excess",
    ];
    output::table(&header, &rows)?;
    Ok(output::line(&format!(
        "\n{} of {} grades, sites and times at which both worked; all-in cost, pounds",
        found.rows.len(),
        found.compared
    ))?)
}

fn inversions_document(found: &pb::ListInversionsResponse) -> Value {
    let rows: Vec<Value> = found
        .rows
        .iter()
        .map(|it| {
            json!({
                "organisation": it.organisation, "site": it.site, "grade": it.grade, "time_band": it.time_band,
                "bank_minutes": it.bank_minutes, "agency_minutes": it.agency_minutes,
                "bank_hour_pence": it.bank_hour_pence, "agency_hour_pence": it.agency_hour_pence,
                "excess_pence": it.excess_pence,
            })
        })
        .collect();
    json!({ "rows": rows, "compared": found.compared })
}
