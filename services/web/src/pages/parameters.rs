//! `/parameters`: what the forecast assumes, each value with its source.

use askama::Template;
use axum::{Extension, extract::State};
use muster_kit::{Actor, Result};
use muster_proto::staffing::v1 as staffing;

use super::page;
use crate::{
    calls::Caller,
    deps::Deps,
    failure::PageResult,
    figures,
    shell::Shell,
    table::{Cell, Table},
};

#[derive(Template)]
#[template(path = "parameters.html")]
struct Parameters {
    shell: Shell,
    table: Table,
}

pub(crate) async fn parameters(State(deps): State<Deps>, Extension(actor): Extension<Actor>) -> PageResult {
    let table = table(&Caller::new(&deps, &actor)).await?;
    page(&Parameters { shell: Shell::new("What a forecast assumes", "/forecasts"), table })
}

/// The parameters as a table.
pub(crate) async fn table(caller: &Caller<'_>) -> Result<Table> {
    let table = Table::new("parameters", "Parameters")
        .text("Parameter", "name")
        .number("Value", "value")
        .number("80% interval", "80_percent_interval")
        .text("Source", "source")
        .text("From", "valid_from")
        .empty("No parameter is known.");
    let row = |parameter: &staffing::Parameter| {
        let shown = |value: i64| in_unit(value, &parameter.unit);
        vec![
            Cell::text(parameter.name.clone()).tagged(parameter.prior.then_some("judgement")),
            Cell::number(shown(parameter.value), format!("{} {}", parameter.value, parameter.unit)),
            Cell::number(
                format!("{} to {}", shown(parameter.low), shown(parameter.high)),
                format!("{} to {} {}", parameter.low, parameter.high, parameter.unit),
            ),
            Cell::text(parameter.source.clone()),
            Cell::text(figures::date(&parameter.valid_from)),
        ]
    };
    let rows: Vec<Vec<Cell>> = caller.parameters().await?.iter().map(row).collect();
    Ok(table.csv("/csv/parameters.csv").rows(rows))
}

fn in_unit(value: i64, unit: &str) -> String {
    match unit {
        "ppm" => figures::percent(value),
        "milli" => figures::plain_milli(value),
        "pence" => figures::pounds(value),
        other => format!("{} {other}", figures::count(value)),
    }
}
