//! A place in a document: reads what stands there, or says where, what and what helps.

use std::collections::BTreeSet;

use jiff::civil::Date;

use muster_document::{Node, Problem, one_of};

use crate::{
    clock::{Fault, London},
    shape::Shape,
};

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
    pub(crate) fn code(&self) -> Result<String, Problem> {
        let text = self.text()?.trim();
        if text.is_empty() {
            return Err(self.problem("is empty", "write a code or name"));
        }
        Ok(text.to_owned())
    }

    /// A grade, skill or ward, as rules write it: `Band 8a` is `band-8a`.
    pub(crate) fn name(&self) -> Result<String, Problem> {
        let text = self.code()?;
        let letters = text.chars().map(|c| if c.is_alphanumeric() { c.to_ascii_lowercase() } else { ' ' });
        let words = letters.collect::<String>();
        let words: Vec<&str> = words.split_whitespace().collect();
        if words.is_empty() {
            return Err(self.problem("has no letter or digit", "write a word such as band-5"));
        }
        Ok(words.join("-"))
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

    /// Hours as minutes; the bounds are in hours.
    pub(crate) fn hours(&self, low: i64, high: i64) -> Result<i64, Problem> {
        let minutes = self.number()? * 60.0;
        // 7.1 hours are 426 minutes, though 7.1 x 60 is a little less in binary
        let near = minutes.round();
        if (minutes - near).abs() < 1e-6 && ((low * 60) as f64..=(high * 60) as f64).contains(&near) {
            return Ok(whole(near));
        }
        Err(self.problem("is out of range", format!("write hours from {low} to {high} in whole minutes")))
    }

    pub(crate) fn yes(&self) -> Result<bool, Problem> {
        match self.node {
            Node::Bool(value) => Ok(*value),
            _ => Err(self.problem("is neither yes nor no", "write true or false")),
        }
    }

    pub(crate) fn date(&self) -> Result<Date, Problem> {
        let text = self.text()?;
        text.parse().map_err(|_| self.problem("is no date", "write it like 2026-12-25"))
    }

    /// An instant from the clock of London.
    pub(crate) fn instant(&self, london: &London) -> Result<i64, Problem> {
        london.read(self.text()?).map_err(|fault| match fault {
            Fault::Unreadable => self.problem("is no time", "write it like 2026-12-03T19:30"),
            Fault::Skipped => {
                self.problem("is a time that the clocks skip", "write the time after the change")
            }
            Fault::Twice => self
                .problem("is a time that comes twice", "add +01:00 for the first or +00:00 for the second"),
            Fault::Offset => self.problem("has not the offset of london then", "leave the offset out"),
        })
    }

    /// One of the names that the document knows, as its position.
    pub(crate) fn known(&self, what: &str, names: &[String]) -> Result<usize, Problem> {
        let text = self.code()?;
        names.iter().position(|name| *name == text).ok_or_else(|| {
            let remedy = one_of(&text, names.iter().map(String::as_str));
            self.problem(format!("is no {what} of this document"), remedy)
        })
    }
}

#[expect(clippy::cast_possible_truncation, reason = "the value is whole and within bounds")]
fn whole(value: f64) -> i64 {
    value as i64
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
        read: impl Fn(&At<'a>) -> Result<T, Problem>,
    ) -> Result<Vec<T>, Problem> {
        self.get(key).map_or(Ok(Vec::new()), |at| at.list()?.iter().map(read).collect())
    }

    /// Names of a list.
    pub(crate) fn names(&self, key: &str) -> Result<BTreeSet<String>, Problem> {
        Ok(self.each(key, At::name)?.into_iter().collect())
    }
}
