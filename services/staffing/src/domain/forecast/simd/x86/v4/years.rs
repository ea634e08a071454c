//! Years side by side in registers of 64 bytes; eight years stay with half of one.

use pulp::{cast, x86::V4};

use super::super::super::Years;

/// What `nearest` adds.
const MAGIC: f32 = 8_388_608.0;
const COUNT: [i32; 16] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];

impl Years for V4 {
    #[inline(always)]
    fn add_parts<const W: usize>(self, sum: &mut [i16; W], parts: &[u8; W]) {
        Years::add_parts(*self, sum, parts);
    }

    #[inline(always)]
    fn add_parts_until<const W: usize>(self, sum: &mut [i16; W], parts: &[u8; W], until: u8) {
        if W < 16 {
            return Years::add_parts_until(*self, sum, parts, until);
        }
        let mut left = u32::from(until);
        for (sum, parts) in sum.as_chunks_mut::<16>().0.iter_mut().zip(parts.as_chunks::<16>().0) {
            let there = ((1_u32 << left.min(16)) - 1) as u16;
            let kept = self.avx512bw._mm256_maskz_cvtepu8_epi16(there, cast(*parts));
            *sum = cast(self.avx2._mm256_add_epi16(cast(*sum), kept));
            left = left.saturating_sub(16);
        }
    }

    #[inline(always)]
    fn add_sums<const W: usize>(self, sum: &mut [i16; W], more: &[i16; W]) {
        Years::add_sums(*self, sum, more);
    }

    #[inline(always)]
    fn add_both<const W: usize>(self, sums: &mut [[i16; W]; 2], more: &[[i16; W]; 2]) {
        if W < 16 {
            return Years::add_both(*self, sums, more);
        }
        let more = more.as_flattened().as_chunks::<32>().0;
        for (sum, more) in sums.as_flattened_mut().as_chunks_mut::<32>().0.iter_mut().zip(more) {
            *sum = cast(self.avx512bw._mm512_add_epi16(cast(*sum), cast(*more)));
        }
    }

    #[inline(always)]
    fn course<const W: usize>(
        self,
        of: &[[i16; W]; 2],
        worth: [f32; 2],
        [hours, shared]: [&[f32; W]; 2],
    ) -> [f32; W] {
        if W < 16 {
            return Years::course(*self, of, worth, [hours, shared]);
        }
        let mut values = [0.0; W];
        let [of_own, of_later] =
            [self.avx512f._mm512_set1_ps(worth[0]), self.avx512f._mm512_set1_ps(worth[1])];
        let parts = of[0].as_chunks::<16>().0.iter().zip(of[1].as_chunks::<16>().0);
        let factors = hours.as_chunks::<16>().0.iter().zip(shared.as_chunks::<16>().0);
        let values_of = values.as_chunks_mut::<16>().0.iter_mut();
        for (((own, all), (hours, shared)), value) in parts.zip(factors).zip(values_of) {
            let later = self.avx2._mm256_sub_epi16(cast(*all), cast(*own));
            let own = self.avx512f._mm512_cvtepi32_ps(self.avx512f._mm512_cvtepi16_epi32(cast(*own)));
            let later = self.avx512f._mm512_cvtepi32_ps(self.avx512f._mm512_cvtepi16_epi32(later));
            let own = self.avx512f._mm512_mul_ps(own, of_own);
            let parts = self.avx512f._mm512_add_ps(own, self.avx512f._mm512_mul_ps(later, of_later));
            let of_practice = self.avx512f._mm512_mul_ps(parts, cast(*hours));
            *value = cast(self.avx512f._mm512_mul_ps(of_practice, cast(*shared)));
        }
        values
    }

    #[inline(always)]
    fn whole<const W: usize>(self, values: &[f32; W]) -> [i32; W] {
        if W < 16 {
            return Years::whole(*self, values);
        }
        let mut whole = [0; W];
        let (least, most) = (self.avx512f._mm512_setzero_ps(), self.avx512f._mm512_set1_ps(MAGIC / 2.0));
        let magic = self.avx512f._mm512_set1_ps(MAGIC);
        for (whole, values) in whole.as_chunks_mut::<16>().0.iter_mut().zip(values.as_chunks::<16>().0) {
            let kept = self.avx512f._mm512_min_ps(self.avx512f._mm512_max_ps(cast(*values), least), most);
            let bits = cast(self.avx512f._mm512_add_ps(kept, magic));
            *whole = cast(self.avx512f._mm512_sub_epi32(bits, cast(magic)));
        }
        whole
    }

    #[inline(always)]
    fn multiply<const W: usize>(self, factors: &mut [f32; W], by: &[f32; W]) {
        if W < 16 {
            return Years::multiply(*self, factors, by);
        }
        for (factor, by) in factors.as_chunks_mut::<16>().0.iter_mut().zip(by.as_chunks::<16>().0) {
            *factor = cast(self.avx512f._mm512_mul_ps(cast(*factor), cast(*by)));
        }
    }

    #[inline(always)]
    fn times<const W: usize>(self, number: f32, factors: &[f32; W]) -> [f32; W] {
        if W < 16 {
            return Years::times(*self, number, factors);
        }
        let mut values = *factors;
        let number = self.avx512f._mm512_set1_ps(number);
        for value in values.as_chunks_mut::<16>().0 {
            *value = cast(self.avx512f._mm512_mul_ps(number, cast(*value)));
        }
        values
    }

    #[inline(always)]
    fn add_between<const W: usize>(self, sum: &mut [i32; W], values: &[i32; W], (from, until): (i32, i32)) {
        if W < 16 {
            return Years::add_between(*self, sum, values, (from, until));
        }
        let (from, until) = (self.avx512f._mm512_set1_epi32(from), self.avx512f._mm512_set1_epi32(until));
        let (mut years, step) = (cast(COUNT), self.avx512f._mm512_set1_epi32(16));
        for (sum, values) in sum.as_chunks_mut::<16>().0.iter_mut().zip(values.as_chunks::<16>().0) {
            let begun = self.avx512f._mm512_cmple_epi32_mask(from, years);
            let here = self.avx512f._mm512_mask_cmplt_epi32_mask(begun, years, until);
            *sum = cast(self.avx512f._mm512_mask_add_epi32(cast(*sum), here, cast(*sum), cast(*values)));
            years = self.avx512f._mm512_add_epi32(years, step);
        }
    }

    #[inline(always)]
    fn share<const W: usize>(self, values: &[i32; W], part: f32) -> [i32; W] {
        if W < 16 {
            return Years::share(*self, values, part);
        }
        let (mut of, part) = (*values, self.avx512f._mm512_set1_ps(part));
        let half = self.avx512f._mm512_set1_ps(0.5);
        for of in of.as_chunks_mut::<16>().0 {
            let value = self.avx512f._mm512_mul_ps(self.avx512f._mm512_cvtepi32_ps(cast(*of)), part);
            *of = cast(self.avx512f._mm512_cvttps_epi32(self.avx512f._mm512_add_ps(value, half)));
        }
        of
    }
}
