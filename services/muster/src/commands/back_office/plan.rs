//! `muster back-office plan`

use muster_backoffice::domain::figure::pounds;
use muster_proto::{backoffice::v1 as pb, common::v1::PageRequest};
use serde_json::{Value, json};

use super::claims;
use crate::{cli::Shared, connect::Clients, exit::Failure, output};

/// Prints plan lines.
pub(super) async fn run(nature: String, shared: &Shared, clients: &Clients) -> Result<(), Failure> {
    let (mut lines, mut token) = (Vec::new(), String::new());
    loop {
        let page = Some(PageRequest { size: 1_000, token });
        let request = clients.request(pb::ListPlanLinesRequest { nature: nature.clone(), page });
        let answer = clients.backoffice().list_plan_lines(request).await?.into_inner();
        lines.extend(answer.lines);
        token = answer.page.unwrap_or_default().next_token;
        if token.is_empty() {
            break;
        }
    }
    if shared.json {
        let lines: Vec<Value> = lines.iter().map(document).collect();
        return Ok(output::json(&json!({ "lines": lines }))?);
    }
    table(&lines)
}

/// A plan line as JSON.
pub(super) fn document(of: &pb::PlanLine) -> Value {
    let pence = of.pence.unwrap_or_default();
    json!({
        "line": of.line_id, "nature": of.nature, "title": of.title, "scope": of.scope, "of": of.of,
        "financial_year_ending": of.year, "base_year": of.base_year, "version": of.version,
        "pence": { "p10": pence.p10, "p50": pence.p50, "p90": pence.p90 },
        "evidence": claims::evidence(&of.evidence.clone().unwrap_or_default()),
    })
}

/// Plan lines as a table.
pub(super) fn table(lines: &[pb::PlanLine]) -> Result<(), Failure> {
    let rows: Vec<Vec<String>> = lines
        .iter()
        .map(|it| {
            let pence = it.pence.unwrap_or_default();
            vec![
                it.nature.clone(),
                it.of.clone(),
                it.title.clone(),
                it.year.to_string(),
                pounds(pence.p50),
                pounds(pence.p10),
                pounds(pence.p90),
            ]
        })
        .collect();
    Ok(output::table(&["nature", "of", "line", "year", "pounds", "low", "high"], &rows)?)
}
