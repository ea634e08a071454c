//! The affordability bridge: figures as printed, and whether they come out. None is forced.

use super::book::Book;
use crate::{
    document::{Block, Cell, Section, Table, Tone},
    edition::Figure,
    value::shown,
};

/// Most printed figures that are shown.
const MOST: usize = 14;

/// What a printed figure comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    AddsUp,
    Rounding,
    Irreconcilable,
    Refused,
}

impl Verdict {
    const WORDS: [(&'static str, Self); 4] = [
        ("adds-up", Self::AddsUp),
        ("rounding", Self::Rounding),
        ("irreconcilable", Self::Irreconcilable),
        ("refused", Self::Refused),
    ];

    pub(crate) fn says(self) -> &'static str {
        match self {
            Self::AddsUp => "adds up",
            Self::Rounding => "adds up as far as rounding allows",
            Self::Irreconcilable => "irreconcilable: shown as printed, not forced",
            Self::Refused => "refused: figures of different things were joined",
        }
    }

    pub(crate) fn holds(self) -> bool {
        matches!(self, Self::AddsUp | Self::Rounding)
    }

    fn tone(self) -> Tone {
        if self.holds() { Tone::Good } else { Tone::Bad }
    }
}

/// A printed figure with what it comes to.
pub(crate) struct Derived<'a> {
    /// What was printed.
    pub(crate) title: &'a str,
    /// None where this version of the program does not know the word.
    pub(crate) verdict: Option<Verdict>,
    /// Printed less computed.
    pub(crate) figure: &'a Figure,
}

/// Every derivation of every bridge of an edition.
pub(crate) fn derived<'a>(book: &Book<'a>) -> Vec<Derived<'a>> {
    let derivations = book.under("bridge/").filter(|it| it.key.contains("/derivation/"));
    let derived = derivations.map(|it| {
        let (title, word) = it.title.rsplit_once(" printed less computed: ").unwrap_or((&it.title, ""));
        let verdict = Verdict::WORDS.iter().find(|(known, _)| *known == word).map(|(_, verdict)| *verdict);
        Derived { title, verdict, figure: it }
    });
    derived.collect()
}

/// Gaps that open a next year.
pub(crate) fn rolls<'a>(book: &Book<'a>) -> Vec<&'a Figure> {
    book.under("bridge/").filter(|it| it.key.contains("/roll/")).collect()
}

fn printed(book: &mut Book<'_>) -> Vec<Block> {
    let mut table =
        Table::new("Figures as printed", &["Figure", "#As printed", "Window", "Version", "Source"]);
    let part = |it: &&Figure| !it.key.contains("/derivation/") && !it.key.contains("/roll/");
    let known: Vec<&Figure> = book.under("bridge/").filter(part).collect();
    let more = known.len().saturating_sub(MOST);
    for it in known.into_iter().take(MOST) {
        let source = book.cite([it]);
        table.rows.push(vec![
            Cell::heading(&it.title),
            Cell::text(shown(it)).of(&it.key),
            Cell::text(&it.window),
            Cell::text(&it.version),
            source,
        ]);
    }
    let mut blocks = Vec::new();
    if !table.rows.is_empty() {
        blocks.push(Block::Table(table));
    }
    if more > 0 {
        blocks.push(Block::Paragraph(format!(
            "{more} more printed figures are in the tables of this edition."
        )));
    }
    blocks
}

fn verdicts(book: &mut Book<'_>) -> Option<Table> {
    let mut table = Table::new(
        "Whether printed figures come out",
        &["Printed figure", "#Printed less computed", "Verdict", "Source"],
    );
    for it in derived(book) {
        let source = book.cite([it.figure]);
        let verdict = match it.verdict {
            Some(verdict) => Cell::text(verdict.says()).toned(verdict.tone()),
            None => Cell::text("not known to this version"),
        };
        table.rows.push(vec![
            Cell::heading(it.title),
            Cell::text(shown(it.figure)).of(&it.figure.key),
            verdict,
            source,
        ]);
    }
    (!table.rows.is_empty()).then_some(table)
}

pub(crate) fn section(book: &mut Book<'_>) -> Section {
    let mut blocks: Vec<Block> = verdicts(book).map(Block::Table).into_iter().collect();
    blocks.extend(printed(book));
    let nothing = book.nothing("an affordability bridge");
    super::section("affordability", "Affordability", blocks, nothing)
}
