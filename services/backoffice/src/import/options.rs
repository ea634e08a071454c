//! The document of `muster finance options`.

use std::collections::BTreeSet;

use super::{At, document::parse};
use crate::domain::{
    Problem,
    options::{Organisation, Provider, Rules, Setting},
};

/// A document to begin from.
pub const OPTIONS_EXAMPLE: &str = include_str!("../../data/options-example.json");

/// Largest amount in pence a year.
pub(super) const MOST: i64 = 10_000_000_000_000;
/// Largest number of units in 1/1000, also of a service level.
pub(super) const MOST_UNITS: i64 = 1_000_000_000_000;
/// Largest price in 1/100 pence; forty times this times the units fits in 64 bits of pence.
const MOST_PRICE: i64 = 1_000_000_000;

/// Reads a document.
///
/// # Errors
/// The first problem, with its place, the value there and what helps.
pub fn read_options(text: &str) -> Result<Setting, Problem> {
    let value = parse(text)?;
    let root = At::root(&value);
    root.only(&["function", "organisations", "hosts", "outsourced", "rules"])?;
    let organisations =
        root.need("organisations")?.list()?.iter().map(organisation).collect::<Result<Vec<_>, _>>()?;
    setting(&root, organisations)
}

/// Hosts, firms and rules beside organisations that were read.
pub(super) fn setting(root: &At<'_>, organisations: Vec<Organisation>) -> Result<Setting, Problem> {
    let mut providers = Vec::new();
    for (key, shared) in [("hosts", true), ("outsourced", false)] {
        for at in root.list_of(key)? {
            providers.push(provider(&at, shared)?);
        }
    }
    let rules =
        root.get("rules")?.map_or(Ok(Rules::default()), |at| rules(&at, &organisations, &providers))?;
    let setting = Setting { organisations, providers, rules };
    setting.check()?;
    Ok(setting)
}

fn organisation(at: &At<'_>) -> Result<Organisation, Problem> {
    at.only(&["id", "volume", "local_cost", "local_service", "moving_cost"])?;
    Ok(Organisation {
        id: at.need("id")?.text()?.to_owned(),
        volume: at.need("volume")?.number_in(3, 0, MOST_UNITS)?,
        local_cost: at.need("local_cost")?.number_in(2, 0, MOST)?,
        local_service: at.need("local_service")?.number_in(3, 0, MOST_UNITS)?,
        moving_cost: at.get("moving_cost")?.map_or(Ok(0), |at| at.number_in(2, 0, MOST))?,
    })
}

fn provider(at: &At<'_>, shared: bool) -> Result<Provider, Problem> {
    at.only(&["id", "fixed_cost", "price", "service", "capacity"])?;
    Ok(Provider {
        id: at.need("id")?.text()?.to_owned(),
        shared,
        fixed_cost: at.get("fixed_cost")?.map_or(Ok(0), |at| at.number_in(2, 0, MOST))?,
        price: at.need("price")?.number_in(4, 0, MOST_PRICE)?,
        service: at.need("service")?.number_in(3, 0, MOST_UNITS)?,
        capacity: at.get("capacity")?.map(|at| at.number_in(3, 0, MOST_UNITS)).transpose()?,
    })
}

fn rules(at: &At<'_>, organisations: &[Organisation], providers: &[Provider]) -> Result<Rules, Problem> {
    at.only(&["service_floor", "must_stay", "may_host", "most_hosts"])?;
    let names: Vec<&str> = organisations.iter().map(|it| it.id.as_str()).collect();
    let must_stay = at.list_of("must_stay")?.iter().map(|at| one_of(at, &names)).collect::<Result<_, _>>()?;
    let hosts: Vec<&str> = providers.iter().filter(|it| it.shared).map(|it| it.id.as_str()).collect();
    // hosts come first among the providers, so that a place among hosts is one among providers
    let mut closed = BTreeSet::new();
    if at.get("may_host")?.is_some() {
        let may: BTreeSet<usize> =
            at.list_of("may_host")?.iter().map(|at| one_of(at, &hosts)).collect::<Result<_, _>>()?;
        closed = (0..hosts.len()).filter(|place| !may.contains(place)).collect();
    }
    Ok(Rules {
        service_floor: at.get("service_floor")?.map(|at| at.number_in(3, 0, MOST_UNITS)).transpose()?,
        must_stay,
        closed,
        most_hosts: at.get("most_hosts")?.map(|at| at.number_in(0, 0, 1_000)).transpose()?,
        unbounded: BTreeSet::new(),
    })
}

/// The place of a name.
fn one_of(at: &At<'_>, names: &[&str]) -> Result<usize, Problem> {
    let text = at.text()?;
    names
        .iter()
        .position(|name| *name == text)
        .ok_or_else(|| at.problem("is none of those above", format!("use one of: {}", names.join(", "))))
}
