//! Values at given ranks of many draws, without sorting them.

use wide::i16x8;

/// Distance between the smallest and the largest key that sixteen bits can tell apart, and one more.
const SPAN: i32 = u16::MAX as i32;

/// Values at ranks given in thousandths of a per cent, ascending, by nearest rank. May leave the values in another order.
///
/// The value at a rank is the largest that no more than so many others lie below. Counting the values below a bound is two
/// instructions for eight of them, and a dozen bounds, guessed along the straight line between the last two, lead there.
pub(crate) fn at_ranks<const N: usize>(values: &mut [i32], at: [usize; N]) -> [i64; N] {
    let last = values.len().saturating_sub(1);
    let ranks = at.map(|at| (last * at + 50_000) / 100_000);
    let (low, high) =
        values.iter().fold((i32::MAX, i32::MIN), |(low, high), value| (low.min(*value), high.max(*value)));
    if low >= high {
        return [i64::from(if values.is_empty() { 0 } else { low }); N];
    }
    let span = high.checked_sub(low);
    let Some(span) = span.filter(|_| values.len().is_multiple_of(8) && values.len() <= 1 << 14) else {
        values.sort_unstable();
        return ranks.map(|rank| i64::from(values[rank]));
    };
    // what differs by less than this has one key; it is told apart at the end
    let shift = (u32::BITS - (span / SPAN).leading_zeros()).min(16);
    let key = |value: i32| i16::try_from(((value - low) >> shift) - 32_768).unwrap_or(i16::MAX);
    let keys: Vec<i16> = values.iter().map(|value| key(*value)).collect();
    ranks.map(|rank| {
        let (found, below) = find(&keys, rank, span >> shift);
        if shift == 0 {
            return i64::from(found + low);
        }
        let mut same = with_key(values, &keys, i16::try_from(found - 32_768).unwrap_or(i16::MAX));
        i64::from(*same.select_nth_unstable(rank - below).1)
    })
}

/// The key at a rank, as a distance from the smallest, and how many lie below it.
fn find(keys: &[i16], rank: usize, span: i32) -> (i32, usize) {
    let (mut low, mut high) = ((0, 0), (span + 1, keys.len()));
    let mut step = 0;
    while high.0 - low.0 > 1 {
        step += 1;
        let width = high.0 - low.0;
        // every third bound is the middle one: a long tail must not make the guesses creep
        let guess = if step % 3 == 0 {
            width / 2
        } else {
            let share = (rank as f32 + 0.5 - low.1 as f32) / (high.1 - low.1) as f32;
            (width as f32 * share) as i32
        };
        let bound = low.0 + guess.clamp(1, width - 1);
        let below = below(keys, i16::try_from(bound - 32_768).unwrap_or(i16::MAX));
        if below <= rank {
            low = (bound, below);
        } else {
            high = (bound, below);
        }
    }
    low
}

/// Values of one key; there are few.
fn with_key(values: &[i32], keys: &[i16], key: i16) -> Vec<i32> {
    let wanted = i16x8::splat(key);
    let mut found = Vec::with_capacity(8);
    for (part, values) in keys.as_chunks::<8>().0.iter().zip(values.as_chunks::<8>().0) {
        let mut same = i16x8::from(*part).simd_eq(wanted).to_bitmask();
        while same != 0 {
            found.push(values[same.trailing_zeros() as usize & 7]);
            same &= same - 1;
        }
    }
    found
}

/// How many keys lie below a bound.
#[inline(always)]
fn below(keys: &[i16], bound: i16) -> usize {
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
    counts
        .iter()
        .flat_map(|count| count.to_array())
        .map(|count| usize::try_from(count).unwrap_or_default())
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn ranks_are_those_of_the_sorted_values(
            mut values in prop::collection::vec(prop_oneof![-50..50_i32, 0..60_000_i32, -900_000..900_000_i32], 1..600),
            round in prop::bool::ANY,
        ) {
            if round {
                let whole = values.len().div_ceil(8) * 8;
                values.resize(whole, values[0]);
            }
            let mut sorted = values.clone();
            sorted.sort_unstable();
            let at = [0, 2_500, 10_000, 50_000, 90_000, 100_000];
            let wanted = at.map(|at| i64::from(sorted[((sorted.len() - 1) * at + 50_000) / 100_000]));
            prop_assert_eq!(at_ranks(&mut values, at), wanted);
        }
    }
}
