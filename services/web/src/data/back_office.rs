//! `/api/board.json`: what the board sees, in pence.

use axum::{
    Extension, Json,
    extract::{Query, State},
    response::{IntoResponse, Response},
};
use muster_kit::Actor;
use muster_proto::backoffice::v1 as pb;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{calls::Caller, deps::Deps, failure::Failure, model::back_office::rag};

/// Month at whose end schemes stand; empty = the last that came.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Wanted {
    as_of: String,
}

fn sums(of: &[pb::BoardSum]) -> Vec<Value> {
    of.iter().map(|it| json!({ "of": it.of, "attested_pence": it.attested_pence })).collect()
}

fn claims(of: &[pb::Claim]) -> Vec<Value> {
    let one = |it: &pb::Claim| {
        json!({
            "claim": it.claim_id, "organisation": it.organisation, "month": it.month, "scheme": it.scheme,
            "attested_pence": it.attested_pence, "evidence_pence": it.evidence_pence, "held": it.held,
        })
    };
    of.iter().map(one).collect()
}

pub(crate) async fn board(
    State(deps): State<Deps>,
    Extension(actor): Extension<Actor>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Failure> {
    let told = Caller::new(&deps, &actor).board(wanted.as_of.trim()).await?;
    let (delivery, effect) = (told.delivery.unwrap_or_default(), told.effect.unwrap_or_default());
    let body = json!({
        "as_of": told.as_of,
        "attested_pence": told.attested_pence,
        "recurrent_pence": told.recurrent_pence,
        "within_own_pence": told.within_own_pence,
        "unattested_pence": told.unattested_pence,
        "proposed_pence": told.proposed_pence,
        "organisations": sums(&told.organisations),
        "months": sums(&told.months),
        "schemes": sums(&told.schemes),
        "delivery": {
            "plan_to_date_pence": delivery.plan_to_date_pence,
            "actual_to_date_pence": delivery.actual_to_date_pence,
            "plan_year_pence": delivery.plan_year_pence,
            "forecast_year_pence": delivery.forecast_year_pence,
            "unknown_months": delivery.unknown_months,
            "to_date": rag(delivery.to_date).0,
            "year": rag(delivery.year).0,
        },
        "effect": {
            "pye_pence": effect.pye_pence,
            "fye_pence": effect.fye_pence,
            "carry_forward_pence": effect.carry_forward_pence,
            "new_gap_pence": effect.new_gap_pence,
            "risk_adjusted_pence": effect.risk_adjusted_pence,
        },
        "deceiving_schemes": told.deceiving_schemes,
        "held": claims(&told.held),
        "evidence_changed": claims(&told.evidence_changed),
    });
    Ok(Json(body).into_response())
}
