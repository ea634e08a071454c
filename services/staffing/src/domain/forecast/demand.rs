//! Demand, and what is short of it: draw by draw, eight at once.

use wide::{f32x8, i32x8};

use super::paths::narrow;

/// FTE in 1/1000 that a tenth of a patient needs in a year.
pub(super) struct PerTenth {
    /// By draw.
    pub(super) by_draw: Vec<f32>,
    /// What it is where it is the same in every draw and no less than nothing: percentiles of demand are then those of the list.
    pub(super) same: Option<f32>,
}

impl PerTenth {
    pub(super) fn of(by_draw: impl Iterator<Item = f64>) -> Self {
        let by_draw: Vec<f32> = by_draw.map(narrow).collect();
        let first = by_draw.first().copied().unwrap_or_default();
        let same = first >= 0.0 && by_draw.iter().all(|of| of.to_bits() == first.to_bits());
        Self { by_draw, same: same.then_some(first) }
    }
}

/// Demand of a list in tenths of patients, in 1/1000 FTE.
#[inline(always)]
pub(super) fn demand_milli(tenths: i32, ratio: f32) -> i32 {
    rounded(tenths as f32 * ratio)
}

/// The nearest whole number.
#[inline(always)]
pub(super) fn rounded(value: f32) -> i32 {
    value.round_ties_even() as i32
}

/// Eight of [`demand_milli`] at once.
#[inline(always)]
fn demand_of_eight(tenths: &[i32; 8], ratio: f32x8) -> i32x8 {
    (f32x8::from_i32x8(i32x8::from(*tenths)) * ratio).fast_round_int()
}

/// Demand and gap of every draw.
#[inline(always)]
pub(super) fn needs(
    per_tenth: &[f32],
    (list, supply): (&[i32], &[i32]),
    (demands, gaps): (&mut [i32], &mut [i32]),
) {
    let eights = list.as_chunks::<8>().0.iter().zip(supply.as_chunks::<8>().0);
    let out = demands.as_chunks_mut::<8>().0.iter_mut().zip(gaps.as_chunks_mut::<8>().0);
    for (((list, supply), (demand, gap)), by) in eights.zip(out).zip(per_tenth.as_chunks::<8>().0) {
        let needed = demand_of_eight(list, f32x8::from(*by));
        *demand = needed.to_array();
        *gap = (needed - i32x8::from(*supply)).to_array();
    }
    for draw in list.len() / 8 * 8..list.len() {
        demands[draw] = demand_milli(list[draw], per_tenth[draw]);
        gaps[draw] = demands[draw] - supply[draw];
    }
}

/// Gap over demand of every draw, in parts per million.
#[inline(always)]
pub(super) fn shortfalls((gaps, demands): (&[i32], &[i32]), shortfalls: &mut [i32]) {
    let eights = gaps.as_chunks::<8>().0.iter().zip(demands.as_chunks::<8>().0);
    for ((gap, demand), out) in eights.zip(shortfalls.as_chunks_mut::<8>().0) {
        let demand = f32x8::from_i32x8(i32x8::from(*demand));
        let share = f32x8::from_i32x8(i32x8::from(*gap)) / demand * f32x8::splat(1e6);
        // nothing of nothing is nothing; what is much more than all stays a whole number
        let kept = demand.simd_ne(f32x8::ZERO) & share;
        *out = kept.fast_max(f32x8::splat(-2e9)).fast_min(f32x8::splat(2e9)).fast_round_int().to_array();
    }
    for draw in gaps.len() / 8 * 8..gaps.len() {
        shortfalls[draw] = share_ppm(gaps[draw], demands[draw]);
    }
}

/// Gap over demand, in parts per million.
#[inline(always)]
fn share_ppm(gap: i32, demand: i32) -> i32 {
    let share = gap as f32 / demand as f32 * 1e6;
    if demand == 0 { 0 } else { rounded(share.clamp(-2e9, 2e9)) }
}

/// Gaps times what a unit costs in each draw relative to its middle.
#[inline(always)]
pub(super) fn weighted(gaps: &[i32], relative: &[f32], out: &mut [i32]) {
    let eights = gaps.as_chunks::<8>().0.iter().zip(relative.as_chunks::<8>().0);
    for ((gap, by), out) in eights.zip(out.as_chunks_mut::<8>().0) {
        let cost = f32x8::from_i32x8(i32x8::from(*gap)) * f32x8::from(*by);
        *out = cost.fast_round_int().to_array();
    }
    for draw in gaps.len() / 8 * 8..gaps.len() {
        out[draw] = rounded(gaps[draw] as f32 * relative[draw]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn eights_and_single_draws_agree() {
        let need = PerTenth::of((0..13).map(|draw| 0.045 + f64::from(draw) / 1e4));
        let list: Vec<i32> = (0..13).map(|draw| if draw == 3 { 0 } else { 61_234 + 977 * draw }).collect();
        let supply: Vec<i32> =
            (0..13).map(|draw| if draw == 3 { 0 } else { 2_500 + 311 * (draw % 5) }).collect();
        let [mut demands, mut gaps, mut short] = [[0; 13]; 3];
        needs(&need.by_draw, (&list, &supply), (&mut demands, &mut gaps));
        shortfalls((&gaps, &demands), &mut short);
        for draw in 0..13 {
            let demand = demand_milli(list[draw], need.by_draw[draw]);
            assert_eq!((demands[draw], gaps[draw]), (demand, demand - supply[draw]));
            assert_eq!(short[draw], share_ppm(gaps[draw], demand));
        }
        assert_eq!(short[3], 0);
        // a list without patients whose staff is still there
        let mut all = [0; 8];
        shortfalls((&[-5; 8], &[0; 8]), &mut all);
        assert_eq!(all, [0; 8]);
    }
}
