//! What records are found by: a number for each skeleton of a word, figure, size and code, weighed by how rare it is in the records of the model.

use rayon::prelude::*;

use crate::{
    corpus::{Corpus, Item},
    fold::{hash, mix},
    vocabulary::{NONE, Word},
};

/// A facet of a record with its weight in thousandths.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Facet {
    pub(crate) hash: u32,
    pub(crate) weight: u16,
}

/// Facets of all records in one pool, each record's sorted by hash.
#[derive(Debug)]
pub(crate) struct Facets {
    pool: Vec<Facet>,
    starts: Vec<u32>,
    /// Weights of each record added up.
    totals: Vec<u32>,
    counts: Vec<u32>,
}

/// Slots that facets are counted in; two that share one count as the sum of both, which only makes them seem more frequent.
const SLOTS: usize = 1 << 22;

/// Letters of a code that its variants share.
const STEM: usize = 6;

/// Weight of a figure or a size: what differs in them alone is what is most often alike in all else, so they weigh as much as
/// a name that no other has.
const MEASURE: u16 = 12_000;
/// Weight of a code, and of the letters that its variants share.
const CODE: u16 = 10_000;
const CODE_STEM: u16 = 6_000;

fn short(hash: u64) -> u32 {
    u32::try_from(hash >> 32).unwrap_or(0)
}

fn of(corpus: &Corpus, item: &Item) -> Vec<Facet> {
    let vocabulary = &corpus.vocabulary;
    let word = |word: &Word| Facet {
        hash: vocabulary.skeleton(*word),
        weight: u16::try_from(vocabulary.weight(*word)).unwrap_or(u16::MAX),
    };
    let facet = |number: u64, weight: u16| Facet { hash: short(mix(number)), weight };
    let mut facets: Vec<Facet> = corpus.words(item).iter().map(word).collect();
    facets.extend(corpus.figures(item).iter().map(|figure| facet(figure.packed() ^ 0x5bd1, MEASURE)));
    if item.size > 0 {
        facets.push(facet(u64::from(item.size) ^ 0xface_0000, MEASURE));
    }
    if item.gtin > 0 {
        facets.push(facet(item.gtin ^ 0x6711_0000_0000_0000, CODE));
    }
    let own = (item.code != NONE).then_some(item.code);
    for code in corpus.codes(item).iter().copied().chain(own) {
        facets.push(Facet { hash: short(vocabulary.hash(code)), weight: CODE });
        let text = vocabulary.text(code).as_bytes();
        if text.len() > STEM {
            facets.push(facet(hash(&text[..STEM]) ^ 0x57e4, CODE_STEM));
        }
    }
    // of two words with one skeleton the lighter counts
    facets.sort_unstable();
    facets.dedup_by_key(|facet| facet.hash);
    facets
}

impl Facets {
    /// Facets of all records.
    pub(crate) fn read(corpus: &Corpus) -> Self {
        let each: Vec<Vec<Facet>> = corpus.items.par_iter().map(|item| of(corpus, item)).collect();
        let mut counts = vec![0_u32; SLOTS];
        for facet in each.iter().flatten() {
            counts[slot(facet.hash)] += 1;
        }
        let mut starts = Vec::with_capacity(each.len() + 1);
        let mut totals = Vec::with_capacity(each.len());
        let mut pool = Vec::with_capacity(each.iter().map(Vec::len).sum());
        starts.push(0);
        for facets in each {
            let before = pool.len();
            pool.extend(facets);
            totals.push(pool[before..].iter().map(|facet: &Facet| u32::from(facet.weight)).sum());
            starts.push(u32::try_from(pool.len()).unwrap_or(u32::MAX));
        }
        Self { pool, starts, totals, counts }
    }

    /// Facets of a record, sorted by hash.
    pub(crate) fn get(&self, item: usize) -> &[Facet] {
        &self.pool[self.starts[item] as usize..self.starts[item + 1] as usize]
    }

    /// Records that a facet stands in, at most.
    pub(crate) fn count(&self, facet: u32) -> u32 {
        self.counts[slot(facet)]
    }

    /// Weight of what a record shares with the one laid out, as a share of what they could, in thousandths (Dice).
    pub(crate) fn alike(&self, laid: &Laid, other: usize) -> u32 {
        let shared: u32 = self.get(other).iter().map(|facet| laid.weight(facet.hash)).sum();
        let both = u64::from(laid.total) + u64::from(self.totals[other]);
        u32::try_from(u64::from(shared) * 2_000 / both.max(1)).unwrap_or(0)
    }

    /// Lays a record out in the place of the one before.
    pub(crate) fn lay(&self, item: usize, laid: &mut Laid) {
        laid.slots.fill((0, 0));
        laid.total = self.totals[item];
        // a record with more facets than this is compared by its first ones
        for facet in self.get(item).iter().take(LAID / 2) {
            let mut at = facet.hash as usize & (LAID - 1);
            while laid.slots[at].1 != 0 {
                at = (at + 1) & (LAID - 1);
            }
            laid.slots[at] = (facet.hash, facet.weight);
        }
    }
}

/// Places that facets are laid out in, a power of two.
const LAID: usize = 256;

/// Facets of one record, to be found by their hash.
pub(crate) struct Laid {
    slots: [(u32, u16); LAID],
    total: u32,
}

impl Default for Laid {
    fn default() -> Self {
        Self { slots: [(0, 0); LAID], total: 0 }
    }
}

impl Laid {
    fn weight(&self, hash: u32) -> u32 {
        let mut at = hash as usize & (LAID - 1);
        loop {
            let (found, weight) = self.slots[at];
            if weight == 0 {
                return 0;
            }
            if found == hash {
                return u32::from(weight);
            }
            at = (at + 1) & (LAID - 1);
        }
    }
}

fn slot(facet: u32) -> usize {
    facet as usize & (SLOTS - 1)
}
