//! Messages of the contract as JSON documents and as text.

use muster_catalogue::domain::ratio::decimal;
use muster_proto::catalogue::v1 as pb;
use serde_json::{Value, json};

/// Pence as pounds.
pub(super) fn pounds(pence: i64) -> String {
    decimal(pence, 2, 2)
}

/// 1/100 pence as pounds.
pub(super) fn price(hundredths: i64) -> String {
    decimal(hundredths, 4, 2)
}

/// 1/1000 as a number.
pub(super) fn quantity(milli: i64) -> String {
    decimal(milli, 3, 0)
}

/// The word of a relation.
pub(super) fn relation(relation: pb::Relation) -> &'static str {
    match relation {
        pb::Relation::Unspecified => "different",
        pb::Relation::SameItem => "same-item",
        pb::Relation::OtherPack => "same-item-other-pack",
        pb::Relation::Substitutable => "clinically-substitutable",
    }
}

/// An item.
pub(super) fn item(of: &pb::Item) -> Value {
    json!({
        "number": of.number, "organisation": of.organisation, "item_ref": of.item_ref, "description": of.description,
        "supplier": of.supplier, "supplier_code": of.supplier_code, "manufacturer": of.manufacturer,
        "manufacturer_code": of.manufacturer_code, "gtin": of.gtin, "class_scheme": of.class_scheme,
        "class_code": of.class_code, "class_name": of.class_name, "orderable_unit": of.orderable_unit,
        "pack_size": of.pack_size, "content_milli": of.content_milli, "content_unit": of.content_unit,
        "question": of.question, "cluster": of.cluster, "own": of.own, "recorded_at_micros": of.recorded_at_micros,
        "ended_at_micros": of.ended_at_micros, "source": of.provenance.as_ref().map(|it| &it.source),
    })
}

/// An item that may be missing.
pub(super) fn maybe_item(of: Option<&pb::Item>) -> Value {
    of.map_or(Value::Null, item)
}

/// An offer.
pub(super) fn offer(of: &pb::Offer) -> Value {
    json!({
        "item_ref": of.item_ref, "organisation": of.organisation, "supplier": of.supplier,
        "price_hundredths": of.price_hundredths, "per_quantity_milli": of.per_quantity_milli, "unit": of.unit,
        "min_quantity_milli": of.min_quantity_milli, "max_quantity_milli": of.max_quantity_milli,
        "valid_from": of.valid_from, "valid_to": of.valid_to, "territory": of.territory, "lead_days": of.lead_days,
        "contract": of.contract, "withdrawn": of.withdrawn, "recorded_at_micros": of.recorded_at_micros,
        "source": of.provenance.as_ref().map(|it| &it.source),
    })
}

/// A decision.
pub(super) fn decision(of: &pb::Decision) -> Value {
    json!({
        "decision_id": of.decision_id, "left": maybe_item(of.left.as_ref()), "right": maybe_item(of.right.as_ref()),
        "relation": relation(of.relation()), "reason": of.reason, "clinical_use": of.clinical_use, "until": of.until,
        "organisation": of.decided_by_organisation, "decided_by": of.decided_by,
        "decided_at_micros": of.decided_at_micros, "revoked_at_micros": of.revoked_at_micros,
        "revoke_reason": of.revoke_reason, "score_ppm": of.score_ppm,
    })
}

/// A round.
pub(super) fn round(of: &pb::Round) -> Value {
    let pledges: Vec<Value> = of
        .pledges
        .iter()
        .map(|it| json!({ "organisation": it.organisation, "lot": it.lot_id, "quantity": it.quantity }))
        .collect();
    let lots: Vec<Value> = of
        .lots
        .iter()
        .map(|it| {
            json!({
                "id": it.lot_id, "item": it.item, "description": it.description,
                "estimated_unit_price_hundredths": it.estimated_unit_price_hundredths, "consumables": it.consumables,
            })
        })
        .collect();
    let verdicts: Vec<Value> = of
        .verdicts
        .iter()
        .map(|it| json!({ "organisation": it.organisation, "approved": it.approved, "reason": it.reason }))
        .collect();
    let history: Vec<Value> = of
        .history
        .iter()
        .map(|it| {
            json!({
                "number": it.number, "at_micros": it.at_micros, "what": it.what, "text": it.text,
                "organisation": it.organisation, "actor": it.actor,
            })
        })
        .collect();
    let threshold = of.threshold.as_ref().map(|it| {
        json!({
            "sum_pence": it.sum_pence, "threshold_pence": it.threshold_pence, "reached": it.reached, "alone": it.alone,
            "source": it.source,
        })
    });
    json!({
        "round_id": of.round_id, "title": of.title, "host": of.host, "phase": phase(of.phase()),
        "partners": of.partners.iter().map(|it| &it.organisation).collect::<Vec<_>>(), "lots": lots,
        "pledge_by_micros": of.pledge_by_micros, "bids_by_micros": of.bids_by_micros,
        "approve_by_micros": of.approve_by_micros, "pledges": pledges, "bid_count": of.bid_count,
        "bids": of.bids.iter().map(|it| json!({ "id": it.bid_id, "supplier": it.supplier, "lots": it.lots })).collect::<Vec<_>>(),
        "award": of.award.as_ref().map(award), "verdicts": verdicts, "missing": of.missing, "possible": of.possible,
        "threshold": threshold, "history": history, "version": of.version,
    })
}

/// The word of a phase.
pub(super) fn phase(phase: pb::Phase) -> &'static str {
    match phase {
        pb::Phase::Unspecified => "new",
        pb::Phase::Pledging => "pledging",
        pb::Phase::Bidding => "bidding",
        pb::Phase::Computed => "computed",
        pb::Phase::Refused => "refused",
        pb::Phase::Awarded => "awarded",
        pb::Phase::Cancelled => "cancelled",
    }
}

fn award(of: &pb::Award) -> Value {
    let lots: Vec<Value> = of
        .lots
        .iter()
        .map(|it| {
            json!({
                "lot": it.lot_id, "quantity": it.quantity, "bid": it.bid_id, "supplier": it.supplier,
                "unit_price_hundredths": it.unit_price_hundredths,
            })
        })
        .collect();
    let prices: Vec<Value> = of
        .constraint_prices
        .iter()
        .map(|it| json!({ "constraint": it.constraint, "price_pence": it.price_pence, "proven": it.proven }))
        .collect();
    json!({
        "status": if of.optimal { "optimal" } else { "feasible" }, "cost_pence": of.cost_pence,
        "switching_pence": of.switching_pence, "gap_ppm": of.gap_ppm, "lots": lots, "price_of_constraints": prices,
        "runner_up": of.runner_up, "runner_up_difference_pence": of.runner_up_difference_pence,
        "separate_pence": of.separate_pence, "baseline_pence": of.baseline_pence, "from": of.from, "until": of.until,
    })
}
