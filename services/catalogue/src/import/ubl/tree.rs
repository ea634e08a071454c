//! XML as a tree, read safely: no document type, no entities but the five of XML and characters by number, bounded in
//! size, depth and number of elements.

use std::collections::HashMap;

use muster_kit::intake::Finding;
use quick_xml::{
    NsReader, XmlVersion,
    events::{BytesRef, BytesStart, Event},
    name::ResolveResult,
};

/// Largest document, in bytes.
pub const MOST_BYTES: usize = 64 << 20;
/// Deepest nesting; a catalogue has nine levels.
const MOST_DEEP: usize = 24;
/// Most elements.
const MOST_ELEMENTS: usize = 2_000_000;

const CAC: &str = "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2";
const CBC: &str = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2";

/// An element. Its name has the usual prefix of its namespace, whatever prefix the document uses.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Element {
    /// `cbc:ID`, or `Catalogue` at the root.
    pub(super) name: String,
    /// Namespace of the root; empty for others.
    pub(super) namespace: String,
    /// Attributes in order, without declarations of namespaces.
    pub(super) attributes: Vec<(String, String)>,
    /// Text without surrounding blanks.
    pub(super) text: String,
    /// Elements inside.
    pub(super) children: Vec<Element>,
    /// Line in the document.
    pub(super) line: u64,
    /// Place among siblings of one name, from 1; 0 where it is the only one.
    pub(super) index: usize,
}

impl Element {
    /// Elements inside with this name.
    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Self> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The first element at a path of names: `cac:Item/cbc:Name`.
    pub(super) fn at(&self, path: &str) -> Option<&Self> {
        let mut element = self;
        for name in path.split('/') {
            element = element.children.iter().find(|child| child.name == name)?;
        }
        Some(element)
    }

    /// Text at a path.
    pub(super) fn text_at(&self, path: &str) -> Option<&str> {
        self.at(path).map(|element| element.text.as_str())
    }

    /// An attribute.
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// An element with the way to it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place<'a> {
    up: Option<&'a Place<'a>>,
    /// The element.
    pub(super) element: &'a Element,
}

impl<'a> Place<'a> {
    pub(super) fn root(element: &'a Element) -> Self {
        Self { up: None, element }
    }

    pub(super) fn down(&'a self, element: &'a Element) -> Self {
        Self { up: Some(self), element }
    }

    /// `/Catalogue/cac:CatalogueLine[3]/cac:Item`.
    pub(super) fn xpath(&self) -> String {
        let above = self.up.map(Self::xpath).unwrap_or_default();
        let Element { name, index, .. } = self.element;
        if *index == 0 { format!("{above}/{name}") } else { format!("{above}/{name}[{index}]") }
    }

    /// A finding about a path below the element, which need not be there.
    pub(super) fn error(
        &self,
        rule: &'static str,
        path: &str,
        problem: impl Into<String>,
        remedy: &str,
    ) -> Finding {
        let mut xpath = self.xpath();
        let mut element = Some(self.element);
        for name in path.split('/').filter(|name| !name.is_empty()) {
            element = element.and_then(|element| element.children.iter().find(|child| child.name == name));
            xpath.push_str(&format!("/{name}"));
        }
        let line = element.map_or(self.element.line, |element| element.line);
        let value = element.map_or("", |element| element.text.as_str());
        Finding::error(rule, problem, remedy).at(line, &xpath, value)
    }
}

fn refuse(rule: &'static str, line: u64, problem: impl Into<String>, remedy: &str) -> Finding {
    Finding::error(rule, problem, remedy).at(line, "", "")
}

/// Reads a document.
///
/// # Errors
/// When it is no XML, or more than is taken.
pub(super) fn read(bytes: &[u8]) -> Result<Element, Finding> {
    if bytes.len() > MOST_BYTES {
        let problem = format!("the document is over {} MiB", MOST_BYTES >> 20);
        return Err(refuse("too-large", 0, problem, "split the catalogue"));
    }
    let body = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let text = std::str::from_utf8(body).map_err(|error| {
        let line = body[..error.valid_up_to()].iter().filter(|byte| **byte == b'\n').count() as u64 + 1;
        refuse("wrong-encoding", line, "the document is not UTF-8", "save it as UTF-8")
    })?;
    let mut builder = Builder { reader: NsReader::from_str(text), text, counted: 0, line: 1, elements: 0 };
    builder.document()
}

struct Builder<'a> {
    reader: NsReader<&'a [u8]>,
    text: &'a str,
    counted: usize,
    line: u64,
    elements: usize,
}

impl Builder<'_> {
    /// The line on which the reader stands.
    fn line(&mut self) -> u64 {
        let at =
            usize::try_from(self.reader.buffer_position()).unwrap_or(self.text.len()).min(self.text.len());
        if self.counted < at {
            let passed = &self.text.as_bytes()[self.counted..at];
            self.line += passed.iter().filter(|byte| **byte == b'\n').count() as u64;
            self.counted = at;
        }
        self.line
    }

    fn document(&mut self) -> Result<Element, Finding> {
        let mut open: Vec<Element> = Vec::new();
        let mut root: Option<Element> = None;
        loop {
            let line = self.line();
            let event = match self.reader.read_event() {
                Ok(event) => event,
                Err(error) => {
                    let problem = format!("this is no well-formed XML ({error})");
                    return Err(refuse("not-xml", line, problem, "send it again; nothing was taken"));
                }
            };
            match event {
                Event::Start(start) => {
                    let element = self.start(&start, root.is_some())?;
                    open.push(element);
                    if open.len() > MOST_DEEP {
                        let problem = format!("elements are nested deeper than {MOST_DEEP}");
                        return Err(refuse("too-deep", line, problem, "this is no catalogue"));
                    }
                }
                Event::Empty(start) => {
                    let element = self.start(&start, root.is_some())?;
                    close(element, &mut open, &mut root);
                }
                Event::End(_) => {
                    if let Some(element) = open.pop() {
                        close(element, &mut open, &mut root);
                    }
                }
                Event::Text(text) => put(&mut open, &text.xml10_content(), line)?,
                Event::CData(text) => put(&mut open, &text.xml10_content(), line)?,
                Event::GeneralRef(reference) => {
                    let text = resolved(&reference).ok_or_else(|| {
                        let problem = format!("the entity `&{};` is not resolved", &*reference);
                        refuse("entity", line, problem, "write the text itself")
                    })?;
                    put(&mut open, text.encode_utf8(&mut [0; 4]), line)?;
                }
                Event::DocType(_) => {
                    let remedy = "send the catalogue without one: entities are not expanded";
                    return Err(refuse("document-type", line, "a document type stands in it", remedy));
                }
                Event::Decl(declared) => self.declared(&declared, line)?,
                Event::Comment(_) | Event::PI(_) => {}
                Event::Eof => break,
            }
        }
        match (root, open.pop()) {
            (Some(root), None) => Ok(root),
            (_, Some(element)) => {
                let problem = format!("`{}` is not closed: the document was cut", element.name);
                Err(refuse("not-xml", element.line, problem, "send it again; nothing was taken"))
            }
            (None, None) => Err(refuse("not-xml", 0, "no element is there", "send the catalogue itself")),
        }
    }

    fn declared(&self, declared: &quick_xml::events::BytesDecl<'_>, line: u64) -> Result<(), Finding> {
        let encoding = declared.encoding().and_then(Result::ok).map(|it| it.to_ascii_lowercase());
        match encoding.as_deref() {
            None | Some("utf-8" | "us-ascii") => Ok(()),
            Some(other) if self.text.is_ascii() && other.starts_with("iso-8859-") => Ok(()),
            Some(other) => {
                let problem = format!("the document says that it is {other}");
                Err(refuse("wrong-encoding", line, problem, "save it as UTF-8"))
            }
        }
    }

    fn start(&mut self, start: &BytesStart<'_>, second: bool) -> Result<Element, Finding> {
        let line = self.line();
        self.elements += 1;
        if self.elements > MOST_ELEMENTS {
            return Err(refuse("too-large", line, "too many elements", "split the catalogue"));
        }
        if second {
            return Err(refuse("not-xml", line, "a second root stands in it", "send one document a file"));
        }
        let (namespace, local) = self.reader.resolver().resolve_element(start.name());
        let namespace = match namespace {
            ResolveResult::Bound(namespace) => namespace.as_ref().to_owned(),
            _ => String::new(),
        };
        let local = local.as_ref();
        let name = match namespace.as_str() {
            CAC => format!("cac:{local}"),
            CBC => format!("cbc:{local}"),
            _ => local.to_owned(),
        };
        let mut attributes = Vec::new();
        for attribute in start.attributes() {
            let problem = |error: &dyn std::fmt::Display| {
                refuse(
                    "not-xml",
                    line,
                    format!("an attribute of `{name}` is unreadable ({error})"),
                    "mend it",
                )
            };
            let attribute = attribute.map_err(|error| problem(&error))?;
            let key = attribute.key.as_ref();
            if key == "xmlns" || key.starts_with("xmlns:") {
                continue;
            }
            let value =
                attribute.normalized_value(XmlVersion::Implicit1_0).map_err(|error| problem(&error))?;
            attributes.push((key.to_owned(), value.into_owned()));
        }
        Ok(Element { name, namespace, attributes, line, ..Element::default() })
    }
}

fn put(open: &mut [Element], text: &str, line: u64) -> Result<(), Finding> {
    if let Some(bad) = text.chars().find(|c| c.is_control() && !matches!(c, '\t' | '\n' | '\r')) {
        let problem = format!("the character U+{:04X} stands in it", u32::from(bad));
        return Err(refuse("not-xml", line, problem, "take it out"));
    }
    match open.last_mut() {
        Some(element) => element.text.push_str(text),
        None if text.trim().is_empty() => {}
        None => {
            return Err(refuse("not-xml", line, "text stands outside the root", "send one document a file"));
        }
    }
    Ok(())
}

/// The five entities of XML, and characters by number.
fn resolved(reference: &BytesRef<'_>) -> Option<char> {
    match &**reference {
        "lt" => Some('<'),
        "gt" => Some('>'),
        "amp" => Some('&'),
        "apos" => Some('\''),
        "quot" => Some('"'),
        _ => reference.resolve_char_ref().ok().flatten(),
    }
}

fn close(mut element: Element, open: &mut [Element], root: &mut Option<Element>) {
    element.text = element.text.trim().to_owned();
    number(&mut element.children);
    match open.last_mut() {
        Some(parent) => {
            element.namespace.clear();
            parent.children.push(element);
        }
        None => *root = Some(element),
    }
}

/// Numbers siblings of one name.
fn number(children: &mut [Element]) {
    let mut counts: HashMap<String, usize> = HashMap::new();
    for child in children.iter_mut() {
        match counts.get_mut(&child.name) {
            Some(count) => *count += 1,
            None => {
                counts.insert(child.name.clone(), 1);
            }
        }
        child.index = counts[&child.name];
    }
    for child in children.iter_mut().filter(|child| counts[&child.name] == 1) {
        child.index = 0;
    }
}
