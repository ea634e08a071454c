//! `muster agency rules KIND`

use muster_proto::{agency::v1 as pb, common::v1::PageRequest};
use serde_json::{Value, json};

use crate::{cli::Shared, connect::Clients, exit::Failure, output};

/// Rows of a page.
const PAGE: u32 = 2_000;

/// Prints rows of rules as CSV, or as JSON with where each is from.
pub(super) async fn run(
    (kind, shipped): (&str, bool),
    shared: &Shared,
    clients: &Clients,
) -> Result<(), Failure> {
    let (mut columns, mut rows, mut token) = (Vec::new(), Vec::new(), String::new());
    loop {
        let page = Some(PageRequest { size: PAGE, token });
        let request = pb::ListRulesRequest { kind: kind.to_owned(), shipped, page };
        let answer = clients.agency().list_rules(clients.request(request)).await?.into_inner();
        columns = if answer.columns.is_empty() { columns } else { answer.columns };
        rows.extend(answer.rows);
        token = answer.page.unwrap_or_default().next_token;
        if token.is_empty() {
            break;
        }
    }
    if shared.json {
        let rows: Vec<Value> = rows
            .iter()
            .map(|row| {
                let cells: serde_json::Map<String, Value> =
                    columns.iter().cloned().zip(row.values.iter().cloned().map(Value::from)).collect();
                json!({ "row": cells, "import_id": row.import_id, "recorded_at_micros": row.recorded_at_micros })
            })
            .collect();
        return Ok(output::json(&json!({ "kind": kind, "shipped": shipped, "rows": rows }))?);
    }
    let mut writer = csv::Writer::from_writer(std::io::stdout().lock());
    let failed = |error: csv::Error| Failure::from(std::io::Error::other(error));
    writer.write_record(&columns).map_err(failed)?;
    for row in &rows {
        writer.write_record(&row.values).map_err(failed)?;
    }
    Ok(writer.flush()?)
}
