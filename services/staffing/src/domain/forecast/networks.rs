//! What a primary care network has lost or won beyond its course, it makes up in part each year.
//!
//! Practices of a network draw on the same people: a leaver of one is a joiner of another next to it, patients of one that closes stay
//! near, and whoever is short looks for longer and offers more. Practices that are drawn each by itself know nothing of that; their sums
//! wander off a network's course as far as independent chances take them, further than networks did. Here a share of what a network is
//! apart from its course at the end of a year is gone a year later (`growth.pcn-recovery`), at every practice by the same factor. The course
//! is what all of the network's practices share in a draw; on average over the draws nothing changes.

use super::{
    block::add,
    blocks::Block,
    lanes::nearest,
    simd::{Lanes, Work},
};

/// FTE of a network changes by this factor at most, so that the last head of a practice does not stand for many.
const MOST: f32 = 2.0;

/// What the networks of a block share in each draw, by network: FTE in 1/1000, year by year and in each year draw by draw, before chance has
/// come to any of their practices.
#[derive(Default)]
pub(super) struct Courses<const W: usize> {
    /// A stretch of draws, years side by side.
    stretch: Vec<[i32; W]>,
    pub(super) of: Vec<Vec<i32>>,
}

impl<const W: usize> Courses<W> {
    /// Makes room for so many networks, with so many draws in a stretch.
    pub(super) fn begin(&mut self, networks: usize, (draws, size): (usize, usize)) {
        self.stretch.clear();
        self.stretch.resize(networks * draws, [0; W]);
        self.of.resize(networks, Vec::new());
        for of in &mut self.of {
            // all of it is written
            of.resize(size, 0);
        }
    }

    /// Adds practices with so much FTE that have the same factors to their network.
    #[inline(always)]
    pub(super) fn add(
        &mut self,
        lanes: impl Lanes,
        network: usize,
        (fte, factors): (&[f32; W], &[[f32; W]]),
    ) {
        let each = self.stretch.len() / self.of.len().max(1);
        for (sum, factors) in self.stretch[network * each..].iter_mut().zip(factors) {
            let mut course = *fte;
            lanes.multiply(&mut course, factors);
            lanes.add_between(sum, &lanes.whole(&course), (0, i32::MAX));
        }
    }

    /// From draw by draw to year by year, so many draws from one on; the next stretch begins with nothing.
    #[inline(always)]
    pub(super) fn write(&mut self, lanes: impl Lanes, (first, some): (usize, usize), draws: usize) {
        let each = self.stretch.len() / self.of.len().max(1);
        for (rows, out) in self.stretch.chunks_exact(each.max(1)).zip(&mut self.of) {
            lanes.turn(&rows[..some], (first, draws), out);
        }
        self.stretch.fill([0; W]);
    }
}

/// The networks of a block and one role.
pub(super) struct Recovery<'a> {
    pub(super) block: &'a Block,
    /// By network, its course.
    pub(super) courses: &'a [Vec<i32>],
    /// By practice, where practices are kept: FTE in 1/1000, year by year and in each year draw by draw.
    pub(super) practices: &'a mut [i32],
    /// By set of nodes, the same.
    pub(super) sums: &'a mut [Vec<i32>],
    pub(super) draws: usize,
    /// Share that is made up in a year.
    pub(super) share: f32,
}

impl Work for Recovery<'_> {
    type Out = ();

    #[inline(always)]
    fn run(self, _lanes: impl Lanes) {
        let Self { block, courses, practices, sums, draws, share } = self;
        let size = courses.first().map_or(0, Vec::len);
        let mut columns = Columns::new(draws);
        for (groups, course) in block.networks.iter().zip(courses) {
            columns.begin(course, (groups, sums));
            for year in 1..size / draws.max(1) {
                let at = year * draws;
                columns.follow(&course[at..at + draws], (groups, sums, at), 1.0 - share);
                // what happens in a year is made up after it
                if year == 1 {
                    continue;
                }
                columns.restart();
                for (place, group) in block.group_of.iter().enumerate() {
                    if groups.contains(group)
                        && let Some(own) = practices.get_mut(place * size + at..place * size + at + draws)
                    {
                        columns.carry(own);
                    }
                }
                columns.restart();
                for group in groups {
                    columns.carry(&mut sums[*group][at..at + draws]);
                }
            }
        }
    }
}

/// Columns of one year, draw by draw, used for one network after the other.
struct Columns {
    /// FTE of the network in the base year, relative to its course.
    own: Vec<f32>,
    /// FTE of the network.
    sum: Vec<i32>,
    /// Its course, with what it had in the base year.
    expected: Vec<f32>,
    /// How far it is apart from its course, relative to it: as its practices were drawn in the year before, and with what was made up.
    drawn: Vec<f32>,
    made_up: Vec<f32>,
    factor: Vec<f32>,
    /// Of the rows that have been carried: their sum as drawn, and what it has become.
    before: Vec<i32>,
    after: Vec<i32>,
}

impl Columns {
    fn new(draws: usize) -> Self {
        let [own, expected, drawn, made_up, factor] = std::array::from_fn(|_| vec![0.0; draws]);
        let [sum, before, after] = std::array::from_fn(|_| vec![0; draws]);
        Self { own, sum, expected, drawn, made_up, factor, before, after }
    }

    #[inline(always)]
    fn begin(&mut self, course: &[i32], (groups, sums): (&[usize], &[Vec<i32>])) {
        self.sum_up((groups, sums, 0));
        for ((own, sum), course) in self.own.iter_mut().zip(&self.sum).zip(course) {
            *own = *sum as f32 / (*course).max(1) as f32;
        }
        self.drawn.fill(0.0);
        self.made_up.fill(0.0);
    }

    #[inline(always)]
    fn sum_up(&mut self, (groups, sums, at): (&[usize], &[Vec<i32>], usize)) {
        self.sum.fill(0);
        for group in groups {
            add(&mut self.sum, &sums[*group][at..]);
        }
    }

    /// How far the network is apart from its course in a year, and the factor that makes up for some of it.
    #[inline(always)]
    fn follow(&mut self, course: &[i32], (groups, sums, at): (&[usize], &[Vec<i32>], usize), kept: f32) {
        self.sum_up((groups, sums, at));
        // whole numbers: their sum is the same in any order
        let (mut all, mut expected) = (0, 0);
        for ((place, course), own) in self.expected.iter_mut().zip(course).zip(&self.own) {
            let whole = nearest(*course as f32 * own);
            *place = whole as f32;
            expected += i64::from(whole);
        }
        for sum in &self.sum {
            all += i64::from(*sum);
        }
        // staff that goes where patients are, or that was few, moves a network's mean: the draws say how far
        let mean = if expected > 0 { (all as f64 / expected as f64) as f32 } else { 0.0 };
        let apart = self.drawn.iter_mut().zip(&mut self.made_up).zip(&mut self.factor);
        for ((((drawn, made_up), factor), sum), expected) in apart.zip(&self.sum).zip(&self.expected) {
            let (sum, expected) = (*sum as f32, expected * mean);
            let now = if expected >= 1.0 { sum / expected.max(1.0) - 1.0 } else { 0.0 };
            let stays = (kept * *made_up + (now - *drawn)).max(-1.0);
            let by = ((1.0 + stays) / (1.0 + now).max(1e-3)).clamp(1.0 / MOST, MOST);
            *factor = if expected >= 1.0 { by } else { 1.0 };
            (*drawn, *made_up) = (now, stays);
        }
    }

    fn restart(&mut self) {
        self.before.fill(0);
        self.after.fill(0);
    }

    /// Multiplies a row with the factors. Rows are rounded as their sum is, so that what they add up to is the same whether they are
    /// carried one by one or together.
    #[inline(always)]
    fn carry(&mut self, row: &mut [i32]) {
        let sums = self.before.iter_mut().zip(&mut self.after).zip(&self.factor);
        for (((before, after), factor), value) in sums.zip(row) {
            *before += *value;
            let whole = nearest(*before as f32 * factor);
            *value = whole - *after;
            *after = whole;
        }
    }
}
