//! Where ranks are looked for first.

/// Where the ranks of a set like this one were, and how far from those before it: those of the next are first looked for a little less
/// far on.
#[derive(Clone, Copy)]
pub(crate) struct Near<const N: usize> {
    last: Option<[i32; N]>,
    step: Option<[i32; N]>,
    /// How far from the last those of the next are by what is known of values that go with them.
    moved: Option<[i32; N]>,
    /// The part of the distance between the outermost ranks that one is missed by without a step, as a power of two.
    sure: u32,
}

/// How sure one may be of where the ranks of the last set were, of those a step further, and of what somebody knows.
const LAST: u32 = 4;
const STEPPED: u32 = 5;
const MOVED: u32 = 6;
pub(super) const GUESSED: u32 = 7;

impl<const N: usize> Default for Near<N> {
    fn default() -> Self {
        Self { last: None, step: None, moved: None, sure: LAST }
    }
}

impl<const N: usize> Near<N> {
    /// Where somebody knows them to be, or very nearly.
    #[inline(always)]
    pub(in super::super) fn guessed(at: [i32; N]) -> Self {
        Self { last: Some(at), moved: None, step: None, sure: GUESSED }
    }

    /// Says how far from the last those of the next will be, by what values that go with them did.
    #[inline(always)]
    pub(in super::super) fn moved_by(&mut self, by: [i64; N]) {
        let mut moved = [0; N];
        for (moved, by) in moved.iter_mut().zip(by) {
            *moved = by.clamp(i64::from(i32::MIN), i64::from(i32::MAX)) as i32;
        }
        self.moved = Some(moved);
    }

    #[inline(always)]
    pub(super) fn learn(&mut self, found: [i32; N]) {
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
    pub(super) fn next(&mut self) -> Option<([i32; N], u32)> {
        let last = self.last?;
        let apart = last[0] < last[N - 1];
        let (sure, step) = match (self.moved.take(), self.step) {
            // out of one value, as in the base year, several become
            (Some(moved), _) => (if apart { MOVED } else { LAST }, moved),
            (None, Some(mut step)) if apart => {
                for step in &mut step {
                    *step = *step / 8 * 7;
                }
                (STEPPED, step)
            }
            _ => return apart.then_some((last, self.sure)),
        };
        let mut next = last;
        for place in 0..N {
            next[place] = next[place].saturating_add(step[place]);
        }
        if next[0] < next[N - 1] { Some((next, sure)) } else { apart.then_some((last, LAST)) }
    }
}
