//! Values at given ranks of many draws, without sorting them.
//!
//! Each value gets a key of eight bits, by where it lies in a window around the ranks; values beyond the window share its outermost
//! keys. Counting the keys below a bound is two instructions for a register full of them, all ranks are counted for in one pass, and a
//! few passes leave a handful of values around each rank, which are then told apart by what they are.

mod handful;
mod hem;
mod window;

use wide::i32x8;

pub(super) use window::Window;
use window::{KEYS, OUTSIDE};

use super::simd::{Lanes, Work, widest};
use handful::Handful;
use hem::{Bracket, Brackets, Guess};

/// Values of one key that are looked at one by one at most.
const MANY: usize = 20;
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

/// Where the ranks of a set like this one were, and how far from those before it: those of the next are first looked for a little less
/// far on.
#[derive(Clone, Copy)]
pub(crate) struct Near<const N: usize> {
    last: Option<[i32; N]>,
    step: Option<[i32; N]>,
    /// The part of the distance between the outermost ranks that one is missed by without a step, as a power of two.
    sure: u32,
}

/// How sure one may be of where the ranks of the last set were, of those a step further, and of what somebody knows.
const LAST: u32 = 4;
const STEPPED: u32 = 5;
const GUESSED: u32 = 7;

impl<const N: usize> Default for Near<N> {
    fn default() -> Self {
        Self { last: None, step: None, sure: LAST }
    }
}

impl<const N: usize> Near<N> {
    /// Where somebody knows them to be, or very nearly.
    #[inline(always)]
    pub(super) fn guessed(at: [i32; N]) -> Self {
        Self { last: Some(at), step: None, sure: GUESSED }
    }

    #[inline(always)]
    fn learn(&mut self, found: [i32; N]) {
        if let Some(last) = self.last {
            let mut step = [0; N];
            for place in 0..N {
                step[place] = found[place].wrapping_sub(last[place]);
            }
            self.step = Some(step);
        }
        self.last = Some(found);
    }

    /// Where to look, and how sure that is: the part of the distance between the outermost ranks that one is missed by, as a power of two.
    #[inline(always)]
    fn next(&self) -> Option<([i32; N], u32)> {
        let mut next = self.last.filter(|last| last[0] < last[N - 1])?;
        let Some(step) = self.step else { return Some((next, self.sure)) };
        for place in 0..N {
            next[place] = next[place].saturating_add(step[place] / 8 * 7);
        }
        Some(if next[0] < next[N - 1] { (next, STEPPED) } else { (self.last?, LAST) })
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
        let last = values.len().saturating_sub(1);
        self.nth(lanes, (values, near), at.map(|at| (last * at + 50_000) / 100_000))
    }

    /// Values at ranks counted from nothing, ascending.
    #[inline(always)]
    pub(super) fn nth<const N: usize>(
        &mut self,
        lanes: impl Lanes,
        (values, near): (&[i32], &mut Near<N>),
        ranks: [usize; N],
    ) -> [i64; N] {
        const { assert!(N >= 1 && N <= MOST && MOST * MANY <= SOME) };
        debug_assert!(values.len() <= 1 << 16, "places are numbers of sixteen bits");
        if values.is_empty() {
            return [0; N];
        }
        let found = match near.next() {
            Some(next) => self.nearby(lanes, values, (next, ranks)),
            None => None,
        };
        let found = match found {
            Some(found) => found,
            None => self.anywhere(lanes, values, ranks),
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
        ((near, sure), ranks): (([i32; N], u32), [usize; N]),
    ) -> Option<[i32; N]> {
        let between = near[N - 1].saturating_sub(near[0]);
        // the surer, the smaller the window, and the fewer share a key in it
        let more = if sure == GUESSED { between / 8 } else { between / 8 * 3 } + 2;
        let window = Window::over(near[0].saturating_sub(more), near[N - 1].saturating_add(more));
        let open = Brackets::of(ranks, (OUTSIDE.0, 0), (OUTSIDE.1, values.len()));
        let guess = Guess::near(window, (near, sure), ranks);
        let brackets = self.hem_in::<N>(lanes, (values, window), guess, open);
        for bracket in &brackets {
            if bracket.low.0 < *KEYS.start() || bracket.high.0 > *KEYS.end() + 1 {
                return None;
            }
        }
        Some(self.tell_apart(lanes, (values, window), &brackets))
    }

    /// Looks between the least and the greatest value.
    #[inline(always)]
    fn anywhere<const N: usize>(&mut self, lanes: impl Lanes, values: &[i32], ranks: [usize; N]) -> [i32; N] {
        let (mut low, mut high) = (i32::MAX, i32::MIN);
        for value in values {
            low = low.min(*value);
            high = high.max(*value);
        }
        if low == high {
            return [low; N];
        }
        let window = Window::over(low, high);
        let all = Brackets::of(ranks, (*KEYS.start(), 0), (*KEYS.end() + 1, values.len()));
        let guess = Guess::usual(values.len(), ranks);
        let brackets = self.hem_in::<N>(lanes, (values, window), guess, all);
        self.tell_apart(lanes, (values, window), &brackets)
    }

    /// Counts until the bounds of every rank are close together.
    #[inline(always)]
    fn hem_in<const N: usize>(
        &mut self,
        lanes: impl Lanes,
        (values, window): (&[i32], Window),
        guess: Guess,
        mut brackets: Brackets,
    ) -> [Bracket; N] {
        lanes.keys(values, window, &mut self.keys);
        let (mut bounds, mut step) = (guess.bounds, 0);
        loop {
            let mut keys = [[0; N]; 2];
            for (keys, bounds) in keys.iter_mut().zip(&mut bounds) {
                *bounds = bounds.max(i32x8::splat(-127)).min(i32x8::splat(127));
                let bounds = bounds.to_array();
                for place in 0..N {
                    keys[place] = bounds[place] as i8;
                }
            }
            let below = lanes.below(&self.keys, keys);
            for (bounds, below) in bounds.into_iter().zip(below) {
                brackets.learn(bounds, i32x8::from(below));
            }
            if brackets.closed() {
                return brackets.each();
            }
            bounds = brackets.next(step, guess.apart);
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
            length[place] = if bracket.inside() > MANY { 0 } else { (bracket.high.0 - bracket.low.0) as u8 };
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
        for (found, bracket) in found.iter_mut().zip(brackets) {
            if bracket.inside() > MANY {
                *found = widest(Alone { ranks: self, values, bracket: *bracket, of: window });
            }
        }
        found
    }
}

/// A rank whose value shares its key with many. Work of its own, because it comes back to itself where windows are wide.
struct Alone<'a> {
    ranks: &'a mut Ranks,
    values: &'a [i32],
    /// Around it: bounds one key apart.
    bracket: Bracket,
    of: Window,
}

impl Work for Alone<'_> {
    type Out = i32;

    #[inline(always)]
    fn run(self, lanes: impl Lanes) -> i32 {
        let Self { ranks, values, bracket, of } = self;
        let (rank, (mut low, mut high)) = (bracket.rank, of.values(bracket.low.0));
        // more often than not they are all the same
        let mut place = 0;
        while place + 1 < values.len() && i32::from(ranks.keys[place]) != bracket.low.0 {
            place += 1;
        }
        let one = values[place];
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
        let open = Brackets::of([rank], (OUTSIDE.0, 0), (OUTSIDE.1, values.len()));
        let inside = bracket.inside() as f32;
        let key = -127.0 + 254.0 * (rank - bracket.low.1) as f32 / inside;
        let guess = Guess::around([key as i32], 20, [254.0 / inside]);
        let brackets = ranks.hem_in::<1>(lanes, (values, window), guess, open);
        ranks.tell_apart(lanes, (values, window), &brackets)[0]
    }
}

#[cfg(test)]
mod tests {
    use super::{super::simd::Eight, *};
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
            let mut ranks = [Ranks::default(), Ranks::default()];
            let mut near = [Near::default(); 2];
            // what was found before is only a place to begin at
            for step in 1..4 {
                let wanted = sorted_at(&values);
                prop_assert_eq!(ranks[0].at(Eight, (&values, &mut near[0]), AT), wanted);
                prop_assert_eq!(widest(Find(&values, &mut ranks[1], &mut near[1])), wanted);
                for value in &mut values {
                    *value = *value / step + moved;
                }
            }
        }
    }

    struct Find<'a>(&'a [i32], &'a mut Ranks, &'a mut Near<6>);

    impl Work for Find<'_> {
        type Out = [i64; 6];

        fn run(self, lanes: impl Lanes) -> [i64; 6] {
            self.1.at(lanes, (self.0, self.2), AT)
        }
    }
}
