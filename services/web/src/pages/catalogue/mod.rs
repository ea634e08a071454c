//! Pages under `/catalogue`: search, one item, review, suppliers and spend, variance, collective rounds, realised prices, files.

mod act;
mod export;
mod item;
pub(super) mod read;
mod realised;
mod review;
mod round;
mod rounds;
mod search;
mod suppliers;
mod variance;

use axum::{
    Router,
    routing::{get, post},
};

use crate::deps::Deps;

/// Pages, their forms and their files.
pub(crate) fn routes() -> Router<Deps> {
    Router::new()
        .route("/catalogue", get(search::search))
        .route("/catalogue/search.csv", get(search::file))
        .route("/catalogue/items/{number}", get(item::item).post(item::link))
        .route("/catalogue/items/{number}/{file}", get(item::file))
        .route("/catalogue/review", get(review::review).post(review::propose))
        .route("/catalogue/review/decisions.csv", get(review::file))
        .route("/catalogue/review/{proposal}", post(review::decide))
        .route("/catalogue/decisions/{id}", post(review::revoke))
        .route("/catalogue/suppliers", get(suppliers::suppliers).post(suppliers::decide))
        .route("/catalogue/suppliers/{file}", get(suppliers::file))
        .route("/catalogue/variance", get(variance::variance))
        .route("/catalogue/variance/{file}", get(variance::file))
        .route("/catalogue/rounds", get(rounds::list).post(rounds::open))
        .route("/catalogue/rounds.csv", get(rounds::file))
        .route("/catalogue/rounds/new", get(rounds::form))
        .route("/catalogue/rounds/{round}", get(round::round).post(round::act))
        .route("/catalogue/rounds/{round}/{file}", get(round::file))
        .route("/catalogue/realised", get(realised::realised))
        .route("/catalogue/realised/{file}", get(realised::file))
        .route("/catalogue/export/{file}", get(export::export))
}
