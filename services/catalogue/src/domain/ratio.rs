//! Exact fractions, and integers of fixed decimals as text.

use std::cmp::Ordering;

/// A fraction in lowest terms, its denominator above zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Ratio {
    n: i128,
    d: i128,
}

fn common(mut one: u128, mut other: u128) -> u128 {
    while other != 0 {
        (one, other) = (other, one % other);
    }
    one
}

impl Ratio {
    /// One.
    pub const ONE: Self = Self { n: 1, d: 1 };

    /// `n / d`; nothing when `d` is zero.
    pub fn new(n: i128, d: i128) -> Option<Self> {
        if d == 0 {
            return None;
        }
        let by = i128::try_from(common(n.unsigned_abs(), d.unsigned_abs())).ok()?;
        let (n, d) = (n / by, d / by);
        if d < 0 { Some(Self { n: n.checked_neg()?, d: d.checked_neg()? }) } else { Some(Self { n, d }) }
    }

    /// A whole number.
    pub fn whole(n: i64) -> Self {
        Self { n: n.into(), d: 1 }
    }

    /// Numerator in lowest terms.
    pub fn numerator(self) -> i128 {
        self.n
    }

    /// Denominator in lowest terms, above zero.
    pub fn denominator(self) -> i128 {
        self.d
    }

    /// The product; nothing when it does not fit.
    pub fn times(self, other: Self) -> Option<Self> {
        // shortened crosswise first, so that what fits in the end fits on the way
        let (one, two) = (Self::new(self.n, other.d)?, Self::new(other.n, self.d)?);
        Self::new(one.n.checked_mul(two.n)?, one.d.checked_mul(two.d)?)
    }

    /// The quotient; nothing when it does not fit or `other` is zero.
    pub fn over(self, other: Self) -> Option<Self> {
        self.times(Self::new(other.d, other.n)?)
    }

    /// Times `scale`, rounded to a whole number, half away from zero; stays at the limits of 64 bits.
    pub fn rounded(self, scale: i64) -> i64 {
        let limit = if self.n < 0 { i64::MIN } else { i64::MAX };
        let Some(n) = self.n.checked_mul(scale.into()) else { return limit };
        let (whole, rest) =
            (n.unsigned_abs() / self.d.unsigned_abs(), n.unsigned_abs() % self.d.unsigned_abs());
        let up = rest >= self.d.unsigned_abs() - rest;
        let size = i128::try_from(whole + u128::from(up)).unwrap_or(i128::MAX);
        i64::try_from(if n < 0 { -size } else { size }).unwrap_or(limit)
    }

    /// Is it a whole number?
    pub fn is_whole(self) -> bool {
        self.d == 1
    }
}

impl PartialOrd for Ratio {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Ratio {
    fn cmp(&self, other: &Self) -> Ordering {
        // whole parts first, then the rest turned over: no product that could overflow
        let (mut one, mut two, mut turned) = (*self, *other, false);
        loop {
            let (whole_one, whole_two) = (one.n.div_euclid(one.d), two.n.div_euclid(two.d));
            let (rest_one, rest_two) = (one.n.rem_euclid(one.d), two.n.rem_euclid(two.d));
            let ordering = match (whole_one.cmp(&whole_two), rest_one, rest_two) {
                (Ordering::Equal, 0, 0) => return Ordering::Equal,
                (Ordering::Equal, 0, _) => Ordering::Less,
                (Ordering::Equal, _, 0) => Ordering::Greater,
                (Ordering::Equal, _, _) => {
                    (one, two) = (Self { n: one.d, d: rest_one }, Self { n: two.d, d: rest_two });
                    turned = !turned;
                    continue;
                }
                (ordering, _, _) => ordering,
            };
            return if turned { ordering.reverse() } else { ordering };
        }
    }
}

/// An integer of 10^-places as decimal text without zeros at its end, but with `least` decimals at least:
/// `decimal(123_000, 3, 0)` is `123`, `decimal(1_250, 4, 2)` is `0.125`.
pub fn decimal(value: i64, places: usize, least: usize) -> String {
    let digits = format!("{:0>width$}", value.unsigned_abs(), width = places + 1);
    let (whole, fraction) = digits.split_at(digits.len() - places);
    let kept = fraction.trim_end_matches('0').len().max(least.min(places));
    let sign = if value < 0 { "-" } else { "" };
    if kept == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{}", &fraction[..kept]) }
}

/// Decimal text as an integer of 10^-places, exactly; nothing when it is no number, has more places, or is too large.
pub fn parse(text: &str, places: usize) -> Option<i64> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let fraction = fraction.trim_end_matches('0');
    let all = format!("{whole}{fraction}{}", "0".repeat(places.checked_sub(fraction.len())?));
    if whole.is_empty() || !all.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let value: i64 = all.parse().ok()?;
    Some(if negative { -value } else { value })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn decimals() {
        for (value, places, least, text) in [
            (123_000, 3, 0, "123"),
            (1_250, 4, 2, "0.125"),
            (12_500, 4, 2, "1.25"),
            (10_000, 4, 2, "1.00"),
            (-5, 2, 0, "-0.05"),
        ] {
            assert_eq!(decimal(value, places, least), text);
            assert_eq!(parse(text, places), Some(value));
        }
        for wrong in ["", "-", ".5", "1e3", "1,2", "0.00001", "99999999999999999999"] {
            assert_eq!(parse(wrong, 4), None, "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn fractions_behave(a in -10_000_i64..10_000, b in 1_i64..10_000, c in -10_000_i64..10_000, d in 1_i64..10_000) {
            let (x, y) = (Ratio::new(a.into(), b.into()).unwrap(), Ratio::new(c.into(), d.into()).unwrap());
            let (a, b, c, d) = (i128::from(a), i128::from(b), i128::from(c), i128::from(d));
            prop_assert_eq!(x.cmp(&y), (a * d).cmp(&(c * b)));
            prop_assert_eq!(x.times(y), Ratio::new(a * c, b * d));
            let off = i128::from(x.rounded(100)) * b - a * 100;
            prop_assert!(2 * off.abs() <= b);
        }
    }
}
