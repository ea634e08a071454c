//! Ends of intervals where many draws share a value: a practice that has closed, or staff that has not moved.
//!
//! Percentiles of such draws hold more than they say. Where one draw in eight has nothing, the interval from the 10th to the 90th
//! percentile begins at nothing and leaves out a tenth at the upper end only: it holds nine tenths. Here an interval leaves out as many
//! draws as its name says, at both ends as evenly as the shared values let it. Without shared values its ends are the percentiles.

/// How many draws an interval leaves out that is to hold all but a share of them.
pub(crate) fn left_out(draws: usize, outside: f64) -> usize {
    (outside * draws as f64).round() as usize
}

/// How many draws to leave out at one end, out of so many in all: those up to a shared value, or that value too, whichever is nearer to
/// an even share.
#[inline(always)]
pub(super) fn at_one_end((without, with): (usize, usize), of: usize) -> usize {
    if with <= of && (2 * with).abs_diff(of) < (2 * without).abs_diff(of) { with } else { without }
}

/// Ends of the interval of sorted draws that leaves out this share of them.
pub(crate) fn ends(sorted: &[i32], outside: f64) -> (i32, i32) {
    let last = sorted.len().saturating_sub(1);
    let at = |rank: usize| sorted.get(rank.min(last)).copied().unwrap_or_default();
    // ranks between two draws lie between them; a handful of draws has wider intervals
    let central = (outside / 2.0 * sorted.len() as f64 - 0.5).max(0.0).round() as usize;
    let (low, high) = (at(central), at(last.saturating_sub(central)));
    let below = |value: i32| sorted.partition_point(|draw| *draw < value);
    let above = |value: i32| sorted.len() - sorted.partition_point(|draw| *draw <= value);
    let of = left_out(sorted.len(), outside);
    if below(low) + above(high) >= of {
        return (low, high);
    }
    let at_low = at_one_end((below(low), sorted.len() - above(low)), of);
    let at_high = at_one_end((above(high), sorted.len() - below(high)), of);
    let leaving = |low: usize, high: usize| (at(low), at(last.saturating_sub(high)));
    let choices = [leaving(at_low, of - at_low), leaving(of - at_high, at_high)];
    // both leave out no more than they may: the better one leaves out more
    let outside = |(low, high): (i32, i32)| below(low) + above(high);
    if outside(choices[1]) > outside(choices[0]) { choices[1] } else { choices[0] }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_shared_value_is_left_out_or_kept_as_a_whole() {
        let draws = |nothing: usize| {
            let mut draws = vec![0; nothing];
            draws.extend((1..).take(1_000 - nothing));
            draws
        };
        // no more than a tenth has nothing: the 10th and the 90th percentile
        assert_eq!(ends(&draws(50), 0.2), (51, 850));
        // an eighth: left out, and less at the upper end
        assert_eq!(ends(&draws(125), 0.2), (1, 800));
        // more than a fifth: kept, and a fifth left out at the upper end
        assert_eq!(ends(&draws(300), 0.2), (0, 500));
        assert_eq!(ends(&draws(900), 0.2), (0, 0));
        // the 95% interval keeps it, and leaves out all its twentieth at the upper end
        assert_eq!(ends(&draws(125), 0.05), (0, 825));
    }

    proptest! {
        #[test]
        fn an_interval_leaves_out_no_more_than_it_says(
            mut draws in prop::collection::vec(prop_oneof![0..6_i32, 0..1_000_i32], 16..400), outside in 0.02..0.5_f64,
        ) {
            draws.sort_unstable();
            let (low, high) = ends(&draws, outside);
            let inside = draws.iter().filter(|draw| (low..=high).contains(*draw)).count();
            // the ranks of percentiles are rounded
            prop_assert!(inside + left_out(draws.len(), outside) + 1 >= draws.len());
        }
    }
}
