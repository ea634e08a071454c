//! Joiners from outside: how many come to a practice in each draw, and which of them are drawn together.

use super::{
    bundles::JOINING,
    lanes::{STEP, lane, mix, normal, reached_by_each},
    paths::narrow,
    staff::DRAWS,
};

/// Joiners that are counted out of a table of chances; more are drawn from the normal distribution of the same variance.
const TABLE: usize = 32;

/// Sets of joiners of a stretch that are gathered before they are drawn; and how many a draw has at most as a rule.
const QUEUE: usize = 8 * DRAWS + USUALLY;
const USUALLY: usize = 4;
/// Joiners whose sets are known by heart.
const KNOWN: u16 = 16;
/// Joiners of one draw that are gathered at most; sets are counted in six bits.
const MOST_QUEUED: u16 = 256;

/// Which of a draw's sets of joiners it is, and above two bits for its place in [`JOINING`] how many came before it.
pub(super) type Set = u16;

/// Sets of up to fifteen joiners, and how many they are.
const SETS: [([u8; USUALLY], u8); KNOWN as usize] = sets();

const fn sets() -> [([u8; USUALLY], u8); KNOWN as usize] {
    let (mut all, mut joining) = ([([0; USUALLY], 0); KNOWN as usize], 0);
    while joining < KNOWN as usize {
        let (mut count, mut number) = (0, 0);
        while number < JOINING.len() {
            if joining & JOINING[number] != 0 {
                all[joining].0[count as usize] = count << 2 | number as u8;
                count += 1;
            }
            number += 1;
        }
        all[joining].1 = count;
        joining += 1;
    }
    all
}

/// The sets of so many joiners.
pub(super) fn sets_of(joining: u16) -> impl Iterator<Item = Set> {
    let (known, count) = SETS[usize::from(joining % KNOWN)];
    let eights = 2 * usize::from(joining / KNOWN);
    let more = usize::from(count)..usize::from(count) + eights;
    known.into_iter().take(usize::from(count)).map(Set::from).chain(more.map(|place| (place << 2) as Set))
}

/// The place of a set in [`JOINING`].
#[inline(always)]
pub(super) fn number_of(set: Set) -> usize {
    usize::from(set & 3)
}

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

/// What the random bits of a set of joiners are mixed from.
#[inline(always)]
pub(super) fn of_set(bits: u64, set: Set) -> u64 {
    bits.wrapping_sub((u64::from(set) + 1).wrapping_mul(STEP))
}

/// Sets of joiners of a stretch: the place of the draw and which of its sets; used for one stretch after the other.
pub(super) struct Queue([[u8; 2]; QUEUE]);

impl Default for Queue {
    fn default() -> Self {
        Self([[0; 2]; QUEUE])
    }
}

impl Queue {
    /// Gathers sets of joiners of draws, as many as there is room for; and gives a bit for each draw that is to be drawn by itself.
    #[inline(always)]
    pub(super) fn gather(&mut self, counts: &[u16]) -> (&[[u8; 2]], u64) {
        let (mut waiting, mut left) = (0, 0);
        for (place, joining) in counts.iter().enumerate().take(DRAWS) {
            let (sets, count) = SETS[usize::from(joining % KNOWN)];
            let (count, eights) = (usize::from(count), 2 * usize::from(joining / KNOWN));
            if waiting + eights + 2 * USUALLY > QUEUE || *joining > MOST_QUEUED {
                left |= 1 << place;
                continue;
            }
            // no processor guesses how many there are: a few are written all the same, and count or not
            let place = place as u8;
            if let Some(next) = self.0[waiting..].first_chunk_mut::<USUALLY>() {
                for (next, set) in next.iter_mut().zip(sets) {
                    *next = [place, set];
                }
            }
            for more in count..count + eights {
                self.0[waiting + more] = [place, (more << 2) as u8];
            }
            waiting += count + eights;
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
        fn every_set_waits_once_or_is_left_to_be_drawn_by_itself(
            counts in prop::collection::vec(prop_oneof![4 => 0..6_u16, 1 => 0..60_u16, 3 => 200..300_u16], 0..=DRAWS),
        ) {
            let mut queue = Queue::default();
            // what a stretch leaves behind is nothing to the next
            queue.gather(&[9; DRAWS]);
            let (waiting, left) = queue.gather(&counts);
            let mut wanted = Vec::new();
            for (place, count) in counts.iter().enumerate() {
                let full = wanted.len() + 2 * usize::from(*count / KNOWN) + 2 * USUALLY > QUEUE;
                let alone = full || *count > MOST_QUEUED;
                prop_assert_eq!(alone, left >> place & 1 == 1, "{}", place);
                if !alone {
                    wanted.extend(sets_of(*count).map(|set| [place as u8, set as u8]));
                }
            }
            prop_assert_eq!(waiting, &wanted[..]);
            prop_assert_eq!(left.checked_shr(counts.len() as u32).unwrap_or_default(), 0);
        }
    }

    #[test]
    fn sets_hold_every_joiner_and_have_random_bits_of_their_own() {
        for joining in 0..1_200 {
            let sets: Vec<Set> = sets_of(joining).collect();
            let heads: usize = sets.iter().map(|set| JOINING[number_of(*set)]).sum();
            assert_eq!(heads, usize::from(joining));
            let bits: std::collections::BTreeSet<u64> = sets.iter().map(|set| of_set(7, *set)).collect();
            assert_eq!(bits.len(), sets.len(), "{joining}");
            assert!(joining > MOST_QUEUED || sets.iter().all(|set| *set <= Set::from(u8::MAX)));
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
