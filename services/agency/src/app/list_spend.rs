//! Lists published spend.

use std::collections::BTreeMap;

use muster_kit::{Action, Actor, Error, Resource, Result};

use super::{Deps, reference};
use crate::{
    domain::{SpendLine, recognise},
    store::spend::{self, Sum},
};

/// Sums of one supplier: payer, month, what it is for, group of staff, supplier and reason.
pub(crate) type OfSupplier = ([String; 6], Sum);

/// Sums by payer, month, what it is for and group of staff.
///
/// # Errors
/// Forbidden; bad request when a month is none; what the database says.
pub(crate) async fn list_spend(deps: &Deps, actor: &Actor, months: (&str, &str)) -> Result<Vec<Sum>> {
    ask_leave(deps, actor, months).await?;
    spend::sums(deps.db.read(), &actor.scope(), months).await
}

/// The same apart by supplier, with the reason that the rule table gives now; by payer, month, what it is for, group of staff,
/// supplier and reason.
///
/// # Errors
/// Forbidden; bad request when a month is none; what the database says.
pub(crate) async fn list_by_supplier(
    deps: &Deps,
    actor: &Actor,
    months: (&str, &str),
) -> Result<Vec<OfSupplier>> {
    ask_leave(deps, actor, months).await?;
    let rules = reference(deps.db.read(), &actor.scope(), None).await?.reference.spend_rules;
    let mut sums: BTreeMap<[String; 6], (i64, i64)> = BTreeMap::new();
    for it in spend::details(deps.db.read(), &actor.scope(), months).await? {
        let mut line = SpendLine {
            line: 0,
            entity: it.entity,
            on: jiff::civil::Date::ZERO,
            expense_type: it.expense_type,
            supplier: it.supplier,
            pence: 0,
        };
        let reason = recognise(&rules, &line).map(|rule| rule.reason.clone()).unwrap_or_default();
        let supplier = std::mem::take(&mut line.supplier);
        let sum =
            sums.entry([line.entity, it.month, it.supply, it.staff_group, supplier, reason]).or_default();
        *sum = (sum.0 + it.lines, sum.1 + it.pence);
    }
    let sum = |(key, (lines, pence)): ([String; 6], (i64, i64))| {
        let [entity, month, supply, staff_group, ..] = key.clone();
        (key, Sum { entity, month, supply, staff_group, lines, pence })
    };
    Ok(sums.into_iter().map(sum).collect())
}

async fn ask_leave(deps: &Deps, actor: &Actor, months: (&str, &str)) -> Result<()> {
    deps.permit(actor, Action::Read, Resource::all("spend")).await?;
    check_month(months.0)?;
    check_month(months.1)
}

/// Is it `YYYY-MM`, or nothing?
///
/// # Errors
/// Bad request when it is not.
pub(crate) fn check_month(text: &str) -> Result<()> {
    let date = format!("{text}-01").parse::<jiff::civil::Date>();
    if text.is_empty() || (text.len() == 7 && date.is_ok()) {
        return Ok(());
    }
    Err(Error::bad_request(format!("`{text}` is no month: write YYYY-MM, for instance 2016-04")))
}
