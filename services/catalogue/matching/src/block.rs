//! Which pairs are looked at: records that share a rare facet, or a rare combination of two or three, and of those the most alike.
//!
//! A block is the records with one key. A facet that few records have is a key; two facets are one when neither is rare and
//! few have both; three when no two of them are. Blocks stay below a bound, so the work grows with the records, not
//! with their square.

use std::sync::atomic::{AtomicU32, Ordering};

use rayon::prelude::*;

use crate::{
    corpus::Corpus,
    facets::{Facet, Facets, Laid},
    fold::mix,
};

/// Bounds of blocking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Blocking {
    /// Most records of a block.
    pub block: u32,
    /// Most neighbours that a record is compared with on its own account.
    pub neighbours: usize,
    /// Least likeness of facets, in thousandths.
    pub least: u32,
}

impl Blocking {
    /// Bounds for so many records: generous where there are few.
    pub fn of(records: usize) -> Self {
        if records <= 10_000 {
            Self { block: 250, neighbours: 50, least: 80 }
        } else if records <= 60_000 {
            Self { block: 120, neighbours: 30, least: 150 }
        } else {
            Self { block: 90, neighbours: 18, least: 250 }
        }
    }
}

/// Rarest facets of a record that combinations are made of.
const COMBINED: usize = 10;
/// Keys of a record that are used, the rarest first.
const KEYS: usize = 24;
/// How many times the neighbours are compared by their facets.
const CLOSELY: usize = 3;
/// Slots of keys, as a power of two.
const BITS: u32 = 24;

/// What blocking gave.
#[derive(Debug)]
pub(crate) struct Candidates {
    /// Pairs of items, the lower number first, sorted.
    pub(crate) pairs: Vec<(u32, u32)>,
    /// Pairs within blocks that were looked at before the most alike were taken; a pair counts from both sides.
    pub(crate) looked_at: u64,
}

/// Finds the pairs to score.
pub(crate) fn candidates(corpus: &Corpus, facets: &Facets, bounds: Blocking) -> Candidates {
    let (starts, members, keys) = blocks(corpus, facets, bounds);
    let finder = Finder { corpus, facets, bounds, starts: &starts, members: &members, keys: &keys };
    let found: Vec<(Vec<(u32, u32)>, u64)> = (0..corpus.items.len())
        .into_par_iter()
        .with_min_len(1 << 14)
        .fold(
            || (Seen::default(), Vec::new(), 0),
            |(mut seen, mut pairs, looked_at), item| {
                let more = finder.neighbours(item, &mut seen, &mut pairs);
                (seen, pairs, looked_at + more)
            },
        )
        .map(|(_, pairs, looked_at)| (pairs, looked_at))
        .collect();
    let looked_at = found.iter().map(|part| part.1).sum();
    let mut pairs = Vec::with_capacity(found.iter().map(|part| part.0.len()).sum());
    for (mut part, _) in found {
        pairs.append(&mut part);
    }
    pairs.par_sort_unstable();
    pairs.dedup();
    Candidates { pairs, looked_at }
}

/// The facets of a record that are keys by themselves, and the rarest of those that are too frequent.
fn rarest(facets: &Facets, item: usize, block: u32) -> (Vec<u32>, Vec<Facet>) {
    let mut all = facets.get(item).to_vec();
    all.sort_unstable_by_key(|facet| (facets.count(facet.hash), facet.hash));
    let (rare, mut frequent): (Vec<Facet>, Vec<Facet>) =
        all.into_iter().partition(|facet| facets.count(facet.hash) <= block);
    frequent.truncate(COMBINED);
    (rare.into_iter().map(|facet| facet.hash).collect(), frequent)
}

fn slot(key: u64) -> u32 {
    u32::try_from(mix(key) >> (64 - BITS)).unwrap_or(0)
}

/// Slot of one, two or three facets in whatever order.
fn joined(facets: &[Facet]) -> u32 {
    slot(facets.iter().fold(0, |key: u64, facet| key.wrapping_add(mix(u64::from(facet.hash) | 1 << 40))))
}

struct Counts(Vec<AtomicU32>);

impl Counts {
    fn new() -> Self {
        Self((0..1_usize << BITS).map(|_| AtomicU32::new(0)).collect())
    }

    fn add(&self, slot: u32) {
        self.0[slot as usize].fetch_add(1, Ordering::Relaxed);
    }

    fn get(&self, slot: u32) -> u32 {
        self.0[slot as usize].load(Ordering::Relaxed)
    }
}

/// Calls for each two of the facets.
fn twos(facets: &[Facet], mut each: impl FnMut(usize, usize, u32)) {
    for second in 1..facets.len() {
        for first in 0..second {
            each(first, second, joined(&[facets[first], facets[second]]));
        }
    }
}

/// Calls for each three facets no two of which are rare together.
fn threes(facets: &[Facet], twos_of: &Counts, block: u32, mut each: impl FnMut(u32)) {
    let mut frequent = [[false; COMBINED]; COMBINED];
    twos(facets, |first, second, slot| frequent[first][second] = twos_of.get(slot) > block);
    for third in 2..facets.len() {
        for second in 1..third {
            if !frequent[second][third] {
                continue;
            }
            for first in 0..second {
                if frequent[first][second] && frequent[first][third] {
                    each(joined(&[facets[first], facets[second], facets[third]]));
                }
            }
        }
    }
}

type Blocks = (Vec<u32>, Vec<u32>, Vec<Vec<u32>>);

/// Blocks as members by slot, and the slots of each record.
fn blocks(corpus: &Corpus, facets: &Facets, bounds: Blocking) -> Blocks {
    let records = corpus.items.len();
    let (of_twos, of_threes) = (Counts::new(), Counts::new());
    (0..records).into_par_iter().for_each(|item| {
        twos(&rarest(facets, item, bounds.block).1, |_, _, slot| of_twos.add(slot));
    });
    (0..records).into_par_iter().for_each(|item| {
        let frequent = rarest(facets, item, bounds.block).1;
        threes(&frequent, &of_twos, bounds.block, |slot| of_threes.add(slot));
    });
    let keys: Vec<Vec<u32>> = (0..records)
        .into_par_iter()
        .map(|item| {
            let (rare, frequent) = rarest(facets, item, bounds.block);
            let single = |facet: u32| (facets.count(facet), slot(u64::from(facet) | 1 << 41));
            let mut keys: Vec<(u32, u32)> = rare.into_iter().map(single).collect();
            twos(&frequent, |_, _, slot| keys.push((of_twos.get(slot), slot)));
            threes(&frequent, &of_twos, bounds.block, |slot| keys.push((of_threes.get(slot), slot)));
            keys.retain(|(count, _)| (2..=bounds.block).contains(count));
            keys.sort_unstable();
            keys.dedup();
            keys.truncate(KEYS);
            keys.into_iter().map(|(_, slot)| slot).collect()
        })
        .collect();
    drop((of_twos, of_threes));
    let (starts, members) = by_slot(&keys);
    (starts, members, keys)
}

/// Members of each slot, one slot after the other, and where each begins.
fn by_slot(keys: &[Vec<u32>]) -> (Vec<u32>, Vec<u32>) {
    let mut ends = vec![0_u32; (1 << BITS) + 1];
    for slot in keys.iter().flatten() {
        ends[*slot as usize] += 1;
    }
    for at in 1..ends.len() {
        ends[at] += ends[at - 1];
    }
    // from the end of a slot to its beginning: when all are placed, ends have become starts
    let mut members = vec![0; keys.iter().map(Vec::len).sum()];
    for (item, slots) in keys.iter().enumerate().rev() {
        for slot in slots {
            let place = &mut ends[*slot as usize];
            *place -= 1;
            members[*place as usize] = u32::try_from(item).unwrap_or(u32::MAX);
        }
    }
    (ends, members)
}

/// Which records a thread has met for the record at hand.
#[derive(Default)]
struct Seen {
    /// The record that each was met for, and in how many blocks.
    marks: Vec<(u32, u32)>,
    met: Vec<u32>,
    laid: Laid,
    found: Vec<(u32, u32)>,
}

struct Finder<'a> {
    corpus: &'a Corpus,
    facets: &'a Facets,
    bounds: Blocking,
    starts: &'a [u32],
    members: &'a [u32],
    keys: &'a [Vec<u32>],
}

impl Finder<'_> {
    /// Adds the pairs of a record with those most alike, and gives how many were looked at.
    fn neighbours(&self, item: usize, seen: &mut Seen, pairs: &mut Vec<(u32, u32)>) -> u64 {
        if seen.marks.is_empty() {
            seen.marks = vec![(u32::MAX, 0); self.corpus.items.len()];
        }
        let this = u32::try_from(item).unwrap_or(u32::MAX);
        seen.marks[item].0 = this;
        seen.met.clear();
        seen.found.clear();
        for slot in &self.keys[item] {
            let from = self.starts[*slot as usize] as usize;
            let until = self.starts[*slot as usize + 1] as usize;
            for other in &self.members[from..until] {
                let mark = &mut seen.marks[*other as usize];
                if mark.0 == this {
                    mark.1 += 1;
                } else if self.corpus.across(item, *other as usize) {
                    *mark = (this, 1);
                    seen.met.push(*other);
                }
            }
        }
        let looked_at = seen.met.len() as u64;
        // those met in most blocks are looked at more closely
        let closely = CLOSELY * self.bounds.neighbours;
        if seen.met.len() > closely {
            let order = |other: &u32| {
                (std::cmp::Reverse(seen.marks[*other as usize].1), self.corpus.items[*other as usize].key)
            };
            seen.met.select_nth_unstable_by_key(closely, order);
            seen.met.truncate(closely);
        }
        self.facets.lay(item, &mut seen.laid);
        for other in &seen.met {
            seen.found.push((self.facets.alike(&seen.laid, *other as usize), *other));
        }
        seen.found.retain(|(alike, _)| *alike >= self.bounds.least);
        let order = |it: &(u32, u32)| (std::cmp::Reverse(it.0), self.corpus.items[it.1 as usize].key, it.1);
        if seen.found.len() > self.bounds.neighbours {
            seen.found.select_nth_unstable_by_key(self.bounds.neighbours, order);
            seen.found.truncate(self.bounds.neighbours);
        }
        pairs.extend(seen.found.iter().map(|(_, other)| (this.min(*other), this.max(*other))));
        looked_at
    }
}
