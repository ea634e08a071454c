//! Practices that close by decision, in mean flows: their lists and staff count where they have gone.

use super::{Borough, Mean, placed_factor};
use crate::domain::forecast::{paths::narrow, staff::ARRIVED};

/// Lists, counts of patients beside them and supply by role, year by year and in each year draw by draw.
pub(super) type Sums<'a> = (&'a mut [f32], &'a mut [Vec<f32>], &'a mut [Vec<f32>]);

impl<const W: usize> Mean<'_, W> {
    /// Where a practice's list is in a year, and what part of the staff of a role came along.
    fn owner(&self, practice: usize, (role, year): (usize, usize)) -> (usize, f64) {
        let (mut at, mut part) = (practice, 1.0);
        // who takes over by decision closes later, if at all: no round trips
        while let Some(closes) = self.prepared.starts[at].closes.filter(|closes| closes.year <= year) {
            let Some(heir) = closes.heir else { break };
            part *= closes.staff.map_or(self.prepared.roles[role].table.transfer, f64::from);
            at = heir;
        }
        (at, part)
    }

    /// Adds what the practices of a borough that close by decision bring to wherever `counts`.
    pub(super) fn add_moved(
        &self,
        borough: &Borough,
        counts: &impl Fn(usize) -> bool,
        (list, needs, supply): Sums<'_>,
    ) {
        let (prepared, draws) = (&self.prepared, self.prepared.inputs.spec.draws as usize);
        let closing = borough.practices.iter().filter(|of| prepared.starts[**of].closes.is_some());
        for practice in closing.copied() {
            let start = &prepared.starts[practice];
            for year in 0..prepared.inputs.spec.years() {
                let (at, _) = self.owner(practice, (0, year));
                if !counts(at) {
                    continue;
                }
                let here = year * draws..(year + 1) * draws;
                let path = &borough.list[here.clone()];
                add(&mut list[here.clone()], path, |_| start.list * 10.0);
                for (need, column) in needs.iter_mut().zip(&prepared.needs.columns) {
                    let weight = if column.weighted { prepared.needs.weights[practice] } else { 1.0 };
                    let placed = |draw| {
                        column.placed.map_or(1.0, |role| placed_factor(prepared, (role, at), (draw, year)))
                    };
                    let weight = |draw| start.list * 10.0 * weight * placed(draw);
                    add(&mut need[here.clone()], path, weight);
                }
                for (role, supply) in supply.iter_mut().enumerate() {
                    let own = &start.roles[role];
                    let (_, part) = self.owner(practice, (role, year));
                    let arrived =
                        if own.open { 1.0 } else { f64::from(ARRIVED[year.min(ARRIVED.len() - 1)]) };
                    let fte = |draw: usize| own.filled.as_ref().map_or(own.fte, |of| f64::from(of[draw]));
                    let path = &borough.supply[role][here.clone()];
                    add(&mut supply[here.clone()], path, |draw| fte(draw) * 1e3 * arrived * part);
                }
            }
        }
    }
}

/// Adds a path times a weight of each draw.
fn add(sums: &mut [f32], path: &[f32], weight: impl Fn(usize) -> f64) {
    for (draw, (sum, path)) in sums.iter_mut().zip(path).enumerate() {
        *sum += narrow(weight(draw)) * path;
    }
}
