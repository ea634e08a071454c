//! One weekly return: as it is now, as it was closed, or counted again by what was known then.

use muster_kit::{Action, Actor, Error, OrgCode, Resource, Result, clock};

use super::{
    Deps,
    weekly::{count, version},
};
use crate::{
    domain::{Week, weekly::Figures},
    store::returns::{self, Model, State},
};

/// Which one.
pub(crate) struct Wanted {
    /// ODS code.
    pub(crate) organisation: OrgCode,
    /// Week.
    pub(crate) week: Week,
    /// Version; 0 = as it is now.
    pub(crate) number: i64,
    /// Count the version again by what was known when it was made.
    pub(crate) again: bool,
}

/// A return with its versions.
pub(crate) struct Found {
    /// Head of the version, or of what would be one.
    pub(crate) head: Model,
    /// Is it stored, or only counted now?
    pub(crate) stored: bool,
    /// Figures.
    pub(crate) figures: Figures,
    /// Counted again: are figures and rules the same as stored?
    pub(crate) same: Option<(bool, bool)>,
    /// Versions that are stored.
    pub(crate) versions: Vec<Model>,
}

/// Finds or counts the return.
///
/// # Errors
/// Forbidden; not found when there is no such version; what the database says.
pub(crate) async fn get_return(deps: &Deps, actor: &Actor, wanted: &Wanted) -> Result<Found> {
    let organisation = wanted.organisation.as_str();
    deps.permit(actor, Action::Read, Resource::new("return", format!("{organisation} {}", wanted.week)))
        .await?;
    let (scope, conn) = (actor.scope(), deps.db.read());
    let of = (organisation, wanted.week);
    let versions = returns::versions(conn, &scope, organisation, &wanted.week.monday().to_string()).await?;
    if wanted.number == 0 {
        let at = clock::now_micros();
        let counted = count(conn, &scope, of, at).await?;
        if let Some(last) = versions.last()
            && last.standing()? == State::Closed
            && last.read()? == counted.figures
        {
            let head = last.clone();
            return Ok(Found { head, stored: true, figures: counted.figures, same: None, versions });
        }
        let next = match versions.last() {
            Some(last) if last.standing()? == State::Closed => last.number + 1,
            Some(last) => last.number,
            None => 1,
        };
        let head = version(of, next, &counted, at)?;
        return Ok(Found { head, stored: false, figures: counted.figures, same: None, versions });
    }
    let head = versions.iter().find(|it| it.number == wanted.number).cloned();
    let head = head.ok_or_else(|| {
        Error::not_found(format!(
            "no version {} of the return of {organisation} for {}",
            wanted.number, wanted.week
        ))
    })?;
    let figures = head.read()?;
    if !wanted.again {
        return Ok(Found { head, stored: true, figures, same: None, versions });
    }
    let counted = count(conn, &scope, of, head.known_at).await?;
    let same = Some((counted.figures == figures, counted.rules_sha256 == head.rules_sha256));
    Ok(Found { head, stored: true, figures: counted.figures, same, versions })
}
