//! Figures of benchmarks and bridges, and those that were heard of on the bus.

use std::collections::BTreeMap;

use muster_kit::{Error, OrgScope, Result, page::Page};
use sea_orm::ConnectionTrait;

use super::{figure, row, year};
use crate::{
    app::savings::Savings,
    domain::{
        Problem, Word as _,
        benchmark::Benchmark,
        claim::Evidence,
        displacement::{GroupHours, Hours},
        edition::EditionFigure,
        plan::PlanNature,
    },
    import::{BENCHMARKS, BRIDGE, BRIDGE_EXAMPLE, read_bridge},
    store::{plan_lines, records, spend_months},
};

/// Benchmarks: cost, people and service of each row together.
pub(super) async fn benchmarks(conn: &impl ConnectionTrait, scope: &OrgScope) -> Result<Vec<EditionFigure>> {
    let mut figures = Vec::new();
    for record in records::known(conn, scope, BENCHMARKS.name, None).await? {
        let it: Benchmark = record.value()?;
        let ratios = it.ratios();
        let of = |key: &str, unit: &str, value: Option<i64>| {
            let name =
                format!("benchmark/{}/{}/{}/{}/{key}", it.organisation, it.year, it.function, it.driver);
            value.map(|value| EditionFigure {
                unit: unit.to_owned(),
                window: year(it.year),
                base: it.driver.clone(),
                version: record.row_id.to_string(),
                source: it.source.clone(),
                // what one organisation pays is its own
                public: false,
                evidence: vec![row(&record)],
                ..figure(name, format!("{} of {}: {key}", it.function, it.organisation), value)
            })
        };
        let rows = [
            of("cost-per-driver", "centipence", Some(ratios.cost_per_driver)),
            of("drivers-per-fte", "milli", ratios.drivers_per_fte),
            of("cost-per-100-income", "centipence", ratios.cost_per_100_income),
            of("service-level", "milli", ratios.service_level),
        ];
        figures.extend(rows.into_iter().flatten());
    }
    Ok(figures)
}

/// Bridges: their figures as printed, how far each derivation is off, and what the next year opens with.
pub(super) async fn bridges(
    conn: &impl ConnectionTrait,
    scope: &OrgScope,
    known: &Savings,
) -> Result<Vec<EditionFigure>> {
    let mut figures = Vec::new();
    for record in records::known(conn, scope, BRIDGE.name, None).await? {
        figures.extend(bridge(&record.body, known, &[row(&record)])?);
    }
    Ok(figures)
}

/// The shipped example: what is behind its figures is the papers that they were printed in.
///
/// # Errors
/// Internal when the program was built with an example that cannot be read.
pub(in crate::app) fn shipped_bridge(known: &Savings) -> Result<Vec<EditionFigure>> {
    bridge(BRIDGE_EXAMPLE, known, &[])
}

fn bridge(text: &str, known: &Savings, evidence: &[Evidence]) -> Result<Vec<EditionFigure>> {
    let unreadable = |problem: Problem| Error::internal("a stored bridge is unreadable").with_source(problem);
    let mut bridge = read_bridge(text).map_err(unreadable)?.bridge;
    bridge.attest(|year| known.attested_in(year));
    let key = |id: &str| format!("bridge/{}/{id}", bridge.title);
    let mut figures = Vec::new();
    for it in &bridge.figures {
        figures.push(EditionFigure {
            window: it.window.to_string(),
            base: it.base.clone(),
            version: it.version.clone(),
            source: it.source.clone(),
            evidence: evidence.to_vec(),
            ..figure(key(&it.id), format!("{} ({}, {})", it.title, it.outturn.word(), it.scope), it.pence)
        });
    }
    for it in bridge.derive().map_err(unreadable)? {
        let least = it.ways.iter().map(|way| way.difference).min_by_key(|off| off.abs());
        let title = format!("{} printed less computed: {}", it.to.title, it.verdict.word());
        figures.push(EditionFigure {
            window: it.to.window.to_string(),
            base: it.to.base.clone(),
            version: it.to.version.clone(),
            source: it.derivation.note.clone(),
            made_of: vec![key(&it.to.id)],
            ..figure(key(&format!("derivation/{}", it.derivation.id)), title, least.unwrap_or_default())
        });
    }
    for it in bridge.roll().map_err(unreadable)? {
        figures.push(EditionFigure {
            window: it.from.window.to_string(),
            base: it.from.base.clone(),
            version: it.from.version.clone(),
            source: it.roll.source.clone(),
            made_of: match it.roll.attested_year {
                Some(_) => vec![key(&it.from.id), "savings/attested".to_owned()],
                None => vec![key(&it.from.id)],
            },
            ..figure(
                key(&format!("roll/{}", it.roll.id)),
                "gap that opens the next year".to_owned(),
                it.opening,
            )
        });
    }
    Ok(figures)
}

/// Lines of the plan that came by themselves.
pub(super) async fn plan(conn: &impl ConnectionTrait, scope: &OrgScope) -> Result<Vec<EditionFigure>> {
    let (mut figures, mut page) = (Vec::new(), Page::first(muster_kit::page::MAX_SIZE));
    loop {
        let found = plan_lines::page(conn, scope, "", &page).await?;
        for it in found.rows {
            let (low, value, high) = it.pence;
            figures.push(EditionFigure {
                context: it.evidence.kind.split('.').nth(1).unwrap_or_default().to_owned(),
                low: Some(low),
                high: Some(high),
                window: year(it.year),
                base: if it.base_year == 0 { String::new() } else { year(it.base_year) },
                version: it.version.to_string(),
                source: it.evidence.says.clone(),
                // what an award saves one organisation tells what it pays
                public: it.nature == PlanNature::Pressure,
                evidence: vec![it.evidence],
                ..figure(format!("plan/{}", it.id), format!("{} ({})", it.title, it.of), value)
            });
        }
        if found.next_token.is_empty() {
            return Ok(figures);
        }
        page = Page::new(muster_kit::page::MAX_SIZE, &found.next_token)?;
    }
}

/// Months of temporary staffing: of organisations for those inside, and their sums for everybody.
pub(super) async fn temporary_staffing(
    conn: &impl ConnectionTrait,
    scope: &OrgScope,
) -> Result<Vec<EditionFigure>> {
    let mut figures = Vec::new();
    let mut sums: BTreeMap<String, (String, &str, &str, i64, Vec<String>)> = BTreeMap::new();
    for (organisation, month) in spend_months::list(conn, scope).await? {
        let Some(it) = spend_months::get(conn, scope, &organisation, month).await? else { continue };
        let mut whole = GroupHours::default();
        for group in it.hours.values() {
            whole.bank.add(group.bank);
            whole.agency.add(group.agency);
        }
        for (supply, hours) in [("bank", whole.bank), ("agency", whole.agency)] {
            for (unit, value) in measures(hours) {
                let key = format!("temporary-staffing/{month}/{supply}-{unit}");
                let part = format!("{key}/{organisation}");
                let sum = sums.entry(key).or_insert_with(|| (month.to_string(), supply, unit, 0, Vec::new()));
                sum.3 += value;
                sum.4.push(part.clone());
                figures.push(EditionFigure {
                    context: "agency".to_owned(),
                    unit: unit.to_owned(),
                    window: month.to_string(),
                    version: it.version.to_string(),
                    source: "shift lines, as posted".to_owned(),
                    // what one organisation pays is its own
                    public: false,
                    evidence: vec![it.evidence.clone()],
                    ..figure(part, format!("{supply} of {organisation}"), value)
                });
            }
        }
    }
    figures.extend(sums.into_iter().map(|(key, (window, supply, unit, value, made_of))| EditionFigure {
        context: "agency".to_owned(),
        unit: unit.to_owned(),
        window,
        version: made_of.len().to_string(),
        source: "shift lines, as posted".to_owned(),
        // a sum of fewer than three would tell what one of them pays
        public: made_of.len() >= 3,
        made_of,
        ..figure(key, format!("{supply} of all organisations"), value)
    }));
    Ok(figures)
}

fn measures(of: Hours) -> [(&'static str, i64); 2] {
    [("minutes", of.minutes), ("pence", of.pence)]
}
