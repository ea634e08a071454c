//! `muster agency drift`

use muster_agency::domain::pay::pounds;
use muster_proto::{agency::v1 as pb, common::v1::PageRequest};
use serde_json::{Value, json};

use super::table::{percent, supply};
use crate::{cli::Shared, connect::Clients, exit::Failure, output};

/// Steps of a page.
const PAGE: u32 = 500;

/// Prints steps in rates, newest first.
pub(super) async fn run(shared: &Shared, clients: &Clients) -> Result<(), Failure> {
    let (mut drifts, mut token) = (Vec::new(), String::new());
    loop {
        let request = pb::ListDriftsRequest { page: Some(PageRequest { size: PAGE, token }) };
        let answer = clients.agency().list_drifts(clients.request(request)).await?.into_inner();
        drifts.extend(answer.drifts);
        token = answer.page.unwrap_or_default().next_token;
        if token.is_empty() {
            break;
        }
    }
    if shared.json {
        let drifts: Vec<Value> = drifts.iter().map(document).collect();
        return Ok(output::json(&json!({ "drifts": drifts }))?);
    }
    print(&drifts)
}

fn document(it: &pb::RateDrift) -> Value {
    let by_partner: Vec<Value> = it
        .by_partner
        .iter()
        .map(|of| {
            json!({
                "organisation": of.organisation, "minutes": of.minutes, "rate_pence": of.rate_pence,
                "matched_pence": of.matched_pence,
            })
        })
        .collect();
    json!({
        "organisation": it.organisation, "staff_group": it.staff_group, "grade": it.grade,
        "supply": supply(it.supply()), "time_band": it.time_band, "zone": it.zone, "shown_by": it.shown_by,
        "since": it.since, "before_pence": it.before_pence, "after_pence": it.after_pence, "step_ppm": it.step_ppm,
        "shifts_before": it.shifts_before, "shifts_after": it.shifts_after, "matched_pence": it.matched_pence,
        "partners": it.partners, "by_partner": by_partner, "detected_at_micros": it.detected_at_micros,
        "shared_by": it.shared_by,
    })
}

fn print(drifts: &[pb::RateDrift]) -> Result<(), Failure> {
    if drifts.is_empty() {
        return Ok(output::line(
            "no step in rates is known: import shifts of some months, or rate cards with their days",
        )?);
    }
    let rows: Vec<Vec<String>> = drifts
        .iter()
        .map(|it| {
            vec![
                it.organisation.clone(),
                it.since.clone(),
                it.staff_group.clone(),
                it.grade.clone(),
                supply(it.supply()).to_owned(),
                it.time_band.clone(),
                it.zone.clone(),
                pounds(it.before_pence),
                pounds(it.after_pence),
                percent(Some(it.step_ppm)),
                it.shown_by.clone(),
                pounds(it.matched_pence),
                it.partners.to_string(),
                it.shared_by.clone(),
            ]
        })
        .collect();
    let header = [
        "partner",
        "since",
        "staff group",
        "grade",
        "supply",
        "time",
        "zone",
        "before",
        "after",
        "step",
        "shown by",
        "if matched, a year",
        "partners",
        "shared by",
    ];
    output::table(&header, &rows)?;
    print_partners(drifts)
}

/// What matching each step would cost each partner, where that is known.
fn print_partners(drifts: &[pb::RateDrift]) -> Result<(), Failure> {
    let partners: Vec<Vec<String>> = drifts
        .iter()
        .flat_map(|it| it.by_partner.iter().map(move |of| (it, of)))
        .map(|(it, of)| {
            vec![
                of.organisation.clone(),
                it.organisation.clone(),
                it.grade.clone(),
                pounds(of.minutes * 100 / 60),
                pounds(of.rate_pence),
                pounds(it.after_pence),
                pounds(of.matched_pence),
            ]
        })
        .collect();
    if partners.is_empty() {
        return Ok(());
    }
    output::line("\nwhat matching would cost each partner\n")?;
    let header = ["partner", "step of", "grade", "hours", "own rate", "new rate", "more a year"];
    Ok(output::table(&header, &partners)?)
}
