//! A plan of levers in words: is every borough kept, what is done, what does it cost, which borough and year decide.

use std::collections::BTreeMap;

use muster_proto::staffing::v1::{LeverPlan, ShortageChance};

use super::Role;
use crate::{
    figures,
    table::{Cell, Table},
};

/// What the page says.
pub(crate) struct PlanView {
    pub(crate) kept: bool,
    pub(crate) verdict: String,
    pub(crate) cost: String,
    pub(crate) findings: Vec<String>,
    pub(crate) levers: Table,
    pub(crate) chances: Table,
    pub(crate) document: String,
    pub(crate) took: String,
}

/// Reads a plan for an accepted chance, in parts per million.
pub(crate) fn read(plan: &LeverPlan, accepted: i64) -> PlanView {
    let counted = || plan.chances.iter().filter(|one| one.counts);
    let over = counted().filter(|one| one.after_ppm > accepted).count();
    let all = counted().count();
    let worst = counted().max_by_key(|one| one.after_ppm);
    let worst = worst.map_or_else(String::new, |one| {
        format!(
            " {} in {} decides: its chance is {} with the levers, {} without.",
            one.name,
            one.year,
            figures::percent(one.after_ppm),
            figures::percent(one.before_ppm)
        )
    });
    let limit = figures::percent(accepted);
    let verdict = if plan.kept {
        format!("Every borough and year that counts stays at or under a chance of {limit}.{worst}")
    } else {
        format!(
            "No mix within these limits keeps every borough at or under a chance of {limit}: {over} of {all} borough years stay above.{worst}"
        )
    };
    PlanView {
        kept: plan.kept,
        verdict,
        cost: figures::pounds(plan.cost_pence),
        findings: plan.findings.clone(),
        levers: levers(plan),
        chances: chances(&plan.chances, accepted),
        document: plan.scenario_document.clone(),
        took: figures::seconds(plan.elapsed_micros),
    }
}

fn amount(lever: &str, micro: i64) -> String {
    if lever == "posts" { format!("{} FTE", figures::tenths(micro / 1_000)) } else { figures::percent(micro) }
}

/// Name of the borough where a lever acts.
fn place(plan: &LeverPlan, code: &str) -> String {
    if code.is_empty() {
        return "everywhere".to_owned();
    }
    let named = plan.chances.iter().find(|chance| chance.node == code);
    named.map_or_else(|| code.to_owned(), |chance| chance.name.clone())
}

fn levers(plan: &LeverPlan) -> Table {
    let table = Table::new("plan-levers", "What is done")
        .text("Lever", "lever")
        .text("Where", "place")
        .text("Whose", "role")
        .number("Done", "by")
        .number("The most allowed", "cap")
        .number("Unit cost a year", "unit_cost_pounds")
        .text("From", "starts_in")
        .number("Cost over all years, £ million", "cost_pounds")
        .text("Source", "source")
        .empty("Nothing needs to be done.");
    table.rows(plan.levers.iter().map(|planned| {
        let lever = planned.lever.clone().unwrap_or_default();
        let each = if lever.lever == "posts" { "an FTE" } else { "1%" };
        vec![
            Cell::text(lever.lever.clone()),
            Cell::text(place(plan, &lever.place)),
            Cell::text(Role::read(lever.role).heading()),
            Cell::number(amount(&lever.lever, planned.by_micro), planned.by_micro.to_string()),
            Cell::number(amount(&lever.lever, lever.cap_micro), lever.cap_micro.to_string())
                .tagged((lever.shared_cap_micro > 0).then_some("shared")),
            Cell::number(
                format!("{} for {each}", figures::exact_pounds(lever.unit_cost_pence)),
                figures::plain_pounds(lever.unit_cost_pence),
            ),
            Cell::year(lever.starts_in),
            Cell::cost(planned.cost_pence),
            Cell::text(lever.source),
        ]
    }))
}

/// A row a borough, a column a year: the chance without and with the levers.
fn chances(all: &[ShortageChance], accepted: i64) -> Table {
    let mut years: Vec<i32> = all.iter().map(|one| one.year).collect();
    years.sort_unstable();
    years.dedup();
    let mut boroughs: BTreeMap<&str, (&str, BTreeMap<i32, &ShortageChance>)> = BTreeMap::new();
    for one in all {
        boroughs.entry(&one.node).or_insert((&one.name, BTreeMap::new())).1.insert(one.year, one);
    }
    let mut table =
        Table::new("chances", "Chance of a shortage, without and with the levers").text("Borough", "borough");
    for year in &years {
        table = table.number(year.to_string(), "chance_percent");
    }
    table.rows(boroughs.into_values().map(|(name, of)| {
        let cell = |year: &i32| {
            let Some(one) = of.get(year) else { return Cell::none() };
            let share = |ppm: i64| format!("{}%", figures::round(ppm, 10_000));
            let text = format!("{} \u{2192} {}", share(one.before_ppm), share(one.after_ppm));
            let (word, tone) = match (one.counts, one.after_ppm <= accepted) {
                (false, _) => ("not counted", "plain"),
                (true, true) => ("kept", "yes"),
                (true, false) => ("over", "no"),
            };
            Cell::number(text, figures::plain_milli(one.after_ppm / 10)).judged(word, tone)
        };
        std::iter::once(Cell::text(name)).chain(years.iter().map(cell)).collect()
    }))
}
