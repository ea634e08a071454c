//! A handful of values, told apart by comparing each with each.

use wide::i32x8;

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
    pub(super) fn at<const N: usize>(&self, count: usize, (from, ranks): ([i8; N], [i32; N])) -> [i32; N] {
        let (mut values, mut less) = ([i32x8::ZERO; E], [i32x8::ZERO; E]);
        for (wide, values) in values.iter_mut().zip(self.values) {
            *wide = i32x8::from(values);
        }
        for value in self.values.as_flattened().iter().take(count) {
            let value = i32x8::splat(*value);
            for (less, other) in less.iter_mut().zip(&values) {
                // a lane that holds is minus one
                *less -= other.simd_gt(value);
            }
        }
        let mut found = [0; N];
        for place in 0..N {
            let (from, mut before) = (i32x8::splat(i32::from(from[place])), i32x8::ZERO);
            for keys in self.keys {
                before -= from.simd_gt(i32x8::from(keys));
            }
            let rank = i32x8::splat(ranks[place] + before.reduce_add());
            let mut most = i32x8::splat(i32::MIN);
            for (values, less) in values.iter().zip(&less) {
                most = most.max(less.simd_gt(rank).select(i32x8::splat(i32::MIN), *values));
            }
            found[place] = most.reduce_max();
        }
        found
    }
}
