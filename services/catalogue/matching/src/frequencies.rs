//! How often words stand in records: rare words weigh more.

use std::collections::BTreeMap;

use crate::{
    fold::hash,
    vocabulary::{ByHash, Vocabulary},
};

/// Most words whose frequency a model keeps; the rest count as seen once.
const KEPT: usize = 4_000;

/// In how many of so many records words stand.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Frequencies {
    records: u64,
    words: BTreeMap<String, u32>,
    by_hash: ByHash<u32>,
}

impl Frequencies {
    /// Of words by name.
    pub fn new(records: u64, words: BTreeMap<String, u32>) -> Self {
        let by_hash = words.iter().map(|(word, count)| (hash(word.as_bytes()), *count)).collect();
        Self { records, words, by_hash }
    }

    /// Of the records at hand, all of them, by hash only.
    pub(crate) fn of(records: usize, vocabulary: &Vocabulary) -> Self {
        let by_hash = vocabulary.counts().filter(|(_, count)| *count > 1).collect();
        Self { records: records as u64, words: BTreeMap::new(), by_hash }
    }

    /// Of the records at hand, the most frequent words by name, to be kept in a model: those that at least so many have.
    pub(crate) fn kept(records: usize, vocabulary: &Vocabulary, least: u32) -> Self {
        let mut words: Vec<(&str, u32)> = vocabulary.texts().filter(|(_, count)| *count >= least).collect();
        words.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(b.0)));
        words.truncate(KEPT);
        Self::new(records as u64, words.into_iter().map(|(word, count)| (word.to_owned(), count)).collect())
    }

    /// Records counted.
    pub fn records(&self) -> u64 {
        self.records
    }

    /// Words with the number of records that have them.
    pub fn words(&self) -> &BTreeMap<String, u32> {
        &self.words
    }

    /// Is the word known?
    pub(crate) fn knows(&self, hash: u64) -> bool {
        self.by_hash.contains_key(&hash)
    }

    /// `ln((records + 1) / (records with it + 1/2))` in thousandths, at least a fifth.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 200 and 50,000")]
    pub(crate) fn weight(&self, hash: u64) -> u32 {
        let count = self.by_hash.get(&hash).copied().unwrap_or(1);
        let ratio = (self.records as f64 + 1.0) / (f64::from(count) + 0.5);
        (ratio.ln() * 1_000.0).round().clamp(200.0, 50_000.0) as u32
    }
}
