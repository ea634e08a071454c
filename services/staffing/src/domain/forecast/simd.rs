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

    /// How many keys lie below each bound: up to 16,384 keys, a whole number of eights.
    fn below<const N: usize>(self, keys: &[i16], bounds: [i16; N]) -> [usize; N];

    /// The places of keys that lie less than its length after any of the bounds; a whole number of eights.
    fn within<const N: usize>(self, keys: &[i16], of: ([i16; N], [i32; N]), places: &mut Vec<u16>);
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
    fn below<const N: usize>(self, keys: &[i16], bounds: [i16; N]) -> [usize; N] {
        let (mut counts, mut wide) = ([i16x8::ZERO; N], [i16x8::ZERO; N]);
        for (wide, bound) in wide.iter_mut().zip(bounds) {
            *wide = i16x8::splat(bound);
        }
        for part in keys.as_chunks::<8>().0 {
            let keys = i16x8::from(*part);
            for (count, bound) in counts.iter_mut().zip(wide) {
                // a lane that holds is minus one
                *count -= bound.simd_gt(keys);
            }
        }
        let mut below = [0; N];
        for (below, count) in below.iter_mut().zip(counts) {
            *below = count.to_array().iter().map(|count| usize::try_from(*count).unwrap_or_default()).sum();
        }
        below
    }

    #[inline(always)]
    fn within<const N: usize>(
        self,
        keys: &[i16],
        (from, length): ([i16; N], [i32; N]),
        places: &mut Vec<u16>,
    ) {
        places.clear();
        for (part, keys) in keys.as_chunks::<8>().0.iter().enumerate() {
            let mut inside = i16x8::ZERO;
            for (from, length) in from.iter().zip(length) {
                inside |= away(length).simd_gt((i16x8::from(*keys) - i16x8::splat(*from)) ^ FLIP);
            }
            let mut inside = inside.to_bitmask();
            while inside != 0 {
                places.push((8 * part as u32 + inside.trailing_zeros()) as u16);
                inside &= inside - 1;
            }
        }
    }
}

/// Turns numbers without sign into those that compare with sign.
const FLIP: i16x8 = i16x8::new([i16::MIN; 8]);

/// A length as what distances, wrapped round, are compared with.
#[inline(always)]
fn away(length: i32) -> i16x8 {
    i16x8::splat((length - 32_768) as i16)
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
        fn below<const N: usize>(self, keys: &[i16], bounds: [i16; N]) -> [usize; N] {
            let zero: __m256i = self.avx._mm256_setzero_si256();
            let (mut counts, mut wide) = ([zero; N], [zero; N]);
            for (wide, bound) in wide.iter_mut().zip(bounds) {
                *wide = self.avx._mm256_set1_epi16(bound);
            }
            let (parts, rest) = keys.as_chunks::<16>();
            for part in parts {
                let keys: __m256i = cast(*part);
                for (count, bound) in counts.iter_mut().zip(wide) {
                    let lies = self.avx2._mm256_cmpgt_epi16(bound, keys);
                    *count = self.avx2._mm256_sub_epi16(*count, lies);
                }
            }
            let ones = self.avx._mm256_set1_epi16(1);
            let mut below = Eight.below(rest, bounds);
            for (below, count) in below.iter_mut().zip(counts) {
                // pairs of lanes are added to numbers of twice their size
                let sums: [i32; 8] = cast(self.avx2._mm256_madd_epi16(count, ones));
                let mut sum = 0;
                for part in sums {
                    sum += part;
                }
                *below += sum.unsigned_abs() as usize;
            }
            below
        }

        #[inline(always)]
        fn within<const N: usize>(
            self,
            keys: &[i16],
            (from, length): ([i16; N], [i32; N]),
            places: &mut Vec<u16>,
        ) {
            let (parts, rest) = keys.as_chunks::<16>();
            Eight.within(rest, (from, length), places);
            let done = keys.len() - rest.len();
            for place in places.iter_mut() {
                *place += done as u16;
            }
            let zero: __m256i = self.avx._mm256_setzero_si256();
            let flip = self.avx._mm256_set1_epi16(i16::MIN);
            let (mut begin, mut away) = ([zero; N], [zero; N]);
            for place in 0..N {
                begin[place] = self.avx._mm256_set1_epi16(from[place]);
                away[place] = self.avx._mm256_set1_epi16((length[place] - 32_768) as i16);
            }
            let (mut found, mut count) = ([0; 64], 0);
            for (part, keys) in parts.iter().enumerate() {
                let (keys, mut inside): (__m256i, __m256i) = (cast(*keys), zero);
                for (begin, away) in begin.iter().zip(away) {
                    let far = self.avx2._mm256_xor_si256(self.avx2._mm256_sub_epi16(keys, *begin), flip);
                    inside = self.avx2._mm256_or_si256(inside, self.avx2._mm256_cmpgt_epi16(away, far));
                }
                // two bits a lane, of which one is enough
                let mut bits = self.avx2._mm256_movemask_epi8(inside).cast_unsigned() & 0x5555_5555;
                // most have none or one, and no processor guesses which: it is written all the same, and counts or not
                found[count] = (16 * part as u32 + bits.trailing_zeros() / 2) as u16;
                count += usize::from(bits != 0);
                bits &= bits.wrapping_sub(1);
                while bits != 0 {
                    found[count & 63] = (16 * part as u32 + bits.trailing_zeros() / 2) as u16;
                    count += 1;
                    bits &= bits - 1;
                }
                if count >= 48 {
                    places.extend_from_slice(&found[..count]);
                    count = 0;
                }
                count &= 63;
            }
            places.extend_from_slice(&found[..count]);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    struct All<'a>(&'a [i16; 32], i16, &'a [i16]);

    impl Work for All<'_> {
        type Out = ([i16; 32], [usize; 4], Vec<u16>);

        fn run(self, lanes: impl Lanes) -> Self::Out {
            let Self(numbers, bound, keys) = self;
            let mut sum = [3; 32];
            let last = lanes.career(&mut sum, numbers, &[7; 32], bound);
            let mut places = Vec::new();
            lanes.within(keys, ([bound, -8], [3, 2]), &mut places);
            places.sort_unstable();
            let [below, more] = lanes.below(keys, [bound, bound + 2]);
            (sum, [last, lanes.above(numbers, bound), below, more], places)
        }
    }

    proptest! {
        #[test]
        fn wide_lanes_give_what_narrow_ones_do(
            numbers in prop::array::uniform32(-9..9_i16), bound in -9..9_i16, keys in prop::collection::vec(-9..9_i16, 0..40),
        ) {
            let keys = &keys[..keys.len() / 8 * 8];
            let (sum, counts, places) = widest(All(&numbers, bound, keys));
            prop_assert_eq!((sum, counts, places.clone()), All(&numbers, bound, keys).run(Eight));
            let last = numbers.iter().rposition(|number| *number > bound).map_or(0, |place| place + 1);
            let above = numbers.iter().filter(|number| **number > bound).count();
            let below = |bound: i16| keys.iter().filter(|key| **key < bound).count();
            prop_assert_eq!(counts, [last, above, below(bound), below(bound + 2)]);
            let within = |key: i16| (bound..bound + 3).contains(&key) || (-8..-6).contains(&key);
            let wanted: Vec<u16> = (0..).zip(keys).filter(|(_, key)| within(**key)).map(|(at, _)| at).collect();
            prop_assert_eq!(places, wanted);
        }
    }
}
