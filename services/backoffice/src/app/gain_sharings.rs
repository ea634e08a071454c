//! Stored gains, and how each could be shared.

use muster_kit::{
    Action, Actor, Error, Resource, Result,
    page::{Page, Paged},
};

use super::{Deps, cases::unreadable};
use crate::{
    import::{GAIN_SHARING, Share, read_share},
    store::records::{self, Record},
};

/// A page of them by title, not worked out.
///
/// # Errors
/// Forbidden; what the database says.
pub(crate) async fn list_gain_sharings(
    deps: &Deps,
    actor: &Actor,
    page: &Page,
) -> Result<Paged<(Record, Share)>> {
    deps.permit(actor, Action::Read, Resource::all("gain-sharing")).await?;
    let all = records::known(deps.db.read(), &actor.scope(), GAIN_SHARING.name, None).await?;
    let after = |it: &Record| page.after.is_empty() || it.row_key > page.after;
    let most = usize::try_from(page.size + 1).unwrap_or(usize::MAX);
    let found: Vec<Record> = all.into_iter().filter(after).take(most).collect();
    let found = page.cut(found, |it| it.row_key.clone());
    let mut rows = Vec::new();
    for record in found.rows {
        let share = read_share(&record.body).map_err(unreadable)?;
        rows.push((record, share));
    }
    Ok(Paged { rows, next_token: found.next_token })
}

/// One of them, given to `make` on a thread of its own: with 22 players every rule looks at four million groups.
///
/// # Errors
/// Forbidden; not found; what the database says.
pub(crate) async fn get_gain_sharing<T: Send + 'static>(
    deps: &Deps,
    actor: &Actor,
    title: &str,
    make: impl FnOnce(&Record, &Share) -> T + Send + 'static,
) -> Result<T> {
    deps.permit(actor, Action::Read, Resource::new("gain-sharing", title)).await?;
    let key = [title.to_owned()];
    let found = records::of_keys(deps.db.read(), &actor.scope(), GAIN_SHARING.name, &key).await?;
    let record = found.into_values().next();
    let record = record.ok_or_else(|| Error::not_found(format!("no sharing `{title}` was imported")))?;
    let work = move || {
        let share = read_share(&record.body).map_err(unreadable)?;
        Ok(make(&record, &share))
    };
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| Error::internal("working a sharing out failed").with_source(error))?
}
