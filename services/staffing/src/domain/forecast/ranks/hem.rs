//! Ranks hemmed in from both sides: bounds, what is counted below them, and where to count next.

use wide::{f32x4, i32x4};

use super::{
    Sought,
    window::{OUTSIDE, Window},
};

/// Values that are looked at one by one instead of counting any further.
const FEW: i32 = 20;

/// Bounds on either side of a rank, and how many keys lie below each.
#[derive(Clone, Copy)]
pub(super) struct Bracket {
    pub(super) rank: usize,
    pub(super) low: (i32, usize),
    pub(super) high: (i32, usize),
}

impl Bracket {
    pub(super) fn inside(&self) -> usize {
        self.high.1 - self.low.1
    }
}

/// Brackets side by side. No processor guesses on which side of a rank a bound lies: what follows is chosen, not branched to.
#[derive(Clone, Copy)]
pub(super) struct Brackets {
    rank: i32x4,
    low: [i32x4; 2],
    high: [i32x4; 2],
}

impl Brackets {
    /// Four ranks from one on, between the same bounds; unused lanes, and those of ranks that are known, are closed.
    #[inline(always)]
    pub(super) fn of<const N: usize>(
        (sought, first): (&Sought<N>, usize),
        low: (i32, usize),
        high: (i32, usize),
    ) -> Self {
        let mut lanes = [[0; 4], [0; 4], [0; 4], [1; 4], [0; 4]];
        for lane in 0..4.min(N.saturating_sub(first)) {
            let place = first + lane;
            if sought.known[place].is_some() {
                continue;
            }
            let of = [sought.ranks[place] as i32, low.0, low.1 as i32, high.0, high.1 as i32];
            for (lanes, of) in lanes.iter_mut().zip(of) {
                lanes[lane] = of;
            }
        }
        let [rank, low, below_low, high, below_high] = lanes.map(i32x4::from);
        Self { rank, low: [low, below_low], high: [high, below_high] }
    }

    /// The bracket of each rank.
    #[inline(always)]
    pub(super) fn each<const N: usize, const L: usize>(fours: &[Self; L]) -> [Bracket; N] {
        let mut each = [Bracket { rank: 0, low: (0, 0), high: (0, 0) }; N];
        for (place, each) in each.iter_mut().enumerate() {
            let (of, lane) = (&fours[place / 4], place % 4);
            each.rank = of.rank.to_array()[lane] as usize;
            each.low = (of.low[0].to_array()[lane], of.low[1].to_array()[lane] as usize);
            each.high = (of.high[0].to_array()[lane], of.high[1].to_array()[lane] as usize);
        }
        each
    }

    /// Is there a bound on both sides that is not outside of the window?
    #[inline(always)]
    fn known(&self) -> i32x4 {
        self.low[0].simd_gt(i32x4::splat(OUTSIDE.0)) & i32x4::splat(OUTSIDE.1).simd_gt(self.high[0])
    }

    #[inline(always)]
    pub(super) fn closed(&self) -> bool {
        let wide = (self.high[0] - self.low[0]).simd_gt(i32x4::ONE);
        let many = (self.high[1] - self.low[1]).simd_gt(i32x4::splat(FEW));
        (wide & (many | !self.known())).none()
    }

    #[inline(always)]
    pub(super) fn learn(&mut self, bound: i32x4, below: i32x4) {
        let inside = bound.simd_gt(self.low[0]) & self.high[0].simd_gt(bound);
        let higher = below.simd_gt(self.rank);
        for (side, mask) in [(&mut self.low, inside & !higher), (&mut self.high, inside & higher)] {
            *side = [mask.select(bound, side[0]), mask.select(below, side[1])];
        }
    }

    /// The next two bounds to count at: on either side of where the straight line between the two has the rank, so that it is hemmed
    /// in from both; with a bound on one side only, as far from it as values lie `apart`.
    #[inline(always)]
    pub(super) fn next(&self, step: usize, apart: f32x4) -> [i32x4; 2] {
        let (one, width) = (i32x4::ONE, self.high[0] - self.low[0]);
        let last = (self.high[0] - one).max(self.low[0] + one);
        if step % 3 == 2 {
            // every third bounds cut it evenly: a long tail must not make the guesses creep
            let third = (f32x4::from_i32x4(width) * f32x4::splat(1.0 / 3.0)).fast_trunc_int();
            return [(self.low[0] + third).max(self.low[0] + one), (self.high[0] - third).min(last)];
        }
        let known = self.known();
        let inside = f32x4::from_i32x4(self.high[1] - self.low[1]);
        let before = f32x4::from_i32x4(self.rank - self.low[1]) + f32x4::splat(0.5);
        let from_high = !self.low[0].simd_gt(i32x4::splat(OUTSIDE.0));
        let from = f32x4::from_i32x4(from_high.select(self.high[0], self.low[0]));
        let far = as_float(from_high).select(before - inside, before);
        let (known, even) = (as_float(known), f32x4::from_i32x4(width) / inside.fast_max(f32x4::ONE));
        let per_value = known.select(even, apart);
        let margin =
            f32x4::splat(4.0) + known.select(inside * f32x4::splat(0.03), far.abs() * f32x4::splat(0.25));
        let (centre, margin) = (from + far * per_value, margin * per_value);
        // whole numbers below and above: those of positive ones are cut
        let (least, most) = (f32x4::splat(-150.0), f32x4::splat(150.0));
        let up = f32x4::splat(256.0);
        let mut bounds = [centre - margin, centre + margin];
        for bound in &mut bounds {
            *bound = bound.fast_max(least).fast_min(most) + up;
        }
        let below = bounds[0].fast_trunc_int() - i32x4::splat(256);
        let above = bounds[1].fast_trunc_int() - i32x4::splat(255);
        [below.max(self.low[0] + one).min(last), above.max(self.low[0] + one).min(last)]
    }
}

/// A mask for numbers of the other kind.
#[inline(always)]
fn as_float(mask: i32x4) -> f32x4 {
    let mut lanes = [0.0; 4];
    for (lane, mask) in lanes.iter_mut().zip(mask.to_array()) {
        *lane = f32::from_bits(mask.cast_unsigned());
    }
    f32x4::from(lanes)
}

/// Where to look first: a key for each rank and how far on either side of it; and how far keys of neighbouring values lie apart there.
#[derive(Clone, Copy)]
pub(super) struct Guess {
    keys: [i32; 8],
    about: i32,
    apart: [f32; 8],
}

impl Guess {
    #[inline(always)]
    pub(super) fn around<const N: usize>(keys: [i32; N], about: i32, apart: [f32; N]) -> Self {
        let mut guess = Self { keys: [0; 8], about, apart: [0.0; 8] };
        guess.keys[..N].copy_from_slice(&keys);
        guess.apart[..N].copy_from_slice(&apart);
        guess
    }

    /// The bounds of four ranks from one on.
    #[inline(always)]
    pub(super) fn bounds(&self, four: usize) -> [i32x4; 2] {
        let keys = self.keys.as_chunks::<4>().0.get(four).copied().unwrap_or_default();
        let keys = i32x4::from(keys);
        [keys - i32x4::splat(self.about), keys + i32x4::splat(self.about + 1)]
    }

    /// How far keys lie apart at four ranks from one on.
    #[inline(always)]
    pub(super) fn apart(&self, four: usize) -> f32x4 {
        f32x4::from(self.apart.as_chunks::<4>().0.get(four).copied().unwrap_or_default())
    }

    /// Where they were in a set like this one. Outer ranks of what looks normal lie farther apart than the mean between them.
    #[inline(always)]
    pub(super) fn near<const N: usize>(
        window: Window,
        (near, sure): ([i32; N], u32),
        ranks: [usize; N],
    ) -> Self {
        let (mut keys, mut apart) = ([0; N], [0.0; N]);
        let between = window.key(near[N - 1]) - window.key(near[0]);
        let mean = between as f32 / (ranks[N - 1] - ranks[0]).max(1) as f32;
        for place in 0..N {
            keys[place] = window.key(near[place]);
            apart[place] = mean * if place == 0 || place == N - 1 { 1.8 } else { 0.8 };
        }
        Self::around(keys, between >> sure, apart)
    }

    /// Where a normal distribution has them: a thousand values reach from three standard deviations below to three above.
    #[inline(always)]
    pub(super) fn usual<const N: usize>(values: usize, ranks: [usize; N]) -> Self {
        let (mut keys, apart) = ([0; N], [100.0 / values as f32; N]);
        for (key, rank) in keys.iter_mut().zip(ranks) {
            let share = rank as f32 / values as f32 - 0.5;
            *key = (254.0 * share * (0.36 + share * share)) as i32;
        }
        Self::around(keys, 12, apart)
    }
}
