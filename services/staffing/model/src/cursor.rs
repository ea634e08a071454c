//! What only a model has at a place: years, words of a choice, names of the author's.

pub(crate) use muster_document::{At, Fields};
use muster_document::{Problem, one_of};

use crate::shape::Words;

/// What a place may hold.
pub(crate) trait Holds<'a> {
    /// A small whole number between two bounds.
    fn small(&self, low: i32, high: i32) -> Result<i32, Problem>;
    /// A calendar year.
    fn year(&self) -> Result<i32, Problem>;
    /// One of a choice of words.
    fn word(&self, words: &Words) -> Result<&'a str, Problem>;
    /// An object whose keys are names of the author's choice, in the order of the document.
    fn named(&self) -> Result<Vec<(&'a str, At<'a>)>, Problem>;
}

impl<'a> Holds<'a> for At<'a> {
    fn small(&self, low: i32, high: i32) -> Result<i32, Problem> {
        let value = self.whole(low.into(), high.into())?;
        Ok(i32::try_from(value).unwrap_or(high))
    }

    fn year(&self) -> Result<i32, Problem> {
        self.small(1900, 2200)
    }

    fn word(&self, words: &Words) -> Result<&'a str, Problem> {
        let text = self.text()?;
        if words.words.contains(&text) {
            return Ok(text);
        }
        Err(self.problem(
            format!("is no word for {}", words.name.replace('_', " ")),
            one_of(text, words.words.iter().copied()),
        ))
    }

    fn named(&self) -> Result<Vec<(&'a str, At<'a>)>, Problem> {
        let named = self.entries()?;
        match named.iter().find(|(key, _)| !is_name(key)) {
            Some((key, place)) => Err(place.problem(
                format!("{key:?} is no name"),
                "use small letters, digits and _, and begin with a letter",
            )),
            None => Ok(named),
        }
    }
}

/// What fields may hold.
pub(crate) trait Optional<'a> {
    /// A text; empty when not given.
    fn text(&self, key: &str) -> Result<String, Problem>;
    /// A number.
    fn number(&self, key: &str) -> Result<Option<f64>, Problem>;
    /// A calendar year.
    fn year(&self, key: &str) -> Result<Option<i32>, Problem>;
    /// A word; the first of the choice when not given.
    fn word(&self, key: &str, words: &'static Words) -> Result<&'a str, Problem>;
    /// The named entries below a key; none when not given.
    fn named(&self, key: &str) -> Result<Vec<(&'a str, At<'a>)>, Problem>;
}

impl<'a> Optional<'a> for Fields<'a> {
    fn text(&self, key: &str) -> Result<String, Problem> {
        self.get(key).map_or(Ok(String::new()), |at| at.text().map(str::to_owned))
    }

    fn number(&self, key: &str) -> Result<Option<f64>, Problem> {
        self.get(key).map(|at| at.number()).transpose()
    }

    fn year(&self, key: &str) -> Result<Option<i32>, Problem> {
        self.get(key).map(|at| Holds::year(&at)).transpose()
    }

    fn word(&self, key: &str, words: &'static Words) -> Result<&'a str, Problem> {
        self.get(key).map_or(Ok(words.words[0]), |at| Holds::word(&at, words))
    }

    fn named(&self, key: &str) -> Result<Vec<(&'a str, At<'a>)>, Problem> {
        self.get(key).map_or(Ok(Vec::new()), |at| Holds::named(&at))
    }
}

fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}
