//! `muster back-office recharges`

use muster_backoffice::domain::figure::pounds;
use muster_proto::{backoffice::v1 as pb, common::v1::PageRequest};
use serde_json::{Value, json};

use crate::{cli::Shared, connect::Clients, exit::Failure, output};

/// Prints what members of shared services pay.
pub(super) async fn run(service: String, shared: &Shared, clients: &Clients) -> Result<(), Failure> {
    let (mut quarters, mut token) = (Vec::new(), String::new());
    loop {
        let page = Some(PageRequest { size: 500, token });
        let request = pb::ListRechargesRequest { service: service.clone(), page };
        let answer = clients.backoffice().list_recharges(clients.request(request)).await?.into_inner();
        quarters.extend(answer.quarters);
        token = answer.page.unwrap_or_default().next_token;
        if token.is_empty() {
            break;
        }
    }
    if shared.json {
        let quarters: Vec<Value> = quarters.iter().map(document).collect();
        return Ok(output::json(&json!({ "quarters": quarters }))?);
    }
    if quarters.is_empty() {
        return Ok(output::line(
            "no quarter is settled yet: `muster import --template recharge` prints one to begin from",
        )?);
    }
    let row = |of: &pb::RechargeQuarter, it: &pb::RechargeBill| {
        vec![
            of.service.clone(),
            of.quarter.clone(),
            it.organisation.clone(),
            pounds(it.advance_fixed_pence + it.advance_running_pence),
            pounds(it.actual_fixed_pence),
            pounds(it.stranded_pence),
            pounds(it.actual_running_pence),
            pounds(it.true_up_pence),
        ]
    };
    let rows: Vec<Vec<String>> =
        quarters.iter().flat_map(|of| of.bills.iter().map(move |it| row(of, it))).collect();
    let header =
        ["service", "quarter", "member", "advance", "fixed", "of it stranded", "running", "still to pay"];
    Ok(output::table(&header, &rows)?)
}

fn document(of: &pb::RechargeQuarter) -> Value {
    let bill = |it: &pb::RechargeBill| {
        json!({
            "organisation": it.organisation, "share_ppm": it.share_ppm, "left_month": it.left_month,
            "planned_milli": it.planned_milli, "used_milli": it.used_milli,
            "advance_fixed_pence": it.advance_fixed_pence, "advance_running_pence": it.advance_running_pence,
            "actual_fixed_pence": it.actual_fixed_pence, "stranded_pence": it.stranded_pence,
            "actual_running_pence": it.actual_running_pence, "true_up_pence": it.true_up_pence,
        })
    };
    json!({
        "service": of.service, "quarter": of.quarter, "stranded_months": of.stranded_months,
        "budget_fixed_pence": of.budget_fixed_pence, "price_centipence": of.price_centipence,
        "actual_fixed_pence": of.actual_fixed_pence, "actual_running_pence": of.actual_running_pence,
        "bills": of.bills.iter().map(bill).collect::<Vec<_>>(), "import_id": of.import_id, "version": of.version,
    })
}
