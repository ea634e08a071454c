//! Searches items.

use std::time::Duration;

use muster_kit::{
    Action, Actor, Error, OrgScope, Resource, Result,
    page::{Page, Paged},
};
use muster_proto::catalogue::v1::{ItemHit, SearchItemsRequest};
use muster_search::{Class, Filters, Hit, How};

use super::{
    Deps,
    shown::{Shown, place},
};
use crate::{domain::class::Scheme, proto::asked, store::search::supplier};

/// How long a search waits for items that have just come in.
const PATIENCE: Duration = Duration::from_secs(1);

/// What a search found.
pub(crate) struct Searched {
    /// Best first.
    pub(crate) hits: Paged<ItemHit>,
    /// How many there are.
    pub(crate) total: u64,
    /// Items that came in are still being put into the index.
    pub(crate) catching_up: bool,
}

/// Items by words, codes, class, supplier and organisation, best first; and how many there are. Items are shared by the group; their
/// prices are not among what is found.
///
/// # Errors
/// Forbidden; bad request on a class of a scheme that is not known, or a page that lies too deep; what the database says.
pub(crate) async fn search_items(
    deps: &Deps,
    actor: &Actor,
    request: &SearchItemsRequest,
    page: &Page,
) -> Result<Searched> {
    deps.permit(actor, Action::Read, Resource::all("item")).await?;
    let (conn, scope) = (deps.db.read(), actor.scope());
    let filters = filters(request)?;
    let catching_up = deps.search.is_behind() || !caught_up(deps, &scope).await;
    let offset = place(page)?;
    let size = usize::try_from(page.size).unwrap_or(usize::MAX);
    let (search, words) = (deps.search.clone(), request.words.trim().to_owned());
    let found = tokio::task::spawn_blocking(move || search.find(&words, &filters, (size + 1, offset)))
        .await
        .map_err(|error| Error::internal("searching failed").with_source(error))??;
    let numbers: Vec<i64> = found.hits.iter().filter_map(|hit| hit.key.parse().ok()).collect();
    let shown = Shown::of(conn, &scope, &numbers).await?;
    let hits: Vec<ItemHit> = found
        .hits
        .iter()
        .filter_map(|hit| {
            let item = shown.item(hit.key.parse().ok()?)?;
            Some(ItemHit { item: Some(item), forgiven: forgiven(hit) })
        })
        .collect();
    let hits = page.cut(hits, |_| (offset + size).to_string());
    Ok(Searched { hits, total: found.total as u64, catching_up })
}

/// Waits for items that have just come in, but no longer than a search may take: what is not in by then is found a little later.
async fn caught_up(deps: &Deps, scope: &OrgScope) -> bool {
    let done = tokio::time::timeout(PATIENCE, deps.index(scope.clone())).await;
    matches!(done, Ok(Ok(true)))
}

fn filters(request: &SearchItemsRequest) -> Result<Filters> {
    let code = request.class_code.trim();
    let scheme = request.class_scheme.trim();
    let class = match (scheme.is_empty(), code.is_empty()) {
        (_, true) => None,
        (true, false) => return Err(Error::bad_request("say which scheme the class is of, such as cpv")),
        (false, false) => {
            let scheme = Scheme::of(scheme)
                .ok_or_else(|| Error::bad_request(format!("`{scheme}` is no scheme of classes")))?;
            Some(Class { scheme: scheme.word().to_owned(), code: code.to_owned() })
        }
    };
    let some = |text: String| if text.is_empty() { Vec::new() } else { vec![text] };
    let of = request.supplier.trim();
    Ok(Filters {
        class,
        suppliers: if of.is_empty() { Vec::new() } else { vec![supplier(of)] },
        organisations: some(asked::organisation(&request.organisation)),
    })
}

/// What was forgiven, in words.
fn forgiven(hit: &Hit) -> String {
    let told: Vec<String> = hit
        .matched
        .iter()
        .filter_map(|it| match it.how {
            How::Forgiven | How::CodeForgiven => Some(format!("{}: {}", it.typed, it.found)),
            How::Missing => Some(format!("without {}", it.typed)),
            _ => None,
        })
        .collect();
    told.join(", ")
}
