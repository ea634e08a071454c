//! Texts as they are compared: words and figures, and codes without their punctuation.

use unicode_normalization::{UnicodeNormalization as _, char::is_combining_mark};

/// A text in lower case and without accents; `½` becomes `1/2`, a full-width digit a plain one.
fn folded(text: &str) -> String {
    text.nfkd()
        .filter(|c| !is_combining_mark(*c))
        .flat_map(char::to_lowercase)
        .map(|c| match c {
            '×' => 'x',
            '⁄' => '/',
            c => c,
        })
        .collect()
}

/// Words and figures of a text, in order: `10x12.5cm` is 10, x, 12.5 and cm, and words lose the s of plurals, so that
/// writing and spacing of a size do not matter.
pub(crate) fn words(text: &str) -> Vec<String> {
    let letters: Vec<char> = folded(text).chars().collect();
    let mut words = Vec::new();
    let mut at = 0;
    while at < letters.len() {
        let start = at;
        if letters[at].is_ascii_digit() {
            while at < letters.len() && in_figure(&letters, at) {
                at += 1;
            }
            words.push(figure(&letters[start..at]));
        } else if letters[at].is_alphabetic() {
            while at < letters.len() && letters[at].is_alphabetic() {
                at += 1;
            }
            words.push(singular(letters[start..at].iter().collect()));
        } else {
            at += 1;
        }
    }
    words
}

/// A digit, or a point between two.
fn in_figure(letters: &[char], at: usize) -> bool {
    letters[at].is_ascii_digit()
        || (letters[at] == '.' && letters.get(at + 1).is_some_and(char::is_ascii_digit))
}

/// A figure without zeros that say nothing: `12.50` is `12.5`, and `007` is `7`.
fn figure(digits: &[char]) -> String {
    let figure: String = digits.iter().collect();
    let figure = if figure.contains('.') {
        figure.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        figure
    };
    let short = figure.trim_start_matches('0');
    if short.is_empty() || short.starts_with('.') { format!("0{short}") } else { short.to_owned() }
}

/// A word without the s of a plural.
fn singular(mut word: String) -> String {
    if word.len() > 3 && word.ends_with('s') && !word.ends_with("ss") {
        word.pop();
    }
    word
}

/// A code as it is compared: letters and digits only, a GTIN of any length without the zeros before it.
pub(crate) fn code(text: &str) -> String {
    let plain: String = folded(text).chars().filter(|c| c.is_alphanumeric()).collect();
    let gtin = matches!(plain.len(), 12..=14) && plain.bytes().all(|b| b.is_ascii_digit());
    if gtin { plain.trim_start_matches('0').to_owned() } else { plain }
}

/// Signs that mark where a code begins and ends among its threes.
const BEGIN: char = '^';
const END: char = '$';

/// What of a code is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// All of it.
    Whole,
    /// How it begins.
    Beginning,
    /// Any stretch of it.
    Any,
}

/// Every three letters in a row of a code, with signs where it begins and ends.
pub(crate) fn threes(code: &str, part: Part) -> Vec<String> {
    let mut letters: Vec<char> = Vec::with_capacity(code.len() + 2);
    if part != Part::Any {
        letters.push(BEGIN);
    }
    letters.extend(code.chars());
    if part == Part::Whole {
        letters.push(END);
    }
    letters.windows(3).map(|three| three.iter().collect()).collect()
}

/// Codes that stand in a text: letters mixed with digits, or five digits and more.
pub(crate) fn codes_in(text: &str) -> impl Iterator<Item = String> {
    text.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '(' | ')' | ':'))
        .map(code)
        .filter(|code| may_be_code(code, 5) && !is_size(code))
}

/// What stands before the figures of sizes and packs.
const BEFORE_FIGURES: &[&str] = &["x", "pk", "bx", "box", "cs", "ch", "fg", "fr"];
/// What stands after them, or between two with an `x`.
const AFTER_FIGURES: &[&str] = &[
    "x", "mm", "cm", "m", "in", "ml", "l", "ltr", "g", "mg", "mcg", "kg", "fr", "ch", "ga", "s", "box",
    "pack", "case", "pc", "pcs", "ea", "ply",
];

/// Is a code only short figures with what stands beside those of sizes and packs, such as `10cmx20cm` or `pk100`?
pub(crate) fn is_size(code: &str) -> bool {
    let letters: Vec<&str> = code
        .split(|c: char| c.is_ascii_digit())
        .enumerate()
        .filter(|(at, run)| *at == 0 || !run.is_empty())
        .map(|(_, run)| run)
        .collect();
    let short = code.split(|c: char| !c.is_ascii_digit()).all(|figure| figure.len() <= 4);
    let before = letters[0].is_empty() && letters.len() > 1 || BEFORE_FIGURES.contains(&letters[0]);
    let after = letters[1..].iter().all(|run| {
        AFTER_FIGURES.contains(run) || run.strip_suffix('x').is_some_and(|unit| AFTER_FIGURES.contains(&unit))
    });
    short && before && after
}

/// Has it a digit, and is it long enough for a code?
pub(crate) fn may_be_code(code: &str, length: usize) -> bool {
    code.len() >= length && code.bytes().any(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_the_same_however_they_are_written() {
        assert_eq!(words("Dressings 10 × 12.50 CM"), ["dressing", "10", "x", "12.5", "cm"]);
        assert_eq!(words("dressing,10x12.5cm"), ["dressing", "10", "x", "12.5", "cm"]);
        assert_eq!(words("Sténose ½ FG08 gauge 0.50"), ["stenose", "1", "2", "fg", "8", "gauge", "0.5"]);
        assert_eq!(words("glass 7."), ["glass", "7"]);
    }

    #[test]
    fn codes_lose_punctuation_and_gtins_their_zeros() {
        assert_eq!(code("KX-TS 208/W"), "kxts208w");
        assert_eq!(code("05012345678900"), code("5012345678900"));
        assert_eq!(code("00123"), "00123");
        assert_eq!(codes_in("glove BD-300912, 10 cm").collect::<Vec<_>>(), ["bd300912"]);
        assert_eq!(codes_in("pk100 10cmx20cm 22gx25mm 100/box 12 fr").count(), 0);
        assert_eq!(codes_in("g123456 l98765 12345 10ab20").count(), 4);
        assert_eq!(threes("ab12", Part::Whole), ["^ab", "ab1", "b12", "12$"]);
        assert_eq!(threes("ab12", Part::Any), ["ab1", "b12"]);
    }
}
