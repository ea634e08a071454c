//! Staff of trusts as the contract has it.

use muster_kit::{Error, Result};
use muster_proto::staffing::v1 as pb;

use super::{DEFAULT_DRAWS, interval};
use crate::{
    app::{
        forecast_trusts::{Asked, Made},
        list_trust_workforce::Workforce,
    },
    domain::{
        forecast::{TRUSTS_ENGINE, TrustEvidence, TrustRow, TrustSpec},
        parameters::Parameter,
        trusts::TrustGroup,
    },
    store::trusts::Count,
};

/// Years ahead of a forecast that names none.
const DEFAULT_YEARS: u32 = 5;

/// A group; unspecified for one that is not forecast.
pub(crate) fn group(of: Option<TrustGroup>) -> pb::TrustGroup {
    match of {
        None => pb::TrustGroup::Unspecified,
        Some(TrustGroup::Nurses) => pb::TrustGroup::Nurses,
        Some(TrustGroup::Doctors) => pb::TrustGroup::Doctors,
    }
}

/// Counts.
pub(crate) fn workforce(of: Workforce) -> pb::ListTrustWorkforceResponse {
    let (counts, page) = of.page.map(count).split();
    pb::ListTrustWorkforceResponse {
        counts,
        page,
        unknown_groups: of.unknown_groups,
        months: of.months,
        newest_fte_milli: of.newest.milli(),
        sources: of.sources,
    }
}

fn count(row: Count) -> pb::TrustCount {
    pb::TrustCount {
        group: group(TrustGroup::of_publisher(&row.staff_group)).into(),
        organisation: row.organisation,
        name: row.name,
        staff_group: row.staff_group,
        month: row.month,
        fte_milli: row.fte_milli,
        import_id: row.import_id,
    }
}

/// What is asked of a forecast.
///
/// # Errors
/// Bad request when there is no such group.
pub(crate) fn asked(of: &pb::ForecastTrustsRequest) -> Result<Asked> {
    let groups = match pb::TrustGroup::try_from(of.group) {
        Ok(pb::TrustGroup::Unspecified) => TrustGroup::ALL.to_vec(),
        Ok(pb::TrustGroup::Nurses) => vec![TrustGroup::Nurses],
        Ok(pb::TrustGroup::Doctors) => vec![TrustGroup::Doctors],
        Err(_) => return Err(Error::bad_request(format!("group {} of trusts is not known", of.group))),
    };
    let spec = |group: TrustGroup| TrustSpec {
        group,
        years: if of.years == 0 { DEFAULT_YEARS } else { of.years },
        draws: if of.draws == 0 { DEFAULT_DRAWS } else { of.draws },
        seed: of.seed,
        need_growth_ppm: of.need_growth_ppm,
    };
    Ok(Asked {
        organisation: of.organisation.trim().to_ascii_uppercase(),
        specs: groups.into_iter().map(spec).collect(),
    })
}

/// A forecast.
pub(crate) fn forecast(of: Made) -> pb::ForecastTrustsResponse {
    let (mut rows, mut evidence) = (Vec::new(), Vec::new());
    for (spec, made) in &of.forecasts {
        let group = group(Some(spec.group));
        rows.extend(made.rows.iter().map(|row| forecast_row(row, group)));
        evidence.extend(made.evidence.iter().map(|of| evidence_of(of, group)));
    }
    let hashes: Vec<&str> = of.forecasts.iter().map(|(_, made)| made.inputs_sha256.as_str()).collect();
    pb::ForecastTrustsResponse {
        rows,
        evidence,
        parameters: of.parameters.iter().map(parameter).collect(),
        findings: of.findings,
        caveats: of.caveats,
        left_out: of.left_out,
        engine: TRUSTS_ENGINE.to_owned(),
        inputs_sha256: hashes.join(" "),
        sources: of.sources,
        need_growth_ppm: of.forecasts.first().map_or(0, |(_, made)| made.need_growth_ppm),
    }
}

fn forecast_row(row: &TrustRow, group: pb::TrustGroup) -> pb::TrustForecastRow {
    pb::TrustForecastRow {
        organisation: row.code.clone(),
        level: if row.code.is_empty() { "together" } else { "trust" }.to_owned(),
        name: row.name.clone(),
        group: group.into(),
        month: row.month.to_string(),
        supply_milli: Some(interval(row.supply)),
        wanted_milli: row.wanted_milli,
        shortfall_milli: Some(interval(row.shortfall)),
        short_ppm: row.short_ppm,
    }
}

fn evidence_of(of: &TrustEvidence, group: pb::TrustGroup) -> pb::TrustEvidence {
    pb::TrustEvidence {
        organisation: of.known.code.clone(),
        group: group.into(),
        first_month: of.known.first.0.to_string(),
        last_month: of.known.last.0.to_string(),
        first_milli: of.known.first.1.milli(),
        last_milli: of.known.last.1.milli(),
        counts: of.known.counts,
        observed_ppm: of.observed_ppm,
        observed_sd_ppm: of.observed_sd_ppm,
        growth_ppm: of.growth_ppm,
        growth_sd_ppm: of.growth_sd_ppm,
        weight_ppm: of.weight_ppm,
    }
}

fn parameter(of: &Parameter) -> pb::TrustParameter {
    pb::TrustParameter {
        name: of.name.clone(),
        value: of.value,
        low: of.low,
        high: of.high,
        unit: of.unit.clone(),
        source: of.source.clone(),
        prior: of.prior,
    }
}
