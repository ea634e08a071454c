//! Programme groups whose figures come from other contexts, and whatever else an edition has.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

use super::book::Book;
use crate::{
    document::{Block, Cell, Section, Table},
    edition::Figure,
    value::{NOTHING, hours, interval, pounds_and_pence, shown},
};

/// Most figures of a table: the nearest to the top of their context, the latest first.
const MOST: usize = 6;
/// Latest months of temporary staffing.
const MONTHS: usize = 6;
/// Beginning of the keys of scores of earlier forecasts.
pub(super) const BACKTEST: &str = "staffing/backtest/";
/// Beginnings of keys that a section of its own shows.
const KNOWN: [&str; 12] = [
    "savings/",
    "scheme/",
    "bridge/",
    "case/",
    "recharge/",
    "sharing/",
    "benchmark/",
    "staffing/",
    "plan/",
    "agency/",
    "temporary-staffing/",
    "catalogue/",
];

pub(crate) fn sections(book: &mut Book<'_>) -> Vec<Section> {
    let mut sections = Vec::new();
    let cases = table(book, "Net present values against staying as it is", "case/");
    let recharges = table(book, "Shared services: what they cost and who pays", "recharge/");
    let shared = table(book, "Gains to be shared", "sharing/");
    let blocks = [cases, recharges, shared].concat();
    if !blocks.is_empty() {
        sections.push(super::section("cases", "Business cases and shared services", blocks, String::new()));
    }
    let mut gap = chosen(book, "Gap of staff, and what it rests on", workforce(book));
    gap.extend(record(book).map(Block::Paragraph));
    let nothing = book.nothing("the workforce");
    sections.push(super::section("workforce", "Workforce", gap, nothing));
    let months = months(book);
    let agency = table(book, "Bank, agency and rates", "agency/");
    let nothing = book.nothing("temporary staffing");
    sections.push(super::section(
        "temporary-staffing",
        "Temporary staffing",
        [months, agency].concat(),
        nothing,
    ));
    let catalogue = table(book, "Catalogue, prices and collective rounds", "catalogue/");
    let nothing = book.nothing("procurement");
    sections.push(super::section("procurement", "Procurement", catalogue, nothing));
    let other = |it: &&Figure| !KNOWN.iter().any(|known| it.key.starts_with(known));
    let others: Vec<&Figure> = book.edition.figures.iter().filter(other).collect();
    let others = chosen(book, "Figures of no section above", others);
    if !others.is_empty() {
        sections.push(super::section("other", "Other figures", others, String::new()));
    }
    sections
}

/// Gaps of the whole area at the end of the forecast, with what they would cost, where there are any: a board wants these first. Else
/// whatever is there.
fn workforce<'a>(book: &Book<'a>) -> Vec<&'a Figure> {
    let all: Vec<&Figure> = book.under("staffing/").filter(|it| !it.key.starts_with(BACKTEST)).collect();
    let first = ["staffing/gap/", "staffing/shortfall/", "staffing/gap-cost/"];
    let of_area =
        |it: &&&Figure| first.iter().any(|known| it.key.starts_with(known)) && it.key.contains("/system/");
    let last = all.iter().filter(of_area).map(|it| it.window.as_str()).max();
    let chosen: Vec<&Figure> =
        all.iter().filter(of_area).filter(|it| Some(it.window.as_str()) == last).copied().collect();
    if chosen.is_empty() { all } else { chosen }
}

/// How wrong earlier forecasts of general practitioners were, beside the last value: for boroughs, at the longest horizon that there is.
fn record(book: &Book<'_>) -> Option<String> {
    let of = book.under(BACKTEST).filter(|it| horizon(it).is_some()).max_by_key(|it| horizon(it))?;
    let years = horizon(of)?;
    let last = book.get(&format!("{}-last-value", of.key))?;
    let within = book.get(&format!("{}/coverage80", of.key.strip_suffix("/wape")?))?;
    let ahead = if years == 1 { "a year".to_owned() } else { format!("{years} years") };
    Some(format!(
        "Earlier forecasts of general practitioners by borough, {ahead} ahead, were off by {} of what came, the last value by {}; their \
         80% intervals held {} of it ({}).",
        shown(of),
        shown(last),
        shown(within),
        of.window
    ))
}

/// Years ahead of a score of general practitioners by borough.
fn horizon(of: &Figure) -> Option<u32> {
    let (place, years) = of.key.strip_suffix("/wape")?.rsplit_once('/')?;
    place.ends_with("/gp/borough").then(|| years.parse().ok()).flatten()
}

fn table(book: &mut Book<'_>, caption: &str, prefix: &str) -> Vec<Block> {
    let figures = book.under(prefix).collect();
    chosen(book, caption, figures)
}

/// How near to the top a figure is: what others are made of is deeper, and so is a longer key.
fn depth(of: &Figure, parts: &BTreeSet<&str>) -> (bool, usize) {
    (parts.contains(of.key.as_str()), of.key.matches('/').count())
}

fn chosen<'a>(book: &mut Book<'a>, caption: &str, mut figures: Vec<&'a Figure>) -> Vec<Block> {
    let all = figures.len();
    if all == 0 {
        return Vec::new();
    }
    let parts: BTreeSet<&str> = figures.iter().flat_map(|it| &it.made_of).map(String::as_str).collect();
    figures.sort_by_key(|it| (depth(it, &parts), Reverse(&it.window)));
    figures.truncate(MOST);
    figures.sort_by_key(|it| &it.key);
    let mut table =
        Table::new(caption, &["Figure", "#Value", "#10th to 90th percentile", "Window", "Source"]);
    for it in figures {
        let source = book.cite_dated([it]);
        table.rows.push(vec![
            Cell::heading(&it.title),
            Cell::text(shown(it)).of(&it.key),
            Cell::text(interval(it).unwrap_or_default()),
            Cell::text(&it.window),
            source,
        ]);
    }
    let mut blocks = vec![Block::Table(table)];
    if all > MOST {
        blocks.push(Block::Paragraph(format!(
            "{MOST} of {all} figures; all of them are in the tables of this edition."
        )));
    }
    blocks
}

/// Months of temporary staffing of all organisations together: `temporary-staffing/MONTH/SUPPLY-UNIT`.
fn months(book: &mut Book<'_>) -> Vec<Block> {
    let mut months: BTreeMap<&str, BTreeMap<&str, &Figure>> = BTreeMap::new();
    for it in book.under("temporary-staffing/") {
        let parts: Vec<&str> = it.key.split('/').collect();
        if let [_, month, measure] = parts[..] {
            months.entry(month).or_default().insert(measure, it);
        }
    }
    let mut table = Table::new(
        "Temporary staffing of all organisations together, latest months",
        &["Month", "#Bank hours", "#Bank", "#Agency hours", "#Agency", "Source"],
    );
    let latest = months.len().saturating_sub(MONTHS);
    for (month, of) in months.iter().skip(latest) {
        let cell = |measure: &str| match of.get(measure) {
            Some(it) => Cell::text(amount(it)).of(&it.key),
            None => Cell::text(NOTHING),
        };
        let mut row = vec![Cell::text(month)];
        row.extend(["bank-minutes", "bank-pence", "agency-minutes", "agency-pence"].map(cell));
        row.push(book.cite_dated(of.values().copied()));
        table.rows.push(row);
    }
    if table.rows.is_empty() { Vec::new() } else { vec![Block::Table(table)] }
}

fn amount(of: &Figure) -> String {
    match (of.value, of.unit.as_str()) {
        (Some(value), "minutes") => hours(value.into()),
        (Some(value), "pence") => pounds_and_pence(value.into()),
        _ => shown(of),
    }
}
