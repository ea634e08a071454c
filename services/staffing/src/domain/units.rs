//! Units: FTE and registered patients as integers, and the one way in which they are divided and rounded.

use std::{
    fmt,
    iter::Sum,
    ops::{Add, AddAssign, Sub},
};

use serde::{Deserialize, Serialize};

/// Full-time equivalents in 1/1000. 1.0 FTE is 37.5 hours a week; GP contracts count nine sessions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Fte(i64);

/// Registered patients in 1/1000: lists that are means of several months carry fractions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Patients(i64);

macro_rules! milli_unit {
    ($name:ident) => {
        impl $name {
            /// Nothing.
            pub const ZERO: Self = Self(0);

            /// From thousandths.
            pub const fn from_milli(milli: i64) -> Self {
                Self(milli)
            }

            /// In thousandths.
            pub const fn milli(self) -> i64 {
                self.0
            }

            /// True when above nothing.
            pub const fn is_positive(self) -> bool {
                self.0 > 0
            }
        }

        impl Add for $name {
            type Output = Self;
            fn add(self, other: Self) -> Self {
                Self(self.0 + other.0)
            }
        }

        impl AddAssign for $name {
            fn add_assign(&mut self, other: Self) {
                self.0 += other.0;
            }
        }

        impl Sub for $name {
            type Output = Self;
            fn sub(self, other: Self) -> Self {
                Self(self.0 - other.0)
            }
        }

        impl Sum for $name {
            fn sum<I: Iterator<Item = Self>>(values: I) -> Self {
                values.fold(Self::ZERO, Add::add)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let sign = if self.0 < 0 { "-" } else { "" };
                write!(f, "{sign}{}.{:03}", self.0.abs() / 1000, self.0.abs() % 1000)
            }
        }
    };
}

milli_unit!(Fte);
milli_unit!(Patients);

/// `numerator / denominator` rounded to the nearest integer, halves away from zero; 0 when the denominator is 0.
///
/// Every rounding of a stored figure goes through here or [`whole`], so that it happens once and the same way everywhere.
pub fn divide_rounded(numerator: i128, denominator: i128) -> i64 {
    if denominator == 0 {
        return 0;
    }
    let (numerator, denominator) =
        if denominator < 0 { (-numerator, -denominator) } else { (numerator, denominator) };
    let half = denominator / 2;
    let rounded =
        if numerator >= 0 { (numerator + half) / denominator } else { (numerator - half) / denominator };
    i64::try_from(rounded).unwrap_or(if rounded < 0 { i64::MIN } else { i64::MAX })
}

/// The nearest integer, halves away from zero: how what was worked out in fractions becomes a figure. What is beyond an integer is its
/// end, what is no number is 0.
#[expect(clippy::cast_possible_truncation, reason = "a figure is far within; what is not ends at the end")]
pub fn whole(value: f64) -> i64 {
    value.round() as i64
}

/// In millionths (ppm), as shares and factors are stored.
pub fn millionths(value: f64) -> i64 {
    whole(value * 1e6)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_round_away_from_zero() {
        assert_eq!(divide_rounded(5, 10), 1);
        assert_eq!(divide_rounded(-5, 10), -1);
        assert_eq!(divide_rounded(4, 10), 0);
        assert_eq!(divide_rounded(7, -2), -4);
        assert_eq!(divide_rounded(7, 0), 0);
    }

    #[test]
    fn fractions_round_as_quotients_do() {
        assert_eq!([0.5, -0.5, 2.4, f64::NAN].map(whole), [1, -1, 2, 0]);
        assert_eq!(millionths(-0.123_456_5), -123_457);
    }

    #[test]
    fn fte_prints_three_decimals() {
        assert_eq!(Fte::from_milli(874_142).to_string(), "874.142");
        assert_eq!(Fte::from_milli(-50).to_string(), "-0.050");
    }
}
