//! The few vector operations of the innermost loops, in the widest registers that the processor turns out to have.
//!
//! A program that runs everywhere is compiled for the oldest processor; what the one at hand can do more is found out at the start,
//! and the loops are there once for each kind. Integers: every kind gives the same bits.

use wide::i16x8;

/// Vector operations on numbers of sixteen bits.
pub(super) trait Lanes: Copy {
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

    /// How many keys lie below the bound: up to 16,384 of them, a whole number of eights.
    fn below(self, keys: &[i16], bound: i16) -> usize;
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
    fn below(self, keys: &[i16], bound: i16) -> usize {
        let bound = i16x8::splat(bound);
        let mut counts = [i16x8::ZERO; 2];
        let (pairs, rest) = keys.as_chunks::<16>();
        for pair in pairs {
            for (count, part) in counts.iter_mut().zip(pair.as_chunks::<8>().0) {
                // a lane that holds is minus one
                *count -= bound.simd_gt(i16x8::from(*part));
            }
        }
        for part in rest.as_chunks::<8>().0 {
            counts[0] -= bound.simd_gt(i16x8::from(*part));
        }
        let counts = counts.iter().flat_map(|count| count.to_array());
        counts.map(|count| usize::try_from(count).unwrap_or_default()).sum()
    }
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use std::arch::x86_64::__m256i;

    use pulp::{NullaryFnOnce, cast, x86::V3};

    use super::{Eight, Lanes, Work};

    /// Work with its lanes.
    pub(super) struct With<T>(pub(super) T, pub(super) V3);

    impl<T: Work> NullaryFnOnce for With<T> {
        type Output = T::Out;

        #[inline(always)]
        fn call(self) -> T::Out {
            self.0.run(self.1)
        }
    }

    /// Sixteen lanes (AVX2); a table of eight stays with eight.
    impl Lanes for V3 {
        #[inline(always)]
        fn career<const W: usize>(
            self,
            sum: &mut [i16; W],
            survival: &[i16; W],
            fte: &[i16; W],
            number: i16,
        ) -> usize {
            if W < 16 {
                return Eight.career(sum, survival, fte, number);
            }
            let number: __m256i = self.avx._mm256_set1_epi16(number);
            let lanes = sum
                .as_chunks_mut::<16>()
                .0
                .iter_mut()
                .zip(survival.as_chunks::<16>().0)
                .zip(fte.as_chunks::<16>().0);
            let mut there_in = 0_u64;
            for (part, ((sum, alive), fte)) in lanes.enumerate() {
                let there = self.avx2._mm256_cmpgt_epi16(cast(*alive), number);
                let fte = self.avx2._mm256_and_si256(cast(*fte), there);
                *sum = cast(self.avx2._mm256_add_epi16(cast(*sum), fte));
                let bits = self.avx2._mm256_movemask_epi8(there).cast_unsigned();
                there_in |= u64::from(bits) << (32 * part);
            }
            // two bits a lane
            ((u64::BITS - there_in.leading_zeros()) / 2) as usize
        }

        #[inline(always)]
        fn above<const W: usize>(self, numbers: &[i16; W], bound: i16) -> usize {
            if W < 16 {
                return Eight.above(numbers, bound);
            }
            let bound: __m256i = self.avx._mm256_set1_epi16(bound);
            let mut bits = 0;
            for part in numbers.as_chunks::<16>().0 {
                let there = self.avx2._mm256_cmpgt_epi16(cast(*part), bound);
                bits += self.avx2._mm256_movemask_epi8(there).count_ones();
            }
            (bits / 2) as usize
        }

        #[inline(always)]
        fn below(self, keys: &[i16], bound: i16) -> usize {
            let (pairs, rest) = keys.as_chunks::<32>();
            let wide: __m256i = self.avx._mm256_set1_epi16(bound);
            let mut counts: [__m256i; 2] = [self.avx._mm256_setzero_si256(); 2];
            for pair in pairs {
                for (count, part) in counts.iter_mut().zip(pair.as_chunks::<16>().0) {
                    let lies = self.avx2._mm256_cmpgt_epi16(wide, cast(*part));
                    *count = self.avx2._mm256_sub_epi16(*count, lies);
                }
            }
            // pairs of lanes are added to numbers of twice their size
            let ones = self.avx._mm256_set1_epi16(1);
            let counts = counts.map(|count| self.avx2._mm256_madd_epi16(count, ones));
            let sums: [i32; 8] = cast(self.avx2._mm256_add_epi32(counts[0], counts[1]));
            usize::try_from(sums.iter().sum::<i32>()).unwrap_or_default() + Eight.below(rest, bound)
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    struct All<'a>(&'a [i16; 32], i16, &'a [i16]);

    impl Work for All<'_> {
        type Out = ([i16; 32], [usize; 3]);

        fn run(self, lanes: impl Lanes) -> Self::Out {
            let Self(numbers, bound, keys) = self;
            let mut sum = [3; 32];
            let last = lanes.career(&mut sum, numbers, &[7; 32], bound);
            (sum, [last, lanes.above(numbers, bound), lanes.below(keys, bound)])
        }
    }

    proptest! {
        #[test]
        fn wide_lanes_give_what_narrow_ones_do(
            numbers in prop::array::uniform32(-9..9_i16), bound in -9..9_i16, keys in prop::collection::vec(-9..9_i16, 0..40),
        ) {
            let keys = &keys[..keys.len() / 8 * 8];
            let (sum, counts) = widest(All(&numbers, bound, keys));
            prop_assert_eq!((sum, counts), All(&numbers, bound, keys).run(Eight));
            let last = numbers.iter().rposition(|number| *number > bound).map_or(0, |place| place + 1);
            let above = numbers.iter().filter(|number| **number > bound).count();
            prop_assert_eq!(counts, [last, above, keys.iter().filter(|key| **key < bound).count()]);
        }
    }
}
