//! What stands at the top of the first sheet, and figures that are seen first.

use krilla::tagging::{ListNumbering, Tag};

use super::flow::{BLUE, FAINT, Flow, LEFT, LINE, Node, Style, WIDTH, level};
use crate::document::{Document, Highlight};

pub(super) fn front(flow: &mut Flow<'_>, of: &Document) -> Vec<Node> {
    flow.fill([LEFT, flow.y - 14.0, WIDTH, 5.0], BLUE);
    let title = flow.lines(&of.title, Style::TITLE, (0.0, WIDTH));
    let mut nodes = vec![Node::group(Tag::Hn(level(1), Some(of.title.clone())), title)];
    let subtitle = flow.lines(&of.subtitle, Style::BODY.sized(11.0, 15.0), (0.0, WIDTH));
    nodes.push(Node::group(Tag::P, subtitle));
    flow.space(7.0);
    nodes.extend(of.notices.iter().map(|it| notice(flow, it)));
    nodes.push(facts(flow, of));
    nodes
}

/// A paragraph that nobody overlooks.
fn notice(flow: &mut Flow<'_>, text: &str) -> Node {
    const PAD: f32 = 5.0;
    let style = Style::BODY;
    let width = WIDTH - 4.0 * PAD;
    let lines = flow.face(style).wrap(text, style.size, width).len() as f32;
    let height = lines * style.leading + 2.0 * PAD;
    flow.room(height);
    flow.fill([LEFT, flow.y, WIDTH, height], FAINT);
    flow.fill([LEFT, flow.y, 3.0, height], BLUE);
    flow.y += PAD;
    let nodes = flow.lines(text, style, (2.0 * PAD, width));
    flow.y += PAD + 5.0;
    Node::group(Tag::P, nodes)
}

fn facts(flow: &mut Flow<'_>, of: &Document) -> Node {
    const NAMES: f32 = 150.0;
    let style = Style::SMALL.sized(8.0, 11.0);
    let mut items = Vec::new();
    for (name, value) in &of.facts {
        flow.room(style.leading);
        let name = flow.beside(&format!("{name} "), style.bold(), 0.0);
        let value = flow.lines(value, style, (NAMES, WIDTH - NAMES));
        items.push(Node::group(
            Tag::LI,
            vec![Node::group(Tag::Lbl, vec![name]), Node::group(Tag::LBody, value)],
        ));
    }
    flow.space(2.0);
    Node::group(Tag::L(ListNumbering::None), items)
}

/// Boxes side by side.
pub(super) fn highlights(flow: &mut Flow<'_>, of: &[Highlight]) -> Node {
    const GAP: f32 = 8.0;
    let beside = if of.len() == 4 || of.len() < 3 { 2 } else { 3 };
    let width = (WIDTH - GAP * (beside as f32 - 1.0)) / beside as f32;
    let mut items = Vec::new();
    for row in of.chunks(beside) {
        let boxes: Vec<Vec<(String, Style)>> = row.iter().map(|it| lines(flow, it, width)).collect();
        let height = |lines: &Vec<(String, Style)>| lines.iter().map(|(_, style)| style.leading).sum::<f32>();
        let height = boxes.iter().map(height).fold(0.0, f32::max) + 13.0;
        flow.room(height);
        for (at, lines) in boxes.iter().enumerate() {
            let x = at as f32 * (width + GAP);
            frame(flow, x, (width, height));
            let mut down = 7.0;
            let mut nodes = Vec::new();
            for (text, style) in lines {
                nodes.push(flow.put(text, *style, (x + 8.0, down)));
                down += style.leading;
            }
            items.push(Node::group(Tag::LI, vec![Node::group(Tag::LBody, nodes)]));
        }
        flow.y += height + GAP;
    }
    Node::group(Tag::L(ListNumbering::None), items)
}

fn frame(flow: &mut Flow<'_>, x: f32, (width, height): (f32, f32)) {
    let (left, top) = (LEFT + x, flow.y);
    flow.fill([left, top, width, height], FAINT);
    flow.fill([left, top, width, 2.0], BLUE);
    flow.fill([left, top + height - 0.6, width, 0.6], LINE);
}

/// Lines of a box: what it is, its value as large as fits, what belongs to it.
fn lines(flow: &Flow<'_>, of: &Highlight, width: f32) -> Vec<(String, Style)> {
    let width = width - 16.0;
    let mut value = Style::BODY.bold().sized(17.0, 23.0);
    let wide = flow.face(value).width(&of.value, value.size);
    if wide > width {
        value = value.sized((value.size * width / wide).max(9.0), 23.0);
    }
    let mut lines = Vec::new();
    for (text, style) in
        [(&of.label, Style::SMALL.sized(8.0, 10.5)), (&of.value, value), (&of.note, Style::SMALL)]
    {
        let wrapped = flow.face(style).wrap(text, style.size, width);
        lines.extend(wrapped.into_iter().map(|line| (line, style)));
    }
    // a space at the end of each part keeps them from running together for who reads aloud
    lines.iter_mut().filter(|(line, _)| !line.ends_with(' ')).for_each(|(line, _)| line.push(' '));
    lines
}
