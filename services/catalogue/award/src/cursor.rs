//! A place in a document: reads what stands there, or says where, what and what helps.

use muster_document::{Node, Problem, one_of};

use crate::shape::Shape;

/// A place.
#[derive(Clone, Debug)]
pub(crate) struct At<'a> {
    path: String,
    node: &'a Node,
}

/// The fields of an object whose keys were checked.
#[derive(Debug)]
pub(crate) struct Fields<'a> {
    pub(crate) at: At<'a>,
}

impl<'a> At<'a> {
    pub(crate) fn root(node: &'a Node) -> Self {
        Self { path: String::new(), node }
    }

    fn place(&self) -> &str {
        if self.path.is_empty() { "document" } else { &self.path }
    }

    pub(crate) fn problem(&self, what: impl Into<String>, remedy: impl Into<String>) -> Problem {
        Problem::new(self.place(), what, remedy).with(self.node.short())
    }

    fn below(&self, key: &str, node: &'a Node) -> Self {
        let path = if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) };
        Self { path, node }
    }

    /// An object with the keys of a shape and no others.
    pub(crate) fn object(&self, shape: &Shape) -> Result<Fields<'a>, Problem> {
        let Node::Object(entries) = self.node else {
            return Err(self.problem("is no object", "write it in braces"));
        };
        let allowed = || shape.required.iter().chain(shape.optional).copied();
        for (key, node) in entries {
            if !allowed().any(|name| name == key) {
                let what = format!("is no field of {}", shape.name);
                return Err(self.below(key, node).problem(what, one_of(key, allowed())));
            }
        }
        for key in shape.required {
            if !entries.iter().any(|(there, _)| there == key) {
                let remedy = format!("add `{key}`");
                return Err(Problem::new(self.place(), format!("`{key}` is missing"), remedy));
            }
        }
        Ok(Fields { at: self.clone() })
    }

    /// Each key of an object whose keys are names, with what stands there.
    pub(crate) fn entries(&self) -> Result<Vec<(&'a str, Self)>, Problem> {
        match self.node {
            Node::Object(entries) => {
                Ok(entries.iter().map(|(key, node)| (key.as_str(), self.below(key, node))).collect())
            }
            _ => Err(self.problem("is no object", "write it in braces")),
        }
    }

    pub(crate) fn list(&self) -> Result<Vec<Self>, Problem> {
        match self.node {
            Node::List(items) => Ok(items
                .iter()
                .enumerate()
                .map(|(number, node)| Self { path: format!("{}[{number}]", self.path), node })
                .collect()),
            _ => Err(self.problem("is no list", "write it in square brackets")),
        }
    }

    pub(crate) fn text(&self) -> Result<&'a str, Problem> {
        match self.node {
            Node::Text(text) => Ok(text),
            _ => Err(self.problem("is no text", "write it in quotation marks")),
        }
    }

    /// A text with something in it.
    pub(crate) fn id(&self) -> Result<String, Problem> {
        let text = self.text()?.trim();
        if text.is_empty() {
            return Err(self.problem("is empty", "write an id or name"));
        }
        Ok(text.to_owned())
    }

    fn number(&self) -> Result<f64, Problem> {
        match self.node {
            Node::Number(value) if value.is_finite() => Ok(*value),
            _ => Err(self.problem("is no number", "write a number without quotation marks")),
        }
    }

    /// A whole number between two bounds.
    pub(crate) fn whole(&self, low: i64, high: i64) -> Result<i64, Problem> {
        let value = self.number()?;
        if value.fract() == 0.0 && (low as f64..=high as f64).contains(&value) {
            return Ok(whole(value));
        }
        Err(self.problem("is out of range", format!("write a whole number from {low} to {high}")))
    }

    /// A decimal number of so many places between two bounds, as an integer of its last place.
    pub(crate) fn scaled(&self, places: u32, (low, high): (i64, i64)) -> Result<i64, Problem> {
        let scale = 10_i64.pow(places);
        let value = self.number()? * scale as f64;
        // 0.07 is 7 hundredths, though 0.07 x 100 is a little more in binary
        let near = value.round();
        let apart = (value - near).abs();
        if apart <= 1e-9 * near.abs().max(1.0)
            && ((low * scale) as f64..=(high * scale) as f64).contains(&near)
        {
            return Ok(whole(near));
        }
        let remedy = format!("write a number from {low} to {high} with at most {places} decimals");
        Err(self.problem("is out of range", remedy))
    }

    /// One of the names that the document knows, as its position.
    pub(crate) fn known(
        &self,
        what: &str,
        position: impl Fn(&str) -> Option<usize>,
        names: &[&str],
    ) -> Result<usize, Problem> {
        let text = self.id()?;
        position(&text).ok_or_else(|| {
            self.problem(format!("is no {what} of this document"), one_of(&text, names.iter().copied()))
        })
    }
}

#[expect(clippy::cast_possible_truncation, reason = "the value is whole and within bounds")]
fn whole(value: f64) -> i64 {
    value as i64
}

impl<'a> Fields<'a> {
    /// A field; none when it is not there, or null.
    pub(crate) fn get(&self, key: &str) -> Option<At<'a>> {
        match self.at.node {
            Node::Object(entries) => entries
                .iter()
                .find(|(there, node)| there == key && *node != Node::Null)
                .map(|(key, node)| self.at.below(key, node)),
            _ => None,
        }
    }

    /// A field that the shape requires.
    pub(crate) fn need(&self, key: &str) -> Result<At<'a>, Problem> {
        self.get(key).ok_or_else(|| {
            Problem::new(self.at.place(), format!("`{key}` is missing"), format!("add `{key}`"))
        })
    }

    /// What a field gives, or a default.
    pub(crate) fn or<T>(
        &self,
        key: &str,
        default: T,
        read: impl Fn(&At<'a>) -> Result<T, Problem>,
    ) -> Result<T, Problem> {
        self.get(key).map_or(Ok(default), |at| read(&at))
    }

    /// Each entry of a list; none when the list is not given.
    pub(crate) fn each<T>(
        &self,
        key: &str,
        read: impl FnMut(&At<'a>) -> Result<T, Problem>,
    ) -> Result<Vec<T>, Problem> {
        self.get(key).map_or(Ok(Vec::new()), |at| at.list()?.iter().map(read).collect())
    }
}
