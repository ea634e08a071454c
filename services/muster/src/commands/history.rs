//! `muster staffing history`

use muster_proto::staffing::v1 as pb;
use serde_json::{Value, json};

use crate::{
    cli::{Missing, Shared},
    connect::Clients,
    exit::Failure,
    output::{self, fte, milli},
};

/// The contract's word for a way of filling.
pub(crate) fn missing_of(missing: Missing) -> pb::MissingReturns {
    match missing {
        Missing::LeaveOut => pb::MissingReturns::LeaveOut,
        Missing::BoroughMean => pb::MissingReturns::BoroughMean,
        Missing::LastValue => pb::MissingReturns::LastValue,
    }
}

/// The command line's word for a way of filling.
pub(crate) fn missing_word(missing: pb::MissingReturns) -> &'static str {
    match missing {
        pb::MissingReturns::LeaveOut => "leave-out",
        pb::MissingReturns::LastValue => "last-value",
        pb::MissingReturns::BoroughMean | pb::MissingReturns::Unspecified => "borough-mean",
    }
}

/// Runs the command.
pub(crate) async fn run(
    area: String,
    missing: Missing,
    shared: &Shared,
    clients: &Clients,
) -> Result<(), Failure> {
    let request = pb::GetHistoryRequest { area, missing_returns: missing_of(missing).into() };
    let history = clients.staffing().get_history(clients.request(request)).await?.into_inner();
    if history.rows.is_empty() {
        return Err(Failure::Failed(muster_kit::Error::not_found(
            "no workforce figures yet: import them with `muster import gp-workforce FILE`",
        )));
    }
    if shared.json {
        return Ok(output::json(&document(&history))?);
    }
    print(&history)
}

fn role(prefix: &str, role: &pb::RoleHistory, row: &mut serde_json::Map<String, Value>) {
    let mut put = |name: &str, value: i64| row.insert(format!("{prefix}_{name}"), json!(milli(value)));
    put("fte", role.fte_milli);
    put("fte_filled", role.fte_filled_milli);
    put("needed", role.needed_milli);
    put("gap", role.gap_milli);
    put("fte_without_patients", role.fte_without_patients_milli);
    row.insert(format!("{prefix}_missing_returns"), json!(role.missing_returns));
}

fn document(history: &pb::GetHistoryResponse) -> Value {
    let rows: Vec<Value> = history
        .rows
        .iter()
        .map(|row| {
            let (gp, nurse) = (row.gp.unwrap_or_default(), row.nurse.unwrap_or_default());
            let mut out = serde_json::Map::new();
            out.insert("year".into(), json!(row.year));
            out.insert("practices".into(), json!(row.practices));
            out.insert("practices_with_patients".into(), json!(row.practices_with_patients));
            out.insert("list".into(), json!(milli(row.list_milli)));
            role("gp", &gp, &mut out);
            role("nurse", &nurse, &mut out);
            let without = json!({
                "gp": milli(gp.fte_without_patients_milli), "nurse": milli(nurse.fte_without_patients_milli),
            });
            out.insert("fte_without_patients".into(), without);
            out.insert("direct_patient_care_fte".into(), json!(milli(row.direct_patient_care_fte_milli)));
            out.insert("administration_fte".into(), json!(milli(row.administration_fte_milli)));
            out.insert("gp_trainee_or_locum_fte".into(), json!(milli(row.gp_trainee_or_locum_fte_milli)));
            Value::Object(out)
        })
        .collect();
    let effects: Vec<Value> = history
        .effects
        .iter()
        .map(|effect| {
            json!({
                "missing_returns": missing_word(effect.missing_returns()),
                "gp_gap": milli(effect.gp_gap_milli), "nurse_gap": milli(effect.nurse_gap_milli),
            })
        })
        .collect();
    let sources: Vec<Value> = history
        .sources
        .iter()
        .map(|source| json!({ "source": source.source, "sha256": source.sha256, "import_id": source.reference_id }))
        .collect();
    json!({
        "area": history.area, "missing_returns": missing_word(history.missing_returns()), "rows": rows,
        "effects": effects, "sources": sources, "caveats": history.caveats, "unplaced": history.unplaced,
    })
}

fn print(history: &pb::GetHistoryResponse) -> Result<(), Failure> {
    let header = [
        "year",
        "practices",
        "with patients",
        "list",
        "GP FTE",
        "filled",
        "needed",
        "gap",
        "nurse FTE",
        "filled",
        "needed",
        "gap",
    ];
    let rows: Vec<Vec<String>> = history
        .rows
        .iter()
        .map(|row| {
            let mut cells = vec![
                row.year.to_string(),
                row.practices.to_string(),
                row.practices_with_patients.to_string(),
                format!("{:.0}", milli(row.list_milli)),
            ];
            for role in [row.gp.unwrap_or_default(), row.nurse.unwrap_or_default()] {
                let figures = [role.fte_milli, role.fte_filled_milli, role.needed_milli, role.gap_milli];
                cells.extend(figures.map(fte));
            }
            cells
        })
        .collect();
    output::table(&header, &rows)?;
    output::line(&format!(
        "\n{}: practices that did not return are filled by {}",
        history.area,
        missing_word(history.missing_returns())
    ))?;
    for effect in &history.effects {
        output::line(&format!(
            "  with {}: a gap of {} GPs and {} nurses in the last year",
            missing_word(effect.missing_returns()),
            fte(effect.gp_gap_milli),
            fte(effect.nurse_gap_milli)
        ))?;
    }
    for caveat in &history.caveats {
        output::line(&format!("  note: {caveat}"))?;
    }
    if !history.unplaced.is_empty() {
        output::line(&format!("  not placed in any area: {}", history.unplaced.join(", ")))?;
    }
    Ok(())
}
