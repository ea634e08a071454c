//! In which borough a practice lies, and how that is known.

use std::collections::BTreeMap;

use jiff::civil::Date;
use muster_kit::OrgCode;

use super::{
    Statement,
    commissioning::Stay,
    organisation::BoroughBasis,
    territory::{JOINT_COMMISSIONER_FROM, borough_of_commissioner, borough_of_postcode, is_in_system},
};

/// A borough and how it was found.
pub type Found = (&'static str, BoroughBasis);

/// The borough of every practice of South East London: the last of the six commissioners before April 2020; else the
/// borough of most practices of its network; else the borough of most practices in its postcode district.
pub fn boroughs<'a>(
    statements: &BTreeMap<&'a OrgCode, Vec<&'a Statement>>,
    commissioners: &BTreeMap<&'a OrgCode, Vec<Stay>>,
) -> BTreeMap<&'a OrgCode, Found> {
    let mut found: BTreeMap<&OrgCode, Found> = BTreeMap::new();
    for (code, rows) in statements {
        let stays = commissioners.get(code).map_or(&[][..], Vec::as_slice);
        if let Some(borough) = by_commissioner(rows, stays) {
            found.insert(code, (borough, BoroughBasis::Commissioner));
        }
    }
    let networks = majorities(statements, &found);
    for (code, rows) in statements {
        if found.contains_key(code) || !is_served_in_system(rows) {
            continue;
        }
        let network = last_network(rows).and_then(|network| networks.get(network).copied());
        let postcode = rows.iter().rev().find_map(|row| borough_of_postcode(&row.postcode));
        let borough = network
            .map(|borough| (borough, BoroughBasis::Network))
            .or(postcode.map(|borough| (borough, BoroughBasis::Postcode)));
        if let Some(borough) = borough {
            found.insert(code, borough);
        }
    }
    found
}

/// The last of the six commissioners, by the dated stays and else by the statements of any source.
fn by_commissioner(rows: &[&Statement], stays: &[Stay]) -> Option<&'static str> {
    let dated =
        stays.iter().filter_map(|(code, period)| Some((period.from(), borough_of_commissioner(code)?)));
    let last = |found: Option<(Date, &'static str)>| found.map(|(_, borough)| borough);
    let by_stay =
        last(dated.filter(|(from, _)| *from < JOINT_COMMISSIONER_FROM).max_by_key(|(from, _)| *from));
    by_stay.or_else(|| {
        let said = rows
            .iter()
            .filter_map(|row| Some((row.edition, borough_of_commissioner(row.commissioner.as_deref()?)?)));
        last(said.max_by_key(|(edition, _)| *edition))
    })
}

fn is_served_in_system(rows: &[&Statement]) -> bool {
    rows.iter().filter_map(|row| row.commissioner.as_deref()).any(is_in_system)
}

fn last_network<'a>(rows: &[&'a Statement]) -> Option<&'a str> {
    rows.iter().rev().find_map(|row| row.network.as_ref()).map(|(code, _)| code.as_str())
}

/// The borough of most practices of each network; a tie goes to the first by name.
fn majorities<'a>(
    statements: &BTreeMap<&'a OrgCode, Vec<&'a Statement>>,
    found: &BTreeMap<&OrgCode, Found>,
) -> BTreeMap<&'a str, &'static str> {
    let mut counts: BTreeMap<&str, BTreeMap<&'static str, usize>> = BTreeMap::new();
    for (code, rows) in statements {
        if let (Some(network), Some((borough, _))) = (last_network(rows), found.get(code)) {
            *counts.entry(network).or_default().entry(borough).or_default() += 1;
        }
    }
    let most = |counts: BTreeMap<&'static str, usize>| {
        counts
            .into_iter()
            .max_by_key(|(name, count)| (*count, std::cmp::Reverse(*name)))
            .map(|(name, _)| name)
    };
    counts.into_iter().filter_map(|(network, counts)| Some((network, most(counts)?))).collect()
}
