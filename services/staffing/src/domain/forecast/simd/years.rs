//! Years side by side: what is done to a course of FTE or of patients in the innermost loops.

use super::{super::lanes::nearest, Eight};

/// Operations on years side by side. Every kind of lanes gives the same bits.
pub(in super::super) trait Years: Copy {
    /// Adds FTE in parts.
    #[inline(always)]
    fn add_parts<const W: usize>(self, sum: &mut [i16; W], parts: &[u8; W]) {
        for (sum, part) in sum.iter_mut().zip(parts) {
            *sum = sum.wrapping_add(i16::from(*part));
        }
    }

    /// Adds FTE in parts in the years before one.
    #[inline(always)]
    fn add_parts_until<const W: usize>(self, sum: &mut [i16; W], parts: &[u8; W], until: u8) {
        for (year, (sum, part)) in sum.iter_mut().zip(parts).enumerate() {
            *sum = sum.wrapping_add(if year < usize::from(until) { i16::from(*part) } else { 0 });
        }
    }

    /// Adds sums of parts to others.
    #[inline(always)]
    fn add_sums<const W: usize>(self, sum: &mut [i16; W], more: &[i16; W]) {
        for (sum, more) in sum.iter_mut().zip(more) {
            *sum = sum.wrapping_add(*more);
        }
    }

    /// Adds two sums of parts to two others.
    #[inline(always)]
    fn add_both<const W: usize>(self, sums: &mut [[i16; W]; 2], more: &[[i16; W]; 2]) {
        for (sum, more) in sums.iter_mut().zip(more) {
            self.add_sums(sum, more);
        }
    }

    /// Parts of those of the base year and of all as FTE: times what a part is worth of those and of who came later, and two factors.
    #[inline(always)]
    fn course<const W: usize>(
        self,
        [own, all]: &[[i16; W]; 2],
        [of_own, of_later]: [f32; 2],
        [hours, shared]: [&[f32; W]; 2],
    ) -> [f32; W] {
        let mut values = [0.0; W];
        for year in 0..W {
            let later = all[year].wrapping_sub(own[year]);
            let parts = f32::from(own[year]) * of_own + f32::from(later) * of_later;
            values[year] = parts * hours[year] * shared[year];
        }
        values
    }

    /// The nearest whole numbers.
    #[inline(always)]
    fn whole<const W: usize>(self, values: &[f32; W]) -> [i32; W] {
        let mut whole = [0; W];
        for (whole, value) in whole.iter_mut().zip(values) {
            *whole = nearest(*value);
        }
        whole
    }

    /// Factors times others.
    #[inline(always)]
    fn multiply<const W: usize>(self, factors: &mut [f32; W], by: &[f32; W]) {
        for (factor, by) in factors.iter_mut().zip(by) {
            *factor *= by;
        }
    }

    /// A number times the factors.
    #[inline(always)]
    fn times<const W: usize>(self, number: f32, factors: &[f32; W]) -> [f32; W] {
        let mut values = [0.0; W];
        for (value, factor) in values.iter_mut().zip(factors) {
            *value = number * factor;
        }
        values
    }

    /// Adds values in the years from one on and before another.
    #[inline(always)]
    fn add_between<const W: usize>(self, sum: &mut [i32; W], values: &[i32; W], (from, until): (i32, i32)) {
        for year in 0..W {
            let here = (from..until).contains(&(year as i32));
            sum[year] = sum[year].wrapping_add(if here { values[year] } else { 0 });
        }
    }

    /// A share of values that are not below nothing.
    #[inline(always)]
    fn share<const W: usize>(self, values: &[i32; W], part: f32) -> [i32; W] {
        let mut of = [0; W];
        for (of, value) in of.iter_mut().zip(values) {
            *of = (*value as f32 * part + 0.5) as i32;
        }
        of
    }
}

impl Years for Eight {}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use pulp::{cast, x86::V3};

    use super::{Eight, Years};

    /// What [`super::nearest`] adds.
    const MAGIC: f32 = 8_388_608.0;
    const COUNT: [i32; 8] = [0, 1, 2, 3, 4, 5, 6, 7];

    impl Years for V3 {
        #[inline(always)]
        fn add_parts<const W: usize>(self, sum: &mut [i16; W], parts: &[u8; W]) {
            if W < 16 {
                return Eight.add_parts(sum, parts);
            }
            for (sum, parts) in sum.as_chunks_mut::<16>().0.iter_mut().zip(parts.as_chunks::<16>().0) {
                let wide = self.avx2._mm256_cvtepu8_epi16(cast(*parts));
                *sum = cast(self.avx2._mm256_add_epi16(cast(*sum), wide));
            }
        }

        #[inline(always)]
        fn add_parts_until<const W: usize>(self, sum: &mut [i16; W], parts: &[u8; W], until: u8) {
            if W < 16 {
                return Eight.add_parts_until(sum, parts, until);
            }
            let (until, step) =
                (self.avx._mm256_set1_epi16(i16::from(until)), self.avx._mm256_set1_epi16(16));
            let mut years = cast([0_i16, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]);
            for (sum, parts) in sum.as_chunks_mut::<16>().0.iter_mut().zip(parts.as_chunks::<16>().0) {
                let there = self.avx2._mm256_cmpgt_epi16(until, years);
                let kept = self.avx2._mm256_and_si256(there, self.avx2._mm256_cvtepu8_epi16(cast(*parts)));
                *sum = cast(self.avx2._mm256_add_epi16(cast(*sum), kept));
                years = self.avx2._mm256_add_epi16(years, step);
            }
        }

        #[inline(always)]
        fn add_sums<const W: usize>(self, sum: &mut [i16; W], more: &[i16; W]) {
            if W < 16 {
                return Eight.add_sums(sum, more);
            }
            for (sum, more) in sum.as_chunks_mut::<16>().0.iter_mut().zip(more.as_chunks::<16>().0) {
                *sum = cast(self.avx2._mm256_add_epi16(cast(*sum), cast(*more)));
            }
        }

        #[inline(always)]
        fn course<const W: usize>(
            self,
            [own, all]: &[[i16; W]; 2],
            [of_own, of_later]: [f32; 2],
            [hours, shared]: [&[f32; W]; 2],
        ) -> [f32; W] {
            let mut values = [0.0; W];
            let (of_own, of_later) = (self.avx._mm256_set1_ps(of_own), self.avx._mm256_set1_ps(of_later));
            let parts = own.as_chunks::<8>().0.iter().zip(all.as_chunks::<8>().0);
            let factors = hours.as_chunks::<8>().0.iter().zip(shared.as_chunks::<8>().0);
            let values_of = values.as_chunks_mut::<8>().0.iter_mut();
            for (((own, all), (hours, shared)), value) in parts.zip(factors).zip(values_of) {
                let later = self.sse2._mm_sub_epi16(cast(*all), cast(*own));
                let own = self.avx._mm256_cvtepi32_ps(self.avx2._mm256_cvtepi16_epi32(cast(*own)));
                let later = self.avx._mm256_cvtepi32_ps(self.avx2._mm256_cvtepi16_epi32(later));
                let own = self.avx._mm256_mul_ps(own, of_own);
                let parts = self.avx._mm256_add_ps(own, self.avx._mm256_mul_ps(later, of_later));
                let of_practice = self.avx._mm256_mul_ps(parts, cast(*hours));
                *value = cast(self.avx._mm256_mul_ps(of_practice, cast(*shared)));
            }
            values
        }

        #[inline(always)]
        fn whole<const W: usize>(self, values: &[f32; W]) -> [i32; W] {
            let mut whole = [0; W];
            let (least, most) = (self.avx._mm256_setzero_ps(), self.avx._mm256_set1_ps(MAGIC / 2.0));
            let magic = self.avx._mm256_set1_ps(MAGIC);
            for (whole, values) in whole.as_chunks_mut::<8>().0.iter_mut().zip(values.as_chunks::<8>().0) {
                let kept = self.avx._mm256_min_ps(self.avx._mm256_max_ps(cast(*values), least), most);
                let bits = cast(self.avx._mm256_add_ps(kept, magic));
                *whole = cast(self.avx2._mm256_sub_epi32(bits, cast(magic)));
            }
            whole
        }

        #[inline(always)]
        fn multiply<const W: usize>(self, factors: &mut [f32; W], by: &[f32; W]) {
            for (factor, by) in factors.as_chunks_mut::<8>().0.iter_mut().zip(by.as_chunks::<8>().0) {
                *factor = cast(self.avx._mm256_mul_ps(cast(*factor), cast(*by)));
            }
        }

        #[inline(always)]
        fn times<const W: usize>(self, number: f32, factors: &[f32; W]) -> [f32; W] {
            let mut values = *factors;
            let number = self.avx._mm256_set1_ps(number);
            for value in values.as_chunks_mut::<8>().0 {
                *value = cast(self.avx._mm256_mul_ps(number, cast(*value)));
            }
            values
        }

        #[inline(always)]
        fn add_between<const W: usize>(
            self,
            sum: &mut [i32; W],
            values: &[i32; W],
            (from, until): (i32, i32),
        ) {
            let (from, until) = (self.avx._mm256_set1_epi32(from), self.avx._mm256_set1_epi32(until));
            let (mut years, step) = (cast(COUNT), self.avx._mm256_set1_epi32(8));
            for (sum, values) in sum.as_chunks_mut::<8>().0.iter_mut().zip(values.as_chunks::<8>().0) {
                let before = self.avx2._mm256_cmpgt_epi32(from, years);
                let there = self.avx2._mm256_cmpgt_epi32(until, years);
                let here = self.avx2._mm256_andnot_si256(before, there);
                let kept = self.avx2._mm256_and_si256(here, cast(*values));
                *sum = cast(self.avx2._mm256_add_epi32(cast(*sum), kept));
                years = self.avx2._mm256_add_epi32(years, step);
            }
        }

        #[inline(always)]
        fn share<const W: usize>(self, values: &[i32; W], part: f32) -> [i32; W] {
            let (mut of, part) = (*values, self.avx._mm256_set1_ps(part));
            let half = self.avx._mm256_set1_ps(0.5);
            for of in of.as_chunks_mut::<8>().0 {
                let value = self.avx._mm256_mul_ps(self.avx._mm256_cvtepi32_ps(cast(*of)), part);
                *of = cast(self.avx._mm256_cvttps_epi32(self.avx._mm256_add_ps(value, half)));
            }
            of
        }
    }
}
