//! The making of the courses that posts are drawn from, for one kind of practice.

use sobol_burley::sample_4d;

use super::{
    bundles::{Bundle, Post, SETS, SINGLE, Sets, Several, of_heads, of_joiners},
    cohorts::COHORTS,
    course::{Contracts, Course},
    lanes::{against_lanes, career, lane, reached},
    simd::{Lanes, Work},
};

/// Courses of heads of the base year, for each cohort; a power of two.
pub(super) const BEGUN: usize = 256;
/// Courses of posts that are vacant in the base year; a power of two.
pub(super) const VACANT: usize = 256;
/// Courses of joiners from outside.
pub(super) const JOINED: usize = 4 * SETS;
/// Points of a course, four to a holder, begin here: those before are of the joiner's year.
const HOLDERS: u32 = 1;

/// Courses for one kind of practice.
pub(super) struct Courses<const W: usize> {
    /// By age band.
    pub(super) begun: Vec<Post<W>>,
    /// Of each: the first year without the holder of the base year.
    pub(super) gone: Vec<u8>,
    /// Heads of the base year whose ages nobody knows, several at once.
    pub(super) bundles: Sets<Bundle<W>, SINGLE>,
    /// Joiners from outside, several at once; and the parts of all of them, each of them once.
    pub(super) joiners: Sets<Several<W>, SETS>,
    pub(super) joined: [f64; W],
    /// Of posts that are vacant in the base year; none where none is.
    pub(super) vacant: Vec<Post<W>>,
    pub(super) worked: Worked,
}

/// Years in which somebody works, on average.
#[derive(Clone, Copy, Default)]
pub(super) struct Worked {
    /// Of a post of the base year.
    pub(super) begun: f32,
    /// Of a joiner's.
    pub(super) joined: f32,
    /// Of one that is vacant in the base year.
    pub(super) vacant: f32,
}

/// Parts of a year.
pub(super) fn sum_of<const W: usize>(posts: &[Post<W>], year: usize) -> f64 {
    posts.iter().map(|Post(parts)| f64::from(parts[year])).sum()
}

/// The making of one kind's courses.
pub(super) struct Making<'a, const W: usize> {
    pub(super) course: &'a Course<W>,
    pub(super) fte: &'a Contracts<W>,
    /// Exponent on the random numbers: there while `u < S^factor`, which is `u^(1/factor) < S`.
    pub(super) power: f64,
    pub(super) seed: u32,
    pub(super) years: usize,
}

impl<const W: usize> Work for Making<'_, W> {
    type Out = Courses<W>;

    #[inline(always)]
    fn run(self, lanes: impl Lanes) -> Courses<W> {
        let mut begun = Vec::with_capacity(COHORTS * BEGUN);
        let (mut gone, mut years) = (Vec::with_capacity(COHORTS * BEGUN), [0_u32; COHORTS]);
        for (band, years) in years.iter_mut().enumerate() {
            for point in 0..BEGUN {
                // cohorts differ in their scrambling, kinds of practice do not: so do scenarios least
                let at = (point as u32, self.seed.wrapping_add(band as u32 + 1));
                let (post, [of_first, worked]) = self.follow(lanes, at, (0, Some(band)));
                begun.push(post);
                gone.push(of_first);
                *years += u32::from(worked);
            }
        }
        let (mut joined, mut years_joined) = (Vec::with_capacity(JOINED), 0_u32);
        for point in 0..JOINED {
            let at = (point as u32, self.seed);
            let [year, ..] = sample_4d(at.0, 0, at.1);
            let number = against_lanes((year * 65_536.0) as u64);
            let from = reached(lanes, &self.course.pool_years, number);
            let (post, [_, worked]) = self.follow(lanes, at, (from, None));
            joined.push(post);
            years_joined += u32::from(worked);
        }
        let (joiners, sums) =
            (of_joiners(self.seed, &joined), std::array::from_fn(|year| sum_of(&joined, year)));
        let (vacant, years_vacant) = self.vacant(lanes);
        let bundles = of_heads(self.seed, (&begun, &gone), (&self.course.band, BEGUN));
        let mix = self.course.band.map(|band| years[usize::from(band).min(COHORTS - 1)]);
        let worked = Worked {
            begun: mix.iter().sum::<u32>() as f32 / (BEGUN * mix.len()) as f32,
            joined: years_joined as f32 / JOINED as f32,
            vacant: years_vacant as f32 / VACANT as f32,
        };
        Courses { begun, gone, bundles, joiners, joined: sums, vacant, worked }
    }
}

impl<const W: usize> Making<'_, W> {
    /// Posts that are vacant in the base year, filled or not, and their years of work together.
    #[inline(always)]
    fn vacant(&self, lanes: impl Lanes) -> (Vec<Post<W>>, u32) {
        let (mut posts, mut years) = (Vec::new(), 0);
        if self.course.vacant > 0.0 {
            for point in 0..VACANT {
                let at = (point as u32, self.seed.wrapping_add(COHORTS as u32 + 1));
                let [chance, delay, ..] = sample_4d(at.0, 0, at.1);
                let never = f64::from(chance) >= f64::from(self.course.refilled) / 256.0;
                let from = if never { self.years } else { 1 + self.delay(0, f64::from(delay)) };
                let (post, [_, worked]) = self.follow(lanes, at, (from, None));
                posts.push(post);
                years += u32::from(worked);
            }
        }
        (posts, years)
    }

    /// A post from the year in which it is first held.
    #[inline(always)]
    fn follow(
        &self,
        lanes: impl Lanes,
        (point, seed): (u32, u32),
        (mut from, first): (usize, Option<usize>),
    ) -> (Post<W>, [u8; 2]) {
        let (mut parts, mut end) = ([0; W], [0, 0]);
        let mut band_of_first = first;
        for holder in HOLDERS.. {
            if from >= self.years {
                break;
            }
            let [who, number, filled, delay] = sample_4d(point, holder, seed);
            let part = (who * 512.0) as usize;
            let is_first = band_of_first.is_some();
            let band = match band_of_first.take() {
                Some(band) => band,
                None => usize::from(self.course.joiner_band[part & 127]).min(COHORTS - 1),
            };
            let survival = &self.course.joined[from][band];
            let fte = self.fte[part >> 7 & 3][band].as_flattened();
            let Some(fte) = fte[W - from..].first_chunk::<W>() else { break };
            let gone = career(lanes, (&mut parts, fte), survival, self.number(number));
            end = [if is_first { gone as u8 } else { end[0] }, end[1] + (gone - from) as u8];
            if f64::from(filled) >= f64::from(self.course.refilled) / 256.0 {
                break;
            }
            from = gone + 1 + self.delay(gone, f64::from(delay));
        }
        let mut post = Post([0; W]);
        for (byte, part) in post.0.iter_mut().zip(parts) {
            *byte = part.clamp(0, 255) as u8;
        }
        (post, end)
    }

    /// Counts, beyond the next, until a post is filled that is first vacant at the count of `year`.
    #[inline(always)]
    fn delay(&self, year: usize, number: f64) -> usize {
        let Some([first, second, _]) = self.course.refill.get(year) else { return 0 };
        usize::from(number >= *first) + usize::from(number >= first + second)
    }

    #[inline(always)]
    fn number(&self, u: f32) -> i16 {
        let u = if (self.power - 1.0).abs() > 1e-9 { f64::from(u).powf(self.power) } else { f64::from(u) };
        lane(u).min(i16::MAX - 1)
    }
}
