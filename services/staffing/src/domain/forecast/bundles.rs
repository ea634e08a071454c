//! Courses that are taken several at once: sums of posts out of a bank, each of them whole.

use super::lanes::{STEP, mix};

/// Heads that are drawn together at most.
pub(super) const TOGETHER: usize = 8;
/// Sets of each number of heads; a power of two.
const SETS: usize = 512;
/// Places to begin at that are tried for one head; the fewer, the more heads a deck has.
const TRIED: usize = 16;

/// FTE of a post by year, in parts, whoever holds it. Bytes: a bank stays in the nearer caches.
#[derive(Clone, Copy)]
#[repr(align(16))]
pub(super) struct Post<const W: usize>(pub(super) [u8; W]);

impl<const W: usize> Post<W> {
    /// Parts of all years.
    fn all(&self) -> u32 {
        self.0.iter().map(|part| u32::from(*part)).sum()
    }

    fn add_to(&self, sums: &mut [i64; W], times: i64) {
        for (sum, part) in sums.iter_mut().zip(self.0) {
            *sum += times * i64::from(part);
        }
    }
}

/// FTE by year of several joiners together, in parts.
#[derive(Clone, Copy)]
#[repr(align(32))]
pub(super) struct Several<const W: usize>(pub(super) [i16; W]);

/// FTE by year of several posts together, in parts: of those who hold them in the base year, and of all.
#[derive(Clone, Copy)]
#[repr(align(64))]
pub(super) struct Bundle<const W: usize>(pub(super) [[i16; W]; 2]);

/// Sets of nobody, of one head, of two and so on to [`TOGETHER`].
pub(super) struct Sets<S>(Box<[S]>);

impl<S> Sets<S> {
    /// Sets of heads out of a bank, which `set` makes of their places in it. For every number of heads as many as are wanted are taken so that
    /// they do on average what the bank does, and then dealt as chance has it.
    fn dealt<const W: usize>(seed: u32, nobody: S, bank: &Bank<'_, W>, set: impl Fn(&[usize]) -> S) -> Self {
        let mut sets = vec![nobody];
        for heads in 1..=TOGETHER {
            let mut deck = bank.deck(heads * SETS, TRIED / heads);
            shuffle(&mut deck, u64::from(seed) << 8 | heads as u64);
            sets.extend(deck.chunks_exact(heads).map(&set));
        }
        Self(sets.into())
    }

    /// One of the sets of so many heads.
    #[inline(always)]
    pub(super) fn pick(&self, heads: usize, bits: u64) -> &S {
        let place = (bits >> 8) as usize & (SETS - 1);
        let place = if heads == 0 { 0 } else { 1 + (heads.min(TOGETHER) - 1) * SETS + place };
        &self.0[place]
    }
}

/// Sets of heads of the base year. Given are their posts, the first year without them, and how often each counts; in order are when they
/// leave and what they and those after them work.
pub(super) fn of_heads<const W: usize>(
    seed: u32,
    (posts, gone): (&[Post<W>], &[u8]),
    times: impl Fn(usize) -> usize,
) -> Sets<Bundle<W>> {
    let mut order: Vec<_> = (0..posts.len()).map(|place| (place, times(place))).collect();
    order.sort_by_key(|(place, _)| (gone[*place], posts[*place].all()));
    Sets::dealt(seed, Bundle([[0; W]; 2]), &Bank { posts, order }, |places| {
        let [mut own, mut all] = [[0; W]; 2];
        for place in places {
            for (year, part) in posts[*place].0.iter().enumerate() {
                all[year] += i16::from(*part);
                own[year] += if year < usize::from(gone[*place]) { i16::from(*part) } else { 0 };
            }
        }
        Bundle([own, all])
    })
}

/// Sets of joiners; in order are when they come and what they and those after them work.
pub(super) fn of_joiners<const W: usize>(seed: u32, posts: &[Post<W>]) -> Sets<Several<W>> {
    let from = |place: usize| posts[place].0.iter().position(|part| *part > 0);
    let mut order: Vec<_> = (0..posts.len()).map(|place| (place, 1)).collect();
    order.sort_by_key(|(place, _)| (from(*place), posts[*place].all()));
    Sets::dealt(seed, Several([0; W]), &Bank { posts, order }, |places| {
        let mut sums = [0; W];
        for place in places {
            for (sum, part) in sums.iter_mut().zip(posts[*place].0) {
                *sum += i16::from(part);
            }
        }
        Several(sums)
    })
}

/// So many heads as whole sets of [`TOGETHER`], and what is left: nobody, where there is nobody, and else at least one.
#[inline(always)]
pub(super) fn in_sets(heads: usize) -> (usize, usize) {
    let whole = heads.saturating_sub(1) / TOGETHER;
    (whole, heads - whole * TOGETHER)
}

/// Posts that sets are made of.
struct Bank<'a, const W: usize> {
    posts: &'a [Post<W>],
    /// Their places, in an order in which neighbours do much the same, and how often each counts.
    order: Vec<(usize, usize)>,
}

impl<const W: usize> Bank<'_, W> {
    /// So many places at even steps: of those from a few places on whose posts do most nearly what all do.
    fn deck(&self, wanted: usize, tried: usize) -> Vec<usize> {
        let all: usize = self.order.iter().map(|(_, times)| times).sum();
        let mut sums = [0; W];
        for (place, times) in &self.order {
            self.posts[*place].add_to(&mut sums, *times as i64);
        }
        let apart = |deck: &Vec<usize>| {
            let mut own = [0; W];
            for place in deck {
                self.posts[*place].add_to(&mut own, 1);
            }
            let apart = |(own, sum): (&i64, &i64)| (own * all as i64 - sum * wanted as i64) as f64;
            own.iter().zip(&sums).map(apart).map(|apart| apart * apart).sum::<f64>()
        };
        let decks =
            (0..tried.max(1)).map(|from| self.at_even_steps((wanted, all), (2 * from + 1, 2 * tried.max(1))));
        decks.min_by(|a, b| apart(a).total_cmp(&apart(b))).unwrap_or_default()
    }

    /// So many places out of all, from a part of a step on.
    fn at_even_steps(&self, (wanted, all): (usize, usize), (from, part): (usize, usize)) -> Vec<usize> {
        let (mut taken, mut passed) = (Vec::with_capacity(wanted), 0);
        for (place, times) in &self.order {
            passed += times;
            while taken.len() < wanted && (part * taken.len() + from) * all < part * passed * wanted {
                taken.push(*place);
            }
        }
        taken
    }
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

    #[test]
    fn every_head_of_a_bank_is_in_as_many_sets_of_a_number_as_it_counts() {
        // three quarters, nothing, and one of a thousand that count alike
        let order = [(7, 3_000), (8, 0)].into_iter().chain((1_000..2_000).map(|place| (place, 1))).collect();
        let posts: Vec<_> = (0..2_000).map(|place| Post([(place / 10) as u8; 8])).collect();
        let sets = Sets::dealt(3, Vec::new(), &Bank { posts: &posts, order }, <[usize]>::to_vec);
        assert!(sets.pick(0, u64::MAX).is_empty());
        for heads in 1..=TOGETHER {
            let mut times = vec![0; 2_000];
            let wanted = heads * SETS;
            for bits in 0..SETS as u64 {
                let set = sets.pick(heads, bits << 8 | 0xff);
                assert_eq!(set.len(), heads);
                for place in set {
                    times[*place] += 1;
                }
            }
            assert!((times[7], times[8]) == (wanted / 4 * 3, 0), "{heads}: {}", times[7]);
            let quarter: usize = times[1_500..1_750].iter().sum();
            assert!((quarter * 16).abs_diff(wanted) <= 16, "{heads}: {quarter}");
            let each = wanted / 4_000;
            assert!(times[1_000..].iter().all(|times| *times == each || *times == each + 1), "{heads}");
        }
    }

    #[test]
    fn sets_have_every_head() {
        for heads in 0..500 {
            let (whole, rest) = in_sets(heads);
            assert_eq!(whole * TOGETHER + rest, heads);
            assert!(rest <= TOGETHER && (rest > 0) == (heads > 0), "{heads}");
        }
    }
}
