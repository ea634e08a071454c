//! The cheapest assignment of organisations to providers, and what each rule of the case costs.

use std::collections::BTreeMap;

use muster_proto::backoffice::v1::{CaseAssignment, CaseRule, GetCaseResponse};

use super::provider_words;
use crate::{
    model::{
        agency::counted,
        back_office::{money, whole},
    },
    table::{Cell, Table},
};

/// The cheapest assignment in a sentence.
pub(crate) fn finding(told: &GetCaseResponse) -> String {
    let local = money(told.all_local_pence);
    match &told.cheapest {
        None => format!("No assignment keeps every rule. When everybody stays it costs {local} a year."),
        Some(of) => {
            let less = told.all_local_pence.saturating_sub(of.cost_pence);
            let against = if less >= 0 { "less" } else { "more" };
            let unproven = if of.unproven {
                " The search ended at its time limit: there may be a cheaper one."
            } else {
                ""
            };
            format!(
                "The cheapest assignment that keeps the rules costs {} a year, with the cost of moving spread over the months \
                 of the case: {} {against} than the {local} when everybody stays.{unproven}",
                money(of.cost_pence),
                money(less.abs()),
            )
        }
    }
}

/// Who is served by whom in the cheapest assignment.
pub(crate) fn cheapest(told: &GetCaseResponse) -> Table {
    let table = Table::new("cheapest", "The cheapest assignment that keeps the rules")
        .text("Organisation", "organisation")
        .text("Served by", "provider")
        .empty("No assignment keeps every rule.");
    let served = told.cheapest.iter().flat_map(|of| &of.organisations);
    let row = |it: &muster_proto::backoffice::v1::CaseServed| {
        vec![
            Cell::text(it.organisation.clone()),
            Cell::text(it.provider.clone()).shown(provider_words(&it.provider)),
        ]
    };
    table.rows(served.map(row).collect::<Vec<_>>())
}

/// Who would be served by somebody else without the rule.
fn moved(with: Option<&CaseAssignment>, without: &CaseAssignment) -> String {
    let before: BTreeMap<&str, &str> = with
        .into_iter()
        .flat_map(|of| &of.organisations)
        .map(|it| (it.organisation.as_str(), it.provider.as_str()))
        .collect();
    let other = without
        .organisations
        .iter()
        .filter(|it| before.get(it.organisation.as_str()) != Some(&it.provider.as_str()));
    let words: Vec<String> =
        other.map(|it| format!("{} by {}", it.organisation, provider_words(&it.provider))).collect();
    if words.is_empty() { "nobody would be served otherwise".into() } else { words.join(", ") }
}

/// Rules, and what each costs.
pub(crate) fn rules(told: &GetCaseResponse) -> Table {
    let table = Table::new("rules", "What each rule costs")
        .text("Rule", "rule")
        .number("Costs a year", "costs_pounds")
        .text("Without it, served otherwise", "without")
        .number("Cost a year without it", "cost_without_pounds")
        .empty("The case states no rules.");
    let row = |of: &CaseRule| {
        let cost = match of.costs_pence {
            Some(0) => whole(0).shown("nothing"),
            Some(pence) => whole(pence),
            None => Cell::none().shown("cannot be said"),
        };
        let without = of.without.as_ref();
        vec![
            Cell::text(of.rule.clone()),
            cost,
            Cell::text(without.map_or_else(
                || "no assignment keeps the others".to_owned(),
                |it| moved(told.cheapest.as_ref(), it),
            )),
            without.map_or_else(Cell::none, |it| whole(it.cost_pence)),
        ]
    };
    table.rows(told.rules.iter().map(row).collect::<Vec<_>>())
}

/// Rules that cost something, in a sentence.
pub(crate) fn dearest(told: &GetCaseResponse) -> String {
    let costly = told.rules.iter().filter(|it| it.costs_pence.is_some_and(|pence| pence > 0));
    match costly.clone().max_by_key(|it| it.costs_pence) {
        None if told.rules.is_empty() => String::new(),
        None => "No rule makes the cheapest assignment dearer.".into(),
        Some(most) => format!(
            "{} of {} cost something; the dearest, “{}”, costs {} a year.",
            costly.count(),
            counted(told.rules.len() as u64, "rule"),
            most.rule,
            money(most.costs_pence.unwrap_or_default()),
        ),
    }
}

#[cfg(test)]
mod tests {
    use muster_proto::backoffice::v1::CaseServed;

    use super::*;

    #[test]
    fn a_rule_says_who_would_be_served_otherwise() {
        let assignment = |provider: &str| CaseAssignment {
            organisations: vec![
                CaseServed { organisation: "RJ1".into(), provider: "local".into() },
                CaseServed { organisation: "RPG".into(), provider: provider.into() },
            ],
            cost_pence: 0,
            unproven: false,
        };
        let (with, without) = (assignment("RJ1"), assignment("Firm"));
        assert_eq!(moved(Some(&with), &without), "RPG by Firm");
        assert_eq!(moved(Some(&with), &with), "nobody would be served otherwise");
    }
}
