//! `/agency/rates`: rate cards, caps and the other rules, and whether published caps are what the formula gives.

use askama::Template;
use axum::{
    Extension,
    extract::{Query, State},
};
use muster_kit::{Actor, Error, Result};
use muster_proto::agency::v1::CheckCapsResponse;
use serde::Deserialize;

use crate::{
    calls::Caller,
    data::files,
    deps::Deps,
    failure::PageResult,
    figures,
    pages::{choices::Choice, page},
    shell::Shell,
    table::{Cell, Table},
};

/// Kinds of rules that can be looked at here, in words.
const KINDS: [(&str, &str); 17] = [
    ("rate-card", "Rate cards: pay scales, caps, bank rates"),
    ("cap-phases", "Phases of the price caps"),
    ("grades", "Grades and their weekly hours"),
    ("enhancements", "Enhancements of unsocial hours"),
    ("high-cost-zones", "High-cost area supplements"),
    ("site-zones", "Zones of sites"),
    ("staff-groups", "Groups of staff"),
    ("holidays", "Public holidays"),
    ("verdict-rules", "Rules behind the verdicts"),
    ("frameworks", "Approved frameworks"),
    ("cover-rules", "Cover of gaps: hours, fill, mix and prices"),
    ("drift-rules", "From when a change of rates is a step"),
    ("on-costs", "Employer’s costs, VAT and fees on top of pay and charge"),
    ("spend-rules", "Rules that recognise spend"),
    ("ceilings", "Spending ceilings"),
    ("pay-bill", "Pay bills"),
    ("signatories", "Signatories"),
];

/// Which kind; empty = the rate cards.
#[derive(Default, Deserialize)]
pub(crate) struct Wanted {
    #[serde(default)]
    kind: String,
}

impl Wanted {
    fn kind(&self) -> Result<(&'static str, &'static str)> {
        let wanted = if self.kind.is_empty() { KINDS[0].0 } else { self.kind.as_str() };
        let known = KINDS.into_iter().find(|(kind, _)| *kind == wanted);
        known.ok_or_else(|| Error::not_found(format!("there is no kind of rules `{wanted}`")))
    }
}

#[derive(Template)]
#[template(path = "agency/rates.html")]
struct Rates {
    shell: Shell,
    finding: String,
    check: Table,
    kinds: Vec<Choice>,
    kind: &'static str,
    rules: Table,
}

pub(crate) async fn rates(
    State(deps): State<Deps>,
    Extension(actor): Extension<Actor>,
    Query(wanted): Query<Wanted>,
) -> PageResult {
    let caller = Caller::new(&deps, &actor);
    let (kind, words) = wanted.kind()?;
    let (told, rules) = futures::try_join!(caller.cap_check(), rules(&caller, (kind, words)))?;
    page(&Rates {
        shell: Shell::agency("Rates and caps", "/agency/rates"),
        finding: finding(&told),
        check: check(&told).csv("/agency/rates/check.csv"),
        kinds: KINDS.map(|(known, words)| Choice::new(known, words, kind)).into(),
        kind,
        rules: rules.csv(format!("/agency/rates.csv?kind={kind}")),
    })
}

pub(crate) async fn file(
    State(deps): State<Deps>,
    Extension(actor): Extension<Actor>,
    Query(wanted): Query<Wanted>,
) -> PageResult {
    let kind = wanted.kind()?;
    files::file(kind.0, &rules(&Caller::new(&deps, &actor), kind).await?)
}

pub(crate) async fn check_file(State(deps): State<Deps>, Extension(actor): Extension<Actor>) -> PageResult {
    files::file("cap-check", &check(&Caller::new(&deps, &actor).cap_check().await?))
}

fn finding(told: &CheckCapsResponse) -> String {
    match (told.cells, told.cells - told.agree.min(told.cells)) {
        (0, _) => "No published cap is at hand to compare with the formula.".into(),
        (1, 0) => "The one published cap is to the penny what the formula gives.".into(),
        (all, 0) => format!("All {all} published caps are to the penny what the formula gives."),
        (all, 1) => format!(
            "{} of {all} published caps are to the penny what the formula gives; 1 is not.",
            told.agree
        ),
        (all, off) => {
            format!(
                "{} of {all} published caps are to the penny what the formula gives; {off} are not.",
                told.agree
            )
        }
    }
}

/// Published caps that the formula does not give.
fn check(told: &CheckCapsResponse) -> Table {
    let table = Table::new("check", "Published caps that differ from the formula, pounds an hour")
        .text("Card", "card")
        .text("Grade", "grade")
        .text("Zone", "zone")
        .text("Time", "time_band")
        .text("From", "valid_from")
        .number("Published", "published_pounds_an_hour")
        .number("By the formula", "computed_pounds_an_hour")
        .number("Difference", "difference_pounds_an_hour")
        .text("Formula, or what is missing", "remark")
        .text("Source", "source")
        .empty("No published cap differs from the formula.");
    let rows = told.disagreements.iter().map(|it| {
        let by = |of: fn(i64, i64) -> i64| {
            it.computed_pence
                .map_or_else(Cell::none, |computed| Cell::pounds(of(it.published_pence, computed)))
        };
        vec![
            Cell::text(it.card.clone()),
            Cell::text(it.grade.clone()),
            Cell::text(it.zone.clone()),
            Cell::text(it.time_band.clone()),
            Cell::text(it.valid_from.clone()).shown(figures::date(&it.valid_from)),
            Cell::pounds(it.published_pence),
            by(|_, computed| computed),
            by(|published, computed| published - computed),
            Cell::text(it.remark.clone()),
            Cell::text(it.source.clone()),
        ]
    });
    table.rows(rows.collect::<Vec<_>>())
}

/// Imported rows of a kind, which go before the shipped ones of the same key, then the shipped ones.
async fn rules(caller: &Caller<'_>, (kind, words): (&str, &str)) -> Result<Table> {
    let (imported, shipped) = futures::try_join!(caller.rules(kind, false), caller.rules(kind, true))?;
    let mut table = Table::new("rules", words).empty("No row of this kind is known.");
    let columns = imported.as_ref().or(shipped.as_ref()).map(|it| it.columns.clone()).unwrap_or_default();
    for column in columns {
        table = table.text(column.replace('_', " "), column);
    }
    table = table.text("from", "origin");
    let told = [("imported", imported), ("shipped", shipped)];
    let rows = told.into_iter().flat_map(|(origin, of)| {
        let rows = of.map(|it| it.rows).unwrap_or_default();
        rows.into_iter().map(move |row| {
            let mut cells: Vec<Cell> = row.values.into_iter().map(Cell::text).collect();
            cells.push(Cell::text(origin));
            cells
        })
    });
    Ok(table.rows(rows))
}
