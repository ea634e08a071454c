//! The PDF: A4, tagged for screen readers (PDF/UA-1), with fonts embedded.
//!
//! Lines are laid out here, plainly: words that fit, tables whose rows go on to the next page with their headings. Text is drawn glyph
//! by glyph from left to right: nothing of it is shaped, which is enough for Latin, Greek and Cyrillic script. A character that
//! the font lacks is drawn as a replacement and stays itself for who searches or reads aloud.

mod columns;
mod draw;
mod face;
mod flow;
mod front;
mod table;

use krilla::tagging::{ListNumbering, Tag};

use crate::{
    UpdateError,
    document::{Block, Document, Section},
};
pub(crate) use face::Faces;
use flow::{Flow, Node, Style};

/// Writes the PDF.
pub(crate) fn pdf(document: &Document) -> Result<Vec<u8>, UpdateError> {
    let faces = Faces::load()?;
    let (flow, nodes) = laid_out(&faces, document);
    draw::draw(document, flow, nodes)
}

/// A document on its sheets, and the tree of what stands on them.
pub(crate) fn laid_out<'a>(faces: &'a Faces, document: &Document) -> (Flow<'a>, Vec<Node>) {
    let mut flow = Flow::new(faces);
    let mut nodes = front::front(&mut flow, document);
    nodes.extend(document.sections.iter().map(|it| section(&mut flow, it)));
    (flow, nodes)
}

fn section(flow: &mut Flow<'_>, of: &Section) -> Node {
    let follows = match of.blocks.first() {
        Some(Block::Table(it)) => table::together(flow, it),
        _ => 2.0 * Style::BODY.leading,
    };
    let mut nodes = vec![flow.heading(of.heading, follows)];
    for block in &of.blocks {
        match block {
            Block::Paragraph(text) => {
                nodes.push(Node::group(Tag::P, flow.lines(text, Style::BODY, (0.0, flow::WIDTH))));
                flow.space(4.0);
            }
            Block::List(points) => nodes.push(list(flow, points)),
            Block::Highlights(highlights) => nodes.push(front::highlights(flow, highlights)),
            Block::Table(it) => nodes.push(table::table(flow, it)),
        }
    }
    Node::group(Tag::Section, nodes)
}

fn list(flow: &mut Flow<'_>, points: &[String]) -> Node {
    const INDENT: f32 = 12.0;
    let mut items = Vec::new();
    for point in points {
        flow.room(Style::BODY.leading);
        let label = flow.beside("•", Style::BODY, 2.0);
        let lines = flow.lines(point, Style::BODY, (INDENT, flow::WIDTH - INDENT));
        flow.space(2.0);
        items.push(Node::group(
            Tag::LI,
            vec![Node::group(Tag::Lbl, vec![label]), Node::group(Tag::LBody, lines)],
        ));
    }
    flow.space(3.0);
    Node::group(Tag::L(ListNumbering::Disc), items)
}
