//! The standing backtest as the contract has it.

use muster_kit::Result;
use muster_proto::staffing::v1 as pb;

use super::{DEFAULT_DRAWS, role, wanted_roles};
use crate::{
    app::run_backtest,
    domain::{
        backtest,
        forecast::{Level, Spec},
        units::millionths,
    },
};

/// What a backtest is asked, before its file.
///
/// # Errors
/// Bad request for a role that there is none of.
pub(crate) fn backtest_request(spec: pb::BacktestSpec) -> Result<run_backtest::Request> {
    let roles = wanted_roles(&spec.roles)?;
    let area = if spec.area.trim().is_empty() { "SEL" } else { spec.area.trim() };
    Ok(run_backtest::Request {
        area: area.to_owned(),
        origins: spec.origins,
        draws: if spec.draws == 0 { DEFAULT_DRAWS } else { spec.draws },
        seed: spec.seed,
        roles: if roles.is_empty() { Spec::ROLES.to_vec() } else { roles },
        groupings_as_of: spec.groupings_as_of,
        threads: spec.threads,
        truth: None,
    })
}

/// What a backtest gives.
pub(crate) fn backtest_result(result: &run_backtest::Backtest, elapsed_micros: i64) -> pb::BacktestResult {
    let england = result.area.eq_ignore_ascii_case("england");
    pb::BacktestResult {
        area: result.area.clone(),
        engine: crate::domain::forecast::ENGINE.to_owned(),
        rows: result.rows.iter().map(|row| backtest_row(row, england)).collect(),
        elapsed_micros,
        caveats: result.caveats.clone(),
    }
}

fn backtest_row(row: &backtest::Row, england: bool) -> pb::BacktestRow {
    let level = if england && row.level == Level::System { "england" } else { row.level.name() };
    pb::BacktestRow {
        origin: row.origin.unwrap_or_default(),
        role: role(row.role).into(),
        level: level.to_owned(),
        horizon: row.horizon,
        n: row.n,
        wape_ppm: millionths(row.wape),
        wape_last_value_ppm: millionths(row.wape_last_value),
        mase_ppm: row.mase.map(millionths),
        crps_micro: millionths(row.crps),
        crps_last_value_micro: millionths(row.crps_last_value),
        coverage80_ppm: millionths(row.coverage80),
        coverage95_ppm: millionths(row.coverage95),
        no_better_than_last_value: row.no_better_than_last_value(),
    }
}
