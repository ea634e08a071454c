//! Lists the posts in force on a date.

use jiff::civil::Date;
use muster_kit::{
    Action, Actor, Resource, Result,
    page::{Page, Paged},
};

use super::Deps;
use crate::{
    domain::{
        posts::{PostInForce, in_force, totals},
        units::Fte,
    },
    store::posts,
};

/// Posts with the people and the FTE of all of them, not only of the page.
pub(crate) struct Posts {
    /// The page, by reference and place.
    pub(crate) page: Paged<PostInForce>,
    /// People, each once.
    pub(crate) heads: u64,
    /// FTE of all posts.
    pub(crate) fte: Fte,
}

/// A page of posts in force.
///
/// # Errors
/// Forbidden, or what the database says.
pub(crate) async fn list_posts(deps: &Deps, actor: &Actor, as_of: Date, page: &Page) -> Result<Posts> {
    deps.permit(actor, Action::Read, Resource::all("post")).await?;
    let parts = posts::all(deps.db.read(), &actor.scope()).await?;
    let rows = in_force(&parts, as_of);
    let (heads, fte) = totals(&rows);
    let key = |row: &PostInForce| format!("{}\t{}", row.part.post_ref, row.part.works_at);
    let size = usize::try_from(page.size).unwrap_or(usize::MAX - 1);
    let mut rows: Vec<PostInForce> = rows.into_iter().filter(|row| key(row) > page.after).collect();
    rows.sort_by_key(key);
    rows.truncate(size + 1);
    Ok(Posts { page: page.cut(rows, key), heads, fte })
}
