//! Rows of a borough's practices in mean flows: percentiles of the borough's paths, times what each practice has.

use wide::f32x8;

use super::{
    super::{
        demand::PerTenth,
        paths::narrow,
        ranks::{Near, Ranks},
        results::{Interval, held_middle},
        simd::{Lanes, Work},
    },
    Borough,
};

/// List, supply, demand, gap, shortfall, and gap weighted with the relative unit cost of each draw.
pub(super) type Row6 = [Interval; 6];

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
            *out = round(value * factor);
        }
        out
    }
}

fn round(value: f32) -> i32 {
    value.round_ties_even() as i32
}

/// One practice and role: its numbers times what its borough has of one.
pub(super) struct OfPractice<'a> {
    pub(super) shapes: &'a [Shape<'a>],
    pub(super) tenths: f64,
    pub(super) fte: f64,
    pub(super) relative: Option<&'a [f32]>,
}

impl Work for OfPractice<'_> {
    type Out = Vec<Row6>;

    #[inline(always)]
    fn run(self, lanes: impl Lanes) -> Vec<Row6> {
        let (mut ranks, mut near, mut base) = (Ranks::default(), Near::default(), None);
        let (mut rows, mut gap) = (Vec::with_capacity(self.shapes.len()), Vec::new());
        let (mut cost, mut near_cost) = (Vec::new(), Near::default());
        let (tenths, fte) = (narrow(self.tenths), narrow(self.fte));
        for shape in self.shapes {
            gap.resize(shape.supply.len(), 0);
            let eights = shape.supply.as_chunks::<8>().0.iter().zip(shape.demand.as_chunks::<8>().0);
            for (gap, (supply, demand)) in gap.as_chunks_mut::<8>().0.iter_mut().zip(eights) {
                let needed = (f32x8::from(*demand) * f32x8::splat(tenths)).fast_round_int();
                *gap = (needed - (f32x8::from(*supply) * f32x8::splat(fte)).fast_round_int()).to_array();
            }
            for draw in gap.len() / 8 * 8..gap.len() {
                gap[draw] = round(tenths * shape.demand[draw]) - round(fte * shape.supply[draw]);
            }
            let [list, supply, demand, covered] = shape.quantiles;
            let held = held_middle(supply.map(|of| (of * self.fte + 0.5) as i64), &mut base);
            let of_gap = Interval::of(lanes, &mut ranks, (&gap, &mut near));
            let of_cost = match self.relative {
                Some(relative) => {
                    cost.resize(gap.len(), 0);
                    lanes.weighted(&gap, relative, &mut cost);
                    Interval::of(lanes, &mut ranks, (&cost, &mut near_cost))
                }
                None => of_gap,
            };
            let short = |at: usize| ((1.0 + self.fte / self.tenths * covered[at]) * 1e6) as i64;
            rows.push([
                ends(list.map(|of| (of * self.tenths + 0.5) as i64 * 100)),
                held,
                ends(demand.map(|of| (of * self.tenths + 0.5) as i64)),
                of_gap,
                Interval { p10: short(0), p50: short(2), p90: short(4) },
                of_cost,
            ]);
        }
        rows
    }
}

fn ends([p10, _, p50, _, p90]: [i64; 5]) -> Interval {
    Interval { p10, p50, p90 }
}
