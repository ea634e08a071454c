//! What is other since the edition before, and why.

use std::collections::BTreeSet;

use super::book::Book;
use crate::{
    document::{Block, Cell, Section, Table},
    edition::{Change, Evidence},
    value::shown,
};

/// Most changes that are shown.
const MOST: usize = 8;
/// Most reasons of one.
const REASONS: usize = 3;
/// What a board asks for first; single claims and schemes come last.
const FIRST: [&str; 8] = [
    "savings/attested",
    "savings/",
    "bridge/",
    "staffing/",
    "plan/",
    "temporary-staffing/",
    "agency/",
    "catalogue/",
];
const LAST: [&str; 5] =
    ["benchmark/", "scheme/", "savings/attested-month/", "savings/attested-scheme/", "savings/claim/"];

/// Place of a change among others.
fn place(of: &Change) -> (usize, &str) {
    let key = of.figure().map_or("", |it| it.key.as_str());
    let begins = |known: &&str| key.starts_with(*known);
    let place = match LAST.iter().position(&begins) {
        Some(at) => FIRST.len() + 1 + at,
        None => FIRST.iter().position(begins).unwrap_or(FIRST.len()),
    };
    (place, key)
}

fn reasons(of: &Change, public: bool) -> String {
    let of_it = |it: &Evidence| if it.says.is_empty() { it.kind.clone() } else { it.says.clone() };
    let mut all: BTreeSet<String> = of.why.iter().map(of_it).collect();
    if of.after.is_some() {
        all.extend(of.no_longer.iter().map(|it| format!("no longer: {}", of_it(it))));
    }
    let more = all.len().saturating_sub(REASONS);
    let mut said: Vec<String> = all.into_iter().take(REASONS).collect();
    if more > 0 {
        said.push(format!("and {more} more"));
    }
    match (said.is_empty(), of.after.is_none()) {
        (true, true) => "it is gone".to_owned(),
        (true, _) if public => "not in the public version".to_owned(),
        (true, _) => "no new event or row: what it is made of, or how it is worked out".to_owned(),
        (false, _) => said.join("; "),
    }
}

pub(crate) fn section(book: &mut Book<'_>) -> Section {
    let edition = book.edition;
    let (mut blocks, mut nothing) = (Vec::new(), "No earlier edition is compared with this one.".to_owned());
    if let Some(since) = &edition.since {
        let mut changes: Vec<&Change> = since.changes.iter().collect();
        changes.sort_by_key(|it| place(it));
        let new = changes.iter().filter(|it| it.before.is_none()).count();
        let gone = changes.iter().filter(|it| it.after.is_none()).count();
        nothing = format!("Nothing is other than in edition {}.", since.number);
        if !changes.is_empty() {
            let other = changes.len() - new - gone;
            blocks.push(Block::Paragraph(format!(
                "Figures that are other than in edition {}: {other} with another value, {new} new, {gone} gone.",
                since.number
            )));
            let mut table =
                Table::new("What is other, and why", &["Figure", "#Before", "#Now", "Why", "Source"]);
            for it in changes.iter().take(MOST) {
                let Some(figure) = it.figure() else { continue };
                let value = |of: &Option<_>| of.as_ref().map_or_else(|| "not there".to_owned(), shown);
                let source = book.cite([figure]);
                table.rows.push(vec![
                    Cell::heading(&figure.title),
                    Cell::text(value(&it.before)),
                    Cell::text(value(&it.after)).of(&figure.key),
                    Cell::text(reasons(it, edition.public)),
                    source,
                ]);
            }
            blocks.push(Block::Table(table));
            if let Some(more) = changes.len().checked_sub(MOST).filter(|more| *more > 0) {
                blocks.push(Block::Paragraph(format!("{more} more are in the document for machines.")));
            }
        }
    }
    super::section("changes", "What changed since the edition before", blocks, nothing)
}
