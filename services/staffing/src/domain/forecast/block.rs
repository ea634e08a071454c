//! One block of neighbouring practices in all draws: who closes and who takes over, lists, staff, sums of the nodes.

use std::{ops::Range, sync::atomic::Ordering};

use rayon::prelude::*;

use super::{
    blocks::Block,
    closures::Closures,
    joiners::Queue,
    lanes::{STEP, mix},
    need::placed_factor,
    networks::{NetworkCourses, Recovery, expected},
    paths::narrow,
    prepare::Prepared,
    simd::{Lanes, Work, widest},
    staff::{DRAWS, Staff},
    sums::Sums,
    world::RoleWorld,
};

/// Memory that is used for one block after the other.
#[derive(Default)]
pub(super) struct Buffers<const W: usize> {
    /// By practice, year and draw.
    lists: Vec<i32>,
    /// Lists in which patients count with the weight of where they came from.
    weighted: Vec<i32>,
    /// The counts of patients beside the list, in the order of [`super::need::Needs`].
    needs: Vec<Vec<i32>>,
    /// By role; where no role takes over another's work the first has that of whichever role is being read.
    supply: Vec<Vec<i32>>,
    /// A stretch of draws by row and draw, years side by side: FTE in 1/1000, or tenths of patients.
    stretch: Vec<[i32; W]>,
    /// What networks share.
    courses: NetworkCourses<W>,
}

/// Patients of one practice, year by year and in each year draw by draw.
pub(super) struct Patients<'a> {
    /// The list.
    pub(super) list: &'a [i32],
    /// The counts beside it.
    pub(super) needs: Vec<&'a [i32]>,
}

/// Practices of a block that are ready to be read: a place in it, roles, the practice's patients, and the supply of every role, year by
/// year and in each year draw by draw; nothing of roles that are neither among those nor take over their work.
pub(super) type Ready<'a, 'b> = (usize, Range<usize>, &'a Patients<'b>, &'a [&'b [i32]]);

/// What is left of a block that has been drawn.
pub(super) struct DrawnBlock<K> {
    /// Sums of its practices.
    pub(super) sums: Vec<Sums>,
    /// What was made of its practices.
    pub(super) kept: Vec<K>,
    /// Years of work of single heads, about.
    pub(super) years: u64,
}

/// Draws a block. With `each`, that reads every practice, with whatever threads have nothing else to do; without it, practices are only
/// added up, and roles whose draws are known are not drawn.
pub(super) fn draw_block<const W: usize, K: Send>(
    prepared: &Prepared<'_, W>,
    block: &Block,
    (buffers, known): (&mut Buffers<W>, &[bool]),
    each: Option<&(impl Fn(Ready<'_, '_>) -> Vec<K> + Sync)>,
) -> DrawnBlock<K> {
    let shape = (prepared.inputs.spec.draws as usize, prepared.inputs.spec.years());
    let size = shape.0 * shape.1;
    let closures = Closures::of(prepared, block);
    let (own, columns) = (Rows::of_practices(block), prepared.needs.columns.len());
    let rows = if each.is_some() { own.clone() } else { Rows::of_groups(block) };
    // what patients count for at a place is known of its practices only
    let listed = if columns > 0 { own } else { rows.clone() };
    buffers.stretch.resize((block.practices.len() + block.groups.len()) * DRAWS, [0; W]);
    let mut lists = vec![vec![0; size]; block.groups.len()];
    buffers.patients(prepared, (block, &closures, &listed), &mut lists);
    let roles = prepared.roles.len();
    buffers.supply.resize(roles, Vec::new());
    // a role that nobody relieves is done with before the next is drawn, while its draws are in the nearer caches
    let apart = prepared.roles.iter().all(|role| role.reliefs.is_empty());
    let (mut years, mut kept, mut supplies) = (0, Vec::new(), Vec::with_capacity(roles));
    for (role, known) in known.iter().enumerate() {
        if *known && !rows.of_practices {
            supplies.push(vec![Vec::new(); block.groups.len()]);
            continue;
        }
        let mut sums = vec![vec![0; size]; block.groups.len()];
        let out = &mut buffers.supply[if apart { 0 } else { role }];
        out.resize(if rows.of_practices { size * block.practices.len() } else { 0 }, 0);
        let share = prepared.roles[role].table.pcn_recovery;
        let networks = if share > 0.0 { block.networks.len() } else { 0 };
        let courses = &mut buffers.courses;
        courses.begin(networks, size);
        let sheet = Sheet::new((&rows, &mut buffers.stretch), out, &mut sums, shape);
        years += widest(Staffing { prepared, of: (block, role), closures: &closures, sheet, courses });
        let (courses, practices, sums_of) = (&buffers.courses.of, out.as_mut_slice(), sums.as_mut_slice());
        widest(Recovery { block, courses, practices, sums: sums_of, draws: shape.0, share });
        supplies.push(sums);
        if let Some(each) = each.filter(|_| apart) {
            buffers.read((block, size), (role..role + 1, apart), (columns, each), &mut kept);
        }
    }
    if let Some(each) = each.filter(|_| !apart) {
        buffers.read((block, size), (0..roles, apart), (columns, each), &mut kept);
    }
    let mut supplies: Vec<_> = supplies.into_iter().map(Vec::into_iter).collect();
    let mut sums = Vec::with_capacity(block.groups.len());
    for ((group, nodes), list) in block.groups.iter().enumerate().zip(lists) {
        sums.push(Sums {
            nodes: nodes.clone(),
            list,
            needs: buffers.needs[..columns].iter().map(|need| listed.sum(need, (group, size))).collect(),
            supply: supplies.iter_mut().filter_map(Iterator::next).collect(),
        });
    }
    DrawnBlock { sums, kept, years }
}

/// Where the values of each practice of a block are kept: in a row of its own, or added up in one of its set of nodes.
#[derive(Clone)]
pub(super) struct Rows {
    /// By place.
    pub(super) of: Vec<usize>,
    /// Rows of practices, or of sets of nodes?
    of_practices: bool,
    /// By row: its set of nodes.
    groups: Vec<usize>,
}

impl Rows {
    fn of_practices(block: &Block) -> Self {
        let of = (0..block.practices.len()).collect();
        Self { of, of_practices: true, groups: block.group_of.clone() }
    }

    fn of_groups(block: &Block) -> Self {
        let groups = (0..block.groups.len()).collect();
        Self { of: block.group_of.clone(), of_practices: false, groups }
    }

    /// The sum of the rows of a set of nodes.
    fn sum(&self, values: &[i32], (group, size): (usize, usize)) -> Vec<i32> {
        let mut rows = values.chunks_exact(size).zip(&self.groups).filter(|(_, of)| **of == group);
        let mut sum = rows.next().map_or_else(|| vec![0; size], |(row, _)| row.to_vec());
        rows.for_each(|(row, _)| add(&mut sum, row));
        sum
    }
}

impl<const W: usize> Buffers<W> {
    /// Gives every practice of a block that is drawn to `each`, with these roles; with their draws apart from those of other roles, which
    /// the first buffer has then.
    fn read<K: Send>(
        &self,
        (block, size): (&Block, usize),
        (roles, apart): (Range<usize>, bool),
        (columns, each): (usize, &(impl Fn(Ready<'_, '_>) -> Vec<K> + Sync)),
        kept: &mut Vec<K>,
    ) {
        let of_practice = |place: usize| {
            let mut supply: Vec<&[i32]> = vec![&[]; self.supply.len()];
            let own = place * size..(place + 1) * size;
            let needs = self.needs[..columns].iter().map(|of| &of[own.clone()]).collect();
            for role in roles.clone() {
                supply[role] = &self.supply[if apart { 0 } else { role }][own.clone()];
            }
            let patients = Patients { list: &self.lists[own], needs };
            each((place, roles.clone(), &patients, &supply))
        };
        kept.par_extend((0..block.practices.len()).into_par_iter().flat_map_iter(of_practice));
    }

    /// Lists of the practices of a block, their sums, and the counts of patients beside them.
    fn patients(
        &mut self,
        prepared: &Prepared<'_, W>,
        of: (&Block, &Closures, &Rows),
        sums: &mut [Vec<i32>],
    ) {
        let (draws, years) = (prepared.inputs.spec.draws as usize, prepared.inputs.spec.years());
        let (block, _, rows) = of;
        let columns = &prepared.needs.columns;
        let Self { lists, weighted, needs, stretch, .. } = self;
        let size = draws * years * if rows.of_practices { block.practices.len() } else { 0 };
        lists.resize(size, 0);
        let sheet = Sheet::new((rows, stretch), lists, sums, (draws, years));
        widest(Lists { prepared, of: (of.0, of.1), weighted: false, sheet });
        if columns.iter().any(|of| of.weighted) {
            weighted.resize(size, 0);
            let mut unused = vec![vec![0; draws * years]; sums.len()];
            let sheet = Sheet::new((rows, stretch), weighted, &mut unused, (draws, years));
            widest(Lists { prepared, of: (of.0, of.1), weighted: true, sheet });
        }
        needs.resize(columns.len().max(needs.len()), Vec::new());
        for (need, column) in needs.iter_mut().zip(columns) {
            need.clear();
            need.extend_from_slice(if column.weighted { weighted } else { lists });
            let Some(role) = column.placed else { continue };
            for (practice, of_practice) in block.practices.iter().zip(need.chunks_exact_mut(draws * years)) {
                for (year, of_year) in of_practice.chunks_exact_mut(draws).enumerate() {
                    for (draw, value) in of_year.iter_mut().enumerate() {
                        let factor = placed_factor(prepared, (role, *practice), (draw, year));
                        *value = (f64::from(*value) * factor).round() as i32;
                    }
                }
            }
        }
    }
}

/// A stretch of draws, years side by side, and where it goes: columns of rows and of their sums.
struct Sheet<'a, const W: usize> {
    rows: &'a Rows,
    /// Of every row and, where those are of practices, of every set of nodes: [`DRAWS`] draws.
    stretch: &'a mut [[i32; W]],
    out: Vec<&'a mut [i32]>,
    sums: Vec<&'a mut [i32]>,
    draws: usize,
}

impl<'a, const W: usize> Sheet<'a, W> {
    fn new(
        (rows, stretch): (&'a Rows, &'a mut [[i32; W]]),
        out: &'a mut [i32],
        sums: &'a mut [Vec<i32>],
        (draws, years): (usize, usize),
    ) -> Self {
        let out: Vec<&mut [i32]> = out.chunks_exact_mut(draws * years).collect();
        let stretch = &mut stretch[..(out.len() + sums.len()) * DRAWS];
        Self { rows, stretch, out, sums: sums.iter_mut().map(Vec::as_mut_slice).collect(), draws }
    }

    /// Sums of practices, and from draw by draw to year by year: draws from `first` on.
    #[inline(always)]
    fn write(&mut self, lanes: impl Lanes, first: usize) {
        let some = DRAWS.min(self.draws - first);
        let (own, sums) = self.stretch.split_at_mut(self.out.len() * DRAWS);
        for (row, group) in own.chunks_exact(DRAWS).zip(&self.rows.groups) {
            for (sum, row) in sums[group * DRAWS..][..DRAWS].iter_mut().zip(row) {
                lanes.add_between(sum, row, (0, i32::MAX));
            }
        }
        for (rows, out) in own.chunks_exact(DRAWS).zip(&mut self.out) {
            lanes.turn(&rows[..some], (first, self.draws), out);
        }
        for (rows, out) in sums.chunks_exact(DRAWS).zip(&mut self.sums) {
            lanes.turn(&rows[..some], (first, self.draws), out);
        }
    }
}

/// Adds values to others.
pub(super) fn add(sum: &mut [i32], more: &[i32]) {
    for (sum, more) in sum.iter_mut().zip(more) {
        *sum = sum.wrapping_add(*more);
    }
}

/// Lists of the practices of a block, in all draws.
struct Lists<'a, 'b, const W: usize> {
    prepared: &'a Prepared<'b, W>,
    of: (&'a Block, &'a Closures),
    /// Each patient counts with the weight of the practice that they came from.
    weighted: bool,
    sheet: Sheet<'a, W>,
}

impl<const W: usize> Work for Lists<'_, '_, W> {
    type Out = ();

    #[inline(always)]
    fn run(mut self, lanes: impl Lanes) {
        let (draws, places, (block, closures)) = (self.sheet.draws, &self.prepared.places, self.of);
        let mut values = [[0; W]; DRAWS];
        for first in (0..draws).step_by(DRAWS) {
            let some = &mut values[..DRAWS.min(draws - first)];
            self.sheet.stretch.fill([0; W]);
            for (place, practice) in block.practices.iter().enumerate() {
                let start = &self.prepared.starts[*practice];
                let weight = if self.weighted { self.prepared.needs.weights[*practice] } else { 1.0 };
                let tenths = narrow(start.list * 10.0 * weight);
                for (draw, values) in (first..).zip(some.iter_mut()) {
                    let step = (draw as u64).wrapping_mul(STEP);
                    let borough =
                        places.list_borough.pick(mix(block.boroughs[place].wrapping_add(step)) >> 20);
                    let own = places.list_practice.pick(mix(start.key.wrapping_add(step)) >> 40);
                    let mut tenths = lanes.times(tenths, &places.list[draw]);
                    lanes.multiply(&mut tenths, borough);
                    lanes.multiply(&mut tenths, own);
                    *values = lanes.whole(&tenths);
                }
                let to = (&mut *self.sheet.stretch, self.sheet.rows);
                closures.hand_over((lanes, place, first), (some, None), to);
            }
            self.sheet.write(lanes, first);
        }
    }
}

/// One role at the practices of a block, in all draws.
struct Staffing<'a, 'b, const W: usize> {
    prepared: &'a Prepared<'b, W>,
    of: (&'a Block, usize),
    closures: &'a Closures,
    sheet: Sheet<'a, W>,
    courses: &'a mut NetworkCourses<W>,
}

impl<const W: usize> Work for Staffing<'_, '_, W> {
    type Out = u64;

    #[inline(always)]
    fn run(mut self, lanes: impl Lanes) -> u64 {
        let (prepared, (block, role)) = (self.prepared, self.of);
        let (draws, years) = (self.sheet.draws, prepared.inputs.spec.years());
        let share = Some(narrow(prepared.roles[role].table.transfer));
        let mut staffs = Vec::with_capacity(block.practices.len());
        for practice in &block.practices {
            let start = &prepared.starts[*practice].roles[role];
            staffs.push(Staff::new(
                prepared.world(role, *practice),
                start,
                (years, prepared.places.reset_chance),
            ));
        }
        let (mut values, mut factors, mut worked) = ([[0; W]; DRAWS], [[0.0; W]; DRAWS], 0);
        let (mut queue, (expected, alike)) = (Queue::default(), expected(prepared, self.of));
        let networks = !self.courses.of.is_empty();
        // draws outside, practices inside: what a stretch of draws needs stays in the nearer caches
        for first in (0..draws).step_by(DRAWS) {
            // with many draws a block takes long enough for somebody to change their mind
            if prepared.cancelled.load(Ordering::Relaxed) {
                return worked;
            }
            self.sheet.stretch.fill([0; W]);
            let some = &mut values[..DRAWS.min(draws - first)];
            let mut next = alike.iter().peekable();
            for (place, staff) in staffs.iter().enumerate() {
                if let Some((_, course)) = next.next_if(|(first, _)| *first == place) {
                    let factors = &mut factors[..some.len()];
                    shared(lanes, staff.world(), (block, place, first), factors);
                    if let Some((network, of)) = course.as_ref().filter(|_| networks) {
                        self.courses.add((lanes, first), (*network, of), factors);
                    }
                }
                worked += staff.draw((lanes, first), (&factors, &mut queue), some);
                let to = (&mut *self.sheet.stretch, self.sheet.rows);
                self.closures.hand_over((lanes, place, first), (some, share), to);
                if networks {
                    let of = (&expected[place], &factors[..some.len()]);
                    self.courses.hand_over((lanes, place, first), (self.closures, &block.network_of), of);
                }
            }
            self.courses.write(lanes, (first, some.len()), draws);
            self.sheet.write(lanes, first);
        }
        worked
    }
}

/// Factors that all, the borough's and the network's practices share, of a stretch of draws.
#[inline(always)]
fn shared<const W: usize>(
    lanes: impl Lanes,
    world: &RoleWorld<W>,
    (block, place, first): (&Block, usize, usize),
    factors: &mut [[f32; W]],
) {
    let pcn = world.pcn.as_ref().filter(|_| block.pcns[place] != 0);
    for (draw, factors) in (first..).zip(factors) {
        let step = (draw as u64).wrapping_mul(STEP);
        let borough = world.borough.pick(mix(block.boroughs[place].wrapping_sub(step)) >> 20);
        *factors = world.factor[draw];
        lanes.multiply(factors, &world.evened);
        lanes.multiply(factors, borough);
        if let Some(pcn) = pcn {
            let own = pcn.pick(mix(block.pcns[place].wrapping_add(step)) >> 20);
            lanes.multiply(factors, own);
        }
    }
}
