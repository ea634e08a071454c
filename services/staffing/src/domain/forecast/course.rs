//! What the heads of one role do on average, the same for all practices and draws: survival and hours by age band, posts that are
//! filled again, joiners.
//!
//! Joiners are set so that the mean course meets the growth that the evidence gives: leavers move single practices, growth moves
//! the whole. What is uncertain about either is a factor of the draw (see [`super::world`]).

use super::{
    cohorts::{COHORTS, Within, along},
    lanes::{Survival, lane},
};

/// Parts of an FTE that sums of careers count in: fine, and coarse where a practice has many heads.
pub(super) const PARTS: [f64; 2] = [128.0, 32.0];
/// Kinds of contract among the heads of a role, relative to the mean FTE of their age: their spread stands for the variety of
/// hours. Mean 1; the standard deviation is that of 1 for a spread of 0.35.
const CONTRACTS: [f64; 4] = [-1.342, -0.447, 0.447, 1.342];
/// A hazard stays below this.
const MAX_HAZARD: f64 = 0.95;
/// Yearly counts after which the next holder of a post is there, at the latest in the last.
pub(super) const REFILL_YEARS: usize = 3;

/// What a course is made from. Shares and rates as fractions, FTE in whole ones.
#[derive(Clone, Debug)]
pub(super) struct CourseOf {
    /// Mix of the heads in the base year by cohort.
    pub(super) mix: [f64; COHORTS],
    /// Mix of joiners by cohort.
    pub(super) joiners: [f64; COHORTS],
    /// Chance to leave in a year, by cohort.
    pub(super) leavers: [f64; COHORTS],
    /// FTE per head, by cohort.
    pub(super) fte: [f64; COHORTS],
    /// Single years of age within the bands.
    pub(super) within: Within,
    /// Change of FTE per head a year, relative.
    pub(super) trend: f64,
    /// Spread of FTE per head within an age band, relative.
    pub(super) spread: f64,
    /// Share of leavers whose own practice fills the post again.
    pub(super) refilled: f64,
    /// Years from a count at which a post is vacant to the next holder, on average.
    pub(super) time_to_fill: f64,
    /// Posts that are vacant in the base year, per head.
    pub(super) vacant: f64,
    /// Wanted growth of the FTE, by year from the first after the base: logarithms.
    pub(super) growth: Vec<f64>,
    /// What a scenario changes, by year from the base.
    pub(super) levers: Levers,
}

/// What a scenario changes of one role, by year from the base. Joiners that keep do-nothing at its growth stay what they were;
/// the levers act on them.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Levers {
    /// Factor on leavers.
    pub(super) leavers: Vec<f64>,
    /// Factor on joiners from outside.
    pub(super) joiners: Vec<f64>,
    /// Heads that join in new posts, per head in the base year.
    pub(super) posts: Vec<f64>,
    /// Factor on FTE per head.
    pub(super) hours: Vec<f64>,
    /// Factor on the time to fill a post.
    pub(super) time_to_fill: Vec<f64>,
}

impl Levers {
    /// None.
    pub(super) fn none(years: usize) -> Self {
        let one = vec![1.0; years];
        Self {
            leavers: one.clone(),
            joiners: one.clone(),
            posts: vec![0.0; years],
            hours: one.clone(),
            time_to_fill: one,
        }
    }
}

/// FTE by contract, age band at the start and year of work; `W` zeros go before.
pub(super) type Contracts<const W: usize> = [[[[i16; W]; 2]; COHORTS]; 4];

/// Tables of one role.
pub(super) struct Course<const W: usize> {
    /// Survival of those who are there in the base year (the first) or join later, by year and age band.
    pub(super) joined: Vec<[Survival<W>; COHORTS]>,
    /// FTE by contract and age band at the start, in fine and in coarse parts; years of work follow `W` zeros.
    pub(super) fte: [Contracts<W>; 2],
    /// Age band of a head of unknown age, by seven random bits.
    pub(super) band: [u8; 128],
    /// Age band of a joiner, by seven random bits.
    pub(super) joiner_band: [u8; 128],
    /// Of 256 leavers, how many posts are filled again.
    pub(super) refilled: u32,
    /// Posts that are vacant in the base year, per head.
    pub(super) vacant: f64,
    /// Of posts that are filled again, by the count at which they are first vacant: shares that are by the first, second and third count after.
    pub(super) refill: Vec<[f64; REFILL_YEARS]>,
    /// Joiners from outside over all years, per head in the base year.
    pub(super) pool: f64,
    /// Their years: how many of the lanes a random number lies at or above.
    pub(super) pool_years: [i16; W],
    /// FTE of a year, relative to the base: the mean course.
    pub(super) mean: [f64; W],
}

impl CourseOf {
    /// Hazard in `year`, `age` years after a start anywhere in `band`.
    fn hazard(&self, band: usize, age: usize, factor: f64) -> f64 {
        (along(&self.leavers, &self.within, band, age) * factor).min(MAX_HAZARD)
    }

    /// Shares of the posts that are vacant at the count of `year` and are filled again by the first, second and third count after. Finding
    /// somebody takes an exponential time with the mean `t`: of those still vacant a share of `1 - exp(-1/t)` is filled a year.
    fn refill(&self, year: usize) -> [f64; REFILL_YEARS] {
        let factor = self.levers.time_to_fill.get(year).copied().unwrap_or(1.0);
        let t = (self.time_to_fill * factor).max(1e-3);
        let found = 1.0 - (-1.0 / t).exp();
        let second = (1.0 - found) * found;
        [found, second, 1.0 - found - second]
    }

    fn fte_after(&self, band: usize, age: usize) -> f64 {
        along(&self.fte, &self.within, band, age)
    }
}

impl<const W: usize> Course<W> {
    /// Tables for `years` years, the base year among them.
    pub(super) fn new(of: &CourseOf, years: usize) -> Self {
        let curve = |band: usize, from: usize| {
            let mut survival = [i16::MIN; W];
            let mut alive = 1.0;
            for (year, place) in survival.iter_mut().enumerate().take(years).skip(from) {
                if year > from {
                    alive *= 1.0 - of.hazard(band, year - from, of.levers.leavers[year]);
                }
                *place = lane(alive);
            }
            survival
        };
        let flow = Flow::of_scenario(of, years);
        Self {
            joined: (0..W).map(|year| std::array::from_fn(|band| curve(band, year))).collect(),
            fte: PARTS.map(|parts| contracts(of, parts)),
            band: spread_over(&of.mix),
            joiner_band: spread_over(&of.joiners),
            refilled: chance_256(of.refilled),
            vacant: of.vacant,
            refill: (0..years).map(|year| of.refill(year)).collect(),
            pool: flow.pool.iter().sum(),
            pool_years: pool_years(&flow.pool),
            mean: std::array::from_fn(|year| flow.mean.get(year).copied().unwrap_or(1.0)),
        }
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to the range")]
fn chance_256(chance: f64) -> u32 {
    (chance.clamp(0.0, 1.0) * 256.0).round() as u32
}

fn contracts<const W: usize>(of: &CourseOf, parts: f64) -> Contracts<W> {
    std::array::from_fn(|contract| {
        let factor = 1.0 + CONTRACTS[contract] * of.spread;
        std::array::from_fn(|band| {
            let years = std::array::from_fn(|age| {
                // the trend is by calendar year and multiplies sums; here only age counts
                #[expect(clippy::cast_possible_truncation, reason = "an FTE in parts is a few hundred")]
                let fte = (of.fte_after(band, age) * factor.max(0.1) * parts).round() as i16;
                fte
            });
            [[0; W], years]
        })
    })
}

/// The band of each of 128 equal parts.
fn spread_over(mix: &[f64; COHORTS]) -> [u8; 128] {
    let sum: f64 = mix.iter().sum();
    let mut bands = [0; 128];
    let (mut band, mut edge) = (0, mix[0] / sum);
    for (place, of) in bands.iter_mut().enumerate() {
        while (place as f64 + 0.5) / 128.0 > edge && band < COHORTS - 1 {
            band += 1;
            edge += mix[band] / sum;
        }
        *of = u8::try_from(band).unwrap_or_default();
    }
    bands
}

/// Lanes that a number counts through to the year of a joiner.
fn pool_years<const W: usize>(pool: &[f64]) -> [i16; W] {
    let sum: f64 = pool.iter().sum::<f64>().max(f64::MIN_POSITIVE);
    let mut below = 0.0;
    let mut lanes = [i16::MAX; W];
    for (year, joiners) in pool.iter().enumerate().take(W) {
        below += joiners / sum;
        lanes[year] = lane(below);
    }
    // the last year with joiners takes what rounding leaves
    if let Some(last) = pool.iter().rposition(|joiners| *joiners > 0.0) {
        lanes[last.min(W - 1)..].fill(i16::MAX);
    }
    lanes
}

/// The mean course of one head in the base year: linear in the heads, so that one is enough for all.
struct Flow {
    /// Joiners from outside, by year; none in the base year.
    pool: Vec<f64>,
    /// Heads that take up posts again which others have left.
    refills: Vec<f64>,
    /// FTE relative to the base, by year.
    mean: Vec<f64>,
}

/// Joiners by year that a flow is given.
#[derive(Clone, Copy)]
enum Given<'a> {
    /// None: they are found so that the growth is met.
    Nothing,
    /// From outside.
    Outside(&'a [f64]),
    /// From outside and into posts that are filled again.
    All(&'a [f64]),
}

impl Flow {
    /// The course that do-nothing takes, and with its joiners the one that the levers make of it.
    fn of_scenario(of: &CourseOf, years: usize) -> Self {
        let rest = Levers::none(years);
        let base = Self::new(&CourseOf { levers: rest.clone(), ..of.clone() }, years, Given::Nothing);
        if of.levers == rest {
            return base;
        }
        // whoever is found sooner or later is there so much longer or shorter
        let timing = Levers { time_to_fill: of.levers.time_to_fill.clone(), ..rest };
        let timed = Self::new(&CourseOf { levers: timing, ..of.clone() }, years, Given::Outside(&base.pool));
        // people who can be had are what is scarce: posts that fall vacant less often leave them for others
        let lever = |year: usize| {
            of.levers.joiners[year] * (base.pool[year] + timed.refills[year]) + of.levers.posts[year]
        };
        let joiners: Vec<f64> = (0..years).map(lever).collect();
        Self::new(of, years, Given::All(&joiners))
    }

    /// With the joiners that meet the wanted growth, or with those that are given.
    fn new(of: &CourseOf, years: usize, given: Given<'_>) -> Self {
        // heads by year of start, band at the start and share still there
        let mut cohorts: Vec<(usize, usize, f64)> =
            of.mix.iter().enumerate().map(|(band, share)| (0, band, *share)).collect();
        let fte_of = |cohorts: &[(usize, usize, f64)], year: usize| -> f64 {
            let fte = |(from, band, heads): &(usize, usize, f64)| heads * of.fte_after(*band, year - from);
            cohorts.iter().map(fte).sum::<f64>() * (1.0 + of.trend).powi(i32::try_from(year).unwrap_or(0))
        };
        let base = fte_of(&cohorts, 0);
        let mut due = vec![0.0; years + REFILL_YEARS + 1];
        for (delay, share) in of.refill(0).iter().enumerate() {
            due[1 + delay] += of.vacant * of.refilled * share;
        }
        let (mut pool, mut mean, mut target) = (vec![0.0], vec![1.0], base);
        for year in 1..years {
            let mut left = 0.0;
            for (from, band, heads) in &mut cohorts {
                let leaving = *heads * of.hazard(*band, year - *from, of.levers.leavers[year]);
                *heads -= leaving;
                left += leaving;
            }
            for (delay, share) in of.refill(year).iter().enumerate() {
                due[year + 1 + delay] += left * of.refilled * share;
            }
            let join = |heads: f64, cohorts: &mut Vec<(usize, usize, f64)>| {
                cohorts
                    .extend(of.joiners.iter().enumerate().map(|(band, share)| (year, band, heads * share)));
            };
            join(due[year], &mut cohorts);
            target *= of.growth.get(year - 1).copied().unwrap_or(0.0).exp();
            let per_joiner: f64 = of.joiners.iter().zip(of.fte).map(|(share, fte)| share * fte).sum::<f64>()
                * (1.0 + of.trend).powi(i32::try_from(year).unwrap_or(0));
            let wanted = match given {
                Given::All(all) => (all[year] - due[year]).max(0.0),
                Given::Outside(pool) => pool[year],
                Given::Nothing => ((target - fte_of(&cohorts, year)) / per_joiner).max(0.0),
            };
            join(wanted, &mut cohorts);
            pool.push(wanted);
            mean.push(fte_of(&cohorts, year) / base * of.levers.hours[year]);
        }
        due.truncate(years);
        Self { pool, refills: due, mean }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::{super::cohorts::EVENLY, *};
    use crate::domain::parameters::BANDS;

    pub(in super::super) fn of(growth: f64) -> CourseOf {
        let even = [1.0 / COHORTS as f64; COHORTS];
        let both = |values: [f64; BANDS]| std::array::from_fn(|of| values[of % BANDS]);
        CourseOf {
            mix: even,
            joiners: both([0.1, 0.2, 0.1, 0.1, 0.0, 0.0, 0.0, 0.0, 0.0]),
            leavers: both([0.2, 0.1, 0.08, 0.06, 0.06, 0.07, 0.11, 0.18, 0.25]),
            fte: both([0.85, 0.82, 0.72, 0.71, 0.74, 0.76, 0.78, 0.77, 0.74]),
            within: EVENLY,
            trend: -0.01,
            spread: 0.35,
            refilled: 0.6,
            time_to_fill: 1.0,
            vacant: 0.0,
            growth: vec![growth; 15],
            levers: Levers::none(16),
        }
    }

    #[test]
    fn the_mean_course_meets_the_growth_that_is_wanted() {
        for growth in [-0.02, 0.0, 0.08] {
            let course = Course::<16>::new(&of(growth), 16);
            for (year, mean) in course.mean.iter().enumerate() {
                let wanted = (growth * year as f64).exp();
                assert!((mean / wanted - 1.0).abs() < 1e-9, "{growth} {year} {mean} {wanted}");
            }
            assert!(course.pool > 0.0);
        }
    }

    #[test]
    fn levers_move_the_mean_course_their_way() {
        let last = |change: &dyn Fn(&mut Levers)| {
            let mut of = of(0.0);
            change(&mut of.levers);
            Course::<16>::new(&of, 16).mean[15]
        };
        assert!((last(&|_| {}) - 1.0).abs() < 1e-9);
        assert!(last(&|levers| levers.leavers.fill(0.9)) > 1.05);
        assert!(last(&|levers| levers.joiners.fill(0.5)) < 0.9);
        assert!(last(&|levers| levers.posts[3] = 0.1) > 1.01);
        // posts that stay vacant for longer are filled by fewer
        assert!(last(&|levers| levers.time_to_fill.fill(3.0)) < 0.999);
        assert!((last(&|levers| levers.hours[15] = 1.1) - 1.1).abs() < 1e-9);
    }

    #[test]
    fn tables_follow_their_mixes() {
        let course = Course::<16>::new(&of(0.0), 6);
        let share = |band: u8| course.joiner_band.iter().filter(|at| **at % 9 == band).count();
        assert!((24..=27).contains(&share(0)) && (50..=52).contains(&share(1)) && share(8) == 0);
        assert_eq!(course.joined[0][3][6], i16::MIN);
        assert!(course.joined[0][3].windows(2).all(|pair| pair[0] >= pair[1]));
        // contracts average to the mean of the age
        let mean: f64 = (0..4).map(|contract| f64::from(course.fte[0][contract][2][1][0])).sum::<f64>() / 4.0;
        assert!((mean / PARTS[0] - 0.72).abs() < 0.003, "{mean}");
    }
}
