//! `muster catalogue award FILE`: which bids are awarded, without a data folder.

use std::{fs, path::PathBuf, time::Instant};

use clap::Args;
use muster_agency::domain::pay::pounds;
use muster_award::{Budget, EXAMPLE, JSON_SCHEMA, Outcome, Round, Status, solve};

use crate::{
    cli::Shared,
    commands::model::document::{refuse, utf8},
    exit::Failure,
    output,
};

/// Most rows that a table for people shows.
const SHOWN: usize = 40;

#[derive(Args, Debug)]
pub(crate) struct AwardArgs {
    /// Document, JSON (docs/award.md)
    #[arg(value_name = "FILE", required_unless_present_any = ["example", "schema"])]
    pub(crate) file: Option<PathBuf>,
    /// Print a small document that can be changed and solved
    #[arg(long, conflicts_with_all = ["file", "schema"])]
    pub(crate) example: bool,
    /// Print the format of documents as JSON Schema
    #[arg(long, conflicts_with = "file")]
    pub(crate) schema: bool,
    /// Seconds until the best award found is printed, with its gap
    #[arg(long, value_name = "SECONDS", default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..=86_400))]
    pub(crate) deadline: u64,
}

#[derive(Args, Clone, Copy, Debug)]
pub(crate) struct BenchArgs {
    /// Lots
    #[arg(long, default_value_t = 200)]
    pub(crate) lots: u32,
    /// Suppliers
    #[arg(long, default_value_t = 10)]
    pub(crate) suppliers: u32,
    /// Tiers of each bid; 0 = a price for all
    #[arg(long, default_value_t = 4)]
    pub(crate) tiers: u32,
    /// Bundles that each supplier bids for beside single lots
    #[arg(long, default_value_t = 10)]
    pub(crate) bundles: u32,
    /// Leave out the limits on suppliers and shares, vetoes and switching costs
    #[arg(long)]
    pub(crate) unconstrained: bool,
    /// Seed of the round
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    /// Seconds until the best award found is taken
    #[arg(long, value_name = "SECONDS", default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..=86_400))]
    pub(crate) deadline: u64,
}

/// So many seconds from an instant.
pub(crate) struct Deadline {
    pub(crate) begun: Instant,
    pub(crate) seconds: u64,
}

impl Budget for Deadline {
    fn used_ppm(&mut self) -> u64 {
        u64::try_from(self.begun.elapsed().as_micros()).unwrap_or(u64::MAX) / self.seconds.max(1)
    }

    #[expect(clippy::cast_precision_loss, reason = "seconds of a day at most")]
    fn seconds_left(&mut self) -> Option<f64> {
        Some((self.seconds as f64 - self.begun.elapsed().as_secs_f64()).max(0.0))
    }
}

/// Reads a document, awards and prints. Without an award, exit code 3.
pub(crate) fn run(args: &AwardArgs, shared: &Shared) -> Result<(), Failure> {
    if args.example {
        return Ok(output::line(EXAMPLE.trim_end())?);
    }
    let Some(file) = &args.file else {
        return Ok(output::line(JSON_SCHEMA.trim_end())?);
    };
    let begun = Instant::now();
    let shown = file.display().to_string();
    let bytes = fs::read(file).map_err(|error| Failure::Usage(format!("cannot read `{shown}`: {error}")))?;
    let round = Round::read(&utf8(bytes, &shown)?).map_err(|problem| refuse(&shown, &problem))?;
    let outcome = solve(&round, &mut Deadline { begun, seconds: args.deadline });
    if shared.json {
        output::json(&outcome)?;
    } else {
        print(&outcome)?;
    }
    // a round without an award is told from one with an award by the exit code, too
    if outcome.cost_pence.is_some() { Ok(()) } else { Err(Failure::Refused) }
}

fn print(outcome: &Outcome) -> Result<(), Failure> {
    output::line(&finding(outcome))?;
    for reason in &outcome.reasons {
        output::line(&format!("  {reason}"))?;
    }
    if outcome.cost_pence.is_some() {
        print_lots(outcome)?;
        print_suppliers(outcome)?;
    }
    print_constraints(outcome)?;
    print_left_out(outcome)?;
    Ok(output::line("\namounts in pounds · --json has every row in pence")?)
}

/// What was reached, in a sentence or three.
fn finding(outcome: &Outcome) -> String {
    let title = if outcome.title.is_empty() { "round" } else { &outcome.title };
    let Some(cost) = outcome.cost_pence else {
        return match outcome.status {
            Status::Infeasible => format!("{title}: no award keeps every constraint"),
            _ => format!(
                "{title}: no award was found by the deadline; there may be one, give a later --deadline"
            ),
        };
    };
    let gap = outcome.gap.map_or(0, |gap| gap.0);
    let reached = match outcome.status {
        Status::Optimal => "nothing cheaper is possible".to_owned(),
        _ => format!("at most {}.{:04}% above the least possible", gap / 10_000, gap % 10_000),
    };
    let mut text = format!(
        "{title}: {} bids of {} suppliers for {} pounds; {reached}",
        outcome.awards.len(),
        outcome.suppliers.len(),
        pounds(cost)
    );
    if let Some(separate) = &outcome.separate {
        let less = separate.cost_pence - cost;
        let (by, than) = (pounds(less.abs()), if less < 0 { "more" } else { "less" });
        let broken = match separate.breaks.as_slice() {
            [] => String::new(),
            breaks => format!(", which breaks {}", breaks.join(" and ")),
        };
        text.push_str(&format!("\nthat is {by} {than} than the cheapest bid for each lot alone{broken}"));
    }
    match &outcome.runner_up {
        Some(second) if second.difference_pence == 0 => {
            text.push_str(&format!("\nit is a tie: {} would cost the same", second.instead.join(", ")));
        }
        Some(second) => text.push_str(&format!(
            "\nthe runner-up is {} dearer, with {}{}",
            pounds(second.difference_pence),
            second.instead.join(", "),
            if second.proven { "" } else { " (not proven to be the next)" }
        )),
        None => {}
    }
    text
}

/// The first rows of a table, and how many more there are.
fn table(header: &[&str], rows: &[Vec<String>]) -> Result<(), Failure> {
    output::line("")?;
    output::table(header, &rows[..rows.len().min(SHOWN)])?;
    if rows.len() > SHOWN {
        output::line(&format!("and {} more", rows.len() - SHOWN))?;
    }
    Ok(())
}

fn print_lots(outcome: &Outcome) -> Result<(), Failure> {
    let row = |lot: &muster_award::LotRow| {
        vec![lot.id.clone(), lot.quantity.to_string(), lot.supplier.clone(), lot.bid.clone()]
    };
    let rows: Vec<Vec<String>> = outcome.lots.iter().map(row).collect();
    table(&["lot", "quantity", "supplier", "bid"], &rows)
}

fn print_suppliers(outcome: &Outcome) -> Result<(), Failure> {
    let row = |it: &muster_award::SupplierRow| {
        vec![
            it.supplier.clone(),
            it.lots.to_string(),
            pounds(it.value_pence),
            format!("{}.{}%", it.share_ppm / 10_000, it.share_ppm % 10_000 / 1_000),
            pounds(it.switching_pence),
        ]
    };
    let rows: Vec<Vec<String>> = outcome.suppliers.iter().map(row).collect();
    table(&["supplier", "lots", "value", "share", "switching"], &rows)
}

fn print_constraints(outcome: &Outcome) -> Result<(), Failure> {
    if outcome.constraints.is_empty() {
        return Ok(());
    }
    let row = |it: &muster_award::Priced| {
        let some = |pence: Option<i64>| pence.map_or_else(|| "no award".to_owned(), pounds);
        let price = match (it.price_pence, it.at_most_pence) {
            (Some(price), Some(most)) if !it.proven && most != price => {
                format!("{} (to {})", pounds(price), pounds(most))
            }
            (Some(price), _) => pounds(price),
            (None, _) => String::new(),
        };
        vec![it.constraint.clone(), price, some(it.without_pence)]
    };
    let rows: Vec<Vec<String>> = outcome.constraints.iter().map(row).collect();
    table(&["constraint", "costs", "award without it"], &rows)
}

fn print_left_out(outcome: &Outcome) -> Result<(), Failure> {
    if outcome.left_out.is_empty() {
        return Ok(());
    }
    let rows: Vec<Vec<String>> =
        outcome.left_out.iter().map(|it| vec![it.bid.clone(), it.reason.clone()]).collect();
    table(&["left out", "because"], &rows)
}
