//! The few vector operations of the innermost loops, in the widest registers that the processor turns out to have.
//!
//! A program that runs everywhere is compiled for the oldest processor; what the one at hand can do more is found out at the start,
//! and the loops are there once for each kind. Integers: every kind gives the same bits.

#[cfg(test)]
pub(super) mod tests;
#[cfg(target_arch = "x86_64")]
mod x86;
mod years;

use wide::{i16x8, i32x8};

pub(super) use years::Years;

use super::{
    demand,
    ranks::{Places, Window},
};

/// Keys that are counted before eight bits of a count can be full; a whole number of the largest registers.
const COUNTED: usize = 127 * 16;
/// Keys that places are found among at once.
const WORD: usize = u64::BITS as usize;

/// Vector operations on numbers of sixteen bits, and on keys of eight.
pub(super) trait Lanes: Years {
    /// Adds `fte` to `sum` in the lanes where `survival` lies above the number, and gives the place after the last such lane.
    fn career<const W: usize>(
        self,
        sum: &mut [i16; W],
        survival: &[i16; W],
        fte: &[i16; W],
        number: i16,
    ) -> usize;

    /// How many numbers are greater than the bound.
    fn above<const W: usize>(self, numbers: &[i16; W], bound: i16) -> usize;

    /// The keys of values in a window, and after them the largest until they are a whole number of 64.
    fn keys(self, values: &[i32], window: Window, keys: &mut Vec<i8>);

    /// How many keys, a whole number of 64, lie below each bound: up to eight bounds in a row.
    fn below<const N: usize, const M: usize>(self, keys: &[i8], bounds: [[i8; N]; M]) -> [[i32; 8]; M];

    /// The places of keys that lie less than its length after any of the bounds, and how many there are: 250 at most are kept.
    fn within<const N: usize>(self, keys: &[i8], of: ([i8; N], [u8; N]), places: &mut Places) -> usize;

    /// From draw by draw to year by year: rows of years become columns of `draws`, from the one at `first` on.
    #[inline(always)]
    fn turn<const W: usize>(self, rows: &[[i32; W]], (first, draws): (usize, usize), out: &mut [i32]) {
        for (year, column) in out.chunks_exact_mut(draws).enumerate() {
            for (place, row) in column[first..].iter_mut().zip(rows) {
                *place = row[year];
            }
        }
    }

    /// How many values lie below each bound.
    #[inline(always)]
    fn less<const N: usize>(self, values: &[i32], bounds: [i32; N]) -> [usize; N] {
        let mut counts = [[0_i32; 8]; N];
        let (parts, rest) = values.as_chunks::<8>();
        for part in parts {
            for (counts, bound) in counts.iter_mut().zip(bounds) {
                for (count, value) in counts.iter_mut().zip(part) {
                    *count += i32::from(*value < bound);
                }
            }
        }
        let mut less = [0; N];
        for (less, (counts, bound)) in less.iter_mut().zip(counts.iter().zip(bounds)) {
            for count in counts {
                *less += *count as usize;
            }
            for value in rest {
                *less += usize::from(*value < bound);
            }
        }
        less
    }

    /// How many of the first values lie below each of them.
    #[inline(always)]
    fn less_than_each<const E: usize>(self, values: &[[i32; 8]; E], count: usize) -> [[i32; 8]; E] {
        let mut less = [[0; 8]; E];
        for value in values.as_flattened().iter().take(count) {
            for (less, other) in less.as_flattened_mut().iter_mut().zip(values.as_flattened()) {
                *less += i32::from(value < other);
            }
        }
        less
    }

    /// The greatest of the values that no more than `rank` others lie below.
    #[inline(always)]
    fn greatest<const E: usize>(self, values: &[[i32; 8]; E], (less, rank): (&[[i32; 8]; E], i32)) -> i32 {
        let (mut most, rank) = (i32x8::splat(i32::MIN), i32x8::splat(rank));
        for (values, less) in values.iter().zip(less) {
            let others = i32x8::from(*less).simd_gt(rank);
            most = most.max(others.select(i32x8::splat(i32::MIN), i32x8::from(*values)));
        }
        most.reduce_max()
    }

    /// Demand and gap of every draw; see [`demand::needs`].
    #[inline(always)]
    fn needs(
        self,
        per_tenth: &[f32],
        (list, supply): (&[i32], &[i32]),
        (demands, gaps): (&mut [i32], &mut [i32]),
    ) {
        demand::needs(per_tenth, (list, supply), (demands, gaps));
    }

    /// Demand of one times how many there are, less the same of supply, both in whole numbers.
    #[inline(always)]
    fn gaps(self, (demand, tenths): (&[f32], f32), (supply, fte): (&[f32], f32), gaps: &mut [i32]) {
        for (gap, (demand, supply)) in gaps.iter_mut().zip(demand.iter().zip(supply)) {
            *gap = demand::rounded(demand * tenths) - demand::rounded(supply * fte);
        }
    }

    /// Gap over demand of every draw; see [`demand::shortfalls`].
    #[inline(always)]
    fn shortfalls(self, (gaps, demands): (&[i32], &[i32]), shortfalls: &mut [i32]) {
        demand::shortfalls((gaps, demands), shortfalls);
    }

    /// Gaps times what a unit costs in each draw; see [`demand::weighted`].
    #[inline(always)]
    fn weighted(self, gaps: &[i32], relative: &[f32], out: &mut [i32]) {
        demand::weighted(gaps, relative, out);
    }
}

/// Work that is done with whatever lanes there are.
pub(super) trait Work {
    /// What it gives.
    type Out;
    /// Does it; inlined, so that all of it is compiled for these lanes.
    fn run(self, lanes: impl Lanes) -> Self::Out;
}

/// Does the work in the widest lanes that the processor has.
pub(super) fn widest<T: Work>(work: T) -> T::Out {
    #[cfg(target_arch = "x86_64")]
    if let Some(lanes) = pulp::x86::V4::try_new() {
        return lanes.vectorize(x86::With(work, lanes));
    }
    #[cfg(target_arch = "x86_64")]
    if let Some(lanes) = pulp::x86::V3::try_new() {
        return lanes.vectorize(x86::With(work, lanes));
    }
    work.run(Eight)
}

/// Eight lanes, which every x86-64 and ARM processor has.
#[derive(Clone, Copy)]
pub(super) struct Eight;

impl Lanes for Eight {
    #[inline(always)]
    fn career<const W: usize>(
        self,
        sum: &mut [i16; W],
        survival: &[i16; W],
        fte: &[i16; W],
        number: i16,
    ) -> usize {
        let number = i16x8::splat(number);
        let mut there_in = 0_u32;
        let lanes = sum
            .as_chunks_mut::<8>()
            .0
            .iter_mut()
            .zip(survival.as_chunks::<8>().0)
            .zip(fte.as_chunks::<8>().0);
        for (part, ((sum, alive), fte)) in lanes.enumerate() {
            let there = i16x8::from(*alive).simd_gt(number);
            *sum = (i16x8::from(*sum) + (i16x8::from(*fte) & there)).to_array();
            there_in |= there.to_bitmask() << (8 * part);
        }
        // nobody comes back: the last year there is the highest bit
        (u32::BITS - there_in.leading_zeros()) as usize
    }

    #[inline(always)]
    fn above<const W: usize>(self, numbers: &[i16; W], bound: i16) -> usize {
        let bound = i16x8::splat(bound);
        let count = |part: &[i16; 8]| i16x8::from(*part).simd_gt(bound).to_bitmask().count_ones() as usize;
        numbers.as_chunks::<8>().0.iter().map(count).sum()
    }

    #[inline(always)]
    fn keys(self, values: &[i32], window: Window, keys: &mut Vec<i8>) {
        keys.clear();
        keys.extend(values.iter().map(|value| window.key(*value) as i8));
        keys.resize(values.len().next_multiple_of(WORD), i8::MAX);
    }

    #[inline(always)]
    fn below<const N: usize, const M: usize>(self, keys: &[i8], bounds: [[i8; N]; M]) -> [[i32; 8]; M] {
        let mut below = [[0; 8]; M];
        for keys in keys.chunks(COUNTED) {
            let mut counts = [[[0_u8; 16]; N]; M];
            for part in keys.as_chunks::<16>().0 {
                for (counts, bound) in counts.as_flattened_mut().iter_mut().zip(bounds.as_flattened()) {
                    for (count, key) in counts.iter_mut().zip(part) {
                        *count += u8::from(*key < *bound);
                    }
                }
            }
            for (below, counts) in below.iter_mut().zip(counts) {
                for (below, counts) in below.iter_mut().zip(counts) {
                    *below += counts.iter().map(|count| i32::from(*count)).sum::<i32>();
                }
            }
        }
        below
    }

    #[inline(always)]
    fn within<const N: usize>(
        self,
        keys: &[i8],
        (from, length): ([i8; N], [u8; N]),
        places: &mut Places,
    ) -> usize {
        let mut found = 0;
        for (word, keys) in keys.as_chunks::<WORD>().0.iter().enumerate() {
            let mut inside = 0_u64;
            for (place, key) in keys.iter().enumerate() {
                let mut lies = false;
                for (from, length) in from.iter().zip(length) {
                    lies |= key.wrapping_sub(*from).cast_unsigned() < length;
                }
                inside |= u64::from(lies) << place;
            }
            found = keep(inside, word * WORD, (found, places));
        }
        found
    }
}

/// Writes the places of the bits of a word after those that were found before, and gives how many there are then.
#[inline(always)]
fn keep(mut bits: u64, first: usize, (found, places): (usize, &mut Places)) -> usize {
    let count = bits.count_ones() as usize;
    // most have none to four, and no processor guesses how many: they are written all the same, and count or not
    for next in 0..4 {
        places[(found + next) & 255] = (first as u16).wrapping_add(bits.trailing_zeros() as u16);
        bits &= bits.wrapping_sub(1);
    }
    for next in 4..count {
        places[(found + next) & 255] = (first as u16).wrapping_add(bits.trailing_zeros() as u16);
        bits &= bits.wrapping_sub(1);
    }
    (found + count).min(250)
}
