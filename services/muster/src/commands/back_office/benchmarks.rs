//! `muster back-office benchmarks`

use muster_backoffice::domain::figure::{decimal, divide_i64, pounds};
use muster_proto::backoffice::v1 as pb;
use serde_json::{Value, json};

use super::words::BenchmarksArgs;
use crate::{cli::Shared, connect::Clients, exit::Failure, output};

/// Prints benchmarks.
pub(super) async fn run(args: BenchmarksArgs, shared: &Shared, clients: &Clients) -> Result<(), Failure> {
    let BenchmarksArgs { function, organisation, year } = args;
    let request = clients.request(pb::ListBenchmarksRequest { function, organisation, year });
    let found = clients.backoffice().list_benchmarks(request).await?.into_inner();
    if shared.json {
        return Ok(output::json(&json!({
            "rows": found.rows.iter().map(row).collect::<Vec<_>>(),
            "peers": found.peers.iter().map(peers).collect::<Vec<_>>(),
            "national": found.national.iter().map(national).collect::<Vec<_>>(),
        }))?);
    }
    print(&found)
}

fn row(of: &pb::BenchmarkRow) -> Value {
    let questions: Vec<Value> =
        of.questions.iter().map(|it| json!({ "question": it.question, "text": it.text })).collect();
    json!({
        "organisation": of.organisation, "financial_year_ending": of.year, "function": of.function,
        "driver": of.driver, "cost_pence": of.cost_pence, "volume_milli": of.volume_milli, "fte_milli": of.fte_milli,
        "income_pence": of.income_pence, "cost_per_driver_centipence": of.cost_per_driver_centipence,
        "drivers_per_fte_milli": of.drivers_per_fte_milli,
        "cost_per_100_income_centipence": of.cost_per_100_income_centipence,
        "service_level_milli": of.service_level_milli, "service_measure": of.service_measure,
        "quartile": (of.quarter > 0).then_some(of.quarter), "questions": questions, "source": of.source,
        "import_id": of.import_id,
    })
}

fn peers(of: &pb::BenchmarkPeers) -> Value {
    let quartiles = |it: Option<pb::Quartiles>| {
        it.map(|it| json!({ "lower": it.lower, "median": it.median, "upper": it.upper }))
    };
    json!({
        "function": of.function, "driver": of.driver, "financial_year_ending": of.year,
        "organisations": of.organisations, "ranked": of.ranked,
        "cost_per_driver_centipence": quartiles(of.cost_per_driver_centipence),
        "drivers_per_fte_milli": quartiles(of.drivers_per_fte_milli),
        "service_level_milli": quartiles(of.service_level_milli),
    })
}

fn national(of: &pb::NationalFigure) -> Value {
    json!({
        "function": of.function, "driver": of.driver, "measure": of.measure, "amount_centi": of.amount_centi,
        "unit": of.unit, "year": of.year, "scope": of.scope, "source": of.source, "verified": of.verified,
    })
}

fn print(found: &pb::ListBenchmarksResponse) -> Result<(), Failure> {
    let or = |text: Option<String>| text.unwrap_or_else(|| "not given".into());
    // 1/100 pence to pence: once, for people
    let shown = |value: i64| pounds(divide_i64(value.into(), 100));
    let rows: Vec<Vec<String>> = found
        .rows
        .iter()
        .map(|it| {
            vec![
                it.organisation.clone(),
                it.year.to_string(),
                it.function.clone(),
                it.driver.clone(),
                shown(it.cost_per_driver_centipence),
                or(it.drivers_per_fte_milli.map(|it| decimal(divide_i64(it.into(), 1_000), 0))),
                or(it.cost_per_100_income_centipence.map(shown)),
                or(it.service_level_milli.map(|it| decimal(it, 3))),
                if it.quarter == 0 { "not ranked".into() } else { it.quarter.to_string() },
            ]
        })
        .collect();
    let header = [
        "organisation",
        "year",
        "function",
        "driver",
        "each",
        "per fte",
        "per 100 income",
        "service",
        "quartile of cost",
    ];
    output::table(&header, &rows)?;
    for it in &found.rows {
        for question in &it.questions {
            output::line(&format!("{} {} {}: {}", it.organisation, it.function, it.year, question.text))?;
        }
    }
    output::line("\nnational figures, as published")?;
    for it in &found.national {
        let amount = pounds(it.amount_centi);
        output::line(&format!(
            "  {} {}: {amount} {}, {}, {}",
            it.function, it.measure, it.unit, it.year, it.source
        ))?;
    }
    Ok(())
}
