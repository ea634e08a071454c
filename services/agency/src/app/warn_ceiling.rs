//! Says that a ceiling is at risk, once for each month that came in.

use muster_kit::{ErrorCode, OrgCode, Result, UnitOfWork};

use super::get_projection::{Asked, projection_of};
use crate::{
    events,
    store::{versions, warnings},
};

/// Chance of being over the ceiling from which it is said, parts per million.
pub(crate) const THRESHOLD_PPM: i64 = 500_000;

/// Projects the year of an organisation, and says when its ceiling is at risk.
///
/// # Errors
/// What the database says.
pub(crate) async fn warn_ceiling(uow: &mut UnitOfWork, organisation: &str) -> Result<()> {
    // whose code is none has no ceiling either
    let Ok(organisation) = OrgCode::new(organisation) else { return Ok(()) };
    let asked = Asked { organisation, until: String::new(), threshold_ppm: THRESHOLD_PPM, announce: false };
    let found = match projection_of(uow.conn(), &uow.scope(), &asked).await {
        Err(error) if error.code() == ErrorCode::NotFound => return Ok(()),
        found => found?,
    };
    if !found.at_risk || !warnings::new_month(uow, &found.organisation, found.year, &found.last_month).await?
    {
        return Ok(());
    }
    let aggregate = format!("ceiling {} {}", found.organisation, found.year);
    let version = versions::next(uow, &aggregate).await?;
    uow.publish(events::ceiling_at_risk(&found, THRESHOLD_PPM, version))?;
    Ok(())
}
