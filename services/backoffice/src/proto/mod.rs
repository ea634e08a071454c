//! The contract's messages from our values, and back.

pub(crate) mod benchmarks;
pub(crate) mod bridge;
pub(crate) mod cases;
pub(crate) mod claims;
pub(crate) mod editions;
pub(crate) mod schemes;
pub(crate) mod tracker;

use muster_proto::{backoffice::v1 as pb, common::v1::Interval};

use crate::domain::{Word as _, claim::Evidence, plan::PlanLine};

/// Evidence.
pub(crate) fn evidence(of: &Evidence) -> pb::Evidence {
    pb::Evidence {
        event_id: of.event_id.clone(),
        causation_id: of.causation_id.clone(),
        kind: of.kind.clone(),
        aggregate_id: of.aggregate_id.clone(),
        version: of.version,
        occurred_at_micros: of.occurred_at,
        says: of.says.clone(),
        line: of.line,
    }
}

/// A line of the plan.
pub(crate) fn plan_line(of: &PlanLine) -> pb::PlanLine {
    let (p10, p50, p90) = of.pence;
    pb::PlanLine {
        line_id: of.id.clone(),
        nature: of.nature.word().to_owned(),
        title: of.title.clone(),
        scope: of.scope.clone(),
        year: of.year,
        pence: Some(Interval { p10, p50, p90 }),
        base_year: of.base_year,
        version: of.version,
        evidence: Some(evidence(&of.evidence)),
        of: of.of.clone(),
    }
}
