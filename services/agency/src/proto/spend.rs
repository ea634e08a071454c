//! Messages of the spend table and the projection.

use muster_kit::{OrgCode, Result};
use muster_proto::{agency::v1 as pb, common::v1 as common};

use crate::{
    app::{
        get_projection::{Asked, Projected},
        get_spend_table::{Measured, Moved, Table},
    },
    domain::{
        pay::round_half_up,
        projection::{Interval, Modelled},
    },
    store::entity::spend_cell::Model,
};

/// The spend table.
///
/// # Errors
/// Internal when a stored cell cannot be read back.
pub(crate) fn table(of: Table) -> Result<pb::GetSpendTableResponse> {
    let row = |row: &Model| {
        Ok(pb::SpendTableRow {
            month: row.month.clone(),
            organisation: row.organisation.clone(),
            cell: Some(super::spend_cell(row)?),
        })
    };
    let rows: Result<Vec<_>> = of.rows.iter().map(row).collect();
    let before = of.before;
    Ok(pb::GetSpendTableResponse {
        rows: rows?,
        measures: of.measures.into_iter().map(measures).collect(),
        changes: of.changes.into_iter().map(|it| change(it, &before)).collect(),
    })
}

fn measures(of: Measured) -> pb::SpendMeasures {
    let it = of.measures;
    pb::SpendMeasures {
        organisation: of.organisation,
        month: of.month,
        agency_ppm: it.agency,
        bank_by_pounds_ppm: it.bank_by_pounds,
        bank_by_hours_ppm: it.bank_by_hours,
        bank_by_shifts_ppm: it.bank_by_shifts,
        filled_ppm: it.filled,
        filled_bank_ppm: it.filled_bank,
        filled_shared_ppm: it.filled_shared,
        filled_agency_ppm: it.filled_agency,
        unfilled_ppm: it.unfilled,
        cancelled_ppm: it.cancelled,
        over_cap_pence: of.over_cap,
        overrides: u64::try_from(of.overrides).unwrap_or_default(),
        substantive_fte_milli: of.substantive_fte,
        override_intensity_milli: intensity(of.overrides, of.substantive_fte),
    }
}

/// Overrides for each 100 FTE, in 1/1000.
fn intensity(overrides: i64, fte_milli: Option<i64>) -> Option<i64> {
    let fte = fte_milli.filter(|fte| *fte > 0)?;
    i64::try_from(round_half_up(i128::from(overrides) * 100_000_000, i128::from(fte))).ok()
}

fn change(of: Moved, (from, until): &(String, String)) -> pb::SpendChange {
    pb::SpendChange {
        organisation: of.organisation,
        staff_group: of.staff_group,
        before_from: from.clone(),
        before_until: until.clone(),
        agency_pence: of.change.agency,
        bank_pence: of.change.bank,
        displaced_pence: of.change.displaced,
        saved_pence: of.change.saved,
    }
}

/// What is asked of a projection.
///
/// # Errors
/// Bad request when the organisation is none.
pub(crate) fn asked(of: &pb::GetProjectionRequest) -> Result<Asked> {
    let threshold_ppm = if of.threshold_ppm == 0 { 500_000 } else { of.threshold_ppm };
    Ok(Asked {
        organisation: OrgCode::new(&of.organisation)?,
        until: of.until.clone(),
        threshold_ppm,
        announce: of.announce,
    })
}

fn interval(of: Interval) -> common::Interval {
    common::Interval { p10: of.p10, p50: of.p50, p90: of.p90 }
}

fn model(of: &Modelled) -> pb::ProjectionModel {
    pb::ProjectionModel {
        name: of.name.to_owned(),
        year_pence: Some(interval(of.year)),
        over_ppm: of.over_ppm,
        tried: of.tried,
        off_ppm: of.off_ppm,
        held_ppm: of.held_ppm,
        blind: of.blind,
    }
}

/// A projection.
pub(crate) fn projection(of: &Projected) -> pb::GetProjectionResponse {
    pb::GetProjectionResponse {
        organisation: of.organisation.clone(),
        year: of.year.into(),
        basis: of.basis.to_owned(),
        last_month: of.last_month.clone(),
        months_known: of.it.known,
        so_far_pence: of.it.so_far,
        year_pence: Some(interval(of.it.year)),
        ceiling_pence: of.ceiling.as_ref().map(|it| it.0),
        ceiling_source: of.ceiling.as_ref().map(|it| it.1.clone()).unwrap_or_default(),
        over_ppm: of.it.over_ppm,
        at_risk: of.at_risk,
        models: of.it.models.iter().map(model).collect(),
        caveats: of.caveats.clone(),
    }
}
