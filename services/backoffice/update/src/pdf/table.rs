//! Tables: a row goes on to the next sheet whole, with the headings above it again; only one that no sheet holds is cut.

use krilla::tagging::{TableHeaderScope, Tag};

use super::{
    columns::{GAP, widths},
    flow::{Colour, Flow, HEIGHT, LEFT, LINE, Node, Style, WIDTH},
};
use crate::document::{Cell, Table, Tone};

const PAD: f32 = 1.6;
/// A table up to this height is not cut: some five rows. Longer ones fill the sheet, so that nothing stays blank below.
const SHORT: f32 = HEIGHT * 0.14;

/// A column as it stands on the sheet.
struct Place {
    x: f32,
    width: f32,
    numeric: bool,
}

/// Cells wrapped into lines.
type Lines = Vec<Vec<String>>;

struct Grid<'a> {
    places: Vec<Place>,
    heading: Lines,
    table: &'a Table,
}

fn height(of: &Lines) -> f32 {
    of.iter().map(Vec::len).max().unwrap_or_default() as f32 * Style::SMALL.leading + 2.0 * PAD
}

fn colours(of: Tone) -> Option<(Colour, Colour)> {
    match of {
        Tone::Plain => None,
        Tone::Good => Some(([223, 240, 228], [0, 64, 30])),
        Tone::Warning => Some(([255, 241, 201], [77, 58, 0])),
        Tone::Bad => Some(([251, 227, 223], [122, 12, 0])),
    }
}

fn caption() -> Style {
    Style::SMALL.bold().sized(8.5, 12.0)
}

/// Height of what is not parted: a short table stays whole, of a long one the caption stays with the first two rows.
pub(super) fn together(flow: &Flow<'_>, of: &Table) -> f32 {
    let grid = grid(flow, of);
    let head = caption().leading * 2.0 + height(&grid.heading);
    let rows: Vec<f32> = of.rows.iter().map(|row| height(&grid.wrap(flow, row))).collect();
    let whole = head + rows.iter().sum::<f32>();
    let stays = if whole <= SHORT { whole } else { head + rows.iter().take(2).sum::<f32>() };
    stays.min(HEIGHT)
}

pub(super) fn table(flow: &mut Flow<'_>, of: &Table) -> Node {
    let grid = grid(flow, of);
    flow.space(3.0);
    flow.room(together(flow, of));
    let caption = flow.lines(&of.caption, caption(), (0.0, WIDTH));
    flow.y += 1.0;
    let mut nodes =
        vec![Node::group(Tag::Caption, caption), Node::group(Tag::THead, vec![grid.headings(flow)])];
    let rows = of.rows.iter().map(|row| grid.row(flow, row)).collect();
    nodes.push(Node::group(Tag::TBody, rows));
    flow.space(5.0);
    Node::group(Tag::Table, nodes)
}

fn grid<'a>(flow: &Flow<'_>, of: &'a Table) -> Grid<'a> {
    let mut x = 0.0;
    let mut places = Vec::new();
    for (column, width) in of.columns.iter().zip(widths(flow, of)) {
        places.push(Place { x, width, numeric: column.numeric });
        x += width + GAP;
    }
    let face = flow.face(Style::SMALL.bold());
    let wrap = |(place, column): (&Place, &crate::document::Column)| {
        face.wrap(column.heading, Style::SMALL.size, place.width)
    };
    let heading = places.iter().zip(&of.columns).map(wrap).collect();
    Grid { places, heading, table: of }
}

impl Grid<'_> {
    fn wrap(&self, flow: &Flow<'_>, row: &[Cell]) -> Lines {
        let face = flow.face(Style::SMALL);
        let cell = |(place, cell): (&Place, &Cell)| face.wrap(&cell.text, Style::SMALL.size, place.width);
        self.places.iter().zip(row).map(cell).collect()
    }

    /// Where a line begins in its column.
    fn at(flow: &Flow<'_>, place: &Place, text: &str, style: Style) -> f32 {
        if !place.numeric {
            return place.x;
        }
        place.x + place.width - flow.face(style).width(text.trim_end(), style.size)
    }

    /// Headings above the first row.
    fn headings(&self, flow: &mut Flow<'_>) -> Node {
        let style = Style::SMALL.bold();
        let mut cells = Vec::new();
        for (place, lines) in self.places.iter().zip(&self.heading) {
            let mut nodes = Vec::new();
            for (line, text) in lines.iter().enumerate() {
                let down = PAD + line as f32 * style.leading;
                nodes.push(flow.put(text, style, (Self::at(flow, place, text, style), down)));
            }
            cells.push(Node::group(Tag::TH(TableHeaderScope::Column), nodes));
        }
        self.below_headings(flow);
        Node::group(Tag::TR, cells)
    }

    /// The same on a later sheet, for the eye only: who listens has heard them.
    fn headings_again(&self, flow: &mut Flow<'_>) {
        let style = Style::SMALL.bold();
        for (place, lines) in self.places.iter().zip(&self.heading) {
            for (line, text) in lines.iter().enumerate() {
                let down = PAD + line as f32 * style.leading;
                flow.put_for_the_eye(text, style, (Self::at(flow, place, text, style), down));
            }
        }
        self.below_headings(flow);
    }

    fn below_headings(&self, flow: &mut Flow<'_>) {
        flow.y += height(&self.heading);
        flow.fill([LEFT, flow.y - 1.0, WIDTH, 1.0], super::flow::INK);
    }

    fn row(&self, flow: &mut Flow<'_>, row: &[Cell]) -> Node {
        let lines = self.wrap(flow, row);
        let all = lines.iter().map(Vec::len).max().unwrap_or_default();
        let mut cells: Vec<Vec<Node>> = row.iter().map(|_| Vec::new()).collect();
        let mut from = 0;
        let fits = height(&lines) <= HEIGHT - height(&self.heading);
        while from < all {
            let wanted = if fits { height(&lines) } else { Style::SMALL.leading + 2.0 * PAD };
            if flow.room(wanted) {
                self.headings_again(flow);
            }
            let left = flow.left() - 2.0 * PAD;
            let fit = |lines: &usize| *lines as f32 * Style::SMALL.leading <= left;
            let to = from + (1..=all - from).take_while(fit).last().unwrap_or(1);
            self.part(flow, (row, &lines), (from, to), &mut cells);
            from = to;
        }
        let mut nodes = Vec::new();
        for (at, cell) in cells.into_iter().enumerate() {
            let heading = at == 0 && self.table.columns.len() > 1;
            nodes.push(if heading {
                Node::group(Tag::TH(TableHeaderScope::Row), cell)
            } else {
                Node::group(Tag::TD, cell)
            });
        }
        Node::group(Tag::TR, nodes)
    }

    /// Lines of a row that stand on one sheet.
    fn part(
        &self,
        flow: &mut Flow<'_>,
        (row, lines): (&[Cell], &Lines),
        (from, to): (usize, usize),
        cells: &mut [Vec<Node>],
    ) {
        let high = (to - from) as f32 * Style::SMALL.leading + 2.0 * PAD;
        for (at, (place, cell)) in self.places.iter().zip(row).enumerate() {
            let mut style = Style::SMALL;
            if let Some((below, ink)) = colours(cell.tone) {
                flow.fill([LEFT + place.x - 3.0, flow.y, place.width + 6.0, high], below);
                style = style.coloured(ink);
            }
            for (down, text) in lines[at].iter().take(to).skip(from).enumerate() {
                let down = PAD + down as f32 * style.leading;
                cells[at].push(flow.put(text, style, (Self::at(flow, place, text, style), down)));
            }
        }
        flow.y += high;
        flow.fill([LEFT, flow.y - 0.4, WIDTH, 0.4], LINE);
    }
}
