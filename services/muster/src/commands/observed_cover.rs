//! `muster staffing observed-cover`

use muster_agency::domain::pay::pounds;
use muster_proto::staffing::v1 as pb;
use serde_json::{Value, json};

use crate::{cli::Shared, commands::agency::MonthsOf, connect::Clients, exit::Failure, output};

/// Prints the temporary cover that organisations used, as bank and agency post it.
pub(crate) async fn run(of: MonthsOf, shared: &Shared, clients: &Clients) -> Result<(), Failure> {
    let MonthsOf { organisation, from, until } = of;
    let request = pb::ListObservedCoverRequest { organisation, from, until };
    let found = clients.staffing().list_observed_cover(clients.request(request)).await?.into_inner().rows;
    if shared.json {
        let rows: Vec<Value> = found.iter().map(document).collect();
        return Ok(output::json(&json!({ "rows": rows }))?);
    }
    if found.is_empty() {
        return Ok(output::line("no cover of that time is known: bank and agency post it from shift lines")?);
    }
    let rows: Vec<Vec<String>> = found
        .iter()
        .map(|it| {
            vec![
                it.organisation.clone(),
                it.month.clone(),
                it.staff_group.clone(),
                pounds(it.bank_minutes * 100 / 60),
                pounds(it.agency_minutes * 100 / 60),
                pounds(it.unfilled_minutes * 100 / 60),
                output::fte(it.fte_milli),
                pounds(it.bank_pence),
                pounds(it.agency_pence),
            ]
        })
        .collect();
    let header = [
        "organisation",
        "month",
        "staff group",
        "bank hours",
        "agency hours",
        "unfilled hours",
        "FTE",
        "bank pounds",
        "agency pounds",
    ];
    Ok(output::table(&header, &rows)?)
}

fn document(it: &pb::ObservedCover) -> Value {
    json!({
        "organisation": it.organisation, "month": it.month, "staff_group": it.staff_group,
        "bank_minutes": it.bank_minutes, "agency_minutes": it.agency_minutes,
        "unfilled_minutes": it.unfilled_minutes, "bank_pence": it.bank_pence, "agency_pence": it.agency_pence,
        "fte_milli": it.fte_milli, "event_id": it.event_id,
    })
}
