//! The heads of one role at one practice, in all draws.

use super::{
    course::{Contracts, Course, PARTS, REFILL_YEARS},
    lanes::{STEP, Survival, against_lanes, career, lane, mix, normal, reached, survival, whole},
    prepare::{RoleStart, joiner_level},
    simd::Lanes,
    world::RoleWorld,
};
use crate::domain::parameters::BANDS;

/// Draws that are worked on together: their sums and posts stay in the nearest cache.
pub(super) const DRAWS: usize = 64;
/// Heads that are counted in fine parts at most, joiners of all years among them; a sum of more would not fit.
const FINE_HEADS: f64 = 70.0;
/// Heads of one role at one practice that are drawn one by one; the few larger ones have fewer, longer heads.
const MOST_HEADS: u16 = 480;
/// Joiners that are counted out of a table of chances; more are drawn from the normal distribution of the same variance.
const TABLE: usize = 32;

/// Staff of a code whose patients have moved on turn up at other practices later: share after so many years. As England's
/// practice series 2016-2021 has it for GPs; about a third never does.
pub(super) const ARRIVED: [f32; 4] = [0.0, 0.44, 0.59, 0.65];

/// Posts that are filled again, or joiners: draw, year and bits.
type Post = (u32, u32, u64);

/// Posts to be taken up. Whether one is added is a coin toss that no processor guesses: it is written all the same, and counts or
/// not (`counts` is one or nothing).
struct Posts {
    of: Vec<Post>,
    len: usize,
}

impl Posts {
    #[inline(always)]
    fn push(&mut self, counts: usize, post: Post) {
        if self.len == self.of.len() {
            self.of.resize(2 * self.len, (0, 0, 0));
        }
        self.of[self.len] = post;
        self.len += counts;
    }
}

/// What is reused from practice to practice.
pub(super) struct Scratch<const W: usize> {
    /// Parts of those of the base year, by draw and year.
    sums: Vec<[i16; W]>,
    /// Parts of those who came later.
    joined: Vec<[i16; W]>,
    /// Heads in the base year, by draw.
    heads: Vec<usize>,
    posts: Posts,
    /// Years of work drawn so far.
    pub(super) person_years: u64,
}

impl<const W: usize> Scratch<W> {
    pub(super) fn new() -> Self {
        Self {
            sums: vec![[0; W]; DRAWS],
            joined: vec![[0; W]; DRAWS],
            heads: vec![0; DRAWS],
            posts: Posts { of: vec![(0, 0, 0); 4_096], len: 0 },
            person_years: 0,
        }
    }
}

/// One role at one practice, ready to be drawn.
pub(super) struct Staff<'a, const W: usize> {
    world: &'a RoleWorld<W>,
    start: &'a RoleStart,
    years: usize,
    coarse: usize,
    joiners: Joiners,
    reset: Survival<W>,
    refill: [u32; 2],
    /// Random numbers of those who leave more or less often than the usual.
    bent: Option<Vec<i16>>,
}

enum Joiners {
    /// Chance of at most so many.
    Table([i16; TABLE]),
    /// Mean and standard deviation.
    Normal(f32, f32),
}

impl Joiners {
    fn of(mean: f64) -> Self {
        if mean > TABLE as f64 * 0.55 {
            return Self::Normal(super::paths::narrow(mean), super::paths::narrow(mean.sqrt()));
        }
        let (mut chance, mut below, mut table) = ((-mean).exp(), 0.0, [i16::MAX; TABLE]);
        for (count, place) in table.iter_mut().enumerate() {
            below += chance;
            *place = lane(below);
            chance *= mean / (count + 1) as f64;
        }
        Self::Table(table)
    }

    #[inline(always)]
    fn count(&self, lanes: impl Lanes, bits: u64) -> usize {
        match self {
            Self::Table(table) => {
                let number = against_lanes(bits >> 16);
                reached(lanes, table, number)
            }
            Self::Normal(mean, sd) => {
                #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "not below zero")]
                let count = (mean + sd * normal(bits)).round().max(0.0) as usize;
                count
            }
        }
    }
}

impl<'a, const W: usize> Staff<'a, W> {
    pub(super) fn new(
        world: &'a RoleWorld<W>,
        start: &'a RoleStart,
        (years, reset_chance): (usize, f64),
    ) -> Self {
        let course = &world.course;
        let heads = start.heads.map_or(start.fte / world.table.participation, f64::from);
        let growth = course.mean.iter().copied().fold(1.0, f64::max);
        let heads = heads.min(f64::from(MOST_HEADS));
        let most = heads * growth * 1.3;
        let share = (1.0 - world.table.by_list) * heads
            + world.table.by_list * start.norm / world.table.participation;
        let cut = |share: f64| super::inputs::whole(share * 256.0);
        Self {
            world,
            start,
            years,
            coarse: usize::from(most > FINE_HEADS),
            joiners: Joiners::of(share * course.pool),
            reset: survival(reset_chance, years),
            refill: [cut(REFILL_YEARS[0]), cut(REFILL_YEARS[0] + REFILL_YEARS[1])],
            bent: (start.leavers - 1.0).abs().gt(&0.02).then(|| bend(start.leavers)),
        }
    }

    /// Draws a stretch of at most [`DRAWS`] draws from `first` on: FTE in 1/1000 by year, before anything closes.
    #[inline(always)]
    pub(super) fn draw(
        &self,
        (lanes, first): (impl Lanes, usize),
        borough: &[[f32; W]],
        out: &mut [[i32; W]],
        scratch: &mut Scratch<W>,
    ) {
        scratch.joined.fill([0; W]);
        scratch.posts.len = 0;
        let fte: &Contracts<W> = &self.world.course.fte[self.coarse];
        for place in 0..out.len() {
            let draw = (first + place) as u64;
            let bits = mix(self.start.key.wrapping_add(draw.wrapping_mul(0xd1b5_4a32_d192_ed03)));
            let heads = self.heads(first + place, bits);
            scratch.heads[place] = heads;
            match (&self.start.ages, &self.bent) {
                (None, None) => self.begin((lanes, fte), (place, heads, bits), scratch, |_, bits| {
                    (usize::from(self.world.course.band[(bits & 127) as usize]), against_lanes(bits >> 16))
                }),
                _ => self
                    .begin((lanes, fte), (place, heads, bits), scratch, |head, bits| self.known(head, bits)),
            }
            let joining = self.joiners.count(lanes, mix(bits ^ 0x6a09_e667_f3bc_c908));
            for joiner in 0..joining {
                let bits = mix(bits.wrapping_sub((joiner as u64 + 1).wrapping_mul(STEP)));
                let year = reached(lanes, &self.world.course.pool_years, against_lanes(bits >> 16));
                scratch.posts.push(1, (small(place), small(year), bits));
            }
        }
        self.work_posts((lanes, fte), scratch);
        self.finish((lanes, first), borough, out, scratch);
    }

    /// The careers of those of the base year; `of` gives the age band and the random number of each.
    #[inline(always)]
    fn begin(
        &self,
        (lanes, fte): (impl Lanes, &Contracts<W>),
        (place, heads, bits): (usize, usize, u64),
        scratch: &mut Scratch<W>,
        of: impl Fn(usize, u64) -> (usize, i16),
    ) {
        let mut sum = [0; W];
        for head in 0..heads {
            let bits = mix(bits.wrapping_add((head as u64 + 1).wrapping_mul(STEP)));
            let (band, number) = of(head, bits);
            let band = band.min(BANDS - 1);
            let years = &fte[(bits >> 8 & 3) as usize][band][1];
            let gone = career(lanes, (&mut sum, years), &self.world.course.start[band], number);
            scratch.person_years += gone as u64;
            self.fill_again(&mut scratch.posts, place, gone, bits);
        }
        scratch.sums[place] = sum;
    }

    /// Age band and random number of a head whose age is known, or whose practice has leavers of its own.
    #[inline(always)]
    fn known(&self, head: usize, bits: u64) -> (usize, i16) {
        let band = match &self.start.ages {
            Some(ages) => usize::from(ages[head % ages.len().max(1)]),
            None => usize::from(self.world.course.band[(bits & 127) as usize]),
        };
        (band, self.bend(against_lanes(bits >> 16)))
    }

    /// Heads in the base year of a draw.
    #[inline(always)]
    fn heads(&self, draw: usize, bits: u64) -> usize {
        let start = self.start;
        if let Some(heads) = start.heads.filter(|_| start.fill_sd.is_none()) {
            return heads.min(u32::from(MOST_HEADS)) as usize;
        }
        let fte = self.fte(draw);
        if fte <= 0.0 {
            return 0;
        }
        let expected =
            (fte / super::paths::narrow(self.world.table.participation)).min(f32::from(MOST_HEADS));
        let part = (bits & 0xff_ffff) as f32 / 16_777_216.0;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "not negative, and bounded"
        )]
        let heads = (expected + part) as usize;
        heads.max(1)
    }

    /// FTE in the base year of a draw.
    #[inline(always)]
    fn fte(&self, draw: usize) -> f32 {
        match &self.start.filled {
            Some(filled) => filled[draw],
            None => super::paths::narrow(self.start.fte),
        }
    }

    #[inline(always)]
    fn bend(&self, number: i16) -> i16 {
        match &self.bent {
            Some(table) => table[usize::from(number.cast_unsigned().wrapping_add(0x8000) >> 4)],
            None => number,
        }
    }

    /// After a leaver the post may be filled again, one to three years later.
    #[inline(always)]
    fn fill_again(&self, posts: &mut Posts, place: usize, gone: usize, bits: u64) {
        let delay = bits >> 40 & 0xff;
        let year = gone
            + 1
            + usize::from(delay >= u64::from(self.refill[0]))
            + usize::from(delay >= u64::from(self.refill[1]));
        let filled = (bits >> 48 & 0xff) < u64::from(self.world.course.refilled);
        let counts = usize::from(filled) * usize::from(year < self.years);
        posts.push(counts, (small(place), small(year), bits));
    }

    /// Whoever takes up a post works and leaves like anybody else.
    #[inline(always)]
    fn work_posts(&self, (lanes, fte): (impl Lanes, &Contracts<W>), scratch: &mut Scratch<W>) {
        let course: &Course<W> = &self.world.course;
        let (mut next, mut years_worked) = (0, 0_u64);
        while next < scratch.posts.len {
            let (place, from, bits) = scratch.posts.of[next];
            next += 1;
            let (place, from) = (place as usize, from as usize);
            if from >= self.years {
                continue;
            }
            let bits = mix(bits.wrapping_add(STEP));
            let band = usize::from(course.joiner_band[(bits & 127) as usize]).min(BANDS - 1);
            let years = fte[(bits >> 8 & 3) as usize][band].as_flattened();
            let Some(years) = years[W - from..].first_chunk::<W>() else { continue };
            let number = self.bend(against_lanes(bits >> 16));
            let gone = career(lanes, (&mut scratch.joined[place], years), &course.joined[from][band], number);
            years_worked += (gone - from) as u64;
            self.fill_again(&mut scratch.posts, place, gone, bits);
        }
        scratch.person_years += years_worked;
    }

    /// From parts to FTE: the practice's own level, shared factors, its own hours, and a fresh start where it is drawn.
    #[inline(always)]
    fn finish(
        &self,
        (lanes, first): (impl Lanes, usize),
        borough: &[[f32; W]],
        out: &mut [[i32; W]],
        scratch: &Scratch<W>,
    ) {
        let usual = super::paths::narrow(1e3 / PARTS[self.coarse] * self.world.table.usual_level());
        let head = super::paths::narrow(self.world.table.participation);
        let sums = scratch.sums.iter().zip(&scratch.joined).zip(&scratch.heads);
        for (place, (out, ((sum, joined), heads))) in out.iter_mut().zip(sums).enumerate() {
            let draw = first + place;
            let bits = mix(self.start.key.wrapping_add((draw as u64).wrapping_mul(0xa076_1d64_78bd_642f)));
            let fte = self.fte(draw);
            let scale = if sum[0] > 0 { fte * 1e3 / f32::from(sum[0]) } else { usual };
            let own = if *heads > 0 { fte / (*heads as f32 * head) } else { 1.0 };
            let joiner = usual * super::paths::narrow(joiner_level(f64::from(own)));
            let hours = self.world.hours.pick(bits);
            let shared = &borough[place];
            let mut values = [0.0_f32; W];
            let parts = sum
                .iter()
                .zip(joined)
                .map(|(sum, joined)| f32::from(*sum) * scale + f32::from(*joined) * joiner);
            for (((value, parts), hours), shared) in values.iter_mut().zip(parts).zip(hours).zip(shared) {
                *value = parts * hours * shared;
            }
            if !self.start.open {
                for (value, arrived) in values.iter_mut().zip(&ARRIVED) {
                    *value *= arrived;
                }
                values[ARRIVED.len().min(W)..]
                    .iter_mut()
                    .for_each(|value| *value *= ARRIVED[ARRIVED.len() - 1]);
            }
            let number = against_lanes(bits >> 16);
            let reset = W - reached(lanes, &self.reset, number);
            if reset < self.years && self.start.open {
                self.begin_anew(&mut values, reset, bits);
            }
            for (out, value) in out.iter_mut().zip(values) {
                *out = whole(f64::from(value + 0.5));
            }
        }
    }

    /// Sets the FTE back to what the practice's patients usually have, give or take a lot.
    #[cold]
    fn begin_anew(&self, values: &mut [f32; W], reset: usize, bits: u64) {
        let z = normal(mix(bits));
        let target = super::paths::narrow(self.start.norm * 1e3) * (0.4 * z - 0.08).exp();
        let factor = if values[reset] > 0.0 { target / values[reset] } else { 0.0 };
        for value in &mut values[reset..] {
            *value = if factor > 0.0 { *value * factor } else { target };
        }
    }
}

fn small(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}

/// Numbers of people whose hazard is `factor` times the usual: there while `u < S^factor`, which is `u^(1/factor) < S`.
fn bend(factor: f64) -> Vec<i16> {
    (0..4_096)
        .map(|part| lane(((f64::from(part) + 0.5) / 4_096.0).powf(1.0 / factor)).min(i16::MAX - 1))
        .collect()
}
