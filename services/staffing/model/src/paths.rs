//! A stock year by year.

use muster_document::Problem;

use crate::{
    document::{Flow, Measure, Pipeline, Spread, Stock},
    evaluate::Values,
    expr::{Expr, Scope},
    flow::{self, Moved},
};

/// A stock over the window, by year.
pub(crate) struct Path {
    /// Heads by cohort.
    pub(crate) heads: Vec<Vec<f64>>,
    /// FTE by cohort.
    pub(crate) fte: Vec<Vec<f64>>,
    /// Who moved in the year before; nobody in the first.
    pub(crate) moved: Vec<Moved>,
}

/// Greatest sum of the shares of a mix that still counts as a whole, beside 1.
const WHOLE: f64 = 1e-6;

/// Walks a stock through the window.
pub(crate) fn walk(stock: &Stock, values: &Values<'_>) -> Result<Path, Problem> {
    let (first, last) = values.window();
    let mut heads = Vec::new();
    for cohort in &stock.cohorts {
        let path = format!("{}.cohorts.{}.start", stock.path, cohort.name);
        let start = values.term(&cohort.start, first, &path)?;
        heads.push(not_negative(start, &path, first)?);
    }
    let mut trend = vec![1.0; heads.len()];
    let mut path = Path { heads: Vec::new(), fte: Vec::new(), moved: Vec::new() };
    let mut moved = Moved::default();
    for year in first..=last {
        let mut fte = Vec::new();
        for ((cohort, heads), trend) in stock.cohorts.iter().zip(&heads).zip(&mut trend) {
            let at = format!("{}.cohorts.{}.fte_per_head", stock.path, cohort.name);
            fte.push(heads * values.term(&cohort.fte_per_head, year, &at)? * *trend);
            *trend *= 1.0 + values.term(&cohort.fte_trend, year, &at)?;
        }
        path.heads.push(heads.clone());
        path.fte.push(fte);
        path.moved.push(moved);
        if year < last {
            moved = one_year(stock, values, year, &mut heads)?;
        }
    }
    Ok(path)
}

/// One year: fixed leavers, leavers by rate, ageing, joiners, in the order of the stock.
fn one_year(stock: &Stock, values: &Values<'_>, year: i32, heads: &mut [f64]) -> Result<Moved, Problem> {
    let cohorts = heads.len();
    let mut joiners = vec![0.0; cohorts];
    for inflow in &stock.inflows {
        let mut more = amount(inflow, values, year)?;
        if inflow.measure == Measure::Rate {
            for (rate, heads) in more.iter_mut().zip(&*heads) {
                *rate *= heads;
            }
        }
        add(&mut joiners, &more);
    }
    for pipeline in &stock.pipelines {
        add(&mut joiners, &trained(pipeline, values, year)?);
    }
    let mut later = joiners.clone();
    if stock.join_first {
        add(heads, &joiners);
        later.fill(0.0);
    }
    let (mut leavers, mut hazards) = (vec![0.0; cohorts], vec![0.0; cohorts]);
    for outflow in &stock.outflows {
        let rate = outflow.measure == Measure::Rate;
        add(if rate { &mut hazards } else { &mut leavers }, &amount(outflow, values, year)?);
    }
    possible(stock, year, heads, (&leavers, &hazards))?;
    let mut ageing = Vec::new();
    for cohort in &stock.cohorts {
        let path = format!("{}.cohorts.{}.ageing", stock.path, cohort.name);
        ageing.push(values.share(&cohort.ageing, year, &path)?);
    }
    let withdrawn = flow::withdraw(heads, &leavers);
    let moved = flow::step(heads, &hazards, &ageing, &later);
    Ok(Moved { left: moved.left + withdrawn, joined: joiners.iter().sum() })
}

/// Refuses more leavers than there are, and rates that add up to more than everybody.
fn possible(stock: &Stock, year: i32, heads: &[f64], out: (&[f64], &[f64])) -> Result<(), Problem> {
    let (leavers, hazards) = out;
    for (at, cohort) in stock.cohorts.iter().enumerate() {
        let path = format!("{}.outflows", stock.path);
        // numbers over a window can end at nobody, within the last digits
        if leavers[at] > heads[at] + 1e-9 * (1.0 + heads[at]) {
            let what = format!("more of cohort `{}` leave in {year} than are there", cohort.name);
            return Err(Problem::new(path, what, "lower the numbers, or use a rate")
                .with(format!("{} of {}", leavers[at], heads[at])));
        }
        if hazards[at] > 1.0 {
            let what = format!("the rates of cohort `{}` add up to more than 1 in {year}", cohort.name);
            return Err(Problem::new(path, what, "lower the rates").with(hazards[at].to_string()));
        }
    }
    Ok(())
}

/// What a flow moves in a year, by cohort: heads, or shares of the heads where it is a rate.
fn amount(flow: &Flow, values: &Values<'_>, year: i32) -> Result<Vec<f64>, Problem> {
    let (first, last) = values.window();
    let mut amount = spread(&flow.amount, values, year, &flow.path)?;
    if let Measure::OverWindow(profile) = flow.measure {
        let share = profile.of_year(year - first, last - first);
        for number in &mut amount {
            *number *= share;
        }
    }
    Ok(amount)
}

/// Who ends training in a year: those who took up a place `lag` years before, less who did not finish or do not work.
fn trained(pipeline: &Pipeline, values: &Values<'_>, year: i32) -> Result<Vec<f64>, Problem> {
    let entry = year - pipeline.lag;
    if entry < pipeline.entry.0 || entry > pipeline.entry.1 {
        return Ok(vec![0.0; pipeline.intake.cohorts()]);
    }
    let place = |field: &str| format!("{}.{field}", pipeline.path);
    let completion = values.share(&pipeline.completion, entry, &place("completion"))?;
    let active = values.share(&pipeline.active, entry, &place("active"))?;
    let fte = values.term(&pipeline.fte_per_joiner, entry, &place("fte_per_joiner"))?;
    let mut joiners = spread(&pipeline.intake, values, entry, &place("intake"))?;
    for heads in &mut joiners {
        *heads *= completion * active * fte;
    }
    Ok(joiners)
}

/// A number for each cohort, or one by its mix.
fn spread(amount: &Spread, values: &Values<'_>, year: i32, path: &str) -> Result<Vec<f64>, Problem> {
    let one = |expr: &Expr| not_negative(values.term(expr, year, path)?, path, year);
    match amount {
        Spread::Each(numbers) => numbers.iter().map(one).collect(),
        Spread::Mixed(number, mix) => {
            let number = one(number)?;
            let shares = mix
                .iter()
                .map(|share| values.share(share, year, &format!("{path}.mix")))
                .collect::<Result<Vec<_>, _>>()?;
            let whole: f64 = shares.iter().sum();
            if (whole - 1.0).abs() > WHOLE {
                return Err(Problem::new(format!("{path}.mix"), "does not add up to 1", "mend the shares")
                    .with(whole.to_string()));
            }
            Ok(shares.into_iter().map(|share| share * number).collect())
        }
    }
}

impl Spread {
    fn cohorts(&self) -> usize {
        match self {
            Self::Each(numbers) | Self::Mixed(_, numbers) => numbers.len(),
        }
    }
}

fn not_negative(value: f64, path: &str, year: i32) -> Result<f64, Problem> {
    if value >= 0.0 {
        return Ok(value);
    }
    Err(Problem::new(path, format!("is negative in {year}"), "write it as a flow the other way")
        .with(value.to_string()))
}

fn add(sums: &mut [f64], more: &[f64]) {
    for (sum, more) in sums.iter_mut().zip(more) {
        *sum += more;
    }
}
