//! `muster finance npv`

use std::path::Path;

use muster_backoffice::{
    domain::{
        Appraisal, Bias, Discount, Problem, Word, appraise,
        case::{CaseResult, CaseRow},
        discount::{GREEN_BOOK_PPM, GREEN_BOOK_YEARS, ONE, RateTerms},
        figure::{decimal, divide_i64, parse, pounds},
    },
    import::{CASH_FLOWS, read_cash_flows},
};
use serde_json::{Value, json};

use super::{number, open, refused, refused_document, say, usage};
use crate::{
    cli::{NpvArgs, Shared},
    exit::Failure,
    output,
};

/// Decimals kept of a flow in an unknown unit.
const PLACES: usize = 6;
/// 10^-6 in 10^-3: figures of an unknown unit are shown with three decimals.
const TO_MILLI: i64 = 1_000;

/// Runs the command.
pub(super) fn run(args: &NpvArgs, shared: &Shared) -> Result<(), Failure> {
    if args.template {
        return Ok(output::line(CASH_FLOWS.template().trim_end())?);
    }
    let terms = RateTerms {
        rate_ppm: args.rate.unwrap_or(GREEN_BOOK_PPM),
        rate: args.rate_is,
        flows: args.flows_are,
        inflation_ppm: args.inflation,
    };
    let discount = Discount::new(&terms).map_err(|problem| usage(&problem))?;
    let bias = bias(args).map_err(|problem| usage(&problem))?;
    match (&args.flows, &args.file) {
        (Some(text), _) => list(text, args, (&discount, bias), shared),
        (None, Some(path)) => file(path, args, (&discount, bias), shared),
        (None, None) => Ok(()),
    }
}

fn bias(args: &NpvArgs) -> Result<Bias, Problem> {
    let bias = Bias { costs_ppm: args.optimism_bias, benefits_ppm: args.benefit_shortfall };
    for (place, value, most) in
        [("optimism-bias", bias.costs_ppm, 10_000_000), ("benefit-shortfall", bias.benefits_ppm, 1_000_000)]
    {
        if !(0..=most).contains(&value) {
            let remedy = format!("write a share from 0 to {}", most / 1_000_000);
            return Err(Problem::new(place, "out of range", remedy).with(decimal(value, PLACES)));
        }
    }
    Ok(bias)
}

/// The default rate is one for thirty years; a longer case must say what it wants.
fn within_green_book(args: &NpvArgs, years: usize) -> Result<(), Problem> {
    if args.rate.is_none() && years > GREEN_BOOK_YEARS as usize {
        let what = format!("the default rate holds for years 0 to {GREEN_BOOK_YEARS}");
        return Err(Problem::new("flows", what, "give --rate").with(format!("{years} years")));
    }
    Ok(())
}

fn list(
    text: &str,
    args: &NpvArgs,
    (discount, bias): (&Discount, Bias),
    shared: &Shared,
) -> Result<(), Failure> {
    let flow = |(at, text): (usize, &str)| {
        parse(text.trim(), PLACES).ok_or_else(|| {
            let remedy = "write numbers with at most six decimals between commas, such as -600,250.5";
            Problem::new(format!("flows[{at}]"), "not a number", remedy).with(format!("{text:?}"))
        })
    };
    let flows: Result<Vec<i64>, Problem> = text.split(',').enumerate().map(flow).collect();
    let (planned, biased) = flows
        .and_then(|flows| {
            within_green_book(args, flows.len() - 1)?;
            let years = u32::try_from(flows.len()).unwrap_or(u32::MAX).min(2_000);
            let (factors, deflators) = (discount.yearly(years), discount.yearly_deflators(years));
            let planned = appraise(&flows, &factors, &deflators)?;
            Ok((planned, appraise(&bias.applied(&flows), &factors, &deflators)?))
        })
        .map_err(|problem| usage(&problem))?;
    let corrected = bias != Bias::default();
    if shared.json {
        let mut document = figures(&planned);
        document["rate"] = rate(args);
        document["optimism_bias"] = if corrected {
            let mut with = figures(&biased);
            with["costs_higher_by"] = number(bias.costs_ppm, 6);
            with["benefits_lower_by"] = number(bias.benefits_ppm, 6);
            with
        } else {
            Value::Null
        };
        return Ok(output::json(&document)?);
    }
    let mut rows = lines(&planned, None);
    if corrected {
        rows = lines(&planned, Some(&biased));
    }
    let header: &[&str] = if corrected { &["", "planned", "with bias"] } else { &["", "planned"] };
    Ok(output::table(header, &rows)?)
}

fn rate(args: &NpvArgs) -> Value {
    json!({
        "share": number(args.rate.unwrap_or(GREEN_BOOK_PPM), 6), "is": args.rate_is.word(),
        "flows_are": args.flows_are.word(), "inflation": args.inflation.map(|ppm| number(ppm, 6)),
    })
}

/// Figures of yearly flows in an unknown unit.
fn figures(it: &Appraisal) -> Value {
    let switching = it.switching();
    json!({
        "npv": number(it.npv(TO_MILLI), 3),
        "payback": it.payback.map(|years| number(years, 3)),
        "discounted_payback": it.discounted_payback.map(|years| number(years, 3)),
        "peak_cash": number(divide_i64(it.peak_cash.into(), TO_MILLI.into()), 3),
        "peak_year": it.peak_at,
        "annuity_factor": number(annuity(it), 6),
        "equivalent_annual": it.equivalent(TO_MILLI).map(|it| number(it, 3)),
        "switching": {
            "benefits_may_fall_by": switching.benefits_may_fall.map(|ppm| number(ppm, 6)),
            "costs_may_rise_by": switching.costs_may_rise.map(|ppm| number(ppm, 6)),
        },
    })
}

fn annuity(it: &Appraisal) -> i64 {
    divide_i64(it.annuity, ONE / 1_000_000)
}

fn lines(planned: &Appraisal, biased: Option<&Appraisal>) -> Vec<Vec<String>> {
    let years = |it: Option<i64>| it.map_or_else(|| "never".to_owned(), |it| decimal(it, 3));
    let share =
        |it: Option<i64>| it.map_or_else(|| "none".to_owned(), |it| format!("{}%", decimal(it / 100, 2)));
    let figure = |name: &str, of: &dyn Fn(&Appraisal) -> String| {
        let mut row = vec![name.to_owned(), of(planned)];
        row.extend(biased.map(of));
        row
    };
    vec![
        figure("net present value", &|it| decimal(it.npv(TO_MILLI), 3)),
        figure("payback, years", &|it| years(it.payback)),
        figure("discounted payback, years", &|it| years(it.discounted_payback)),
        figure("peak cash", &|it| decimal(divide_i64(it.peak_cash.into(), TO_MILLI.into()), 3)),
        figure("annuity factor", &|it| decimal(annuity(it), 6)),
        figure("equivalent a year", &|it| {
            it.equivalent(TO_MILLI).map_or_else(|| "none".into(), |it| decimal(it, 3))
        }),
        figure("benefits may fall by", &|it| share(it.switching().benefits_may_fall)),
        figure("costs may rise by", &|it| share(it.switching().costs_may_rise)),
    ]
}

fn file(
    path: &Path,
    args: &NpvArgs,
    (discount, bias): (&Discount, Bias),
    shared: &Shared,
) -> Result<(), Failure> {
    let (case, findings) = read_cash_flows(&open(path)?).map_err(|findings| refused(&findings))?;
    say(&findings);
    let result = case
        .appraise(discount, &bias)
        .and_then(|it| within_green_book(args, (it.months - 1) / 12).map(|()| it))
        .map_err(|problem| refused_document(findings.file(), &problem))?;
    if shared.json {
        return Ok(output::json(&document(&result, args, bias))?);
    }
    output::line(&format!("{} months from {}, pounds\n", result.months, result.start))?;
    let rows: Vec<Vec<String>> = result.organisations.iter().chain([&result.total]).map(row).collect();
    let header =
        ["organisation", "npv", "low case", "high case", "with bias", "payback, years", "peak cash", "in"];
    Ok(output::table(&header, &rows)?)
}

/// Months in 1/1000 as years in 1/1000.
fn years(months: i64) -> i64 {
    divide_i64(months.into(), 12)
}

fn row(it: &CaseRow) -> Vec<String> {
    vec![
        it.organisation.clone().unwrap_or_else(|| "all".into()),
        pounds(it.npv_pence),
        pounds(it.low_pence),
        pounds(it.high_pence),
        pounds(it.biased_pence),
        it.planned.payback.map_or_else(|| "never".into(), |it| decimal(years(it), 3)),
        pounds(it.planned.peak_cash),
        it.peak_month.to_string(),
    ]
}

fn document(result: &CaseResult, args: &NpvArgs, bias: Bias) -> Value {
    let of = |it: &CaseRow| {
        let switching = it.planned.switching();
        json!({
            "organisation": it.organisation, "npv_pence": it.npv_pence,
            "low_pence": it.low_pence, "high_pence": it.high_pence, "with_bias_pence": it.biased_pence,
            "payback": it.planned.payback.map(|it| number(years(it), 3)),
            "discounted_payback": it.planned.discounted_payback.map(|it| number(years(it), 3)),
            "peak_cash_pence": it.planned.peak_cash, "peak_month": it.peak_month.to_string(),
            "switching": {
                "benefits_may_fall_by": switching.benefits_may_fall.map(|ppm| number(ppm, 6)),
                "costs_may_rise_by": switching.costs_may_rise.map(|ppm| number(ppm, 6)),
            },
        })
    };
    json!({
        "start": result.start.to_string(), "months": result.months, "rate": rate(args),
        "optimism_bias": { "costs_higher_by": number(bias.costs_ppm, 6), "benefits_lower_by": number(bias.benefits_ppm, 6) },
        "organisations": result.organisations.iter().map(of).collect::<Vec<_>>(),
        "total": of(&result.total),
    })
}
