//! Registers of 64 bytes on x86-64 processors that have AVX-512: a lane that holds is a bit of a mask there, and is counted or added with
//! at once. What fits into half of such a register is left to the lanes of AVX2. Loops, not closures, as there.

mod years;

use std::arch::x86_64::__m512i;

use pulp::{NullaryFnOnce, cast, x86::V4};

use super::{
    super::{Eight, Lanes, Places, WORD, Window, Work, demand, keep},
    With,
};

impl<T: Work> NullaryFnOnce for With<T, V4> {
    type Output = T::Out;

    #[inline(always)]
    fn call(self) -> T::Out {
        self.0.run(self.1)
    }
}

impl Lanes for V4 {
    #[inline(always)]
    fn career<const W: usize>(
        self,
        sum: &mut [i16; W],
        survival: &[i16; W],
        fte: &[i16; W],
        number: i16,
    ) -> usize {
        Lanes::career(*self, sum, survival, fte, number)
    }

    #[inline(always)]
    fn above<const W: usize>(self, numbers: &[i16; W], bound: i16) -> usize {
        if W < 32 {
            return Lanes::above(*self, numbers, bound);
        }
        let bound = self.avx512f._mm512_set1_epi16(bound);
        let mut above = 0;
        for part in numbers.as_chunks::<32>().0 {
            above += self.avx512bw._mm512_cmpgt_epi16_mask(cast(*part), bound).count_ones();
        }
        above as usize
    }

    #[inline(always)]
    fn keys(self, values: &[i32], window: Window, keys: &mut Vec<i8>) {
        keys.resize(values.len().next_multiple_of(WORD), 0);
        let middle = self.avx512f._mm512_set1_epi32(window.middle);
        let shift = cast([window.shift, 0, 0, 0]);
        let (parts, rest) = values.as_chunks::<16>();
        for (values, keys) in parts.iter().zip(keys.as_chunks_mut::<16>().0) {
            let halves = self.avx512f._mm512_srai_epi32::<1>(cast(*values));
            let steps = self.avx512f._mm512_sra_epi32(self.avx512f._mm512_sub_epi32(halves, middle), shift);
            // what does not fit becomes the nearest that does
            *keys = cast(self.avx512f._mm512_cvtsepi32_epi8(steps));
        }
        let last = &mut keys[values.len() - rest.len()..];
        last.fill(i8::MAX);
        for (key, value) in last.iter_mut().zip(rest) {
            *key = window.key(*value) as i8;
        }
    }

    #[inline(always)]
    fn below<const N: usize, const M: usize>(self, keys: &[i8], bounds: [[i8; N]; M]) -> [[i32; 8]; M] {
        let mut below = [[0; 8]; M];
        let mut wide = [[self.avx512f._mm512_setzero_si512(); N]; M];
        for (wide, bound) in wide.as_flattened_mut().iter_mut().zip(bounds.as_flattened()) {
            *wide = self.avx512f._mm512_set1_epi8(*bound);
        }
        let (one, zero) = (self.avx512f._mm512_set1_epi32(0x0101_0101), self.avx512f._mm512_setzero_si512());
        for keys in keys.chunks(WORD * usize::from(u8::MAX)) {
            let mut counts = [[zero; N]; M];
            for part in keys.as_chunks::<WORD>().0 {
                let keys: __m512i = cast(*part);
                for (count, bound) in counts.as_flattened_mut().iter_mut().zip(wide.as_flattened()) {
                    let lies = self.avx512bw._mm512_cmplt_epi8_mask(keys, *bound);
                    // a plain sum would be compiled as three instructions instead of two
                    *count = self.avx512bw._mm512_mask_adds_epu8(*count, lies, *count, one);
                }
            }
            for (below, counts) in below.iter_mut().zip(counts) {
                for (four, below) in below.as_chunks_mut::<4>().0.iter_mut().enumerate() {
                    let mut of = [zero; 4];
                    for (of, count) in of.iter_mut().zip(counts.iter().skip(4 * four)) {
                        *of = *count;
                    }
                    *below = self.summed(*below, of);
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
        let zero = self.avx512f._mm512_setzero_si512();
        let (mut begin, mut end) = ([zero; N], [zero; N]);
        for place in 0..N {
            begin[place] = self.avx512f._mm512_set1_epi8(from[place]);
            end[place] = self.avx512f._mm512_set1_epi8(length[place].cast_signed());
        }
        let mut found = 0;
        for (word, part) in keys.as_chunks::<WORD>().0.iter().enumerate() {
            let (keys, mut bits) = (cast(*part), 0);
            for (begin, end) in begin.iter().zip(&end) {
                let away = self.avx512bw._mm512_sub_epi8(keys, *begin);
                bits |= self.avx512bw._mm512_cmplt_epu8_mask(away, *end);
            }
            found = keep(bits, word * WORD, (found, places));
        }
        found
    }

    #[inline(always)]
    fn turn<const W: usize>(self, rows: &[[i32; W]], (first, draws): (usize, usize), out: &mut [i32]) {
        if W < 16 {
            return Lanes::turn(*self, rows, (first, draws), out);
        }
        let years = out.len() / draws;
        let (parts, rest) = rows.as_chunks::<16>();
        for begin in (0..years).step_by(16) {
            for (part, rows) in parts.iter().enumerate() {
                let first = first + 16 * part;
                let mut of = [self.avx512f._mm512_setzero_si512(); 16];
                for (of, row) in of.iter_mut().zip(rows) {
                    if let Some(row) = row[begin..].first_chunk::<16>() {
                        *of = cast(*row);
                    }
                }
                for (year, column) in (begin..years).zip(self.turned(&of)) {
                    if let Some(out) = out[year * draws + first..].first_chunk_mut::<16>() {
                        *out = cast(column);
                    }
                }
            }
        }
        Lanes::turn(*self, rest, (first + rows.len() - rest.len(), draws), out);
    }

    #[inline(always)]
    fn less<const N: usize>(self, values: &[i32], bounds: [i32; N]) -> [usize; N] {
        let mut wide = [self.avx512f._mm512_setzero_si512(); N];
        for (wide, bound) in wide.iter_mut().zip(bounds) {
            *wide = self.avx512f._mm512_set1_epi32(bound);
        }
        let (parts, rest) = values.as_chunks::<16>();
        let mut less = Eight.less(rest, bounds);
        for part in parts {
            for (less, bound) in less.iter_mut().zip(wide) {
                *less += self.avx512f._mm512_cmplt_epi32_mask(cast(*part), bound).count_ones() as usize;
            }
        }
        less
    }

    #[inline(always)]
    fn less_than_each<const E: usize>(self, values: &[[i32; 8]; E], count: usize) -> [[i32; 8]; E] {
        let mut less = [[0; 8]; E];
        let (one, zero) = (self.avx512f._mm512_set1_epi32(1), self.avx512f._mm512_setzero_si512());
        let (mut wide, mut counts) = ([zero; E], [zero; E]);
        let parts = values.as_flattened().as_chunks::<16>().0;
        for (wide, values) in wide.iter_mut().zip(parts) {
            *wide = cast(*values);
        }
        for value in values.as_flattened().iter().take(count) {
            let value = self.avx512f._mm512_set1_epi32(*value);
            for (count, other) in counts.iter_mut().zip(&wide).take(E / 2) {
                let lies = self.avx512f._mm512_cmplt_epi32_mask(value, *other);
                *count = self.avx512f._mm512_mask_add_epi32(*count, lies, *count, one);
            }
        }
        for (less, count) in less.as_flattened_mut().as_chunks_mut::<16>().0.iter_mut().zip(counts) {
            *less = cast(count);
        }
        less
    }

    #[inline(always)]
    fn greatest<const E: usize>(self, values: &[[i32; 8]; E], (less, rank): (&[[i32; 8]; E], i32)) -> i32 {
        let mut most = self.avx512f._mm512_set1_epi32(i32::MIN);
        let rank = self.avx512f._mm512_set1_epi32(rank);
        let less = less.as_flattened().as_chunks::<16>().0;
        for (values, less) in values.as_flattened().as_chunks::<16>().0.iter().zip(less) {
            let first = self.avx512f._mm512_cmple_epi32_mask(cast(*less), rank);
            most = self.avx512f._mm512_mask_max_epi32(most, first, most, cast(*values));
        }
        self.avx512f._mm512_reduce_max_epi32(most)
    }

    #[inline(always)]
    fn needs(
        self,
        per_tenth: &[f32],
        (list, supply): (&[i32], &[i32]),
        (demands, gaps): (&mut [i32], &mut [i32]),
    ) {
        let parts = list.as_chunks::<16>().0.iter().zip(supply.as_chunks::<16>().0);
        let out = demands.as_chunks_mut::<16>().0.iter_mut().zip(gaps.as_chunks_mut::<16>().0);
        for (((list, supply), (demand, gap)), by) in parts.zip(out).zip(per_tenth.as_chunks::<16>().0) {
            let needed = self.scaled(list, by);
            *demand = cast(needed);
            *gap = cast(self.avx512f._mm512_sub_epi32(needed, cast(*supply)));
        }
        let done = list.len() / 16 * 16;
        let out = (&mut demands[done..], &mut gaps[done..]);
        demand::needs(&per_tenth[done..], (&list[done..], &supply[done..]), out);
    }

    #[inline(always)]
    fn gaps(self, (demand, tenths): (&[f32], f32), (supply, fte): (&[f32], f32), gaps: &mut [i32]) {
        let (wide_tenths, wide_fte) = (self.avx512f._mm512_set1_ps(tenths), self.avx512f._mm512_set1_ps(fte));
        let parts = demand.as_chunks::<16>().0.iter().zip(supply.as_chunks::<16>().0);
        for (gap, (demand, supply)) in gaps.as_chunks_mut::<16>().0.iter_mut().zip(parts) {
            let needed = self.avx512f._mm512_mul_ps(cast(*demand), wide_tenths);
            let there = self.avx512f._mm512_mul_ps(cast(*supply), wide_fte);
            let [needed, there] =
                [self.avx512f._mm512_cvtps_epi32(needed), self.avx512f._mm512_cvtps_epi32(there)];
            *gap = cast(self.avx512f._mm512_sub_epi32(needed, there));
        }
        let done = gaps.len() / 16 * 16;
        Eight.gaps((&demand[done..], tenths), (&supply[done..], fte), &mut gaps[done..]);
    }

    #[inline(always)]
    fn shortfalls(self, (gaps, demands): (&[i32], &[i32]), shortfalls: &mut [i32]) {
        let (million, zero) = (self.avx512f._mm512_set1_ps(1e6), self.avx512f._mm512_setzero_ps());
        let (least, most) = (self.avx512f._mm512_set1_ps(-2e9), self.avx512f._mm512_set1_ps(2e9));
        let parts = gaps.as_chunks::<16>().0.iter().zip(demands.as_chunks::<16>().0);
        for ((gap, demand), out) in parts.zip(shortfalls.as_chunks_mut::<16>().0) {
            let demand = self.avx512f._mm512_cvtepi32_ps(cast(*demand));
            let share = self.avx512f._mm512_div_ps(self.avx512f._mm512_cvtepi32_ps(cast(*gap)), demand);
            let some = self.avx512f._mm512_cmpneq_ps_mask(demand, zero);
            let kept = self.avx512f._mm512_maskz_mul_ps(some, share, million);
            let kept = self.avx512f._mm512_min_ps(self.avx512f._mm512_max_ps(kept, least), most);
            *out = cast(self.avx512f._mm512_cvtps_epi32(kept));
        }
        let done = gaps.len() / 16 * 16;
        demand::shortfalls((&gaps[done..], &demands[done..]), &mut shortfalls[done..]);
    }

    #[inline(always)]
    fn weighted(self, gaps: &[i32], relative: &[f32], out: &mut [i32]) {
        let parts = gaps.as_chunks::<16>().0.iter().zip(relative.as_chunks::<16>().0);
        for ((gap, by), out) in parts.zip(out.as_chunks_mut::<16>().0) {
            *out = cast(self.scaled(gap, by));
        }
        let done = gaps.len() / 16 * 16;
        demand::weighted(&gaps[done..], &relative[done..], &mut out[done..]);
    }
}

/// What several of them need.
trait Parts: Copy {
    fn scaled(self, values: &[i32; 16], by: &[f32; 16]) -> __m512i;
    fn turned(self, rows: &[__m512i; 16]) -> [__m512i; 16];
    fn summed(self, sums: [i32; 4], of: [__m512i; 4]) -> [i32; 4];
}

impl Parts for V4 {
    /// Rows as columns.
    #[inline(always)]
    fn turned(self, rows: &[__m512i; 16]) -> [__m512i; 16] {
        let (mut pairs, mut fours, mut eights, mut turned) = (*rows, *rows, *rows, *rows);
        for place in 0..8 {
            let (one, other) = (rows[2 * place], rows[2 * place + 1]);
            pairs[2 * place] = self.avx512f._mm512_unpacklo_epi32(one, other);
            pairs[2 * place + 1] = self.avx512f._mm512_unpackhi_epi32(one, other);
        }
        for four in 0..4 {
            for half in 0..2 {
                let (one, other) = (pairs[4 * four + half], pairs[4 * four + half + 2]);
                fours[4 * four + 2 * half] = self.avx512f._mm512_unpacklo_epi64(one, other);
                fours[4 * four + 2 * half + 1] = self.avx512f._mm512_unpackhi_epi64(one, other);
            }
        }
        // each register has a column of four rows in every quarter: columns `place`, and 4, 8 and 12 after it
        for half in 0..2 {
            for place in 0..4 {
                let (one, other) = (fours[8 * half + place], fours[8 * half + place + 4]);
                eights[8 * half + place] = self.avx512f._mm512_shuffle_i32x4::<0x88>(one, other);
                eights[8 * half + place + 4] = self.avx512f._mm512_shuffle_i32x4::<0xdd>(one, other);
            }
        }
        for place in 0..8 {
            let (one, other) = (eights[place], eights[place + 8]);
            turned[place] = self.avx512f._mm512_shuffle_i32x4::<0x88>(one, other);
            turned[place + 8] = self.avx512f._mm512_shuffle_i32x4::<0xdd>(one, other);
        }
        turned
    }

    /// Adds the bytes of each register to a sum.
    #[inline(always)]
    fn summed(self, mut sums: [i32; 4], mut of: [__m512i; 4]) -> [i32; 4] {
        for of in &mut of {
            *of = self.avx512bw._mm512_sad_epu8(*of, self.avx512f._mm512_setzero_si512());
        }
        // in every quarter of one register its part of all four sums
        let mut pairs = [of[0]; 2];
        for (pair, [one, other]) in pairs.iter_mut().zip(of.as_chunks::<2>().0) {
            let low = self.avx512f._mm512_unpacklo_epi64(*one, *other);
            *pair = self.avx512f._mm512_add_epi64(low, self.avx512f._mm512_unpackhi_epi64(*one, *other));
        }
        let quarters: [[i32; 4]; 4] =
            cast(self.avx512f._mm512_shuffle_ps::<0x88>(cast(pairs[0]), cast(pairs[1])));
        for quarter in quarters {
            for (sum, part) in sums.iter_mut().zip(quarter) {
                *sum += part;
            }
        }
        sums
    }

    /// Values times factors, rounded.
    #[inline(always)]
    fn scaled(self, values: &[i32; 16], by: &[f32; 16]) -> __m512i {
        let values = self.avx512f._mm512_cvtepi32_ps(cast(*values));
        self.avx512f._mm512_cvtps_epi32(self.avx512f._mm512_mul_ps(values, cast(*by)))
    }
}
