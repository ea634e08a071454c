//! From sheets to a file.

use jiff::{Timestamp, tz::TimeZone};
use krilla::{
    Document as Pdf, SerializeSettings,
    color::rgb,
    configure::{Accessibility, Configuration, ConfigurationError},
    destination::XyzDestination,
    geom::{PathBuilder, Point, Rect},
    metadata::{DateTime, Metadata},
    num::NormalizedF32,
    outline::{Outline, OutlineNode},
    page::PageSettings,
    paint::Fill,
    surface::Surface,
    tagging::{Artifact, ArtifactType, ContentTag, Identifier, Node as Tagged, SpanTag, TagGroup, TagTree},
};

use super::{
    face::Faces,
    flow::{Area, Colour, Flow, LEFT, Mark, Node, Piece, SHEET, Sheet, Style, WIDTH},
};
use crate::{UpdateError, document::Document};

const LANGUAGE: &str = "en-GB";

/// Writes the file.
pub(super) fn draw(document: &Document, flow: Flow<'_>, nodes: Vec<Node>) -> Result<Vec<u8>, UpdateError> {
    let configuration = configuration().map_err(|error| UpdateError::Pdf(format!("{error:?}")))?;
    let mut pdf = Pdf::new_with(SerializeSettings { configuration, ..SerializeSettings::default() });
    let mut leaves: Vec<Option<Identifier>> = (0..flow.leaves).map(|_| None).collect();
    let all = flow.sheets.len();
    for (at, sheet) in flow.sheets.iter().enumerate() {
        let settings = PageSettings::from_wh(SHEET.0, SHEET.1);
        let settings = settings.ok_or_else(|| UpdateError::Pdf("no sheet of that size".to_owned()))?;
        let mut page = pdf.start_page_with(settings);
        let mut surface = page.surface();
        let mut drawing = Drawing { surface: &mut surface, faces: flow.faces };
        drawing.sheet(sheet, &mut leaves);
        drawing.foot(document, (at + 1, all));
        surface.finish();
        page.finish();
    }
    let mut tree = TagTree::new().with_lang(Some(LANGUAGE.to_owned()));
    tree.children = nodes.into_iter().filter_map(|it| tagged(it, &mut leaves)).collect();
    pdf.set_tag_tree(tree);
    pdf.set_outline(outline(flow.marks));
    pdf.set_metadata(metadata(document));
    pdf.finish().map_err(|error| UpdateError::Pdf(format!("{error:?}")))
}

fn configuration() -> Result<Configuration, ConfigurationError> {
    krilla::configure::ConfigurationBuilder::new().with_accessibility_validator(Accessibility::UA1).finish()
}

fn metadata(of: &Document) -> Metadata {
    let mut metadata = Metadata::new()
        .title(format!("{}: {}", of.title, of.subtitle))
        .language(LANGUAGE.to_owned())
        .creator("Muster".to_owned())
        .description(format!("SHA-256 of the edition: {}", of.hash))
        .document_id(of.hash.clone());
    // the time of freezing, never that of writing: the same edition is the same file
    if let Ok(at) = Timestamp::from_microsecond(of.at) {
        metadata = metadata.creation_date(date(at));
    }
    metadata
}

fn date(at: Timestamp) -> DateTime {
    let at = at.to_zoned(TimeZone::UTC);
    let small = |value: i8| u8::try_from(value).unwrap_or_default();
    DateTime::new(u16::try_from(at.year()).unwrap_or_default())
        .month(small(at.month()))
        .day(small(at.day()))
        .hour(small(at.hour()))
        .minute(small(at.minute()))
        .second(small(at.second()))
        .utc_offset_hour(0)
        .utc_offset_minute(0)
}

fn outline(marks: Vec<Mark>) -> Outline {
    let mut outline = Outline::new();
    for (text, sheet, y) in marks {
        outline.push_child(OutlineNode::new(text, XyzDestination::new(sheet, Point::from_xy(0.0, y))));
    }
    outline
}

/// A node with the leaves that were drawn for it; none where nothing was.
fn tagged(of: Node, leaves: &mut [Option<Identifier>]) -> Option<Tagged> {
    match of {
        Node::Leaf(at) => leaves.get_mut(at)?.take().map(Tagged::Leaf),
        Node::Group(tag, nodes) => {
            let nodes = nodes.into_iter().filter_map(|it| tagged(it, leaves)).collect();
            Some(Tagged::Group(TagGroup::with_children(tag, nodes)))
        }
    }
}

struct Drawing<'a, 'b> {
    surface: &'a mut Surface<'b>,
    faces: &'a Faces,
}

impl Drawing<'_, '_> {
    fn sheet(&mut self, of: &Sheet, leaves: &mut [Option<Identifier>]) {
        for (area, colour) in &of.areas {
            self.area(*area, *colour);
        }
        for it in &of.pieces {
            let tag = match it.leaf {
                Some(_) => ContentTag::Span(SpanTag::empty()),
                None => ContentTag::Artifact(Artifact::with_kind(ArtifactType::Other)),
            };
            let drawn = self.surface.start_tagged(tag);
            self.text(it);
            self.surface.end_tagged();
            if let Some(leaf) = it.leaf.and_then(|at| leaves.get_mut(at)) {
                *leaf = Some(drawn);
            }
        }
    }

    /// Foot of a sheet: which update it is, which page, and the hash of the edition.
    fn foot(&mut self, of: &Document, (page, pages): (usize, usize)) {
        let style = Style::SMALL.sized(7.0, 9.0);
        let number = format!("page {page} of {pages}");
        let right = LEFT + WIDTH - self.faces.regular.width(&number, style.size);
        let y = SHEET.1 - 36.0;
        let hash = format!("SHA-256 of the edition: {}", of.hash);
        let tag = || ContentTag::Artifact(Artifact::with_kind(ArtifactType::Footer));
        for (x, y, text) in [(LEFT, y, of.foot.clone()), (right, y, number), (LEFT, y + 10.0, hash)] {
            self.surface.start_tagged(tag());
            self.text(&Piece { x, y, text, style, leaf: None });
            self.surface.end_tagged();
        }
    }

    fn colour(&mut self, [red, green, blue]: Colour) {
        let paint = rgb::Color::new(red, green, blue).into();
        self.surface.set_fill(Some(Fill { paint, opacity: NormalizedF32::ONE, ..Fill::default() }));
    }

    fn area(&mut self, [left, top, width, height]: Area, colour: Colour) {
        let Some(area) = Rect::from_xywh(left, top, width, height) else { return };
        let mut path = PathBuilder::new();
        path.push_rect(area);
        let Some(path) = path.finish() else { return };
        self.surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(ArtifactType::Layout)));
        self.colour(colour);
        self.surface.draw_path(&path);
        self.surface.end_tagged();
    }

    fn text(&mut self, of: &Piece) {
        let face = if of.style.bold { &self.faces.bold } else { &self.faces.regular };
        self.colour(of.style.colour);
        let glyphs = face.glyphs(&of.text);
        let at = Point::from_xy(of.x, of.y);
        self.surface.draw_glyphs(at, &glyphs, face.font.clone(), &of.text, of.style.size, false);
    }
}
