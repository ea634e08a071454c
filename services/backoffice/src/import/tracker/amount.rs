//! Amounts as they stand in spreadsheets.

use super::Unit;
use crate::{domain::figure::divide, import::MOST_PENCE};

/// An amount in pence, and whether it had to be rounded to a penny.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Amount {
    pub(super) pence: i64,
    pub(super) rounded: bool,
}

/// Reads `1,234.5`, `£1,234`, `(300)`, `-`, `12k`; a dash is nothing, brackets are below zero, a `k` or `m` at the end goes before the
/// unit of the sheet.
pub(super) fn amount(text: &str, unit: Unit) -> Option<Amount> {
    let text: String = text.chars().filter(|it| !it.is_whitespace() && *it != '£').collect();
    let text = text.replace(['−', '–', '—'], "-");
    if text == "-" {
        return Some(Amount { pence: 0, rounded: false });
    }
    let (text, in_brackets) = match text.strip_prefix('(').and_then(|it| it.strip_suffix(')')) {
        Some(inside) => (inside.to_owned(), true),
        None => (text, false),
    };
    let lower = text.to_lowercase();
    let (digits, unit) = match (lower.strip_suffix('k'), lower.strip_suffix('m')) {
        (Some(rest), _) => (rest, Unit::Thousands),
        (_, Some(rest)) => (rest, Unit::Millions),
        _ => (lower.as_str(), unit),
    };
    let (digits, minus) = match digits.strip_prefix('-') {
        Some(rest) => (rest, true),
        None => (digits, false),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let all = format!("{}{fraction}", ungrouped(whole)?);
    if all.is_empty() || all.len() > 24 || !all.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let places: u32 = match unit {
        Unit::Pounds => 2,
        Unit::Thousands => 5,
        Unit::Millions => 8,
    };
    let numerator = all.parse::<i128>().ok()?.checked_mul(10_i128.pow(places))?;
    let denominator = 10_i128.checked_pow(u32::try_from(fraction.len()).ok()?)?;
    let pence = i64::try_from(divide(numerator, denominator)).ok().filter(|pence| *pence <= MOST_PENCE)?;
    let pence = if minus == in_brackets { pence } else { -pence };
    Some(Amount { pence, rounded: numerator % denominator != 0 })
}

/// Digits without separators of thousands, which stand before every third digit or nowhere.
fn ungrouped(whole: &str) -> Option<String> {
    let mut groups = whole.split(',');
    let first = groups.next()?;
    let mut rest = groups.clone();
    let fits = !whole.contains(',') || ((1..=3).contains(&first.len()) && rest.all(|it| it.len() == 3));
    fits.then(|| whole.replace(',', ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_as_people_write_them() {
        for (text, unit, pence, rounded) in [
            ("1,234.5", Unit::Pounds, 123_450, false),
            ("£ 1,234", Unit::Pounds, 123_400, false),
            ("(300)", Unit::Thousands, -30_000_000, false),
            ("-12.5", Unit::Thousands, -1_250_000, false),
            ("–", Unit::Thousands, 0, false),
            ("12k", Unit::Pounds, 1_200_000, false),
            ("1.2m", Unit::Thousands, 120_000_000, false),
            ("33.3333333333333", Unit::Thousands, 3_333_333, true),
            ("0.005", Unit::Pounds, 1, true),
            (".5", Unit::Pounds, 50, false),
        ] {
            assert_eq!(amount(text, unit), Some(Amount { pence, rounded }), "{text}");
        }
        for wrong in ["", "tbc", "n/a", "1,5", "12,34", "1.2.3", "()", "--1", "#REF!", "1e3", "1,,000"] {
            assert_eq!(amount(wrong, Unit::Pounds), None, "{wrong}");
        }
    }
}
