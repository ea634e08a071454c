//! Figures of the latest forecasts, for an edition.

use std::collections::BTreeSet;

use muster_kit::{
    Action, Actor, Resource, Result,
    figures::{event, financial_year, page},
    page::{Page, Paged},
};
use muster_proto::common::v1::Figure;

use super::{Deps, export_forecast::node_rows};
use crate::{
    domain::{
        disclosure::without_small,
        forecast::{Interval, Row},
    },
    store::runs::{self, Model},
};

/// Supply, demand, gap, shortfall and what the gap would cost, at every node above practice, of the latest run of each scenario and
/// area. Practices are left out: their figures are in the run, which can be made again to the bit.
///
/// # Errors
/// Forbidden, or what the database says.
pub(crate) async fn list_figures(deps: &Deps, actor: &Actor, wanted: &Page) -> Result<Paged<Figure>> {
    deps.permit(actor, Action::Read, Resource::all("forecast")).await?;
    let mut figures = Vec::new();
    for run in runs::latest_each(deps.db.read(), &actor.scope()).await? {
        let rows = node_rows(deps, actor, &run.run_id).await?;
        let (shown, _) = without_small(rows.clone());
        let shown: BTreeSet<(String, i32)> = shown.iter().map(|row| (place(row), row.year)).collect();
        let public = |row: &Row| shown.contains(&(place(row), row.year));
        figures.extend(rows.iter().flat_map(|row| of_row(&run, row, public(row))));
    }
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
    measures.into_iter().map(figure).collect()
}
