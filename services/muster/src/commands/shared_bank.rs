//! `muster agency shared-bank`: who fills what, without a data folder.

use std::{collections::BTreeMap, fs, path::Path, time::Instant};

use clap::Args;
use muster_agency::domain::pay::pounds;
use muster_shared_bank::{Case, Cost, EXAMPLE, JSON_SCHEMA, Left, Outcome, Reason, Settings, solve};

use super::{
    agency::SharedBankArgs,
    model::document::{refuse, utf8},
};
use crate::{cli::Shared, exit::Failure, output};

/// Most rows that a table for people shows.
const SHOWN: usize = 20;

#[derive(Args, Clone, Copy, Debug)]
pub(crate) struct BenchArgs {
    /// Unfilled shifts
    #[arg(long, default_value_t = 5_000)]
    pub(crate) shifts: u32,
    /// Bank workers
    #[arg(long, default_value_t = 2_000)]
    pub(crate) workers: u32,
    /// Organisations
    #[arg(long, default_value_t = 8)]
    pub(crate) organisations: u32,
    /// Days that the shifts lie in
    #[arg(long, default_value_t = 14)]
    pub(crate) days: u32,
    /// Seed of the case
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    /// Seconds until the best allocation found is taken
    #[arg(long, value_name = "SECONDS", default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..=86_400))]
    pub(crate) deadline: u64,
    /// Gap to the bound to stop at, in ppm
    #[arg(long, value_name = "PPM", default_value_t = 0)]
    pub(crate) enough: u64,
}

/// What of so many seconds is used up, in ppm.
pub(crate) fn until(begun: Instant, seconds: u64) -> impl FnMut() -> u64 {
    move || u64::try_from(begun.elapsed().as_micros()).unwrap_or(u64::MAX) / seconds.max(1)
}

/// Reads a document, allocates and prints.
pub(crate) fn run(args: &SharedBankArgs, shared: &Shared) -> Result<(), Failure> {
    if args.example {
        return Ok(output::line(EXAMPLE.trim_end())?);
    }
    let Some(file) = &args.file else {
        return Ok(output::line(JSON_SCHEMA.trim_end())?);
    };
    let begun = Instant::now();
    let case = read(file)?;
    let settings = Settings { enough_ppm: args.enough, seed: args.seed, ..Settings::default() };
    let outcome = solve(&case, settings, &mut until(begun, args.deadline));
    if shared.json { Ok(output::json(&outcome)?) } else { print(&outcome) }
}

fn read(file: &Path) -> Result<Case, Failure> {
    let shown = file.display().to_string();
    let bytes = fs::read(file).map_err(|error| Failure::Usage(format!("cannot read `{shown}`: {error}")))?;
    Case::read(&utf8(bytes, &shown)?).map_err(|problem| refuse(&shown, &problem))
}

fn print(outcome: &Outcome) -> Result<(), Failure> {
    output::line(&format!("{}\n", finding(outcome)))?;
    print_allocations(outcome)?;
    print_unfilled(&outcome.unfilled)?;
    print_comparison(outcome)?;
    print_recharge(outcome)?;
    Ok(output::line("\nweights and shortage are no money · --json has every row, share and posting")?)
}

/// What was reached, and how far that is from the least.
fn finding(outcome: &Outcome) -> String {
    let asked = outcome.allocations.len() + outcome.unfilled.len();
    let title = if outcome.title.is_empty() { "shared bank" } else { &outcome.title };
    let reached = match (outcome.bound.optimal, outcome.bound.gap_ppm) {
        (true, _) => "nothing cheaper is possible".to_owned(),
        (false, Some(gap)) => format!("at most {} above the least possible", percent(gap)),
        (false, None) => "how far from the least possible is not known".to_owned(),
    };
    format!(
        "{title}: {} of {asked} shifts filled for {} pounds all in, {} with the agency's; {reached}",
        outcome.cost.filled,
        pounds(outcome.cost.bank_pence),
        pounds(outcome.cost.all_in_pence),
    )
}

/// Ppm as per cent with three decimals, which is enough for a gap.
fn percent(ppm: u64) -> String {
    format!("{}.{:03}%", ppm / 10_000, ppm % 10_000 / 10)
}

fn print_allocations(outcome: &Outcome) -> Result<(), Failure> {
    let rows: Vec<Vec<String>> = outcome
        .allocations
        .iter()
        .take(SHOWN)
        .map(|row| {
            vec![
                row.shift_ref.clone(),
                row.organisation.clone(),
                row.ward.clone(),
                row.start.clone(),
                row.worker_ref.clone(),
                row.home_organisation.clone(),
                if row.known_ward { "yes" } else { "no" }.to_owned(),
                pounds(row.all_in_pence),
                pounds(row.instead_of.pence()),
            ]
        })
        .collect();
    let header = ["shift", "host", "ward", "start", "worker", "home", "knows ward", "all in", "instead of"];
    output::table(&header, &rows)?;
    more(outcome.allocations.len())
}

fn more(count: usize) -> Result<(), Failure> {
    if count > SHOWN {
        output::line(&format!("and {} more", count - SHOWN))?;
    }
    Ok(())
}

fn print_unfilled(unfilled: &[Left]) -> Result<(), Failure> {
    if unfilled.is_empty() {
        return Ok(());
    }
    output::line(&format!("\n{} left, with the first reason against each worker:\n", unfilled.len()))?;
    let rows: Vec<Vec<String>> = unfilled
        .iter()
        .take(SHOWN)
        .map(|left| {
            let nearest = left.nearest.as_ref().map_or_else(String::new, |nearest| {
                let against: Vec<&str> = nearest.reasons.iter().map(|it| it.what.as_str()).collect();
                format!("{} {}", nearest.worker_ref, against.join("; "))
            });
            let price = pounds(left.unfilled.pence());
            vec![
                left.shift_ref.clone(),
                left.organisation.clone(),
                left.start.clone(),
                price,
                counted(&left.refused),
                nearest,
            ]
        })
        .collect();
    output::table(&["shift", "host", "start", "price", "refused", "nearest"], &rows)?;
    more(unfilled.len())
}

/// `availability 3, rest 1`.
fn counted(refused: &BTreeMap<Reason, u64>) -> String {
    let each: Vec<String> =
        refused.iter().map(|(reason, count)| format!("{} {count}", reason.word())).collect();
    each.join(", ")
}

fn print_comparison(outcome: &Outcome) -> Result<(), Failure> {
    output::line("")?;
    let (first, cost) = (&outcome.first_come.cost, &outcome.cost);
    let line = |name: &str, of: &dyn Fn(&Cost) -> String| vec![name.to_owned(), of(cost), of(first)];
    let (ours, theirs) = (&outcome.fairness, &outcome.first_come.fairness);
    let rows = vec![
        line("shifts filled", &|it| it.filled.to_string()),
        line("bank, pounds", &|it| pounds(it.bank_pence)),
        line("agency, pounds", &|it| pounds(it.agency_pence)),
        line("all in, pounds", &|it| pounds(it.all_in_pence)),
        line("shortage, weight", &|it| pounds(it.shortage_pence)),
        line("continuity, weight", &|it| pounds(it.continuity_pence)),
        line("fairness, weight", &|it| pounds(it.fairness_millipence / 1000)),
        vec!["workers with a shift".to_owned(), ours.working.to_string(), theirs.working.to_string()],
        vec!["most hours of one".to_owned(), hours(ours.most_minutes), hours(theirs.most_minutes)],
        vec!["gini of hours".to_owned(), gini(ours.gini_ppm), gini(theirs.gini_ppm)],
    ];
    Ok(output::table(&["", "allocation", "first come"], &rows)?)
}

#[expect(clippy::cast_precision_loss, reason = "for display; minutes stay far below 2^53")]
fn hours(minutes: i64) -> String {
    format!("{:.1}", minutes as f64 / 60.0)
}

#[expect(clippy::cast_precision_loss, reason = "for display; at most a million")]
fn gini(ppm: i64) -> String {
    format!("{:.3}", ppm as f64 / 1e6)
}

fn print_recharge(outcome: &Outcome) -> Result<(), Failure> {
    if outcome.recharge.is_empty() {
        return Ok(());
    }
    output::line("")?;
    let rows: Vec<Vec<String>> = outcome
        .recharge
        .iter()
        .map(|line| {
            vec![
                line.home.clone(),
                line.host.clone(),
                if line.recharged { "recharged" } else { "own" }.to_owned(),
                line.shifts.to_string(),
                hours(line.minutes),
                pounds(line.bill.pay_pence),
                pounds(line.bill.on_cost_pence),
                pounds(line.bill.fee_pence),
                pounds(line.total_pence),
            ]
        })
        .collect();
    let header = ["home", "host", "", "shifts", "hours", "pay", "on-costs", "fee", "total"];
    Ok(output::table(&header, &rows)?)
}
