//! Editions.

use muster_proto::backoffice::v1 as pb;

use crate::domain::{
    edition::{EditionFigure, EditionHead, FigureChange},
    trace::{Nature, Step},
};

/// A head; the public variant names nobody.
pub(crate) fn head(of: &EditionHead, public_only: bool) -> pb::EditionHead {
    pb::EditionHead {
        number: of.number,
        frozen_by: if public_only { String::new() } else { of.by.clone() },
        signed_as: of.signed_as.clone(),
        frozen_at_micros: of.at,
        note: of.note.clone(),
        as_of: of.as_of.clone(),
        figures: u64::try_from(of.figures).unwrap_or_default(),
        sha256: of.sha256.clone(),
        previous_sha256: of.previous.clone(),
    }
}

/// A figure; what it rests on names accounts and single organisations, and is left out of the public variant.
pub(crate) fn figure(of: EditionFigure, public_only: bool) -> pb::EditionFigure {
    let (made_of, evidence) = if public_only { Default::default() } else { (of.made_of, of.evidence) };
    pb::EditionFigure {
        evidence: evidence.iter().map(super::evidence).collect(),
        key: of.key,
        context: of.context,
        title: of.title,
        value: of.value,
        unit: of.unit,
        low: of.low,
        high: of.high,
        window: of.window,
        base: of.base,
        version: of.version,
        source: of.source,
        public: of.public,
        made_of,
    }
}

/// A change.
pub(crate) fn change(of: FigureChange, public_only: bool) -> pb::FigureChange {
    let (why, no_longer) = if public_only { <_>::default() } else { (of.why, of.no_longer) };
    pb::FigureChange {
        why: why.iter().map(super::evidence).collect(),
        no_longer: no_longer.iter().map(super::evidence).collect(),
        before: of.before.map(|it| figure(it, public_only)),
        after: of.after.map(|it| figure(it, public_only)),
    }
}

/// A step of a trace.
pub(crate) fn trace_step(of: Step) -> pb::TraceStep {
    let nature = match of.nature {
        Nature::Figure => pb::TraceNature::Figure,
        Nature::Event => pb::TraceNature::Event,
        Nature::Decision => pb::TraceNature::Decision,
        Nature::Rule => pb::TraceNature::Rule,
        Nature::Line => pb::TraceNature::Line,
        Nature::File => pb::TraceNature::File,
    };
    let (value, unit) = of.value.unzip();
    pb::TraceStep {
        depth: of.depth,
        nature: nature.into(),
        id: of.id,
        title: of.title,
        says: of.says,
        context: of.context,
        actor: of.actor,
        at_micros: of.at,
        value,
        unit: unit.unwrap_or_default(),
        file_name: of.file_name,
        line: of.line,
        sha256: of.sha256,
    }
}
