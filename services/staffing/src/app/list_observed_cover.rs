//! Lists the temporary cover that organisations used.

use muster_kit::{Action, Actor, Error, Resource, Result};

use super::Deps;
use crate::store::observed::{self, Cover};

/// Cover with the event that each row came with, from a month to a month.
///
/// # Errors
/// Forbidden; bad request when a month is none; what the database says.
pub(crate) async fn list_observed_cover(
    deps: &Deps,
    actor: &Actor,
    organisation: &str,
    (from, until): (&str, &str),
) -> Result<Vec<(Cover, String)>> {
    deps.permit(actor, Action::Read, Resource::new("observed-cover", organisation)).await?;
    for month in [from, until] {
        let good = month.len() == 7 && format!("{month}-01").parse::<jiff::civil::Date>().is_ok();
        if !month.is_empty() && !good {
            return Err(Error::bad_request(format!("`{month}` is no month: write it as 2016-04")));
        }
    }
    observed::list(deps.db.read(), &actor.scope(), organisation, (from, until)).await
}
