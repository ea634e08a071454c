//! Courses that are taken several at once: sums of posts out of a bank, each of them whole.

use super::{
    lanes::{STEP, mix},
    simd::Lanes,
};

/// Joiners that are drawn together, as many as fit first.
pub(super) const JOINING: [usize; 4] = [8, 4, 2, 1];
/// Sets of so many joiners; powers of two, which go through all joiners of a bank a whole number of times.
const SETS: [usize; JOINING.len()] = [512, 512, 1_024, 2_048];
/// Where they begin in the bank.
const FIRST: [usize; JOINING.len()] = [0, 512, 1_024, 2_048];
/// All of them; a power of two.
const ALL: usize = 4_096;
/// Single joiners that sets are made of.
pub(super) const JOINED: usize = SETS[JOINING.len() - 1];

/// FTE by year of several posts together, in parts.
#[derive(Clone, Copy)]
#[repr(align(32))]
struct Several<const W: usize>([i16; W]);

/// Sets of joiners, and of each its years of work.
pub(super) struct JoinerSets<const W: usize> {
    of: Box<[Several<W>; ALL]>,
    worked: Box<[u16; ALL]>,
}

impl<const W: usize> JoinerSets<W> {
    /// Sets of single joiners: their FTE by year in parts, and their years of work. Each comes as often as the others, in an order that
    /// chance gives; what the single ones are stands last, and in order.
    pub(super) fn of(joined: &[([u8; W], u8)], seed: u64) -> Self {
        let mut sets = Self { of: Box::new([Several([0; W]); ALL]), worked: Box::new([0; ALL]) };
        for (number, together) in JOINING.into_iter().enumerate() {
            let slots = together * SETS[number];
            let order =
                if together > 1 { dealt(slots, seed << 8 | together as u64) } else { (0..slots).collect() };
            for (set, order) in order.chunks_exact(together).enumerate() {
                let at = FIRST[number] + set;
                for slot in order {
                    let (post, worked) = &joined[slot % joined.len()];
                    sets.worked[at] += u16::from(*worked);
                    for (sum, part) in sets.of[at].0.iter_mut().zip(post) {
                        *sum += i16::from(*part);
                    }
                }
            }
        }
        sets
    }

    /// Single joiners.
    pub(super) fn single(&self) -> impl Iterator<Item = &[i16; W]> {
        self.of[FIRST[JOINING.len() - 1]..].iter().map(|Several(parts)| parts)
    }

    /// Adds one set, by its place in [`JOINING`], and gives its years of work.
    #[inline(always)]
    pub(super) fn add(&self, lanes: impl Lanes, (number, bits): (usize, u64), all: &mut [i16; W]) -> u16 {
        let number = number % JOINING.len();
        let place = (FIRST[number] + (bits >> 8) as usize % SETS[number]) % ALL;
        lanes.add_sums(all, &self.of[place].0);
        self.worked[place]
    }
}

/// So many places in an order that chance gives.
pub(super) fn dealt(slots: usize, key: u64) -> Vec<usize> {
    let mut order: Vec<usize> = (0..slots).collect();
    for slot in (1..slots).rev() {
        let bits = mix(key.wrapping_mul(STEP).wrapping_add((slot as u64).wrapping_mul(STEP)));
        order.swap(slot, (bits % (slot as u64 + 1)) as usize);
    }
    order
}

#[cfg(test)]
mod tests {
    use super::{super::simd::Eight, *};

    #[test]
    fn every_joiner_is_in_as_many_sets_of_a_size_as_the_others() {
        let joined: Vec<([u8; 8], u8)> = (0..JOINED)
            .map(|place| ([(place % 251) as u8, (place / 251) as u8, 1, 0, 0, 0, 0, 0], 1))
            .collect();
        let sets = JoinerSets::of(&joined, 3);
        let mut sums = [0_i64; 3];
        for ([first, second, ..], _) in &joined {
            (sums[0], sums[1]) = (sums[0] + i64::from(*first), sums[1] + i64::from(*second));
        }
        assert!(sets.single().zip(&joined).all(|(set, (post, _))| set.map(|part| part as u8) == *post));
        for (number, together) in JOINING.into_iter().enumerate() {
            let (mut all, mut heads) = ([0_i64; 2], 0);
            for set in 0..SETS[number] {
                let mut sum = [0; 8];
                let worked = sets.add(Eight, (number, (set as u64) << 8), &mut sum);
                assert_eq!((sum[2], worked), (together as i16, together as u16));
                (all[0], all[1]) = (all[0] + i64::from(sum[0]), all[1] + i64::from(sum[1]));
                heads += usize::from(worked);
            }
            let times = (heads / JOINED) as i64;
            assert_eq!((all, heads % JOINED), ([sums[0] * times, sums[1] * times], 0), "{together}");
        }
    }
}
