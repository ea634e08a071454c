//! `muster back-office cases` and `case`

use muster_backoffice::domain::figure::{decimal, pounds};
use muster_proto::{backoffice::v1 as pb, common::v1::PageRequest};
use serde_json::{Value, json};

use super::{
    sharing,
    words::{CaseCommand, CaseShowArgs},
};
use crate::{cli::Shared, connect::Clients, exit::Failure, output};

/// Prints the cases.
pub(super) async fn list(shared: &Shared, clients: &Clients) -> Result<(), Failure> {
    let (mut cases, mut token) = (Vec::new(), String::new());
    loop {
        let request = pb::ListCasesRequest { page: Some(PageRequest { size: 500, token }) };
        let answer = clients.backoffice().list_cases(clients.request(request)).await?.into_inner();
        cases.extend(answer.cases);
        token = answer.page.unwrap_or_default().next_token;
        if token.is_empty() {
            break;
        }
    }
    if shared.json {
        return Ok(output::json(&json!({ "cases": cases.iter().map(head).collect::<Vec<_>>() }))?);
    }
    if cases.is_empty() {
        return Ok(output::line(
            "no business case yet: `muster import --template business-case` prints one to begin from",
        )?);
    }
    let rows: Vec<Vec<String>> = cases
        .iter()
        .map(|it| {
            let approved = it.approval.as_ref().map_or("not approved", |it| it.approved_by.as_str());
            vec![
                it.case_id.clone(),
                it.function.clone(),
                it.option.clone(),
                approved.to_owned(),
                pounds(it.npv_pence),
                pounds(it.biased_pence),
                it.reforecast_npv_pence.map_or_else(|| "none".to_owned(), pounds),
                it.as_of.clone(),
            ]
        })
        .collect();
    let header =
        ["case", "function", "option", "approved by", "npv planned", "after optimism", "npv now", "as of"];
    Ok(output::table(&header, &rows)?)
}

/// Shows a case, or decides it.
pub(super) async fn run(command: CaseCommand, shared: &Shared, clients: &Clients) -> Result<(), Failure> {
    match command {
        CaseCommand::Show(args) => show(args, shared, clients).await,
        CaseCommand::Approve { case: case_id, option, reason, seen: version } => {
            decide(pb::DecideCaseRequest { case_id, option, reason, version }, shared, clients).await
        }
        CaseCommand::Withdraw { case: case_id, reason, seen: version } => {
            let option = String::new();
            decide(pb::DecideCaseRequest { case_id, option, reason, version }, shared, clients).await
        }
    }
}

async fn decide(decision: pb::DecideCaseRequest, shared: &Shared, clients: &Clients) -> Result<(), Failure> {
    let request = clients.request(decision);
    let case = clients.backoffice().decide_case(request).await?.into_inner().case.unwrap_or_default();
    if shared.json {
        return Ok(output::json(&head(&case))?);
    }
    Ok(output::line(&match &case.approval {
        Some(it) => format!("case {}: option {} is approved by {}", case.case_id, it.option, it.approved_by),
        None => format!("case {}: no option is approved", case.case_id),
    })?)
}

async fn show(args: CaseShowArgs, shared: &Shared, clients: &Clients) -> Result<(), Failure> {
    let request = pb::GetCaseRequest { case_id: args.case, option: args.option, as_of: args.as_of };
    let case = clients.backoffice().get_case(clients.request(request)).await?.into_inner();
    if shared.json { Ok(output::json(&whole(&case))?) } else { print(&case) }
}

fn print(of: &pb::GetCaseResponse) -> Result<(), Failure> {
    let head = of.case.clone().unwrap_or_default();
    output::line(&format!(
        "{}: {} ({}, {} months from {})\n",
        head.case_id, head.title, head.function, head.months, head.start_month
    ))?;
    let months = |milli: Option<i64>| milli.map_or_else(|| "never".to_owned(), |it| decimal(it, 3));
    let rows: Vec<Vec<String>> = of
        .options
        .iter()
        .map(|it| {
            let total = it.total.clone().unwrap_or_default();
            vec![
                it.option.clone(),
                pounds(it.annual_cost_pence),
                pounds(total.npv_pence),
                pounds(total.low_pence),
                pounds(total.high_pence),
                pounds(total.biased_pence),
                months(total.payback_milli),
                pounds(total.peak_cash_pence),
                it.broken_rules.join("; "),
            ]
        })
        .collect();
    let header =
        ["option", "a year", "npv", "low", "high", "after optimism", "payback months", "peak cash", "breaks"];
    output::table(&header, &rows)?;
    match &of.cheapest {
        None => output::line("\nno assignment keeps every rule")?,
        Some(it) => {
            let doubt = if it.unproven {
                " (the search ended at its time limit: maybe not the cheapest)"
            } else {
                ""
            };
            output::line(&format!("\ncheapest under the rules: {} a year{doubt}", pounds(it.cost_pence)))?;
        }
    }
    for it in &of.rules {
        let costs = it.costs_pence.map_or_else(|| "not known".to_owned(), pounds);
        output::line(&format!("  {} costs {costs} a year", it.rule))?;
    }
    match &of.reforecast {
        Some(it) => print_reforecast(it),
        None => Ok(output::line(
            "\nno re-forecast: approve an option, and let finance attest savings of its schemes",
        )?),
    }
}

fn print_reforecast(it: &pb::CaseReforecast) -> Result<(), Failure> {
    output::line(&format!("\nre-forecast of the approved option by what finance attested to {}", it.as_of))?;
    let line = |of: &pb::CaseDelivered| {
        let name = if of.organisation.is_empty() { "all" } else { &of.organisation };
        let came =
            of.realised_ppm.map_or_else(|| "none".to_owned(), |ppm| format!("{}%", decimal(ppm / 1_000, 1)));
        vec![
            name.to_owned(),
            pounds(of.planned_pence),
            pounds(of.attested_pence),
            came,
            pounds(of.npv_pence),
            pounds(of.low_pence),
            pounds(of.high_pence),
            pounds(of.stranded_to_come_pence),
        ]
    };
    let rows: Vec<Vec<String>> = it.organisations.iter().chain(&it.total).map(line).collect();
    output::table(
        &["organisation", "planned", "attested", "came", "npv now", "low", "high", "stranded to come"],
        &rows,
    )?;
    for caveat in &it.caveats {
        output::line(&format!("  beware: {caveat}"))?;
    }
    Ok(())
}

/// A head as JSON.
fn head(of: &pb::CaseHead) -> Value {
    let approval = of.approval.as_ref().map(|it| {
        json!({
            "option": it.option, "reason": it.reason, "approved_by": it.approved_by,
            "approved_at_micros": it.approved_at_micros, "case_version": it.case_version,
        })
    });
    json!({
        "case": of.case_id, "title": of.title, "function": of.function, "start_month": of.start_month,
        "months": of.months, "rate_ppm": of.rate_ppm, "terms": of.terms, "schemes": of.schemes, "approval": approval,
        "option": of.option, "npv_pence": of.npv_pence, "biased_pence": of.biased_pence,
        "reforecast_npv_pence": of.reforecast_npv_pence, "as_of": of.as_of, "version": of.version,
        "import_id": of.import_id, "published_by": of.published_by, "published_at_micros": of.published_at_micros,
    })
}

fn parts(of: Option<&pb::CaseParts>) -> Value {
    let of = of.copied().unwrap_or_default();
    json!({
        "transition_pence": of.transition_pence, "dual_running_pence": of.dual_running_pence,
        "stranded_pence": of.stranded_pence, "saving_pence": of.saving_pence, "stated_pence": of.stated_pence,
    })
}

fn appraisal(of: &pb::CaseAppraisal) -> Value {
    json!({
        "organisation": of.organisation, "provider": of.provider, "npv_pence": of.npv_pence, "low_pence": of.low_pence,
        "high_pence": of.high_pence, "biased_pence": of.biased_pence, "payback_milli": of.payback_milli,
        "discounted_payback_milli": of.discounted_payback_milli, "peak_cash_pence": of.peak_cash_pence,
        "peak_month": of.peak_month, "benefits_may_fall_ppm": of.benefits_may_fall_ppm,
        "costs_may_rise_ppm": of.costs_may_rise_ppm, "parts": parts(of.parts.as_ref()),
        "service_milli": of.service_milli, "local_service_milli": of.local_service_milli,
    })
}

fn option(of: &pb::CaseOption) -> Value {
    json!({
        "option": of.option, "title": of.title, "total": of.total.as_ref().map(appraisal),
        "organisations": of.organisations.iter().map(appraisal).collect::<Vec<_>>(),
        "annual_cost_pence": of.annual_cost_pence, "broken_rules": of.broken_rules,
    })
}

fn month(of: &pb::CaseMonth) -> Value {
    json!({
        "month": of.month, "planned_pence": of.planned_pence, "low_pence": of.low_pence, "high_pence": of.high_pence,
        "parts": parts(of.parts.as_ref()), "attested_pence": of.attested_pence, "reforecast_pence": of.reforecast_pence,
    })
}

fn assignment(of: &pb::CaseAssignment) -> Value {
    let served: serde_json::Map<String, Value> =
        of.organisations.iter().map(|it| (it.organisation.clone(), json!(it.provider))).collect();
    json!({ "organisations": served, "cost_pence": of.cost_pence, "proven": !of.unproven })
}

fn delivered(of: &pb::CaseDelivered) -> Value {
    json!({
        "organisation": of.organisation, "planned_pence": of.planned_pence, "attested_pence": of.attested_pence,
        "realised_ppm": of.realised_ppm, "npv_pence": of.npv_pence, "low_pence": of.low_pence, "high_pence": of.high_pence,
        "stranded_to_come_pence": of.stranded_to_come_pence,
    })
}

fn reforecast(of: &pb::CaseReforecast) -> Value {
    let past = |it: &pb::CaseHistory| json!({ "month": it.month, "npv_pence": it.npv_pence, "attested_pence": it.attested_pence });
    json!({
        "as_of": of.as_of, "total": of.total.as_ref().map(delivered),
        "organisations": of.organisations.iter().map(delivered).collect::<Vec<_>>(),
        "history": of.history.iter().map(past).collect::<Vec<_>>(), "planned_decay_ppm": of.planned_decay_ppm,
        "observed_decay_ppm": of.observed_decay_ppm, "caveats": of.caveats,
    })
}

/// A case as JSON.
fn whole(of: &pb::GetCaseResponse) -> Value {
    let rule = |it: &pb::CaseRule| json!({ "rule": it.rule, "costs_pence": it.costs_pence, "without": it.without.as_ref().map(assignment) });
    let shared = |it: &pb::CaseSharing| json!({ "provider": it.provider, "sharing": it.sharing.as_ref().map(sharing::document) });
    json!({
        "case": of.case.as_ref().map(head), "options": of.options.iter().map(option).collect::<Vec<_>>(),
        "option": of.option, "months": of.months.iter().map(month).collect::<Vec<_>>(),
        "reforecast": of.reforecast.as_ref().map(reforecast), "cheapest": of.cheapest.as_ref().map(assignment),
        "all_local_pence": of.all_local_pence, "rules": of.rules.iter().map(rule).collect::<Vec<_>>(),
        "sharing": of.sharing.iter().map(shared).collect::<Vec<_>>(), "driver": of.driver,
    })
}
