//! The figures of an edition, found by key, and the sources that sections name.

use std::collections::{BTreeMap, BTreeSet};

use super::section;
use crate::{
    document::{Block, Cell, Section, Table},
    edition::{Edition, Figure},
    value::plain,
};

/// What figures are of and where they are from: window, base, source. The window is empty where it stands beside each figure.
type Source = [String; 3];

/// Of which windows and versions the figures of a source are.
#[derive(Default)]
struct Named<'a> {
    windows: BTreeSet<&'a str>,
    versions: BTreeSet<&'a str>,
}

/// What bridges say where a paper does not say what a figure is measured against.
const NOT_STATED: &str = "not stated";

/// How a section says that nothing of it is public.
pub(super) const NOTHING_PUBLIC: &str = "This edition has no public figures of ";

/// An edition that is read from, and what was named of it.
pub(crate) struct Book<'a> {
    pub(crate) edition: &'a Edition,
    /// Sources in the order in which they were named.
    sources: Vec<(Source, Named<'a>)>,
    numbers: BTreeMap<Source, usize>,
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

    /// Number of the source of the figures of a row that does not show their window.
    pub(crate) fn cite(&mut self, figures: impl IntoIterator<Item = &'a Figure>) -> Cell {
        let figures: Vec<&Figure> = figures.into_iter().collect();
        let window = joined(&figures.iter().map(|it| it.window.as_str()).collect());
        self.numbered(window, &figures)
    }

    /// The same of a row that shows it: windows of one source are one line.
    pub(crate) fn cite_dated(&mut self, figures: impl IntoIterator<Item = &'a Figure>) -> Cell {
        let figures: Vec<&Figure> = figures.into_iter().collect();
        self.numbered(String::new(), &figures)
    }

    fn numbered(&mut self, window: String, figures: &[&'a Figure]) -> Cell {
        if figures.is_empty() {
            return Cell::text("");
        }
        let said =
            |of: fn(&'a Figure) -> &'a String| joined(&figures.iter().map(|it| of(it).as_str()).collect());
        let source = [window, said(|it| &it.base), said(|it| &it.source)];
        let number = *self.numbers.entry(source).or_insert_with_key(|source| {
            self.sources.push((source.clone(), Named::default()));
            self.sources.len()
        });
        let named = &mut self.sources[number - 1].1;
        named.windows.extend(figures.iter().map(|it| it.window.as_str()));
        named.versions.extend(figures.iter().map(|it| it.version.as_str()));
        Cell::text(number.to_string())
    }

    /// That there is nothing of something.
    pub(crate) fn nothing(&self, of: &str) -> String {
        if self.edition.public {
            return format!("{NOTHING_PUBLIC}{of}.");
        }
        format!("This edition has no figures of {of}.")
    }

    /// Every source that was named.
    pub(crate) fn sources(&self) -> Section {
        let mut table = Table::new(
            "What the figures are of, and where they are from",
            &["No.", "Window", "Base and version", "Source"],
        );
        for (number, ([_, base, source], named)) in (1_usize..).zip(&self.sources) {
            table.rows.push(vec![
                Cell::text(number.to_string()),
                Cell::text(ends(&named.windows)),
                Cell::text(of_base(base, &joined(&named.versions))),
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

/// What a figure is measured against and its version in one cell: a column of each would leave sources little room.
fn of_base(base: &str, version: &str) -> String {
    let base = if base == NOT_STATED { "" } else { base };
    match (base.is_empty(), version.is_empty()) {
        (true, true) => String::new(),
        (true, false) => format!("version {version}"),
        (false, true) => base.to_owned(),
        (false, false) => format!("{base}; version {version}"),
    }
}

/// Windows: the first and the last of several, which are in the order of time.
fn ends(windows: &BTreeSet<&str>) -> String {
    match (windows.first(), windows.last()) {
        (Some(first), Some(last)) if first != last => format!("{} ... {}", plain(first), plain(last)),
        (Some(only), _) => plain(only),
        _ => String::new(),
    }
}

/// The first of some words, and how many more there are: each is in the tables of the edition.
fn joined(words: &BTreeSet<&str>) -> String {
    let mut said = words.iter().map(|it| plain(it)).filter(|it| !it.is_empty());
    match (said.next(), said.count()) {
        (None, _) => String::new(),
        (Some(only), 0) => only,
        (Some(first), more) => format!("{first} and {more} more"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_are_said_from_first_to_last() {
        assert_eq!(ends(&["2026-04", "2025-09", "2025-10"].into()), "2025-09 ... 2026-04");
        assert_eq!((ends(&["2017/18"].into()), ends(&BTreeSet::new())), ("2017/18".into(), String::new()));
    }

    #[test]
    fn the_first_of_many_words_are_said() {
        assert_eq!(joined(&["a"].into()), "a");
        assert_eq!(joined(&["", "b", "a", "c", "d"].into()), "a and 3 more");
        assert_eq!(joined(&BTreeSet::new()), "");
    }
}
