//! Joiners from outside: how many come to a practice in each draw, and which of them are drawn together.

use super::{
    bundles::in_sets,
    lanes::{STEP, lane, mix, normal, reached_by_each},
    paths::narrow,
    staff::DRAWS,
};

/// Joiners that are counted out of a table of chances; more are drawn from the normal distribution of the same variance.
const TABLE: usize = 32;

/// Sets of joiners of a stretch that are gathered before they are drawn; and how many a draw has at most as a rule.
const QUEUE: usize = 8 * DRAWS + USUALLY;
const USUALLY: usize = 4;
/// Joiners of one draw that are gathered at most: a draw of very many leaves room for the others.
const MOST_QUEUED: u16 = 256;

/// How many join a practice.
pub(super) enum Joiners {
    /// Chance of at most so many.
    Table([i16; TABLE]),
    /// Mean and standard deviation.
    Normal(f32, f32),
}

impl Joiners {
    /// So many on average, as in a Poisson distribution.
    pub(super) fn of(mean: f64) -> Self {
        if mean > TABLE as f64 * 0.55 {
            return Self::Normal(narrow(mean), narrow(mean.sqrt()));
        }
        let (mut chance, mut below, mut table) = ((-mean).exp(), 0.0, [i16::MAX; TABLE]);
        for (count, place) in table.iter_mut().enumerate() {
            below += chance;
            *place = lane(below);
            chance *= mean / (count + 1) as f64;
        }
        Self::Table(table)
    }

    /// How many, by draw.
    #[inline(always)]
    pub(super) fn counts(&self, bits: &[u64; DRAWS]) -> [u16; DRAWS] {
        let mut own = *bits;
        for bits in &mut own {
            *bits = mix(*bits ^ 0x6a09_e667_f3bc_c908);
        }
        match self {
            Self::Table(table) => reached_by_each(table, &own),
            Self::Normal(mean, sd) => {
                let mut counts = [0; DRAWS];
                for (count, bits) in counts.iter_mut().zip(own) {
                    *count = (mean + sd * normal(bits)).round().max(0.0) as u16;
                }
                counts
            }
        }
    }
}

/// What the random bits of a set of joiners are mixed from: of whole ones from the first on, and after them of those that make none.
#[inline(always)]
pub(super) fn of_set(bits: u64, set: u64) -> u64 {
    bits.wrapping_sub((set + 1).wrapping_mul(STEP))
}

/// Whole sets of joiners of a stretch: the place of the draw and which of its sets; used for one stretch after the other.
pub(super) struct Queue([[u8; 2]; QUEUE]);

impl Default for Queue {
    fn default() -> Self {
        Self([[0; 2]; QUEUE])
    }
}

impl Queue {
    /// Gathers whole sets of joiners of draws, as many as there is room for; and gives a bit for each draw whose sets are not among them.
    #[inline(always)]
    pub(super) fn gather(&mut self, counts: &[u16]) -> (&[[u8; 2]], u64) {
        let (mut waiting, mut left) = (0, 0);
        for (place, joining) in counts.iter().enumerate().take(DRAWS) {
            let (whole, _) = in_sets(usize::from(*joining));
            if waiting + whole + USUALLY > QUEUE || *joining > MOST_QUEUED {
                left |= 1 << place;
                continue;
            }
            // no processor guesses how many there are: a few are written all the same, and count or not
            let place = place as u8;
            if let Some(next) = self.0[waiting..].first_chunk_mut::<USUALLY>() {
                *next = std::array::from_fn(|set| [place, set as u8]);
            }
            for more in USUALLY..whole {
                self.0[waiting + more] = [place, more as u8];
            }
            waiting += whole;
        }
        (&self.0[..waiting], left)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_whole_set_waits_once_or_is_left_to_be_drawn_by_itself(
            counts in prop::collection::vec(prop_oneof![4 => 0..30_u16, 1 => 0..60_u16, 3 => 200..300_u16], 0..=DRAWS),
        ) {
            let mut queue = Queue::default();
            // what a stretch leaves behind is nothing to the next
            queue.gather(&[9; DRAWS]);
            let (waiting, left) = queue.gather(&counts);
            let mut wanted = Vec::new();
            for (place, count) in counts.iter().enumerate() {
                let (whole, _) = in_sets(usize::from(*count));
                let alone = wanted.len() + whole + USUALLY > QUEUE || *count > MOST_QUEUED;
                prop_assert_eq!(alone, left >> place & 1 == 1, "{}", place);
                if !alone {
                    wanted.extend((0..whole).map(|set| [place as u8, set as u8]));
                }
            }
            prop_assert_eq!(waiting, &wanted[..]);
            prop_assert_eq!(left.checked_shr(counts.len() as u32).unwrap_or_default(), 0);
        }
    }

    #[test]
    fn as_many_join_as_their_mean_says() {
        for mean in [0.0, 0.3, 2.5, 30.0] {
            let (joiners, mut sum, mut squares) = (Joiners::of(mean), 0.0, 0.0);
            for stretch in 0..400_u64 {
                let bits = std::array::from_fn(|place| {
                    mix((stretch * DRAWS as u64 + place as u64).wrapping_mul(STEP))
                });
                for count in joiners.counts(&bits) {
                    sum += f64::from(count);
                    squares += f64::from(count).powi(2);
                }
            }
            let n = 400.0 * DRAWS as f64;
            let (found, variance) = (sum / n, squares / n - (sum / n).powi(2));
            assert!((found - mean).abs() < 4.0 * (mean / n).sqrt() + 1e-3, "{mean}: {found}");
            assert!((variance - mean).abs() < 0.05 * mean + 1e-3, "{mean}: {variance}");
        }
    }
}
