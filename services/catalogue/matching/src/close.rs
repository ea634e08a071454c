//! How close two words are: one mistyped, or one short for the other.

use rapidfuzz::distance::osa;

use crate::vocabulary::{Vocabulary, Word};

/// Least closeness, in thousandths, of words that are taken for the same.
pub(crate) const LEAST: u32 = 650;

/// Slots of the memory of one thread, as a power of two.
const SLOTS: usize = 1 << 15;

/// Closeness of pairs of words met before; most pairs of words come again and again.
pub(crate) struct Closeness {
    known: Vec<(Word, Word, u32)>,
}

impl Closeness {
    pub(crate) fn new() -> Self {
        Self { known: vec![(Word::MAX, Word::MAX, 0); SLOTS] }
    }

    /// Closeness of two different words in thousandths, 0 where they are not close; the same in both directions.
    pub(crate) fn get(&mut self, vocabulary: &Vocabulary, a: Word, b: Word) -> u32 {
        let (a, b) = (a.min(b), a.max(b));
        let key = crate::fold::mix(u64::from(a) << 32 | u64::from(b));
        let slot = &mut self.known[usize::try_from(key >> 40).unwrap_or(0) & (SLOTS - 1)];
        if (slot.0, slot.1) != (a, b) {
            let letters = vocabulary.letters(a) & vocabulary.letters(b);
            *slot = (a, b, closeness(vocabulary.text(a), vocabulary.text(b), letters != 0));
        }
        slot.2
    }
}

/// Closeness of two words; without a pair of neighbouring letters in common only an abbreviation can be close.
fn closeness(a: &str, b: &str, letters: bool) -> u32 {
    let (short, long) = if (a.len(), a) <= (b.len(), b) { (a, b) } else { (b, a) };
    if short.is_empty() || short.starts_with("non") != long.starts_with("non") {
        return 0;
    }
    let digits = |word: &str| word.bytes().any(|c| c.is_ascii_digit());
    if digits(short) || digits(long) {
        return 0;
    }
    let denied = |prefix: &str| long.strip_prefix(prefix) == Some(short);
    if ["un", "in", "im", "dis"].iter().any(|prefix| denied(prefix)) {
        return 0;
    }
    let typed = if letters { mistyped(short, long) } else { 0 };
    typed.max(abbreviated(short, long))
}

/// Letters added, left out, replaced or swapped: one in words of four and more, two in words of eight and more.
fn mistyped(short: &str, long: &str) -> u32 {
    let allowed = match long.len() {
        0..4 => return 0,
        4..8 => 1,
        _ => 2,
    };
    if long.len() - short.len() > allowed {
        return 0;
    }
    let args = osa::Args::default().score_cutoff(allowed);
    let Some(distance) = osa::distance_with_args(short.bytes(), long.bytes(), &args) else { return 0 };
    let distance = u32::try_from(distance).unwrap_or(u32::MAX);
    let length = u32::try_from(long.len()).unwrap_or(u32::MAX);
    1_000_u32.saturating_sub(distance.saturating_mul(1_000) / length)
}

/// The same first letter, and every letter of the short word in the long one in the same order.
fn abbreviated(short: &str, long: &str) -> u32 {
    if short.len() < 2
        || long.len() < 4
        || short.as_bytes()[0] != long.as_bytes()[0]
        || short.len() == long.len()
    {
        return 0;
    }
    if long.starts_with(short) {
        return if short.len() >= 3 { 900 } else { 700 };
    }
    let mut rest = long.bytes();
    let ordered = short.bytes().all(|letter| rest.any(|other| other == letter));
    // vowels are what abbreviations leave out
    let vowels = short.bytes().skip(1).filter(|c| matches!(c, b'a' | b'e' | b'i' | b'o' | b'u')).count();
    if ordered && vowels <= 1 { 800 } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typing_mistakes_and_abbreviations_are_close_and_others_are_not() {
        for (a, b) in [
            ("syringe", "syrinfe"),
            ("needle", "ndl"),
            ("sterile", "strl"),
            ("catheter", "cath"),
            ("gauze", "guaze"),
        ] {
            assert!(closeness(a, b, true) >= LEAST, "{a} {b}");
            assert_eq!(closeness(a, b, true), closeness(b, a, true));
        }
        for (a, b) in [
            ("sterile", "nonsterile"),
            ("glove", "gown"),
            ("red", "bed"),
            ("cuffed", "uncuffed"),
            ("syringe", "needle"),
        ] {
            assert!(closeness(a, b, true) < LEAST, "{a} {b}");
        }
    }
}
