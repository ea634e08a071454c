//! Ranks that are looked for.

use super::Lanes;

/// Ranks counted from nothing, ascending, and the values of those that are known already.
#[derive(Clone, Copy)]
pub(in super::super) struct Sought<const N: usize> {
    pub(in super::super) ranks: [usize; N],
    pub(super) known: [Option<i32>; N],
}

impl<const N: usize> Sought<N> {
    /// Ranks of which nothing is known.
    #[inline(always)]
    pub(in super::super) fn of(ranks: [usize; N]) -> Self {
        Self { ranks, known: [None; N] }
    }

    /// Ranks of so many values, given in thousandths of a per cent, by nearest rank.
    #[inline(always)]
    pub(in super::super) fn at(values: usize, at: [usize; N]) -> Self {
        let (last, mut ranks) = (values.saturating_sub(1), at);
        for rank in &mut ranks {
            *rank = (last * *rank + 50_000) / 100_000;
        }
        Self::of(ranks)
    }

    /// Knows a value that so many are below of, and so many are below of or the same.
    #[inline(always)]
    pub(in super::super) fn knowing(mut self, value: i32, (below, through): (usize, usize)) -> Self {
        for (rank, known) in self.ranks.iter().zip(&mut self.known) {
            if (below..through).contains(rank) {
                *known = Some(value);
            }
        }
        self
    }

    /// Counts how often a value is met that many may have.
    #[inline(always)]
    pub(in super::super) fn alike(self, lanes: impl Lanes, values: &[i32], value: i32) -> Self {
        let [below, through] = lanes.less(values, [value, value.saturating_add(1)]);
        self.knowing(value, (below, through))
    }

    #[inline(always)]
    pub(super) fn all_known(&self) -> Option<[i32; N]> {
        let mut all = [0; N];
        for (all, known) in all.iter_mut().zip(self.known) {
            *all = known?;
        }
        Some(all)
    }

    /// The first and the last that is not known, where there are two; else the first and the last of all.
    #[inline(always)]
    pub(super) fn outermost(&self) -> [usize; 2] {
        let [mut first, mut last] = [0, N - 1];
        while first < last && self.known[first].is_some() {
            first += 1;
        }
        while first < last && self.known[last].is_some() {
            last -= 1;
        }
        if first < last { [first, last] } else { [0, N - 1] }
    }

    #[inline(always)]
    pub(super) fn with(&self, mut found: [i32; N]) -> [i32; N] {
        for (found, known) in found.iter_mut().zip(self.known) {
            *found = known.unwrap_or(*found);
        }
        found
    }
}
