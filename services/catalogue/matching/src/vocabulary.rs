//! Words and codes of all records by number, with what comparing needs of each.

use std::{
    collections::HashMap,
    hash::{BuildHasherDefault, Hasher},
};

use crate::{fold::hash, frequencies::Frequencies};

/// Hashes are good already: nothing more to be done.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct AsIs(u64);

impl Hasher for AsIs {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, value: u64) {
        self.0 = value;
    }
}

/// A map by hashes.
pub(crate) type ByHash<V> = HashMap<u64, V, BuildHasherDefault<AsIs>>;

/// Number of a word or code.
pub(crate) type Word = u32;

/// No word.
pub(crate) const NONE: Word = Word::MAX;

/// Words and codes by number.
#[derive(Debug, Default)]
pub(crate) struct Vocabulary {
    numbers: ByHash<Word>,
    text: String,
    /// Where the text of each ends.
    ends: Vec<u32>,
    hashes: Vec<u64>,
    records: Vec<u32>,
    /// In how many records each stands; a record counts once.
    weights: Vec<u32>,
    /// Pairs of neighbouring letters, a bit each.
    letters: Vec<u64>,
    skeletons: Vec<u32>,
    opposites: Vec<Word>,
}

impl Vocabulary {
    /// Number of a word, new if need be.
    pub(crate) fn intern(&mut self, word: &str) -> Word {
        let hash = hash(word.as_bytes());
        if let Some(number) = self.numbers.get(&hash) {
            return *number;
        }
        let number = Word::try_from(self.hashes.len()).unwrap_or(NONE - 1);
        self.numbers.insert(hash, number);
        self.text.push_str(word);
        self.ends.push(u32::try_from(self.text.len()).unwrap_or(u32::MAX));
        self.hashes.push(hash);
        self.records.push(0);
        self.letters.push(letter_pairs(word));
        self.skeletons.push(skeleton(word));
        number
    }

    /// Notes that one more record has the word.
    pub(crate) fn count(&mut self, word: Word) {
        self.records[word as usize] += 1;
    }

    /// Weighs all words, and finds for each word the one that denies it.
    pub(crate) fn weigh(&mut self, frequencies: &Frequencies) {
        self.weights = self.hashes.iter().map(|hash| frequencies.weight(*hash)).collect();
        self.opposites = vec![NONE; self.hashes.len()];
        for number in 0..self.hashes.len() {
            let word = Word::try_from(number).unwrap_or(NONE);
            let Some(denied) = self.text(word).strip_prefix("non").filter(|rest| rest.len() > 2) else {
                continue;
            };
            if let Some(other) = self.numbers.get(&hash(denied.as_bytes())).copied() {
                self.opposites[number] = other;
                self.opposites[other as usize] = word;
            }
        }
    }

    /// Hash and number of records of each word.
    pub(crate) fn counts(&self) -> impl Iterator<Item = (u64, u32)> + '_ {
        self.hashes.iter().copied().zip(self.records.iter().copied())
    }

    /// Every word with the number of records that have it.
    pub(crate) fn texts(&self) -> impl Iterator<Item = (&str, u32)> + '_ {
        (0..self.hashes.len()).map(|at| (self.text(Word::try_from(at).unwrap_or(NONE)), self.records[at]))
    }

    /// The text of a word.
    pub(crate) fn text(&self, word: Word) -> &str {
        let at = word as usize;
        let start = if at == 0 { 0 } else { self.ends[at - 1] as usize };
        &self.text[start..self.ends[at] as usize]
    }

    /// Hash of a word.
    pub(crate) fn hash(&self, word: Word) -> u64 {
        self.hashes[word as usize]
    }

    /// In how many records a word stands.
    pub(crate) fn records(&self, word: Word) -> u32 {
        self.records[word as usize]
    }

    /// Weight of a word: the rarer the heavier, in thousandths.
    pub(crate) fn weight(&self, word: Word) -> u32 {
        self.weights[word as usize]
    }

    /// Pairs of neighbouring letters of a word, a bit each.
    pub(crate) fn letters(&self, word: Word) -> u64 {
        self.letters[word as usize]
    }

    /// What abbreviations keep of a word.
    pub(crate) fn skeleton(&self, word: Word) -> u32 {
        self.skeletons[word as usize]
    }

    /// The word that denies this one, or that it denies.
    pub(crate) fn opposite(&self, word: Word) -> Word {
        self.opposites[word as usize]
    }
}

/// Pairs of neighbouring letters, hashed to a bit each.
fn letter_pairs(word: &str) -> u64 {
    word.as_bytes().windows(2).fold(0, |bits, pair| {
        let number = u64::from(pair[0]) * 31 + u64::from(pair[1]);
        bits | 1 << (crate::fold::mix(number) & 63)
    })
}

/// The first letter and the next two consonants, which abbreviations of a word keep; a word with digits is itself.
pub(crate) fn skeleton(word: &str) -> u32 {
    let fold32 = |hash: u64| u32::try_from(hash >> 32).unwrap_or(0);
    if word.bytes().any(|b| b.is_ascii_digit()) {
        return fold32(hash(word.as_bytes()));
    }
    let (denied, rest) = match word.strip_prefix("non") {
        Some(rest) if rest.len() > 2 => (true, rest),
        _ => (false, word),
    };
    let mut kept = String::from(if denied { "!" } else { "" });
    let mut last = ' ';
    for c in rest.chars() {
        let first = last == ' ';
        if first || (!matches!(c, 'a' | 'e' | 'i' | 'o' | 'u' | 'h') && c != last) {
            kept.push(c);
        }
        last = c;
        if kept.len() >= 3 + usize::from(denied) {
            break;
        }
    }
    fold32(hash(kept.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn abbreviations_keep_the_skeleton() {
        for (long, short) in [
            ("sterile", "strl"),
            ("syringe", "syr"),
            ("needle", "ndl"),
            ("bandage", "bndg"),
            ("dressing", "drsg"),
        ] {
            assert_eq!(skeleton(long), skeleton(short), "{long}");
        }
        assert_ne!(skeleton("nonsterile"), skeleton("sterile"));
        assert_ne!(skeleton("glove"), skeleton("gown"));
    }
}
