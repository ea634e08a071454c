//! What a board update says, before anybody decides how it looks: the page and the PDF are drawn from the same document.

/// A document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Document {
    /// Title.
    pub(crate) title: String,
    /// What it is, in a line.
    pub(crate) subtitle: String,
    /// What a reader must know before anything else: which variant it is, and what is left out.
    pub(crate) notices: Vec<String>,
    /// What is said of the edition: name and value.
    pub(crate) facts: Vec<(&'static str, String)>,
    /// Sections.
    pub(crate) sections: Vec<Section>,
    /// Stands at the foot of each page.
    pub(crate) foot: String,
    /// Hash of the edition, at the foot of each page.
    pub(crate) hash: String,
    /// Freezing time, microseconds UTC.
    pub(crate) at: i64,
}

/// A section.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Section {
    /// Its name in links.
    pub(crate) id: &'static str,
    /// Heading.
    pub(crate) heading: &'static str,
    /// What it says.
    pub(crate) blocks: Vec<Block>,
}

/// A part of a section.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Block {
    /// A paragraph.
    Paragraph(String),
    /// Points.
    List(Vec<String>),
    /// Figures that are seen first.
    Highlights(Vec<Highlight>),
    /// A table.
    Table(Table),
}

/// A figure that is seen first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Highlight {
    /// What it is.
    pub(crate) label: String,
    /// Its value.
    pub(crate) value: String,
    /// What belongs to it.
    pub(crate) note: String,
}

/// A table. The first cell of a row is its heading.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Table {
    /// Caption.
    pub(crate) caption: String,
    /// Columns.
    pub(crate) columns: Vec<Column>,
    /// Rows: as many cells as columns.
    pub(crate) rows: Vec<Vec<Cell>>,
}

/// A column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Column {
    /// Heading.
    pub(crate) heading: &'static str,
    /// Does it hold numbers? They stand to the right.
    pub(crate) numeric: bool,
}

/// A cell; never empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Cell {
    /// What it says.
    pub(crate) text: String,
    /// Key of the figure that it shows; empty where it is none or several.
    pub(crate) key: String,
    /// Colour, never without the word.
    pub(crate) tone: Tone,
}

/// Colour of a cell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Tone {
    /// None.
    #[default]
    Plain,
    /// Green.
    Good,
    /// Amber.
    Warning,
    /// Red.
    Bad,
}

impl Tone {
    /// Its class in a style sheet.
    pub(crate) fn class(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Good => "good",
            Self::Warning => "warning",
            Self::Bad => "bad",
        }
    }
}

impl Cell {
    /// A cell that says something.
    pub(crate) fn text(text: impl AsRef<str>) -> Self {
        let text = crate::value::plain(text.as_ref());
        let text = if text.is_empty() { crate::value::NOTHING.to_owned() } else { text };
        Self { text, ..Self::default() }
    }

    /// The heading of a row.
    pub(crate) fn heading(text: impl AsRef<str>) -> Self {
        Self::text(crate::value::sentence(text.as_ref()))
    }

    /// The same cell with the figure that it shows.
    pub(crate) fn of(mut self, key: &str) -> Self {
        key.clone_into(&mut self.key);
        self
    }

    /// The same cell in a colour.
    pub(crate) fn toned(mut self, tone: Tone) -> Self {
        self.tone = tone;
        self
    }
}

impl Table {
    /// A table without rows: `#` before the heading of a column of numbers.
    pub(crate) fn new(caption: impl AsRef<str>, headings: &[&'static str]) -> Self {
        let column = |heading: &&'static str| Column {
            heading: heading.trim_start_matches('#'),
            numeric: heading.starts_with('#'),
        };
        Self {
            caption: crate::value::plain(caption.as_ref()),
            columns: headings.iter().map(column).collect(),
            rows: Vec::new(),
        }
    }
}
