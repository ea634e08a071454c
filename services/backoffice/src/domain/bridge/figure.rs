//! A figure and what it is a figure of.

use std::fmt;

use crate::domain::Word;

/// Financial years, by the calendar years in which they end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// First year ending.
    pub first: i32,
    /// Last year ending.
    pub last: i32,
}

impl Window {
    /// Reads `2017/18-2020/21` or `2020/21`.
    pub fn read(text: &str) -> Option<Self> {
        let (first, last) = text.split_once('-').unwrap_or((text, text));
        let window = Self { first: year(first.trim())?, last: year(last.trim())? };
        (window.first <= window.last).then_some(window)
    }
}

/// `2017/18` as the year in which it ends.
fn year(text: &str) -> Option<i32> {
    let (begins, ends) = text.split_once('/')?;
    let (begins, short): (i32, i32) = (begins.parse().ok()?, ends.parse().ok()?);
    let plain = text.bytes().all(|b| b.is_ascii_digit() || b == b'/');
    (plain && ends.len() == 2 && (1900..2200).contains(&begins) && (begins + 1) % 100 == short)
        .then_some(begins + 1)
}

impl fmt::Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{:02}", self.first - 1, self.first % 100)?;
        if self.last > self.first { write!(f, "-{}/{:02}", self.last - 1, self.last % 100) } else { Ok(()) }
    }
}

/// Kind of outturn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outturn {
    /// What was planned.
    Planned,
    /// What is expected, with part of the window over.
    Forecast,
    /// What came.
    Actual,
}

impl Word for Outturn {
    const WORDS: &'static [(&'static str, Self)] =
        &[("planned", Self::Planned), ("forecast", Self::Forecast), ("actual", Self::Actual)];
}

/// Does it come again every year?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recurrence {
    /// Every year.
    Recurrent,
    /// Once.
    NonRecurrent,
    /// Some of it.
    Mixed,
    /// The source does not say.
    NotStated,
}

impl Word for Recurrence {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("recurrent", Self::Recurrent),
        ("non-recurrent", Self::NonRecurrent),
        ("mixed", Self::Mixed),
        ("not-stated", Self::NotStated),
    ];
}

/// What a step is: only an improvement improves anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Nature {
    /// A part of the whole.
    Part,
    /// Something got worse.
    Deterioration,
    /// Something got better.
    Improvement,
    /// The same thing in another window.
    Timing,
    /// More or fewer organisations or services are meant.
    Scope,
    /// Another way to count.
    Method,
}

impl Word for Nature {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("part", Self::Part),
        ("deterioration", Self::Deterioration),
        ("improvement", Self::Improvement),
        ("timing", Self::Timing),
        ("scope", Self::Scope),
        ("method", Self::Method),
    ];
}

/// What two figures may differ in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Attribute {
    /// Years.
    Window,
    /// Base year.
    Base,
    /// Kind of outturn.
    Outturn,
    /// Organisations and services.
    Scope,
    /// Recurrent or not.
    Recurrence,
    /// Version.
    Version,
}

impl Word for Attribute {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("window", Self::Window),
        ("base", Self::Base),
        ("outturn", Self::Outturn),
        ("scope", Self::Scope),
        ("recurrence", Self::Recurrence),
        ("version", Self::Version),
    ];
}

/// A published figure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figure {
    /// Name within the document.
    pub id: String,
    /// What it says.
    pub title: String,
    /// Pence.
    pub pence: i64,
    /// To how many pence it was printed: 100,000,000 = to the million. Half of it may be rounding.
    pub printed_to: i64,
    /// Years.
    pub window: Window,
    /// Base year as the source has it; `not stated` where it does not.
    pub base: String,
    /// Kind of outturn.
    pub outturn: Outturn,
    /// Organisations and services.
    pub scope: String,
    /// Recurrent or not.
    pub recurrence: Recurrence,
    /// Version.
    pub version: String,
    /// Where it stands.
    pub source: String,
}

impl Figure {
    /// What it and another differ in.
    pub fn differs(&self, other: &Self) -> Vec<Attribute> {
        let same = |attribute: Attribute| self.value(attribute) == other.value(attribute);
        Attribute::WORDS.iter().map(|(_, it)| *it).filter(|attribute| !same(*attribute)).collect()
    }

    /// An attribute as text.
    pub fn value(&self, attribute: Attribute) -> String {
        match attribute {
            Attribute::Window => self.window.to_string(),
            Attribute::Base => self.base.clone(),
            Attribute::Outturn => self.outturn.word().to_owned(),
            Attribute::Scope => self.scope.clone(),
            Attribute::Recurrence => self.recurrence.word().to_owned(),
            Attribute::Version => self.version.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_are_read_and_shown() {
        for text in ["2017/18-2020/21", "2020/21", "1999/00"] {
            assert_eq!(Window::read(text).map(|it| it.to_string()).as_deref(), Some(text));
        }
        for wrong in ["2017", "2017/19", "2020/21-2017/18", "17/18", "2017/1a", "+2017/18", ""] {
            assert_eq!(Window::read(wrong), None, "{wrong}");
        }
    }
}
