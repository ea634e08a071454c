//! `muster staffing backtest`

use futures::stream;
use muster_kit::Error;
use muster_proto::{
    common::v1 as common,
    staffing::v1::{self as pb, run_backtest_request::Part, run_backtest_response::Event},
};
use serde_json::{Value, json};

use super::{
    forecast::{bar, role_word},
    import,
};
use crate::{
    cli::{BacktestArgs, Shared},
    connect::Clients,
    exit::Failure,
    output,
};

/// Runs the command: sends what is asked and the file, and prints the scores.
pub(crate) async fn run(args: BacktestArgs, shared: &Shared, clients: &Clients) -> Result<(), Failure> {
    let requests = requests(&args)?;
    let mut answers =
        clients.staffing().run_backtest(clients.request(stream::iter(requests))).await?.into_inner();
    let bar = bar("backtest");
    while let Some(answer) = answers.message().await? {
        match answer.event {
            Some(Event::ProgressPpm(ppm)) => bar.set_position(u64::try_from(ppm).unwrap_or_default()),
            Some(Event::Result(result)) => {
                bar.finish_and_clear();
                if shared.json {
                    return Ok(output::json(&document(&args, &result))?);
                }
                return print(&result);
            }
            Some(Event::Refused(outcome)) => {
                bar.finish_and_clear();
                import::report(&outcome, shared.json)?;
                return Err(Failure::Refused);
            }
            None => {}
        }
    }
    Err(Failure::Failed(Error::internal("the backtest ended without a result")))
}

fn requests(args: &BacktestArgs) -> Result<Vec<pb::RunBacktestRequest>, Failure> {
    let spec = pb::BacktestSpec {
        area: args.area.clone(),
        origins: args.origin.clone(),
        draws: args.draws,
        seed: args.seed,
        roles: Vec::new(),
        groupings_as_of: String::new(),
        threads: args.threads,
    };
    let part = |part| pb::RunBacktestRequest { part: Some(part) };
    let mut requests = vec![part(Part::Spec(spec))];
    if let Some(path) = &args.truth {
        let (file_name, bytes) = import::read_file(path)?;
        let start = common::ImportStart {
            kind: "gp-workforce".into(),
            file_name,
            bad_rows: common::BadRows::RefuseFile.into(),
            year: None,
        };
        requests.extend(import::pieces(start, &bytes).into_iter().map(|piece| part(Part::Truth(piece))));
    }
    Ok(requests)
}

#[expect(clippy::cast_precision_loss, reason = "millionths for display")]
fn share(millionths: i64) -> f64 {
    millionths as f64 / 1e6
}

fn document(args: &BacktestArgs, result: &pb::BacktestResult) -> Value {
    let rows: Vec<Value> = result
        .rows
        .iter()
        .map(|row| {
            json!({
                "origin": Some(row.origin).filter(|origin| *origin != 0), "role": role_word(row.role()),
                "level": row.level, "horizon": row.horizon, "n": row.n, "wape": share(row.wape_ppm),
                "wape_last_value": share(row.wape_last_value_ppm), "mase": row.mase_ppm.map(share),
                "crps": share(row.crps_micro), "crps_last_value": share(row.crps_last_value_micro),
                "coverage80": share(row.coverage80_ppm), "coverage95": share(row.coverage95_ppm),
                "no_better_than_last_value": row.no_better_than_last_value,
            })
        })
        .collect();
    json!({
        "area": result.area, "engine": result.engine, "draws": args.draws, "seed": args.seed,
        "seconds": share(result.elapsed_micros), "caveats": result.caveats,
        "units": { "crps": "FTE", "wape, mase, coverage": "share" }, "rows": rows,
    })
}

fn percent(millionths: i64) -> String {
    format!("{:.1}%", share(millionths) * 100.0)
}

fn print(result: &pb::BacktestResult) -> Result<(), Failure> {
    // of several origins, all together say most
    let several = result.rows.iter().any(|row| row.origin == 0);
    let shown: Vec<&pb::BacktestRow> = result.rows.iter().filter(|row| !several || row.origin == 0).collect();
    let worse = shown.iter().filter(|row| row.no_better_than_last_value).count();
    output::line(&format!(
        "In {} of {} rows the forecast beats the last value, by its middle and by its draws; in the others it is no better.\n",
        shown.len() - worse,
        shown.len()
    ))?;
    let header = [
        "role",
        "level",
        "years ahead",
        "n",
        "WAPE",
        "last value",
        "CRPS",
        "last value",
        "in 80%",
        "in 95%",
        "",
    ];
    let rows: Vec<Vec<String>> = shown
        .iter()
        .map(|row| {
            vec![
                role_word(row.role()).to_owned(),
                row.level.clone(),
                row.horizon.to_string(),
                row.n.to_string(),
                percent(row.wape_ppm),
                percent(row.wape_last_value_ppm),
                format!("{:.3}", share(row.crps_micro)),
                format!("{:.3}", share(row.crps_last_value_micro)),
                percent(row.coverage80_ppm),
                percent(row.coverage95_ppm),
                if row.no_better_than_last_value {
                    "no better than last value".into()
                } else {
                    String::new()
                },
            ]
        })
        .collect();
    output::table(&header, &rows)?;
    output::line(&format!("\nengine {} · area {}", result.engine, result.area))?;
    for caveat in &result.caveats {
        output::line(&format!("  note: {caveat}"))?;
    }
    Ok(())
}
