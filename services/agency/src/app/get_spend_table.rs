//! Months of shift lines with their measures, and how spending moved.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{ToSpan as _, civil::Date};
use muster_kit::{Action, Actor, Error, Resource, Result};

use super::{Deps, list_spend::check_month, reference};
use crate::{
    domain::{
        Reference, Verdict, Verdicts,
        priced::month,
        spend_table::{Cells, Change, Measures, Sum, change, measure},
    },
    store::{
        cells::{self, Wanted},
        codec,
        entity::spend_cell::Model,
        hourly::{self, Lines},
    },
};

/// Measures of an organisation in a month, or over all months.
pub(crate) struct Measured {
    pub(crate) organisation: String,
    /// Empty for all months.
    pub(crate) month: String,
    pub(crate) measures: Measures,
    /// Above the cap, pence.
    pub(crate) over_cap: i64,
    /// Agency shifts above the cap or off framework, each counted once.
    pub(crate) overrides: i64,
    /// Substantive staff on average over the months, FTE in 1/1000.
    pub(crate) substantive_fte: Option<i64>,
}

/// How spending of a group of staff moved; an empty group is all of them.
pub(crate) struct Moved {
    pub(crate) organisation: String,
    pub(crate) staff_group: String,
    pub(crate) change: Change,
}

/// The table.
pub(crate) struct Table {
    pub(crate) rows: Vec<Model>,
    pub(crate) measures: Vec<Measured>,
    pub(crate) changes: Vec<Moved>,
    /// First and last month of the time that the changes are against.
    pub(crate) before: (String, String),
}

/// Makes the table of an organisation, or of all when its code is empty. Changes are against the same months a year earlier
/// where any of them is known, else against as many months just before.
///
/// # Errors
/// Forbidden; bad request when a month is none; what the database says.
pub(crate) async fn get_spend_table(
    deps: &Deps,
    actor: &Actor,
    organisation: &str,
    (from, until): (&str, &str),
) -> Result<Table> {
    deps.permit(actor, Action::Read, Resource::new("spend", organisation)).await?;
    check_month(from)?;
    check_month(until)?;
    let scope = actor.scope();
    let rows = cells::list(deps.db.read(), &scope, &wanted(organisation, from, until)).await?;
    let Some((first, last)) = months(&rows) else {
        return Ok(Table { rows, measures: Vec::new(), changes: Vec::new(), before: Default::default() });
    };
    let mut before = (shifted(&first, -12)?, shifted(&last, -12)?);
    let mut earlier =
        cells::list(deps.db.read(), &scope, &wanted(organisation, &before.0, &before.1)).await?;
    if earlier.is_empty() {
        let length = between(&first, &last)?;
        before = (shifted(&first, -length)?, shifted(&first, -1)?);
        earlier = cells::list(deps.db.read(), &scope, &wanted(organisation, &before.0, &before.1)).await?;
    }
    let reference = reference(deps.db.read(), &scope, None).await?.reference;
    let changes = if earlier.is_empty() { Vec::new() } else { changes(&earlier, &rows)? };
    let mut measures = measures(&rows, &reference)?;
    let (from, until) = (format!("{first}-01"), format!("{last}-31"));
    let lines = Lines { organisation, from: &from, until: &until };
    let bits = Verdicts::of(&[Verdict::OverCap, Verdict::OffFramework]).bits();
    let overrides = hourly::overrides(deps.db.read(), &scope, lines, bits).await?;
    intensity(&mut measures, &overrides, &reference);
    Ok(Table { rows, measures, changes, before })
}

/// Counts overrides beside substantive staff. Staff of all months is their mean, and known only where every month is.
fn intensity(measures: &mut [Measured], overrides: &[hourly::Overrides], reference: &Reference) {
    let mut staff: BTreeMap<(&str, String), Option<i64>> = BTreeMap::new();
    for row in &reference.pay_bill {
        let of = staff.entry((&row.organisation, month(row.month))).or_insert(Some(0));
        *of = of.zip(row.substantive_fte).map(|(sum, fte)| sum + fte);
    }
    let mut months: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for of in measures.iter().filter(|of| !of.month.is_empty()) {
        months.entry(of.organisation.clone()).or_default().insert(of.month.clone());
    }
    let fte =
        |organisation: &str, month: &str| staff.get(&(organisation, month.to_owned())).copied().flatten();
    for of in measures {
        let counts = |row: &&hourly::Overrides| {
            row.organisation == of.organisation && (of.month.is_empty() || row.month == of.month)
        };
        of.overrides = overrides.iter().filter(counts).map(|row| row.shifts).sum();
        of.substantive_fte = if of.month.is_empty() {
            let all = months.get(&of.organisation);
            let sum = all.and_then(|all| all.iter().map(|it| fte(&of.organisation, it)).sum::<Option<i64>>());
            let many = all.map_or(1, |all| i64::try_from(all.len()).unwrap_or(1)).max(1);
            sum.map(|sum| sum / many)
        } else {
            fte(&of.organisation, &of.month)
        };
    }
}

fn wanted<'a>(organisation: &str, from: &'a str, until: &'a str) -> Wanted<'a> {
    Wanted { organisation: Some(organisation.to_owned()).filter(|it| !it.is_empty()), from, until }
}

fn months(rows: &[Model]) -> Option<(String, String)> {
    let months = || rows.iter().map(|row| &row.month);
    Some((months().min()?.clone(), months().max()?.clone()))
}

fn first_day(month: &str) -> Result<Date> {
    codec::date(&format!("{month}-01"))
}

fn shifted(of: &str, by: i64) -> Result<String> {
    let day = first_day(of)?.checked_add(by.months());
    day.map(month).map_err(|error| Error::internal("a month is out of reach").with_source(error))
}

/// Months from one to another, both counted.
fn between(first: &str, last: &str) -> Result<i64> {
    let (first, last) = (first_day(first)?, first_day(last)?);
    let months = |day: Date| i64::from(day.year()) * 12 + i64::from(day.month());
    Ok(months(last) - months(first) + 1)
}

/// Adds rows up under keys.
fn sums<K: Ord>(rows: &[Model], keys: impl Fn(&Model) -> Vec<K>) -> Result<BTreeMap<K, Cells>> {
    let mut all: BTreeMap<K, Cells> = BTreeMap::new();
    for row in rows {
        let sum = Sum {
            shifts: row.shifts,
            without_price: row.without_price,
            minutes: row.minutes,
            pence: row.pence,
            over_cap: row.over_cap,
        };
        let supply = codec::supply(row.supply)?;
        for key in keys(row) {
            all.entry(key).or_default().add(supply, sum);
        }
    }
    Ok(all)
}

fn measures(rows: &[Model], reference: &Reference) -> Result<Vec<Measured>> {
    let mut pay: BTreeMap<(String, String), i64> = BTreeMap::new();
    for row in &reference.pay_bill {
        *pay.entry((row.organisation.clone(), month(row.month))).or_default() += row.substantive;
    }
    let mut of: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for row in rows {
        of.entry(&row.organisation).or_default().insert(&row.month);
    }
    let key = |row: &Model, month: &str| (row.organisation.clone(), month.to_owned());
    let sums = sums(rows, |row| vec![key(row, &row.month), key(row, "")])?;
    Ok(sums
        .into_iter()
        .map(|((organisation, month), cells)| {
            let months = of.get(organisation.as_str());
            let substantive = if month.is_empty() {
                // a share of pay is one of all months, or of none
                let of = |it: &&str| pay.get(&(organisation.clone(), (*it).to_owned())).copied();
                months.and_then(|months| months.iter().map(of).sum::<Option<i64>>())
            } else {
                pay.get(&(organisation.clone(), month.clone())).copied()
            };
            let over_cap = cells.of(crate::domain::Supply::Agency).over_cap;
            Measured {
                measures: measure(&cells, substantive),
                organisation,
                month,
                over_cap,
                overrides: 0,
                substantive_fte: None,
            }
        })
        .collect())
}

fn changes(before: &[Model], after: &[Model]) -> Result<Vec<Moved>> {
    let keys = |row: &Model| {
        vec![(row.organisation.clone(), row.staff_group.clone()), (row.organisation.clone(), String::new())]
    };
    let (before, after) = (sums(before, keys)?, sums(after, keys)?);
    let all: BTreeSet<_> = before.keys().chain(after.keys()).collect();
    let none = Cells::default();
    Ok(all
        .into_iter()
        .map(|key| Moved {
            organisation: key.0.clone(),
            staff_group: key.1.clone(),
            change: change(before.get(key).unwrap_or(&none), after.get(key).unwrap_or(&none)),
        })
        .collect())
}
