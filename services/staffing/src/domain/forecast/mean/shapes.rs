//! Rows of a borough's practices in mean flows: percentiles of the borough's paths, times what each practice has.

use wide::f32x8;

use super::{
    super::{
        demand::{PerTenth, rounded},
        paths::narrow,
        ranks::{Near, Ranks},
        results::{Interval, held_middle},
        simd::{Lanes, Work},
    },
    Borough,
};

/// List, supply, demand, gap, shortfall, and gap weighted with the relative unit cost of each draw.
pub(super) type Figures = [Interval; 6];

/// Parts of one that percentiles of paths are counted in.
const PARTS: f32 = 4_194_304.0;
const AT: [usize; 5] = [10_000, 40_000, 50_000, 60_000, 90_000];

/// A year of a borough and role: percentiles of list, supply and demand of one unit and of supply over demand, and the paths.
pub(super) struct Shape<'a> {
    quantiles: [[f64; 5]; 4],
    supply: &'a [f32],
    demand: Vec<f32>,
}

pub(super) struct Shapes<'a> {
    pub(super) borough: &'a Borough,
    pub(super) per_tenth: &'a [PerTenth],
    pub(super) role: usize,
    pub(super) draws: usize,
}

impl<'a> Work for Shapes<'a> {
    type Out = Vec<Shape<'a>>;

    #[inline(always)]
    fn run(self, lanes: impl Lanes) -> Vec<Shape<'a>> {
        let (mut ranks, mut shapes) = (Ranks::default(), Vec::with_capacity(self.per_tenth.len()));
        let mut near = [Near::default(); 4];
        let borough: &'a Borough = self.borough;
        let columns = borough.supply[self.role].chunks(self.draws).zip(borough.list.chunks(self.draws));
        for ((supply, list), ratios) in columns.zip(self.per_tenth) {
            let mut demand = vec![0.0; self.draws];
            let mut covered = vec![0.0; self.draws];
            for (demand, (list, ratio)) in demand.iter_mut().zip(list.iter().zip(&ratios.by_draw)) {
                *demand = list * ratio;
            }
            for (covered, (supply, demand)) in covered.iter_mut().zip(supply.iter().zip(&demand)) {
                // ascending like the shortfall
                *covered = -supply / demand.max(f32::MIN_POSITIVE);
            }
            let mut quantiles = [[0.0; 5]; 4];
            let values = [list, supply, &demand, &covered];
            for ((quantiles, values), near) in quantiles.iter_mut().zip(values).zip(&mut near) {
                *quantiles = quantiles_of(lanes, &mut ranks, (values, near));
            }
            shapes.push(Shape { quantiles, supply, demand });
        }
        shapes
    }
}

/// Percentiles of numbers of any size, to a part in a million of the largest.
#[inline(always)]
fn quantiles_of(lanes: impl Lanes, ranks: &mut Ranks, (values, near): (&[f32], &mut Near<5>)) -> [f64; 5] {
    let mut most = f32::MIN_POSITIVE;
    for value in values {
        most = most.max(value.abs());
    }
    let parts = Rounded(values, PARTS / most).run(lanes);
    ranks.at(lanes, (&parts, near), AT).map(|part| part as f64 / f64::from(PARTS) * f64::from(most))
}

/// Numbers times a factor, as whole ones.
pub(super) struct Rounded<'a>(pub(super) &'a [f32], pub(super) f32);

impl Work for Rounded<'_> {
    type Out = Vec<i32>;

    #[inline(always)]
    fn run(self, _: impl Lanes) -> Vec<i32> {
        let Self(values, factor) = self;
        let mut out = vec![0; values.len()];
        let (eights, rest) = values.as_chunks::<8>();
        for (out, eight) in out.as_chunks_mut::<8>().0.iter_mut().zip(eights) {
            *out = (f32x8::from(*eight) * f32x8::splat(factor)).fast_round_int().to_array();
        }
        for (out, value) in out[8 * eights.len()..].iter_mut().zip(rest) {
            *out = rounded(value * factor);
        }
        out
    }
}

/// Somebody in one role: tenths of patients, FTE in 1/1000, whether percentiles of the gap are to be exact, and whether others lie on a line
/// between them and the next.
#[derive(Clone, Copy)]
pub(super) struct Of {
    pub(super) tenths: f64,
    pub(super) fte: f64,
    pub(super) exact: bool,
    pub(super) anchor: bool,
}

/// Practices of a borough, or nodes of no others, in one role: the list and the FTE of each times what the borough has of one. In the order
/// of FTE per patient: those who are alike follow each other.
///
/// Percentiles of everything but the gap are the borough's, times a number. Those of the gap per patient move evenly with the FTE that
/// there is for a patient, and are exact for some of them; for those between they lie on the line between the nearest.
pub(super) struct OfMembers<'a> {
    pub(super) shapes: &'a [Shape<'a>],
    pub(super) members: &'a [Of],
    pub(super) relative: Option<&'a [f32]>,
}

impl Work for OfMembers<'_> {
    /// Rows by year, and in each year by member.
    type Out = Vec<Vec<Figures>>;

    #[inline(always)]
    fn run(self, lanes: impl Lanes) -> Vec<Vec<Figures>> {
        let mut bases = vec![None; self.members.len()];
        let (mut columns, mut years) = (Columns::default(), Vec::with_capacity(self.shapes.len()));
        for shape in self.shapes {
            let (mut rows, mut guesses) = (Vec::with_capacity(self.members.len()), [Line::default(); 2]);
            for (of, base) in self.members.iter().zip(&mut bases) {
                let Of { tenths, fte, exact, .. } = *of;
                let [list, supply, demand, covered] = shape.quantiles;
                let held = held_middle(supply.map(|of| (of * fte + 0.5) as i64), base);
                let (gap, cost) = if exact {
                    columns.of(lanes, (shape, self.relative), of, &mut guesses)
                } else {
                    Default::default()
                };
                // nothing of nothing is nothing
                let needed = demand[4] > 0.0;
                let short =
                    |at: usize| if needed { ((1.0 + fte / tenths * covered[at]) * 1e6) as i64 } else { 0 };
                rows.push([
                    ends(list.map(|of| (of * tenths + 0.5) as i64 * 100)),
                    held,
                    ends(demand.map(|of| (of * tenths + 0.5) as i64)),
                    gap,
                    Interval { p10: short(0), p50: short(2), p90: short(4) },
                    cost,
                ]);
            }
            between(self.members, &mut rows);
            years.push(rows);
        }
        years
    }
}

/// Gap, and gap weighted with the unit cost, among the figures of a row.
const GAPS: [usize; 2] = [3, 5];

/// Percentiles of the gap of those for whom they are not exact; they lie between two anchors.
fn between(members: &[Of], rows: &mut [Figures]) {
    let anchors: Vec<usize> = (0..members.len()).filter(|place| members[*place].anchor).collect();
    for pair in anchors.windows(2) {
        let [first, last] = [pair[0], pair[1]];
        let per_tenth = |of: &Of| of.fte / of.tenths;
        let (low, high) = (per_tenth(&members[first]), per_tenth(&members[last]));
        for place in (first + 1..last).filter(|place| !members[*place].exact) {
            let of = members[place];
            let part = if high > low { (per_tenth(&of) - low) / (high - low) } else { 0.5 };
            for figure in GAPS {
                let end = |end: usize, of: &dyn Fn(Interval) -> i64| {
                    of(rows[end][figure]) as f64 / members[end].tenths
                };
                let line = |figure: &dyn Fn(Interval) -> i64| {
                    let (first, last) = (end(first, figure), end(last, figure));
                    ((first + part * (last - first)) * of.tenths).round() as i64
                };
                rows[place][figure] =
                    Interval { p10: line(&|of| of.p10), p50: line(&|of| of.p50), p90: line(&|of| of.p90) };
            }
        }
    }
}

/// Columns of one member and year, reused.
#[derive(Default)]
struct Columns {
    gap: Vec<i32>,
    cost: Vec<i32>,
    ranks: Ranks,
}

impl Columns {
    /// Percentiles of the gap, and of the gap weighted with the relative unit cost of each draw.
    #[inline(always)]
    fn of(
        &mut self,
        lanes: impl Lanes,
        (shape, relative): (&Shape<'_>, Option<&[f32]>),
        Of { tenths, fte, .. }: &Of,
        guesses: &mut [Line; 2],
    ) -> (Interval, Interval) {
        self.gap.resize(shape.supply.len(), 0);
        lanes.gaps((&shape.demand, narrow(*tenths)), (shape.supply, narrow(*fte)), &mut self.gap);
        let [of_gap, of_cost] = guesses;
        let gap = of_gap.find(lanes, &mut self.ranks, &self.gap, (fte / tenths, *tenths));
        let Some(relative) = relative else { return (gap, gap) };
        self.cost.resize(shape.supply.len(), 0);
        lanes.weighted(&self.gap, relative, &mut self.cost);
        (gap, of_cost.find(lanes, &mut self.ranks, &self.cost, (fte / tenths, *tenths)))
    }
}

/// Percentiles per tenth of a patient, which move evenly with the FTE that there is for one: where to look for those of the next member.
#[derive(Clone, Copy, Default)]
struct Line {
    last: Option<(f64, [f64; 3])>,
    slope: Option<[f64; 3]>,
}

/// FTE per patient differs by this much at least where a slope is learnt from it, relative.
const APART: f64 = 1e-3;

impl Line {
    #[inline(always)]
    fn find(
        &mut self,
        lanes: impl Lanes,
        ranks: &mut Ranks,
        values: &[i32],
        (at, scale): (f64, f64),
    ) -> Interval {
        let mut near = Near::default();
        if let Some((last, of)) = self.last {
            let slope = self.slope.unwrap_or_default();
            let mut guess = [0; 3];
            for place in 0..3 {
                guess[place] = ((of[place] + slope[place] * (at - last)) * scale).round() as i32;
            }
            if self.slope.is_some() || (at - last).abs() < APART * at.abs() {
                near = Near::guessed(guess);
            }
        }
        let found = Interval::of(lanes, ranks, (values, &mut near));
        let of = [found.p10 as f64 / scale, found.p50 as f64 / scale, found.p90 as f64 / scale];
        match self.last {
            Some((last, _)) if (at - last).abs() < APART * at.abs() => {}
            Some((last, before)) => {
                let mut slope = [0.0; 3];
                for place in 0..3 {
                    slope[place] = (of[place] - before[place]) / (at - last);
                }
                (self.last, self.slope) = (Some((at, of)), Some(slope));
            }
            None => self.last = Some((at, of)),
        }
        found
    }
}

fn ends([p10, _, p50, _, p90]: [i64; 5]) -> Interval {
    Interval { p10, p50, p90 }
}
