//! `muster back-office board` and `schemes`

use muster_backoffice::domain::figure::pounds;
use muster_proto::{backoffice::v1 as pb, common::v1::PageRequest};
use serde_json::{Value, json};

use super::claims;
use crate::{cli::Shared, connect::Clients, exit::Failure, output};

/// Prints the board.
pub(super) async fn board(as_of: String, shared: &Shared, clients: &Clients) -> Result<(), Failure> {
    let request = clients.request(pb::GetBoardRequest { as_of });
    let board = clients.backoffice().get_board(request).await?.into_inner();
    if shared.json { Ok(output::json(&document(&board))?) } else { print(&board) }
}

fn sums(of: &[pb::BoardSum]) -> Value {
    let sums: serde_json::Map<String, Value> =
        of.iter().map(|it| (it.of.clone(), it.attested_pence.into())).collect();
    sums.into()
}

fn colour(of: pb::Rag) -> Option<&'static str> {
    match of {
        pb::Rag::Unspecified => None,
        pb::Rag::Red => Some("red"),
        pb::Rag::Amber => Some("amber"),
        pb::Rag::Green => Some("green"),
    }
}

fn delivery(of: &pb::Delivery) -> Value {
    json!({
        "plan_to_date_pence": of.plan_to_date_pence, "actual_to_date_pence": of.actual_to_date_pence,
        "plan_year_pence": of.plan_year_pence, "forecast_year_pence": of.forecast_year_pence,
        "to_date": colour(of.to_date()), "year": colour(of.year()),
        "green_to_date_red_for_the_year": of.green_to_date_red_for_the_year, "unknown_months": of.unknown_months,
    })
}

fn effect(of: &pb::SchemeEffect) -> Value {
    json!({
        "pye_pence": of.pye_pence, "fye_pence": of.fye_pence, "carry_forward_pence": of.carry_forward_pence,
        "new_gap_pence": of.new_gap_pence, "risk_adjusted_pence": of.risk_adjusted_pence,
    })
}

fn document(of: &pb::GetBoardResponse) -> Value {
    json!({
        "as_of": of.as_of, "attested_pence": of.attested_pence, "recurrent_pence": of.recurrent_pence,
        "non_recurrent_pence": of.attested_pence - of.recurrent_pence,
        "within_own_programme_pence": of.within_own_pence, "unattested_pence": of.unattested_pence,
        "proposed_pence": of.proposed_pence, "by_organisation": sums(&of.organisations), "by_month": sums(&of.months),
        "by_scheme": sums(&of.schemes), "delivery": delivery(&of.delivery.unwrap_or_default()),
        "effect": effect(&of.effect.unwrap_or_default()),
        "held": of.held.iter().map(claims::document).collect::<Vec<_>>(),
        "evidence_changed": of.evidence_changed.iter().map(claims::document).collect::<Vec<_>>(),
        "green_to_date_red_for_the_year": of.deceiving_schemes,
    })
}

fn print(of: &pb::GetBoardResponse) -> Result<(), Failure> {
    output::line(&format!(
        "attested {} pounds ({} recurrent); claimed and not attested {}, proposed {}; within own programmes {}",
        pounds(of.attested_pence),
        pounds(of.recurrent_pence),
        pounds(of.unattested_pence),
        pounds(of.proposed_pence),
        pounds(of.within_own_pence)
    ))?;
    let rows: Vec<Vec<String>> =
        of.organisations.iter().map(|it| vec![it.of.clone(), pounds(it.attested_pence)]).collect();
    if !rows.is_empty() {
        output::line("")?;
        output::table(&["organisation", "attested"], &rows)?;
    }
    if !of.as_of.is_empty() {
        let it = of.delivery.unwrap_or_default();
        output::line(&format!(
            "\nat the end of {}: {} of {} planned came ({}); year {} of {} ({})",
            of.as_of,
            pounds(it.actual_to_date_pence),
            pounds(it.plan_to_date_pence),
            colour(it.to_date()).unwrap_or("no plan"),
            pounds(it.forecast_year_pence),
            pounds(it.plan_year_pence),
            colour(it.year()).unwrap_or("no plan")
        ))?;
    }
    for scheme in &of.deceiving_schemes {
        output::line(&format!("{scheme}: green to date, red for the year"))?;
    }
    for it in &of.held {
        output::line(&format!("{}: attested and not counted, {}", it.claim_id, it.held))?;
    }
    for it in &of.evidence_changed {
        let now = pounds(it.evidence_pence.unwrap_or_default());
        output::line(&format!("{}: its evidence comes to {now} by now", it.claim_id))?;
    }
    Ok(())
}

/// Prints schemes.
pub(super) async fn schemes(
    organisation: String,
    as_of: String,
    shared: &Shared,
    clients: &Clients,
) -> Result<(), Failure> {
    let (mut lines, mut token) = (Vec::new(), String::new());
    let as_of = loop {
        let page = Some(PageRequest { size: 1_000, token });
        let request =
            pb::ListSchemesRequest { organisation: organisation.clone(), as_of: as_of.clone(), page };
        let answer = clients.backoffice().list_schemes(clients.request(request)).await?.into_inner();
        lines.extend(answer.schemes);
        token = answer.page.unwrap_or_default().next_token;
        if token.is_empty() {
            break answer.as_of;
        }
    };
    if shared.json {
        let lines: Vec<Value> = lines.iter().map(scheme).collect();
        return Ok(output::json(&json!({ "as_of": as_of, "schemes": lines }))?);
    }
    table(&as_of, &lines)
}

fn gate(of: pb::Gate) -> String {
    of.as_str_name().trim_start_matches("GATE_").replace('_', "-").to_lowercase()
}

/// A scheme as JSON.
pub(super) fn scheme_document(it: &pb::Scheme) -> Value {
    json!({
        "scheme": it.scheme, "organisation": it.organisation, "programme": it.programme, "title": it.title,
        "category": it.category, "type": it.r#type, "recurrent": it.recurrent, "start_month": it.start_month,
        "gate": gate(it.gate()), "risk": it.risk().as_str_name().trim_start_matches("RISK_").to_lowercase(),
        "owner": it.owner, "one_off_cost_pence": it.one_off_cost_pence, "quality_signed": it.quality_signed,
        "over_and_above": it.over_and_above,
    })
}

fn scheme(of: &pb::SchemeLine) -> Value {
    let mut document = scheme_document(&of.scheme.clone().unwrap_or_default());
    document["effect"] = effect(&of.effect.unwrap_or_default());
    document["delivery"] = delivery(&of.delivery.unwrap_or_default());
    document["attested_pence"] = of.attested_pence.into();
    document["import_id"] = of.import_id.clone().into();
    document
}

fn table(as_of: &str, lines: &[pb::SchemeLine]) -> Result<(), Failure> {
    if as_of.is_empty() {
        output::line("no scheme has an actual yet: give --as-of to see plans")?;
    } else {
        output::line(&format!("schemes at the end of {as_of}, pounds; year to date and full year apart"))?;
    }
    let rows: Vec<Vec<String>> = lines
        .iter()
        .map(|line| {
            let it = line.scheme.clone().unwrap_or_default();
            let (effect, delivery) = (line.effect.unwrap_or_default(), line.delivery.unwrap_or_default());
            let mut row = vec![it.scheme.clone(), it.organisation.clone(), gate(it.gate())];
            row.extend(
                [
                    effect.pye_pence,
                    effect.fye_pence,
                    effect.carry_forward_pence,
                    effect.risk_adjusted_pence,
                    line.attested_pence,
                ]
                .map(pounds),
            );
            row.extend(
                [delivery.to_date(), delivery.year()].map(|it| colour(it).unwrap_or("none").to_owned()),
            );
            row
        })
        .collect();
    let header = [
        "scheme",
        "organisation",
        "gate",
        "pye",
        "fye",
        "carried",
        "risk-adjusted",
        "attested",
        "to date",
        "full year",
    ];
    Ok(output::table(&header, &rows)?)
}
