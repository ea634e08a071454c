//! Pages under `/editions`: the list and the form that freezes one, one edition, what is other between two, documents.

mod diff;
mod documents;
mod list;
mod show;

use axum::{Router, routing::get};

use crate::deps::Deps;

/// Pages, their forms and their files.
pub(crate) fn routes() -> Router<Deps> {
    Router::new()
        .route("/editions", get(list::list).post(list::freeze))
        .route("/editions.csv", get(list::file))
        .route("/editions/diff", get(diff::diff))
        .route("/editions/diff.csv", get(diff::file))
        .route("/editions/{number}", get(show::show))
        .route("/editions/{number}/board-update", get(documents::board_update))
        .route("/editions/{number}/{file}", get(documents::file))
}

/// The number in an address; 0 = the latest.
fn number(text: &str) -> muster_kit::Result<i64> {
    let number = if text == "latest" { Some(0) } else { text.parse().ok().filter(|it| *it > 0) };
    number.ok_or_else(|| {
        muster_kit::Error::not_found(format!("there is no edition `{text}`: they count from 1"))
    })
}
