//! What a model sees of a pair: figures that are the same in both directions.

use crate::{
    close::{Closeness, LEAST},
    corpus::{Corpus, Item},
    evidence::{Evidence, Left, Spoken},
    vocabulary::{NONE, Word},
};

/// Names of the features of a pair by itself, and of those that the neighbours of the pair add.
pub const FEATURES: [&str; 38] = [
    "words-dice",
    "words-soft-dice",
    "words-contained",
    "heaviest-shared-word",
    "heaviest-word-left-lower",
    "heaviest-word-left-higher",
    "words-left-lower",
    "words-left-higher",
    "figures-dice",
    "figures-contradicting",
    "figures-of-one-side",
    "code-alike",
    "gtin-equal",
    "any-code-alike",
    "codes-contradicting",
    "brand-alike",
    "brand-of-both",
    "price-ratio",
    "unit-price-ratio",
    "pack-ratio",
    "size-equal",
    "denials",
    "letters-dice",
    "words-ratio",
    "first-word-alike",
    "fewest-words",
    "words-left-speak",
    "word-left-speaks-least",
    "words-against-speak-least",
    "alone",
    "ahead-lower",
    "ahead-higher",
    "better-fewest",
    "better-most",
    "likely-others-fewest",
    "likely-others-most",
    "bridge",
    "bridge-to-other",
];

/// How many features a pair has by itself.
pub(crate) const ALONE: usize = 29;
/// How many features a pair has with what its neighbours add.
pub(crate) const ALL: usize = FEATURES.len();

/// Features of a pair; NaN = not known.
pub(crate) type Features = [f32; ALL];

/// Marks two words that were taken for each other.
const TAKEN: u32 = u32::MAX;

/// Words of a side that the other side does not have, at most.
const LEFT: usize = 12;

/// Makes the features of pairs.
pub(crate) struct Comparer<'a> {
    corpus: &'a Corpus,
    closeness: Closeness,
    evidence: Option<&'a Evidence>,
    /// Words that only one record of the latest pair has.
    pub(crate) left: Left,
    close: Vec<(u32, u64, usize, usize)>,
}

/// Weights of words of a pair, in thousandths.
#[derive(Default)]
struct Weights {
    shared: u32,
    soft: u32,
    heaviest: u32,
    totals: [u32; 2],
    left: [u32; 2],
    heaviest_left: [u32; 2],
}

#[expect(clippy::cast_precision_loss, reason = "weights stay far below 2^24")]
fn share(part: u32, of: u32) -> f32 {
    if of == 0 { f32::NAN } else { part as f32 / of as f32 }
}

#[expect(clippy::cast_precision_loss, reason = "weights stay far below 2^24")]
fn units(milli: u32) -> f32 {
    milli as f32 / 1_000.0
}

#[expect(clippy::cast_precision_loss, reason = "counts are small")]
fn count(count: usize) -> f32 {
    count as f32
}

impl<'a> Comparer<'a> {
    pub(crate) fn new(corpus: &'a Corpus, evidence: Option<&'a Evidence>) -> Self {
        Self { corpus, evidence, closeness: Closeness::new(), left: Left::default(), close: Vec::new() }
    }

    /// Features of a pair by itself; those of neighbours are not known yet.
    pub(crate) fn compare(&mut self, a: &Item, b: &Item) -> Features {
        let mut to = [f32::NAN; ALL];
        let weights = self.words(a, b);
        let both = weights.totals[0] + weights.totals[1];
        let fewest = weights.totals[0].min(weights.totals[1]);
        let [left_a, left_b] = weights.left;
        let [heaviest_a, heaviest_b] = weights.heaviest_left;
        to[0] = share(2 * weights.shared, both);
        to[1] = share(2 * (weights.shared + weights.soft), both);
        to[2] = share(weights.shared + weights.soft, fewest);
        to[3] = units(weights.heaviest);
        to[4] = units(heaviest_a.min(heaviest_b));
        to[5] = units(heaviest_a.max(heaviest_b));
        to[6] = units(left_a.min(left_b));
        to[7] = units(left_a.max(left_b));
        self.figures(a, b, &mut to);
        self.codes(a, b, &mut to);
        self.brand(a, b, &mut to);
        prices(a, b, &mut to);
        to[20] = if a.size == 0 || b.size == 0 { f32::NAN } else { f32::from(u8::from(a.size == b.size)) };
        to[21] = self.denials(a, b);
        to[22] = letters(a, b);
        let (words_a, words_b) = (self.corpus.words(a).len(), self.corpus.words(b).len());
        to[23] = count(words_a.min(words_b)) / count(words_a.max(words_b).max(1));
        to[24] = self.first(a, b);
        to[25] = count(words_a.min(words_b));
        if let Some(evidence) = self.evidence {
            speak(evidence.of(self.corpus, &self.left), &mut to);
        }
        to
    }

    fn first(&mut self, a: &Item, b: &Item) -> f32 {
        if a.first == NONE || b.first == NONE {
            return f32::NAN;
        }
        if a.first == b.first {
            return 1.0;
        }
        units(self.closeness.get(&self.corpus.vocabulary, a.first, b.first))
    }

    /// Words that both have, words that are close, and words that are left.
    fn words(&mut self, a: &Item, b: &Item) -> Weights {
        let vocabulary = &self.corpus.vocabulary;
        let mut weights = Weights::default();
        let (mut of_a, mut of_b) = (self.corpus.words(a), self.corpus.words(b));
        self.left.sides.iter_mut().for_each(Vec::clear);
        self.left.taken.clear();
        loop {
            let side = match (of_a.first(), of_b.first()) {
                (None, None) => break,
                (Some(x), Some(y)) if x == y => {
                    let weight = vocabulary.weight(*x);
                    weights.shared += weight;
                    weights.heaviest = weights.heaviest.max(weight);
                    weights.totals[0] += weight;
                    weights.totals[1] += weight;
                    (of_a, of_b) = (&of_a[1..], &of_b[1..]);
                    continue;
                }
                (Some(x), Some(y)) => usize::from(y < x),
                (Some(_), None) => 0,
                (None, Some(_)) => 1,
            };
            let list = if side == 0 { &mut of_a } else { &mut of_b };
            let word = list[0];
            *list = &list[1..];
            weights.totals[side] += vocabulary.weight(word);
            self.left.sides[side].push(word);
        }
        for (side, other) in [b, a].into_iter().enumerate() {
            let details = self.corpus.details(other);
            if !details.is_empty() {
                self.left.sides[side].retain(|word| details.binary_search(word).is_err());
            }
        }
        self.align(&mut weights);
        weights
    }

    /// Pairs off words that are close, the closest first.
    fn align(&mut self, weights: &mut Weights) {
        let vocabulary = &self.corpus.vocabulary;
        for left in &mut self.left.sides {
            if left.len() > LEFT {
                left.sort_unstable_by_key(|word| {
                    (std::cmp::Reverse(vocabulary.weight(*word)), vocabulary.hash(*word))
                });
            }
        }
        let [left_a, left_b] = &self.left.sides;
        self.close.clear();
        for (at, x) in left_a.iter().take(LEFT).enumerate() {
            for (other, y) in left_b.iter().take(LEFT).enumerate() {
                let close = self.closeness.get(vocabulary, *x, *y);
                if close >= LEAST {
                    // the same order of ties in both directions
                    let tie = vocabulary.hash(*x) ^ vocabulary.hash(*y);
                    self.close.push((1_000 - close.min(1_000), tie, at, other));
                }
            }
        }
        self.close.sort_unstable();
        let (mut used_a, mut used_b) = (0_u32, 0_u32);
        for (far, _, at, other) in &mut self.close {
            if used_a & 1 << *at != 0 || used_b & 1 << *other != 0 {
                continue;
            }
            used_a |= 1 << *at;
            used_b |= 1 << *other;
            // a mistyped word is rare: it is worth no more than the word meant
            let weight = vocabulary.weight(left_a[*at]).min(vocabulary.weight(left_b[*other]));
            weights.soft += weight * (1_000 - *far) / 1_000;
            weights.heaviest = weights.heaviest.max(weight * (1_000 - *far) / 1_000);
            let spare = |side: &mut u32, word: Word| *side -= vocabulary.weight(word) - weight;
            spare(&mut weights.totals[0], left_a[*at]);
            spare(&mut weights.totals[1], left_b[*other]);
            *far = TAKEN;
        }
        let left = &mut self.left;
        for (_, _, at, other) in self.close.iter().filter(|it| it.0 == TAKEN) {
            left.taken.push((left.sides[0][*at], left.sides[1][*other]));
        }
        for (side, used) in [(0, used_a), (1, used_b)] {
            let mut at = 0;
            left.sides[side].retain(|_| {
                at += 1;
                at > LEFT || used & 1 << (at - 1) == 0
            });
            for word in &left.sides[side] {
                let weight = vocabulary.weight(*word);
                weights.left[side] += weight;
                weights.heaviest_left[side] = weights.heaviest_left[side].max(weight);
            }
        }
    }

    fn figures(&self, a: &Item, b: &Item, to: &mut Features) {
        let (of_a, of_b) = (self.corpus.figures(a), self.corpus.figures(b));
        if of_a.is_empty() && of_b.is_empty() {
            return;
        }
        let mut left = [[0_u8; 16]; 2];
        let mut common = 0;
        for figure in of_a {
            if of_b.contains(figure) {
                common += 1;
            } else {
                left[0][usize::from(figure.dimension() & 15)] += 1;
            }
        }
        for figure in of_b.iter().filter(|figure| !of_a.contains(figure)) {
            left[1][usize::from(figure.dimension() & 15)] += 1;
        }
        let (mut against, mut single) = (0, 0);
        for (x, y) in left[0].iter().zip(&left[1]) {
            against += usize::from(*x.min(y));
            single += usize::from(x.abs_diff(*y));
        }
        to[8] = count(2 * common) / count(of_a.len() + of_b.len());
        to[9] = count(against);
        to[10] = count(single);
    }

    fn codes(&self, a: &Item, b: &Item, to: &mut Features) {
        if a.gtin > 0 && b.gtin > 0 {
            to[12] = f32::from(u8::from(a.gtin == b.gtin));
        } else if a.code != NONE && b.code != NONE && (a.gtin == 0) == (b.gtin == 0) {
            to[11] = self.alike(a.code, b.code);
        }
        let codes = |item: &Item| -> Vec<Word> {
            let own = (item.code != NONE).then_some(item.code);
            self.corpus.codes(item).iter().copied().chain(own).collect()
        };
        let (of_a, of_b) = (codes(a), codes(b));
        if of_a.is_empty() || of_b.is_empty() {
            return;
        }
        let best = |code: Word, others: &[Word]| {
            others.iter().map(|other| self.alike(code, *other)).fold(0.0, f32::max)
        };
        to[13] = of_a.iter().map(|code| best(*code, &of_b)).fold(0.0, f32::max);
        let alone =
            |of: &[Word], others: &[Word]| of.iter().filter(|code| best(**code, others) < 0.7).count();
        to[14] = count(alone(&of_a, &of_b).min(alone(&of_b, &of_a)));
    }

    /// 1 where codes are equal or one is within the other, else the share that they begin with alike.
    fn alike(&self, a: Word, b: Word) -> f32 {
        if a == b {
            return 1.0;
        }
        let (a, b) = (self.corpus.vocabulary.text(a).as_bytes(), self.corpus.vocabulary.text(b).as_bytes());
        let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
        let alike = short.iter().zip(long).take_while(|(x, y)| x == y).count();
        let ends = short.iter().rev().zip(long.iter().rev()).take_while(|(x, y)| x == y).count();
        if short.len() >= 5 && (alike == short.len() || ends == short.len()) {
            return 0.95;
        }
        count(alike.max(ends)) / count(long.len()) * 0.9
    }

    fn brand(&mut self, a: &Item, b: &Item, to: &mut Features) {
        let (of_a, of_b) = (self.corpus.brand(a), self.corpus.brand(b));
        to[16] = f32::from(u8::from(!of_a.is_empty())) + f32::from(u8::from(!of_b.is_empty()));
        let (words_a, words_b) = (self.corpus.words(a), self.corpus.words(b));
        to[15] = match (of_a.is_empty(), of_b.is_empty()) {
            (true, true) => f32::NAN,
            (false, false) => self.covered(of_a, of_b).max(self.covered(of_b, of_a)),
            (false, true) => self.covered(of_a, words_b),
            (true, false) => self.covered(of_b, words_a),
        };
    }

    /// Share of the weight of some words that others have, or come close to.
    fn covered(&mut self, words: &[Word], others: &[Word]) -> f32 {
        let vocabulary = &self.corpus.vocabulary;
        let (mut found, mut total) = (0, 0);
        for word in words {
            let weight = vocabulary.weight(*word);
            total += weight;
            let mut closest = 0;
            for other in others {
                let close = if other == word { 1_000 } else { self.closeness.get(vocabulary, *word, *other) };
                closest = closest.max(close);
            }
            if closest >= LEAST {
                found += weight * closest.min(1_000) / 1_000;
            }
        }
        share(found, total)
    }

    /// Words that one side has and the other denies.
    fn denials(&self, a: &Item, b: &Item) -> f32 {
        let (of_a, of_b) = (self.corpus.words(a), self.corpus.words(b));
        let denied = |word: &&Word| {
            let opposite = self.corpus.vocabulary.opposite(**word);
            opposite != NONE && of_b.binary_search(&opposite).is_ok()
        };
        count(of_a.iter().filter(denied).count())
    }
}

/// Adds what the words left of a pair speak for.
pub(crate) fn speak(spoken: Spoken, to: &mut Features) {
    let nats = |milli: i32| i16::try_from(milli).map_or(-32.0, |milli| f32::from(milli) / 1_000.0);
    to[26] = nats(spoken.sum.clamp(-30_000, 30_000));
    to[27] = nats(spoken.least);
    to[28] = nats(spoken.least_pair);
}

/// Ratios of prices, packs and prices of a piece, as absolute logarithms.
#[expect(clippy::cast_precision_loss, reason = "packs stay below 2^24")]
fn prices(a: &Item, b: &Item, to: &mut Features) {
    to[17] = (a.price - b.price).abs();
    if a.pack > 0 && b.pack > 0 {
        let pack = (a.pack as f32).ln() - (b.pack as f32).ln();
        to[19] = pack.abs();
        to[18] = (a.price - b.price - pack).abs();
    }
}

/// Letters in threes that both have, as a share of what they could (Dice over the bits).
fn letters(a: &Item, b: &Item) -> f32 {
    let ones = |bits: &[u64; 4]| bits.iter().map(|word| word.count_ones()).sum::<u32>();
    let common: u32 = a.letters.iter().zip(&b.letters).map(|(x, y)| (x & y).count_ones()).sum();
    share(2 * common, ones(&a.letters) + ones(&b.letters))
}
