//! The heads of one role at one practice, in all draws.

use std::{ops::Range, sync::LazyLock};

use statrs::distribution::{ContinuousCDF, Normal};

use super::{
    bundles::{TOGETHER, in_sets},
    cohorts::{COHORTS, cohort},
    course::PARTS,
    joiners::{Joiners, Queue, of_set},
    lanes::{STEP, Survival, against_lanes, mix, of_draws, reached, survival},
    making::Worked,
    paths::narrow,
    posts::{Mixed, Parts},
    prepare::{RoleStart, joiner_level},
    simd::Lanes,
    world::RoleWorld,
};
use crate::domain::parameters::BANDS;

/// Draws that are worked on together: their sums and posts stay in the nearest cache.
pub(super) const DRAWS: usize = 64;
/// Heads that are counted in fine parts at most, joiners of all years among them; a sum of more would not fit.
const FINE_HEADS: f64 = 140.0;
/// Heads of one role at one practice that are drawn one by one; the few larger ones have fewer, longer heads.
const MOST_HEADS: u16 = 480;
/// Staff of a code whose patients have moved on turn up at other practices later: share after so many years. As England's
/// practice series 2016-2021 has it for GPs; about a third never does.
pub(super) const ARRIVED: [f32; 4] = [0.0, 0.44, 0.59, 0.65];

/// What practices that begin anew have of what their patients usually have: a log-normal distribution of mean 1, as many values of it as ten
/// bits tell apart.
static ANEW: LazyLock<[f32; 1_024]> = LazyLock::new(|| {
    std::array::from_fn(|place| {
        let z = Normal::standard().inverse_cdf((place as f64 + 0.5) / 1_024.0);
        narrow((0.4 * z - 0.08).exp())
    })
});

/// One role at one practice, ready to be drawn.
pub(super) struct Staff<'a, const W: usize> {
    world: &'a RoleWorld<W>,
    start: &'a RoleStart,
    years: usize,
    joiners: Joiners,
    /// FTE in 1/1000 of a part, of a head with the usual hours.
    usual: f32,
    reset: Survival<W>,
    posts: Mixed<'a, W>,
    /// Courses of the posts of those who work elsewhere too.
    elsewhere: Mixed<'a, W>,
    worked: Worked,
}

impl<'a, const W: usize> Staff<'a, W> {
    pub(super) fn new(
        world: &'a RoleWorld<W>,
        start: &'a RoleStart,
        (years, reset_chance): (usize, f64),
    ) -> Self {
        let course = &world.course;
        let heads_of = |fte: f64| (fte / world.table.participation).min(f64::from(MOST_HEADS));
        let heads = start.heads.map_or(heads_of(start.fte), |heads| f64::from(heads.min(MOST_HEADS.into())));
        // where a return is filled, the draw that fills in most must have room too
        let filled = start.filled.iter().flatten().copied().fold(0.0, f32::max);
        let growth = course.mean.iter().copied().fold(1.0, f64::max);
        let joint: f64 = start.joint.iter().map(|(_, weight)| f64::from(*weight) / 256.0).sum();
        let most = (heads.max(heads_of(filled.into())) + joint) * growth * 1.3 + start.vacant;
        let share = (1.0 - world.table.by_list) * heads
            + world.table.by_list * start.norm / world.table.participation;
        let coarse = usize::from(most > FINE_HEADS);
        let posts = world.posts.of(course, coarse, start.leavers);
        Self {
            world,
            start,
            years,
            joiners: Joiners::of(share * course.pool),
            usual: narrow(1e3 / PARTS[coarse] * world.table.usual_level()),
            reset: survival(reset_chance, years),
            worked: posts.worked(),
            posts,
            // the same everywhere: they leave all their practices at once
            elsewhere: world.posts.of(course, coarse, 1.0),
        }
    }

    /// What its draws share with others.
    pub(super) fn world(&self) -> &RoleWorld<W> {
        self.world
    }

    /// Draws a stretch of draws from `first` on: FTE in 1/1000 by year, before anything closes. Gives about how many years of work.
    ///
    /// One thing after the other for all of the stretch, so that draws, which wait for nothing but memory, wait together.
    #[inline(always)]
    pub(super) fn draw(
        &self,
        (lanes, first): (impl Lanes, usize),
        (shared, queue): (&[[f32; W]], &mut Queue),
        out: &mut [[i32; W]],
    ) -> u64 {
        let mut parts = [[[0; W]; 2]; DRAWS];
        let bits = of_draws((self.start.key, 0xd1b5_4a32_d192_ed03), first);
        let some = out.len().min(DRAWS);
        let fte = self.fte(first..first + some);
        let heads = self.heads(&fte, &bits);
        for (place, parts) in parts.iter_mut().enumerate().take(some) {
            if !self.start.joint.is_empty() {
                self.begin_joint((lanes, first + place), parts);
            }
            let alone = (heads[place] as usize).saturating_sub(self.start.joint.len());
            match &self.start.ages {
                None => self.begin_of_any_age(lanes, (alone, bits[place]), parts),
                Some(ages) => self.begin((lanes, ages), (alone, bits[place]), parts),
            }
        }
        let joined = self.join(lanes, (&bits, some), (queue, &mut parts));
        if self.start.vacant > 0.0 {
            for (parts, bits) in parts.iter_mut().zip(bits).take(some) {
                self.fill(lanes, bits, &mut parts[1]);
            }
        }
        self.finish((lanes, first), (&parts, &fte, &heads), shared, out);
        let begun: i32 = heads[..some].iter().sum();
        let vacant = some as f32 * narrow(self.start.vacant) * self.worked.vacant;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a million at most, and not below nothing"
        )]
        let years = (begun as f32 * self.worked.begun + joined as f32 * self.worked.joined + vacant) as u64;
        years
    }

    /// The posts of joiners from outside. Gives how many they are.
    #[inline(always)]
    fn join(
        &self,
        lanes: impl Lanes,
        (bits, some): (&[u64; DRAWS], usize),
        (queue, parts): (&mut Queue, &mut [Parts<W>; DRAWS]),
    ) -> u32 {
        let counts = self.joiners.counts(bits);
        let mut own = [0; DRAWS];
        for ((own, bits), count) in own.iter_mut().zip(bits).zip(&counts) {
            let (whole, _) = in_sets(usize::from(*count));
            *own = mix(of_set(*bits, whole as u64));
        }
        for ((parts, own), count) in parts.iter_mut().zip(own).zip(counts).take(some) {
            let (_, rest) = in_sets(usize::from(count));
            self.posts.join(lanes, (rest, own), &mut parts[1]);
        }
        let (waiting, mut left) = queue.gather(&counts[..some]);
        while left != 0 {
            let place = left.trailing_zeros() as usize % DRAWS;
            left &= left - 1;
            let (whole, _) = in_sets(usize::from(counts[place]));
            for set in 0..whole {
                let bits = mix(of_set(bits[place], set as u64));
                self.posts.join(lanes, (TOGETHER, bits), &mut parts[place][1]);
            }
        }
        for queue in waiting.chunks(DRAWS) {
            let mut own = [0; DRAWS];
            for (own, [place, set]) in own.iter_mut().zip(queue) {
                *own = of_set(bits[usize::from(*place) % DRAWS], u64::from(*set));
            }
            for own in &mut own {
                *own = mix(*own);
            }
            for (own, [place, _]) in own.into_iter().zip(queue) {
                let all = &mut parts[usize::from(*place) % DRAWS][1];
                self.posts.join(lanes, (TOGETHER, own), all);
            }
        }
        counts[..some].iter().map(|count| u32::from(*count)).sum()
    }

    /// The posts of those of the base year whose ages nobody knows, several at once.
    #[inline(always)]
    fn begin_of_any_age(&self, lanes: impl Lanes, (heads, bits): (usize, u64), parts: &mut Parts<W>) {
        let ((whole, rest), mut sums) = (in_sets(heads), *parts);
        for set in 0..=whole {
            let bits = mix(bits.wrapping_add((set as u64 + 1).wrapping_mul(STEP)));
            let heads = if set < whole { TOGETHER } else { rest };
            self.posts.begin_several(lanes, (heads, bits), &mut sums);
        }
        *parts = sums;
    }

    /// The posts of those of the base year, by the cohort of each; of an age band without a sex chance takes one.
    #[inline(always)]
    fn begin(&self, (lanes, ages): (impl Lanes, &[u8]), (heads, bits): (usize, u64), parts: &mut Parts<W>) {
        let mut sums = *parts;
        for head in 0..heads {
            let bits = mix(bits.wrapping_add((head as u64 + 1).wrapping_mul(STEP)));
            // some of them work elsewhere too, and begin by themselves: the others are taken from all ages
            let place = if heads < ages.len() { (2 * head + 1) * ages.len() / (2 * heads) } else { head };
            let known = usize::from(ages[place % ages.len().max(1)]);
            let cohort = if known < COHORTS { known } else { self.of_band(known - COHORTS, bits) };
            self.posts.begin(lanes, (cohort, bits), &mut sums);
        }
        *parts = sums;
    }

    /// The posts of those who work elsewhere too: the same in each of the practices, by the FTE that they have there.
    #[inline(always)]
    fn begin_joint(&self, (lanes, draw): (impl Lanes, usize), parts: &mut Parts<W>) {
        for (key, weight) in &self.start.joint {
            let bits = mix(key.wrapping_add((draw as u64).wrapping_mul(STEP)));
            let cohort = usize::from(self.world.course.band[(bits >> 57) as usize]).min(COHORTS - 1);
            let mut own = [[0; W]; 2];
            self.elsewhere.begin(lanes, (cohort, bits), &mut own);
            for (sums, own) in parts.iter_mut().zip(&own) {
                for (sum, part) in sums.iter_mut().zip(own) {
                    #[expect(clippy::cast_possible_truncation, reason = "four times a byte at most")]
                    let weighted = ((i32::from(*part) * i32::from(*weight) + 128) >> 8) as i16;
                    *sum = sum.wrapping_add(weighted);
                }
            }
        }
    }

    /// The posts that are vacant in the base year: a part of one is there in as many draws.
    #[inline(always)]
    fn fill(&self, lanes: impl Lanes, bits: u64, all: &mut [i16; W]) {
        let mut bits = mix(bits ^ 0x510e_527f_ade6_82d1);
        let part = (bits & 0xff_ffff) as f32 / 16_777_216.0;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "bounded")]
        let posts = (narrow(self.start.vacant.min(f64::from(MOST_HEADS))) + part) as usize;
        for _ in 0..posts {
            bits = mix(bits.wrapping_add(STEP));
            self.posts.fill(lanes, bits, all);
        }
    }

    #[inline(always)]
    fn of_band(&self, band: usize, bits: u64) -> usize {
        let band = band.min(BANDS - 1);
        cohort(((bits >> 56) as u16) < self.world.table.cohorts.women[band], band)
    }

    /// Heads in the base year, by draw.
    #[inline(always)]
    fn heads(&self, fte: &[f32; DRAWS], bits: &[u64; DRAWS]) -> [i32; DRAWS] {
        let start = self.start;
        let most = i32::from(MOST_HEADS);
        if let Some(heads) = start.heads.filter(|_| start.fill_sd.is_none()) {
            return [i32::try_from(heads).unwrap_or(most).min(most); DRAWS];
        }
        let (mut heads, head) = ([0; DRAWS], narrow(self.world.table.participation));
        for ((heads, fte), bits) in heads.iter_mut().zip(fte).zip(bits) {
            let part = (bits & 0xff_ffff) as i32 as f32 / 16_777_216.0;
            let expected = (fte / head).min(f32::from(MOST_HEADS)) + part;
            *heads = if *fte > 0.0 { (expected as i32).max(1) } else { 0 };
        }
        heads
    }

    /// FTE in the base year, by draw.
    #[inline(always)]
    fn fte(&self, draws: Range<usize>) -> [f32; DRAWS] {
        let mut fte = [narrow(self.start.fte); DRAWS];
        if let Some(filled) = &self.start.filled {
            for (fte, filled) in fte.iter_mut().zip(&filled[draws]) {
                *fte = *filled;
            }
        }
        fte
    }

    /// From parts to FTE: the practice's own level, shared factors, its own hours, and a fresh start where it is drawn.
    #[inline(always)]
    fn finish(
        &self,
        (lanes, first): (impl Lanes, usize),
        (parts, fte, heads): (&[Parts<W>; DRAWS], &[f32; DRAWS], &[i32; DRAWS]),
        shared: &[[f32; W]],
        out: &mut [[i32; W]],
    ) {
        let (usual, head) = (self.usual, narrow(self.world.table.participation));
        let bits = of_draws::<DRAWS>((self.start.key, 0xa076_1d64_78bd_642f), first);
        // what a part is worth: of those of the base year, and of who came later
        let (mut scales, mut joiners) = ([0.0; DRAWS], [0.0; DRAWS]);
        for (scale, parts) in scales.iter_mut().zip(parts) {
            *scale = f32::from(parts[0][0]);
        }
        for (scale, fte) in scales.iter_mut().zip(fte) {
            *scale = if *scale > 0.0 { fte * 1e3 / *scale } else { usual };
        }
        for ((joiner, fte), heads) in joiners.iter_mut().zip(fte).zip(heads) {
            let own = if *heads > 0 { fte / (*heads as f32 * head) } else { 1.0 };
            *joiner = usual * narrow(joiner_level(f64::from(own)));
        }
        let last = self.reset[self.years - 1];
        for (place, (out, shared)) in out.iter_mut().zip(shared).enumerate().take(DRAWS) {
            let hours = self.world.hours.pick(bits[place]);
            let mut values = lanes.course(&parts[place], [scales[place], joiners[place]], [hours, shared]);
            if !self.start.open {
                for (year, value) in values.iter_mut().enumerate() {
                    *value *= ARRIVED[year.min(ARRIVED.len() - 1)];
                }
            }
            let number = against_lanes(bits[place] >> 16);
            if number >= last && self.start.open {
                self.begin_anew(&mut values, W - reached(lanes, &self.reset, number), bits[place]);
            }
            *out = lanes.whole(&values);
        }
    }

    /// Sets the FTE back, from a year on, to what the practice's patients usually have, give or take a lot.
    #[inline(always)]
    fn begin_anew(&self, values: &mut [f32; W], reset: usize, bits: u64) {
        let target = narrow(self.start.norm * 1e3) * ANEW[(mix(bits) >> 54) as usize];
        let before = values[reset.min(W - 1)];
        let factor = if before > 0.0 { target / before } else { 0.0 };
        for (year, value) in values.iter_mut().enumerate() {
            let anew = if factor > 0.0 { *value * factor } else { target };
            *value = if year < reset { *value } else { anew };
        }
    }
}
