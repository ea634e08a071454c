//! A finished run as a file.

mod book;

use muster_kit::{Action, Actor, Error, Resource, Result, clock, page::Page};
use muster_proto::common::v1::Provenance;
use serde_json::{Value, json};

use super::{Deps, get_forecast::get_forecast};
use crate::{
    domain::{
        disclosure::without_small,
        forecast::{Interval, Level, Row, SINGLE},
        overrides::{in_force, overridden},
        parameters::ParameterSet,
        scenario::{self, Scenario},
    },
    proto,
    store::{
        overrides,
        rows::{self, Wanted},
        runs::{Model, State},
    },
};

/// Rows read at a time.
const PAGE: u64 = 10_000;

/// A form of file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    /// One table.
    Csv,
    /// A sheet a level, and one of provenance.
    Xlsx,
    /// The run's full document.
    Json,
}

impl Format {
    /// The form of that name.
    ///
    /// # Errors
    /// Bad request when there is none.
    pub(crate) fn named(name: &str) -> Result<Self> {
        match name {
            "csv" => Ok(Self::Csv),
            "xlsx" => Ok(Self::Xlsx),
            "json" => Ok(Self::Json),
            _ => Err(Error::bad_request(format!("a run can be had as csv, xlsx or json, not as `{name}`"))),
        }
    }

    fn ending(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
            Self::Json => "json",
        }
    }
}

/// A run with everything that is known of it.
pub(crate) struct Whole {
    pub(crate) run: Model,
    pub(crate) scenario: Scenario,
    pub(crate) sources: Vec<Provenance>,
    pub(crate) rows: Vec<Row>,
    /// With the overrides that held when it ran.
    pub(crate) parameters: ParameterSet,
    /// What others may not see, a sentence each.
    pub(crate) left_out: Vec<String>,
}

/// Name and bytes of the file; of the latest finished run when the id is empty. What is for others holds no small counts.
///
/// # Errors
/// Forbidden; not found when there is no such run; bad request when it has not finished.
pub(crate) async fn export_forecast(
    deps: &Deps,
    actor: &Actor,
    run_id: &str,
    (format, for_others): (Format, bool),
) -> Result<(String, Vec<u8>)> {
    deps.permit(actor, Action::Read, Resource::new("forecast", run_id)).await?;
    let run = get_forecast(deps, actor, run_id).await?;
    if run.state != State::Finished as i32 {
        return Err(Error::bad_request("the forecast has not finished: there is nothing to export"));
    }
    let ids: Vec<String> = run.sources.split(',').filter(|id| !id.is_empty()).map(str::to_owned).collect();
    let sources = deps.provenance(actor, &ids).await?;
    let scenario = proto::request_of(&run)?.spec.scenario;
    let rows = all_rows(deps, actor, &run.run_id).await?;
    let name = format!(
        "muster-forecast-{}-{}-{}.{}",
        run.area.to_lowercase(),
        run.scenario,
        run.run_id,
        format.ending()
    );
    let signed = overrides::all(deps.db.read(), &actor.scope()).await?;
    let holding = in_force(&signed, run.started_at, clock::date_of(run.started_at));
    let (parameters, _) = overridden(ParameterSet::shipped(), &holding);
    let (mut run, mut scenario) = (run, scenario);
    let (rows, left_out) = if for_others {
        // what speaks of single practices or a few people stays here too
        let kept = run.caveats.lines().filter(|line| !line.starts_with(SINGLE));
        run.caveats = kept.collect::<Vec<_>>().join("\n");
        scenario.closures.clear();
        without_small(rows)
    } else {
        (rows, Vec::new())
    };
    let whole = Whole { run, scenario, sources, rows, parameters, left_out };
    let made = tokio::task::spawn_blocking(move || match format {
        Format::Csv => csv(&whole),
        Format::Xlsx => {
            book::xlsx(&whole).map_err(|error| Error::internal("writing the book failed").with_source(error))
        }
        Format::Json => Ok(format!("{:#}\n", document(&whole)).into_bytes()),
    });
    Ok((name, made.await.map_err(|error| Error::internal("writing the file stopped").with_source(error))??))
}

/// All rows of a run.
///
/// # Errors
/// What the database says.
pub(crate) async fn all_rows(deps: &Deps, actor: &Actor, run_id: &str) -> Result<Vec<Row>> {
    rows_until(deps, actor, run_id, |_| false).await
}

/// The rows of a run above the practice: they stand first.
///
/// # Errors
/// What the database says.
pub(crate) async fn node_rows(deps: &Deps, actor: &Actor, run_id: &str) -> Result<Vec<Row>> {
    let mut rows = rows_until(deps, actor, run_id, |last: &Row| last.level == Level::Practice).await?;
    rows.retain(|row| row.level != Level::Practice);
    Ok(rows)
}

/// Pages of rows, up to one whose last row says that it is enough.
async fn rows_until(
    deps: &Deps,
    actor: &Actor,
    run_id: &str,
    enough: impl Fn(&Row) -> bool,
) -> Result<Vec<Row>> {
    let mut found = Vec::new();
    let mut page = Page { size: PAGE, after: String::new() };
    loop {
        let part = rows::page(deps.db.read(), &actor.scope(), run_id, &Wanted::default(), &page).await?;
        found.extend(part.rows);
        if part.next_token.is_empty() || found.last().is_some_and(&enough) {
            return Ok(found);
        }
        page.after = (found.len() - 1).to_string();
    }
}

/// Columns of a row after its names: FTE, shares, pounds, patients, each with its interval.
const COLUMNS: [&str; 18] = [
    "supply_fte_p10",
    "supply_fte_p50",
    "supply_fte_p90",
    "demand_fte_p10",
    "demand_fte_p50",
    "demand_fte_p90",
    "gap_fte_p10",
    "gap_fte_p50",
    "gap_fte_p90",
    "shortfall_share_p10",
    "shortfall_share_p50",
    "shortfall_share_p90",
    "gap_cost_pounds_p10",
    "gap_cost_pounds_p50",
    "gap_cost_pounds_p90",
    "list_patients_p10",
    "list_patients_p50",
    "list_patients_p90",
];

/// The figures of a row with how many of their last digits are decimals.
fn figures(row: &Row) -> impl Iterator<Item = (i64, u32)> {
    let of = [
        (row.supply, 3),
        (row.demand, 3),
        (row.gap, 3),
        (row.shortfall_ppm, 6),
        (row.cost_pence, 2),
        (row.list, 3),
    ];
    of.into_iter()
        .flat_map(|(Interval { p10, p50, p90 }, digits)| [p10, p50, p90].map(|value| (value, digits)))
}

/// An integer of so many decimals as text, exactly.
fn decimal(value: i64, digits: u32) -> String {
    let unit = 10_u64.pow(digits);
    let (whole, part) = (value.unsigned_abs() / unit, value.unsigned_abs() % unit);
    let sign = if value < 0 { "-" } else { "" };
    format!("{sign}{whole}.{part:0width$}", width = digits as usize)
}

fn csv(whole: &Whole) -> Result<Vec<u8>> {
    let failed = |error: csv::Error| Error::internal("writing the table failed").with_source(error);
    let mut writer = csv::Writer::from_writer(Vec::new());
    let names = ["run_id", "level", "node", "name", "role", "year", "placeholder"];
    writer.write_record(names.iter().chain(&COLUMNS)).map_err(failed)?;
    for row in &whole.rows {
        let names = [
            whole.run.run_id.clone(),
            row.level.name().to_owned(),
            row.node.to_string(),
            row.name.to_string(),
            row.role.name().to_owned(),
            row.year.to_string(),
            if row.placeholder { "yes" } else { "no" }.to_owned(),
        ];
        let figures = figures(row).map(|(value, digits)| decimal(value, digits));
        writer.write_record(names.into_iter().chain(figures)).map_err(failed)?;
    }
    writer
        .into_inner()
        .map_err(|error| Error::internal("writing the table failed").with_source(error.to_string()))
}

/// What a reader must have to trust and repeat the run, name and value.
fn provenance(whole: &Whole) -> Vec<(String, String)> {
    let run = &whole.run;
    let pair = |name: &str, value: String| (name.to_owned(), value);
    let mut all = vec![
        pair("run", run.run_id.clone()),
        pair("area", run.area.clone()),
        pair("base year", run.base_year.to_string()),
        pair("last year", run.to_year.to_string()),
        pair("scenario", format!("{} (version {})", whole.scenario.name, whole.scenario.version)),
        pair("draws", run.draws.to_string()),
        pair("seed", run.seed.clone()),
        pair("groupings as of", run.groupings_as_of.clone()),
        pair("lists", if run.list_weighting == 2 { "weighted by age and sex" } else { "plain" }.to_owned()),
        pair("deprivation", if run.deprivation { "counts" } else { "does not count" }.to_owned()),
        pair("patients", if run.patients == 2 { "residents" } else { "registered" }.to_owned()),
        pair(
            "prices",
            match run.price_year {
                0 => "of the year of each unit cost".to_owned(),
                year => format!("of the financial year ending {year}"),
            },
        ),
        pair("engine", run.engine.clone()),
        pair("inputs SHA-256", run.inputs_sha256.clone()),
        pair("started by", run.actor.clone()),
        pair("to make it again", format!("muster staffing reproduce {}", run.run_id)),
        pair(
            "units",
            "FTE; shares of demand; pounds a year; patients. p10, p50, p90 are percentiles over the draws"
                .into(),
        ),
    ];
    for source in &whole.sources {
        let text = format!("{}, SHA-256 {}, import {}", source.source, source.sha256, source.reference_id);
        all.push(pair("source", text));
    }
    all.extend(whole.left_out.iter().map(|what| pair("left out", what.clone())));
    all.extend(run.caveats.lines().map(|caveat| pair("note", caveat.to_owned())));
    all
}

/// The run's full document: what was asked, with which parameters and scenario, and every row.
fn document(whole: &Whole) -> Value {
    let interval = |of: Interval| json!({ "p10": of.p10, "p50": of.p50, "p90": of.p90 });
    let rows: Vec<Value> = whole
        .rows
        .iter()
        .map(|row| {
            json!({
                "level": row.level.name(), "node": row.node, "name": row.name, "role": row.role.name(),
                "year": row.year, "placeholder": row.placeholder, "supply_milli": interval(row.supply),
                "demand_milli": interval(row.demand), "gap_milli": interval(row.gap),
                "shortfall_ppm": interval(row.shortfall_ppm), "cost_pence": interval(row.cost_pence),
                "list_milli": interval(row.list),
            })
        })
        .collect();
    let parameters: Vec<Value> = whole
        .parameters
        .list()
        .iter()
        .map(|of| {
            json!({
                "name": of.name, "value": of.value, "low": of.low, "high": of.high, "unit": of.unit,
                "prior": of.prior, "source": of.source, "basis": of.basis, "price_year": of.price_year,
            })
        })
        .collect();
    let about: Vec<Value> = provenance(whole).into_iter().map(|(name, value)| json!([name, value])).collect();
    let scenario: Value = serde_json::from_str(&scenario::document(&whole.scenario)).unwrap_or_default();
    json!({
        "schema": "muster-forecast-run/1", "run_id": whole.run.run_id, "engine": whole.run.engine,
        "inputs_sha256": whole.run.inputs_sha256, "about": about, "scenario": scenario,
        "parameters": parameters, "rows": rows,
    })
}

#[cfg(test)]
mod tests {
    use super::decimal;

    #[test]
    fn decimals_are_exact() {
        let cases =
            [(-1, 3, "-0.001"), (1_234_567, 3, "1234.567"), (0, 2, "0.00"), (-250_000, 6, "-0.250000")];
        for (value, digits, text) in cases {
            assert_eq!(decimal(value, digits), text);
        }
    }
}
