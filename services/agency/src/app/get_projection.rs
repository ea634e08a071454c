//! What agency spending comes to at the end of the financial year, against the ceiling.

use std::collections::BTreeMap;

use jiff::{ToSpan as _, civil::Date};
use muster_kit::{Action, Actor, Error, OrgCode, OrgScope, Resource, Result, audit::AuditEntry};
use sea_orm::ConnectionTrait;

use super::{Deps, list_spend::check_month, reference};
use crate::{
    domain::{
        Reference, Supply,
        priced::month,
        projection::{Projection, YEAR, project},
        reference::{Ceiling, CeilingBasis},
    },
    events,
    store::{cells, codec, versions},
};

/// What is asked.
pub(crate) struct Asked {
    /// ODS code.
    pub(crate) organisation: OrgCode,
    /// Last month to count; empty = the last that is known.
    pub(crate) until: String,
    /// Chance from which the ceiling is at risk, parts per million.
    pub(crate) threshold_ppm: i64,
    /// Say so on the bus.
    pub(crate) announce: bool,
}

/// A projection with what it is of.
#[derive(Clone)]
pub(crate) struct Projected {
    pub(crate) organisation: String,
    /// Financial year ending.
    pub(crate) year: i16,
    pub(crate) basis: &'static str,
    pub(crate) last_month: String,
    pub(crate) it: Projection,
    /// Ceiling in pence, and where it is from.
    pub(crate) ceiling: Option<(i64, String)>,
    pub(crate) at_risk: bool,
    pub(crate) caveats: Vec<String>,
}

/// Projects from the pay bill where it has agency pay of the organisation, else from its shift lines.
///
/// # Errors
/// Forbidden; not found when no month is known; bad request when a month or the threshold is none; what the database says.
pub(crate) async fn get_projection(deps: &Deps, actor: &Actor, asked: &Asked) -> Result<Projected> {
    check_month(&asked.until)?;
    if !(1..=1_000_000).contains(&asked.threshold_ppm) {
        return Err(Error::bad_request("the threshold is a chance from 0.000001 to 1"));
    }
    let action = if asked.announce { Action::Plan } else { Action::Read };
    let code = asked.organisation.as_str();
    let permit = deps.permit(actor, action, Resource::new("projection", code)).await?;
    let scope = actor.scope();
    let found = projection_of(deps.db.read(), &scope, asked).await?;
    if asked.announce && found.at_risk {
        let mut uow = deps.db.begin(actor).await?;
        let version = versions::next(&uow, &format!("ceiling {code} {}", found.year)).await?;
        uow.publish(events::ceiling_at_risk(&found, asked.threshold_ppm, version))?;
        uow.commit(AuditEntry::new(permit, format!("year={} at-risk", found.year))).await?;
    }
    Ok(found)
}

/// The projection, without asking leave.
///
/// # Errors
/// Not found when no month is known; what the database says.
pub(crate) async fn projection_of(
    conn: &impl ConnectionTrait,
    scope: &OrgScope,
    asked: &Asked,
) -> Result<Projected> {
    let code = asked.organisation.as_str();
    let reference = reference(conn, scope, None).await?.reference;
    let of_pay = of_pay_bill(&reference, code, &asked.until);
    let (basis, months) = if of_pay.is_empty() {
        let wanted = cells::Wanted { organisation: Some(code.to_owned()), from: "", until: &asked.until };
        let mut months: BTreeMap<Date, i64> = BTreeMap::new();
        for row in cells::list(conn, scope, &wanted).await? {
            let spent = if codec::supply(row.supply)? == Supply::Agency { row.pence } else { 0 };
            *months.entry(codec::date(&format!("{}-01", row.month))?).or_default() += spent;
        }
        ("shifts", months)
    } else {
        ("pay-bill", of_pay)
    };
    projected(code, basis, &months, (&reference, asked.threshold_ppm))
}

fn of_pay_bill(reference: &Reference, code: &str, until: &str) -> BTreeMap<Date, i64> {
    let mut months: BTreeMap<Date, i64> = BTreeMap::new();
    for row in reference.pay_bill.iter().filter(|row| row.organisation == code) {
        let counts = until.is_empty() || month(row.month).as_str() <= until;
        if let Some(agency) = row.agency.filter(|_| counts) {
            *months.entry(row.month).or_default() += agency;
        }
    }
    months
}

/// The financial year that a day lies in, by its end, and the month of it, 0 = April.
fn place(day: Date) -> (i16, usize) {
    let month = usize::try_from(day.month()).unwrap_or(1);
    if month >= 4 { (day.year() + 1, month - 4) } else { (day.year(), month + 8) }
}

fn projected(
    code: &str,
    basis: &'static str,
    months: &BTreeMap<Date, i64>,
    (reference, threshold_ppm): (&Reference, i64),
) -> Result<Projected> {
    let none = || {
        Error::not_found(format!(
            "no month of agency spending of {code} is known: import shifts or a pay bill"
        ))
    };
    let (first, last) =
        (*months.keys().next().ok_or_else(none)?, *months.keys().next_back().ok_or_else(none)?);
    let mut caveats = Vec::new();
    let mut series = Vec::new();
    let (mut day, mut start) = (first, first);
    while day <= last {
        if let Some(pence) = months.get(&day) {
            series.push(*pence);
        } else {
            // a month that is missing is not nought: what lies before it is left out
            caveats.push(format!("{} is missing: months up to it are left out", month(day)));
            series.clear();
            start = day.checked_add(1.month()).unwrap_or(day);
        }
        day = day
            .checked_add(1.month())
            .map_err(|error| Error::internal("no such month").with_source(error))?;
    }
    let ((year, latest), (_, at)) = (place(last), place(start));
    let known = latest + 1;
    if series.len() < known {
        caveats.push(format!("only {} of the first {known} months of the year are known", series.len()));
    }
    let ceiling = ceiling(reference, (code, year), &mut caveats);
    let it = project(&series, at, ceiling.as_ref().map(|it| it.0)).ok_or_else(none)?;
    if it.models.iter().any(|model| model.blind) {
        caveats.push("some models could be tried on too few earlier years: their spread is a guess".into());
    }
    let at_risk = it.over_ppm.is_some_and(|chance| chance >= threshold_ppm);
    let organisation = code.to_owned();
    Ok(Projected { organisation, year, basis, last_month: month(last), it, ceiling, at_risk, caveats })
}

/// The ceiling of a year in pence, and where it is from. A share is taken of the pay bill, whose missing months are taken as the
/// mean of the known ones.
fn ceiling(
    reference: &Reference,
    (code, year): (&str, i16),
    caveats: &mut Vec<String>,
) -> Option<(i64, String)> {
    let found: Option<&Ceiling> =
        reference.ceilings.iter().find(|it| it.organisation == code && it.year == year);
    let Some(found) = found else {
        caveats.push(format!("no ceiling of {code} for the year ending {year} is known: import ceilings"));
        return None;
    };
    if found.basis == CeilingBasis::Pounds {
        return Some((found.amount, found.source.clone()));
    }
    let mut months: BTreeMap<Date, i64> = BTreeMap::new();
    for row in reference.pay_bill.iter().filter(|row| row.organisation == code && place(row.month).0 == year)
    {
        let all = row.substantive + row.bank.unwrap_or_default() + row.agency.unwrap_or_default();
        *months.entry(row.month).or_default() += all;
    }
    let known = i128::try_from(months.len()).unwrap_or_default();
    if known == 0 {
        caveats.push("the ceiling is a share of pay and no pay bill of the year is known".into());
        return None;
    }
    if months.len() < YEAR {
        caveats.push(format!("the pay bill of {} months stands for the whole year", months.len()));
    }
    let pay: i128 = months.values().map(|pence| i128::from(*pence)).sum();
    let limit = crate::domain::pay::round_half_up(pay * 12 * i128::from(found.amount), known * 1_000_000);
    Some((i64::try_from(limit).unwrap_or(i64::MAX), found.source.clone()))
}
