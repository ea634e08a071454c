//! Figures of the standing backtests, for an edition: how wrong earlier forecasts were, beside the last value.

use muster_kit::{Error, OrgScope, Result, figures::event};
use muster_proto::{
    common::v1::{Figure, FigureEvidence},
    staffing::v1 as pb,
};
use prost::Message as _;
use sea_orm::ConnectionTrait;

use crate::{
    domain::role::Role,
    proto,
    store::backtests::{self, Baseline, Kept},
};

/// Scores of every area whose backtest was made of what is known now, all origins together. One that is older says nothing of the
/// forecasts that stand, and is left out.
///
/// # Errors
/// What the database says.
pub(super) async fn backtest_figures(conn: &impl ConnectionTrait, scope: &OrgScope) -> Result<Vec<Figure>> {
    let baselines = backtests::baselines(conn, scope).await?;
    let now = backtests::text(&baselines);
    let mut figures = Vec::new();
    for kept in backtests::all(conn, scope).await?.into_iter().filter(|kept| kept.baselines == now) {
        let damaged = || Error::internal("a stored backtest is unreadable");
        let bytes = hex::decode(&kept.result).map_err(|error| damaged().with_source(error))?;
        let result =
            pb::BacktestResult::decode(bytes.as_slice()).map_err(|error| damaged().with_source(error))?;
        let (first, last) = window(&result);
        let single = result.rows.iter().all(|row| row.origin != 0);
        for row in result.rows.iter().filter(|row| row.origin == 0 || single) {
            figures.extend(of_row(&kept, row, (first, last), &baselines));
        }
    }
    Ok(figures)
}

/// First and last year that was forecast from.
fn window(result: &pb::BacktestResult) -> (i32, i32) {
    let origins = || result.rows.iter().map(|row| row.origin).filter(|origin| *origin != 0);
    (origins().min().unwrap_or_default(), origins().max().unwrap_or_default())
}

fn of_row(
    kept: &Kept,
    row: &pb::BacktestRow,
    (first, last): (i32, i32),
    baselines: &[Baseline],
) -> Vec<Figure> {
    let Some(role) = Role::ALL.into_iter().find(|it| i32::from(proto::role(*it)) == row.role) else {
        return Vec::new();
    };
    let measures = [
        ("wape", "error of the middle over what came", row.wape_ppm),
        ("wape-last-value", "error of the last value over what came", row.wape_last_value_ppm),
        ("crps-to-last-value", "error of the draws over that of the last value", ratio(row)),
        ("coverage80", "what came within the 80% interval", row.coverage80_ppm),
        ("coverage95", "what came within the 95% interval", row.coverage95_ppm),
    ];
    let ahead = if row.horizon == 1 { "a year".to_owned() } else { format!("{} years", row.horizon) };
    let verdict = if row.no_better_than_last_value { ": no better than last value" } else { "" };
    let figure = |(measure, says, value): (&str, &str, i64)| Figure {
        key: format!(
            "staffing/backtest/{}/{}/{}/{}/{measure}",
            kept.area,
            role.name(),
            row.level,
            row.horizon
        ),
        title: format!("{} at {} level, {ahead} ahead, {}: {says}", role.plural(), row.level, kept.area),
        value,
        unit: "ppm".to_owned(),
        window: format!("forecast from FY{first} to FY{last}"),
        base: format!("{} scored", row.n),
        version: kept.version.to_string(),
        source: format!(
            "standing backtest of {}, {} draws, seed {}{verdict}",
            kept.engine, kept.draws, kept.seed
        ),
        public: true,
        evidence: baselines.iter().map(recorded).collect(),
        ..Figure::default()
    };
    measures.into_iter().map(figure).collect()
}

/// Mean score of the draws over that of the last value, ppm; where the last value was right, whole.
fn ratio(row: &pb::BacktestRow) -> i64 {
    let (of, to) = (i128::from(row.crps_micro), i128::from(row.crps_last_value_micro));
    if to == 0 { 1_000_000 } else { i64::try_from((of * 1_000_000 + to / 2) / to).unwrap_or(i64::MAX) }
}

fn recorded(of: &Baseline) -> FigureEvidence {
    event("staffing.baseline.recorded", format!("{} {}", of.year, of.day), of.version)
}
