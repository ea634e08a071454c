//! Figures of bank and agency, for an edition: money above caps, the year against its ceiling, and the cover of the forecast gap.
//!
//! Hours and money of the months are not among them: the back office has those as it heard of them.

use std::collections::{BTreeMap, BTreeSet};

use muster_kit::{
    Action, Actor, OrgCode, Resource, Result,
    figures::{event, financial_year, page},
    page::{Page, Paged},
};
use muster_proto::common::v1::{Figure, FigureEvidence};

use super::{
    Deps,
    get_projection::{Asked, projection_of},
    get_spend_table::get_spend_table,
    list_cover::{Covered, list_cover},
    warn_ceiling::THRESHOLD_PPM,
};
use crate::{
    domain::projection::Interval,
    store::{gaps, versions},
};

/// Levels at which a gap's cover is a figure of an edition; below them it is on the pages.
const LEVELS: [&str; 3] = ["system", "borough", "federation"];

/// What one organisation pays is its own; a sum of fewer than so many would tell it.
const ENOUGH: usize = 3;

/// All of them, in order of their keys.
///
/// # Errors
/// Forbidden, or what the database says.
pub(crate) async fn list_figures(deps: &Deps, actor: &Actor, wanted: &Page) -> Result<Paged<Figure>> {
    deps.permit(actor, Action::Read, Resource::all("spend")).await?;
    let (mut figures, organisations) = months(deps, actor).await?;
    figures.extend(projections(deps, actor, &organisations).await?);
    let scenarios = gaps::scenarios(deps.db.read(), &actor.scope()).await?;
    for (scenario, level) in scenarios.iter().flat_map(|it| LEVELS.map(|level| (it, level))) {
        let (scenario, level) = (scenario.clone(), level.to_owned());
        let wanted = gaps::Wanted { scenario, level, ..gaps::Wanted::default() };
        let found = list_cover(deps, actor, wanted).await?;
        figures.extend(found.rows.iter().flat_map(cover));
    }
    Ok(page(figures, wanted))
}

/// Money above the cap and overrides of each month, and the organisations that they are of.
async fn months(deps: &Deps, actor: &Actor) -> Result<(Vec<Figure>, BTreeSet<String>)> {
    let table = get_spend_table(deps, actor, "", ("", "")).await?;
    let mut sums: BTreeMap<(&str, String), (i64, Vec<String>)> = BTreeMap::new();
    let (mut figures, mut organisations) = (Vec::new(), BTreeSet::new());
    for of in table.measures.iter().filter(|of| !of.month.is_empty()) {
        organisations.insert(of.organisation.clone());
        let aggregate = format!("{} {}", of.organisation, of.month);
        let version =
            versions::current(deps.db.read(), &actor.scope(), &format!("spend {aggregate}")).await?;
        for (measure, value) in [("over-cap", of.over_cap), ("overrides", of.overrides * 1_000)] {
            let (unit, says) = month_of(measure);
            let whole = format!("agency/{measure}/{}", of.month);
            let key = format!("{whole}/{}", of.organisation);
            let sum = sums.entry((measure, of.month.clone())).or_default();
            sum.0 += value;
            sum.1.push(key.clone());
            figures.push(Figure {
                key,
                title: format!("{says} of {}", of.organisation),
                value,
                unit: unit.to_owned(),
                window: of.month.clone(),
                base: "the caps of each shift's day".to_owned(),
                version: version.to_string(),
                source: "shift lines".to_owned(),
                evidence: vec![event("agency.spend.posted", aggregate.clone(), version)],
                ..Figure::default()
            });
        }
    }
    figures.extend(sums.into_iter().map(|((measure, month), (value, made_of))| {
        let (unit, says) = month_of(measure);
        Figure {
            key: format!("agency/{measure}/{month}"),
            title: format!("{says} of all organisations"),
            value,
            unit: unit.to_owned(),
            window: month,
            base: "the caps of each shift's day".to_owned(),
            version: made_of.len().to_string(),
            source: "shift lines".to_owned(),
            public: made_of.len() >= ENOUGH,
            made_of,
            ..Figure::default()
        }
    }));
    Ok((figures, organisations))
}

fn month_of(measure: &str) -> (&'static str, &'static str) {
    match measure {
        "over-cap" => ("pence", "agency money above the price caps"),
        _ => ("milli", "agency shifts above a cap or off framework"),
    }
}

/// The year of each organisation, where enough is known of it.
async fn projections(deps: &Deps, actor: &Actor, organisations: &BTreeSet<String>) -> Result<Vec<Figure>> {
    let (conn, scope) = (deps.db.read(), actor.scope());
    let mut figures = Vec::new();
    for code in organisations {
        // whose code is none has neither a year nor a ceiling
        let Ok(organisation) = OrgCode::new(code) else { continue };
        let asked =
            Asked { organisation, until: String::new(), threshold_ppm: THRESHOLD_PPM, announce: false };
        let found = projection_of(conn, &scope, &asked).await?;
        let aggregate = format!("{code} {}", found.last_month);
        let version = versions::current(conn, &scope, &format!("spend {aggregate}")).await?;
        let evidence: Vec<FigureEvidence> = match version {
            // the pay bill is a rule of its own, without a month of shifts
            0 => Vec::new(),
            version => vec![event("agency.spend.posted", aggregate, version)],
        };
        let year = financial_year(found.year.into());
        let figure = |key: &str, title: String, value: i64, source: String| Figure {
            key: format!("agency/{key}/{year}/{code}"),
            title,
            value,
            unit: "pence".to_owned(),
            window: year.clone(),
            version: found.last_month.clone(),
            source,
            evidence: evidence.clone(),
            ..Figure::default()
        };
        let Interval { p10, p50, p90 } = found.it.year;
        let source = format!("{} up to {}", found.basis, found.last_month);
        figures.push(Figure {
            low: Some(p10),
            high: Some(p90),
            base: found.ceiling.as_ref().map_or_else(String::new, |it| it.1.clone()),
            ..figure("projected", format!("agency spending of {code} in the year"), p50, source)
        });
        if let Some((ceiling, source)) = &found.ceiling {
            figures.push(figure("ceiling", format!("agency ceiling of {code}"), *ceiling, source.clone()));
        }
    }
    Ok(figures)
}

fn cover(of: &Covered) -> Vec<Figure> {
    let (gap, head) = (&of.gap, &of.head);
    let year = financial_year(i32::try_from(gap.year).unwrap_or_default());
    let place = format!("{}/{}/{}/{}/{}/{year}", gap.scenario, gap.area, gap.level, gap.node, gap.role);
    let minutes = |of: Interval| Interval { p10: of.p10 * 60, p50: of.p50 * 60, p90: of.p90 * 60 };
    let measures = [
        ("cover-bank", "minutes", "bank cover", minutes(of.cover.bank)),
        ("cover-agency", "minutes", "agency cover", minutes(of.cover.agency)),
        ("cover-unfilled", "minutes", "cover that nobody would fill", minutes(of.cover.unfilled)),
        ("cover-cost", "pence", "cost of the cover", of.cover.cost),
    ];
    let figure = |(measure, unit, says, it): (&str, &str, &str, Interval)| Figure {
        key: format!("agency/{measure}/{place}"),
        title: format!("{says} of the {} gap at {} ({})", gap.role, gap.name, gap.scenario),
        value: it.p50,
        unit: unit.to_owned(),
        low: Some(it.p10),
        high: Some(it.p90),
        window: year.clone(),
        base: of.staff_group.clone(),
        version: head.version.to_string(),
        source: format!("forecast {}; {}", head.run_id, of.caveats.join("; ")),
        public: true,
        // staffing's own figure of the gap, of the forecast that was heard of last
        made_of: vec![format!("staffing/gap/{place}")],
        evidence: vec![FigureEvidence {
            event_id: head.event_id.clone(),
            occurred_at_micros: head.published_at,
            ..event("staffing.forecast.published", format!("{} {}", gap.scenario, gap.area), head.version)
        }],
    };
    measures.into_iter().map(figure).collect()
}
