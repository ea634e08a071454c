//! Records as they are compared: numbers of words in common pools, so that half a million take little memory.

use std::ops::Range;

use rayon::prelude::*;

use crate::{
    fold::{hash, mix, plain_code},
    frequencies::Frequencies,
    gtin::gtin,
    parse::{Figure, Parsed, parse},
    vocabulary::{NONE, Vocabulary, Word},
};

/// A record of a catalogue, a price list or any file with descriptions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Record {
    /// Id, unique in its file.
    pub id: String,
    /// Description or title.
    pub description: String,
    /// More text, where a file has a title and a description: it only explains what the other record has more.
    pub details: String,
    /// Code of the maker or a GTIN; empty = none given.
    pub code: String,
    /// Brand or maker; empty = none given.
    pub brand: String,
    /// Price in pence of what the record orders.
    pub price: Option<i64>,
}

/// Records that are parsed at once before their words are numbered.
const WAVE: usize = 1 << 15;

/// A record as it is compared.
#[derive(Clone, Debug)]
pub(crate) struct Item {
    /// Hash of everything that the record says.
    pub(crate) key: u64,
    words: (u32, u16),
    codes: (u32, u16),
    brand: (u32, u16),
    figures: (u32, u16),
    details: (u32, u16),
    /// First word of the description.
    pub(crate) first: Word,
    /// Code of the record, not of its description.
    pub(crate) code: Word,
    /// GTIN; 0 = none.
    pub(crate) gtin: u64,
    /// Natural logarithm of the price in pence; NaN = none.
    pub(crate) price: f32,
    /// Pieces in the pack; 0 = not said.
    pub(crate) pack: u32,
    /// Sizes, a bit each.
    pub(crate) size: u8,
    /// Three letters in a row of each word, a bit each.
    pub(crate) letters: [u64; 4],
}

/// Records as they are compared.
#[derive(Debug)]
pub(crate) struct Corpus {
    pub(crate) vocabulary: Vocabulary,
    pub(crate) items: Vec<Item>,
    /// Items from here on are of the right file; as many as there are items when there is one file.
    pub(crate) right: usize,
    /// Place of the record of each item, those of the right file counted on from the left one.
    pub(crate) places: Vec<u32>,
    words: Vec<Word>,
    figures: Vec<Figure>,
}

/// What a record says, before words have numbers.
struct Draft {
    key: u64,
    description: Parsed,
    details: Parsed,
    brand: Parsed,
    code: String,
    price: f32,
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "the precision of a logarithm of a price does not matter"
)]
fn draft(record: &Record) -> Draft {
    let mut key = 0;
    for part in [&record.description, &record.details, &record.code, &record.brand, &record.id] {
        key = mix(key ^ hash(part.as_bytes()));
    }
    let price = record.price.filter(|pence| *pence > 0);
    Draft {
        key,
        description: parse(&record.description),
        details: parse(&record.details),
        brand: parse(&record.brand),
        code: plain_code(&record.code),
        price: price.map_or(f32::NAN, |pence| (pence as f64).ln() as f32),
    }
}

/// Three letters in a row of each word, hashed to a bit of 256 each.
fn letters(words: &[String]) -> [u64; 4] {
    let mut bits = [0; 4];
    let mut set = |three: &[u8]| {
        let place = hash(three) & 255;
        bits[(place >> 6) as usize] |= 1 << (place & 63);
    };
    for word in words {
        if word.len() < 3 {
            set(word.as_bytes());
        }
        word.as_bytes().windows(3).for_each(&mut set);
    }
    bits
}

impl Corpus {
    /// Reads records. Those of the right file follow those of the left.
    pub(crate) fn read(left: &[Record], right: &[Record]) -> Self {
        let mut corpus = Self {
            vocabulary: Vocabulary::default(),
            items: Vec::with_capacity(left.len() + right.len()),
            right: left.len(),
            places: Vec::new(),
            words: Vec::new(),
            figures: Vec::new(),
        };
        for file in [left, right] {
            for wave in file.chunks(WAVE) {
                let drafts: Vec<Draft> = wave.par_iter().map(draft).collect();
                for draft in drafts {
                    corpus.push(draft);
                }
            }
        }
        corpus.arrange();
        corpus
    }

    /// Puts items that share a rare word side by side: they will be compared, and what is near in memory is read faster.
    /// The order does not depend on that of the records.
    fn arrange(&mut self) {
        let group = |item: &Item| {
            let counted =
                |word: &Word| (self.vocabulary.records(*word).wrapping_sub(4), self.vocabulary.hash(*word));
            self.words(item).iter().map(counted).min().map_or(0, |(_, hash)| hash)
        };
        let keys: Vec<(bool, u64, u64)> = self
            .items
            .par_iter()
            .enumerate()
            .map(|(at, item)| (at >= self.right, group(item), item.key))
            .collect();
        let mut places: Vec<u32> = (0..u32::try_from(keys.len()).unwrap_or(u32::MAX)).collect();
        places.par_sort_unstable_by_key(|place| (keys[*place as usize], *place));
        let mut arranged = Vec::with_capacity(self.items.len());
        let (mut words, mut figures) =
            (Vec::with_capacity(self.words.len()), Vec::with_capacity(self.figures.len()));
        for place in &places {
            let mut item = self.items[*place as usize].clone();
            for range in [&mut item.words, &mut item.codes, &mut item.brand, &mut item.details] {
                *range = place_of(&mut words, &self.words[self::range(*range)]);
            }
            item.figures = place_of(&mut figures, &self.figures[range(item.figures)]);
            arranged.push(item);
        }
        (self.items, self.words, self.figures, self.places) = (arranged, words, figures, places);
    }

    /// Weighs the words by how often they stand in the records of a model, or by how often they stand in these.
    pub(crate) fn weigh(&mut self, frequencies: Option<&Frequencies>) {
        if let Some(frequencies) = frequencies {
            self.vocabulary.weigh(frequencies);
        } else {
            let own = Frequencies::of(self.items.len(), &self.vocabulary);
            self.vocabulary.weigh(&own);
        }
    }

    fn push(&mut self, draft: Draft) {
        let mut said = draft.description.words;
        let first = said.first().map_or(NONE, |word| self.vocabulary.intern(word));
        let brand = sorted(draft.brand.words.iter().map(|word| self.vocabulary.intern(word)));
        said.extend(draft.brand.words);
        let letters = letters(&said);
        let words = sorted(said.iter().map(|word| self.vocabulary.intern(word)));
        let mut codes = draft.description.codes;
        let code = if draft.code.is_empty() { NONE } else { self.vocabulary.intern(&draft.code) };
        codes.extend(draft.brand.codes);
        codes.extend(draft.details.codes);
        let details = sorted(draft.details.words.iter().map(|word| self.vocabulary.intern(word)));
        let codes = sorted(codes.iter().map(|word| self.vocabulary.intern(word)));
        for word in words.iter().chain(&codes) {
            self.vocabulary.count(*word);
        }
        let figures = draft.description.figures;
        let item = Item {
            key: draft.key,
            first,
            code,
            gtin: gtin(&draft.code).unwrap_or(0),
            price: draft.price,
            pack: draft.description.pack.max(draft.details.pack),
            size: draft.description.size,
            letters,
            words: place_of(&mut self.words, &words),
            codes: place_of(&mut self.words, &codes),
            brand: place_of(&mut self.words, &brand),
            figures: place_of(&mut self.figures, &figures),
            details: place_of(&mut self.words, &details),
        };
        self.items.push(item);
    }

    /// Words of description and brand, sorted by number.
    pub(crate) fn words(&self, item: &Item) -> &[Word] {
        &self.words[range(item.words)]
    }

    /// Codes within the description, sorted by number.
    pub(crate) fn codes(&self, item: &Item) -> &[Word] {
        &self.words[range(item.codes)]
    }

    /// Words of the brand, sorted by number.
    pub(crate) fn brand(&self, item: &Item) -> &[Word] {
        &self.words[range(item.brand)]
    }

    /// Words of the details, sorted by number.
    pub(crate) fn details(&self, item: &Item) -> &[Word] {
        &self.words[range(item.details)]
    }

    /// Figures of the description, sorted.
    pub(crate) fn figures(&self, item: &Item) -> &[Figure] {
        &self.figures[range(item.figures)]
    }

    /// Are the two of different files? In one file all pairs are asked for.
    pub(crate) fn across(&self, a: usize, b: usize) -> bool {
        self.right == self.items.len() || (a < self.right) != (b < self.right)
    }
}

fn sorted(words: impl Iterator<Item = Word>) -> Vec<Word> {
    let mut words: Vec<Word> = words.collect();
    words.sort_unstable();
    words.dedup();
    words
}

fn place_of<T: Copy>(pool: &mut Vec<T>, values: &[T]) -> (u32, u16) {
    let start = u32::try_from(pool.len()).unwrap_or(u32::MAX);
    let kept = values.len().min(usize::from(u16::MAX));
    pool.extend_from_slice(&values[..kept]);
    (start, u16::try_from(kept).unwrap_or(u16::MAX))
}

fn range(place: (u32, u16)) -> Range<usize> {
    let start = place.0 as usize;
    start..start + usize::from(place.1)
}
