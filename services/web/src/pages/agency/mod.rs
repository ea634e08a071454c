//! Pages under `/agency`: the month, cover of the forecast gap, rate drift, the shared bank, published spend, weekly returns,
//! overrides, rates and caps.

mod cover;
mod drift;
mod month;
mod overrides;
mod rates;
mod returns;
mod shared_bank;
mod spend;

use axum::{
    Router,
    routing::{get, post},
};

use super::choices::mended;
use crate::deps::Deps;

/// Pages, their forms and their files.
pub(crate) fn routes() -> Router<Deps> {
    Router::new()
        .route("/agency", get(month::month))
        .route("/agency/months.csv", get(month::months_file))
        .route("/agency/groups.csv", get(month::groups_file))
        .route("/agency/organisations.csv", get(month::organisations_file))
        .route("/agency/year.csv", get(month::year_file))
        .route("/agency/inversions.csv", get(month::inversions_file))
        .route("/agency/cover", get(cover::cover))
        .route("/agency/cover.csv", get(cover::file))
        .route("/agency/drift", get(drift::drift))
        .route("/agency/drift/{file}", get(drift::file))
        .route("/agency/shared-bank", get(shared_bank::shared_bank))
        .route("/agency/shared-bank/recharges.csv", get(shared_bank::recharges_file))
        .route("/agency/shared-bank/document.json", get(shared_bank::document))
        .route("/agency/spend", get(spend::spend))
        .route("/agency/spend/{file}", get(spend::file))
        .route("/agency/returns", get(returns::list))
        .route("/agency/returns.csv", get(returns::list_file))
        .route("/agency/returns/{organisation}/{week}", get(returns::week).post(returns::act))
        .route("/agency/returns/{organisation}/{week}/{file}", get(returns::export))
        .route("/agency/overrides", get(overrides::list).post(overrides::ask))
        .route("/agency/overrides.csv", get(overrides::file))
        .route("/agency/overrides/{id}", post(overrides::decide))
        .route("/agency/rates", get(rates::rates))
        .route("/agency/rates.csv", get(rates::file))
        .route("/agency/rates/check.csv", get(rates::check_file))
}
