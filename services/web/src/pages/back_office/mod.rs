//! Pages under `/back-office`: the board, schemes, claims, benchmarks, the affordability bridge, pressures and plans.

mod benchmarks;
mod board;
mod bridge;
mod claims;
mod decisions;
mod plan;
mod scheme;
mod schemes;

use axum::{
    Router,
    routing::{get, post},
};

use crate::{calls::Caller, deps::Deps, model::back_office};

/// Pages, their forms and their files.
pub(crate) fn routes() -> Router<Deps> {
    Router::new()
        .route("/back-office", get(board::board))
        .route("/back-office/board/{file}", get(board::file))
        .route("/back-office/schemes", get(schemes::list))
        .route("/back-office/schemes.csv", get(schemes::worth_file))
        .route("/back-office/schemes-delivery.csv", get(schemes::standing_file))
        .route("/back-office/schemes/{scheme}", get(scheme::show).post(scheme::claim))
        .route("/back-office/claims", get(claims::list))
        .route("/back-office/claims.csv", get(claims::file))
        .route("/back-office/claims/{claim}", post(decisions::decide))
        .route("/back-office/benchmarks", get(benchmarks::benchmarks))
        .route("/back-office/benchmarks/{file}", get(benchmarks::file))
        .route("/back-office/bridge", get(bridge::bridge))
        .route("/back-office/bridge/{file}", get(bridge::file))
        .route("/back-office/plan", get(plan::plan))
        .route("/back-office/plan/{file}", get(plan::file))
}

/// Is what the pages show the shipped sample's?
pub(super) async fn is_sample(caller: &Caller<'_>) -> bool {
    back_office::is_sample(caller.back_office_imports().await.ok().flatten().as_deref())
}
