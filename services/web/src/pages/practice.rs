//! `/practices/{code}`: one practice: who it is, what it has, what it will lack.

use askama::Template;
use axum::{
    Extension,
    extract::{Path, Query, State},
};
use muster_kit::Actor;
use muster_proto::{directory::v1 as directory, staffing::v1 as staffing};
use serde::Deserialize;

use super::{areas, encode, page};
use crate::{
    calls::Caller,
    deps::Deps,
    failure::PageResult,
    figures,
    model::{
        self, Role,
        answer::{self, Answer},
        grouping_words, nodes,
        run::RunView,
    },
    shell::Shell,
    table::{Cell, Table},
};

/// A fact: name and value.
struct Fact {
    name: &'static str,
    value: String,
}

#[derive(Template)]
#[template(path = "practice.html")]
struct Practice {
    shell: Shell,
    name: String,
    code: String,
    sample: bool,
    as_of: String,
    as_of_words: String,
    facts: Vec<Fact>,
    groupings: Table,
    successions: Option<Table>,
    baselines: Table,
    answer: Option<Answer>,
}

/// The date that is looked at.
#[derive(Deserialize)]
pub(crate) struct Wanted {
    #[serde(default)]
    as_of: String,
    run: Option<String>,
}

pub(crate) async fn practice(
    State(deps): State<Deps>,
    Extension(actor): Extension<Actor>,
    Path(code): Path<String>,
    Query(wanted): Query<Wanted>,
) -> PageResult {
    let caller = Caller::new(&deps, &actor);
    let known = caller.organisation(&code, &wanted.as_of).await?;
    let organisation = known.organisation.unwrap_or_default();
    let run = areas::chosen_run(&caller, wanted.run.as_deref()).await?;
    let mut answer = None;
    if let (Some(run), Some(level)) = (&run, model::level("practice")) {
        let node = areas::node_of(&caller, run, level, &organisation.ods_code).await?;
        answer = node.map(|node| answer::of_node(&node, None, RunView::read(run)));
    }
    let as_of_words = if wanted.as_of.is_empty() {
        "today".to_owned()
    } else {
        format!("on {}", figures::date(&wanted.as_of))
    };
    page(&Practice {
        shell: Shell::new(organisation.name.clone(), "/areas"),
        sample: organisation.sample,
        as_of: wanted.as_of,
        as_of_words,
        facts: facts(&organisation),
        groupings: memberships(&known.memberships),
        successions: (!known.successions.is_empty()).then(|| successions(&known.successions)),
        baselines: baselines(&caller, &organisation.ods_code).await?,
        answer,
        name: organisation.name,
        code: organisation.ods_code,
    })
}

fn facts(organisation: &directory::Organisation) -> Vec<Fact> {
    let source = organisation.provenance.as_ref().map(|p| p.source.clone()).unwrap_or_default();
    let list = organisation.registered_patients.map(figures::count).unwrap_or_default();
    let all = [
        ("Code", organisation.ods_code.clone()),
        ("Postcode", organisation.postcode.clone()),
        ("Borough", organisation.borough.clone()),
        ("Registered patients", list),
        ("Opened", figures::date(&organisation.opened)),
        ("Closed", figures::date(&organisation.closed)),
        ("Source", source),
    ];
    all.into_iter().filter(|(_, value)| !value.is_empty()).map(|(name, value)| Fact { name, value }).collect()
}

fn memberships(memberships: &[directory::Membership]) -> Table {
    let table = Table::new("groupings", "Groupings it is in")
        .text("Grouping", "name")
        .text("Kind", "kind")
        .text("From", "valid_from")
        .text("To", "valid_to")
        .empty("It is in no grouping on this date.");
    let row = |membership: &directory::Membership| {
        let level = model::LEVELS
            .iter()
            .find(|level| level.kind as i32 == membership.kind && level.key != "practice");
        let name = match level {
            Some(level) => {
                Cell::link(membership.name.clone(), nodes::href(level.key, &membership.code, None))
            }
            None => Cell::text(membership.name.clone()),
        };
        vec![
            name.tagged(membership.placeholder.then_some("placeholder")),
            Cell::text(grouping_words(membership.kind)),
            Cell::text(figures::date(&membership.valid_from)),
            Cell::text(membership.valid_to.clone()).shown(until(&membership.valid_to)),
        ]
    };
    table.rows(memberships.iter().map(row).collect::<Vec<_>>())
}

fn until(last: &str) -> String {
    if last.is_empty() { "still in it".into() } else { figures::date(last) }
}

fn successions(successions: &[directory::Succession]) -> Table {
    let table = Table::new("successions", "Mergers and take-overs")
        .text("From", "predecessor")
        .text("To", "successor")
        .number("Share", "share_percent")
        .text("On", "on");
    let row = |succession: &directory::Succession| {
        vec![
            Cell::link(
                succession.predecessor.clone(),
                nodes::href("practice", &succession.predecessor, None),
            ),
            Cell::link(succession.successor.clone(), nodes::href("practice", &succession.successor, None)),
            Cell::share(succession.share_ppm),
            Cell::text(figures::date(&succession.on)),
        ]
    };
    table.rows(successions.iter().map(row).collect::<Vec<_>>())
}

/// Baselines of a place, newest first.
pub(crate) async fn baselines(caller: &Caller<'_>, code: &str) -> muster_kit::Result<Table> {
    let mut rows = caller.baselines(code).await?;
    rows.sort_by(|a, b| {
        b.date.cmp(&a.date).then(a.role.cmp(&b.role)).then(a.detailed_role.cmp(&b.detailed_role))
    });
    let table = Table::new("baselines", "By date and role, newest first")
        .text("Date", "date")
        .text("Role", "role")
        .number("FTE", "fte")
        .number("Heads", "heads")
        .text("Source", "source")
        .empty("No baseline is recorded for this practice.");
    let row = |baseline: &staffing::Baseline| {
        let role = Role::read(baseline.role).heading();
        let role = match (baseline.detailed_role.as_str(), baseline.age_band.as_str(), baseline.sex.as_str())
        {
            ("", "", "") => role.to_owned(),
            (detail, age, sex) => {
                let parts: Vec<&str> =
                    [detail, age, sex].into_iter().filter(|part| !part.is_empty()).collect();
                format!("{role} ({})", parts.join(", "))
            }
        };
        let fte = baseline.fte_milli.map_or_else(|| Cell::number("did not return", ""), Cell::fte);
        vec![
            Cell::text(baseline.date.clone()).shown(figures::date(&baseline.date)),
            Cell::text(role),
            fte.tagged(baseline.estimated.then_some("estimated")),
            heads(baseline.heads),
            Cell::text(baseline.provenance.as_ref().map(|p| p.source.clone()).unwrap_or_default()),
        ]
    };
    let csv = format!("/csv/baselines.csv?practice={}", encode(code));
    Ok(table.csv(csv).rows(rows.iter().map(row).collect::<Vec<_>>()))
}

/// Counts of one to four heads could name a person: they are never shown, on the page nor in the file.
fn heads(heads: Option<i64>) -> Cell {
    match heads {
        Some(1..=4) => Cell::number("1 to 4", "1 to 4"),
        Some(heads) => Cell::count(heads),
        None => Cell::none(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_heads_are_never_shown() {
        assert_eq!(
            [Some(0), Some(1), Some(4), Some(5), None].map(|n| heads(n).text),
            ["0", "1 to 4", "1 to 4", "5", "–"]
        );
    }
}
