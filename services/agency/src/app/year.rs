//! The last twelve months that are known: what shifts cost all-in, and how they were filled.

use std::collections::BTreeMap;

use jiff::{ToSpan as _, civil::Date};
use muster_kit::{Error, OrgScope, Result};
use sea_orm::ConnectionTrait;

use crate::{
    domain::{AllIn, Dated, OnCost, Supply, Worked, all_in, priced::month},
    store::{
        codec,
        hourly::{self, Lines, Sum},
    },
};

/// Days of the last twelve months up to the end of the month in which the last line lies; none when there is no line.
pub(crate) async fn last_year(conn: &impl ConnectionTrait, scope: &OrgScope) -> Result<Option<(Date, Date)>> {
    let Some(last) = hourly::last_day(conn, scope, false).await? else { return Ok(None) };
    let until = codec::date(&last)?.last_of_month();
    let from = until.first_of_month().checked_sub(11.months());
    let from = from.map_err(|error| Error::internal("a month is out of reach").with_source(error))?;
    Ok(Some((from, until)))
}

/// Sums of lines from a day to a day, both included; of an organisation, or of all when its code is empty.
pub(crate) async fn sums(
    conn: &impl ConnectionTrait,
    scope: &OrgScope,
    organisation: &str,
    (from, until): (Date, Date),
) -> Result<Vec<Sum>> {
    let (from, until) = (from.to_string(), until.to_string());
    hourly::sums(conn, scope, Lines { organisation, from: &from, until: &until }).await
}

/// All-in cost of sums by a key, agencies and bank apart: the bank first.
pub(crate) fn costs<K: Ord>(
    on_costs: &[Dated<OnCost>],
    sums: &[Sum],
    keys: impl Fn(&Sum) -> Vec<K>,
) -> Result<BTreeMap<K, [AllIn; 2]>> {
    let mut of: BTreeMap<K, [AllIn; 2]> = BTreeMap::new();
    for sum in sums {
        let supply = if sum.agency == 1 { Supply::Agency } else { Supply::Bank };
        let worked = Worked {
            minutes: sum.minutes,
            pay: sum.pay,
            charge: sum.charge,
            charge_without_vat: sum.bare,
            vat: sum.vat,
        };
        let cost = all_in(on_costs, supply, codec::date(&format!("{}-01", sum.month))?, worked);
        for key in keys(sum) {
            of.entry(key).or_default()[usize::from(sum.agency == 1)].add(cost);
        }
    }
    Ok(of)
}

/// First and last month of days, `YYYY-MM`.
pub(crate) fn months((from, until): (Date, Date)) -> (String, String) {
    (month(from), month(until))
}
