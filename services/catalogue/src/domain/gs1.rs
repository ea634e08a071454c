//! Numbers of GS1: trade items (GTIN, of 8, 12, 13 or 14 digits) and places (GLN, 13 digits), with their check digit.
//!
//! The check digit is the one of the GS1 General Specifications: from the right, digits count three times and once in
//! turn, and the check digit fills the sum up to a multiple of ten. A single wrong digit is always caught, because 3
//! and 10 have no common divisor; two neighbours that differ by 5 may be swapped unnoticed.

use std::fmt;

/// Why a text is no such number.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CodeError {
    /// Something other than digits.
    #[error("holds something other than digits")]
    NotDigits,
    /// Not a length that the number may have.
    #[error("has {found} digits, not {allowed}")]
    Length {
        /// Digits found.
        found: usize,
        /// What may be there, in words.
        allowed: &'static str,
    },
    /// The last digit does not fit the others.
    #[error("ends in {found}, but its check digit is {expected}")]
    CheckDigit {
        /// Last digit found.
        found: u8,
        /// What it would have to be.
        expected: u8,
    },
}

/// The check digit that follows these digits; nothing when one of them is no digit.
pub fn check_digit(digits: &str) -> Option<u8> {
    let mut sum = 0_u32;
    for (place, byte) in digits.bytes().rev().enumerate() {
        let digit = byte.is_ascii_digit().then(|| u32::from(byte - b'0'))?;
        sum += digit * if place % 2 == 0 { 3 } else { 1 };
    }
    u8::try_from((10 - sum % 10) % 10).ok()
}

fn checked(text: &str, lengths: &[usize], allowed: &'static str) -> Result<(), CodeError> {
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(CodeError::NotDigits);
    }
    if !lengths.contains(&text.len()) {
        return Err(CodeError::Length { found: text.len(), allowed });
    }
    let (body, last) = text.split_at(text.len() - 1);
    let found = last.bytes().next().map_or(0, |byte| byte - b'0');
    let expected = check_digit(body).ok_or(CodeError::NotDigits)?;
    if found == expected { Ok(()) } else { Err(CodeError::CheckDigit { found, expected }) }
}

/// A global trade item number, kept as it was written; two forms of one number (with and without leading zeros) are
/// the same item: compare [`Gtin::padded`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Gtin(String);

impl Gtin {
    /// Reads a number of 8, 12, 13 or 14 digits.
    ///
    /// # Errors
    /// When it is none, or the check digit does not fit.
    pub fn new(text: &str) -> Result<Self, CodeError> {
        checked(text, &[8, 12, 13, 14], "8, 12, 13 or 14")?;
        Ok(Self(text.to_owned()))
    }

    /// As it was written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// In 14 digits: the form in which numbers are compared.
    pub fn padded(&self) -> String {
        format!("{:0>14}", self.0)
    }

    /// `GTIN-13` and so on.
    pub fn form(&self) -> &'static str {
        match self.0.len() {
            8 => "GTIN-8",
            12 => "GTIN-12",
            13 => "GTIN-13",
            _ => "GTIN-14",
        }
    }
}

impl fmt::Display for Gtin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A global location number.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Gln(String);

impl Gln {
    /// Reads a number of 13 digits.
    ///
    /// # Errors
    /// When it is none, or the check digit does not fit.
    pub fn new(text: &str) -> Result<Self, CodeError> {
        checked(text, &[13], "13")?;
        Ok(Self(text.to_owned()))
    }

    /// The digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn check_digits_of_the_vectors() {
        for (body, digit) in [
            ("9638527", 2),
            ("3216549", 4),
            ("91739456321", 2),
            ("74185245963", 8),
            ("629104150021", 3),
            ("123456789876", 6),
            ("7539514528423", 6),
            ("8563251459762", 5),
        ] {
            assert_eq!(check_digit(body), Some(digit), "{body}");
            let gtin = Gtin::new(&format!("{body}{digit}")).expect(body);
            assert_eq!(gtin.padded().len(), 14);
        }
        assert!(Gln::new("9436465792104").is_ok() && Gtin::new("09501101530003").is_ok());
    }

    #[test]
    fn what_is_wrong_is_said() {
        assert_eq!(Gtin::new("6291041500214"), Err(CodeError::CheckDigit { found: 4, expected: 3 }));
        for (wrong, error) in [
            ("", CodeError::NotDigits),
            ("629104150021X", CodeError::NotDigits),
            ("٦٢٩١٠٤١٥٠٠٢١٣", CodeError::NotDigits),
            ("12345", CodeError::Length { found: 5, allowed: "8, 12, 13 or 14" }),
        ] {
            assert_eq!(Gtin::new(wrong), Err(error), "{wrong}");
        }
        assert!(Gln::new("96385272").is_err(), "a GTIN-8 is no location");
    }

    fn number() -> impl Strategy<Value = String> {
        prop::sample::select(vec![7_usize, 11, 12, 13]).prop_flat_map(|length| {
            prop::collection::vec(0_u8..10, length).prop_map(|digits| {
                let body: String = digits.iter().map(|digit| char::from(b'0' + digit)).collect();
                let digit = check_digit(&body).unwrap();
                format!("{body}{digit}")
            })
        })
    }

    proptest! {
        #[test]
        fn a_single_wrong_digit_is_always_caught(number in number(), place in 0_usize..14, by in 1_u8..10) {
            prop_assert!(Gtin::new(&number).is_ok());
            let mut digits = number.clone().into_bytes();
            let place = place % digits.len();
            digits[place] = b'0' + (digits[place] - b'0' + by) % 10;
            prop_assert!(Gtin::new(std::str::from_utf8(&digits).unwrap()).is_err());
        }

        #[test]
        fn a_swap_of_neighbours_is_caught_unless_they_differ_by_five(number in number(), place in 0_usize..13) {
            let mut digits = number.clone().into_bytes();
            let place = place % (digits.len() - 1);
            let apart = digits[place].abs_diff(digits[place + 1]);
            digits.swap(place, place + 1);
            let unnoticed = Gtin::new(std::str::from_utf8(&digits).unwrap()).is_ok();
            prop_assert_eq!(unnoticed, apart == 0 || apart == 5);
        }
    }
}
