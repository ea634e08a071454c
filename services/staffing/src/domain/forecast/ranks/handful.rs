//! A handful of values, told apart by comparing each with each.

use wide::i32x8;

use super::Lanes;

/// Values that are looked at one by one, with their keys: so many eights.
pub(super) struct Handful<const E: usize> {
    values: [[i32; 8]; E],
    keys: [[i32; 8]; E],
}

impl<const E: usize> Handful<E> {
    #[inline(always)]
    pub(super) fn of(places: &[u16], values: &[i32], keys: &[i8]) -> Self {
        let mut some = Self { values: [[i32::MAX; 8]; E], keys: [[i32::MAX; 8]; E] };
        let out = some.values.as_flattened_mut().iter_mut().zip(some.keys.as_flattened_mut());
        for ((value, key), at) in out.zip(places) {
            (*value, *key) = (values[usize::from(*at)], i32::from(keys[usize::from(*at)]));
        }
        some
    }

    /// The values at ranks counted from the least that has a key or a greater one.
    #[inline(always)]
    pub(super) fn at<const N: usize>(
        &self,
        (lanes, count): (impl Lanes, usize),
        (from, ranks): ([i8; N], [i32; N]),
    ) -> [i32; N] {
        let less = lanes.less_than_each(&self.values, count);
        let mut found = [0; N];
        for place in 0..N {
            let (from, mut before) = (i32x8::splat(i32::from(from[place])), i32x8::ZERO);
            for keys in self.keys {
                before -= from.simd_gt(i32x8::from(keys));
            }
            let rank = ranks[place] + before.reduce_add();
            found[place] = lanes.greatest(&self.values, (&less, rank));
        }
        found
    }
}
