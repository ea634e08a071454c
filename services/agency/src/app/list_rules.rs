//! Lists rows of rules.

use muster_kit::{
    Action, Actor, Error, Resource, Result,
    page::{Page, Paged},
};

use super::{Deps, damaged};
use crate::{
    import::{RULE_KINDS, RuleKind, RuleRow},
    store::rules,
};

/// A row with where it is from.
pub(crate) struct Listed {
    /// The row.
    pub(crate) row: RuleRow,
    /// Import; empty for a shipped row.
    pub(crate) import_id: String,
    /// When it was imported, microseconds UTC; 0 for a shipped row.
    pub(crate) recorded_at: i64,
}

/// Rows of a kind that were imported and count now, or those that are shipped.
///
/// # Errors
/// Forbidden; bad request when there is no such kind; what the database says.
pub(crate) async fn list_rules(
    deps: &Deps,
    actor: &Actor,
    (name, shipped): (&str, bool),
    page: &Page,
) -> Result<(&'static RuleKind, Paged<Listed>)> {
    deps.permit(actor, Action::Read, Resource::new("rules", name)).await?;
    let kind = RuleKind::named(name).ok_or_else(|| {
        let known: Vec<&str> = RULE_KINDS.iter().map(|it| it.kind.name).collect();
        Error::bad_request(format!("no kind of rules `{name}`: choose one of {}", known.join(", ")))
    })?;
    if shipped {
        // a list of some hundred rows is one page
        let rows = kind.shipped().map_err(|found| damaged(&found))?;
        let rows = rows.into_iter().map(|row| Listed { row, import_id: String::new(), recorded_at: 0 });
        return Ok((kind, Paged { rows: rows.collect(), next_token: String::new() }));
    }
    let found = rules::page(deps.db.read(), &actor.scope(), name, page).await?;
    let mut rows = Vec::with_capacity(found.rows.len());
    for row in found.rows {
        rows.push(Listed { row: rules::read(&row)?, import_id: row.import_id, recorded_at: row.recorded_at });
    }
    Ok((kind, Paged { rows, next_token: found.next_token }))
}
