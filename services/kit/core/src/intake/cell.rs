//! One cell of a file, read as what it should be, or a finding that says why not.

use jiff::civil::Date;

use super::{
    Finding,
    number::{Extra, NumberError, decimal},
};
use crate::OrgCode;

/// How a file writes dates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateForm {
    /// `2016-03-31`
    Iso,
    /// `31/03/2016`
    British,
    /// `20160331`
    Compact,
}

/// A cell with its place. The text is trimmed.
#[derive(Clone, Copy, Debug)]
pub struct Cell<'a> {
    /// The text without surrounding blanks.
    pub text: &'a str,
    /// Line in the file.
    pub line: u64,
    /// Column as the file names it.
    pub column: &'a str,
}

impl<'a> Cell<'a> {
    /// A finding about this cell.
    pub fn error(
        &self,
        rule: &'static str,
        problem: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Finding {
        Finding::error(rule, problem, remedy).at(self.line, self.column, self.text)
    }

    /// A warning about this cell.
    pub fn warning(
        &self,
        rule: &'static str,
        problem: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Finding {
        Finding::warning(rule, problem, remedy).at(self.line, self.column, self.text)
    }

    /// Is nothing there?
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// The value when something is there.
    ///
    /// # Errors
    /// Whatever `read` says of it.
    pub fn optional<T>(&self, read: impl FnOnce(&Self) -> Result<T, Finding>) -> Result<Option<T>, Finding> {
        if self.is_empty() { Ok(None) } else { read(self).map(Some) }
    }

    /// Text that must be there.
    ///
    /// # Errors
    /// `missing-value` when it is empty.
    pub fn required(&self) -> Result<&'a str, Finding> {
        if self.is_empty() {
            return Err(self.error("missing-value", "nothing is there", "fill it in or leave the row out"));
        }
        Ok(self.text)
    }

    /// An ODS code, upper case.
    ///
    /// # Errors
    /// `not-a-code` when it is not 2 to 10 letters and digits.
    pub fn code(&self) -> Result<String, Finding> {
        let text = self.required()?;
        OrgCode::new(text).map(String::from).map_err(|_| {
            self.error(
                "not-a-code",
                "not an ODS code",
                "write 2 to 10 letters and digits, for instance G85034",
            )
        })
    }

    /// A whole number, zero or more. `12.0` counts as whole.
    ///
    /// # Errors
    /// `not-a-number`, `not-whole`, `negative`.
    pub fn count(&self) -> Result<i64, Finding> {
        self.unsigned(0, Extra::Refuse, "write a whole number, for instance 12")
    }

    /// A number in 1/1000 (FTE, patients), zero or more; further decimals are rounded half up.
    ///
    /// # Errors
    /// `not-a-number`, `negative`.
    pub fn milli(&self) -> Result<i64, Finding> {
        self.unsigned(3, Extra::Round, "write a number, for instance 8.3")
    }

    /// A number in 1/1000, of either sign.
    ///
    /// # Errors
    /// `not-a-number`.
    pub fn signed_milli(&self) -> Result<i64, Finding> {
        self.number(3, Extra::Round, "write a number, for instance -8.3")
    }

    /// Pounds as pence, with at most two decimals, of either sign.
    ///
    /// # Errors
    /// `not-a-number`, `too-precise`.
    pub fn pence(&self) -> Result<i64, Finding> {
        self.number(2, Extra::Refuse, "write pounds with at most two decimals, for instance 1234.50")
    }

    /// A share or rate from 0 to 1 in parts per million.
    ///
    /// # Errors
    /// `not-a-number`, `too-precise`, `out-of-range`.
    pub fn share_ppm(&self) -> Result<i64, Finding> {
        let remedy = "write a share from 0 to 1, for instance 0.25";
        let value = self.number(6, Extra::Refuse, remedy)?;
        if (0..=1_000_000).contains(&value) {
            Ok(value)
        } else {
            Err(self.error("out-of-range", "not between 0 and 1", remedy))
        }
    }

    /// A date in the first of these forms that fits.
    ///
    /// # Errors
    /// `not-a-date`.
    pub fn date(&self, forms: &[DateForm]) -> Result<Date, Finding> {
        forms.iter().find_map(|form| date_in(self.text, *form)).ok_or_else(|| {
            let example = match forms.first() {
                Some(DateForm::British) => "31/03/2016",
                Some(DateForm::Compact) => "20160331",
                _ => "2016-03-31",
            };
            self.error("not-a-date", "not a date", format!("write it as {example}"))
        })
    }

    /// `Y` or `N`.
    ///
    /// # Errors
    /// `not-yes-or-no`.
    pub fn yes(&self) -> Result<bool, Finding> {
        match self.text {
            "Y" | "y" => Ok(true),
            "N" | "n" => Ok(false),
            _ => Err(self.error("not-yes-or-no", "neither Y nor N", "write Y or N")),
        }
    }

    /// One of these words, any case.
    ///
    /// # Errors
    /// `unknown-word`, naming the words.
    pub fn word<T: Copy>(&self, words: &[(&str, T)]) -> Result<T, Finding> {
        words
            .iter()
            .find(|(word, _)| word.eq_ignore_ascii_case(self.text))
            .map(|(_, value)| *value)
            .ok_or_else(|| {
                let known: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
                self.error(
                    "unknown-word",
                    "not one of the words known here",
                    format!("write one of {}", known.join(", ")),
                )
            })
    }

    fn unsigned(&self, places: i32, extra: Extra, remedy: &str) -> Result<i64, Finding> {
        let value = self.number(places, extra, remedy)?;
        if value < 0 {
            return Err(self.error(
                "negative",
                "below zero",
                "give a number of zero or more, or leave it empty if unknown",
            ));
        }
        Ok(value)
    }

    fn number(&self, places: i32, extra: Extra, remedy: &str) -> Result<i64, Finding> {
        self.required()?;
        decimal(self.text, places, extra).map_err(|error| match error {
            NumberError::NotANumber => self.error("not-a-number", "not a number", remedy),
            NumberError::TooPrecise if places == 0 => self.error("not-whole", "not a whole number", remedy),
            NumberError::TooPrecise => self.error("too-precise", "more decimals than are kept", remedy),
            NumberError::TooLarge => self.error("too-large", "too large to be true", remedy),
        })
    }
}

fn date_in(text: &str, form: DateForm) -> Option<Date> {
    let part = |range: std::ops::Range<usize>| -> Option<i16> {
        let digits = text.get(range)?;
        digits.bytes().all(|b| b.is_ascii_digit()).then(|| digits.parse().ok())?
    };
    let (year, month, day) = match form {
        DateForm::Iso if text.len() == 10 && text.as_bytes()[4] == b'-' && text.as_bytes()[7] == b'-' => {
            (part(0..4)?, part(5..7)?, part(8..10)?)
        }
        DateForm::British if text.len() == 10 && text.as_bytes()[2] == b'/' && text.as_bytes()[5] == b'/' => {
            (part(6..10)?, part(3..5)?, part(0..2)?)
        }
        DateForm::Compact if text.len() == 8 => (part(0..4)?, part(4..6)?, part(6..8)?),
        _ => return None,
    };
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}
