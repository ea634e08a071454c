//! Who took over from whom, by a day.

use jiff::civil::Date;
use muster_kit::{
    Actor, Result,
    page::{Page, Paged},
};

use super::{Deps, Origins, may_read};
use crate::store::successions::{self, Stored};

/// Loads a page, by date and predecessor.
///
/// # Errors
/// Forbidden, or the database is away.
pub async fn run(deps: &Deps, actor: &Actor, as_of: Date, page: &Page) -> Result<(Paged<Stored>, Origins)> {
    may_read(deps, actor, "succession").await?;
    let (conn, scope) = (deps.db.read(), actor.scope());
    let rows = successions::page(conn, &scope, as_of, page).await?;
    let origins = Origins::load(conn, &scope, rows.rows.iter().map(|(_, id)| id.as_str())).await?;
    Ok((rows, origins))
}
