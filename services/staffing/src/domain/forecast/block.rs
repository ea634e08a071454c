//! One block of neighbouring practices in all draws: who closes and who takes over, lists, staff, sums of the nodes.

use std::sync::atomic::Ordering;

use super::{
    blocks::Block,
    closures::Closures,
    lanes::{STEP, mix, nearest},
    need::placed_factor,
    paths::narrow,
    prepare::Prepared,
    simd::{Lanes, Work, widest},
    staff::{DRAWS, Staff},
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
    /// By role.
    supply: Vec<Vec<i32>>,
    /// A stretch of draws by row and draw, years side by side: FTE in 1/1000, or tenths of patients.
    stretch: Vec<[i32; W]>,
}

/// Values of one set of practices, year by year and in each year draw by draw: their list, and the supply of each role.
pub(super) struct Sums {
    /// Positions of the nodes that they count in.
    pub(super) nodes: Vec<usize>,
    /// Tenths of patients.
    pub(super) list: Vec<i32>,
    /// The counts of patients beside the list, in the order of [`super::need::Needs`].
    pub(super) needs: Vec<Vec<i32>>,
    /// By role: FTE in 1/1000.
    pub(super) supply: Vec<Vec<i32>>,
}

/// Patients of one practice, year by year and in each year draw by draw.
pub(super) struct Patients<'a> {
    /// The list.
    pub(super) list: &'a [i32],
    /// The counts beside it.
    pub(super) needs: Vec<&'a [i32]>,
}

/// Draws a block. With `each`, that gets every practice by its position with its patients and the supply of every role, year by year and
/// in each year draw by draw; without it, practices are only added up.
pub(super) fn draw_block<const W: usize>(
    prepared: &Prepared<'_, W>,
    block: &Block,
    buffers: &mut Buffers<W>,
    each: Option<impl FnMut(usize, &Patients<'_>, &[&[i32]])>,
) -> (Vec<Sums>, u64) {
    let size = prepared.inputs.spec.draws as usize * prepared.inputs.spec.years();
    let closures = Closures::of(prepared, block);
    let (own, columns) = (Rows::of_practices(block), prepared.needs.columns.len());
    let rows = if each.is_some() { own } else { Rows::of_groups(block) };
    // what patients count for at a place is known of its practices only
    let listed = if columns > 0 { Rows::of_practices(block) } else { rows.clone() };
    buffers.stretch.resize(block.practices.len() * DRAWS, [0; W]);
    buffers.patients(prepared, (block, &closures, &listed));
    let Buffers { lists, needs, supply, stretch, .. } = buffers;
    supply.resize(prepared.roles.len(), Vec::new());
    let mut years_worked = 0;
    for (role, out) in supply.iter_mut().enumerate() {
        out.resize(size * rows.count, 0);
        let (of, stretch) = ((block, role, &rows), &mut stretch[..rows.count * DRAWS]);
        years_worked += widest(Staffing { prepared, of, closures: &closures, stretch, out });
    }
    let sums = block.groups.iter().enumerate().map(|(group, nodes)| Sums {
        nodes: nodes.clone(),
        list: listed.sum(lists, (group, size)),
        needs: needs[..columns].iter().map(|need| listed.sum(need, (group, size))).collect(),
        supply: supply.iter().map(|supply| rows.sum(supply, (group, size))).collect(),
    });
    let sums = sums.collect();
    if let Some(mut each) = each {
        for (place, practice) in block.practices.iter().enumerate() {
            let own = place * size..(place + 1) * size;
            let needs = needs[..columns].iter().map(|of| &of[own.clone()]).collect();
            let supply: Vec<&[i32]> = supply.iter().map(|supply| &supply[own.clone()]).collect();
            each(*practice, &Patients { list: &lists[own.clone()], needs }, &supply);
        }
    }
    (sums, years_worked)
}

/// Where the values of each practice of a block are kept: in a row of its own, or added up in one of its set of nodes.
#[derive(Clone)]
pub(super) struct Rows {
    /// By place.
    pub(super) of: Vec<usize>,
    /// How many there are.
    count: usize,
    /// By row: its set of nodes.
    groups: Vec<usize>,
}

impl Rows {
    fn of_practices(block: &Block) -> Self {
        let count = block.practices.len();
        Self { of: (0..count).collect(), count, groups: block.group_of.clone() }
    }

    fn of_groups(block: &Block) -> Self {
        let count = block.groups.len();
        Self { of: block.group_of.clone(), count, groups: (0..count).collect() }
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
    /// Lists of the practices of a block, and the counts of patients beside them.
    fn patients(&mut self, prepared: &Prepared<'_, W>, (block, closures, rows): (&Block, &Closures, &Rows)) {
        let (draws, years) = (prepared.inputs.spec.draws as usize, prepared.inputs.spec.years());
        let size = draws * years * rows.count;
        let columns = &prepared.needs.columns;
        let Self { lists, weighted, needs, stretch, .. } = self;
        let (of, stretch) = ((block, closures, rows), &mut stretch[..rows.count * DRAWS]);
        lists.resize(size, 0);
        widest(Lists { prepared, of, weighted: false, stretch, out: lists });
        if columns.iter().any(|of| of.weighted) {
            weighted.resize(size, 0);
            widest(Lists { prepared, of, weighted: true, stretch, out: weighted });
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

/// From draw by draw to year by year: a stretch of draws of every row, from `first` on.
#[inline(always)]
fn turn<const W: usize>(
    (stretch, first): (&[[i32; W]], usize),
    (draws, years): (usize, usize),
    out: &mut [i32],
) {
    for (rows, out) in stretch.chunks_exact(DRAWS).zip(out.chunks_exact_mut(draws * years)) {
        for (year, column) in out.chunks_exact_mut(draws).enumerate() {
            for (place, row) in column[first..].iter_mut().zip(rows) {
                *place = row[year];
            }
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
    of: (&'a Block, &'a Closures, &'a Rows),
    /// Each patient counts with the weight of the practice that they came from.
    weighted: bool,
    stretch: &'a mut [[i32; W]],
    out: &'a mut [i32],
}

impl<const W: usize> Work for Lists<'_, '_, W> {
    type Out = ();

    #[inline(always)]
    fn run(self, _: impl Lanes) {
        let (draws, years) = (self.prepared.inputs.spec.draws as usize, self.prepared.inputs.spec.years());
        let (places, (block, closures, rows)) = (&self.prepared.places, self.of);
        for first in (0..draws).step_by(DRAWS) {
            self.stretch.fill([0; W]);
            for (place, practice) in block.practices.iter().enumerate() {
                let start = &self.prepared.starts[*practice];
                let weight = if self.weighted { self.prepared.needs.weights[*practice] } else { 1.0 };
                let tenths = narrow(start.list * 10.0 * weight);
                for draw in first..draws.min(first + DRAWS) {
                    let step = (draw as u64).wrapping_mul(STEP);
                    let borough =
                        places.list_borough.pick(mix(block.boroughs[place].wrapping_add(step)) >> 20);
                    let own = places.list_practice.pick(mix(start.key.wrapping_add(step)) >> 40);
                    let (shared, mut values) = (&places.list[draw], [0; W]);
                    for year in 0..W {
                        values[year] = nearest(tenths * shared[year] * borough[year] * own[year]);
                    }
                    closures.hand_over((place, draw), (&values, None), (self.stretch, rows, first));
                }
            }
            turn((self.stretch, first), (draws, years), self.out);
        }
    }
}

/// One role at the practices of a block, in all draws.
struct Staffing<'a, 'b, const W: usize> {
    prepared: &'a Prepared<'b, W>,
    of: (&'a Block, usize, &'a Rows),
    closures: &'a Closures,
    stretch: &'a mut [[i32; W]],
    out: &'a mut [i32],
}

impl<const W: usize> Work for Staffing<'_, '_, W> {
    type Out = u64;

    #[inline(always)]
    fn run(self, lanes: impl Lanes) -> u64 {
        let (prepared, (block, role, rows)) = (self.prepared, self.of);
        let (draws, years) = (prepared.inputs.spec.draws as usize, prepared.inputs.spec.years());
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
        // draws outside, practices inside: what a stretch of draws needs stays in the nearer caches
        for first in (0..draws).step_by(DRAWS) {
            // with many draws a block takes long enough for somebody to change their mind
            if prepared.cancelled.load(Ordering::Relaxed) {
                return worked;
            }
            self.stretch.fill([0; W]);
            let some = &mut values[..DRAWS.min(draws - first)];
            for (place, staff) in staffs.iter().enumerate() {
                let alike = |other: usize| {
                    let world = |place: usize| prepared.starts[block.practices[place]].world;
                    let same = |of: &[u64]| of[place] == of[other];
                    same(&block.pcns) && same(&block.boroughs) && world(place) == world(other)
                };
                if place == 0 || !alike(place - 1) {
                    shared(staff.world(), (block, place), first, &mut factors[..some.len()]);
                }
                worked += staff.draw((lanes, first), &factors, some);
                for (draw, values) in some.iter().enumerate() {
                    let of = (place, first + draw);
                    self.closures.hand_over(of, (values, share), (self.stretch, rows, first));
                }
            }
            turn((self.stretch, first), (draws, years), self.out);
        }
        worked
    }
}

/// Factors that all, the borough's and the network's practices share, of a stretch of draws.
#[inline(always)]
fn shared<const W: usize>(
    world: &RoleWorld<W>,
    (block, place): (&Block, usize),
    first: usize,
    factors: &mut [[f32; W]],
) {
    let pcn = world.pcn.as_ref().filter(|_| block.pcns[place] != 0);
    for (draw, factors) in (first..).zip(factors) {
        let step = (draw as u64).wrapping_mul(STEP);
        let borough = world.borough.pick(mix(block.boroughs[place].wrapping_sub(step)) >> 20);
        *factors = world.factor[draw];
        factors.iter_mut().zip(&world.evened).for_each(|(factor, evened)| *factor *= evened);
        factors.iter_mut().zip(borough).for_each(|(factor, borough)| *factor *= borough);
        if let Some(pcn) = pcn {
            let own = pcn.pick(mix(block.pcns[place].wrapping_add(step)) >> 20);
            factors.iter_mut().zip(own).for_each(|(factor, own)| *factor *= own);
        }
    }
}
