//! Banks of ready-made courses of a post: who holds it, until when, and everybody who takes it up again.
//!
//! Hazards are shared by all practices, so the course of a post depends on nothing but the age of its first holder and on how often
//! the practice's staff leaves. There are millions of posts times draws; each takes its course from a bank by its own random bits.
//! Heads in a bank are whole, none is averaged, and they are spread evenly over what can happen (scrambled Sobol points). A bank's mean is
//! still about a hundredth off the true one, and would be so at every practice: [`Posts::evened`] says by how much. What sets of heads
//! (`bundles.rs`) are off the bank that they come from is left: less than two hundredths of a head's FTE.

use std::sync::OnceLock;

use super::{
    bundles::Post,
    cohorts::COHORTS,
    course::{Course, CourseOf},
    making::{BEGUN, Courses, JOINED, Making, VACANT, Worked, sum_of},
    paths::narrow,
    simd::{Lanes, widest},
};

/// Kinds of practice by how often their staff leaves, between this and that many times the usual and in steps of an eighth of a
/// doubling. Practices in between take from both neighbours.
const STEPS: usize = 8;
const OCTAVES: usize = 2;
const KINDS: usize = 2 * OCTAVES * STEPS + 1;

/// FTE by year, in parts: of the holders in the base year, and of all.
pub(super) type Parts<const W: usize> = [[i16; W]; 2];

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

    /// Adds the course of a post that is vacant in the base year.
    #[inline(always)]
    pub(super) fn fill(&self, lanes: impl Lanes, bits: u64, all: &mut [i16; W]) {
        let (courses, place) = (self.kind(bits), (bits >> 8) as usize & (VACANT - 1));
        if let Some(post) = courses.vacant.get(place) {
            lanes.add_parts(all, &post.0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::forecast::{
        bundles::{SINGLE, TOGETHER},
        course::tests::of,
        lanes::mix,
        simd::Eight,
    };

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
