//! Sixteen lanes on x86-64 processors that have AVX2. Loops, not closures: those would be compiled for the oldest processor.

mod v4;

use std::arch::x86_64::{__m256, __m256i};

use pulp::{NullaryFnOnce, cast, x86::V3};

use super::{COUNTED, Eight, Lanes, Places, WORD, Window, Work, demand, keep};

/// Work with its lanes.
pub(super) struct With<T, L>(pub(super) T, pub(super) L);

impl<T: Work> NullaryFnOnce for With<T, V3> {
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
    fn keys(self, values: &[i32], window: Window, keys: &mut Vec<i8>) {
        keys.resize(values.len().next_multiple_of(WORD), 0);
        let middle = self.avx._mm256_set1_epi32(window.middle);
        let shift = cast([window.shift, 0, 0, 0]);
        let order = cast([0, 4, 1, 5, 2, 6, 3, 7]);
        let (parts, rest) = values.as_chunks::<32>();
        for (values, keys) in parts.iter().zip(keys.as_chunks_mut::<32>().0) {
            let mut eights = [middle; 4];
            for (eight, values) in eights.iter_mut().zip(values.as_chunks::<8>().0) {
                let halves = self.avx2._mm256_srai_epi32::<1>(cast(*values));
                *eight = self.avx2._mm256_sra_epi32(self.avx2._mm256_sub_epi32(halves, middle), shift);
            }
            // what does not fit becomes the nearest that does
            let low = self.avx2._mm256_packs_epi32(eights[0], eights[1]);
            let high = self.avx2._mm256_packs_epi32(eights[2], eights[3]);
            let mixed = self.avx2._mm256_packs_epi16(low, high);
            *keys = cast(self.avx2._mm256_permutevar8x32_epi32(mixed, order));
        }
        let last = &mut keys[values.len() - rest.len()..];
        last.fill(i8::MAX);
        for (key, value) in last.iter_mut().zip(rest) {
            *key = window.key(*value) as i8;
        }
    }

    #[inline(always)]
    fn below<const N: usize, const M: usize>(self, keys: &[i8], bounds: [[i8; N]; M]) -> [[i32; 8]; M] {
        let zero: __m256i = self.avx._mm256_setzero_si256();
        let (mut below, mut wide) = ([[0; 8]; M], [[zero; N]; M]);
        for (wide, bound) in wide.as_flattened_mut().iter_mut().zip(bounds.as_flattened()) {
            *wide = self.avx._mm256_set1_epi8(*bound);
        }
        for keys in keys.chunks(2 * COUNTED) {
            let mut counts = [[zero; N]; M];
            for part in keys.as_chunks::<32>().0 {
                let keys: __m256i = cast(*part);
                for (count, bound) in counts.as_flattened_mut().iter_mut().zip(wide.as_flattened()) {
                    // a lane that holds is minus one
                    let lies = self.avx2._mm256_cmpgt_epi8(*bound, keys);
                    *count = self.avx2._mm256_sub_epi8(*count, lies);
                }
            }
            for (below, counts) in below.iter_mut().zip(counts) {
                let mut sums = [zero; 8];
                for (sum, count) in sums.iter_mut().zip(counts) {
                    *sum = self.avx2._mm256_sad_epu8(count, zero);
                }
                let mut all = [self.four([sums[0], sums[1], sums[2], sums[3]]), [0; 4]];
                if N > 4 {
                    all[1] = self.four([sums[4], sums[5], sums[6], sums[7]]);
                }
                for (below, sum) in below.iter_mut().zip(all.as_flattened()) {
                    *below += sum;
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
        let zero: __m256i = self.avx._mm256_setzero_si256();
        let (mut begin, mut away, mut any) = ([zero; N], [zero; N], [zero; N]);
        for place in 0..N {
            any[place] = self.avx._mm256_set1_epi8(if length[place] > 0 { -1 } else { 0 });
            begin[place] = self.avx._mm256_set1_epi8(from[place]);
            away[place] = self.avx._mm256_set1_epi8(length[place].wrapping_sub(1).cast_signed());
        }
        let mut found = 0;
        for (word, keys) in keys.as_chunks::<WORD>().0.iter().enumerate() {
            let mut bits = 0;
            for (half, keys) in keys.as_chunks::<32>().0.iter().enumerate() {
                let (keys, mut inside): (__m256i, __m256i) = (cast(*keys), zero);
                for place in 0..N {
                    let far = self.avx2._mm256_sub_epi8(keys, begin[place]);
                    let least = self.avx2._mm256_min_epu8(far, away[place]);
                    let lies = self.avx2._mm256_cmpeq_epi8(least, far);
                    inside = self.avx2._mm256_or_si256(inside, self.avx2._mm256_and_si256(lies, any[place]));
                }
                bits |= u64::from(self.avx2._mm256_movemask_epi8(inside).cast_unsigned()) << (32 * half);
            }
            found = keep(bits, word * WORD, (found, places));
        }
        found
    }

    #[inline(always)]
    fn turn<const W: usize>(self, rows: &[[i32; W]], (first, draws): (usize, usize), out: &mut [i32]) {
        let years = out.len() / draws;
        let (eights, rest) = rows.as_chunks::<8>();
        // columns are often a power of two apart, and the nearest cache holds no more than eight such places
        for begin in (0..years).step_by(8) {
            for (eight, rows) in eights.iter().enumerate() {
                let first = first + 8 * eight;
                let mut of = [self.avx._mm256_setzero_si256(); 8];
                for (of, row) in of.iter_mut().zip(rows) {
                    if let Some(row) = row[begin..].first_chunk::<8>() {
                        *of = cast(*row);
                    }
                }
                for (year, column) in (begin..years).zip(self.turned(of)) {
                    if let Some(out) = out[year * draws + first..].first_chunk_mut::<8>() {
                        *out = cast(column);
                    }
                }
            }
        }
        Eight.turn(rest, (first + rows.len() - rest.len(), draws), out);
    }

    #[inline(always)]
    fn less<const N: usize>(self, values: &[i32], bounds: [i32; N]) -> [usize; N] {
        let zero: __m256i = self.avx._mm256_setzero_si256();
        let (mut wide, mut counts) = ([zero; N], [zero; N]);
        for (wide, bound) in wide.iter_mut().zip(bounds) {
            *wide = self.avx._mm256_set1_epi32(bound);
        }
        let (parts, rest) = values.as_chunks::<8>();
        for part in parts {
            for (count, bound) in counts.iter_mut().zip(wide) {
                let lies = self.avx2._mm256_cmpgt_epi32(bound, cast(*part));
                *count = self.avx2._mm256_sub_epi32(*count, lies);
            }
        }
        let mut less = Eight.less(rest, bounds);
        for (less, counts) in less.iter_mut().zip(counts) {
            let counts: [u32; 8] = cast(counts);
            for count in counts {
                *less += count as usize;
            }
        }
        less
    }

    #[inline(always)]
    fn less_than_each<const E: usize>(self, values: &[[i32; 8]; E], count: usize) -> [[i32; 8]; E] {
        let (mut wide, mut less) = ([self.avx._mm256_setzero_si256(); E], [[0; 8]; E]);
        for (wide, values) in wide.iter_mut().zip(values) {
            *wide = cast(*values);
        }
        let mut counts = [self.avx._mm256_setzero_si256(); E];
        for value in values.as_flattened().iter().take(count) {
            let value = self.avx._mm256_set1_epi32(*value);
            for (count, other) in counts.iter_mut().zip(&wide) {
                *count = self.avx2._mm256_sub_epi32(*count, self.avx2._mm256_cmpgt_epi32(*other, value));
            }
        }
        for (less, count) in less.iter_mut().zip(counts) {
            *less = cast(count);
        }
        less
    }

    #[inline(always)]
    fn needs(
        self,
        per_tenth: &[f32],
        (list, supply): (&[i32], &[i32]),
        (demands, gaps): (&mut [i32], &mut [i32]),
    ) {
        let eights = list.as_chunks::<8>().0.iter().zip(supply.as_chunks::<8>().0);
        let out = demands.as_chunks_mut::<8>().0.iter_mut().zip(gaps.as_chunks_mut::<8>().0);
        for (((list, supply), (demand, gap)), by) in eights.zip(out).zip(per_tenth.as_chunks::<8>().0) {
            let needed = self.scaled(list, cast(*by));
            *demand = cast(needed);
            *gap = cast(self.avx2._mm256_sub_epi32(needed, cast(*supply)));
        }
        let done = list.len() / 8 * 8;
        let out = (&mut demands[done..], &mut gaps[done..]);
        demand::needs(&per_tenth[done..], (&list[done..], &supply[done..]), out);
    }

    #[inline(always)]
    fn gaps(self, (demand, tenths): (&[f32], f32), (supply, fte): (&[f32], f32), gaps: &mut [i32]) {
        let (wide_tenths, wide_fte) = (self.avx._mm256_set1_ps(tenths), self.avx._mm256_set1_ps(fte));
        let eights = demand.as_chunks::<8>().0.iter().zip(supply.as_chunks::<8>().0);
        for (gap, (demand, supply)) in gaps.as_chunks_mut::<8>().0.iter_mut().zip(eights) {
            let needed = self.avx._mm256_cvtps_epi32(self.avx._mm256_mul_ps(cast(*demand), wide_tenths));
            let there = self.avx._mm256_cvtps_epi32(self.avx._mm256_mul_ps(cast(*supply), wide_fte));
            *gap = cast(self.avx2._mm256_sub_epi32(needed, there));
        }
        let done = gaps.len() / 8 * 8;
        Eight.gaps((&demand[done..], tenths), (&supply[done..], fte), &mut gaps[done..]);
    }

    #[inline(always)]
    fn shortfalls(self, (gaps, demands): (&[i32], &[i32]), shortfalls: &mut [i32]) {
        let (million, zero) = (self.avx._mm256_set1_ps(1e6), self.avx._mm256_setzero_ps());
        let (least, most) = (self.avx._mm256_set1_ps(-2e9), self.avx._mm256_set1_ps(2e9));
        let eights = gaps.as_chunks::<8>().0.iter().zip(demands.as_chunks::<8>().0);
        for ((gap, demand), out) in eights.zip(shortfalls.as_chunks_mut::<8>().0) {
            let demand = self.avx._mm256_cvtepi32_ps(cast(*demand));
            let share = self.avx._mm256_div_ps(self.avx._mm256_cvtepi32_ps(cast(*gap)), demand);
            let some = self.avx._mm256_cmp_ps::<{ std::arch::x86_64::_CMP_NEQ_UQ }>(demand, zero);
            let kept = self.avx._mm256_and_ps(some, self.avx._mm256_mul_ps(share, million));
            let kept = self.avx._mm256_min_ps(self.avx._mm256_max_ps(kept, least), most);
            *out = cast(self.avx._mm256_cvtps_epi32(kept));
        }
        let done = gaps.len() / 8 * 8;
        demand::shortfalls((&gaps[done..], &demands[done..]), &mut shortfalls[done..]);
    }

    #[inline(always)]
    fn weighted(self, gaps: &[i32], relative: &[f32], out: &mut [i32]) {
        let eights = gaps.as_chunks::<8>().0.iter().zip(relative.as_chunks::<8>().0);
        for ((gap, by), out) in eights.zip(out.as_chunks_mut::<8>().0) {
            *out = cast(self.scaled(gap, cast(*by)));
        }
        let done = gaps.len() / 8 * 8;
        demand::weighted(&gaps[done..], &relative[done..], &mut out[done..]);
    }
}

/// What several of them need.
trait Parts: Copy {
    fn scaled(self, values: &[i32; 8], by: __m256) -> __m256i;
    fn four(self, sums: [__m256i; 4]) -> [i32; 4];
    fn turned(self, rows: [__m256i; 8]) -> [__m256i; 8];
}

impl Parts for V3 {
    /// Values times factors, rounded.
    #[inline(always)]
    fn scaled(self, values: &[i32; 8], by: __m256) -> __m256i {
        let values = self.avx._mm256_cvtepi32_ps(cast(*values));
        self.avx._mm256_cvtps_epi32(self.avx._mm256_mul_ps(values, by))
    }

    /// The sums of the four small numbers of 64 bits of each.
    #[inline(always)]
    fn four(self, [a, b, c, d]: [__m256i; 4]) -> [i32; 4] {
        let ab = self.avx2._mm256_or_si256(a, self.avx2._mm256_slli_epi64::<32>(b));
        let cd = self.avx2._mm256_or_si256(c, self.avx2._mm256_slli_epi64::<32>(d));
        let low = self.avx2._mm256_unpacklo_epi64(ab, cd);
        let high = self.avx2._mm256_unpackhi_epi64(ab, cd);
        let [low, high]: [[i32; 4]; 2] = cast(self.avx2._mm256_add_epi32(low, high));
        [low[0] + high[0], low[1] + high[1], low[2] + high[2], low[3] + high[3]]
    }

    /// Rows as columns.
    #[inline(always)]
    fn turned(self, rows: [__m256i; 8]) -> [__m256i; 8] {
        let (mut pairs, mut fours, mut turned) = (rows, rows, rows);
        for place in 0..4 {
            let (one, other) = (rows[2 * place], rows[2 * place + 1]);
            pairs[2 * place] = self.avx2._mm256_unpacklo_epi32(one, other);
            pairs[2 * place + 1] = self.avx2._mm256_unpackhi_epi32(one, other);
        }
        for (from, to) in [(0, 0), (1, 2), (4, 4), (5, 6)] {
            let (one, other) = (pairs[from], pairs[from + 2]);
            fours[to] = self.avx2._mm256_unpacklo_epi64(one, other);
            fours[to + 1] = self.avx2._mm256_unpackhi_epi64(one, other);
        }
        for place in 0..4 {
            let (one, other) = (fours[place], fours[place + 4]);
            turned[place] = self.avx2._mm256_permute2x128_si256::<0x20>(one, other);
            turned[place + 4] = self.avx2._mm256_permute2x128_si256::<0x31>(one, other);
        }
        turned
    }
}
