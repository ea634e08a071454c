//! Figures of the catalogue, for an edition: published spend, what could be paid less, the prices of awards, and what was saved under
//! them.

use std::collections::BTreeMap;

use muster_kit::{
    Action, Actor, OrgScope, Resource, Result,
    figures::{event, page},
    page::{Page, Paged},
};
use muster_proto::{
    catalogue::v1 as pb,
    common::v1::{Figure, FigureEvidence},
};
use sea_orm::ConnectionTrait;

use super::Deps;
use crate::store::{
    codec,
    realised::{Month, grounds, months},
    rounds,
    spend::{self, Brought},
    variance, versions,
};

/// What one organisation pays is its own; a sum of fewer than so many would tell it.
const ENOUGH: usize = 3;

/// All of them, in order of their keys.
///
/// # Errors
/// Forbidden, or what the database says.
pub(crate) async fn list_figures(deps: &Deps, actor: &Actor, wanted: &Page) -> Result<Paged<Figure>> {
    deps.permit(actor, Action::Read, Resource::all("spend")).await?;
    let (conn, scope) = (deps.db.read(), actor.scope());
    let mut figures = published(&spend::brought(conn, &scope).await?);
    figures.extend(opportunities(conn, &scope).await?);
    figures.extend(realised(conn, &scope).await?);
    figures.extend(awarded(conn, &scope).await?);
    Ok(page(figures, wanted))
}

/// A figure in pence that is not for everybody.
fn pence(key: String, title: String, value: i64, window: &str) -> Figure {
    Figure { key, title, value, unit: "pence".to_owned(), window: window.to_owned(), ..Figure::default() }
}

/// Published spend by payer and month: public already.
fn published(brought: &[Brought]) -> Vec<Figure> {
    let mut of: BTreeMap<(&str, &str), Vec<&Brought>> = BTreeMap::new();
    for one in brought {
        of.entry((&one.organisation, &one.month)).or_default().push(one);
    }
    let figure = |((organisation, month), imports): ((&str, &str), Vec<&Brought>)| Figure {
        version: imports.len().to_string(),
        source: "published payments".to_owned(),
        public: true,
        evidence: imports.iter().map(|it| lines(it)).collect(),
        ..pence(
            format!("catalogue/published-spend/{month}/{organisation}"),
            format!("published payments of {organisation}"),
            imports.iter().map(|it| it.pence).sum(),
            month,
        )
    };
    of.into_iter().map(figure).collect()
}

fn lines(of: &Brought) -> FigureEvidence {
    FigureEvidence {
        kind: "spend".to_owned(),
        aggregate_id: of.import_id.clone(),
        says: format!("line {} of import {}, and {} more", of.first_line, of.import_id, of.lines - 1),
        line: of.first_line,
        ..FigureEvidence::default()
    }
}

/// What each organisation could pay less, as it was said last.
async fn opportunities(conn: &impl ConnectionTrait, scope: &OrgScope) -> Result<Vec<Figure>> {
    let mut figures = Vec::new();
    for said in variance::said(conn, scope).await? {
        let organisation = &said.organisation;
        let version = versions::current(conn, scope, &format!("variance {organisation}")).await?;
        figures.push(Figure {
            base: "the lower quartile of others".to_owned(),
            version: version.to_string(),
            source: format!("{} items dearer than at others", said.item_rows),
            evidence: vec![event("catalogue.variance.found", organisation.clone(), version)],
            ..pence(
                format!("catalogue/opportunity/{organisation}"),
                format!("what {organisation} pays above the lower quartile of others in a year"),
                said.opportunity,
                "the last year of purchases",
            )
        });
    }
    Ok(figures)
}

/// Baseline less paid under awards: each partner's months, and the sums of months that enough partners share.
async fn realised(conn: &impl ConnectionTrait, scope: &OrgScope) -> Result<Vec<Figure>> {
    let mut of: BTreeMap<(String, String, String), Vec<Month>> = BTreeMap::new();
    for row in months(conn, scope, "", "").await? {
        of.entry((row.round_id.clone(), row.organisation.clone(), row.month.clone())).or_default().push(row);
    }
    let mut titles: BTreeMap<String, String> = BTreeMap::new();
    let mut sums: BTreeMap<(String, String), (i64, Vec<String>)> = BTreeMap::new();
    let mut figures = Vec::new();
    for ((round, organisation, month), lots) in of {
        if !titles.contains_key(&round) {
            titles.insert(round.clone(), rounds::get(conn, scope, &round).await?.title);
        }
        let title = titles.get(&round).cloned().unwrap_or_default();
        let aggregate = format!("{round} {organisation} {month}");
        let version = versions::current(conn, scope, &format!("realised {aggregate}")).await?;
        let saved = lots.iter().filter_map(|it| it.baseline_pence.map(|before| before - it.paid_pence)).sum();
        let key = format!("catalogue/realised/{round}/{month}/{organisation}");
        let sum = sums.entry((round.clone(), month.clone())).or_default();
        sum.0 += saved;
        sum.1.push(key.clone());
        figures.push(Figure {
            base: "what was paid before the award".to_owned(),
            version: version.to_string(),
            source: title.clone(),
            evidence: vec![event("catalogue.price.realised", aggregate, version)],
            ..pence(key, format!("saved by {organisation} under {title}"), saved, &month)
        });
    }
    figures.extend(sums.into_iter().map(|((round, month), (value, made_of))| {
        let title = titles.get(&round).cloned().unwrap_or_default();
        Figure {
            base: "what was paid before the award".to_owned(),
            version: made_of.len().to_string(),
            source: title.clone(),
            public: made_of.len() >= ENOUGH,
            made_of,
            ..pence(
                format!("catalogue/realised/{round}/{month}"),
                format!("saved by all partners under {title}"),
                value,
                &month,
            )
        }
    }));
    Ok(figures)
}

/// Prices of one unit of each awarded lot, and what partners paid for one before: commercial, for nobody else to see.
async fn awarded(conn: &impl ConnectionTrait, scope: &OrgScope) -> Result<Vec<Figure>> {
    let mut figures: BTreeMap<String, Figure> = BTreeMap::new();
    let mut heads: BTreeMap<String, rounds::Head> = BTreeMap::new();
    for of in grounds(conn, scope, "", "").await? {
        if !heads.contains_key(&of.round_id) {
            heads.insert(of.round_id.clone(), rounds::get(conn, scope, &of.round_id).await?);
        }
        let Some(head) = heads.get(&of.round_id) else { continue };
        let award: pb::Award = codec::message(&head.award)?;
        let (lot, round) = (&of.lot_id, &of.round_id);
        let price = |key: String, title: String, value: i64, base: &str| Figure {
            key,
            title,
            value,
            unit: "centipence".to_owned(),
            window: format!("{} to {}", award.from, award.until),
            base: base.to_owned(),
            version: head.version.to_string(),
            source: format!("{} ({})", head.title, of.supplier),
            evidence: vec![event(
                "catalogue.award.approved",
                format!("{round} {}", of.organisation),
                head.version,
            )],
            ..Figure::default()
        };
        let whole = format!("catalogue/award-price/{round}/{lot}");
        let title = format!("awarded price of one unit of {lot} under {}", head.title);
        figures.entry(whole.clone()).or_insert_with(|| price(whole, title, of.award, "the award"));
        if let Some(baseline) = of.baseline {
            let key = format!("catalogue/baseline-price/{round}/{lot}/{}", of.organisation);
            let title = format!("what {} paid for one unit of {lot} before {}", of.organisation, head.title);
            figures.insert(key.clone(), price(key, title, baseline, "the year before the award"));
        }
    }
    Ok(figures.into_values().collect())
}
