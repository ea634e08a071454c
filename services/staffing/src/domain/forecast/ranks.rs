//! Values at given ranks of many draws, without sorting them.

use wide::i16x8;

use super::simd::Lanes;

/// Distance between the smallest and the largest key that sixteen bits can tell apart, and one more.
const SPAN: i32 = u16::MAX as i32;
/// Values that are looked at one by one instead of counting any further.
const FEW: usize = 4;

/// Finds ranks; keeps its memory from one set of values to the next.
#[derive(Default)]
pub(crate) struct Ranks {
    keys: Vec<i16>,
    few: Vec<i32>,
}

/// A bound, as a distance from the smallest key, and how many values lie below it.
type Bound = (i32, usize);

impl Ranks {
    /// Values at ranks given in thousandths of a per cent, ascending, by nearest rank.
    ///
    /// The value at a rank is the largest that no more than so many others lie below. Counting the values below a bound is two
    /// instructions for a register full of them. The first bounds are where a normal distribution would have the ranks, the next
    /// ones lie along the straight line between the last two; bounds of one rank serve the next.
    #[inline(always)]
    pub(crate) fn at<const N: usize>(
        &mut self,
        lanes: impl Lanes,
        values: &[i32],
        at: [usize; N],
    ) -> [i64; N] {
        let last = values.len().saturating_sub(1);
        self.nth(lanes, values, at.map(|at| (last * at + 50_000) / 100_000))
    }

    /// Values at ranks counted from nothing, ascending.
    #[inline(always)]
    pub(super) fn nth<const N: usize>(
        &mut self,
        lanes: impl Lanes,
        values: &[i32],
        ranks: [usize; N],
    ) -> [i64; N] {
        let (mut low, mut high) = (i32::MAX, i32::MIN);
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
        let (end, mut before) = ((span >> shift) + 1, (0, 0));
        // loops, not closures: those would be compiled for the oldest processor
        let mut found = [0; N];
        for (found, rank) in found.iter_mut().zip(&ranks) {
            let guess = (end as f32 * usual_place(*rank as f32 / values.len() as f32)) as i32;
            let (from, to) = self.bracket(lanes, (*rank, guess), (before, (end, values.len())));
            before = from;
            *found = if shift == 0 && to.0 - from.0 == 1 {
                i64::from(from.0 + low)
            } else {
                self.between(values, (from.0, to.0));
                i64::from(*self.few.select_nth_unstable(rank - from.1).1)
            };
        }
        found
    }

    /// Bounds on either side of a rank, close enough together to look at what lies between.
    #[inline(always)]
    fn bracket(
        &self,
        lanes: impl Lanes,
        (rank, first): (usize, i32),
        (mut low, mut high): (Bound, Bound),
    ) -> (Bound, Bound) {
        let (mut guess, mut step) = (first - low.0, 0);
        while high.0 - low.0 > 1 && high.1 - low.1 > FEW {
            let width = high.0 - low.0;
            let bound = low.0 + guess.clamp(1, width - 1);
            let below = lanes.below(&self.keys, as_key(bound));
            if below <= rank {
                low = (bound, below);
            } else {
                high = (bound, below);
            }
            step += 1;
            let width = high.0 - low.0;
            // every third bound is the middle one: a long tail must not make the guesses creep
            guess = if step % 3 == 0 {
                width / 2
            } else {
                let share = (rank as f32 + 0.5 - low.1 as f32) / (high.1 - low.1) as f32;
                (width as f32 * share) as i32
            };
        }
        (low, high)
    }

    /// Gathers the values whose keys lie from one bound to below another; they are few.
    fn between(&mut self, values: &[i32], (from, to): (i32, i32)) {
        // the distance from the first bound, wrapped round, is shorter than that of the bounds
        let (first, distance) = (i16x8::splat(as_key(from)), i16x8::splat(as_key(to - from)));
        let flip = i16x8::splat(i16::MIN);
        self.few.clear();
        for (part, values) in self.keys.as_chunks::<8>().0.iter().zip(values.as_chunks::<8>().0) {
            let away = (i16x8::from(*part) - first) ^ flip;
            let mut inside = distance.simd_gt(away).to_bitmask();
            while inside != 0 {
                self.few.push(values[inside.trailing_zeros() as usize & 7]);
                inside &= inside - 1;
            }
        }
    }
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
            prop_assert_eq!(Ranks::default().at(Eight, &values, at), wanted);
        }
    }
}
