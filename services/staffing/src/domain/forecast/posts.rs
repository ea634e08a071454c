//! Banks of ready-made courses of a post: who holds it, until when, and everybody who takes it up again.
//!
//! Hazards are shared by all practices, so the course of a post depends on nothing but the age of its first holder and on how often
//! the practice's staff leaves. There are millions of posts times draws; each takes its course from a bank by its own random bits.
//! Heads in a bank are whole, none is averaged, and they are spread evenly over what can happen (scrambled Sobol points). A bank's mean is
//! still about a hundredth off the true one, and would be so at every practice: [`Posts::evened`] says by how much. What sets of several heads
//! (`bundles.rs`) are off the bank that they come from, a hundredth at most, is left.

use std::sync::OnceLock;

use sobol_burley::sample_4d;

use super::{
    bundles::{Bundle, Post, SETS, SINGLE, Sets, Several, of_heads, of_joiners},
    cohorts::COHORTS,
    course::{Contracts, Course, CourseOf},
    lanes::{against_lanes, career, lane, reached},
    paths::narrow,
    simd::{Lanes, Work, widest},
};

/// Courses of heads of the base year, for each cohort; a power of two.
const BEGUN: usize = 256;
/// Courses of posts that are vacant in the base year; a power of two.
const VACANT: usize = 256;
/// Courses of joiners from outside.
const JOINED: usize = 4 * SETS;
/// Kinds of practice by how often their staff leaves, between this and that many times the usual and in steps of an eighth of a
/// doubling. Practices in between take from both neighbours.
const STEPS: usize = 8;
const OCTAVES: usize = 2;
const KINDS: usize = 2 * OCTAVES * STEPS + 1;
/// Points of a course, four to a holder, begin here: those before are of the joiner's year.
const HOLDERS: u32 = 1;

/// FTE by year, in parts: of the holders in the base year, and of all.
pub(super) type Parts<const W: usize> = [[i16; W]; 2];

/// Courses for one kind of practice.
struct Courses<const W: usize> {
    /// By age band.
    begun: Vec<Post<W>>,
    /// Of each: the first year without the holder of the base year.
    gone: Vec<u8>,
    /// Heads of the base year whose ages nobody knows, several at once.
    bundles: Sets<Bundle<W>, SINGLE>,
    /// Joiners from outside, several at once; and the parts of all of them, each of them once.
    joiners: Sets<Several<W>, SETS>,
    joined: [f64; W],
    /// Of posts that are vacant in the base year; none where none is.
    vacant: Vec<Post<W>>,
    worked: Worked,
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

/// Courses for every kind of practice, made when they are first asked for.
pub(super) struct Posts<const W: usize> {
    kinds: Vec<OnceLock<Courses<W>>>,
    seed: u32,
    years: usize,
}

/// Courses for a practice: of two kinds, of 256 heads so many of the second.
pub(super) struct Mixed<'a, const W: usize> {
    kinds: [&'a Courses<W>; 2],
    of_second: u64,
}

impl<const W: usize> Posts<W> {
    pub(super) fn new(seed: u64, years: usize) -> Self {
        let kinds = (0..2 * KINDS).map(|_| OnceLock::new()).collect();
        Self { kinds, seed: (seed >> 32) as u32, years }
    }

    /// By year, what the sums of heads drawn from the usual kind's bank are to be multiplied with so that they have the mean course: a
    /// bank is a few thousand heads, and what chance did to them would else be done to every practice alike.
    pub(super) fn evened(&self, of: &CourseOf, course: &Course<W>) -> [f32; W] {
        let sums = self.of(course, 0, 1.0).mean(course);
        std::array::from_fn(|year| {
            let trend = (1.0 + of.trend).powi(i32::try_from(year).unwrap_or(0));
            let hours = of.levers.hours.get(year).copied().unwrap_or(1.0);
            let drawn = sums[year] / sums[0].max(1e-9) * trend * hours;
            if drawn > 0.0 && year < self.years { narrow(course.mean[year] / drawn) } else { 1.0 }
        })
    }

    /// Courses where staff leaves `leavers` times as often as usual, in fine or coarse parts.
    pub(super) fn of(&self, course: &Course<W>, coarse: usize, leavers: f64) -> Mixed<'_, W> {
        let usual = (OCTAVES * STEPS) as f64;
        let place = (leavers.max(1e-3).log2() * STEPS as f64 + usual).clamp(0.0, 2.0 * usual);
        let (kind, part) = if (leavers - 1.0).abs() > 0.02 {
            let [low, high] = [place.floor(), place.floor() + 1.0].map(factor);
            (place.floor(), ((leavers - low) / (high - low)).clamp(0.0, 1.0))
        } else {
            (usual, 0.0)
        };
        let kind = kind as usize;
        let second = if part > 0.0 { (kind + 1).min(KINDS - 1) } else { kind };
        Mixed {
            kinds: [kind, second].map(|kind| {
                self.kinds[coarse * KINDS + kind].get_or_init(|| {
                    let (fte, seed) = (&course.fte[coarse], self.seed);
                    let power = 1.0 / factor(kind as f64);
                    widest(Making { course, fte, power, seed, years: self.years })
                })
            }),
            of_second: u64::from(super::inputs::whole(part * 256.0)),
        }
    }
}

/// How often staff of a kind of practice leaves, relative to the usual.
fn factor(kind: f64) -> f64 {
    ((kind - (OCTAVES * STEPS) as f64) / STEPS as f64).exp2()
}

impl<const W: usize> Mixed<'_, W> {
    /// FTE by year, in parts, of one head of any age and of those who join for each.
    fn mean(&self, course: &Course<W>) -> [f64; W] {
        let [courses, _] = self.kinds;
        let mut sums = [0.0; W];
        let mut add = |posts: &[Post<W>], weight: f64| {
            for (sum, year) in sums.iter_mut().zip(0..) {
                *sum += weight * sum_of(posts, year);
            }
        };
        for band in course.band {
            let of_band = &courses.begun[usize::from(band).min(COHORTS - 1) * BEGUN..][..BEGUN];
            add(of_band, 1.0 / (BEGUN * course.band.len()) as f64);
        }
        add(&courses.vacant, course.vacant / VACANT as f64);
        for (sum, joined) in sums.iter_mut().zip(courses.joined) {
            *sum += course.pool / JOINED as f64 * joined;
        }
        sums
    }

    #[inline(always)]
    fn kind(&self, bits: u64) -> &Courses<W> {
        self.kinds[usize::from((bits & 0xff) < self.of_second)]
    }

    /// Years of work of those that are drawn.
    pub(super) fn worked(&self) -> Worked {
        let [first, second] = self.kinds.map(|courses| courses.worked);
        let part = self.of_second as f32 / 256.0;
        let mixed = |of: fn(&Worked) -> f32| of(&first) + part * (of(&second) - of(&first));
        Worked { begun: mixed(|of| of.begun), joined: mixed(|of| of.joined), vacant: mixed(|of| of.vacant) }
    }

    /// Adds the course of a post whose holder in the base year is of this age, first what that holder works and then all of it.
    #[inline(always)]
    pub(super) fn begin(&self, lanes: impl Lanes, (band, bits): (usize, u64), [own, all]: &mut Parts<W>) {
        let (courses, place) = (self.kind(bits), band * BEGUN + ((bits >> 8) as usize & (BEGUN - 1)));
        let post = &courses.begun[place].0;
        lanes.add_parts(all, post);
        lanes.add_parts_until(own, post, courses.gone[place]);
    }

    /// Adds the courses of several posts, no more than [`super::bundles::TOGETHER`].
    #[inline(always)]
    pub(super) fn begin_several(&self, lanes: impl Lanes, (heads, bits): (usize, u64), sums: &mut Parts<W>) {
        lanes.add_both(sums, &self.kind(bits).bundles.pick(heads, bits).0);
    }

    /// Adds the courses of several joiners from outside, no more than [`super::bundles::TOGETHER`].
    #[inline(always)]
    pub(super) fn join(&self, lanes: impl Lanes, (heads, bits): (usize, u64), all: &mut [i16; W]) {
        lanes.add_sums(all, &self.kind(bits).joiners.pick(heads, bits).0);
    }
}

impl<const W: usize> Mixed<'_, W> {
    /// Adds the course of a post that is vacant in the base year.
    #[inline(always)]
    pub(super) fn fill(&self, lanes: impl Lanes, bits: u64, all: &mut [i16; W]) {
        let (courses, place) = (self.kind(bits), (bits >> 8) as usize & (VACANT - 1));
        if let Some(post) = courses.vacant.get(place) {
            lanes.add_parts(all, &post.0);
        }
    }
}

/// Parts of a year.
fn sum_of<const W: usize>(posts: &[Post<W>], year: usize) -> f64 {
    posts.iter().map(|Post(parts)| f64::from(parts[year])).sum()
}

/// The making of one kind's courses.
struct Making<'a, const W: usize> {
    course: &'a Course<W>,
    fte: &'a Contracts<W>,
    /// Exponent on the random numbers: there while `u < S^factor`, which is `u^(1/factor) < S`.
    power: f64,
    seed: u32,
    years: usize,
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::forecast::{bundles::TOGETHER, course::tests::of, lanes::mix, simd::Eight};

    #[test]
    fn banks_have_the_mean_course() {
        let of = of(0.02);
        let course = Course::<16>::new(&of, 16);
        let posts = Posts::<16>::new(7 << 32, 16);
        let (sums, evened) = (posts.of(&course, 0, 1.0).mean(&course), posts.evened(&of, &course));
        for (year, sum) in sums.iter().enumerate() {
            let trend = (1.0 + of.trend).powi(i32::try_from(year).unwrap());
            let apart = sum * trend / sums[0] / course.mean[year] - 1.0;
            assert!(apart.abs() < 0.02, "{year} {apart}");
            assert!(((1.0 + apart) * f64::from(evened[year]) - 1.0).abs() < 1e-6, "{year} {apart}");
        }
    }

    #[test]
    fn sets_of_each_number_have_the_mean_of_their_bank() {
        let course = Course::<16>::new(&of(0.0), 16);
        let posts = Posts::<16>::new(7 << 32, 16);
        let mixed = posts.of(&course, 0, 1.0);
        let [courses, _] = mixed.kinds;
        let begun = |year: usize| {
            let of_band = |band: u8| sum_of(&courses.begun[usize::from(band) * BEGUN..][..BEGUN], year);
            course.band.into_iter().map(of_band).sum::<f64>() / (BEGUN * course.band.len()) as f64
        };
        for heads in 1..=TOGETHER {
            let mut sums = [[0; 16]; 3];
            for set in 0..SINGLE as u64 {
                let [mut of_begun, mut of_joiners] = [[[0; 16]; 2]; 2];
                mixed.begin_several(Eight, (heads, set << 8), &mut of_begun);
                mixed.join(Eight, (heads, set << 8), &mut of_joiners[1]);
                for (sums, parts) in sums.iter_mut().zip([of_begun[1], of_joiners[1], of_begun[0]]) {
                    for (sum, part) in sums.iter_mut().zip(parts) {
                        *sum += i64::from(part);
                    }
                }
            }
            let each = |sum: i64| sum as f64 / (SINGLE * heads) as f64;
            assert_eq!(sums[0][0], sums[2][0], "in the base year all are of the base year");
            for year in 0..16 {
                let [all, joined, own] = [sums[0][year], sums[1][year], sums[2][year]];
                let apart = [each(all) - begun(year), each(joined) - courses.joined[year] / JOINED as f64];
                assert!(apart.iter().all(|apart| apart.abs() < 0.018 * begun(0)), "{heads} {year} {apart:?}");
                assert!(own <= all && (year == 0 || own < sums[2][year - 1]), "{heads} {year} {own}");
            }
        }
    }

    #[test]
    fn who_leaves_less_often_is_in_the_same_sets() {
        let (usual, seldom) = (Course::<16>::new(&of(0.0), 16), {
            let mut of = of(0.0);
            of.leavers = of.leavers.map(|rate| rate * 0.9);
            Course::<16>::new(&of, 16)
        });
        let posts = [&usual, &seldom].map(|course| (Posts::<16>::new(7 << 32, 16), course));
        let [usual, seldom] = posts.each_ref().map(|(posts, course)| posts.of(course, 0, 1.0));
        let (mut alike, mut apart) = (0, 0);
        for set in 0..SINGLE as u64 {
            let parts = |mixed: &Mixed<'_, 16>, set: u64| {
                let mut parts = [[0; 16]; 2];
                mixed.begin_several(Eight, (1, set << 8), &mut parts);
                parts[0].map(i64::from)
            };
            let first = parts(&usual, set);
            let away = |other: [i64; 16]| first.iter().zip(other).map(|(a, b)| (a - b).abs()).sum::<i64>();
            alike += away(parts(&seldom, set));
            apart += away(parts(&seldom, set + 1));
        }
        // the same heads leave a little later; others have nothing to do with one another
        assert!(alike * 6 < apart, "{alike} {apart}");
    }

    #[test]
    fn who_leaves_more_often_works_fewer_years() {
        let course = Course::<16>::new(&of(0.0), 16);
        let posts = Posts::<16>::new(1, 16);
        let years = |leavers: f64| {
            let (mixed, mut first) = (posts.of(&course, 1, leavers), 0);
            for point in 0..4_096_u64 {
                let mut sums = [[0; 16]; 2];
                mixed.begin(Eight, (4, mix(point)), &mut sums);
                first += sums[0].iter().filter(|part| **part > 0).count();
            }
            first as f64 / 4_096.0
        };
        let [few, usual, some, many] = [0.7, 1.0, 1.04, 1.6].map(years);
        assert!(few > usual + 0.5 && usual > some + 0.03 && some > many + 0.5, "{few} {usual} {some} {many}");
    }
}
