//! What a primary care network has lost or won beyond its course, it makes up in part each year.
//!
//! Practices of a network draw on the same people: a leaver of one is a joiner of another next to it, patients of one that closes stay
//! near, and whoever is short looks for longer and offers more. Practices that are drawn each by itself know nothing of that; their sums
//! wander off a network's course as far as independent chances take them, further than networks did. Here a share of what a network is
//! apart from its course at the end of a year is gone a year later (`growth.pcn-recovery`), at every practice by the same factor. The course
//! is what all of the network's practices share in a draw, with the base year's staff of practices that closures bring or take. A network's
//! mean over the draws is kept. Those of its practices move a little, from who has staff in the draws in which much is made up to the others.

use std::borrow::Cow;

use super::{
    block::add,
    blocks::Block,
    closures::{Closures, Heir},
    lanes::nearest,
    paths::narrow,
    prepare::{Prepared, RoleStart},
    simd::{Lanes, Work},
    staff::{ARRIVED, DRAWS},
    world::RoleWorld,
};

/// FTE of a network changes by this factor at most, give or take what keeps its mean, so that the last head of a practice does not stand for
/// many.
const MOST: f32 = 2.0;

/// What the networks of a block may expect in each draw, by network: the FTE of the base year in 1/1000 with the factors that practices
/// share, year by year and in each year draw by draw, before chance has come to any practice but by closures. How it moves from year to year
/// and from draw to draw is what counts.
#[derive(Default)]
pub(super) struct NetworkCourses<const W: usize> {
    /// A stretch of draws, years side by side.
    stretch: Vec<[i32; W]>,
    pub(super) of: Vec<Vec<i32>>,
}

impl<const W: usize> NetworkCourses<W> {
    /// Makes room for so many networks.
    pub(super) fn begin(&mut self, networks: usize, size: usize) {
        self.stretch.clear();
        self.stretch.resize(networks * DRAWS, [0; W]);
        self.of.resize(networks, Vec::new());
        for of in &mut self.of {
            // all of it is written
            of.resize(size, 0);
        }
    }

    /// Adds practices that have the same factors to their network, in a stretch of draws from one on.
    #[inline(always)]
    pub(super) fn add(
        &mut self,
        (lanes, first): (impl Lanes, usize),
        (network, of): (usize, &Expected<'_, W>),
        factors: &[[f32; W]],
    ) {
        let sums = self.stretch[network * DRAWS..].iter_mut();
        for (draw, (sum, factors)) in (first..).zip(sums.zip(factors)) {
            lanes.add_between(sum, &of.course(lanes, draw, factors), (0, i32::MAX));
        }
    }

    /// Gives what is expected of a practice to the network of whoever has its patients when it has closed.
    #[inline(always)]
    pub(super) fn hand_over(
        &mut self,
        (lanes, place, first): (impl Lanes, usize, usize),
        (closures, network_of): (&Closures, &[Option<usize>]),
        (of, factors): (&Expected<'_, W>, &[[f32; W]]),
    ) {
        let mut closing = closures.closing(place, first);
        while closing != 0 {
            let draw = closing.trailing_zeros() as usize;
            closing &= closing - 1;
            let Some(factors) = factors.get(draw) else { continue };
            for Heir { place: heir, years, .. } in closures.heirs(place, first + draw) {
                if network_of[heir] == network_of[place] {
                    continue;
                }
                let mut moved = of.course(lanes, first + draw, factors);
                if let Some(to) = network_of[heir] {
                    lanes.add_between(&mut self.stretch[to * DRAWS + draw], &moved, years);
                }
                if let Some(own) = network_of[place] {
                    for value in &mut moved {
                        *value = -*value;
                    }
                    lanes.add_between(&mut self.stretch[own * DRAWS + draw], &moved, years);
                }
            }
        }
    }

    /// From draw by draw to year by year, so many draws from one on; the next stretch begins with nothing.
    #[inline(always)]
    pub(super) fn write(&mut self, lanes: impl Lanes, (first, some): (usize, usize), draws: usize) {
        for (rows, out) in self.stretch.chunks_exact(DRAWS).zip(&mut self.of) {
            lanes.turn(&rows[..some], (first, draws), out);
        }
        self.stretch.fill([0; W]);
    }
}

/// What may be expected of practices whose staff moves alike.
pub(super) struct Expected<'a, const W: usize> {
    /// By year, relative to the base: the mean course without the factors of the draws.
    shape: [f32; W],
    /// FTE in the base year, in 1/1000, of those that returned it.
    milli: f32,
    /// FTE by draw of those that did not; nothing where all did.
    filled: Cow<'a, [f32]>,
}

impl<'a, const W: usize> Expected<'a, W> {
    fn of(world: &RoleWorld<W>, start: &'a RoleStart) -> Self {
        let mut shape = world.bare;
        if !start.open {
            // staff of a code without patients turns up elsewhere by and by
            for (year, mean) in shape.iter_mut().enumerate() {
                *mean *= ARRIVED[year.min(ARRIVED.len() - 1)];
            }
        }
        match &start.filled {
            None => Self { shape, milli: narrow(start.fte * 1e3), filled: Cow::Borrowed(&[]) },
            Some(filled) => Self { shape, milli: 0.0, filled: Cow::Borrowed(filled) },
        }
    }

    fn add(&mut self, other: &Self) {
        self.milli += other.milli;
        if self.filled.is_empty() {
            self.filled = other.filled.clone();
        } else {
            for (sum, more) in self.filled.to_mut().iter_mut().zip(&*other.filled) {
                *sum += more;
            }
        }
    }

    #[inline(always)]
    fn course(&self, lanes: impl Lanes, draw: usize, factors: &[f32; W]) -> [i32; W] {
        let filled = self.filled.get(draw).copied().unwrap_or_default();
        let mut course = lanes.times(self.milli + filled * 1e3, factors);
        lanes.multiply(&mut course, &self.shape);
        lanes.whole(&course)
    }
}

/// Neighbours that have the same factors: the first of them, and what their network may expect of all that have them.
pub(super) type Alike<'a, const W: usize> = (usize, Option<(usize, Expected<'a, W>)>);

/// What may be expected of each practice of a block, and of neighbours that have the same factors.
pub(super) fn expected<'a, const W: usize>(
    prepared: &'a Prepared<'_, W>,
    (block, role): (&Block, usize),
) -> (Vec<Expected<'a, W>>, Vec<Alike<'a, W>>) {
    let world = |place: usize| prepared.world(role, block.practices[place]);
    let start = |place: usize| &prepared.starts[block.practices[place]].roles[role];
    let of = |place: usize| Expected::of(world(place), start(place));
    let same = |a: &usize, b: &usize| {
        let same = |of: &[u64]| of[*a] == of[*b];
        same(&block.pcns) && same(&block.boroughs) && std::ptr::eq(world(*a), world(*b))
    };
    // a scenario that concerns other roles must not change how these are rounded: worlds that do the same count as one
    let as_one = |a: usize, b: usize| {
        block.network_of[a] == block.network_of[b]
            && block.boroughs[a] == block.boroughs[b]
            && start(a).open == start(b).open
            && world(a).moves_as(world(b))
    };
    let mut alike: Vec<Alike<'a, W>> = Vec::new();
    for place in 0..block.practices.len() {
        let before = alike.iter_mut().find_map(|(before, of)| of.as_mut().filter(|_| as_one(*before, place)));
        let network = match (before, block.network_of[place]) {
            (Some((_, sum)), _) => {
                sum.add(&of(place));
                None
            }
            (None, network) => network.map(|network| (network, of(place))),
        };
        if network.is_some() || place == 0 || !same(&(place - 1), &place) {
            alike.push((place, network));
        }
    }
    ((0..block.practices.len()).map(of).collect(), alike)
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
            columns.begin();
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
    /// FTE of the network.
    sum: Vec<i32>,
    /// How far it is apart from its course, relative to it: as its practices were drawn, now and in the year before, and with what was made up.
    now: Vec<f32>,
    drawn: Vec<f32>,
    made_up: Vec<f32>,
    factor: Vec<f32>,
    /// Of the rows that have been carried: their sum as drawn, and what it has become.
    before: Vec<i32>,
    after: Vec<i32>,
}

impl Columns {
    fn new(draws: usize) -> Self {
        let [now, drawn, made_up, factor] = std::array::from_fn(|_| vec![0.0; draws]);
        let [sum, before, after] = std::array::from_fn(|_| vec![0; draws]);
        Self { sum, now, drawn, made_up, factor, before, after }
    }

    /// In the base year a network is on its course.
    fn begin(&mut self) {
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
        let (mut all, mut expected) = (0_i64, 0_i64);
        for course in course {
            expected += i64::from((*course).max(0));
        }
        for sum in &self.sum {
            all += i64::from(*sum);
        }
        // staff that goes where patients are, or that was few, moves a network's mean: the draws say how far
        let mean = if expected > 0 { (all as f64 / expected as f64) as f32 } else { 0.0 };
        let apart = self.now.iter_mut().zip(&self.drawn).zip(&self.made_up).zip(&mut self.factor);
        let mut changed = 0_i64;
        for ((((now, drawn), made_up), factor), (sum, expected)) in apart.zip(self.sum.iter().zip(course)) {
            let (fte, expected) = (*sum as f32, *expected as f32 * mean);
            *now = if expected >= 1.0 { fte / expected.max(1.0) - 1.0 } else { 0.0 };
            let stays = kept * made_up + (*now - drawn);
            let by = ((1.0 + stays) / (1.0 + *now)).clamp(1.0 / MOST, MOST);
            // whoever has nobody cannot be given more of them
            *factor = if expected >= 1.0 && *sum > 0 { by } else { 1.0 };
            changed += i64::from(nearest(fte * *factor));
        }
        let even = if changed > 0 { (all as f64 / changed as f64) as f32 } else { 1.0 };
        let apart = self.now.iter().zip(&mut self.drawn).zip(&mut self.made_up).zip(&mut self.factor);
        for (((now, drawn), made_up), factor) in apart {
            *factor *= even;
            (*drawn, *made_up) = (*now, (1.0 + now) * *factor - 1.0);
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
