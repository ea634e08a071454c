//! What homes recharge to a host for a month of shared-bank shifts: the home pays the worker, the host bears the cost.

use jiff::{ToSpan as _, civil::Date};
use muster_kit::{Error, Result, UnitOfWork};

use super::reference;
use crate::{
    domain::{Dated, OnCost, Supply, Worked, all_in, priced::month},
    events,
    store::{
        codec,
        hourly::{self, Lines},
        recharges::{self, Recharge},
        versions,
    },
};

/// Works the month of a host out anew, and says so when it is other than it was. A charge is all-in as it stands; pay comes with the
/// on-costs of the month.
///
/// # Errors
/// Internal or unavailable when the database cannot.
async fn post(uow: &mut UnitOfWork, on_costs: &[Dated<OnCost>], (host, month): (&str, &str)) -> Result<()> {
    let scope = uow.scope();
    let (from, until) = (format!("{month}-01"), format!("{month}-31"));
    let lent =
        hourly::lent(uow.conn(), &scope, Lines { organisation: host, from: &from, until: &until }).await?;
    let on = codec::date(&from)?;
    let rows: Vec<Recharge> = lent
        .into_iter()
        .map(|it| {
            let worked = Worked { minutes: it.priced, pay: it.pay, charge: it.charge, ..Worked::default() };
            Recharge {
                org: scope.as_str().to_owned(),
                month: month.to_owned(),
                host: host.to_owned(),
                home: it.home,
                shifts: it.shifts,
                without_price: it.without_price,
                minutes: it.minutes,
                pence: all_in(on_costs, Supply::SharedBank, on, worked).pence(),
            }
        })
        .collect();
    if recharges::renew(uow, (host, month), &rows).await? {
        let version = versions::next(uow, &format!("recharge {host} {month}")).await?;
        uow.publish(events::recharge_posted((host, month), &rows, version))?;
    }
    Ok(())
}

/// Shifts of a host came in, from a day to a day: its months are worked out anew.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn post_days(uow: &mut UnitOfWork, host: &str, (first, last): (Date, Date)) -> Result<()> {
    let on_costs = reference(uow.conn(), &uow.scope(), None).await?.reference.on_costs;
    let mut day = first.first_of_month();
    while day <= last {
        post(uow, &on_costs, (host, &month(day))).await?;
        let next = day.checked_add(1.month());
        day = next.map_err(|error| Error::internal("a month is out of reach").with_source(error))?;
    }
    Ok(())
}

/// On-costs have changed: every month that has recharges is worked out anew.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(super) async fn post_all(uow: &mut UnitOfWork) -> Result<()> {
    let mut months: Vec<(String, String)> = recharges::list(uow.conn(), &uow.scope(), "", ("", ""))
        .await?
        .into_iter()
        .map(|row| (row.host, row.month))
        .collect();
    months.sort_unstable();
    months.dedup();
    let on_costs = reference(uow.conn(), &uow.scope(), None).await?.reference.on_costs;
    for (host, month) in months {
        post(uow, &on_costs, (&host, &month)).await?;
    }
    Ok(())
}
