//! From an edition to what its board update says.

mod affordability;
mod benchmarks;
mod book;
mod changes;
mod delivery;
mod front;
mod groups;
mod rag;
mod reconciliation;
mod savings;
mod schemes;

use crate::{
    document::{Block, Document, Section},
    edition::Edition,
    value::{instant, plain},
};
use book::Book;

/// The board update of an edition that is [`Edition::shown`]. Sources come last, since they are numbered as sections name them.
pub(crate) fn document(edition: &Edition) -> Document {
    let mut book = Book::new(edition);
    let head = &edition.head;
    let mut sections = vec![
        front::at_a_glance(&book),
        front::looking_forward(&mut book),
        front::key_issues(&book),
        savings::section(&mut book),
        delivery::section(&mut book),
        affordability::section(&mut book),
    ];
    sections.extend(groups::sections(&mut book));
    sections.extend([
        benchmarks::section(&mut book),
        changes::section(&mut book),
        reconciliation::section(&book),
        book.sources(),
    ]);
    let mut notices = notices(edition);
    if edition.public {
        notices.extend(without_empty(&mut sections));
    }
    let variant = if edition.public { "public version" } else { "internal version: not for publication" };
    Document {
        title: format!("Board update no. {}", head.number),
        subtitle: format!("Workforce and shared services, {variant}"),
        notices,
        facts: facts(edition),
        sections,
        foot: format!("Board update no. {}, {variant}", head.number),
        hash: plain(&head.sha256),
        at: head.frozen_at_micros,
    }
}

/// Takes out sections of which nothing is public, and says so once: a paper that a board reads has no room for headings over nothing.
fn without_empty(sections: &mut Vec<Section>) -> Option<String> {
    let nothing = |section: &Section| match section.blocks.as_slice() {
        [Block::Paragraph(text)] => {
            text.strip_prefix(book::NOTHING_PUBLIC).and_then(|it| it.strip_suffix('.')).map(str::to_owned)
        }
        _ => None,
    };
    let empty: Vec<String> = sections.iter().filter_map(nothing).collect();
    sections.retain(|section| nothing(section).is_none());
    (!empty.is_empty()).then(|| format!("{}{}.", book::NOTHING_PUBLIC, empty.join(", ")))
}

/// What a reader must know first.
fn notices(edition: &Edition) -> Vec<String> {
    let mut notices = Vec::new();
    if edition.public {
        let whole = edition.figures.len() as u64 + edition.left_out;
        notices.push(format!(
            "{} of {whole} figures are left out of this version, because they are commercial, of a single organisation, or not \
             attested. Nobody who froze or claimed is named, and numbers of people from 1 to 4 are not told.",
            edition.left_out
        ));
    } else {
        notices.push(
            "This version holds figures of single organisations and commercial figures. Publish the public version instead."
                .to_owned(),
        );
    }
    let note = plain(&edition.head.note);
    if !note.is_empty() {
        notices.push(format!("Said of this edition when it was frozen: {note}"));
    }
    notices
}

fn facts(edition: &Edition) -> Vec<(&'static str, String)> {
    let head = &edition.head;
    let signed = if head.frozen_by.is_empty() {
        plain(&head.signed_as)
    } else {
        format!("{} ({})", plain(&head.signed_as), plain(&head.frozen_by))
    };
    let or_none = |text: &str, none: &str| if text.is_empty() { none.to_owned() } else { plain(text) };
    vec![
        ("Edition", head.number.to_string()),
        ("Frozen", instant(head.frozen_at_micros)),
        ("Signed as", or_none(&signed, "not said")),
        ("Schemes stand as at the end of", or_none(&head.as_of, "no month yet")),
        ("Figures in the whole edition", head.figures.to_string()),
        ("SHA-256 of the edition", or_none(&head.sha256, "not said")),
        ("SHA-256 of the edition before", or_none(&head.previous_sha256, "none: this is the first")),
    ]
}

/// A section that says something, or that there is nothing to say.
fn section(id: &'static str, heading: &'static str, blocks: Vec<Block>, nothing: String) -> Section {
    let blocks = if blocks.is_empty() { vec![Block::Paragraph(nothing)] } else { blocks };
    Section { id, heading, blocks }
}
