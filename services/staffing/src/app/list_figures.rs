//! Figures of the latest forecasts, for an edition.

use std::collections::BTreeSet;

use muster_kit::{
    Action, Actor, Resource, Result,
    figures::{event, financial_year, page},
    page::{Page, Paged},
};
use muster_proto::common::v1::Figure;

use super::{
    Deps,
    backtest_figures::backtest_figures,
    export_forecast::{all_rows, node_rows},
};
use crate::{
    domain::{
        disclosure::without_small,
        forecast::{Interval, Level, Row},
    },
    store::{
        rows,
        runs::{self, Model},
    },
};

/// Rows of a run with practices at most: above them, as of all England, practices stay in the run, which can be made again to the bit.
const MOST_ROWS: u64 = 40_000;

/// Of the latest run of each scenario and area: supply, demand, gap, shortfall and what the gap would cost, at every node above
/// practice, and supply and gap of practices, which are never public. Then the scores of the standing backtests.
///
/// # Errors
/// Forbidden, or what the database says.
pub(crate) async fn list_figures(deps: &Deps, actor: &Actor, wanted: &Page) -> Result<Paged<Figure>> {
    deps.permit(actor, Action::Read, Resource::all("forecast")).await?;
    let mut figures = Vec::new();
    for run in runs::latest_each(deps.db.read(), &actor.scope()).await? {
        let rows = match rows::count(deps.db.read(), &actor.scope(), &run.run_id).await? {
            0..=MOST_ROWS => all_rows(deps, actor, &run.run_id).await?,
            _ => node_rows(deps, actor, &run.run_id).await?,
        };
        let (shown, _) = without_small(rows.clone());
        let shown: BTreeSet<(String, i32)> = shown.iter().map(|row| (place(row), row.year)).collect();
        let public = |row: &Row| shown.contains(&(place(row), row.year));
        figures.extend(rows.iter().flat_map(|row| of_row(&run, row, public(row))));
    }
    figures.extend(backtest_figures(deps.db.read(), &actor.scope()).await?);
    Ok(page(figures, wanted))
}

fn place(row: &Row) -> String {
    format!("{}/{}/{}", row.level.name(), row.node, row.role.name())
}

fn of_row(run: &Model, row: &Row, public: bool) -> Vec<Figure> {
    let measures: [(&str, &str, &str, Interval); 5] = [
        ("supply", "supply", "milli", row.supply),
        ("demand", "demand", "milli", row.demand),
        ("gap", "gap", "milli", row.gap),
        ("shortfall", "gap over demand", "ppm", row.shortfall_ppm),
        ("gap-cost", "a year's cost of the gap", "pence", row.cost_pence),
    ];
    let figure = |(measure, says, unit, of): (&str, &str, &str, Interval)| Figure {
        key: format!(
            "staffing/{measure}/{}/{}/{}/{}",
            run.scenario,
            run.area,
            place(row),
            financial_year(row.year)
        ),
        title: format!("{}: {says} at {} ({})", row.role.plural(), row.name, run.scenario),
        value: of.p50,
        unit: unit.to_owned(),
        low: Some(of.p10),
        high: Some(of.p90),
        window: financial_year(row.year),
        base: financial_year(run.base_year),
        version: run.version.to_string(),
        source: format!("forecast {} by {}, seed {}", run.run_id, run.engine, run.seed),
        public,
        made_of: Vec::new(),
        evidence: vec![event(
            "staffing.forecast.published",
            format!("{} {}", run.scenario, run.area),
            run.version,
        )],
    };
    let practice = row.level == Level::Practice;
    let wanted =
        |(measure, ..): &(&str, &str, &str, Interval)| !practice || ["supply", "gap"].contains(measure);
    measures.into_iter().filter(wanted).map(figure).collect()
}
