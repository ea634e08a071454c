//! Organisations as of a day, by code.

use jiff::civil::Date;
use muster_kit::{
    Actor, Result,
    page::{Page, Paged},
};

use super::{Deps, Origins, may_read};
use crate::{
    domain::OrganisationKind,
    store::organisations::{self, Stored, Wanted},
};

/// What is asked for.
#[derive(Clone, Debug)]
pub struct Query {
    /// As of this day.
    pub as_of: Date,
    /// Only this kind.
    pub kind: Option<OrganisationKind>,
    /// Only those whose code or newest name contains this, any case.
    pub search: String,
    /// Also those that had closed by then.
    pub include_closed: bool,
}

/// Loads a page.
///
/// # Errors
/// Forbidden, or the database is away.
pub async fn run(deps: &Deps, actor: &Actor, query: Query, page: &Page) -> Result<(Paged<Stored>, Origins)> {
    may_read(deps, actor, "organisation").await?;
    let (conn, scope) = (deps.db.read(), actor.scope());
    let wanted = Wanted {
        as_of: query.as_of,
        kind: query.kind,
        search: query.search,
        include_closed: query.include_closed,
        members_of: None,
    };
    let rows = organisations::page(conn, &scope, &wanted, page).await?;
    let origins = Origins::load(conn, &scope, rows.rows.iter().map(|row| row.import_id.as_str())).await?;
    Ok((rows, origins))
}
