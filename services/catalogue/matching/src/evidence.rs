//! What words that only one record has speak for: learnt from labelled pairs.
//!
//! That one record says `silver` and the other does not tells items apart; that one says `box` does not. Of two words that stand
//! against each other, such as `single` and `double`, the same is learnt. Only pairs that are alike in other words teach.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};

use crate::{
    corpus::Corpus,
    fold::{hash, mix},
    frequencies::Frequencies,
    vocabulary::{ByHash, Word},
};

/// Fewest labelled pairs that a word, or two words, must have stood in.
const FEWEST: u32 = 5;

/// Most words, and most pairs of words, that are kept.
const KEPT: usize = 3_000;

/// Most that a word can speak for or against, in thousandths of a nat.
const MOST: i32 = 6_000;

/// What words left over, and words against each other, speak for: logarithms of odds in thousandths.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(from = "Names", into = "Names")]
pub(crate) struct Evidence {
    names: Names,
    words: ByHash<i32>,
    pairs: ByHash<i32>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Names {
    words: BTreeMap<String, i32>,
    /// Two words with a blank between them, in the order of the alphabet.
    pairs: BTreeMap<String, i32>,
}

impl From<Names> for Evidence {
    fn from(mut names: Names) -> Self {
        for value in names.words.values_mut().chain(names.pairs.values_mut()) {
            *value = (*value).clamp(-MOST, MOST);
        }
        let of = |name: &str| hash(name.as_bytes());
        let pair = |name: &str| {
            let (a, b) = name.split_once(' ').unwrap_or((name, ""));
            both(of(a), of(b))
        };
        Self {
            words: names.words.iter().map(|(name, value)| (of(name), *value)).collect(),
            pairs: names.pairs.iter().map(|(name, value)| (pair(name), *value)).collect(),
            names,
        }
    }
}

impl From<Evidence> for Names {
    fn from(evidence: Evidence) -> Self {
        evidence.names
    }
}

/// Hash of two words in whatever order.
fn both(a: u64, b: u64) -> u64 {
    mix(mix(a).wrapping_add(mix(b)))
}

/// Words of a pair that only one record has, and words that were taken for each other.
#[derive(Clone, Debug, Default)]
pub(crate) struct Left {
    pub(crate) sides: [Vec<Word>; 2],
    pub(crate) taken: Vec<(Word, Word)>,
}

impl Left {
    /// Words against each other, each with each.
    fn pairs(&self) -> impl Iterator<Item = (Word, Word)> + '_ {
        let [a, b] = &self.sides;
        let against = a.iter().flat_map(move |x| b.iter().map(move |y| (*x, *y)));
        against.chain(self.taken.iter().copied())
    }
}

/// What the words left of a pair speak for: all together, the one most against, and the two most against.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Spoken {
    pub(crate) sum: i32,
    pub(crate) least: i32,
    pub(crate) least_pair: i32,
}

impl Evidence {
    /// What the words left of a pair speak for.
    pub(crate) fn of(&self, corpus: &Corpus, left: &Left) -> Spoken {
        let vocabulary = &corpus.vocabulary;
        let mut spoken = Spoken::default();
        for word in left.sides.iter().flatten() {
            let value = self.words.get(&vocabulary.hash(*word)).copied().unwrap_or(0);
            spoken.sum += value;
            spoken.least = spoken.least.min(value);
        }
        if !self.pairs.is_empty() {
            for (a, b) in left.pairs() {
                let value =
                    self.pairs.get(&both(vocabulary.hash(a), vocabulary.hash(b))).copied().unwrap_or(0);
                spoken.least_pair = spoken.least_pair.min(value);
            }
        }
        spoken
    }
}

/// How often words stood in matches and in others.
type Counts<K> = HashMap<K, [u32; 2]>;

/// Learns from labelled pairs.
pub(crate) struct Teacher<'a> {
    corpus: &'a Corpus,
    frequencies: &'a Frequencies,
    words: Counts<Word>,
    pairs: Counts<(Word, Word)>,
    all: [u32; 2],
}

impl<'a> Teacher<'a> {
    pub(crate) fn new(corpus: &'a Corpus, frequencies: &'a Frequencies) -> Self {
        Self { corpus, frequencies, words: HashMap::new(), pairs: HashMap::new(), all: [0; 2] }
    }

    /// Takes a pair in.
    pub(crate) fn teach(&mut self, left: &Left, matches: bool) {
        let place = usize::from(!matches);
        self.all[place] += 1;
        let known = |word: &Word| self.frequencies.knows(self.corpus.vocabulary.hash(*word));
        for word in left.sides.iter().flatten().filter(|word| known(word)) {
            self.words.entry(*word).or_default()[place] += 1;
        }
        for (a, b) in left.pairs().filter(|(a, b)| known(a) && known(b)) {
            self.pairs.entry((a.min(b), a.max(b))).or_default()[place] += 1;
        }
    }

    /// What was learnt.
    pub(crate) fn learnt(&self) -> Evidence {
        let text = |word: Word| self.corpus.vocabulary.text(word);
        let words = self.words.iter().map(|(word, counts)| (text(*word).to_owned(), *counts)).collect();
        let named = |(a, b): (Word, Word)| {
            let (a, b) = (text(a), text(b));
            if a <= b { format!("{a} {b}") } else { format!("{b} {a}") }
        };
        let pairs = self.pairs.iter().map(|(pair, counts)| (named(*pair), *counts)).collect();
        Names { words: self.kept(words), pairs: self.kept(pairs) }.into()
    }

    /// The most frequent with their logarithms of odds, drawn towards 0 as if each had stood in two pairs more.
    #[expect(clippy::cast_possible_truncation, reason = "between -6,000 and 6,000")]
    fn kept(&self, counts: Vec<(String, [u32; 2])>) -> BTreeMap<String, i32> {
        let mut counts: Vec<(String, [u32; 2])> =
            counts.into_iter().filter(|(_, [right, wrong])| right + wrong >= FEWEST).collect();
        counts.sort_unstable_by(|a, b| (b.1[0] + b.1[1]).cmp(&(a.1[0] + a.1[1])).then_with(|| a.0.cmp(&b.0)));
        counts.truncate(KEPT);
        let [matches, others] = self.all.map(|count| f64::from(count) + 1.0);
        let share = matches / (matches + others);
        let odds = |[right, wrong]: [u32; 2]| {
            let odds = (f64::from(right) + 2.0 * share) / (f64::from(wrong) + 2.0 * (1.0 - share));
            let value = (odds / (share / (1.0 - share))).ln() * 1_000.0;
            (value.round() as i32).clamp(-MOST, MOST)
        };
        counts.into_iter().map(|(name, counts)| (name, odds(counts))).collect()
    }
}
