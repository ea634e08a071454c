//! Rounding, shares that add up, and figures as text.

/// Parts per million in one.
pub const PPM: i64 = 1_000_000;

/// `numerator / denominator`, half away from zero. A denominator of zero gives zero.
pub fn divide(numerator: i128, denominator: i128) -> i128 {
    if denominator == 0 {
        return 0;
    }
    let negative = (numerator < 0) != (denominator < 0);
    let (n, d) = (numerator.unsigned_abs(), denominator.unsigned_abs());
    let (whole, rest) = (n / d, n % d);
    // `rest >= d - rest` is `2 * rest >= d` without a chance to overflow
    let rounded = i128::try_from(whole + u128::from(rest >= d - rest)).unwrap_or(i128::MAX);
    if negative { -rounded } else { rounded }
}

/// [`divide`] into 64 bits, at the limits of which it stays.
pub fn divide_i64(numerator: i128, denominator: i128) -> i64 {
    let value = divide(numerator, denominator);
    i64::try_from(value).unwrap_or(if value < 0 { i64::MIN } else { i64::MAX })
}

/// Rounds exact figures (each `numerators[i] / denominator`) so that the results add up to the rounded total: each is
/// rounded down, and what is left goes to the largest remainders, the first of equals.
pub fn rounded_to_total(numerators: &[i128], denominator: i128) -> Vec<i64> {
    let total = divide(numerators.iter().sum(), denominator);
    let mut rounded: Vec<i128> = numerators.iter().map(|n| n.div_euclid(denominator)).collect();
    let mut order: Vec<usize> = (0..numerators.len()).collect();
    order.sort_by_key(|at| std::cmp::Reverse(numerators[*at].rem_euclid(denominator)));
    let left = usize::try_from(total - rounded.iter().sum::<i128>()).unwrap_or(0);
    for at in order.into_iter().take(left) {
        rounded[at] += 1;
    }
    rounded.into_iter().map(|value| divide_i64(value, 1)).collect()
}

/// An integer of 10^-places as decimal text: `decimal(-1234, 2)` is `-12.34`.
pub fn decimal(value: i64, places: usize) -> String {
    let digits = format!("{:0>width$}", value.unsigned_abs(), width = places + 1);
    let (whole, fraction) = digits.split_at(digits.len() - places);
    let sign = if value < 0 { "-" } else { "" };
    if places == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") }
}

/// Pence as pounds: `1234.50`.
pub fn pounds(pence: i64) -> String {
    decimal(pence, 2)
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
    if digits.starts_with('.') || whole.is_empty() || !all.bytes().all(|b| b.is_ascii_digit()) {
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
    fn half_goes_away_from_zero() {
        for (n, d, want) in
            [(5, 2, 3), (-5, 2, -3), (5, -2, -3), (1, 3, 0), (2, 3, 1), (7, 0, 0), (25, 10, 3)]
        {
            assert_eq!(divide(n, d), want, "{n}/{d}");
        }
    }

    #[test]
    fn text_and_integers() {
        for (text, places, want) in [
            ("-600", 6, Some(-600_000_000)),
            ("0.035", 6, Some(35_000)),
            ("2.500", 1, Some(25)),
            ("8.5", 0, None),
        ] {
            assert_eq!(parse(text, places), want, "{text}");
        }
        for wrong in ["", "-", ".5", "1e3", "1,2", "NaN", "--1", "99999999999999999999"] {
            assert_eq!(parse(wrong, 2), None, "{wrong}");
        }
        assert_eq!((decimal(-5, 2), decimal(12, 0)), ("-0.05".into(), "12".into()));
    }

    proptest! {
        #[test]
        fn shares_add_up_and_are_close(parts in prop::collection::vec(-1_000_000_i128..1_000_000, 1..20), d in 1_i128..999) {
            let rounded = rounded_to_total(&parts, d);
            let total: i128 = rounded.iter().map(|it| i128::from(*it)).sum();
            prop_assert_eq!(total, divide(parts.iter().sum(), d));
            for (exact, it) in parts.iter().zip(rounded) {
                prop_assert!((exact - i128::from(it) * d).abs() <= d);
            }
        }

        #[test]
        fn what_is_shown_is_read_back(value in -1_000_000_000_000_i64..1_000_000_000_000, places in 0_usize..7) {
            prop_assert_eq!(parse(&decimal(value, places), places), Some(value));
        }
    }
}
