//! Global trade item numbers: 8, 12, 13 or 14 digits, the last of them a check digit.

/// A GTIN as 14 digits in a number, when the check digit holds.
pub fn gtin(code: &str) -> Option<u64> {
    if !matches!(code.len(), 8 | 12 | 13 | 14) || !code.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let number: u64 = code.parse().ok()?;
    (number > 0 && check_digit(number / 10) == number % 10).then_some(number)
}

/// Check digit of a GTIN without it: weights 3 and 1 from the right, up to the next ten (GS1 general specifications, 7.9).
pub fn check_digit(mut body: u64) -> u64 {
    let (mut sum, mut weight) = (0, 3);
    while body > 0 {
        sum += body % 10 * weight;
        weight = 4 - weight;
        body /= 10;
    }
    (10 - sum % 10) % 10
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_digits_are_those_of_the_vectors() {
        for (body, digit) in [
            (9_638_527, 2),
            (3_216_549, 4),
            (91_739_456_321, 2),
            (74_185_245_963, 8),
            (629_104_150_021, 3),
            (123_456_789_876, 6),
            (7_539_514_528_423, 6),
            (8_563_251_459_762, 5),
        ] {
            assert_eq!(check_digit(body), digit, "{body}");
        }
        assert_eq!(gtin("09501101530003"), Some(9_501_101_530_003));
        assert_eq!(gtin("09501101530004"), None);
        assert_eq!(gtin("1234"), None);
    }
}
