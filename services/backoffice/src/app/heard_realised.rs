//! What was paid under an award in a month came in: baseline less paid becomes a proposed claim.

use muster_kit::{Error, Event, Result, UnitOfWork};
use muster_proto::catalogue::v1::{PriceRealised, RealisedPrice};

use super::propose_claim::{Proposal, evidence, propose_claim};
use crate::{
    domain::{Month, claim::Finding, figure::pounds},
    store::heads,
};

/// What these claims come from.
const SOURCE: &str = "price-realised";

/// Proposes the claim of a month, unless a later version of it is there. Lots without a baseline claim nothing.
///
/// # Errors
/// Bad request when the month is none; what the database says.
pub(crate) async fn heard_realised(uow: &mut UnitOfWork, event: &Event, told: PriceRealised) -> Result<()> {
    let month = Month::read(&told.month)
        .ok_or_else(|| Error::bad_request(format!("`{}` is no month", told.month)))?;
    let id = format!("{SOURCE} {} {} {month}", told.round_id, told.organisation);
    if !heads::advance(uow, &id, told.version).await? {
        return Ok(());
    }
    let proposal = Proposal {
        id,
        source: SOURCE,
        scheme: String::new(),
        organisation: told.organisation.clone(),
        month,
        found: finding(event, &told, month),
    };
    propose_claim(uow, proposal).await
}

fn finding(event: &Event, told: &PriceRealised, month: Month) -> Finding {
    let sum = |of: fn(&RealisedPrice) -> i64| -> i64 {
        told.lots.iter().filter(|lot| lot.baseline_pence.is_some()).map(of).sum()
    };
    let (baseline, paid) = (sum(|lot| lot.baseline_pence.unwrap_or(0)), sum(|lot| lot.paid_pence));
    let says = format!(
        "{} under `{}` in {month}: {} pounds at the price before less {} paid",
        told.organisation,
        told.title,
        pounds(baseline),
        pounds(paid)
    );
    let without = told.lots.iter().filter(|lot| lot.baseline_pence.is_none());
    let mut caveats: Vec<String> = without
        .map(|lot| format!("{}: not bought before the award, so nothing is claimed", lot.lot_id))
        .collect();
    let elsewhere = sum(|lot| lot.off_award_pence);
    if elsewhere > 0 {
        caveats.push(format!(
            "{} pounds of it were paid to others than the awarded supplier",
            pounds(elsewhere)
        ));
    }
    Finding { pence: told.realised_pence, evidence: vec![evidence(event, says)], caveats }
}
