//! One block of neighbouring practices in all draws: who closes and who takes over, lists, staff, sums of the nodes.

use std::sync::atomic::Ordering;

use super::{
    blocks::Block,
    lanes::{STEP, against_lanes, mix, reached, survival, whole},
    need::placed_factor,
    paths::narrow,
    prepare::Prepared,
    simd::{Eight, Lanes, Work, widest},
    staff::{DRAWS, Scratch, Staff},
    world::RoleWorld,
};

/// Draw by draw, values by year: FTE in 1/1000, or tenths of patients.
type Table<const W: usize> = Vec<[i32; W]>;

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

/// Where the staff and the patients of a practice go when it closes.
struct Closures {
    /// By practice and draw: the first year without it, the largest number when it stays.
    year: Vec<u8>,
    /// By practice and draw: the place of the practice that takes over.
    to: Vec<u8>,
    /// By practice and draw: how much of the staff goes over, relative to the usual share.
    share: Vec<f32>,
    draws: usize,
}

/// Orders in which the nearest neighbours are looked at.
const NEAR: [[isize; 4]; 4] = [[1, -1, 2, -2], [-1, 1, -2, 2], [2, 1, -1, -2], [-2, -1, 1, 2]];

/// Patients of one practice, year by year and in each year draw by draw.
pub(super) struct Patients<'a> {
    /// The list.
    pub(super) list: &'a [i32],
    /// The counts beside it.
    pub(super) needs: Vec<&'a [i32]>,
}

/// Draws a block; `each` gets every practice by its position with its patients and the supply of every role, year by year and in each
/// year draw by draw.
pub(super) fn draw_block<const W: usize>(
    prepared: &Prepared<'_, W>,
    block: &Block,
    mut each: impl FnMut(usize, &Patients<'_>, &[&[i32]]),
) -> (Vec<Sums>, u64) {
    let (draws, years) = (prepared.inputs.spec.draws as usize, prepared.inputs.spec.years());
    let size = draws * years;
    let closures = Closures::of(prepared, block);
    let mut scratch = Scratch::new();
    let mut sums: Vec<Sums> = block
        .groups
        .iter()
        .map(|nodes| Sums {
            nodes: nodes.clone(),
            list: vec![0; size],
            needs: Vec::new(),
            supply: Vec::new(),
        })
        .collect();
    let mut table = lists(prepared, block, &closures, false);
    let mut lists = vec![0; size * block.practices.len()];
    for (place, list) in lists.chunks_exact_mut(size).enumerate() {
        turn(&table[place * draws..][..draws], list);
        add(&mut sums[block.group_of[place]].list, list);
    }
    let needs = needs(prepared, (block, &closures), &table);
    for of in &needs {
        for sum in &mut sums {
            sum.needs.push(vec![0; size]);
        }
        for (place, need) in of.chunks_exact(size).enumerate() {
            if let Some(sum) = sums[block.group_of[place]].needs.last_mut() {
                add(sum, need);
            }
        }
    }
    let mut supply: Vec<Vec<i32>> = Vec::with_capacity(prepared.roles.len());
    for role in 0..prepared.roles.len() {
        table.fill([0; W]);
        let of = (block, role);
        widest(Staffing { prepared, of, closures: &closures, scratch: &mut scratch, table: &mut table });
        let mut of_role = vec![0; size * block.practices.len()];
        for sum in &mut sums {
            sum.supply.push(vec![0; size]);
        }
        for (place, supply) in of_role.chunks_exact_mut(size).enumerate() {
            turn(&table[place * draws..][..draws], supply);
            add(&mut sums[block.group_of[place]].supply[role], supply);
        }
        supply.push(of_role);
    }
    for (place, practice) in block.practices.iter().enumerate() {
        let own = place * size..(place + 1) * size;
        let of_practice: Vec<&[i32]> = supply.iter().map(|supply| &supply[own.clone()]).collect();
        let patients =
            Patients { list: &lists[own.clone()], needs: needs.iter().map(|of| &of[own.clone()]).collect() };
        each(*practice, &patients, &of_practice);
    }
    (sums, scratch.person_years)
}

/// From draw by draw to year by year.
fn turn<const W: usize>(table: &[[i32; W]], out: &mut [i32]) {
    let draws = table.len();
    for (stretch, rows) in table.chunks(16).enumerate() {
        for (year, column) in out.chunks_exact_mut(draws).enumerate() {
            for (place, row) in column[stretch * 16..].iter_mut().zip(rows) {
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

impl Closures {
    fn of<const W: usize>(prepared: &Prepared<'_, W>, block: &Block) -> Self {
        let (draws, years) = (prepared.inputs.spec.draws as usize, prepared.inputs.spec.years());
        let size = block.practices.len() * draws;
        let mut closures = Self { year: vec![0; size], to: vec![0; size], share: vec![1.0; size], draws };
        for (place, practice) in block.practices.iter().enumerate() {
            let start = &prepared.starts[*practice];
            let open = survival::<W>(start.closure, years);
            for (draw, year) in closures.year[place * draws..][..draws].iter_mut().enumerate() {
                let number =
                    against_lanes(mix(start.key.wrapping_add((draw as u64).wrapping_mul(STEP))) >> 16);
                let open = W - reached(Eight, &open, number);
                *year = if open < years { u8::try_from(open).unwrap_or(u8::MAX) } else { u8::MAX };
            }
        }
        closures.find_neighbours(prepared, block, years);
        closures
    }

    fn find_neighbours<const W: usize>(&mut self, prepared: &Prepared<'_, W>, block: &Block, years: usize) {
        for (place, practice) in block.practices.iter().enumerate() {
            let key = prepared.starts[*practice].key;
            for draw in 0..self.draws {
                let at = place * self.draws + draw;
                if usize::from(self.year[at]) >= years {
                    continue;
                }
                let bits = mix(key.wrapping_sub((draw as u64 + 1).wrapping_mul(STEP)));
                match self.neighbour(block, (place, draw), bits, prepared) {
                    Some(to) => {
                        self.to[at] = u8::try_from(to).unwrap_or_default();
                        self.share[at] = prepared.places.transfer[(bits >> 32 & 255) as usize];
                    }
                    // nobody is left to take over: it goes on
                    None => self.year[at] = u8::MAX,
                }
            }
        }
    }

    /// The open practice that takes over: the next or the next but one on either side, or whoever is nearest of the rest.
    fn neighbour<const W: usize>(
        &self,
        block: &Block,
        (place, draw): (usize, usize),
        bits: u64,
        prepared: &Prepared<'_, W>,
    ) -> Option<usize> {
        let until = self.year[place * self.draws + draw];
        let open = |other: usize| {
            other < block.practices.len()
                && self.year[other * self.draws + draw] > until
                && prepared.starts[block.practices[other]].list > 0.0
        };
        let near = NEAR[(bits & 3) as usize].iter().filter_map(|step| place.checked_add_signed(*step));
        let far = (3..block.practices.len())
            .flat_map(|step| [place.checked_add(step), place.checked_sub(step)])
            .flatten();
        near.chain(far).find(|other| open(*other))
    }

    /// Gives the values of a practice and draw to whoever has them in each year.
    #[inline(always)]
    fn hand_over<const W: usize>(
        &self,
        (place, draw): (usize, usize),
        (values, share): (&[i32; W], Option<f32>),
        table: &mut [[i32; W]],
    ) {
        let (mut owner, mut from, mut part) = (place, 0, 1.0_f32);
        if usize::from(self.year[place * self.draws + draw]) >= W {
            let sum = &mut table[place * self.draws + draw];
            sum.iter_mut().zip(values).for_each(|(sum, value)| *sum = sum.wrapping_add(*value));
            return;
        }
        loop {
            let at = owner * self.draws + draw;
            let until = usize::from(self.year[at]).min(W);
            let sum = &mut table[at];
            for year in from..until {
                #[expect(clippy::cast_possible_truncation, reason = "a share of a number of the same size")]
                let value = if from == 0 { values[year] } else { (values[year] as f32 * part + 0.5) as i32 };
                sum[year] = sum[year].wrapping_add(value);
            }
            if until >= W {
                return;
            }
            if let Some(usual) = share {
                part *= usual * self.share[at];
            }
            (owner, from) = (usize::from(self.to[at]), until);
        }
    }
}

/// The counts of patients beside the list, of every practice: year by year, and in each year draw by draw.
fn needs<const W: usize>(
    prepared: &Prepared<'_, W>,
    (block, closures): (&Block, &Closures),
    plain: &Table<W>,
) -> Vec<Vec<i32>> {
    let (draws, years) = (prepared.inputs.spec.draws as usize, prepared.inputs.spec.years());
    let columns = &prepared.needs.columns;
    let weighted = columns.iter().any(|of| of.weighted).then(|| lists(prepared, block, closures, true));
    let turned = columns.iter().map(|of| {
        let mut table = weighted.as_ref().filter(|_| of.weighted).unwrap_or(plain).clone();
        if let Some(role) = of.placed {
            for (place, practice) in block.practices.iter().enumerate() {
                for (draw, row) in table[place * draws..][..draws].iter_mut().enumerate() {
                    for (year, value) in row.iter_mut().enumerate().take(years) {
                        let factor = placed_factor(prepared, (role, *practice), (draw, year));
                        *value = whole(f64::from(*value) * factor + 0.5);
                    }
                }
            }
        }
        let mut out = vec![0; block.practices.len() * draws * years];
        for (place, column) in out.chunks_exact_mut(draws * years).enumerate() {
            turn(&table[place * draws..][..draws], column);
        }
        out
    });
    turned.collect()
}

/// Lists after closures, or with `weighted` the same with the weight of the practice that each patient came from.
fn lists<const W: usize>(
    prepared: &Prepared<'_, W>,
    block: &Block,
    closures: &Closures,
    weighted: bool,
) -> Table<W> {
    let (draws, years) = (prepared.inputs.spec.draws as usize, prepared.inputs.spec.years());
    let places = &prepared.places;
    let mut table = vec![[0; W]; block.practices.len() * draws];
    for (place, practice) in block.practices.iter().enumerate() {
        let start = &prepared.starts[*practice];
        let weight = if weighted { prepared.needs.weights[*practice] } else { 1.0 };
        let tenths = narrow(start.list * 10.0 * weight);
        for draw in 0..draws {
            let borough = places
                .list_borough
                .pick(mix(block.borough.wrapping_add((draw as u64).wrapping_mul(STEP))) >> 20);
            let own = places
                .list_practice
                .pick(mix(start.key.wrapping_add((draw as u64).wrapping_mul(STEP))) >> 40);
            let mut values = [0; W];
            for (year, value) in values.iter_mut().enumerate().take(years) {
                let list = tenths * places.list[draw][year] * borough[year] * own[year] + 0.5;
                *value = whole(f64::from(list));
            }
            closures.hand_over((place, draw), (&values, None), &mut table);
        }
    }
    table
}

/// One role at the practices of a block, in all draws.
struct Staffing<'a, 'b, const W: usize> {
    prepared: &'a Prepared<'b, W>,
    of: (&'a Block, usize),
    closures: &'a Closures,
    scratch: &'a mut Scratch<W>,
    table: &'a mut [[i32; W]],
}

impl<const W: usize> Work for Staffing<'_, '_, W> {
    type Out = ();

    #[inline(always)]
    fn run(self, lanes: impl Lanes) {
        let (prepared, (block, role)) = (self.prepared, self.of);
        let draws = prepared.inputs.spec.draws as usize;
        let shape = (prepared.inputs.spec.years(), prepared.places.reset_chance);
        let world = &prepared.roles[role];
        let share = Some(narrow(world.table.transfer));
        let (mut values, mut factors) = ([[0; W]; DRAWS], [[0.0; W]; DRAWS]);
        for (place, practice) in block.practices.iter().enumerate() {
            // with many draws a block takes long enough for somebody to change their mind
            if prepared.cancelled.load(Ordering::Relaxed) {
                return;
            }
            let world = prepared.world(role, *practice);
            let staff = Staff::new(world, &prepared.starts[*practice].roles[role], shape);
            for first in (0..draws).step_by(DRAWS) {
                let some = &mut values[..DRAWS.min(draws - first)];
                let factors = &mut factors[..some.len()];
                shared(world, (block, place), first, factors);
                staff.draw((lanes, first), factors, some, self.scratch);
                for (draw, values) in some.iter().enumerate() {
                    self.closures.hand_over((place, first + draw), (values, share), self.table);
                }
            }
        }
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
        let borough = world.borough.pick(mix(block.borough.wrapping_sub(step)) >> 20);
        *factors = world.factor[draw];
        factors.iter_mut().zip(borough).for_each(|(factor, borough)| *factor *= borough);
        if let Some(pcn) = pcn {
            let own = pcn.pick(mix(block.pcns[place].wrapping_add(step)) >> 20);
            factors.iter_mut().zip(own).for_each(|(factor, own)| *factor *= own);
        }
    }
}
