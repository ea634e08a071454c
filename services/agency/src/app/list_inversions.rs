//! Where an hour of the bank costs as much all-in as one of an agency, or more.

use jiff::ToSpan as _;
use muster_kit::{Action, Actor, Error, Resource, Result};

use super::{Deps, list_spend::check_month, reference, year};
use crate::{
    domain::{AllIn, pay::round_half_up},
    store::codec,
};

/// A grade, site and time at which both worked.
pub(crate) struct Compared {
    pub(crate) organisation: String,
    pub(crate) site: String,
    pub(crate) grade: String,
    pub(crate) band: String,
    pub(crate) bank: AllIn,
    pub(crate) agency: AllIn,
    /// What the bank's hours cost above the agency's cost of an hour, pence.
    pub(crate) excess: i64,
}

/// Those at which the bank is no cheaper, the largest excess first, and how many could be compared. Without months, the last twelve
/// that are known.
///
/// # Errors
/// Forbidden; bad request when a month is none; what the database says.
pub(crate) async fn list_inversions(
    deps: &Deps,
    actor: &Actor,
    organisation: &str,
    (from, until): (&str, &str),
) -> Result<(Vec<Compared>, u32)> {
    deps.permit(actor, Action::Read, Resource::new("spend", organisation)).await?;
    check_month(from)?;
    check_month(until)?;
    let (conn, scope) = (deps.db.read(), actor.scope());
    let Some((mut first, mut last)) = year::last_year(conn, &scope).await? else {
        return Ok((Vec::new(), 0));
    };
    if !until.is_empty() {
        last = codec::date(&format!("{until}-01"))?.last_of_month();
        first = last
            .first_of_month()
            .checked_sub(11.months())
            .map_err(|error| Error::bad_request("that month is out of reach").with_source(error))?;
    }
    if !from.is_empty() {
        first = codec::date(&format!("{from}-01"))?;
    }
    let on_costs = reference(conn, &scope, None).await?.reference.on_costs;
    let sums = year::sums(conn, &scope, organisation, (first, last)).await?;
    let costs = year::costs(&on_costs, &sums, |sum| {
        vec![(sum.organisation.clone(), sum.site.clone(), sum.grade.clone(), sum.band.clone())]
    })?;
    let mut compared = 0;
    let mut rows: Vec<Compared> = Vec::new();
    for ((organisation, site, grade, band), [bank, agency]) in costs {
        let (Some(own), Some(theirs)) = (bank.hour(), agency.hour()) else { continue };
        compared += 1;
        if own >= theirs {
            // the agency's mean hour for as many minutes as the bank worked
            let instead = round_half_up(
                i128::from(agency.product) * i128::from(bank.minutes),
                i128::from(agency.minutes) * 60,
            );
            let excess = bank.pence() - i64::try_from(instead).unwrap_or(i64::MAX);
            rows.push(Compared { organisation, site, grade, band, bank, agency, excess });
        }
    }
    rows.sort_by_key(|row| std::cmp::Reverse(row.excess));
    Ok((rows, compared))
}
