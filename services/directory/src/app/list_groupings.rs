//! Groupings as of a day, by kind and code, with their size.

use jiff::civil::Date;
use muster_kit::{
    Actor, Result,
    page::{Page, Paged},
};

use super::{Deps, may_read};
use crate::{
    domain::GroupingKind,
    store::groupings::{self, Sized},
};

/// Loads a page.
///
/// # Errors
/// Forbidden, or the database is away.
pub async fn run(
    deps: &Deps,
    actor: &Actor,
    kind: Option<GroupingKind>,
    as_of: Date,
    page: &Page,
) -> Result<Paged<Sized>> {
    may_read(deps, actor, "grouping").await?;
    groupings::page(deps.db.read(), &actor.scope(), kind, as_of, page).await
}
