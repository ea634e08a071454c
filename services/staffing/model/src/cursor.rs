//! A place in a document: reads what stands there, or says where, what and what helps.

use muster_document::{Node, Problem, one_of};

use crate::shape::{Shape, Words};

/// A place.
#[derive(Clone, Debug)]
pub(crate) struct At<'a> {
    pub(crate) path: String,
    pub(crate) node: &'a Node,
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

    /// The path as a problem shows it.
    pub(crate) fn place(&self) -> &str {
        if self.path.is_empty() { "document" } else { &self.path }
    }

    pub(crate) fn problem(&self, what: impl Into<String>, remedy: impl Into<String>) -> Problem {
        Problem::new(self.place(), what, remedy).with(self.node.short())
    }

    fn below(&self, key: &str, node: &'a Node) -> Self {
        let path = if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) };
        Self { path, node }
    }

    fn entries(&self) -> Result<&'a [(String, Node)], Problem> {
        match self.node {
            Node::Object(entries) => Ok(entries),
            _ => Err(self.problem("is no object", "write it in braces")),
        }
    }

    /// An object with the keys of a shape and no others.
    pub(crate) fn object(&self, shape: &Shape) -> Result<Fields<'a>, Problem> {
        let entries = self.entries()?;
        let allowed = || shape.required.iter().chain(shape.optional).copied();
        for (key, node) in entries {
            if !allowed().any(|name| name == key) {
                let what = format!("is no field of {}", shape.name);
                return Err(self.below(key, node).problem(what, one_of(key, allowed())));
            }
        }
        for key in shape.required {
            if !entries.iter().any(|(there, _)| there == key) {
                return Err(Problem::new(
                    self.place(),
                    format!("`{key}` is missing"),
                    format!("add `{key}`"),
                ));
            }
        }
        Ok(Fields { at: self.clone() })
    }

    /// An object whose keys are names of the author's choice, in the order of the document.
    pub(crate) fn named(&self) -> Result<Vec<(&'a str, Self)>, Problem> {
        let mut named = Vec::new();
        for (key, node) in self.entries()? {
            let place = self.below(key, node);
            if !is_name(key) {
                return Err(place.problem(
                    format!("{key:?} is no name"),
                    "use small letters, digits and _, and begin with a letter",
                ));
            }
            named.push((key.as_str(), place));
        }
        Ok(named)
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

    pub(crate) fn number(&self) -> Result<f64, Problem> {
        match self.node {
            Node::Number(value) if value.is_finite() => Ok(*value),
            _ => Err(self.problem("is no number", "write a number without quotation marks")),
        }
    }

    /// A whole number between two bounds.
    #[allow(clippy::cast_possible_truncation)] // the value is whole and within the bounds
    pub(crate) fn whole(&self, low: i32, high: i32) -> Result<i32, Problem> {
        let value = self.number()?;
        if value.fract() == 0.0 && (f64::from(low)..=f64::from(high)).contains(&value) {
            return Ok(value as i32);
        }
        Err(self.problem("is out of range", format!("write a whole number from {low} to {high}")))
    }

    /// A calendar year.
    pub(crate) fn year(&self) -> Result<i32, Problem> {
        self.whole(1900, 2200)
    }

    /// One of a choice of words.
    pub(crate) fn word(&self, words: &Words) -> Result<&'a str, Problem> {
        let text = self.text()?;
        if words.words.contains(&text) {
            return Ok(text);
        }
        Err(self.problem(
            format!("is no word for {}", words.name.replace('_', " ")),
            one_of(text, words.words.iter().copied()),
        ))
    }
}

impl<'a> Fields<'a> {
    pub(crate) fn get(&self, key: &str) -> Option<At<'a>> {
        match self.at.node {
            Node::Object(entries) => {
                entries.iter().find(|(there, _)| there == key).map(|(key, node)| self.at.below(key, node))
            }
            _ => None,
        }
    }

    /// A field that the shape requires.
    pub(crate) fn need(&self, key: &str) -> Result<At<'a>, Problem> {
        self.get(key).ok_or_else(|| {
            Problem::new(self.at.place(), format!("`{key}` is missing"), format!("add `{key}`"))
        })
    }

    /// A text; empty when not given.
    pub(crate) fn text(&self, key: &str) -> Result<String, Problem> {
        self.get(key).map_or(Ok(String::new()), |at| at.text().map(str::to_owned))
    }

    pub(crate) fn number(&self, key: &str) -> Result<Option<f64>, Problem> {
        self.get(key).map(|at| at.number()).transpose()
    }

    pub(crate) fn year(&self, key: &str) -> Result<Option<i32>, Problem> {
        self.get(key).map(|at| at.year()).transpose()
    }

    /// A word; the first of the choice when not given.
    pub(crate) fn word(&self, key: &str, words: &'static Words) -> Result<&'a str, Problem> {
        self.get(key).map_or(Ok(words.words[0]), |at| at.word(words))
    }

    /// The named entries below a key; none when not given.
    pub(crate) fn named(&self, key: &str) -> Result<Vec<(&'a str, At<'a>)>, Problem> {
        self.get(key).map_or(Ok(Vec::new()), |at| at.named())
    }
}

fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}
