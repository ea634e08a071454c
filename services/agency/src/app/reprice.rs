//! Rules have changed: every line that counts is judged again, so that tables never mix the rules of two moments.

use std::collections::BTreeSet;

use muster_kit::{Result, UnitOfWork, page::Page};

use super::{london, reference};
use crate::{
    domain::{Judge, Priced, priced::month},
    events,
    store::{
        cells, codec,
        lines::{self, Wanted},
        versions,
    },
};

/// Lines looked at at a time.
const PAGE: u32 = 4_000;

/// Kinds of rules that a verdict or a price may hang on.
pub(super) const KINDS: &[&str] = &[
    "rate-card",
    "grades",
    "cap-phases",
    "enhancements",
    "high-cost-zones",
    "site-zones",
    "staff-groups",
    "holidays",
    "verdict-rules",
    "frameworks",
];

/// Judges lines again and posts the months that moved; gives how many lines are judged otherwise now. Returns that were closed
/// stay as they are.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(super) async fn reprice(uow: &mut UnitOfWork) -> Result<u64> {
    let scope = uow.scope();
    let rules = reference(uow.conn(), &scope, None).await?.reference;
    let mut judge = Judge::new(rules.book, rules.lists, london()?);
    let (mut changed, mut moved) = (0, BTreeSet::new());
    let mut page = Page::first(PAGE);
    loop {
        let rows = lines::page(uow.conn(), &scope, &Wanted::default(), &page).await?.rows;
        let Some(last) = rows.last() else { break };
        page.after = last.line_id.to_string();
        for row in rows {
            let line_id = row.line_id;
            let before = codec::priced(row)?;
            let judged = judge.judge(&before.shift);
            let after = Priced::new(before.shift.clone(), &judged);
            if after != before {
                lines::price(uow, line_id, &after).await?;
                changed += 1;
                moved.insert((after.shift.organisation, month(after.shift.on)));
            }
        }
    }
    for (organisation, month) in moved {
        post_month(uow, &organisation, &month).await?;
    }
    Ok(changed)
}

/// Sums a month of an organisation anew, and says so.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(super) async fn post_month(uow: &mut UnitOfWork, organisation: &str, month: &str) -> Result<()> {
    let version = versions::next(uow, &format!("spend {organisation} {month}")).await?;
    let cells = cells::renew(uow, organisation, month).await?;
    uow.publish(events::spend_posted((organisation, month), &cells, version)?)?;
    Ok(())
}
