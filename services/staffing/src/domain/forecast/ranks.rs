//! Values at given ranks of many draws, without sorting them.
//!
//! Each value gets a key of eight bits, by where it lies in a window around the ranks; values beyond the window share its outermost
//! keys. Counting the keys below a bound is two instructions for a register full of them, all ranks are counted for in one pass, and a
//! few passes leave a handful of values around each rank, which are then told apart by what they are.

mod handful;
mod hem;
mod near;
mod sought;
mod window;

use wide::i32x4;

use near::GUESSED;
pub(crate) use near::Near;
pub(super) use sought::Sought;
pub(super) use window::Window;
use window::{KEYS, OUTSIDE};

use super::simd::{Lanes, Work, widest};
use handful::Handful;
use hem::{Bracket, Brackets, Guess};

/// Values of one key that are looked at one by one at most.
const MANY: usize = 21;
/// Ranks that are looked for at once at most.
const MOST: usize = 6;
/// Values that are looked at one by one for all ranks together at most; a whole number of eights.
const SOME: usize = 128;

/// Places of keys that were found; see [`Lanes::within`].
pub(super) type Places = [u16; 256];

/// Finds ranks; keeps its memory from one set of values to the next.
pub(crate) struct Ranks {
    keys: Vec<i8>,
    places: Places,
}

impl Default for Ranks {
    fn default() -> Self {
        Self { keys: Vec::new(), places: [0; 256] }
    }
}

impl Ranks {
    /// Values at ranks given in thousandths of a per cent, ascending, by nearest rank.
    ///
    /// The first bounds are counted at where the ranks were last (`near`), or where a normal distribution would have them.
    #[inline(always)]
    pub(crate) fn at<const N: usize>(
        &mut self,
        lanes: impl Lanes,
        (values, near): (&[i32], &mut Near<N>),
        at: [usize; N],
    ) -> [i64; N] {
        self.nth(lanes, (values, near), Sought::at(values.len(), at))
    }

    /// Values at ranks.
    #[inline(always)]
    pub(super) fn nth<const N: usize>(
        &mut self,
        lanes: impl Lanes,
        (values, near): (&[i32], &mut Near<N>),
        sought: Sought<N>,
    ) -> [i64; N] {
        const { assert!(N >= 1 && N <= MOST && MOST * MANY <= SOME) };
        debug_assert!(values.len() <= 1 << 16, "places are numbers of sixteen bits");
        if values.is_empty() {
            return [0; N];
        }
        let found = match (sought.all_known(), near.next()) {
            (Some(known), _) => Some(known),
            (None, Some(next)) => self.nearby(lanes, values, (next, sought)),
            (None, None) => None,
        };
        let found = match found {
            Some(found) => found,
            None => self.anywhere(lanes, values, sought),
        };
        near.learn(found);
        let mut wide = [0; N];
        for (wide, found) in wide.iter_mut().zip(found) {
            *wide = i64::from(found);
        }
        wide
    }

    /// Looks in a window around where the ranks were last.
    #[inline(always)]
    fn nearby<const N: usize>(
        &mut self,
        lanes: impl Lanes,
        values: &[i32],
        ((near, sure), sought): (([i32; N], u32), Sought<N>),
    ) -> Option<[i32; N]> {
        // what is known may lie far off: nothing, where a practice may have closed
        let [low, high] = sought.outermost().map(|place| near[place]);
        let between = high.saturating_sub(low);
        // the surer, the smaller the window, and the fewer share a key in it
        let more = if sure == GUESSED { between / 8 } else { between / 4 } + 2;
        let window = Window::over(low.saturating_sub(more), high.saturating_add(more));
        let open = [(OUTSIDE.0, 0), (OUTSIDE.1, values.len())];
        let guess = Guess::near(window, (near, sure), sought.ranks);
        let brackets = self.hem_in::<N>(lanes, (values, window), &guess, (&sought, open));
        for bracket in &brackets {
            if bracket.low.0 < *KEYS.start() || bracket.high.0 > *KEYS.end() + 1 {
                return None;
            }
        }
        Some(sought.with(self.tell_apart(lanes, (values, window), &brackets)))
    }

    /// Looks between the least and the greatest value.
    #[inline(always)]
    fn anywhere<const N: usize>(&mut self, lanes: impl Lanes, values: &[i32], sought: Sought<N>) -> [i32; N] {
        let (mut low, mut high) = (i32::MAX, i32::MIN);
        for value in values {
            low = low.min(*value);
            high = high.max(*value);
        }
        if low == high {
            return [low; N];
        }
        let window = Window::over(low, high);
        let all = [(*KEYS.start(), 0), (*KEYS.end() + 1, values.len())];
        let guess = Guess::usual(values.len(), sought.ranks);
        let brackets = self.hem_in::<N>(lanes, (values, window), &guess, (&sought, all));
        sought.with(self.tell_apart(lanes, (values, window), &brackets))
    }

    /// Counts until the bounds of every rank are close together.
    #[inline(always)]
    fn hem_in<const N: usize>(
        &mut self,
        lanes: impl Lanes,
        (values, window): (&[i32], Window),
        guess: &Guess,
        (sought, ends): (&Sought<N>, [(i32, usize); 2]),
    ) -> [Bracket; N] {
        lanes.keys(values, window, &mut self.keys);
        if N <= 4 {
            self.hem_in_fours::<N, 1>(lanes, guess, (sought, ends))
        } else {
            self.hem_in_fours::<N, 2>(lanes, guess, (sought, ends))
        }
    }

    #[inline(always)]
    fn hem_in_fours<const N: usize, const L: usize>(
        &mut self,
        lanes: impl Lanes,
        guess: &Guess,
        (sought, [low, high]): (&Sought<N>, [(i32, usize); 2]),
    ) -> [Bracket; N] {
        let mut fours = [Brackets::of((sought, 0), low, high); L];
        let mut bounds = [guess.bounds(0); L];
        for four in 1..L {
            (fours[four], bounds[four]) = (Brackets::of((sought, 4 * four), low, high), guess.bounds(four));
        }
        let mut step = 0;
        loop {
            let mut keys = [[0; N]; 2];
            for (four, bounds) in bounds.iter_mut().enumerate() {
                for (keys, bounds) in keys.iter_mut().zip(bounds) {
                    *bounds = bounds.max(i32x4::splat(-127)).min(i32x4::splat(127));
                    for (key, bound) in keys[4 * four..].iter_mut().zip(bounds.to_array()) {
                        *key = bound as i8;
                    }
                }
            }
            let below = lanes.below(&self.keys, keys);
            let mut closed = true;
            for four in 0..L {
                for (bounds, below) in bounds[four].into_iter().zip(&below) {
                    let below = below.as_chunks::<4>().0[four];
                    fours[four].learn(bounds, i32x4::from(below));
                }
                closed &= fours[four].closed();
            }
            if closed {
                return Brackets::each(&fours);
            }
            for four in 0..L {
                bounds[four] = fours[four].next(step, guess.apart(four));
            }
            step += 1;
        }
    }

    /// The values at the ranks, out of what lies between their bounds; that is little.
    #[inline(always)]
    fn tell_apart<const N: usize>(
        &mut self,
        lanes: impl Lanes,
        (values, window): (&[i32], Window),
        brackets: &[Bracket; N],
    ) -> [i32; N] {
        let (mut from, mut length) = ([0; N], [0; N]);
        for (place, bracket) in brackets.iter().enumerate() {
            from[place] = bracket.low.0 as i8;
            length[place] = if (1..=MANY).contains(&bracket.inside()) {
                (bracket.high.0 - bracket.low.0) as u8
            } else {
                0
            };
        }
        let count = lanes.within(&self.keys, (from, length), &mut self.places).min(SOME);
        let mut ranks = [0; N];
        for (rank, bracket) in ranks.iter_mut().zip(brackets) {
            *rank = (bracket.rank - bracket.low.1) as i32;
        }
        let places = &self.places[..count];
        let mut found = match count {
            0..=16 => Handful::<2>::of(places, values, &self.keys).at((lanes, count), (from, ranks)),
            17..=32 => Handful::<4>::of(places, values, &self.keys).at((lanes, count), (from, ranks)),
            33..=64 => Handful::<8>::of(places, values, &self.keys).at((lanes, count), (from, ranks)),
            _ => Handful::<{ SOME / 8 }>::of(places, values, &self.keys).at((lanes, count), (from, ranks)),
        };
        // keys are those of another window when the first of them has been found
        for (found, bracket) in found.iter_mut().zip(brackets).filter(|(_, of)| of.inside() > MANY) {
            *found = self.one_of(values, bracket.low.0);
        }
        for (found, bracket) in found.iter_mut().zip(brackets).filter(|(_, of)| of.inside() > MANY) {
            *found = widest(Alone {
                ranks: self,
                values,
                bracket: *bracket,
                of: window.values(bracket.low.0),
                one: *found,
            });
        }
        found
    }
}

impl Ranks {
    /// The first value that has a key.
    #[inline(always)]
    fn one_of(&self, values: &[i32], key: i32) -> i32 {
        let mut place = 0;
        while place + 1 < values.len() && i32::from(self.keys[place]) != key {
            place += 1;
        }
        values[place]
    }
}

/// A rank whose value shares its key with many. Work of its own, because it comes back to itself where windows are wide.
struct Alone<'a> {
    ranks: &'a mut Ranks,
    values: &'a [i32],
    /// Around it: bounds one key apart.
    bracket: Bracket,
    /// The least and the greatest value that it may have.
    of: (i32, i32),
    /// One of those that share its key.
    one: i32,
}

impl Work for Alone<'_> {
    type Out = i32;

    #[inline(always)]
    fn run(self, lanes: impl Lanes) -> i32 {
        let Self { ranks, values, bracket, of: (mut low, mut high), one } = self;
        let rank = bracket.rank;
        // they may all be the same
        let [less, through] = lanes.less(values, [one, one.saturating_add(1)]);
        if rank < less {
            high = one - 1;
        } else if rank < through || one == i32::MAX {
            return one;
        } else {
            low = one + 1;
        }
        if low == high {
            return low;
        }
        let window = Window::over(low, high);
        let open = [(OUTSIDE.0, 0), (OUTSIDE.1, values.len())];
        let inside = bracket.inside() as f32;
        let key = -127.0 + 254.0 * (rank - bracket.low.1) as f32 / inside;
        let guess = Guess::around([key as i32], 20, [254.0 / inside]);
        let brackets = ranks.hem_in::<1>(lanes, (values, window), &guess, (&Sought::of([rank]), open));
        ranks.tell_apart(lanes, (values, window), &brackets)[0]
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::simd::tests::{KINDS, in_kind},
        *,
    };
    use proptest::prelude::*;

    const AT: [usize; 6] = [0, 2_500, 10_000, 50_000, 90_000, 100_000];

    fn sorted_at(values: &[i32]) -> [i64; 6] {
        let mut sorted = values.to_vec();
        sorted.sort_unstable();
        AT.map(|at| i64::from(sorted[((sorted.len() - 1) * at + 50_000) / 100_000]))
    }

    /// Values of every size; many of them the same; nearly all in a narrow place, the rest as far away as can be.
    fn values() -> impl Strategy<Value = Vec<i32>> {
        let wide = prop_oneof![-50..50_i32, 0..60_000_i32, -900_000..900_000_i32];
        let heaped = prop_oneof![6 => Just(0), 3 => 700..760_i32, 1 => 0..9_000_i32];
        let far = prop_oneof![20 => -4_000..4_000_i32, 1 => any::<i32>()];
        prop_oneof![
            prop::collection::vec(wide, 1..600),
            prop::collection::vec(heaped, 1..1_100),
            prop::collection::vec(far, 1..1_100),
        ]
    }

    proptest! {
        #[test]
        fn ranks_are_those_of_the_sorted_values(mut values in values(), moved in -200..200_i32) {
            let mut ranks: [Ranks; KINDS] = Default::default();
            let (mut near, mut few) = ([Near::default(); KINDS], [Near::default(); KINDS]);
            // what was found before, or is said of what comes, is only a place to begin at
            for step in 1..4 {
                let wanted = sorted_at(&values);
                for kind in 0..KINDS {
                    let of = Find(&values, &mut ranks[kind], (&mut near[kind], &mut few[kind]));
                    if let Some((found, some)) = in_kind(kind, of) {
                        prop_assert_eq!(found, wanted);
                        prop_assert_eq!(&some[..], &wanted[2..5]);
                    }
                    few[kind].moved_by([i64::from(moved), 0, i64::MAX >> (20 * step)]);
                }
                for value in &mut values {
                    *value = *value / step + moved;
                }
            }
        }
    }

    struct Find<'a>(&'a [i32], &'a mut Ranks, (&'a mut Near<6>, &'a mut Near<3>));

    impl Work for Find<'_> {
        type Out = ([i64; 6], [i64; 3]);

        fn run(self, lanes: impl Lanes) -> Self::Out {
            let Self(values, ranks, (near, few)) = self;
            let sought = Sought::at(values.len(), [10_000, 50_000, 90_000]);
            let sought = sought.alike(lanes, values, 0).alike(lanes, values, values[0]);
            (ranks.at(lanes, (values, near), AT), ranks.nth(lanes, (values, few), sought))
        }
    }
}
