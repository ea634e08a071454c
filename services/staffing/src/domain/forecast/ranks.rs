//! Values at given ranks of many draws, without sorting them.

use super::simd::Lanes;

/// Distance between the smallest and the largest key that sixteen bits can tell apart, and one more.
const SPAN: i32 = u16::MAX as i32;
/// Values that are looked at one by one instead of counting any further.
const FEW: usize = 10;
/// Length of a short list that a rank is found in; a power of two.
const LIST: usize = 16;
/// Ranks that are looked for at once at most.
const MOST: usize = 8;

/// Finds ranks; keeps its memory from one set of values to the next.
#[derive(Default)]
pub(crate) struct Ranks {
    keys: Vec<i16>,
    places: Vec<u16>,
    few: Vec<i32>,
    /// The smallest value, whose key is the smallest.
    low: i32,
    /// Has each value a key of its own?
    exact: bool,
}

/// Where the ranks of a set like this one were, which is where those of the next are looked for first.
#[derive(Clone, Copy)]
pub(crate) struct Near<const N: usize>(Option<[i32; N]>);

impl<const N: usize> Default for Near<N> {
    fn default() -> Self {
        Self(None)
    }
}

/// Bounds on either side of a rank, as distances from the smallest key, and how many values lie below each.
#[derive(Clone, Copy)]
struct Bracket {
    rank: usize,
    low: (i32, usize),
    high: (i32, usize),
}

impl Bracket {
    #[inline(always)]
    fn close(&self) -> bool {
        let width = self.high.0 - self.low.0;
        width <= 1 || (self.high.1 - self.low.1 <= FEW && width <= SPAN)
    }

    #[inline(always)]
    fn learn(&mut self, bound: i32, below: usize) {
        if below <= self.rank {
            if bound > self.low.0 {
                self.low = (bound, below);
            }
        } else if bound < self.high.0 {
            self.high = (bound, below);
        }
    }

    /// The next bound to count at: on the straight line between the two, a little to the side that is farther from the rank, so
    /// that the rank is soon hemmed in from both.
    #[inline(always)]
    fn next(&self, step: usize) -> i32 {
        let width = self.high.0 - self.low.0;
        let (inside, before) = (self.high.1 - self.low.1, self.rank - self.low.1);
        // every third bound is the middle one: a long tail must not make the guesses creep
        let guess = if step % 3 == 2 {
            width / 2
        } else {
            let margin = 2.0 + inside as f32 * 0.0075;
            let aim = before as f32 + 0.5 + if 2 * before < inside { margin } else { -margin };
            (width as f32 * (aim / inside as f32)) as i32
        };
        self.low.0 + guess.clamp(1, (width - 1).max(1))
    }
}

impl Ranks {
    /// Values at ranks given in thousandths of a per cent, ascending, by nearest rank.
    ///
    /// The value at a rank is the largest that no more than so many others lie below. Counting the values below a bound is two
    /// instructions for a register full of them, and all ranks are counted for in one pass. The first bounds lie on either side of
    /// where the ranks were last (`near`), or where a normal distribution would have them.
    #[inline(always)]
    pub(crate) fn at<const N: usize>(
        &mut self,
        lanes: impl Lanes,
        (values, near): (&[i32], &mut Near<N>),
        at: [usize; N],
    ) -> [i64; N] {
        let last = values.len().saturating_sub(1);
        self.nth(lanes, (values, near), at.map(|at| (last * at + 50_000) / 100_000))
    }

    /// Values at ranks counted from nothing, ascending.
    #[inline(always)]
    pub(super) fn nth<const N: usize>(
        &mut self,
        lanes: impl Lanes,
        (values, near): (&[i32], &mut Near<N>),
        ranks: [usize; N],
    ) -> [i64; N] {
        const { assert!(N <= MOST) };
        let (mut low, mut high) = (i32::MAX, i32::MIN);
        self.exact = false;
        for value in values {
            low = low.min(*value);
            high = high.max(*value);
        }
        if low >= high {
            return [i64::from(if values.is_empty() { 0 } else { low }); N];
        }
        let span = high.checked_sub(low);
        let Some(span) = span.filter(|_| values.len().is_multiple_of(8) && values.len() <= 1 << 14) else {
            self.few.clear();
            self.few.extend_from_slice(values);
            self.few.sort_unstable();
            return ranks.map(|rank| i64::from(self.few[rank]));
        };
        // what differs by less than this has one key; it is told apart at the end
        let shift = (u32::BITS - (span / SPAN).leading_zeros()).min(16);
        self.keys.resize(values.len(), 0);
        for (key, value) in self.keys.iter_mut().zip(values) {
            *key = as_key((value - low) >> shift);
        }
        (self.low, self.exact) = (low, shift == 0);
        let end = (span >> shift) + 1;
        // loops, not closures: those would be compiled for the oldest processor
        let mut brackets = [Bracket { rank: 0, low: (0, 0), high: (end, values.len()) }; N];
        let mut guesses = [[0; N]; 2];
        for (place, bracket) in brackets.iter_mut().enumerate() {
            bracket.rank = ranks[place];
            let (guess, apart) = match near.0 {
                Some(near) => (
                    near[place].saturating_sub(low).clamp(0, span) >> shift,
                    near[N - 1].saturating_sub(near[0]).clamp(0, span) >> shift >> 4,
                ),
                None => {
                    ((end as f32 * usual_place(ranks[place] as f32 / values.len() as f32)) as i32, end >> 5)
                }
            };
            guesses[0][place] = (guess - apart).clamp(0, end);
            guesses[1][place] = (guess + apart + 1).clamp(0, end);
        }
        self.close_in(lanes, guesses, &mut brackets);
        let found = self.inside(lanes, (values, low, shift), &brackets);
        near.0 = Some(found);
        let mut wide = [0; N];
        for (wide, found) in wide.iter_mut().zip(found) {
            *wide = i64::from(found);
        }
        wide
    }

    /// How many of the values whose ranks were found last lie below a value, and how many do not lie above it; nothing is known where
    /// several values have one key.
    #[inline(always)]
    pub(super) fn around(&self, lanes: impl Lanes, value: i32) -> Option<[usize; 2]> {
        let from = value.checked_sub(self.low)?;
        if !self.exact || !(0..SPAN).contains(&from) {
            return None;
        }
        Some(lanes.below(&self.keys, [as_key(from), as_key(from + 1)]))
    }

    /// Counts until the bounds of every rank are close together.
    #[inline(always)]
    fn close_in<const N: usize>(&self, lanes: impl Lanes, first: [[i32; N]; 2], brackets: &mut [Bracket; N]) {
        for bounds in first {
            self.count(lanes, bounds, brackets);
        }
        let mut step = 0;
        loop {
            let (mut bounds, mut open) = ([0; N], false);
            for (bound, bracket) in bounds.iter_mut().zip(brackets.iter()) {
                open |= !bracket.close();
                *bound = bracket.next(step);
            }
            if !open {
                return;
            }
            self.count(lanes, bounds, brackets);
            step += 1;
        }
    }

    #[inline(always)]
    fn count<const N: usize>(&self, lanes: impl Lanes, bounds: [i32; N], brackets: &mut [Bracket; N]) {
        let mut keys = [0; N];
        for (key, bound) in keys.iter_mut().zip(bounds) {
            // nothing lies above the largest key: a bound beyond it counts as that key, and is not learnt from
            *key = as_key(bound.min(SPAN));
        }
        let below = lanes.below(&self.keys, keys);
        for ((bracket, bound), below) in brackets.iter_mut().zip(bounds).zip(below) {
            if bound <= SPAN {
                bracket.learn(bound, below);
            }
        }
    }

    /// The values at the ranks, out of what lies between their bounds; that is little.
    #[inline(always)]
    fn inside<const N: usize>(
        &mut self,
        lanes: impl Lanes,
        (values, low, shift): (&[i32], i32, u32),
        brackets: &[Bracket; N],
    ) -> [i32; N] {
        let (mut from, mut length) = ([0; N], [0; N]);
        for (place, bracket) in brackets.iter().enumerate() {
            let width = bracket.high.0 - bracket.low.0;
            from[place] = as_key(bracket.low.0);
            // where only one value is possible, or many have one key, there is nothing to look for
            let many = bracket.high.1 - bracket.low.1 > FEW;
            length[place] = if many || (shift == 0 && width == 1) { 0 } else { width };
        }
        lanes.within(&self.keys, (from, length), &mut self.places);
        let mut found = [0; N];
        for (place, bracket) in brackets.iter().enumerate() {
            let rank = bracket.rank - bracket.low.1;
            if length[place] == 0 {
                found[place] = bracket.low.0 + low;
                if shift > 0 {
                    found[place] = self.of_one_key(values, from[place], rank);
                }
                continue;
            }
            let (mut few, mut len) = ([i32::MAX; LIST], 0);
            for at in &self.places {
                let at = usize::from(*at);
                let away = i32::from(self.keys[at]) - i32::from(from[place]);
                // written all the same, and counts or not: no processor guesses which
                few[len & (LIST - 1)] = values[at];
                len += usize::from(away >= 0) & usize::from(away < length[place]);
            }
            few[len & (LIST - 1)] = i32::MAX;
            found[place] = at_rank(&few, rank);
        }
        found
    }

    /// The value at a rank among many that share a key: more often than not they are all the same.
    #[inline(always)]
    fn of_one_key(&mut self, values: &[i32], key: i16, rank: usize) -> i32 {
        let (mut least, mut most) = (i32::MAX, i32::MIN);
        for (value, of) in values.iter().zip(&self.keys) {
            least = least.min(if *of == key { *value } else { i32::MAX });
            most = most.max(if *of == key { *value } else { i32::MIN });
        }
        if least == most {
            return least;
        }
        self.few.clear();
        self.few.extend(values.iter().zip(&self.keys).filter(|(_, of)| **of == key).map(|(value, _)| value));
        *self.few.select_nth_unstable(rank).1
    }
}

/// The value at a rank of a short list: that which so many others lie below, or are its like.
#[inline(always)]
fn at_rank(few: &[i32; LIST], rank: usize) -> i32 {
    let (rank, mut found) = (rank as u32, 0);
    for value in few {
        let (mut less, mut not_more) = (0, 0);
        for other in few {
            less += u32::from(other < value);
            not_more += u32::from(other <= value);
        }
        if less <= rank && rank < not_more {
            found = *value;
        }
    }
    found
}

/// A distance from the smallest key as a number of sixteen bits, the smallest first.
#[inline(always)]
fn as_key(distance: i32) -> i16 {
    (distance - 32_768) as i16
}

/// Where a rank usually lies between the smallest and the largest of a thousand values.
#[inline(always)]
fn usual_place(share: f32) -> f32 {
    let share = share - 0.5;
    0.5 + share * (0.36 + share * share)
}

#[cfg(test)]
mod tests {
    use super::{super::simd::Eight, *};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn ranks_are_those_of_the_sorted_values(
            mut values in prop::collection::vec(prop_oneof![-50..50_i32, 0..60_000_i32, -900_000..900_000_i32], 1..600),
            round in prop::bool::ANY,
        ) {
            if round {
                let whole = values.len().div_ceil(8) * 8;
                values.resize(whole, values[0]);
            }
            let mut sorted = values.clone();
            sorted.sort_unstable();
            let at = [0, 2_500, 10_000, 50_000, 90_000, 100_000];
            let wanted = at.map(|at| i64::from(sorted[((sorted.len() - 1) * at + 50_000) / 100_000]));
            let (mut ranks, mut near) = (Ranks::default(), Near::default());
            prop_assert_eq!(ranks.at(Eight, (&values, &mut near), at), wanted);
            // what was found before is only a place to begin at
            for value in &mut values {
                *value = *value / 3 + 7;
            }
            for value in &mut sorted {
                *value = *value / 3 + 7;
            }
            let wanted = at.map(|at| i64::from(sorted[((sorted.len() - 1) * at + 50_000) / 100_000]));
            prop_assert_eq!(ranks.at(Eight, (&values, &mut near), at), wanted);
        }
    }
}
