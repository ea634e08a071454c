//! Mean flows: the course of a run without the chance of single heads, for questions that need thousands of runs.
//!
//! Hazards are shared by all practices, so the mean course is linear in the FTE of the base year: the supply of a practice is its FTE
//! times a path of its borough (mean course, what a draw takes for true, the years' shocks), its list likewise. Percentiles of
//! supply, demand and shortfall are then those of the borough's path, times a number; nodes are short sums over boroughs.
//!
//! Left out is what is not shared: the chance of single heads, vacancies and joint posts, closures by chance (they move staff and lists
//! between neighbours; those that are decided are in it), practices that are made up anew, and the paths of single practices' lists and hours and of networks. Medians of large nodes are those of a
//! run; intervals of small ones are far too narrow.

mod moved;
mod shapes;
#[cfg(test)]
mod tests;

use std::{collections::BTreeMap, sync::atomic::Ordering};

use rayon::prelude::*;

use super::{
    block::Patients,
    costs::Costs,
    gaps::columns,
    inputs::{Inputs, Level},
    lanes::{STEP, mix},
    need::{Column, placed_factor},
    prepare::Prepared,
    results::{At, Collect, Row, Rows},
    run::{Control, RunError, drawn, in_pool, node_order},
    simd::widest,
    staff::ARRIVED,
};
use shapes::{OfPractice, Rounded, Row6, Shape, Shapes};

/// Rows of every level from mean flows, in the order of a run's.
pub fn mean_flows(inputs: &Inputs, control: &Control<'_>) -> Result<Vec<Row>, RunError> {
    in_lanes(inputs, control, &|flows: &dyn Flows| flows.rows())?
}

/// The gap of a node in one year (counted from the base) for a role by position, in 1/1000 FTE: of every draw, from mean flows.
pub fn mean_gaps(
    inputs: &Inputs,
    control: &Control<'_>,
    (node, role, year): (usize, usize, usize),
) -> Result<Vec<i32>, RunError> {
    in_lanes(inputs, control, &|flows: &dyn Flows| flows.gaps(node, role, year))
}

fn in_lanes<T: Send>(
    inputs: &Inputs,
    control: &Control<'_>,
    ask: &(dyn Fn(&dyn Flows) -> T + Sync),
) -> Result<T, RunError> {
    inputs.check()?;
    in_pool(control, || match inputs.spec.years() {
        0..=8 => Ok(ask(&Mean::<8>::new(inputs, control)?)),
        9..=16 => Ok(ask(&Mean::<16>::new(inputs, control)?)),
        _ => Ok(ask(&Mean::<32>::new(inputs, control)?)),
    })
}

/// What is asked of mean flows, whatever the number of years.
trait Flows: Sync {
    fn rows(&self) -> Result<Vec<Row>, RunError>;
    fn gaps(&self, node: usize, role: usize, year: usize) -> Vec<i32>;
}

/// Columns, year by year and in each year draw by draw.
type Columns = Vec<f32>;

/// Practices of a borough where the same changes of the scenario act.
struct Borough {
    practices: Vec<usize>,
    /// Lists relative to the base.
    list: Columns,
    /// By role: supply relative to the base.
    supply: Vec<Columns>,
}

/// Sums over some practices, year by year and in each year draw by draw.
struct Summed {
    list: Vec<i32>,
    needs: Vec<Vec<i32>>,
    supply: Vec<Vec<i32>>,
}

impl Summed {
    fn parts(&self) -> (Patients<'_>, Vec<&[i32]>) {
        let needs = self.needs.iter().map(Vec::as_slice).collect();
        (Patients { list: &self.list, needs }, self.supply.iter().map(Vec::as_slice).collect())
    }
}

struct Mean<'a, const W: usize> {
    prepared: Prepared<'a, W>,
    boroughs: Vec<Borough>,
}

impl<'a, const W: usize> Mean<'a, W> {
    fn new(inputs: &'a Inputs, control: &Control<'a>) -> Result<Self, RunError> {
        let prepared = Prepared::new(inputs, control.cancelled)?;
        let mut alike: BTreeMap<(u64, usize), Vec<usize>> = BTreeMap::new();
        for block in &prepared.blocks {
            for (practice, borough) in block.practices.iter().zip(&block.boroughs) {
                alike.entry((*borough, prepared.starts[*practice].world)).or_default().push(*practice);
            }
        }
        let boroughs = alike.into_par_iter().map(|((bits, _), practices)| {
            let paths = paths(&prepared, bits, practices[0]);
            Borough { practices, ..paths }
        });
        let boroughs = boroughs.collect();
        Ok(Self { prepared, boroughs })
    }

    /// Lists, counts of patients beside them and supply of some practices, a borough at a time.
    fn columns(&self, counts: impl Fn(usize) -> bool) -> Summed {
        let (draws, roles) = (self.prepared.inputs.spec.draws as usize, self.prepared.roles.len());
        let size = draws * self.prepared.inputs.spec.years();
        let (mut list, mut supply) = (vec![0.0_f32; size], vec![vec![0.0_f32; size]; roles]);
        let mut needs = vec![vec![0.0_f32; size]; self.prepared.needs.columns.len()];
        let mut weights = vec![0.0; draws];
        for borough in &self.boroughs {
            let sums = (&mut list[..], &mut needs[..], &mut supply[..]);
            self.add_moved(borough, &counts, sums);
            let stays = |place: &usize| self.prepared.starts[*place].closes.is_none() && counts(*place);
            let of: Vec<usize> = borough.practices.iter().copied().filter(stays).collect();
            if of.is_empty() {
                continue;
            }
            let starts = || of.iter().map(|practice| &self.prepared.starts[*practice]);
            let tenths: f64 = starts().map(|start| start.list * 10.0).sum();
            add_weighted(&mut list, &borough.list, |_| super::paths::narrow(tenths));
            for (need, column) in needs.iter_mut().zip(&self.prepared.needs.columns) {
                self.add_need(need, column, (borough, &of));
            }
            for (role, columns) in supply.iter_mut().enumerate() {
                for open in [true, false] {
                    if starts().all(|start| start.roles[role].open != open) {
                        continue;
                    }
                    weights.fill(0.0);
                    for start in starts().map(|start| &start.roles[role]).filter(|start| start.open == open) {
                        for (draw, weight) in weights.iter_mut().enumerate() {
                            *weight += start.filled.as_ref().map_or(start.fte, |of| f64::from(of[draw]));
                        }
                    }
                    let arrived = |year: usize| if open { 1.0 } else { ARRIVED[year.min(ARRIVED.len() - 1)] };
                    for (year, sums) in columns.chunks_mut(draws).enumerate() {
                        let factor = f64::from(arrived(year)) * 1e3;
                        let path = &borough.supply[role][year * draws..];
                        for ((sum, weight), path) in sums.iter_mut().zip(&weights).zip(path) {
                            *sum += super::paths::narrow(weight * factor) * path;
                        }
                    }
                }
            }
        }
        let rounded = |values: Vec<f32>| widest(Rounded(&values, 1.0));
        let all = |columns: Vec<Vec<f32>>| columns.into_iter().map(rounded).collect();
        Summed { list: rounded(list), needs: all(needs), supply: all(supply) }
    }

    /// Adds what the patients of some practices of a borough count for.
    fn add_need(&self, need: &mut [f32], column: &Column, (borough, of): (&Borough, &[usize])) {
        let draws = self.prepared.inputs.spec.draws as usize;
        let weight =
            |practice: usize| if column.weighted { self.prepared.needs.weights[practice] } else { 1.0 };
        let tenths: f64 =
            of.iter().map(|practice| self.prepared.starts[*practice].list * 10.0 * weight(*practice)).sum();
        let practice = of.first().copied().unwrap_or_default();
        // practices of a borough part where other changes act: what acts at one acts at all
        add_weighted(need, &borough.list, |place| {
            let factor = column.placed.map_or(1.0, |role| {
                placed_factor(&self.prepared, (role, practice), (place % draws, place / draws))
            });
            super::paths::narrow(tenths * factor)
        });
    }

    fn node_columns(&self, node: usize) -> Summed {
        self.columns(|practice| self.prepared.inputs.practices[practice].nodes.contains(&node))
    }

    /// Rows of one node or practice from its columns.
    fn rows_of(&self, rows: &Rows<'_>, at: At) -> Vec<Row> {
        let summed = match at {
            At::Node(node) => self.node_columns(node),
            At::Practice(practice) => self.columns(|other| other == practice),
        };
        let (patients, supply) = summed.parts();
        let shared = rows.share(patients.list);
        (0..supply.len())
            .flat_map(|role| rows.collect(at, &drawn(&self.prepared, role, &patients, &supply), &shared))
            .collect()
    }

    /// Rows of a borough's practices: percentiles of its paths, times what each practice has.
    fn practices(&self, rows: &Rows<'_>, borough: &Borough) -> Vec<(usize, Vec<Row>)> {
        let shapes: Vec<Vec<Shape>> = (0..self.prepared.roles.len())
            .map(|role| {
                let draws = self.prepared.inputs.spec.draws as usize;
                widest(Shapes { borough, per_tenth: &self.prepared.per_tenth[role], role, draws })
            })
            .collect();
        let listed =
            borough.practices.iter().filter(|at| self.prepared.inputs.practices[**at].list.is_positive());
        listed
            .map(|practice| {
                let start = &self.prepared.starts[*practice];
                let plain = start.closes.is_none()
                    && !start.receives
                    && start.roles.iter().all(|role| role.filled.is_none() && role.open)
                    && self.prepared.roles.iter().all(|role| role.reliefs.is_empty())
                    && self.prepared.needs.plain();
                if !plain {
                    return (*practice, self.rows_of(rows, At::Practice(*practice)));
                }
                let of_role = |role: usize| {
                    let (tenths, fte) = (start.list * 10.0, start.roles[role].fte * 1e3);
                    let relative = rows.costs.relative(role);
                    widest(OfPractice { shapes: &shapes[role], tenths, fte, relative })
                };
                let figures = (0..shapes.len()).map(of_role);
                (
                    *practice,
                    figures
                        .enumerate()
                        .flat_map(|(role, of)| self.named(*practice, role, (of, rows)))
                        .collect(),
                )
            })
            .collect()
    }

    fn named(&self, of_practice: usize, role: usize, (of, rows): (Vec<Row6>, &Rows<'_>)) -> Vec<Row> {
        let (spec, practice) = (&self.prepared.inputs.spec, &self.prepared.inputs.practices[of_practice]);
        let at = At::Practice(of_practice);
        let row = |(year, [list, supply, demand, gap, shortfall_ppm, cost]): (i32, Row6)| Row {
            level: Level::Practice,
            node: practice.code.clone(),
            name: practice.name.clone(),
            role: spec.roles[role],
            year: spec.base_year + year,
            supply,
            demand,
            gap,
            shortfall_ppm,
            cost_pence: rows.costs.pence(at, role, cost),
            list,
            placeholder: false,
        };
        (0..).zip(of).map(row).collect()
    }
}

impl<const W: usize> Flows for Mean<'_, W> {
    fn rows(&self) -> Result<Vec<Row>, RunError> {
        let inputs = self.prepared.inputs;
        let rows = Rows { inputs, costs: Costs::of(inputs)?, practices: true };
        let nodes = node_order(inputs).into_par_iter();
        let mut all: Vec<Row> = nodes.flat_map_iter(|node| self.rows_of(&rows, At::Node(node))).collect();
        let boroughs = self.boroughs.par_iter();
        let mut practices: Vec<_> = boroughs.flat_map_iter(|of| self.practices(&rows, of)).collect();
        if self.prepared.cancelled.load(Ordering::Relaxed) {
            return Err(RunError::Cancelled);
        }
        practices.sort_by_key(|(practice, _)| *practice);
        all.extend(practices.into_iter().flat_map(|(_, rows)| rows));
        Ok(all)
    }

    fn gaps(&self, node: usize, role: usize, year: usize) -> Vec<i32> {
        let summed = self.node_columns(node);
        let (patients, supply) = summed.parts();
        let draws = self.prepared.inputs.spec.draws as usize;
        columns(&drawn(&self.prepared, role, &patients, &supply), draws, year).gap
    }
}

/// Adds columns times a weight of each draw.
fn add_weighted(sums: &mut [f32], columns: &[f32], weight: impl Fn(usize) -> f32) {
    for (place, (sum, value)) in sums.iter_mut().zip(columns).enumerate() {
        *sum += weight(place) * value;
    }
}

/// Paths of a borough, by its bits and one of its practices, relative to the base.
fn paths<const W: usize>(prepared: &Prepared<'_, W>, bits: u64, practice: usize) -> Borough {
    let (draws, years) = (prepared.inputs.spec.draws as usize, prepared.inputs.spec.years());
    let places = &prepared.places;
    let mut list = vec![0.0; draws * years];
    let mut supply = vec![list.clone(); prepared.roles.len()];
    for draw in 0..draws {
        let step = (draw as u64).wrapping_mul(STEP);
        let own = places.list_borough.pick(mix(bits.wrapping_add(step)) >> 20);
        for year in 0..years {
            list[year * draws + draw] = places.list[draw][year] * own[year];
        }
        for (role, supply) in supply.iter_mut().enumerate() {
            let world = prepared.world(role, practice);
            let own = world.borough.pick(mix(bits.wrapping_sub(step)) >> 20);
            for year in 0..years {
                supply[year * draws + draw] = world.bare[year] * world.factor[draw][year] * own[year];
            }
        }
    }
    Borough { practices: Vec::new(), list, supply }
}
