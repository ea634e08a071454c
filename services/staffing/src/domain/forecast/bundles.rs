//! Courses that are taken several at once: sums of posts out of a bank, each of them whole.

use super::lanes::{STEP, mix};

/// Heads that are drawn together at most.
pub(super) const TOGETHER: usize = 8;
/// Sets of each number of heads; a power of two.
pub(super) const SETS: usize = 512;
/// Single heads of the base year; a power of two. As few as of other sets would not do on average what all do, and a small practice has no more.
pub(super) const SINGLE: usize = 2_048;

/// Ages in the mix that heads are drawn from; a power of two, no more than [`SETS`].
pub(super) const AGES: usize = 128;

/// FTE of a post by year, in parts, whoever holds it. Bytes: a bank stays in the nearer caches.
#[derive(Clone, Copy)]
#[repr(align(16))]
pub(super) struct Post<const W: usize>(pub(super) [u8; W]);

/// FTE by year of several joiners together, in parts.
#[derive(Clone, Copy)]
#[repr(align(32))]
pub(super) struct Several<const W: usize>(pub(super) [i16; W]);

/// FTE by year of several posts together, in parts: of those who hold them in the base year, and of all.
#[derive(Clone, Copy)]
#[repr(align(64))]
pub(super) struct Bundle<const W: usize>(pub(super) [[i16; W]; 2]);

/// Sets of nobody, of one head (`ONE` of them), of two ([`SETS`]) and so on to [`TOGETHER`].
pub(super) struct Sets<S, const ONE: usize>(Box<[S]>);

impl<S, const ONE: usize> Sets<S, ONE> {
    /// One of the sets of so many heads.
    #[inline(always)]
    pub(super) fn pick(&self, heads: usize, bits: u64) -> &S {
        debug_assert!(heads <= TOGETHER, "{heads} heads are no set");
        // arithmetic: how many joiners come no processor guesses
        let (more, extra) = (heads.min(TOGETHER).saturating_sub(1), ONE - SETS);
        let set = (bits >> 8) as usize & (SETS - 1 + if heads == 1 { extra } else { 0 });
        let place = 1 + set + SETS * more + if heads > 1 { extra } else { 0 };
        &self.0[place * usize::from(heads > 0)]
    }
}

/// Sets of heads of the base year, out of `each` course of every cohort and the first year without the head, dealt as chance has it. Each of
/// the `ages` is as often in them as the others, every time by the next course of its cohort: the first so many of them, however few, are as
/// evenly spread as all. Places in the bank decide, and not what is there: a set has the same heads in every scenario and kind of practice.
pub(super) fn of_heads<const W: usize>(
    seed: u32,
    (posts, gone): (&[Post<W>], &[u8]),
    (ages, each): (&[u8; AGES], usize),
) -> Sets<Bundle<W>, SINGLE> {
    let mut sets = vec![Bundle([[0; W]; 2])];
    for heads in 1..=TOGETHER {
        let wanted = heads * if heads == 1 { SINGLE } else { SETS };
        let (mut deck, mut next) = (Vec::with_capacity(wanted), vec![0; posts.len() / each]);
        let last = next.len() - 1;
        for cohort in ages.iter().map(|age| usize::from(*age).min(last)) {
            for _ in 0..wanted / AGES {
                deck.push(cohort * each + next[cohort] % each);
                next[cohort] += 1;
            }
        }
        shuffle(&mut deck, u64::from(seed) << 8 | heads as u64);
        sets.extend(deck.chunks_exact(heads).map(|places| together(posts, gone, places)));
    }
    Sets(sets.into())
}

/// The heads at these places.
fn together<const W: usize>(posts: &[Post<W>], gone: &[u8], places: &[usize]) -> Bundle<W> {
    let [mut own, mut all] = [[0; W]; 2];
    for place in places {
        for (year, part) in posts[*place].0.iter().enumerate() {
            all[year] += i16::from(*part);
            own[year] += if year < usize::from(gone[*place]) { i16::from(*part) } else { 0 };
        }
    }
    Bundle([own, all])
}

/// Sets of joiners. Each has those of the set of one fewer in its place and one more: where a scenario has one more come, the others are the
/// same. The first of all sets are a stretch of the bank that is as evenly spread as all of it, the second the next, and so on.
pub(super) fn of_joiners<const W: usize>(seed: u32, posts: &[Post<W>]) -> Sets<Several<W>, SETS> {
    let (mut sets, mut sums) = (vec![Several([0; W])], vec![Several([0; W]); SETS]);
    for more in 0..TOGETHER {
        let mut places: Vec<usize> =
            (more * SETS..(more + 1) * SETS).map(|place| place % posts.len()).collect();
        shuffle(&mut places, u64::from(seed) << 8 | more as u64);
        for (Several(sums), place) in sums.iter_mut().zip(places) {
            for (sum, part) in sums.iter_mut().zip(posts[place].0) {
                *sum += i16::from(part);
            }
        }
        sets.extend_from_slice(&sums);
    }
    Sets(sets.into())
}

/// So many heads as whole sets of [`TOGETHER`], and what is left.
#[inline(always)]
pub(super) fn in_sets(heads: usize) -> (usize, usize) {
    (heads / TOGETHER, heads % TOGETHER)
}

/// Puts places in an order that chance gives.
fn shuffle(places: &mut [usize], key: u64) {
    for slot in (1..places.len()).rev() {
        let bits = mix(key.wrapping_mul(STEP).wrapping_add((slot as u64).wrapping_mul(STEP)));
        places.swap(slot, (bits % (slot as u64 + 1)) as usize);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Posts that say which they are, by a byte each of two years.
    fn posts(count: usize) -> Vec<Post<8>> {
        (0..count).map(|place| Post([(place % 251) as u8, (place / 251) as u8, 1, 0, 0, 0, 0, 0])).collect()
    }

    /// The sets of so many heads, one after the other.
    fn all<S, const ONE: usize>(sets: &Sets<S, ONE>, heads: usize) -> Vec<&S> {
        (0..if heads == 1 { ONE } else { SETS } as u64).map(|set| sets.pick(heads, set << 8 | 0xff)).collect()
    }

    fn sum(parts: impl Iterator<Item = i16>) -> usize {
        parts.map(|part| usize::from(part.cast_unsigned())).sum()
    }

    #[test]
    fn every_age_is_in_the_sets_of_a_number_as_often_as_in_the_mix_and_every_course_of_it_alike() {
        let mut ages = [0; AGES];
        ages[..AGES / 4].fill(1);
        // whoever held a post in the base year is there for two years of three
        let sets = of_heads(3, (&posts(32), &[2; 32]), (&ages, 16));
        assert_eq!(sets.pick(0, u64::MAX).0, [[0; 8]; 2]);
        for heads in 1..=TOGETHER {
            let sets = all(&sets, heads);
            for Bundle([own, together]) in &sets {
                assert_eq!(
                    (usize::from(together[2].cast_unsigned()), own[2..].to_vec()),
                    (heads, vec![0; 6])
                );
                assert_eq!(own[..2], together[..2]);
            }
            // three quarters of the heads are places 0 to 15, the others 16 to 31
            let wanted = heads * sets.len() * (3 * 15 + 16 + 31) / 8;
            assert_eq!(sum(sets.iter().map(|Bundle([own, _])| own[0])), wanted, "{heads}");
        }
    }

    #[test]
    fn one_more_joiner_leaves_the_others_as_they_are() {
        let sets = of_joiners(3, &posts(4 * SETS));
        for heads in 1..=TOGETHER {
            let mut joined = Vec::new();
            for (Several(set), Several(fewer)) in
                all(&sets, heads).into_iter().zip((0..).map(|set| sets.pick(heads - 1, set << 8)))
            {
                let one: Vec<usize> = set
                    .iter()
                    .zip(fewer)
                    .map(|(set, fewer)| usize::from((set - fewer).cast_unsigned()))
                    .collect();
                assert_eq!(one[2..], [1, 0, 0, 0, 0, 0], "{heads}");
                joined.push(one[0] + 251 * one[1]);
            }
            joined.sort_unstable();
            let first = (heads - 1) * SETS % (4 * SETS);
            assert!(joined.into_iter().eq(first..first + SETS), "{heads}");
        }
    }
}
