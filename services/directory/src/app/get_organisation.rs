//! One organisation as of a day, with its groupings and successions.

use jiff::civil::Date;
use muster_kit::{Actor, OrgCode, Result};

use super::{Deps, Origins, may_read};
use crate::store::{
    organisations::{self, NamedMembership, Stored},
    successions,
};

/// What is known of it.
#[derive(Clone, Debug)]
pub struct Found {
    /// The organisation.
    pub stored: Stored,
    /// Groupings it is in on the day.
    pub memberships: Vec<NamedMembership>,
    /// Who it took over from and who took over from it, by then.
    pub successions: Vec<successions::Stored>,
    /// Where it all comes from.
    pub origins: Origins,
}

/// Loads it.
///
/// # Errors
/// Forbidden; not found when there is none of that code within the actor's scope.
pub async fn run(deps: &Deps, actor: &Actor, code: &OrgCode, as_of: Date) -> Result<Found> {
    may_read(deps, actor, "organisation").await?;
    let (conn, scope) = (deps.db.read(), actor.scope());
    let stored = organisations::get(conn, &scope, code).await?;
    let mut memberships =
        organisations::memberships(conn, &scope, &[code]).await?.remove(code).unwrap_or_default();
    memberships.retain(|membership| membership.period.contains(as_of));
    let successions = successions::of(conn, &scope, code, as_of).await?;
    let ids = successions.iter().map(|(_, id)| id.as_str()).chain([stored.import_id.as_str()]);
    let origins = Origins::load(conn, &scope, ids).await?;
    Ok(Found { stored, memberships, successions, origins })
}
