//! `muster finance benchmark FILE`

use muster_backoffice::{
    domain::{
        Word,
        benchmark::{Measure, National, Peers, Placed, Quartiles, peers, place},
        figure::{decimal, divide_i64, pounds},
    },
    import::{BENCHMARKS, national_benchmarks, read_benchmarks},
};
use muster_kit::Error;
use serde_json::{Value, json};

use super::{number, open, refused, say};
use crate::{
    cli::{BenchmarkArgs, Shared},
    exit::Failure,
    output,
};

/// Runs the command.
pub(super) fn run(args: &BenchmarkArgs, shared: &Shared) -> Result<(), Failure> {
    if args.template {
        return Ok(output::line(BENCHMARKS.template().trim_end())?);
    }
    let Some(path) = &args.file else {
        return Err(Failure::Usage("give a FILE, or --template to see one".into()));
    };
    let national =
        national_benchmarks().map_err(|_| Error::internal("the shipped national figures are damaged"))?;
    let (rows, findings) = read_benchmarks(&open(path)?).map_err(|findings| refused(&findings))?;
    say(&findings);
    let placed = place(&rows, &national);
    let relevant: Vec<&National> = national
        .iter()
        .filter(|it| it.function == "all" || rows.iter().any(|row| row.function == it.function))
        .collect();
    if shared.json {
        let groups: Vec<Value> = peers(&rows).iter().map(|(key, it)| group(key, it)).collect();
        return Ok(output::json(&json!({
            "rows": placed.iter().map(row).collect::<Vec<_>>(), "peers": groups,
            "national": relevant.into_iter().map(figure).collect::<Vec<_>>(),
        }))?);
    }
    print(&placed, &relevant)
}

/// 1/100 pence as pounds.
fn per_unit(value: i64) -> Value {
    number(value, 4)
}

fn row(it: &Placed<'_>) -> Value {
    let (row, ratios) = (it.row, it.ratios);
    let questions: Vec<Value> =
        it.questions.iter().map(|it| json!({ "question": it.word(), "text": it.text() })).collect();
    json!({
        "organisation": row.organisation, "financial_year_ending": row.year, "function": row.function,
        "driver": row.driver, "cost_pence": row.cost, "volume": number(row.volume, 3),
        "fte": row.fte.map(|it| number(it, 3)), "income_pence": row.income, "source": row.source,
        "cost_per_driver": per_unit(ratios.cost_per_driver),
        "drivers_per_fte": ratios.drivers_per_fte.map(|it| number(it, 3)),
        "cost_per_100_income": ratios.cost_per_100_income.map(per_unit),
        "service_level": ratios.service_level.map(|it| number(it, 3)), "service_measure": row.service_measure,
        "complete": row.complete(), "quartile": it.quarter, "questions": questions,
    })
}

fn group((function, driver, year): &(String, String, i32), it: &Peers) -> Value {
    let quartiles = |it: Option<Quartiles>, places: i32| {
        it.map(|it| {
            json!({
                "lower": number(it.lower, places), "median": number(it.median, places),
                "upper": number(it.upper, places),
            })
        })
    };
    json!({
        "function": function, "driver": driver, "financial_year_ending": year,
        "organisations": it.organisations, "ranked": it.complete,
        "cost_per_driver": quartiles(it.cost_per_driver, 4), "drivers_per_fte": quartiles(it.drivers_per_fte, 3),
        "service_level": quartiles(it.service_level, 3),
    })
}

fn figure(it: &National) -> Value {
    json!({
        "function": it.function, "driver": it.driver, "measure": it.measure.word(), "amount": number(it.amount, 2),
        "unit": it.unit, "year": it.year, "scope": it.scope, "source": it.source, "verified": it.verified,
    })
}

fn print(placed: &[Placed<'_>], national: &[&National]) -> Result<(), Failure> {
    let or = |text: Option<String>| text.unwrap_or_else(|| "not given".into());
    // 1/100 pence to pence: once, for people
    let shown = |value: i64| pounds(divide_i64(value.into(), 100));
    let line = |it: &Placed<'_>| {
        vec![
            it.row.organisation.clone(),
            it.row.year.to_string(),
            it.row.function.clone(),
            it.row.driver.clone(),
            shown(it.ratios.cost_per_driver),
            or(it.ratios.drivers_per_fte.map(|it| decimal(divide_i64(it.into(), 1_000), 0))),
            or(it.ratios.cost_per_100_income.map(shown)),
            or(it.ratios.service_level.map(|it| decimal(it, 3))),
            it.quarter.map_or_else(|| "not ranked".into(), |it| it.to_string()),
        ]
    };
    let rows: Vec<Vec<String>> = placed.iter().map(line).collect();
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
    for it in placed {
        for question in &it.questions {
            let row = it.row;
            output::line(&format!(
                "{} {} {}: {}",
                row.organisation,
                row.function,
                row.year,
                question.text()
            ))?;
        }
    }
    output::line("\nnational figures, as published")?;
    for it in national {
        let dropped = if it.measure == Measure::HistoricTarget { " (no target any more)" } else { "" };
        output::line(&format!(
            "  {} {}: {} {}, {}, {}{dropped}",
            it.function,
            it.measure.word(),
            pounds(it.amount),
            it.unit,
            it.year,
            it.source
        ))?;
    }
    Ok(())
}
