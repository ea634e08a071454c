//! A JSON text as a tree that keeps the order of its keys and refuses a key that stands twice.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{Error, MapAccess, SeqAccess, Visitor},
};

use crate::problem::Problem;

/// A JSON value.
#[derive(Clone, Debug, PartialEq)]
pub enum Node {
    /// Nothing.
    Null,
    /// True or false.
    Bool(bool),
    /// A number.
    Number(f64),
    /// A text.
    Text(String),
    /// Values in order.
    List(Vec<Node>),
    /// Values by key, in the order of the text.
    Object(Vec<(String, Node)>),
}

impl Node {
    /// Reads a text.
    ///
    /// # Errors
    /// When it is no JSON, or a key stands twice in one object.
    pub fn read(text: &str) -> Result<Self, Problem> {
        serde_json::from_str(text).map_err(|error| {
            Problem::new("document", format!("is no usable JSON: {error}"), "mend the text there")
        })
    }

    /// The same without the keys of objects at which null stands, for documents in which such a key counts as not given.
    #[must_use]
    pub fn without_nulls(self) -> Self {
        match self {
            Self::Object(members) => {
                let there = members.into_iter().filter(|(_, node)| *node != Self::Null);
                Self::Object(there.map(|(key, node)| (key, node.without_nulls())).collect())
            }
            Self::List(items) => Self::List(items.into_iter().map(Self::without_nulls).collect()),
            other => other,
        }
    }

    /// The value as a short piece of JSON.
    pub fn short(&self) -> String {
        let mut text = self.json();
        if let Some((cut, _)) = text.char_indices().nth(60) {
            text.truncate(cut);
            text.push_str("...");
        }
        text
    }

    fn json(&self) -> String {
        match self {
            Self::Null => "null".to_owned(),
            Self::Bool(value) => value.to_string(),
            Self::Number(value) => value.to_string(),
            Self::Text(text) => format!("{text:?}"),
            Self::List(items) => {
                format!("[{}]", items.iter().map(Self::json).collect::<Vec<_>>().join(", "))
            }
            Self::Object(entries) => {
                let fields: Vec<String> =
                    entries.iter().map(|(key, node)| format!("{key:?}: {}", node.json())).collect();
                format!("{{{}}}", fields.join(", "))
            }
        }
    }
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E: Error>(self) -> Result<Node, E> {
        Ok(Node::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Node, E> {
        Ok(Node::Bool(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Node, E> {
        Ok(Node::Number(value as f64))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Node, E> {
        Ok(Node::Number(value as f64))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Node, E> {
        Ok(Node::Number(value))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Node, E> {
        Ok(Node::Text(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Node, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = access.next_element()? {
            items.push(item);
        }
        Ok(Node::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Node, A::Error> {
        let mut entries: Vec<(String, Node)> = Vec::new();
        while let Some((key, node)) = access.next_entry::<String, Node>()? {
            if entries.iter().any(|(there, _)| *there == key) {
                return Err(A::Error::custom(format!("the key {key:?} stands twice in one object")));
            }
            entries.push((key, node));
        }
        Ok(Node::Object(entries))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_stands_twice_is_refused() {
        let problem = Node::read(r#"{"a": 1, "a": 2}"#).unwrap_err();
        assert!(problem.what.contains("\"a\" stands twice"), "{problem}");
        assert_eq!(
            Node::read(r#"{"b": [1, null], "a": "x"}"#).unwrap().short(),
            r#"{"b": [1, null], "a": "x"}"#
        );
    }
}
