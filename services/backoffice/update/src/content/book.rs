//! The figures of an edition, found by key, and the sources that sections name.

use std::collections::{BTreeMap, BTreeSet};

use super::section;
use crate::{
    document::{Block, Cell, Section, Table},
    edition::{Edition, Figure},
};

/// What a figure is of and where it is from: window, base, source.
type Source<'a> = (&'a str, &'a str, &'a str);

/// An edition that is read from, and what was named of it.
pub(crate) struct Book<'a> {
    pub(crate) edition: &'a Edition,
    /// Sources in the order in which they were named, with the versions of their figures.
    sources: Vec<(Source<'a>, BTreeSet<&'a str>)>,
    numbers: BTreeMap<Source<'a>, usize>,
}

impl<'a> Book<'a> {
    pub(crate) fn new(edition: &'a Edition) -> Self {
        Self { edition, sources: Vec::new(), numbers: BTreeMap::new() }
    }

    /// A figure by key.
    pub(crate) fn get(&self, key: &str) -> Option<&'a Figure> {
        self.under(key).find(|it| it.key == key)
    }

    /// The value of a figure by key.
    pub(crate) fn value(&self, key: &str) -> Option<i128> {
        self.get(key)?.value.map(i128::from)
    }

    /// Figures whose keys begin so, in order of their keys.
    pub(crate) fn under<'b>(&self, prefix: &'b str) -> impl Iterator<Item = &'a Figure> + use<'a, 'b> {
        let figures = &self.edition.figures;
        let from = figures.partition_point(|it| it.key.as_str() < prefix);
        figures[from..].iter().take_while(move |it| it.key.starts_with(prefix))
    }

    /// Numbers of the sources of figures: `3-5, 9`.
    pub(crate) fn cite(&mut self, figures: impl IntoIterator<Item = &'a Figure>) -> Cell {
        let mut named = BTreeSet::new();
        for it in figures {
            let source = (it.window.as_str(), it.base.as_str(), it.source.as_str());
            let number = *self.numbers.entry(source).or_insert_with(|| {
                self.sources.push((source, BTreeSet::new()));
                self.sources.len()
            });
            self.sources[number - 1].1.insert(&it.version);
            named.insert(number);
        }
        Cell::text(ranges(&named))
    }

    /// That there is nothing of something.
    pub(crate) fn nothing(&self, of: &str) -> String {
        let public = if self.edition.public { "public " } else { "" };
        format!("This edition has no {public}figures of {of}.")
    }

    /// Every source that was named.
    pub(crate) fn sources(&self) -> Section {
        let mut table = Table::new(
            "What the figures are of, and where they are from",
            &["No.", "Window", "Base", "Version", "Source"],
        );
        for (number, ((window, base, source), versions)) in (1..).zip(&self.sources) {
            let number: usize = number;
            let versions: Vec<&str> = versions.iter().copied().collect();
            table.rows.push(vec![
                Cell::text(number.to_string()),
                Cell::text(window),
                Cell::text(base),
                Cell::text(versions.join(", ")),
                Cell::text(source),
            ]);
        }
        let mut blocks = Vec::new();
        if !table.rows.is_empty() {
            blocks.push(Block::Paragraph(format!(
                "Every figure is of edition {}. The column headed “Source” in each table names the lines below; keys and the versions of \
                 single figures are in the tables (XLSX) and in the document for machines (JSON) of this edition.",
                self.edition.head.number
            )));
            blocks.push(Block::Table(table));
        }
        section("sources", "Sources", blocks, "No figure is shown, and no source with it.".to_owned())
    }
}

/// Numbers as ranges: `1, 3-5`.
fn ranges(numbers: &BTreeSet<usize>) -> String {
    let mut ranges: Vec<(usize, usize)> = Vec::new();
    for &number in numbers {
        match ranges.last_mut() {
            Some((_, last)) if *last + 1 == number => *last = number,
            _ => ranges.push((number, number)),
        }
    }
    let text = |(first, last): &(usize, usize)| {
        if first == last { first.to_string() } else { format!("{first}-{last}") }
    };
    ranges.iter().map(text).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_that_follow_each_other_are_a_range() {
        assert_eq!(ranges(&[1, 3, 4, 5, 9].into()), "1, 3-5, 9");
        assert_eq!(ranges(&BTreeSet::new()), "");
    }
}
