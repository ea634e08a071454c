//! A place in a JSON document: reads what stands there, or says where, what and what helps.

use muster_kit::intake::{Finding, Findings, RawFile};
use serde_json::{Map, Value};

use crate::domain::{Month, Problem, Word, figure};

/// A place.
#[derive(Clone, Debug)]
pub struct At<'a> {
    /// Path as a problem shows it: `price_breaks[1].price`; `document` for the whole.
    pub path: String,
    value: &'a Value,
}

/// Reads a document.
///
/// # Errors
/// A problem with line and column when the text is no JSON.
pub(super) fn parse(text: &str) -> Result<Value, Problem> {
    serde_json::from_str(text).map_err(|error| {
        let place = format!("line {}, column {}", error.line(), error.column());
        // serde says the place again at the end of its sentence
        let said = error.to_string();
        let what = said.split(" at line ").next().unwrap_or(&said).to_owned();
        Problem::new(place, format!("no JSON: {what}"), "`--example` prints a document to begin from")
    })
}

/// Reads a file that is one document: its text and what it is.
///
/// # Errors
/// The finding that refuses it.
pub(super) fn of_file<T>(
    file: &RawFile,
    read: impl FnOnce(&str) -> Result<T, Problem>,
) -> Result<(String, T), Findings> {
    let refused = |problem: Problem| {
        let found = Finding::error("document", problem.what, problem.remedy);
        Findings::of(&file.name, found.at(0, &problem.place, &problem.value))
    };
    let text = String::from_utf8(file.bytes.clone())
        .map_err(|_| refused(Problem::new("document", "is no UTF-8 text", "save it as UTF-8")))?;
    let text = text.trim_start_matches('\u{feff}').to_owned();
    let document = read(&text).map_err(refused)?;
    Ok((text, document))
}

impl<'a> At<'a> {
    /// The whole document.
    pub fn root(value: &'a Value) -> Self {
        Self { path: String::new(), value }
    }

    /// A problem here, with the value.
    pub fn problem(&self, what: impl Into<String>, remedy: impl Into<String>) -> Problem {
        let place = if self.path.is_empty() { "document" } else { &self.path };
        Problem::new(place, what, remedy).with(self.value)
    }

    fn below(&self, key: &str, value: &'a Value) -> Self {
        let path = if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) };
        Self { path, value }
    }

    fn entries(&self) -> Result<&'a Map<String, Value>, Problem> {
        self.value.as_object().ok_or_else(|| self.problem("is no object", "write it in braces"))
    }

    /// Refuses keys that nobody reads: a misspelt one would be ignored in silence.
    ///
    /// # Errors
    /// The first such key, with those that there are.
    pub fn only(&self, keys: &[&str]) -> Result<(), Problem> {
        match self.entries()?.iter().find(|(key, _)| !keys.contains(&key.as_str())) {
            Some((key, value)) => Err(self
                .below(key, value)
                .problem("is not known here", format!("use one of: {}", keys.join(", ")))),
            None => Ok(()),
        }
    }

    /// A field that may be missing; `null` counts as missing.
    ///
    /// # Errors
    /// When this is no object.
    pub fn get(&self, key: &str) -> Result<Option<Self>, Problem> {
        let found = self.entries()?.get(key).filter(|value| !value.is_null());
        Ok(found.map(|value| self.below(key, value)))
    }

    /// A field that must be there.
    ///
    /// # Errors
    /// When it is missing.
    pub fn need(&self, key: &str) -> Result<Self, Problem> {
        self.get(key)?.ok_or_else(|| {
            let place = if self.path.is_empty() { "document" } else { &self.path };
            Problem::new(place, format!("`{key}` is missing"), format!("add `{key}`"))
        })
    }

    /// The entries of an object whose keys are names.
    ///
    /// # Errors
    /// When this is no object.
    pub fn named(&self) -> Result<Vec<(&'a str, Self)>, Problem> {
        Ok(self.entries()?.iter().map(|(key, value)| (key.as_str(), self.below(key, value))).collect())
    }

    /// The items of a list.
    ///
    /// # Errors
    /// When this is no list.
    pub fn list(&self) -> Result<Vec<Self>, Problem> {
        let items =
            self.value.as_array().ok_or_else(|| self.problem("is no list", "write it in square brackets"))?;
        let at = |(number, value)| Self { path: format!("{}[{number}]", self.path), value };
        Ok(items.iter().enumerate().map(at).collect())
    }

    /// The items of a list that may be missing.
    ///
    /// # Errors
    /// When it is there and no list.
    pub fn list_of(&self, key: &str) -> Result<Vec<Self>, Problem> {
        self.get(key)?.map_or(Ok(Vec::new()), |at| at.list())
    }

    /// A text with something in it.
    ///
    /// # Errors
    /// When this is no text, or blank.
    pub fn text(&self) -> Result<&'a str, Problem> {
        let text =
            self.value.as_str().ok_or_else(|| self.problem("is no text", "write it in quotation marks"))?;
        if text.trim().is_empty() {
            return Err(self.problem("is empty", "write something or leave it out"));
        }
        Ok(text.trim())
    }

    /// A text of the object; empty when not given.
    ///
    /// # Errors
    /// When it is there and no text.
    pub fn text_of(&self, key: &str) -> Result<String, Problem> {
        self.get(key)?.map_or(Ok(String::new()), |at| at.text().map(str::to_owned))
    }

    /// A list of texts of the object; empty when not given.
    ///
    /// # Errors
    /// When it is there and no list of texts.
    pub fn texts_of(&self, key: &str) -> Result<Vec<String>, Problem> {
        self.list_of(key)?.iter().map(|item| item.text().map(str::to_owned)).collect()
    }

    /// `true` or `false`.
    ///
    /// # Errors
    /// When this is neither.
    pub fn yes(&self) -> Result<bool, Problem> {
        self.value.as_bool().ok_or_else(|| self.problem("is neither true nor false", "write true or false"))
    }

    /// A number as an integer of 10^-places, exactly as written.
    ///
    /// # Errors
    /// When this is no number, has more places, or is too large.
    pub fn number(&self, places: usize) -> Result<i64, Problem> {
        let Value::Number(number) = self.value else {
            return Err(self.problem("is no number", "write a number without quotation marks"));
        };
        let remedy = format!("write a number with at most {places} decimals, such as {}", example(places));
        figure::parse(&plain(number), places)
            .ok_or_else(|| self.problem("too large, or more decimals than are kept", remedy))
    }

    /// A number between two bounds, as [`At::number`] gives it.
    ///
    /// # Errors
    /// As for [`At::number`], or when it is outside.
    pub fn number_in(&self, places: usize, low: i64, high: i64) -> Result<i64, Problem> {
        let value = self.number(places)?;
        if (low..=high).contains(&value) {
            return Ok(value);
        }
        let (low, high) = (figure::decimal(low, places), figure::decimal(high, places));
        Err(self.problem("is out of range", format!("write a number from {low} to {high}")))
    }

    /// A share from 0 to 1, in ppm.
    ///
    /// # Errors
    /// When this is none.
    pub fn share(&self) -> Result<i64, Problem> {
        self.number_in(6, 0, figure::PPM)
    }

    /// One word of a closed list.
    ///
    /// # Errors
    /// When this is none of them.
    pub fn word<T: Word>(&self) -> Result<T, Problem> {
        T::of(self.text()?).ok_or_else(|| {
            self.problem("is not one of the words known here", format!("write one of {}", T::list()))
        })
    }

    /// A month, `YYYY-MM`.
    ///
    /// # Errors
    /// When this is none.
    pub fn month(&self) -> Result<Month, Problem> {
        Month::read(self.text()?).ok_or_else(|| self.problem("is no month", "write it as 2017-04"))
    }
}

fn example(places: usize) -> String {
    figure::decimal(12_345_678, places.min(6))
}

/// A number as decimal text; the shortest that stands for the same float, so that `8.5` stays `8.5`.
fn plain(number: &serde_json::Number) -> String {
    match number.as_f64() {
        Some(value) if number.is_f64() => format!("{value}"),
        _ => number.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_names_place_value_and_remedy() {
        let value = parse(r#"{"a": [{"b": 8.5, "c": 1e-7, "d": "x", "e": 1e3}]}"#).expect("JSON");
        let root = At::root(&value);
        let item = root.need("a").and_then(|a| a.list()).expect("a list").remove(0);
        assert_eq!(item.need("b").and_then(|b| b.number(4)), Ok(85_000));
        assert_eq!(item.need("e").and_then(|e| e.number(0)), Ok(1_000));
        let refused = item.need("c").and_then(|c| c.number(2)).expect_err("too many decimals");
        assert!(refused.to_string().starts_with("a[0].c: too large, or more decimals"), "{refused}");
        let refused = item.need("d").and_then(|d| d.month()).expect_err("no month");
        assert_eq!(refused.to_string(), "a[0].d: is no month (found \"x\"); write it as 2017-04");
        let refused = item.only(&["b", "c", "d"]).expect_err("e is not known");
        assert!(refused.to_string().starts_with("a[0].e: is not known here"), "{refused}");
        let refused = parse("{").expect_err("no JSON");
        assert!(refused.to_string().starts_with("line 1, column 1: no JSON"), "{refused}");
    }
}
