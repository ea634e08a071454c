//! Trackers.

use muster_kit::{Error, Result};
use muster_proto::backoffice::v1 as pb;

use super::schemes;
use crate::{
    app::{preview_tracker::Found, tracker::text_of},
    domain::Word as _,
    import::{SchemeMonth, ToldColumn, TotalCompared},
};

/// Schemes and months that a preview shows.
const FIRST: usize = 20;

fn column(of: &ToldColumn) -> pb::TrackerColumn {
    let it = &of.column;
    pb::TrackerColumn {
        column: u32::try_from(it.column).unwrap_or(u32::MAX),
        header: it.header.clone(),
        field: it.field.word().to_owned(),
        month: it.month.map(|month| month.to_string()).unwrap_or_default(),
        measure: it.measure.map(|measure| measure.word().to_owned()).unwrap_or_default(),
        reason: of.reason.clone(),
        certainty_percent: of.certainty.into(),
    }
}

fn month(of: &SchemeMonth) -> pb::SchemeMonth {
    pb::SchemeMonth {
        scheme: of.scheme.clone(),
        organisation: of.organisation.clone(),
        month: of.month.to_string(),
        plan_pence: of.figures.plan,
        forecast_pence: of.figures.forecast,
        actual_pence: of.figures.actual,
    }
}

fn total(of: &TotalCompared) -> pb::TrackerTotal {
    pb::TrackerTotal {
        line: of.line,
        column: of.column.clone(),
        stated_pence: of.stated,
        computed_pence: of.computed,
        of: of.of.clone(),
        agrees: of.agrees,
    }
}

/// A preview.
///
/// # Errors
/// Internal when the mapping cannot be written.
pub(crate) fn preview(of: Found) -> Result<pb::PreviewTrackerResponse> {
    let outcome = Some(of.outcome);
    let Some((read, prepared)) = of.read else {
        return Ok(pb::PreviewTrackerResponse { outcome, ..pb::PreviewTrackerResponse::default() });
    };
    let proposal = &read.proposal;
    Ok(pb::PreviewTrackerResponse {
        mapping: text_of(&proposal.mapping).map_err(|found| Error::internal(found.problem))?,
        columns: proposal.columns.iter().map(column).collect(),
        unit_reason: proposal.unit_reason.clone(),
        schemes: prepared.schemes.iter().take(FIRST).map(|it| schemes::scheme(&it.value)).collect(),
        months: prepared.months.iter().take(FIRST).map(|it| month(&it.value)).collect(),
        totals: read.tracker.totals.iter().map(total).collect(),
        outcome,
        lines_left_out: read.tracker.left_out,
        sheets: read.sheets,
    })
}
