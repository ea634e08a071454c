//! `/health/live` and `/health/ready`, for whoever restarts or routes.

use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use http::StatusCode;
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};

use crate::deps::{Deps, Part};

pub(crate) async fn live() -> &'static str {
    "live\n"
}

pub(crate) async fn ready(State(deps): State<Deps>) -> Response {
    let mut parts = deps.probe.parts().await;
    let own = deps.db.read().execute_unprepared("SELECT 1").await;
    let reason = own.as_ref().err().map(|_| "the database does not answer".to_owned()).unwrap_or_default();
    parts.push(Part { name: "web".into(), ready: own.is_ok(), reason });
    let ready = parts.iter().all(|part| part.ready) && !deps.shutdown.has_begun();
    let told: Vec<Value> = parts
        .iter()
        .map(|part| json!({ "name": part.name, "ready": part.ready, "reason": part.reason }))
        .collect();
    let status = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(json!({ "ready": ready, "parts": told }))).into_response()
}
