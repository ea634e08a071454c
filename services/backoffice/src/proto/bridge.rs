//! The bridge.

use std::collections::BTreeMap;

use muster_kit::imports;
use muster_proto::backoffice::v1 as pb;

use crate::{
    app::get_bridge::Found,
    domain::{
        Problem, Word as _,
        bridge::{Attribute, Comparison, Derived, Figure, Nature, Rolled, Step, Way, WayResult},
    },
    import::BridgeDocument,
};

/// A bridge worked out, with further pairs of figures compared.
///
/// # Errors
/// A figure that is not there, or a gap that cannot be taken on.
pub(crate) fn bridge(of: &BridgeDocument, pairs: &[(String, String)]) -> Result<pb::Bridge, Problem> {
    let it = &of.bridge;
    let compared: Result<Vec<_>, Problem> = it
        .comparisons
        .iter()
        .chain(pairs)
        .map(|(one, other)| Ok(comparison(one, other, it.compare(one, other)?)))
        .collect();
    Ok(pb::Bridge {
        title: it.title.clone(),
        unit: of.unit.word().to_owned(),
        figures: it.figures.iter().map(figure).collect(),
        derivations: it.derive()?.iter().map(derivation).collect(),
        comparisons: compared?,
        rolls: it.roll()?.iter().map(roll).collect(),
    })
}

/// The answer.
///
/// # Errors
/// As for [`bridge`].
pub(crate) fn found(of: Found, pairs: &[(String, String)]) -> Result<pb::GetBridgeResponse, Problem> {
    Ok(pb::GetBridgeResponse {
        bridge: Some(bridge(&of.document, pairs)?),
        shipped: of.published.is_none(),
        provenance: of.published.as_ref().map(|(import, _)| imports::provenance(import)),
        version: of.published.map_or(0, |(_, version)| version),
        pressures: of.pressures.iter().map(super::plan_line).collect(),
    })
}

fn figure(of: &Figure) -> pb::BridgeFigure {
    pb::BridgeFigure {
        id: of.id.clone(),
        title: of.title.clone(),
        pence: of.pence,
        window: of.window.to_string(),
        base: of.base.clone(),
        outturn: of.outturn.word().to_owned(),
        scope: of.scope.clone(),
        recurrence: of.recurrence.word().to_owned(),
        version: of.version.clone(),
        source: of.source.clone(),
    }
}

fn derivation(of: &Derived<'_>) -> pb::BridgeDerivation {
    let ways = of.derivation.ways.iter().zip(&of.ways);
    pb::BridgeDerivation {
        id: of.derivation.id.clone(),
        to: of.to.id.clone(),
        printed_pence: of.to.pence,
        verdict: of.verdict.word().to_owned(),
        ways: ways.map(|(way, result)| one_way(way, result)).collect(),
        note: of.derivation.note.clone(),
    }
}

fn one_way(way: &Way, result: &WayResult) -> pb::BridgeWay {
    let step = |it: &Step| pb::BridgeStep {
        title: it.title.clone(),
        pence: it.pence,
        figure: it.figure.clone().unwrap_or_default(),
        nature: it.nature.word().to_owned(),
        explains: it.explains.iter().map(|it| it.word().to_owned()).collect(),
        source: it.source.clone(),
    };
    let unexplained = result.unexplained.iter().map(|(figure, attribute, one, other)| {
        pb::AttributeDifference { figure: figure.clone(), ..difference(*attribute, one, other) }
    });
    pb::BridgeWay {
        from: way.from.clone().unwrap_or_default(),
        steps: way.steps.iter().map(step).collect(),
        computed_pence: result.computed,
        difference_pence: result.difference,
        rounding_allows_pence: result.tolerance,
        verdict: result.verdict.word().to_owned(),
        by_nature: natures(&result.by_nature),
        unexplained: unexplained.collect(),
    }
}

fn difference(attribute: Attribute, one: &str, other: &str) -> pb::AttributeDifference {
    pb::AttributeDifference {
        figure: String::new(),
        attribute: attribute.word().to_owned(),
        one: one.to_owned(),
        other: other.to_owned(),
    }
}

fn natures(of: &BTreeMap<Nature, i64>) -> Vec<pb::NatureSum> {
    of.iter().map(|(it, pence)| pb::NatureSum { nature: it.word().to_owned(), pence: *pence }).collect()
}

fn comparison(one: &str, other: &str, of: Comparison) -> pb::BridgeComparison {
    let mut told = pb::BridgeComparison {
        one: one.to_owned(),
        other: other.to_owned(),
        verdict: "same".to_owned(),
        ..Default::default()
    };
    match of {
        Comparison::Same(change) => told.change_pence = Some(change),
        Comparison::Joined { by, change, by_nature } => {
            told.verdict = "joined".to_owned();
            told.change_pence = Some(change);
            told.by = by;
            told.by_nature = natures(&by_nature);
        }
        Comparison::Refused(differs) => {
            told.verdict = "refused".to_owned();
            told.differs = differs.iter().map(|(it, one, other)| difference(*it, one, other)).collect();
        }
    }
    told
}

fn roll(of: &Rolled<'_>) -> pb::BridgeRoll {
    pb::BridgeRoll {
        id: of.roll.id.clone(),
        from: of.from.id.clone(),
        gap_pence: of.from.pence,
        planned_pence: of.roll.planned,
        delivered_pence: of.roll.delivered,
        non_recurrent_pence: of.roll.non_recurrent,
        not_delivered_pence: of.shortfall,
        opening_pence: of.opening,
        source: of.roll.source.clone(),
        attested_year: of.roll.attested_year.unwrap_or_default(),
    }
}
