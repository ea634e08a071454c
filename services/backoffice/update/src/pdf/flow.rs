//! Sheets that are filled from top to bottom, and the tree of what stands on them.

use krilla::tagging::{Tag, TagKind};
use std::num::NonZeroU16;

use super::face::{Face, Faces};

/// Sheets are A4; all lengths in points.
pub(super) const SHEET: (f32, f32) = (595.28, 841.89);
pub(super) const LEFT: f32 = 42.0;
pub(super) const WIDTH: f32 = SHEET.0 - 2.0 * LEFT;
const TOP: f32 = 46.0;
/// Below it stands the foot.
const BOTTOM: f32 = SHEET.1 - 62.0;
/// What a sheet holds.
pub(super) const HEIGHT: f32 = BOTTOM - TOP;

pub(crate) type Colour = [u8; 3];
pub(super) const INK: Colour = [33, 43, 50];
pub(super) const BLUE: Colour = [0, 48, 135];
pub(super) const LINE: Colour = [174, 183, 189];
pub(super) const FAINT: Colour = [240, 244, 245];

/// How a line looks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Style {
    pub(super) size: f32,
    /// From line to line.
    pub(super) leading: f32,
    pub(super) bold: bool,
    pub(super) colour: Colour,
}

impl Style {
    pub(super) const BODY: Self = Self { size: 9.0, leading: 12.0, bold: false, colour: INK };
    pub(super) const SMALL: Self = Self { size: 7.5, leading: 9.8, bold: false, colour: INK };
    pub(super) const TITLE: Self = Self { size: 23.0, leading: 29.0, bold: true, colour: BLUE };
    pub(super) const HEADING: Self = Self { size: 13.5, leading: 18.0, bold: true, colour: BLUE };

    pub(super) fn bold(self) -> Self {
        Self { bold: true, ..self }
    }

    pub(super) fn coloured(self, colour: Colour) -> Self {
        Self { colour, ..self }
    }

    pub(super) fn sized(self, size: f32, leading: f32) -> Self {
        Self { size, leading, ..self }
    }
}

/// A line of text on a sheet.
pub(crate) struct Piece {
    pub(super) x: f32,
    /// Of the line on which the letters stand.
    pub(super) y: f32,
    pub(crate) text: String,
    pub(super) style: Style,
    /// Its leaf of the tree; none for what is there for the eye only.
    pub(crate) leaf: Option<usize>,
}

/// A filled rectangle: left, top, width, height.
pub(crate) type Area = [f32; 4];

#[derive(Default)]
pub(crate) struct Sheet {
    pub(super) areas: Vec<(Area, Colour)>,
    pub(crate) pieces: Vec<Piece>,
}

/// What stands on the sheets, in the order in which it is read.
pub(crate) enum Node {
    Group(TagKind, Vec<Node>),
    Leaf(usize),
}

impl Node {
    pub(super) fn group(tag: impl Into<TagKind>, nodes: Vec<Self>) -> Self {
        Self::Group(tag.into(), nodes)
    }
}

/// A heading in the outline: text, sheet, height.
pub(crate) type Mark = (String, usize, f32);

/// Sheets while they are filled.
pub(crate) struct Flow<'a> {
    pub(super) faces: &'a Faces,
    pub(crate) sheets: Vec<Sheet>,
    pub(super) marks: Vec<Mark>,
    /// Where the next line begins on the last sheet.
    pub(super) y: f32,
    pub(super) leaves: usize,
}

impl<'a> Flow<'a> {
    pub(super) fn new(faces: &'a Faces) -> Self {
        Self { faces, sheets: vec![Sheet::default()], marks: Vec::new(), y: TOP, leaves: 0 }
    }

    pub(super) fn face(&self, style: Style) -> &'a Face {
        if style.bold { &self.faces.bold } else { &self.faces.regular }
    }

    /// Room that is left on the sheet.
    pub(super) fn left(&self) -> f32 {
        BOTTOM - self.y
    }

    pub(super) fn turn(&mut self) {
        self.sheets.push(Sheet::default());
        self.y = TOP;
    }

    /// Turns the sheet where a height does not fit any more; says whether it did.
    pub(super) fn room(&mut self, height: f32) -> bool {
        let turns = height > self.left() && self.y > TOP;
        if turns {
            self.turn();
        }
        turns
    }

    /// Goes down, but not at the top of a sheet.
    pub(super) fn space(&mut self, height: f32) {
        if self.y > TOP {
            self.y += height;
        }
    }

    pub(super) fn fill(&mut self, area: Area, colour: Colour) {
        if let Some(sheet) = self.sheets.last_mut() {
            sheet.areas.push((area, colour));
        }
    }

    /// Puts a line of text at a place from the left; `down` is from where the next line begins.
    pub(super) fn put(&mut self, text: &str, style: Style, (x, down): (f32, f32)) -> Node {
        let leaf = self.leaves;
        self.leaves += 1;
        self.piece(text, style, (x, down), Some(leaf));
        Node::Leaf(leaf)
    }

    /// Puts a line that is not read aloud.
    pub(super) fn put_for_the_eye(&mut self, text: &str, style: Style, at: (f32, f32)) {
        self.piece(text, style, at, None);
    }

    fn piece(&mut self, text: &str, style: Style, (x, down): (f32, f32), leaf: Option<usize>) {
        // letters stand a little above the middle of what is left between lines
        let y = self.y + down + (style.leading - style.size) / 2.0 + style.size * 0.84;
        if let Some(sheet) = self.sheets.last_mut() {
            sheet.pieces.push(Piece { x: LEFT + x, y, text: text.to_owned(), style, leaf });
        }
    }

    /// Puts a line where the next one begins, and stays there.
    pub(super) fn beside(&mut self, text: &str, style: Style, x: f32) -> Node {
        self.put(text, style, (x, 0.0))
    }

    /// Puts a text in lines, turning sheets as needed.
    pub(super) fn lines(&mut self, text: &str, style: Style, (x, width): (f32, f32)) -> Vec<Node> {
        let lines = self.face(style).wrap(text, style.size, width);
        let mut nodes = Vec::new();
        for line in &lines {
            self.room(style.leading);
            nodes.push(self.put(line, style, (x, 0.0)));
            self.y += style.leading;
        }
        nodes
    }

    /// A heading of a section. It stays with so much of what follows it.
    pub(super) fn heading(&mut self, text: &str, follows: f32) -> Node {
        self.space(7.0);
        self.room((Style::HEADING.leading + 12.0 + follows).min(HEIGHT));
        if self.y > TOP {
            self.fill([LEFT, self.y, WIDTH, 0.6], LINE);
            self.y += 5.0;
        }
        self.marks.push((text.to_owned(), self.sheets.len() - 1, self.y));
        let lines = self.lines(text, Style::HEADING, (0.0, WIDTH));
        self.y += 3.0;
        Node::group(Tag::Hn(level(2), Some(text.to_owned())), lines)
    }
}

/// A level of headings.
pub(super) fn level(of: u16) -> NonZeroU16 {
    NonZeroU16::new(of).unwrap_or(NonZeroU16::MIN)
}
