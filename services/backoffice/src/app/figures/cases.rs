//! Figures of business cases, of gains to be shared and of recharges.

use muster_kit::{OrgScope, Result};
use sea_orm::ConnectionTrait;

use super::{figure, row, savings::claim_key};
use crate::{
    app::{
        cases::{DECISIONS, Decision, KnownCase, Worked, unreadable},
        recharges,
        savings::Savings,
    },
    domain::{
        Word as _, claim::Evidence, edition::EditionFigure, figure::divide_i64, options::Choice,
        sharing::shapley,
    },
    import::{GAIN_SHARING, read_share},
    store::records,
};

/// Organisations of which a sum must be for everybody to see it: of fewer, each could work out what another pays.
const FEWEST: usize = 3;

/// Cases: what the option that stands for each is worth, and how it is forecast now. Low and high case are figures of their own, since they
/// are no percentiles. What nobody approved is no public figure.
pub(super) async fn cases(
    conn: &impl ConnectionTrait,
    scope: &OrgScope,
    known: &Savings,
) -> Result<Vec<EditionFigure>> {
    let mut figures = Vec::new();
    for case in KnownCase::all(conn, scope).await? {
        figures.extend(of_case(&case.work_out(known, None)?, known));
    }
    Ok(figures)
}

fn of_case(worked: &Worked<'_>, savings: &Savings) -> Vec<EditionFigure> {
    let (known, chosen) = (worked.known, worked.chosen());
    let (case, total) = (&known.case, &chosen.result.total);
    let evidence: Vec<Evidence> =
        std::iter::once(row(&known.record)).chain(known.approval().map(|it| decided(&case.id, it))).collect();
    let moving = chosen.option.choices.iter().filter(|it| **it != Choice::Local).count();
    let public = known.approval().is_some() && moving >= FEWEST;
    let key = |name: &str| format!("case/{}/{name}", case.id);
    let of = |name: &str, title: &str, value: i64| EditionFigure {
        window: format!("{} to {}", case.start, case.start.plus(case.months - 1)),
        base: "staying as it is".to_owned(),
        version: known.version.to_string(),
        source: format!("{}, option {}", case.title, chosen.option.id),
        evidence: evidence.clone(),
        public,
        ..figure(key(name), format!("{}: {title}", case.title), value)
    };
    let mut figures: Vec<EditionFigure> = chosen
        .result
        .organisations
        .iter()
        .map(|it| {
            let name = it.organisation.clone().unwrap_or_default();
            // what one organisation pays for its back office is its own
            let of_it = of(&format!("npv/{name}"), &format!("net present value of {name}"), it.npv_pence);
            EditionFigure { public: false, ..of_it }
        })
        .collect();
    let parts = figures.iter().map(|it| it.key.clone()).collect();
    let npv = of("npv", "net present value as planned", total.npv_pence);
    figures.extend([
        EditionFigure { made_of: parts, ..npv },
        of("npv-low", "the same in the low case", total.low_pence),
        of("npv-high", "the same in the high case", total.high_pence),
        of("npv-after-optimism", "the same corrected for optimism", total.biased_pence),
        of("peak-cash", "most cash that is out at a time", total.planned.peak_cash),
    ]);
    if let Some(now) = &worked.reforecast {
        let claims: Vec<String> = known.claims(savings).map(|(claim, _)| claim_key(claim)).collect();
        let attested = of("attested", "attested of its savings", now.total.attested);
        let forecast = of("reforecast", "net present value as it is forecast now", now.total.npv);
        let window = format!("{} to {}", case.start, now.as_of);
        figures.extend([
            EditionFigure { window: window.clone(), made_of: claims, ..attested },
            EditionFigure { made_of: vec![key("npv"), key("attested")], ..forecast },
            EditionFigure { window, ..of("planned-to-date", "saving planned to date", now.total.planned) },
        ]);
    }
    figures
}

/// Who approved which option.
fn decided(case: &str, of: &Decision) -> Evidence {
    Evidence {
        event_id: String::new(),
        causation_id: String::new(),
        kind: DECISIONS.to_owned(),
        aggregate_id: case.to_owned(),
        version: of.case_version + 1,
        occurred_at: of.at,
        says: format!("option {} approved by {}: {}", of.option, of.by, of.reason),
        line: 0,
    }
}

/// Shapley values of stored gains, in 1/1000 of the unit of each document.
pub(super) async fn sharings(conn: &impl ConnectionTrait, scope: &OrgScope) -> Result<Vec<EditionFigure>> {
    let mut figures = Vec::new();
    for record in records::known(conn, scope, GAIN_SHARING.name, None).await? {
        let share = read_share(&record.body).map_err(unreadable)?;
        let fair = shapley(&share.game);
        for (player, name) in share.game.players().iter().enumerate() {
            let value = divide_i64(fair.numerators[player].saturating_mul(1_000), fair.denominator);
            figures.push(EditionFigure {
                unit: "milli".to_owned(),
                base: share.game.kind().word().to_owned(),
                version: record.row_id.to_string(),
                source: share.title.clone(),
                // what a partner gains tells what it buys
                public: false,
                evidence: vec![row(&record)],
                ..figure(format!("sharing/{}/{name}", share.title), format!("Shapley value of {name}"), value)
            });
        }
    }
    Ok(figures)
}

/// What members of shared services pay by quarter, and what each service cost.
pub(super) async fn recharged(conn: &impl ConnectionTrait, scope: &OrgScope) -> Result<Vec<EditionFigure>> {
    let mut figures = Vec::new();
    for known in recharges::all(conn, scope, "").await? {
        let quarter = &known.quarter;
        let of = |name: &str, title: String, value: i64| EditionFigure {
            window: format!("{} to {}", quarter.start, quarter.start.plus(2)),
            base: "two-part tariff".to_owned(),
            version: known.record.row_id.to_string(),
            source: "settled quarters, as imported".to_owned(),
            evidence: vec![row(&known.record)],
            ..figure(format!("recharge/{}/{}/{name}", quarter.service, quarter.start), title, value)
        };
        let mut parts = Vec::new();
        for (organisation, bill) in quarter.settle().map_err(unreadable)? {
            let title = format!("{}: {organisation} pays", quarter.service);
            let paid = of(&organisation, title, bill.actual_fixed + bill.actual_running);
            parts.push(paid.key.clone());
            figures.push(EditionFigure { public: false, ..paid });
        }
        let cost = quarter.actual_fixed + quarter.actual_running;
        let whole = of("cost-of-service", format!("{}: cost of the shared service", quarter.service), cost);
        let public = quarter.members.len() >= FEWEST;
        figures.push(EditionFigure { made_of: parts, public, ..whole });
    }
    Ok(figures)
}
