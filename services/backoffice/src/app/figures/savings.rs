//! Figures of claims, of the board and of schemes.

use std::collections::BTreeMap;

use muster_kit::{OrgScope, Result};
use sea_orm::ConnectionTrait;

use super::{figure, row, year_of};
use crate::{
    app::savings::{Savings, SchemeLine, line_key},
    domain::{
        Month, Word as _,
        claim::{ClaimState, Evidence, SavingClaim},
        edition::EditionFigure,
    },
    import::{LEDGER, SCHEME_MONTHS, SCHEMES, SchemeMonth},
    store::records,
};

pub(super) fn claim_key(of: &SavingClaim) -> String {
    format!("savings/claim/{}", of.id)
}

/// Every claim that stands, down to the line of the ledger.
pub(super) async fn claims(
    conn: &impl ConnectionTrait,
    scope: &OrgScope,
    known: &Savings,
) -> Result<Vec<EditionFigure>> {
    let named: Vec<String> = known.claims.iter().filter_map(|it| it.line.as_ref()).map(line_key).collect();
    let lines = records::of_keys(conn, scope, LEDGER.name, &named).await?;
    let stands = |it: &&SavingClaim| it.state.undecided() || it.state == ClaimState::Attested;
    let claim = |it: &SavingClaim| {
        let (held, headline) = known.standing(it);
        let value = if it.state == ClaimState::Attested { headline } else { it.pence };
        let mut title = format!("{} by {}", it.state.word(), it.organisation);
        if !held.is_empty() {
            title = format!("{title}; not counted: {held}");
        }
        let line = it.line.as_ref().and_then(|line| lines.get(&line_key(line)));
        let decided = it.decided.as_ref().map(|(by, at)| Evidence {
            event_id: String::new(),
            causation_id: String::new(),
            kind: "claim".to_owned(),
            aggregate_id: it.id.clone(),
            version: it.version,
            occurred_at: *at,
            says: format!("{} by {by}", it.state.word()),
            line: 0,
        });
        let mut evidence = it.evidence.clone();
        evidence.extend(line.map(row));
        evidence.extend(decided);
        EditionFigure {
            window: it.month.to_string(),
            version: it.version.to_string(),
            source: format!("{}, claimed by {}", it.source, it.by),
            // names accounts
            public: false,
            evidence,
            ..figure(claim_key(it), title, value)
        }
    };
    Ok(known.claims.iter().filter(stands).map(claim).collect())
}

/// The board: each sum names the figures that it is made of.
pub(super) fn board(known: &Savings) -> Vec<EditionFigure> {
    let board = &known.board;
    let months: Vec<Month> = board.months.keys().copied().collect();
    let window = match (months.first(), months.last()) {
        (Some(first), Some(last)) if first != last => format!("{first} to {last}"),
        (Some(only), _) => only.to_string(),
        _ => "no month yet".to_owned(),
    };
    let of = |wanted: &dyn Fn(&SavingClaim) -> bool| -> Vec<String> {
        known.claims.iter().filter(|it| wanted(it)).map(claim_key).collect()
    };
    let sum = |key: &str, title: &str, value: i64, made_of: Vec<String>| EditionFigure {
        window: window.clone(),
        base: "the organisations' own ledgers".to_owned(),
        version: made_of.len().to_string(),
        source: "claims that finance attested".to_owned(),
        made_of,
        ..figure(format!("savings/{key}"), title.to_owned(), value)
    };
    let counts = |it: &SavingClaim| known.standing(it).1 != 0;
    let organisations: Vec<String> =
        board.organisations.keys().map(|it| format!("savings/attested/{it}")).collect();
    let mut figures = vec![
        sum("attested", "attested savings above own programmes", board.total, organisations),
        sum("recurrent", "the recurrent part of it", board.recurrent, of(&counts)),
        sum(
            "within-own",
            "attested within own programmes",
            board.within_own,
            of(&|it| it.state == ClaimState::Attested && !counts(it)),
        ),
    ];
    for (organisation, pence) in &board.organisations {
        let made_of = of(&|it| counts(it) && it.organisation == *organisation);
        let title = format!("attested savings of {organisation}");
        figures.push(sum(&format!("attested/{organisation}"), &title, *pence, made_of));
    }
    figures.extend(parts(known, &sum));
    let waiting = board.unattested - known.proposed();
    for (key, title, value, state) in [
        ("unattested", "claimed and not attested", waiting, ClaimState::Claimed),
        ("proposed", "proposed by events", known.proposed(), ClaimState::Proposed),
    ] {
        let mut it = sum(key, title, value, of(&|it| it.state == state));
        it.source = "claims that wait for a decision".to_owned();
        // money that nobody attested is no public figure
        it.public = false;
        figures.push(it);
    }
    figures
}

/// The headline by month of the ledger and by scheme.
fn parts<S>(known: &Savings, sum: &S) -> Vec<EditionFigure>
where
    S: Fn(&str, &str, i64, Vec<String>) -> EditionFigure,
{
    let counting: Vec<&SavingClaim> = known.claims.iter().filter(|it| known.standing(it).1 != 0).collect();
    let of = |wanted: &dyn Fn(&SavingClaim) -> bool| -> Vec<String> {
        counting.iter().filter(|it| wanted(it)).map(|it| claim_key(it)).collect()
    };
    let months = known.board.months.iter().map(|(month, pence)| {
        let made_of = of(&|it| it.line.as_ref().is_some_and(|line| line.month == *month));
        let title = format!("attested savings in the ledger of {month}");
        let it = sum(&format!("attested-month/{month}"), &title, *pence, made_of);
        EditionFigure { window: month.to_string(), ..it }
    });
    let schemes = known.board.schemes.iter().map(|(scheme, pence)| {
        let made_of = of(&|it| it.scheme == *scheme);
        let title = format!("attested savings of {scheme}");
        // a scheme is the tracker's, not the public's
        let it = sum(&format!("attested-scheme/{scheme}"), &title, *pence, made_of);
        EditionFigure { public: false, ..it }
    });
    months.chain(schemes).collect()
}

/// Schemes as they stand at the end of a month.
pub(super) async fn schemes(
    conn: &impl ConnectionTrait,
    scope: &OrgScope,
    known: &Savings,
    at: Option<Month>,
) -> Result<Vec<EditionFigure>> {
    let Some(at) = at else { return Ok(Vec::new()) };
    let mut evidence: BTreeMap<String, Vec<Evidence>> = BTreeMap::new();
    for record in records::known(conn, scope, SCHEMES.name, None).await? {
        evidence.entry(record.row_key.clone()).or_default().push(row(&record));
    }
    for record in records::known(conn, scope, SCHEME_MONTHS.name, None).await? {
        let month: SchemeMonth = record.value()?;
        evidence.entry(month.scheme).or_default().push(row(&record));
    }
    let lines = known.scheme_lines(at.into(), None);
    Ok(lines
        .iter()
        .flat_map(|line| {
            let evidence = evidence.get(&line.of.scheme.id).cloned().unwrap_or_default();
            scheme(line, at, &evidence)
        })
        .collect())
}

fn scheme(line: &SchemeLine<'_>, at: Month, evidence: &[Evidence]) -> Vec<EditionFigure> {
    let scheme = &line.of.scheme;
    let (effect, delivery) = (line.effect, line.delivery);
    let year = year_of(at);
    let to_date = format!("{} to {at}", at.year_start());
    let of = |key: &str, title: &str, value: i64, window: &str| EditionFigure {
        window: window.to_owned(),
        base: scheme.programme.clone(),
        version: scheme.gate.word().to_owned(),
        source: format!("import {}", line.of.import_id),
        // a scheme is the tracker's, not the public's
        public: false,
        evidence: evidence.to_vec(),
        ..figure(format!("scheme/{}/{key}", scheme.id), format!("{}: {title}", scheme.title), value)
    };
    vec![
        of("pye", "part-year effect", effect.pye, &year),
        of("fye", "full-year effect", effect.fye, &year),
        of("carry-forward", "carried into next year", effect.carry_forward, &year),
        of("new-gap", "gone next year", effect.new_gap, &year),
        of("risk-adjusted", "part-year effect by risk", line.risk_adjusted, &year),
        of("plan-to-date", "planned to date", delivery.plan_to_date, &to_date),
        of("actual-to-date", "came to date", delivery.actual_to_date, &to_date),
        of("plan-year", "planned in the year", delivery.plan_year, &year),
        of("forecast-year", "expected in the year", delivery.forecast_year, &year),
    ]
}
