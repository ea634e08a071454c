//! `muster staffing sensitivity`, `muster staffing plan` and `muster staffing export`

use std::{io::Write as _, path::PathBuf};

use muster_kit::Error;
use muster_proto::staffing::v1::{self as pb, plan_levers_response::Event};
use serde_json::{Value, json};

use super::{
    forecast::{bar, interval, role_of, role_word, spread, with_need},
    history::missing_of,
    scenario::named_or_file,
};
use crate::{
    cli::{ExportArgs, PlanArgs, RunOf, SensitivityArgs, Shared, YearsOf},
    connect::Clients,
    exit::Failure,
    output::{self, fte, milli, millions},
};

fn spec(of: &RunOf) -> Result<pb::ForecastSpec, Failure> {
    spec_of(&of.scenario, &of.years)
}

/// A run under a scenario, by name or from a file.
pub(crate) fn spec_of(scenario: &str, of: &YearsOf) -> Result<pb::ForecastSpec, Failure> {
    let (scenario, scenario_document) = named_or_file(scenario)?;
    let spec = pb::ForecastSpec {
        scenario,
        scenario_document,
        area: of.area.clone(),
        base_year: of.base,
        to_year: of.until,
        draws: of.draws,
        seed: of.seed,
        price_year: of.prices,
        missing_returns: missing_of(of.missing).into(),
        ..pb::ForecastSpec::default()
    };
    Ok(with_need(spec, of.need))
}

#[expect(clippy::cast_precision_loss, reason = "millionths for display")]
fn share(ppm: i64) -> f64 {
    ppm as f64 / 1e6
}

fn percent(ppm: i64) -> String {
    format!("{:.1}%", share(ppm) * 100.0)
}

/// Says what decides a gap.
pub(crate) async fn sensitivity(
    args: SensitivityArgs,
    shared: &Shared,
    clients: &Clients,
) -> Result<(), Failure> {
    let request = pb::GetSensitivityRequest {
        spec: Some(spec(&args.run)?),
        node: args.node,
        role: role_of(args.role).into(),
        year: args.year,
    };
    let found = clients.staffing().get_sensitivity(clients.request(request)).await?.into_inner();
    if shared.json { Ok(output::json(&sensitivity_document(&found))?) } else { print_sensitivity(&found) }
}

fn kind_word(kind: pb::InfluenceKind) -> &'static str {
    match kind {
        pb::InfluenceKind::Chance => "chance",
        _ => "knowledge",
    }
}

pub(crate) fn sensitivity_document(of: &pb::GetSensitivityResponse) -> Value {
    let influences: Vec<Value> = of
        .influences
        .iter()
        .map(|row| {
            json!({
                "parameter": row.parameter, "title": row.title, "kind": kind_word(row.kind()),
                "first_order": share(row.first_order_ppm), "total": share(row.total_ppm),
                "total_low": share(row.total_low_ppm), "total_high": share(row.total_high_ppm),
                "gap_at_low": row.gap_at_low_milli.map(milli), "gap_at_high": row.gap_at_high_milli.map(milli),
                "worth_fte": milli(row.worth_milli), "worth_pence": row.worth_pence, "source": row.source,
            })
        })
        .collect();
    let choices: Vec<Value> = of
        .choices
        .iter()
        .map(|row| json!({ "scenario": row.scenario, "title": row.title, "gap": interval(row.gap_milli) }))
        .collect();
    json!({
        "node": of.node, "level": of.level, "name": of.name, "role": role_word(of.role()), "year": of.year,
        "gap": interval(of.gap_milli), "expected_miss": milli(of.expected_miss_milli), "influences": influences,
        "choices": choices, "findings": of.findings, "caveats": of.caveats, "seconds": share(of.elapsed_micros),
        "units": { "gap, expected_miss, worth_fte": "FTE", "first_order, total": "share of the variance" },
    })
}

fn print_sensitivity(of: &pb::GetSensitivityResponse) -> Result<(), Failure> {
    for finding in &of.findings {
        output::line(finding)?;
    }
    for kind in [pb::InfluenceKind::Knowledge, pb::InfluenceKind::Chance] {
        let rows: Vec<Vec<String>> = of
            .influences
            .iter()
            .filter(|row| row.kind() == kind)
            .map(|row| {
                let end = |end: Option<i64>| end.map_or_else(|| "-".to_owned(), fte);
                vec![
                    row.title.clone(),
                    percent(row.total_ppm),
                    format!("{} to {}", percent(row.total_low_ppm), percent(row.total_high_ppm)),
                    end(row.gap_at_low_milli),
                    end(row.gap_at_high_milli),
                    fte(row.worth_milli),
                    millions(row.worth_pence),
                ]
            })
            .collect();
        output::line(match kind {
            pb::InfluenceKind::Chance => "\nChance: it will happen\n",
            _ => "\nKnowledge: it could be found out\n",
        })?;
        let head = [
            "what",
            "share",
            "95% interval",
            "gap at its low end",
            "gap at its high end",
            "worth, FTE",
            "worth a year",
        ];
        output::table(&head, &rows)?;
    }
    output::line("\nChoice: what other scenarios would make of it\n")?;
    let rows: Vec<Vec<String>> =
        of.choices.iter().map(|row| vec![row.title.clone(), spread(row.gap_milli)]).collect();
    output::table(&["scenario", "gap, FTE (80% interval)"], &rows)?;
    for caveat in &of.caveats {
        output::line(&format!("  note: {caveat}"))?;
    }
    Ok(())
}

/// Finds the least-cost mix of levers.
pub(crate) async fn plan(args: PlanArgs, shared: &Shared, clients: &Clients) -> Result<(), Failure> {
    let request = pb::PlanLeversRequest {
        spec: Some(spec(&args.run)?),
        role: role_of(args.role).into(),
        levers: levers(&args)?,
        shortage_ppm: ppm_of(args.shortage),
        chance_ppm: ppm_of(args.chance),
        from_year: args.from,
        everywhere: args.everywhere,
    };
    let mut answers = clients.staffing().plan_levers(clients.request(request)).await?.into_inner();
    let bar = bar("plan");
    while let Some(answer) = answers.message().await? {
        match answer.event {
            Some(Event::ProgressPpm(ppm)) => bar.set_position(u64::try_from(ppm).unwrap_or_default()),
            Some(Event::Result(plan)) => {
                bar.finish_and_clear();
                return if shared.json {
                    Ok(output::json(&plan_document(&plan))?)
                } else {
                    print_plan(&plan)
                };
            }
            None => {}
        }
    }
    Err(Failure::Failed(Error::internal("the plan ended without a result")))
}

#[expect(clippy::cast_possible_truncation, reason = "a share of at most one")]
fn ppm_of(share: f64) -> i64 {
    (share.clamp(0.0, 1.0) * 1e6).round() as i64
}

/// `LEVER:CAP:POUNDS[:YEAR]`, as `posts:150:99300`.
fn levers(args: &PlanArgs) -> Result<Vec<pb::PlanLever>, Failure> {
    let bad = |text: &str| {
        Failure::Usage(format!(
            "lever `{text}`: write LEVER:CAP:POUNDS[:YEAR], as posts:150:99300 or leavers:-0.2:180000:2018 (pounds a year for one FTE, or for 1%)"
        ))
    };
    let lever = |text: &String| {
        let parts: Vec<&str> = text.split(':').collect();
        let [lever, cap, pounds, rest @ ..] = parts.as_slice() else { return Err(bad(text)) };
        let starts_in = match rest {
            [] => args.run.years.base + 1,
            [year] => year.parse().map_err(|_| bad(text))?,
            _ => return Err(bad(text)),
        };
        let number = |text: &str, unit: f64| {
            text.parse::<f64>().ok().filter(|of| of.is_finite()).map(|of| (of * unit).round())
        };
        let (cap, pence) = (number(cap, 1e6), number(pounds, 100.0));
        let (Some(cap), Some(pence)) = (cap, pence) else { return Err(bad(text)) };
        #[expect(clippy::cast_possible_truncation, reason = "far below; the service checks the range")]
        let (cap_micro, unit_cost_pence) = (cap as i64, pence as i64);
        Ok(pb::PlanLever {
            lever: (*lever).to_owned(),
            role: role_of(args.role).into(),
            cap_micro,
            unit_cost_pence,
            starts_in,
            source: "given on the command line".into(),
            place: String::new(),
            shared_cap_micro: 0,
        })
    };
    args.lever.iter().map(lever).collect()
}

/// How much of a lever, in its own unit.
fn amount(lever: &str, micro: i64) -> String {
    if lever == "posts" { format!("{} FTE", fte(micro / 1_000)) } else { percent(micro) }
}

fn plan_document(of: &pb::LeverPlan) -> Value {
    let levers: Vec<Value> = of
        .levers
        .iter()
        .map(|row| {
            let lever = row.lever.clone().unwrap_or_default();
            json!({
                "lever": lever.lever, "place": lever.place, "role": role_word(lever.role()), "by": share(row.by_micro),
                "cap": share(lever.cap_micro), "cap_is_shared": lever.shared_cap_micro > 0, "unit_cost_pence": lever.unit_cost_pence,
                "starts_in": lever.starts_in, "cost_pence": row.cost_pence, "source": lever.source,
            })
        })
        .collect();
    let chances: Vec<Value> = of
        .chances
        .iter()
        .map(|row| {
            json!({
                "borough": row.node, "name": row.name, "year": row.year, "before": share(row.before_ppm),
                "after": share(row.after_ppm), "counts": row.counts,
            })
        })
        .collect();
    let scenario: Value = serde_json::from_str(&of.scenario_document).unwrap_or_default();
    json!({
        "kept": of.kept, "cost_pence": of.cost_pence, "levers": levers, "chances": chances, "findings": of.findings,
        "scenario": scenario, "seconds": share(of.elapsed_micros),
    })
}

fn print_plan(of: &pb::LeverPlan) -> Result<(), Failure> {
    for finding in &of.findings {
        output::line(finding)?;
    }
    output::line("")?;
    let rows: Vec<Vec<String>> = of
        .levers
        .iter()
        .map(|row| {
            let lever = row.lever.clone().unwrap_or_default();
            vec![
                lever.lever.clone(),
                if lever.place.is_empty() { "everywhere".to_owned() } else { lever.place.clone() },
                role_word(lever.role()).to_owned(),
                amount(&lever.lever, row.by_micro),
                amount(&lever.lever, lever.cap_micro)
                    + if lever.shared_cap_micro > 0 { ", shared" } else { "" },
                millions(row.cost_pence),
                lever.source,
            ]
        })
        .collect();
    output::table(&["lever", "where", "role", "amount", "at most", "cost over all years", "source"], &rows)?;
    output::line("")?;
    let rows: Vec<Vec<String>> = of
        .chances
        .iter()
        .filter(|row| row.counts)
        .map(|row| {
            vec![row.name.clone(), row.year.to_string(), percent(row.before_ppm), percent(row.after_ppm)]
        })
        .collect();
    output::table(&["borough", "year", "chance without", "chance with"], &rows)?;
    Ok(output::line("\n`--json` has the mix as a scenario document, to run or to compare.")?)
}

/// Writes a finished run to a file.
pub(crate) async fn export(args: ExportArgs, clients: &Clients) -> Result<(), Failure> {
    let ending =
        args.out.as_ref().and_then(|path| path.extension()).map(|of| of.to_string_lossy().to_lowercase());
    let format = args.format.or(ending).unwrap_or_else(|| "xlsx".to_owned());
    let request = pb::ExportForecastRequest { run_id: args.run, format, for_others: args.for_others };
    let mut pieces = clients.staffing().export_forecast(clients.request(request)).await?.into_inner();
    let (mut name, mut bytes) = (String::new(), Vec::new());
    while let Some(piece) = pieces.message().await? {
        if !piece.file_name.is_empty() {
            name = piece.file_name;
        }
        bytes.extend(piece.content);
    }
    let path = args.out.unwrap_or_else(|| PathBuf::from(name));
    let failed =
        |error: std::io::Error| Failure::Usage(format!("cannot write `{}`: {error}", path.display()));
    let mut file = std::fs::File::create(&path).map_err(failed)?;
    file.write_all(&bytes).and_then(|()| file.sync_all()).map_err(failed)?;
    Ok(output::line(&format!("wrote {} ({} bytes)", path.display(), bytes.len()))?)
}
