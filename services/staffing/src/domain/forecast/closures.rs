//! Practices that close, by chance or by decision: where their lists and their staff go.

use super::{
    block::Rows,
    blocks::Block,
    inputs::Inputs,
    lanes::{STEP, Survival, mix, of_draws, reached_by_each, survival},
    paths::narrow,
    places::GOES_OVER,
    prepare::{Prepared, Start},
    simd::{Lanes, Work, widest},
    staff::DRAWS,
};

/// A closure that is decided.
#[derive(Clone, Copy, Debug)]
pub(super) struct Closes {
    /// First year without it.
    pub(super) year: usize,
    /// Position of the practice that takes over; none = one nearby.
    pub(super) to: Option<usize>,
    /// Who takes over where chance is left out: that practice, or the nearest that does not close by decision.
    pub(super) heir: Option<usize>,
    /// Share of the staff that goes over; none = drawn.
    pub(super) staff: Option<f32>,
}

/// Where the staff and the patients of a practice go when it closes.
pub(super) struct Closures {
    /// By practice and draw: the first year without it, the largest number when it stays.
    year: Vec<u8>,
    /// By practice and draw: the place of the practice that takes over.
    to: Vec<u16>,
    /// By practice and draw: how much of the staff goes over, relative to the usual share; a share that is decided as it is, below
    /// nothing.
    share: Vec<f32>,
    /// By practice and [`DRAWS`] draws: in which of them it closes.
    closing: Vec<u64>,
    draws: usize,
}

/// Orders in which the nearest neighbours are looked at.
const NEAR: [[isize; 4]; 4] = [[1, -1, 2, -2], [-1, 1, -2, 2], [2, 1, -1, -2], [-2, -1, 1, 2]];

/// Sets the closures that are decided; those up to the base year have happened, and those after the last year are of no concern.
pub(super) fn schedule(inputs: &Inputs, blocks: &[Block], starts: &mut [Start]) {
    let position = |code: &str| inputs.practices.iter().position(|of| of.code.eq_ignore_ascii_case(code));
    for of in &inputs.spec.scenario.closures {
        let year = usize::try_from(of.year - inputs.spec.base_year).unwrap_or(0);
        let Some(practice) = position(&of.practice).filter(|_| (1..inputs.spec.years()).contains(&year))
        else {
            continue;
        };
        let staff = of.staff.map(|micro| narrow(micro as f64 / 1e6));
        starts[practice].closes = Some(Closes { year, to: position(&of.to), heir: None, staff });
    }
    for block in blocks {
        for (place, practice) in block.practices.iter().enumerate() {
            let Some(closes) = starts[*practice].closes else { continue };
            let stays = |other: &usize| starts[*other].closes.is_none() && starts[*other].list > 0.0;
            let nearby = |alike: bool| {
                let near = |step: usize| [place.checked_add(step), place.checked_sub(step)];
                let places = (1..block.practices.len()).flat_map(near).flatten();
                let here = |at: &usize| !alike || block.parts.get(*at) == Some(&block.parts[place]);
                places
                    .filter(here)
                    .filter_map(|at| block.practices.get(at))
                    .find(|other| stays(other))
                    .copied()
            };
            let to = closes.to.filter(|to| starts[*to].list > 0.0);
            let heir = to.or_else(|| nearby(true)).or_else(|| nearby(false));
            starts[*practice].closes = Some(Closes { heir, ..closes });
            if let Some(heir) = heir {
                starts[heir].receives = true;
            }
        }
    }
}

/// The last year in which somebody's list comes to a practice by decision; 0 where none does.
fn awaited_until<const W: usize>(prepared: &Prepared<'_, W>, practice: usize) -> usize {
    if !prepared.starts[practice].receives {
        return 0;
    }
    let to_it = |closes: &Closes| closes.to == Some(practice);
    prepared.starts.iter().filter_map(|start| start.closes.filter(to_it)).map(|of| of.year).max().unwrap_or(0)
}

/// The years in which a practice closes, draw by draw, whoever takes over.
struct Closing<'a, const W: usize> {
    /// Where its random numbers begin.
    key: u64,
    /// By year: that it has not closed by chance.
    open: Survival<W>,
    years: usize,
    /// The last year in which it cannot close by chance.
    awaited: usize,
    /// The year in which it closes by decision; one after the last where none.
    decided: usize,
    year: &'a mut [u8],
}

impl<const W: usize> Work for Closing<'_, W> {
    type Out = ();

    #[inline(always)]
    fn run(self, _lanes: impl Lanes) {
        for (stretch, year) in self.year.chunks_mut(DRAWS).enumerate() {
            let bits = of_draws::<DRAWS>((self.key, STEP), stretch * DRAWS);
            for (year, reached) in year.iter_mut().zip(reached_by_each(&self.open, &bits)) {
                let open = W - usize::from(reached);
                let by_chance = if open <= self.awaited { W } else { open };
                let open = by_chance.min(self.decided);
                *year = if open < self.years { open as u8 } else { u8::MAX };
            }
        }
    }
}

impl Closures {
    pub(super) fn of<const W: usize>(prepared: &Prepared<'_, W>, block: &Block) -> Self {
        let (draws, years) = (prepared.inputs.spec.draws as usize, prepared.inputs.spec.years());
        let size = block.practices.len() * draws;
        let mut year = vec![u8::MAX; size];
        for (practice, year) in block.practices.iter().zip(year.chunks_exact_mut(draws)) {
            let start = &prepared.starts[*practice];
            let open = survival::<W>(start.closure, years);
            // whoever is to take a list over is there to do so
            let awaited = awaited_until(prepared, *practice);
            let decided = start.closes.map_or(W, |closes| closes.year);
            widest(Closing { key: start.key, open, years, awaited, decided, year });
        }
        let closing = vec![0; block.practices.len() * draws.div_ceil(DRAWS)];
        let mut closures = Self { year, to: vec![0; size], share: vec![1.0; size], closing, draws };
        closures.find_neighbours(prepared, block, years);
        closures
    }

    fn find_neighbours<const W: usize>(&mut self, prepared: &Prepared<'_, W>, block: &Block, years: usize) {
        let stretches = self.draws.div_ceil(DRAWS);
        for (place, practice) in block.practices.iter().enumerate() {
            let Start { key, closes, .. } = prepared.starts[*practice];
            for draw in 0..self.draws {
                let at = place * self.draws + draw;
                if usize::from(self.year[at]) >= years {
                    continue;
                }
                let bits = mix(key.wrapping_sub((draw as u64 + 1).wrapping_mul(STEP)));
                let decided = closes.filter(|closes| usize::from(self.year[at]) == closes.year);
                let own = decided.and_then(|closes| self.decided(block, (closes, draw), prepared));
                let near = |alike: bool| self.neighbour(block, (place, draw), (bits, alike), prepared);
                match own.or_else(|| near(true)).or_else(|| near(false)) {
                    Some(to) => {
                        self.to[at] = u16::try_from(to).unwrap_or_default();
                        let drawn = GOES_OVER[(bits >> 32 & 255) as usize];
                        let staff = decided.and_then(|closes| closes.staff);
                        self.share[at] = staff.map_or(drawn, |staff| -staff);
                        self.closing[place * stretches + draw / DRAWS] |= 1 << (draw % DRAWS);
                    }
                    // nobody is left to take over: it goes on
                    None => self.year[at] = u8::MAX,
                }
            }
        }
    }

    /// The place of the practice that is to take over, where it is open.
    fn decided<const W: usize>(
        &self,
        block: &Block,
        (closes, draw): (Closes, usize),
        prepared: &Prepared<'_, W>,
    ) -> Option<usize> {
        let to = closes.to.filter(|to| prepared.starts[*to].list > 0.0)?;
        let place = block.practices.iter().position(|practice| *practice == to)?;
        (usize::from(self.year[place * self.draws + draw]) > closes.year).then_some(place)
    }

    /// The open practice that takes over, of the same part of the block or of the others: the next or the next but one on either side, or
    /// whoever is nearest of the rest.
    fn neighbour<const W: usize>(
        &self,
        block: &Block,
        (place, draw): (usize, usize),
        (bits, alike): (u64, bool),
        prepared: &Prepared<'_, W>,
    ) -> Option<usize> {
        let until = self.year[place * self.draws + draw];
        let open = |other: usize| {
            other < block.practices.len()
                && (block.parts[other] == block.parts[place]) == alike
                && self.year[other * self.draws + draw] > until
                && prepared.starts[block.practices[other]].list > 0.0
        };
        let near = NEAR[(bits & 3) as usize].iter().filter_map(|step| place.checked_add_signed(*step));
        let far = (3..block.practices.len())
            .flat_map(|step| [place.checked_add(step), place.checked_sub(step)])
            .flatten();
        near.chain(far).find(|other| open(*other))
    }

    /// The draws of a stretch in which a practice closes, a bit each.
    #[inline(always)]
    pub(super) fn closing(&self, place: usize, first: usize) -> u64 {
        self.closing[place * self.draws.div_ceil(DRAWS) + first / DRAWS]
    }

    /// Who has what was a practice's after it closed, one after the other.
    #[inline(always)]
    pub(super) fn heirs(&self, place: usize, draw: usize) -> Heirs<'_> {
        Heirs { closures: self, owner: place, draw }
    }

    /// Gives the values of a practice in a stretch of draws from `first` on to whoever has them in each year. A sheet has [`DRAWS`] draws
    /// of every row.
    #[inline(always)]
    pub(super) fn hand_over<const W: usize>(
        &self,
        (lanes, place, first): (impl Lanes, usize, usize),
        (values, share): (&[[i32; W]], Option<f32>),
        (stretch, rows): (&mut [[i32; W]], &Rows),
    ) {
        let until = &self.year[place * self.draws + first..][..values.len().min(DRAWS)];
        let own = &mut stretch[rows.of[place] * DRAWS..][..DRAWS];
        for ((sum, values), until) in own.iter_mut().zip(values).zip(until) {
            lanes.add_between(sum, values, (0, i32::from(*until)));
        }
        let mut closing = self.closing(place, first);
        while closing != 0 {
            let draw = closing.trailing_zeros() as usize;
            closing &= closing - 1;
            let Some(values) = values.get(draw) else { continue };
            let mut part = 1.0_f32;
            for heir in self.heirs(place, first + draw) {
                if let Some(usual) = share {
                    part *= if heir.share.is_sign_negative() { -heir.share } else { usual * heir.share };
                }
                let sum = &mut stretch[rows.of[heir.place] * DRAWS + draw];
                lanes.add_between(sum, &lanes.share(values, part), heir.years);
            }
        }
    }
}

/// Who has what was a practice's.
pub(super) struct Heir {
    /// The place of the practice.
    pub(super) place: usize,
    /// The share of the staff that came along from whoever had it before: of the usual one or, below nothing, as it was decided.
    share: f32,
    /// From which year, until which.
    pub(super) years: (i32, i32),
}

/// See [`Closures::heirs`].
pub(super) struct Heirs<'a> {
    closures: &'a Closures,
    owner: usize,
    draw: usize,
}

impl Iterator for Heirs<'_> {
    type Item = Heir;

    #[inline(always)]
    fn next(&mut self) -> Option<Heir> {
        let at = self.owner * self.closures.draws + self.draw;
        let from = self.closures.year[at];
        if from == u8::MAX {
            return None;
        }
        self.owner = usize::from(self.closures.to[at]);
        let until = self.closures.year[self.owner * self.closures.draws + self.draw];
        let share = self.closures.share[at];
        Some(Heir { place: self.owner, share, years: (i32::from(from), i32::from(until)) })
    }
}
