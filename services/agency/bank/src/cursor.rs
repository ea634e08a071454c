//! What only a case of the shared bank has at a place: grades, hours, times of London.

use std::collections::BTreeSet;

use jiff::civil::Date;
pub(crate) use muster_document::{At, Fields};
use muster_document::{Problem, one_of, whole};

use crate::clock::{Fault, London};

/// What a place may hold.
pub(crate) trait Holds {
    /// A grade, skill or ward, as rules write it: `Band 8a` is `band-8a`.
    fn name(&self) -> Result<String, Problem>;
    /// Hours as minutes; the bounds are in hours.
    fn hours(&self, low: i64, high: i64) -> Result<i64, Problem>;
    /// A day.
    fn date(&self) -> Result<Date, Problem>;
    /// An instant from the clock of London.
    fn instant(&self, london: &London) -> Result<i64, Problem>;
    /// One of the names that the document knows, as its position.
    fn known(&self, what: &str, names: &[String]) -> Result<usize, Problem>;
}

impl Holds for At<'_> {
    fn name(&self) -> Result<String, Problem> {
        let text = self.code()?;
        let letters = text.chars().map(|c| if c.is_alphanumeric() { c.to_ascii_lowercase() } else { ' ' });
        let words = letters.collect::<String>();
        let words: Vec<&str> = words.split_whitespace().collect();
        if words.is_empty() {
            return Err(self.problem("has no letter or digit", "write a word such as band-5"));
        }
        Ok(words.join("-"))
    }

    fn hours(&self, low: i64, high: i64) -> Result<i64, Problem> {
        let minutes = self.number()? * 60.0;
        // 7.1 hours are 426 minutes, though 7.1 x 60 is a little less in binary
        let near = minutes.round();
        if (minutes - near).abs() < 1e-6 && ((low * 60) as f64..=(high * 60) as f64).contains(&near) {
            return Ok(whole(near));
        }
        Err(self.problem("is out of range", format!("write hours from {low} to {high} in whole minutes")))
    }

    fn date(&self) -> Result<Date, Problem> {
        let text = self.text()?;
        text.parse().map_err(|_| self.problem("is no date", "write it like 2026-12-25"))
    }

    fn instant(&self, london: &London) -> Result<i64, Problem> {
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

    fn known(&self, what: &str, names: &[String]) -> Result<usize, Problem> {
        let text = self.code()?;
        names.iter().position(|name| *name == text).ok_or_else(|| {
            let remedy = one_of(&text, names.iter().map(String::as_str));
            self.problem(format!("is no {what} of this document"), remedy)
        })
    }
}

/// Names of a list.
pub(crate) fn names(fields: &Fields<'_>, key: &str) -> Result<BTreeSet<String>, Problem> {
    Ok(fields.each(key, Holds::name)?.into_iter().collect())
}
