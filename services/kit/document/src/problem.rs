//! What is wrong with a document or a request, where, and what helps.

use serde::Serialize;

/// A document that cannot be read or computed, or a request that does not fit its model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("{path}: {what}{}; {remedy}", found(value))]
pub struct Problem {
    /// Place in the document, dotted: `stocks.gps.outflows.retired.rate`; `document` for the whole.
    pub path: String,
    /// What stands there, as JSON, cut short; empty when nothing does.
    pub value: String,
    /// What is wrong with it.
    pub what: String,
    /// What helps.
    pub remedy: String,
}

fn found(value: &str) -> String {
    if value.is_empty() { String::new() } else { format!(" (found {value})") }
}

impl Problem {
    /// A problem where nothing stands, or what stands there says nothing.
    pub fn new(path: impl Into<String>, what: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { path: path.into(), value: String::new(), what: what.into(), remedy: remedy.into() }
    }

    /// The same with what stands there, as a short piece of JSON.
    #[must_use]
    pub fn with(mut self, value: impl Into<String>) -> Self {
        self.value = value.into();
        self
    }
}

/// A remedy that lists what may stand at a place, the nearest to what stood there first.
pub fn one_of<'a>(found: &str, allowed: impl IntoIterator<Item = &'a str>) -> String {
    let mut names: Vec<&str> = allowed.into_iter().collect();
    if names.is_empty() {
        return "there is none to choose from".to_owned();
    }
    names.sort_by_key(|name| distance(found, name));
    let shown = names.len().min(8);
    let more = if names.len() > shown { ", ..." } else { "" };
    format!("use one of: {}{more}", names[..shown].join(", "))
}

/// Edits from one name to another.
fn distance(one: &str, two: &str) -> usize {
    let mut row: Vec<usize> = (0..=two.chars().count()).collect();
    for (i, a) in one.chars().enumerate() {
        let mut corner = row[0];
        row[0] = i + 1;
        for (j, b) in two.chars().enumerate() {
            let replaced = corner + usize::from(a != b);
            corner = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(corner + 1);
        }
    }
    row[row.len() - 1]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_names_place_value_and_remedy() {
        let problem =
            Problem::new("years.first", "is no whole year", "write a year such as 2021").with("\"x\"");
        assert_eq!(
            problem.to_string(),
            "years.first: is no whole year (found \"x\"); write a year such as 2021"
        );
        assert_eq!(one_of("raet", ["per_year", "rate"]), "use one of: rate, per_year");
    }
}
