//! A place in a document: reads what stands there, or says where, what and what helps.

use crate::{Node, Problem, one_of};

/// An object of a document: its keys. A table of these is what a reader and a test of a published schema both go by, so that the
/// two cannot part.
#[derive(Debug)]
pub struct Shape {
    /// Name of its definition in the schema.
    pub name: &'static str,
    /// Keys that must be there.
    pub required: &'static [&'static str],
    /// Keys that may be there.
    pub optional: &'static [&'static str],
}

/// A place.
#[derive(Clone, Debug)]
pub struct At<'a> {
    path: String,
    node: &'a Node,
}

/// The fields of an object whose keys were checked.
#[derive(Debug)]
pub struct Fields<'a> {
    /// The object.
    pub at: At<'a>,
}

impl<'a> At<'a> {
    /// The whole document.
    pub fn root(node: &'a Node) -> Self {
        Self { path: String::new(), node }
    }

    /// Where it is: keys and positions from the root; empty for the root itself.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// What stands there.
    pub fn node(&self) -> &'a Node {
        self.node
    }

    /// The path as a problem shows it.
    pub fn place(&self) -> &str {
        if self.path.is_empty() { "document" } else { &self.path }
    }

    /// A problem of what stands here.
    pub fn problem(&self, what: impl Into<String>, remedy: impl Into<String>) -> Problem {
        Problem::new(self.place(), what, remedy).with(self.node.short())
    }

    fn below(&self, key: &str, node: &'a Node) -> Self {
        let path = if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) };
        Self { path, node }
    }

    fn members(&self) -> Result<&'a [(String, Node)], Problem> {
        match self.node {
            Node::Object(members) => Ok(members),
            _ => Err(self.problem("is no object", "write it in braces")),
        }
    }

    fn missing(&self, key: &str) -> Problem {
        Problem::new(self.place(), format!("`{key}` is missing"), format!("add `{key}`"))
    }

    /// An object with the keys of a shape and no others.
    ///
    /// # Errors
    /// When it is no object, a key is unknown, or a required one is missing.
    pub fn object(&self, shape: &Shape) -> Result<Fields<'a>, Problem> {
        let members = self.members()?;
        let allowed = || shape.required.iter().chain(shape.optional).copied();
        for (key, node) in members {
            if !allowed().any(|name| name == key) {
                let what = format!("is no field of {}", shape.name);
                return Err(self.below(key, node).problem(what, one_of(key, allowed())));
            }
        }
        match shape.required.iter().find(|key| !members.iter().any(|(there, _)| there == *key)) {
            Some(key) => Err(self.missing(key)),
            None => Ok(Fields { at: self.clone() }),
        }
    }

    /// Each key of an object whose keys are names, with what stands there, in the order of the document.
    ///
    /// # Errors
    /// When it is no object.
    pub fn entries(&self) -> Result<Vec<(&'a str, Self)>, Problem> {
        Ok(self.members()?.iter().map(|(key, node)| (key.as_str(), self.below(key, node))).collect())
    }

    /// The entries of a list.
    ///
    /// # Errors
    /// When it is no list.
    pub fn list(&self) -> Result<Vec<Self>, Problem> {
        match self.node {
            Node::List(items) => Ok(items
                .iter()
                .enumerate()
                .map(|(number, node)| Self { path: format!("{}[{number}]", self.path), node })
                .collect()),
            _ => Err(self.problem("is no list", "write it in square brackets")),
        }
    }

    /// A text.
    ///
    /// # Errors
    /// When it is none.
    pub fn text(&self) -> Result<&'a str, Problem> {
        match self.node {
            Node::Text(text) => Ok(text),
            _ => Err(self.problem("is no text", "write it in quotation marks")),
        }
    }

    /// A text with something in it, without blanks around.
    ///
    /// # Errors
    /// When it is no text, or empty.
    pub fn code(&self) -> Result<String, Problem> {
        let text = self.text()?.trim();
        if text.is_empty() {
            return Err(self.problem("is empty", "write a code or name"));
        }
        Ok(text.to_owned())
    }

    /// A number.
    ///
    /// # Errors
    /// When it is none, or not finite.
    pub fn number(&self) -> Result<f64, Problem> {
        match self.node {
            Node::Number(value) if value.is_finite() => Ok(*value),
            _ => Err(self.problem("is no number", "write a number without quotation marks")),
        }
    }

    /// A whole number between two bounds, both included.
    ///
    /// # Errors
    /// When it is no number, not whole, or out of bounds.
    pub fn whole(&self, low: i64, high: i64) -> Result<i64, Problem> {
        let value = self.number()?;
        if value.fract() == 0.0 && (low as f64..=high as f64).contains(&value) {
            return Ok(whole(value));
        }
        Err(self.problem("is out of range", format!("write a whole number from {low} to {high}")))
    }

    /// True or false.
    ///
    /// # Errors
    /// When it is neither.
    pub fn yes(&self) -> Result<bool, Problem> {
        match self.node {
            Node::Bool(value) => Ok(*value),
            _ => Err(self.problem("is neither yes nor no", "write true or false")),
        }
    }
}

/// A whole number of a float that is one and lies within the bounds of 64 bits.
#[expect(clippy::cast_possible_truncation, reason = "the value is whole and within bounds")]
pub fn whole(value: f64) -> i64 {
    value as i64
}

impl<'a> Fields<'a> {
    /// A field; none when it is not there.
    pub fn get(&self, key: &str) -> Option<At<'a>> {
        let members = self.at.members().ok()?;
        members.iter().find(|(there, _)| there == key).map(|(key, node)| self.at.below(key, node))
    }

    /// A field that the shape requires.
    ///
    /// # Errors
    /// When it is missing.
    pub fn need(&self, key: &str) -> Result<At<'a>, Problem> {
        self.get(key).ok_or_else(|| self.at.missing(key))
    }

    /// What a field gives, or a default.
    ///
    /// # Errors
    /// What `read` says.
    pub fn or<T>(
        &self,
        key: &str,
        default: T,
        read: impl Fn(&At<'a>) -> Result<T, Problem>,
    ) -> Result<T, Problem> {
        self.get(key).map_or(Ok(default), |at| read(&at))
    }

    /// Each entry of a list; none when the list is not given.
    ///
    /// # Errors
    /// When it is no list; what `read` says.
    pub fn each<T>(
        &self,
        key: &str,
        read: impl FnMut(&At<'a>) -> Result<T, Problem>,
    ) -> Result<Vec<T>, Problem> {
        self.get(key).map_or(Ok(Vec::new()), |at| at.list()?.iter().map(read).collect())
    }
}
