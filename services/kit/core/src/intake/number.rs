//! Decimal text to integers of a fixed number of places, without a float in between.

/// What to do with digits beyond the wanted places.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Extra {
    /// Refuse them.
    Refuse,
    /// Round half away from zero.
    Round,
}

/// Why a text is no such number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NumberError {
    /// Not a number at all.
    NotANumber,
    /// More decimals than the format has.
    TooPrecise,
    /// Does not fit in 64 bits.
    TooLarge,
}

/// Reads `-12.345`, `1,234.5` (thousands in threes), `1e-04` as an integer count of 10^-places.
pub(super) fn decimal(text: &str, places: i32, extra: Extra) -> Result<i64, NumberError> {
    let (negative, text) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse().map_err(|_| NumberError::NotANumber)?),
        None => (text, 0_i32),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let whole = ungroup(whole)?;
    let digits: String = whole.chars().chain(fraction.chars()).collect();
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(NumberError::NotANumber);
    }
    let fraction_places = i32::try_from(fraction.len()).map_err(|_| NumberError::TooLarge)?;
    let shift = places.saturating_sub(fraction_places).saturating_add(exponent);
    let value = shifted(&digits, shift, extra)?;
    let value = if negative { -value } else { value };
    i64::try_from(value).map_err(|_| NumberError::TooLarge)
}

fn ungroup(whole: &str) -> Result<String, NumberError> {
    if !whole.contains(',') {
        return Ok(whole.to_owned());
    }
    let mut groups = whole.split(',');
    let first = groups.next().unwrap_or_default();
    let fits = (1..=3).contains(&first.len()) && groups.all(|group| group.len() == 3);
    if fits { Ok(whole.replace(',', "")) } else { Err(NumberError::NotANumber) }
}

/// `digits` times 10^shift.
fn shifted(digits: &str, shift: i32, extra: Extra) -> Result<i128, NumberError> {
    let significant = digits.trim_start_matches('0');
    if significant.is_empty() {
        return Ok(0);
    }
    // beyond 36 digits nothing fits, and below that nothing is left of the number
    let length = i32::try_from(significant.len()).map_err(|_| NumberError::TooLarge)?;
    if length.saturating_add(shift) > 36 {
        return Err(NumberError::TooLarge);
    }
    if shift >= 0 {
        let value: i128 = significant.parse().map_err(|_| NumberError::TooLarge)?;
        return Ok(value * 10_i128.pow(shift.unsigned_abs()));
    }
    let cut = usize::try_from(shift.unsigned_abs()).map_err(|_| NumberError::TooLarge)?;
    let padded = format!("{significant:0>width$}", width = cut + 1);
    let (kept, dropped) = padded.split_at(padded.len() - cut);
    if extra == Extra::Refuse && dropped.bytes().any(|b| b != b'0') {
        return Err(NumberError::TooPrecise);
    }
    let kept: i128 = kept.parse().map_err(|_| NumberError::TooLarge)?;
    let up = dropped.as_bytes().first().is_some_and(|b| *b >= b'5');
    Ok(kept + i128::from(up))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_as_publishers_write_them() {
        for (text, places, want) in [
            ("8.3", 3, 8_300),
            ("0.704822911", 3, 705),
            ("21.5157104175", 3, 21_516),
            ("1,234.5", 2, 123_450),
            ("-54970.94", 2, -5_497_094),
            ("1e-04", 6, 100),
            ("2.5E3", 0, 2_500),
            ("5209.497299", 3, 5_209_497),
            (".5", 3, 500),
            ("7.", 3, 7_000),
            ("0.0005", 3, 1),
            ("0.00049", 3, 0),
        ] {
            assert_eq!(decimal(text, places, Extra::Round), Ok(want), "{text}");
        }
        for wrong in ["", "-", ".", "1.2.3", "12,34", "1 000", "ND", "0x10", "1e", "NaN", "inf", "٣"] {
            assert_eq!(decimal(wrong, 3, Extra::Round), Err(NumberError::NotANumber), "{wrong}");
        }
        assert_eq!(decimal("1.239", 2, Extra::Refuse), Err(NumberError::TooPrecise));
        assert_eq!(decimal("1.2300", 2, Extra::Refuse), Ok(123));
        assert_eq!(decimal("99999999999999999999", 2, Extra::Round), Err(NumberError::TooLarge));
        assert_eq!(decimal("1e400", 2, Extra::Round), Err(NumberError::TooLarge));
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(value in -1_000_000_000_000_i64..1_000_000_000_000, places in 0_i32..6) {
            let scale = 10_i64.pow(places.unsigned_abs());
            let sign = if value < 0 { "-" } else { "" };
            let width = usize::try_from(places).unwrap();
            let text = if places == 0 { format!("{value}") } else {
                format!("{sign}{}.{:0>width$}", (value / scale).abs(), (value % scale).abs())
            };
            prop_assert_eq!(decimal(&text, places, Extra::Refuse), Ok(value));
        }
    }
}
