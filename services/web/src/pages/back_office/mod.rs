//! Pages under `/back-office`: the board, schemes, claims, business cases, the sharing of gains, recharges, benchmarks, the
//! affordability bridge, pressures and plans.

mod benchmarks;
mod board;
mod bridge;
mod case;
mod cases;
mod claims;
mod decisions;
mod plan;
mod recharges;
mod scheme;
mod schemes;
mod sharing;
mod tracker;

use axum::{
    Router,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use http::header;

use crate::deps::Deps;

/// Pages, their forms and their files.
pub(crate) fn routes() -> Router<Deps> {
    Router::new()
        .route("/back-office", get(board::board))
        .route("/back-office/board/{file}", get(board::file))
        .route("/back-office/schemes", get(schemes::list))
        .route("/back-office/schemes.csv", get(schemes::worth_file))
        .route("/back-office/schemes-delivery.csv", get(schemes::standing_file))
        .route("/back-office/schemes/{scheme}", get(scheme::show).post(scheme::claim))
        .route("/back-office/tracker", get(tracker::show).post(tracker::send))
        .route("/back-office/claims", get(claims::list))
        .route("/back-office/claims.csv", get(claims::file))
        .route("/back-office/claims/{claim}", post(decisions::decide))
        .merge(shared_services())
        .route("/back-office/benchmarks", get(benchmarks::benchmarks))
        .route("/back-office/benchmarks/{file}", get(benchmarks::file))
        .route("/back-office/bridge", get(bridge::bridge))
        .route("/back-office/bridge/{file}", get(bridge::file))
        .route("/back-office/plan", get(plan::plan))
        .route("/back-office/plan/{file}", get(plan::file))
}

/// Pages of shared services: their cases, how gains are shared, what members pay.
fn shared_services() -> Router<Deps> {
    Router::new()
        .route("/back-office/cases", get(cases::list))
        .route("/back-office/cases.csv", get(cases::csv))
        .route("/back-office/cases.xlsx", get(cases::xlsx))
        .route("/back-office/cases/{case}", get(case::show).post(case::decide))
        .route("/back-office/cases/{case}/{file}", get(case::file))
        .route("/back-office/sharing", get(sharing::list))
        .route("/back-office/sharing.csv", get(sharing::csv))
        .route("/back-office/sharing.xlsx", get(sharing::xlsx))
        .route("/back-office/sharing/{title}", get(sharing::show))
        .route("/back-office/sharing/{title}/{file}", get(sharing::file))
        .route("/back-office/recharges", get(recharges::list))
        .route("/back-office/recharges/{file}", get(recharges::file))
}

/// A document as it was imported, as a file.
fn document(name: &str, text: String) -> Response {
    let fits = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let name: String = name.replace(' ', "-").chars().filter(fits).collect();
    let head = [
        (header::CONTENT_TYPE, "application/json".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"muster-{name}.json\"")),
    ];
    (head, text).into_response()
}
