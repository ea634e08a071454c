//! The draws of one year as they are: supply, demand and gap of a node or practice, before percentiles are taken.

use super::{
    demand::needs,
    results::{Drawn, relieve},
};

/// Draws of one node or practice, role and year: FTE in 1/1000, draw by draw.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Columns {
    /// Supply.
    pub(crate) supply: Vec<i32>,
    /// Demand.
    pub(crate) demand: Vec<i32>,
    /// Demand less supply less what other roles take over.
    pub(crate) gap: Vec<i32>,
}

impl Columns {
    /// Share of the draws, in parts per million, in which the gap is more than this share of the demand.
    pub(crate) fn short_ppm(&self, shortage_ppm: i64) -> i64 {
        let short = self.over(shortage_ppm).filter(|over| *over > 0).count();
        i64::try_from(short * 1_000_000 / self.gap.len().max(1)).unwrap_or_default()
    }

    /// Gap over this share of the demand, draw by draw: FTE in 1/1000, what is short of being enough.
    pub(crate) fn over(&self, shortage_ppm: i64) -> impl Iterator<Item = i64> {
        let accepted = move |demand: i32| i64::from(demand) * shortage_ppm / 1_000_000;
        self.gap.iter().zip(&self.demand).map(move |(gap, demand)| i64::from(*gap) - accepted(*demand))
    }
}

/// The draws of one year, counted from the base.
pub(crate) fn columns(drawn: &Drawn<'_>, draws: usize, year: usize) -> Columns {
    let column = year * draws..(year + 1) * draws;
    let supply = drawn.supply[column.clone()].to_vec();
    let (mut demand, mut gap) = (vec![0; draws], vec![0; draws]);
    needs(&drawn.per_tenth[year].by_draw, (&drawn.need[column], &supply), (&mut demand, &mut gap));
    for (relief, other) in &drawn.reliefs {
        relieve(&mut gap, relief, other, (year, draws));
    }
    Columns { supply, demand, gap }
}
