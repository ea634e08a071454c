//! A forecast was published elsewhere: its gaps are kept, so that the cover that they would need can be worked out.

use muster_kit::{Error, Event, Result, UnitOfWork};
use muster_proto::staffing::v1::{ForecastPublished, Role};

use crate::store::gaps::{self, Gap, Head};

/// Keeps the gaps of a forecast, unless a later one of its scenario and area is there.
///
/// # Errors
/// Bad request when the event names no run; what the database says.
pub(crate) async fn heard_forecast(uow: &UnitOfWork, event: &Event, told: ForecastPublished) -> Result<()> {
    let run = told.run.ok_or_else(|| Error::bad_request("the forecast names no run"))?;
    let spec = run.spec.unwrap_or_default();
    let org = uow.scope().as_str().to_owned();
    let rows = told.rows.into_iter().map(|row| {
        let gap = row.gap_milli.unwrap_or_default();
        Gap {
            org: org.clone(),
            scenario: spec.scenario.clone(),
            area: spec.area.clone(),
            role: role(row.role()),
            level: row.level,
            node: row.node,
            name: row.name,
            year: row.year.into(),
            p10: gap.p10,
            p50: gap.p50,
            p90: gap.p90,
            placeholder: row.placeholder.into(),
        }
    });
    let rows: Vec<Gap> = rows.collect();
    let head = Head {
        org,
        scenario: spec.scenario,
        area: spec.area,
        run_id: run.run_id,
        version: told.version,
        published_at: event.occurred_at_micros,
        event_id: event.id.to_string(),
    };
    gaps::put(uow, head, rows).await?;
    Ok(())
}

/// A role as the cover rules name it: `nurse`, `direct-patient-care`.
fn role(role: Role) -> String {
    role.as_str_name().trim_start_matches("ROLE_").to_ascii_lowercase().replace('_', "-")
}
