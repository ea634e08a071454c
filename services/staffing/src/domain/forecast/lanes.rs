//! The innermost loop: a person's whole career in a few vector operations, years side by side.
//!
//! Whether somebody who started in an age band is still there after so many years is one comparison of one random number
//! with the survival curve of that band. Hazards are shared by all practices, so the curves are, and careers are drawn into banks
//! (see [`super::making`]); what a practice has of its own (leavers above or below the usual, hours, closure) acts on the choice of
//! the bank or on the sum. No head is averaged.
//!
//! Years are lanes of 16-bit integers, which every processor adds and compares eight or more at a time without special
//! instructions; integers give the same sums in any order.

use super::simd::Lanes;

/// Mixes a counter into 64 random bits (the finaliser of SplitMix64: Steele, Lea and Flood 2014).
#[inline(always)]
pub(super) fn mix(counter: u64) -> u64 {
    let z = (counter ^ (counter >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// Distance of neighbouring counters.
pub(super) const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

/// A standard normal number out of 64 random bits: four sixteen-bit numbers added up. Its tails end at 3.5, which is enough for counts
/// of dozens and for spreads that nobody knows better.
#[inline(always)]
pub(super) fn normal(bits: u64) -> f32 {
    let sum: u64 = (0..4).map(|part| bits >> (16 * part) & 0xffff).sum();
    (sum as f32 / 65_536.0 - 2.0) * 1.732_050_8
}

/// Survival of one start: a person with random number `u` is there in year `t` while `u` lies below the lane. Lanes fall from
/// year to year; those before the start are never passed.
pub(super) type Survival<const W: usize> = [i16; W];

/// The lane of a chance. The random numbers stop one short of the largest, so that certainty is certain.
pub(super) fn lane(chance: f64) -> i16 {
    #[expect(clippy::cast_possible_truncation, reason = "clamped to the range")]
    let lane = (chance.clamp(0.0, 1.0) * 65_535.0).round() as i32 - 32_768;
    i16::try_from(lane).unwrap_or(i16::MAX)
}

/// What is left of something that goes with the same chance each year.
pub(super) fn survival<const W: usize>(chance: f64, years: usize) -> Survival<W> {
    let mut left = [i16::MIN; W];
    for (year, place) in left.iter_mut().enumerate().take(years) {
        *place = lane((1.0 - chance).powi(i32::try_from(year).unwrap_or(0)));
    }
    left
}

/// Sixteen random bits as a number to hold against lanes.
#[inline(always)]
pub(super) fn against_lanes(bits: u64) -> i16 {
    #[expect(clippy::cast_possible_truncation, reason = "the low sixteen bits are what is wanted")]
    let number = (bits as u16).cast_signed();
    number.min(i16::MAX - 1)
}

/// Adds the FTE of one person's years to `sum` and gives the first year without them.
#[inline(always)]
pub(super) fn career<const W: usize>(
    lanes: impl Lanes,
    (sum, fte): (&mut [i16; W], &[i16; W]),
    survival: &Survival<W>,
    number: i16,
) -> usize {
    lanes.career(sum, survival, fte, number)
}

/// How many lanes a number has reached: the year, or the count, that it stands for.
#[inline(always)]
pub(super) fn reached<const W: usize>(lanes: impl Lanes, edges: &[i16; W], number: i16) -> usize {
    W - lanes.above(edges, number)
}

/// Random bits of draws from one on, of what has this key, by the distance of its counters.
#[inline(always)]
pub(super) fn of_draws<const D: usize>((key, step): (u64, u64), first: usize) -> [u64; D] {
    let mut bits = [0; D];
    for (place, bits) in bits.iter_mut().enumerate() {
        *bits = mix(key.wrapping_add(((first + place) as u64).wrapping_mul(step)));
    }
    bits
}

/// How many edges each draw has reached with the number of its bits.
#[inline(always)]
pub(super) fn reached_by_each<const D: usize>(edges: &[i16], bits: &[u64; D]) -> [u16; D] {
    let (mut numbers, mut counts) = ([0; D], [0; D]);
    for (number, bits) in numbers.iter_mut().zip(bits) {
        *number = against_lanes(*bits >> 16);
    }
    // the largest is never reached
    for edge in edges.iter().filter(below_the_largest) {
        for (count, number) in counts.iter_mut().zip(&numbers) {
            *count += u16::from(*number >= *edge);
        }
    }
    counts
}

#[inline(always)]
fn below_the_largest(edge: &&i16) -> bool {
    **edge < i16::MAX
}

/// The nearest whole number to one that is not below nothing and below four million; others stay inside those bounds. Two vector
/// operations where a cast is a branch a number.
#[inline(always)]
pub(super) fn nearest(value: f32) -> i32 {
    // beside a number this large only whole ones fit, and they stand in the low bits
    const MAGIC: f32 = 8_388_608.0;
    let kept = value.clamp(0.0, MAGIC / 2.0);
    ((kept + MAGIC).to_bits() - MAGIC.to_bits()).cast_signed()
}

#[cfg(test)]
mod tests {
    use super::{super::simd::Eight, *};

    #[test]
    fn a_career_ends_where_its_number_says() {
        let survival: [i16; 8] = [1.0, 0.75, 0.5, 0.0, 0.0, 0.0, 0.0, 0.0].map(lane);
        let (mut sum, fte) = ([0; 8], [10, 20, 30, 40, 50, 60, 70, 80]);
        assert_eq!(career(Eight, (&mut sum, &fte), &survival, against_lanes(0x8000)), 3);
        assert_eq!(career(Eight, (&mut sum, &fte), &survival, against_lanes(0)), 2);
        assert_eq!(sum, [20, 40, 30, 0, 0, 0, 0, 0]);
        // the largest number is there at the start all the same
        assert_eq!(career(Eight, (&mut sum, &[1; 8]), &survival, against_lanes(0x7fff)), 1);
        assert_eq!(sum, [21, 40, 30, 0, 0, 0, 0, 0]);
    }

    #[test]
    fn the_nearest_whole_number_is_that_of_rounding() {
        for value in [0.0, 0.4, 0.6, 2.49, 7.51, 35_714.3, 4_100_000.7_f32] {
            assert_eq!(nearest(value), value.round() as i32, "{value}");
        }
        assert_eq!([-3.0, 1e9].map(nearest), [0, 4_194_304]);
    }

    #[test]
    fn lanes_are_passed_at_their_chance() {
        let survival: [i16; 8] = [0.3, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0].map(lane);
        let n: u64 = 200_000;
        let number = |i: u64| against_lanes(mix(i.wrapping_mul(STEP)));
        let there: usize = (0..n).map(|i| career(Eight, (&mut [0; 8], &[0; 8]), &survival, number(i))).sum();
        assert!((there as f64 / n as f64 - 0.3).abs() < 0.005, "{there}");
    }

    #[test]
    fn a_number_reaches_the_edges_at_or_below_it() {
        let edges = [-300, -20, 0, 5, 5, 9, i16::MAX, i16::MAX];
        assert_eq!([-301, -300, 4, 5, 32_766].map(|number| reached(Eight, &edges, number)), [0, 1, 3, 5, 6]);
    }
}
