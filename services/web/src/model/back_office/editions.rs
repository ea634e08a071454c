//! Editions: every figure as it stood, under a number, for ever.

use muster_proto::backoffice::v1::{EditionFigure, EditionHead, VerifyEditionResponse};

use super::trace_href;
use crate::{
    figures,
    model::agency::{count, month_words},
    pages::encode,
    table::{Cell, Table},
};

/// Rows of a group that are shown where all groups are.
const SHOWN: usize = 25;

/// Groups of figures by how their keys begin: prefix, words.
const GROUPS: [(&str, &str); 11] = [
    ("savings", "Savings"),
    ("scheme", "Savings schemes"),
    ("benchmark", "Benchmarks"),
    ("bridge", "Affordability bridge"),
    ("plan", "Pressures and planned savings"),
    ("temporary-staffing", "Temporary staffing, as posted"),
    ("staffing", "Staffing"),
    ("agency", "Bank and agency"),
    ("catalogue", "Procurement"),
    ("directory", "Organisations"),
    ("backoffice", "Back office"),
];

fn group_words(prefix: &str) -> String {
    let known = GROUPS.iter().find(|(known, _)| *known == prefix);
    known.map_or_else(|| super::bridge::capital(&prefix.replace('-', " ")), |(_, words)| (*words).to_owned())
}

/// A value in its unit, as shown.
pub(crate) fn shown(value: i64, unit: &str) -> String {
    match unit {
        "pence" => figures::exact_pounds(value),
        "centipence" => figures::unit_price(value),
        "minutes" => format!("{} hours", figures::count(figures::round(value, 60))),
        "milli" => figures::quantity(value),
        "ppm" => figures::percent(value),
        _ => figures::count(value),
    }
}

/// The same for files, and the unit that it is in there.
fn plain(value: i64, unit: &str) -> (String, &str) {
    match unit {
        "pence" => (figures::plain_pounds(value), "pounds"),
        "centipence" => (figures::plain_unit_price(value), "pounds"),
        "milli" => (figures::plain_milli(value), "units"),
        "ppm" => (figures::plain_milli(value / 10), "percent"),
        other => (value.to_string(), other),
    }
}

/// Editions, newest first.
pub(crate) fn list(editions: &[EditionHead]) -> Table {
    let table = Table::new("editions", "Editions, newest first")
        .text("Edition", "number")
        .text("Frozen", "frozen_at")
        .text("Signed as", "signed_as")
        .text("Note", "note")
        .text("As of", "as_of")
        .number("Figures", "figures")
        .text("SHA-256", "sha256")
        .empty("No edition has been frozen yet.");
    let row = |of: &EditionHead| {
        vec![
            Cell::link(of.number.to_string(), format!("/editions/{}", of.number))
                .shown(format!("Edition {}", of.number)),
            Cell::text(figures::plain_instant(of.frozen_at_micros))
                .shown(figures::instant(of.frozen_at_micros)),
            Cell::text(of.signed_as.clone()),
            Cell::text(of.note.clone()),
            Cell::text(of.as_of.clone()).shown(month_words(&of.as_of)),
            Cell::count(count(of.figures)),
            Cell::text(of.sha256.clone()).shown(of.sha256.chars().take(12).collect::<String>()),
        ]
    };
    table.rows(editions.iter().map(row).collect::<Vec<_>>())
}

/// Figures of an edition under one heading.
pub(crate) struct Group {
    pub(crate) heading: String,
    pub(crate) table: Table,
    /// Figures that are not shown; where they all are.
    pub(crate) more: usize,
    pub(crate) all: String,
}

/// How the keys of a figure begin.
fn prefix(of: &EditionFigure) -> &str {
    of.key.split('/').next().unwrap_or_default()
}

/// The groups that there are: prefix, words.
pub(crate) fn group_choices(all: &[EditionFigure]) -> Vec<(String, String)> {
    let mut known: Vec<&str> = all.iter().map(prefix).collect();
    known.dedup();
    known.sort_by_key(|it| GROUPS.iter().position(|(of, _)| of == it).unwrap_or(GROUPS.len()));
    known.dedup();
    known.into_iter().map(|it| (format!("{it}/"), group_words(it))).collect()
}

/// The figures in their groups; all of them where one is asked for.
pub(crate) fn groups(head: &EditionHead, all: &[EditionFigure], public: bool, whole: bool) -> Vec<Group> {
    let one = |(start, heading): (String, String)| {
        let of: Vec<&EditionFigure> = all.iter().filter(|it| it.key.starts_with(&start)).collect();
        let shown = if whole { of.len() } else { of.len().min(SHOWN) };
        let id = format!("figures-{}", start.trim_end_matches('/'));
        Group {
            table: table(id, &heading, head.number, &of[..shown]),
            more: of.len() - shown,
            all: format!(
                "/editions/{}?prefix={}{}",
                head.number,
                encode(&start),
                if public { "&public=1" } else { "" }
            ),
            heading,
        }
    };
    group_choices(all).into_iter().map(one).collect()
}

/// Figures as rows.
fn table(id: impl Into<String>, caption: &str, number: i64, all: &[&EditionFigure]) -> Table {
    let table = Table::new(id, caption)
        .text("Figure", "title")
        .number("Value", "value")
        .number("80% interval", "interval_80_percent")
        .text("Time", "window")
        .text("Base", "base")
        .text("Version", "version")
        .text("Source", "source")
        .text("Public", "public")
        .empty("No figure fits.");
    table.rows(all.iter().map(|it| row(it, number)).collect::<Vec<_>>())
}

/// The same for a file, with keys and units.
pub(crate) fn file(number: i64, all: &[EditionFigure]) -> Table {
    let of: Vec<&EditionFigure> = all.iter().collect();
    let mut table = table("figures", "", number, &of).text("Key", "key").text("Unit", "unit");
    for (row, figure) in table.rows.iter_mut().zip(all) {
        row.extend([Cell::text(figure.key.clone()), Cell::text(plain(figure.value, &figure.unit).1)]);
    }
    table
}

fn row(of: &EditionFigure, number: i64) -> Vec<Cell> {
    let value = plain(of.value, &of.unit).0;
    let interval = match (of.low, of.high) {
        (Some(low), Some(high)) => Cell::number(
            format!("{} to {}", shown(low, &of.unit), shown(high, &of.unit)),
            format!("{} to {}", plain(low, &of.unit).0, plain(high, &of.unit).0),
        ),
        _ => Cell::none(),
    };
    vec![
        Cell::text(super::bridge::capital(&of.title)),
        Cell::number(shown(of.value, &of.unit), value).to(trace_href(&of.key, number)),
        interval,
        Cell::text(of.window.clone()),
        Cell::text(of.base.clone()),
        Cell::text(of.version.clone()),
        Cell::text(of.source.clone()),
        Cell::text(if of.public { "yes" } else { "no" }),
    ]
}

/// Whether an edition is what was frozen.
pub(crate) struct Verified {
    pub(crate) holds: bool,
    pub(crate) says: String,
}

pub(crate) fn verified(of: &VerifyEditionResponse) -> Verified {
    let head = of.edition.clone().unwrap_or_default();
    let holds = of.holds && of.broken_at == 0;
    let says = if holds {
        format!(
            "The hash was worked out anew just now and is the one that was frozen, and so is that of every edition before: edition {} is what was signed.",
            head.number
        )
    } else if !of.holds {
        format!(
            "The hash worked out now is {}, not the one that was frozen: figures or head were changed since. Do not use this edition.",
            of.computed_sha256
        )
    } else {
        format!(
            "This edition is unchanged, but edition {} is not what was frozen or does not follow the one before it: the chain is broken there.",
            of.broken_at
        )
    };
    Verified { holds, says }
}
